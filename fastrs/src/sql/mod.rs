//! SQL databases: a pool of connections and a transaction as ready-made dependencies, on [sqlx](https://docs.rs/sqlx).
//!
//! [`sqlite`], [`postgres`] and [`any_database`] contain the same
//! dependencies for one database each. This module contains what they share. Queries are those of sqlx 0.9, which is
//! not yet 1.0.
//!
//! ```no_run
//! use fastrs::prelude::*;
//! use fastrs::sqlite::{Pool, Transaction, migrations, pool, transaction};
//!
//! #[model]
//! #[derive(sqlx::FromRow)]
//! struct User {
//!     id: i64,
//!     name: String,
//! }
//!
//! #[get("/users/<id>")]
//! async fn read_user(id: i64, #[depends(pool)] pool: &Pool) -> Result<User> {
//!     let user = sqlx::query_as("SELECT id, name FROM users WHERE id = $1").bind(id).fetch_optional(pool).await?;
//!     user.or_404("no such user")
//! }
//!
//! #[post("/users", status = 201)]
//! async fn create_user(name: String, #[depends(transaction)] tx: &mut Transaction) -> Result<User> {
//!     let create = sqlx::query_as("INSERT INTO users (name) VALUES ($1) RETURNING id, name");
//!     Ok(create.bind(name).fetch_one(tx).await?)
//! }
//!
//! #[fastrs::main]
//! async fn main() -> Result<(), StartError> {
//!     let app = App::new("Users", "1.0.0").routes(routes![read_user, create_user]);
//!     // app.provide::<migrations>(sqlx::migrate!())
//!     app.launch().await
//! }
//! ```

mod columns;
mod dependencies;
mod driver;
mod location;
mod migrate;
mod patience;
mod pool;
mod settings;
mod shield;
mod temporary_folder;
mod test_database;
mod transaction;

pub use driver::Driver;
pub(crate) use location::Engine;
pub use pool::Pool;
pub use settings::DatabaseSettings;
pub(crate) use temporary_folder::TemporaryFolder;
pub use test_database::TestDatabase;
pub use transaction::Transaction;

pub use crate::response::database::{Violation, ViolationKind};

#[cfg(feature = "any-database")]
pub mod any_database;
#[cfg(feature = "postgres")]
pub mod postgres;
#[cfg(feature = "sqlite")]
pub mod sqlite;
