//! FastAPI's tutorial, "Settings and Environment Variables".

use fastrs::Value;
use fastrs::prelude::*;

/// FastAPI's first app. Its next two have the same settings, in a module and in a dependency of their own.
pub(crate) mod tutorial001 {
    use super::*;

    #[settings]
    struct Settings {
        #[field(default = "Awesome API")]
        app_name: String,
        admin_email: String,
        #[field(default = 50)]
        items_per_user: i64,
    }

    #[get("/info")]
    async fn info(#[depends(Settings)] settings: &Settings) -> Value {
        json!({
            "app_name": settings.app_name,
            "admin_email": settings.admin_email,
            "items_per_user": settings.items_per_user,
        })
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![info])
    }
}

/// Settings from a `.env` file.
pub(crate) mod app03 {
    use super::*;

    #[settings(env_file = ".env")]
    struct Settings {
        #[field(default = "Awesome API")]
        app_name: String,
        admin_email: String,
        #[field(default = 50)]
        items_per_user: i64,
    }

    #[get("/info")]
    async fn info(#[depends(Settings)] settings: &Settings) -> Value {
        json!({
            "app_name": settings.app_name,
            "admin_email": settings.admin_email,
            "items_per_user": settings.items_per_user,
        })
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![info])
    }
}
