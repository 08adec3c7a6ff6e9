//! Accounts: registration, login, tokens, API keys and an audit log, in SQLite.
//!
//! ```text
//! cargo run --example auth
//! ```
//!
//! Then open `http://127.0.0.1:8000/docs`. `docs/example-auth.md` shows every step from registration to a refused
//! token.
//!
//! There is a folder for each concern, with its routes, schemas, services and tests. `core/` contains what they share:
//! the settings, the database, mail, the audit log, and the limit on logins.

mod admin;
mod api_keys;
mod app;
mod auth;
mod browser;
mod core;
mod oauth;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod users;

use fastrs::prelude::*;

#[fastrs::main]
async fn main() -> Result<(), StartError> {
    core::log::start();
    app::app(core::settings::Settings::load()?).launch().await
}
