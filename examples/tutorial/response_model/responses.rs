//! Responses that are not JSON.

use fastrs::Value;
use fastrs::prelude::*;

pub(crate) mod tutorial003_02 {
    use super::*;

    #[derive(IntoResponse)]
    enum Portal {
        #[status(200)]
        Here(Value),
        #[status(307)]
        Elsewhere(Redirect),
    }

    #[get("/portal")]
    async fn get_portal(#[query(default = false)] teleport: bool) -> Portal {
        if teleport {
            let url = "https://www.youtube.com/watch?v=dQw4w9WgXcQ";
            return Portal::Elsewhere(Redirect::to(url));
        }
        Portal::Here(json!({"message": "Here's your interdimensional portal."}))
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![get_portal])
    }
}

pub(crate) mod tutorial003_03 {
    use super::*;

    #[get("/teleport")]
    async fn get_teleport() -> Redirect {
        Redirect::to("https://www.youtube.com/watch?v=dQw4w9WgXcQ")
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![get_teleport])
    }
}
