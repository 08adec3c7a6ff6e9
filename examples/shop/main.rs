//! A shop: items, customers, orders and reviews in SQLite.
//!
//! ```text
//! cargo run --example shop
//! ```
//!
//! Then open `http://127.0.0.1:8000/docs`. `.env.example` lists the settings. The files are those of a FastAPI project:
//! `app.rs` assembles the routers in `routes/`, which use the types in `models/` and depend on what `db.rs` and
//! `dependencies.rs` provide.

mod app;
mod config;
mod db;
mod dependencies;
mod errors;
mod models;
mod routes;
#[cfg(test)]
mod tests;

use fastrs::prelude::*;

#[fastrs::main]
async fn main() -> Result<(), StartError> {
    app::app().launch().await
}
