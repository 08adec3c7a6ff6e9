//! A chat: rooms over WebSockets, with a history in SQLite, shared files, and a page for the browser.
//!
//! ```text
//! cargo run --example chat
//! ```
//!
//! Then open `http://127.0.0.1:8000` in two windows. `http://127.0.0.1:8000/docs` describes the rest.
//!
//! - `static/` is the page: HTML, CSS and JavaScript, without a framework or a build.
//! - `rooms.rs` records who is in which room, and passes messages on to them.
//! - `history.rs` stores the messages.
//! - `routes/` contains the sockets, the events for those who only watch, and plain HTTP for everything else.

mod app;
mod config;
mod db;
mod history;
mod models;
mod rooms;
mod routes;
#[cfg(test)]
mod tests;

use fastrs::prelude::*;

#[fastrs::main]
async fn main() -> Result<(), StartError> {
    app::app(config::Settings::from_env()).launch().await
}
