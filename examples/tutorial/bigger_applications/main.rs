//! The application: its routers, and the dependencies that all of them have in common.

use fastrs::prelude::*;
use fastrs::{Value, json};

use super::dependencies::{get_query_token, get_token_header};
use super::internal::admin;
use super::routers::{items, users};

#[get("/")]
async fn root() -> Value {
    json!({"message": "Hello Bigger Applications!"})
}

pub(crate) fn app() -> App {
    App::new("FastAPI", "0.1.0")
        .fastapi_documents()
        .depends::<get_query_token>()
        .include(users::router())
        .include(items::router())
        .include(
            Router::new("/admin")
                .tag("admin")
                .depends::<get_token_header>()
                .response(418, "I'm a teapot")
                .include(admin::router()),
        )
        .routes(routes![root])
}
