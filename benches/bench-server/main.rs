//! The endpoints that the benchmark measures, written as any user would write them.
//!
//! The server listens on `PORT` with `WORKERS` threads, like every server of the benchmark.

mod accounts;
mod items;
mod points;
mod users;

use std::borrow::Cow;

use fastrs::{ServeConfig, prelude::*};

/// The number of additional routers, with one route each.
const ROUTERS: usize = 300;

#[model]
struct Message {
    message: Cow<'static, str>,
}

#[get("/plaintext")]
async fn plaintext() -> PlainText<&'static str> {
    PlainText("Hello, World!")
}

#[get("/json")]
async fn json() -> Message {
    Message {
        message: "Hello, World!".into(),
    }
}

#[model]
struct RouteId {
    id: u64,
}

#[get("/<id>")]
async fn numbered(id: u64) -> RouteId {
    RouteId { id }
}

fn app() -> App {
    let routes = routes![
        plaintext,
        json,
        users::read_user,
        users::create_user,
        accounts::me,
        items::list_items,
        points::add_up
    ];
    // Like every server of the benchmark, it writes no line per request.
    let config = ServeConfig::new().access_log(false);
    let app = App::new("Bench", "1.0.0").config(config).routes(routes);
    (0..ROUTERS).fold(app, |app, n| {
        app.include(Router::new(format!("/r{n}")).routes(routes![numbered]))
    })
}

#[fastrs::main]
async fn main() -> Result<(), StartError> {
    app().launch().await
}
