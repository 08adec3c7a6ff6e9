//! FastAPI's how-to, "Use Old 403 Authentication Error Status Codes".

use fastrs::prelude::*;
use fastrs::security::{Authorization, HttpBearer, SecurityScheme};
use fastrs::{Value, json};

pub(crate) mod tutorial001 {
    use super::*;

    const BEARER: HttpBearer = HttpBearer::new();
    const HTTP_BEARER_403: HttpBearer403 = HttpBearer403;

    struct HttpBearer403;

    impl SecurityScheme for HttpBearer403 {
        type Credential<'r> = Authorization<'r>;

        fn name(&self) -> &str {
            "HTTPBearer403"
        }

        fn describe(&self) -> Value {
            BEARER.describe()
        }

        fn challenge(&self) -> String {
            BEARER.challenge()
        }

        fn read<'r>(&self, request: &'r Request) -> Result<Option<Authorization<'r>>> {
            BEARER.read(request)
        }

        fn not_authenticated(&self) -> HttpError {
            HttpError::new(403, "Not authenticated")
        }
    }

    #[get("/me")]
    async fn read_me(#[security(HTTP_BEARER_403)] token: &str) -> Value {
        json!({"message": "You are authenticated", "token": token})
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![read_me])
    }
}
