//! The endpoints that the bench measures, written as any user would write them.
//!
//! It listens on `PORT` with `WORKERS` threads, like every server of the bench.

mod accounts;
mod items;
mod points;
mod users;

use std::borrow::Cow;

use fastrs::{ServeConfig, prelude::*};

/// How many routers, of one route each, stand beside the others.
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
    // As every server of the bench, without a line for each request.
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
