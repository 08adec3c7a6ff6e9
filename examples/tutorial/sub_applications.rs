//! FastAPI's tutorial, "Sub Applications - Mounts".

use fastrs::Value;
use fastrs::prelude::*;

pub(crate) mod tutorial001 {
    use super::*;

    #[get("/app")]
    async fn read_main() -> Value {
        json!({"message": "Hello World from main app"})
    }

    #[get("/sub")]
    async fn read_sub() -> Value {
        json!({"message": "Hello World from sub API"})
    }

    pub(crate) async fn app() -> Result<App, StartError> {
        let subapi = App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![read_sub]);
        Ok(App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![read_main])
            .mount("/subapi", subapi.into_service().await?))
    }
}
