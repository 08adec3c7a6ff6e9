//! The endpoints that the benchmark measures, written as any user would write them.
//!
//! The server listens on `PORT` with `WORKERS` threads, like every server of the benchmark. With `PARTS=all`, the middleware
//! for production is around it, or with `PARTS=cors,timeout` those parts.

mod accounts;
mod items;
mod points;
mod users;

use std::borrow::Cow;

use fastrs::{
    ServeConfig,
    middleware::{AccessLog, Production},
    prelude::*,
};

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
    let app = (0..ROUTERS).fold(app, |app, n| {
        app.include(Router::new(format!("/r{n}")).routes(routes![numbered]))
    });
    match std::env::var("PARTS") {
        Ok(parts) => app.production_with(production(&parts)),
        Err(_) => app,
    }
}

/// Returns the middleware for production, or the parts of it that are listed. The lines of the log go nowhere.
fn production(parts: &str) -> Production {
    let mut set = Production::new().access_log(AccessLog::json().to(|_| {}));
    let lacks = |part: &str| parts != "all" && !parts.split(',').any(|listed| listed == part);
    if lacks("cors") {
        set = set.cors(None);
    }
    if lacks("request_id") {
        set = set.request_id(None);
    }
    if lacks("access_log") {
        set = set.access_log(None);
    }
    if lacks("security_headers") {
        set = set.security_headers(None);
    }
    if lacks("timeout") {
        set = set.timeout(None);
    }
    if lacks("concurrency_limit") {
        set = set.concurrency_limit(None);
    }
    set
}

#[fastrs::main]
async fn main() -> Result<(), StartError> {
    app().launch().await
}
