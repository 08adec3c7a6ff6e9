//! A hundred endpoints with three types each, to measure what they cost to build, to start and to describe.
//!
//! The environment variable `COPIES` sets how many copies of them to include, each under its own prefix.

mod m0;
mod m1;
mod m2;
mod m3;
mod m4;
mod m5;
mod m6;
mod m7;
mod m8;
mod m9;

use std::time::Instant;

use fastrs::prelude::*;

#[get("/plaintext")]
async fn plaintext() -> PlainText {
    PlainText("Hello, World!".into())
}

fn app(copies: usize) -> App {
    let app = App::new("app", "1").routes(routes![plaintext]);
    (0..copies).fold(app, |app, copy| {
        let prefix = match copy {
            0 => String::new(),
            copy => format!("/copy{copy}"),
        };
        let routers = [
            m0::router(),
            m1::router(),
            m2::router(),
            m3::router(),
            m4::router(),
            m5::router(),
            m6::router(),
            m7::router(),
            m8::router(),
            m9::router(),
        ];
        let all = routers
            .into_iter()
            .fold(Router::new(prefix), Router::include);
        app.include(all)
    })
}

#[fastrs::main]
async fn main() -> Result<(), StartError> {
    let copies = std::env::var("COPIES").ok();
    let copies = copies.and_then(|copies| copies.parse().ok()).unwrap_or(1);
    let started = Instant::now();
    // Like every server of the benchmark, it writes no line per request.
    let config = fastrs::ServeConfig::new().access_log(false);
    let app = app(copies).config(config).build()?;
    let document = serde_json::to_string(app.document()).expect("a JSON value can be written");
    eprintln!(
        "document_us={} bytes={}",
        started.elapsed().as_micros(),
        document.len()
    );
    app.launch().await
}
