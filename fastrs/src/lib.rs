//! **fastrs**: FastAPI's way of writing APIs, for Rust.
//!
//! One annotated `async fn` provides routing, typed and validated input, JSON output, an OpenAPI document,
//! interactive docs and injected dependencies, all on top of hyper, with mistakes caught by the compiler.
//!
//! ```no_run
//! use fastrs::prelude::*;
//!
//! /// An item as the shop sells it.
//! #[model]
//! struct Item {
//!     #[field(min_length = 1, max_length = 80)]
//!     name: String,
//!     #[field(gt = 0.0)]
//!     price: f64,
//! }
//!
//! /// Create an item.
//! #[post("/items", status = 201)]
//! async fn create_item(item: Item) -> Item {
//!     item
//! }
//!
//! #[fastrs::main]
//! async fn main() -> Result<(), StartError> {
//!     App::new("Shop", "1.0.0").routes(routes![create_item]).serve("127.0.0.1:8000").await
//! }
//! ```
//!
//! The README contains a tour, and `docs/` contains the book, with FastAPI's chapters. This table shows where to
//! find what:
//!
//! | to | see |
//! |---|---|
//! | write handlers | [`get`](macro@get), [`post`](macro@post), [`put`](macro@put), [`patch`](macro@patch), [`delete`](macro@delete), [`route`](macro@route) |
//! | constrain values | [`model`](macro@model), [`EmailStr`], [`Url`], [`Duration`], [`Base64Bytes`], [`Secret`], [`Partial`] |
//! | return responses | [`Html`], [`PlainText`], [`Redirect`], [`Json`], [`Streaming`], [`JsonLines`], [`Sse`], `File`, [`Reply`], [`IntoResponse`] |
//! | return long lists | [`Page`] with [`Paging`], `CursorPage` with `Cursor` |
//! | return errors | [`HttpError`](struct@HttpError), [its derive](derive@HttpError), [`Result`], [`OrStatus`] |
//! | call a model with many inputs at once | [`Batcher`] |
//! | inject dependencies | [`dependency`](macro@dependency), [`Yield`], [`Outcome`], [`job`](macro@job) |
//! | identify clients | [`security`], [`App::require`], [`Router::require`] |
//! | configure it | [`settings`](macro@settings), [`Sources`](settings::Sources) |
//! | store data | `sqlite`, `postgres`, `any_database`, `sql` |
//! | assemble an app | [`App`], [`Router`], [`routes!`], [`BackgroundTasks`] |
//! | put something around it | [`middleware`](macro@middleware), [built-in middleware](mod@middleware), [`App::layer`] |
//! | serve it | [`main`](macro@main), [`App::launch`], [`App::serve`], [`ServeConfig`], [`Health`] |
//! | test it | [`TestClient`](testing::TestClient), [`TestServer`](testing::TestServer), [`App::override_dependency`] |
//!
//! # Modules
//!
//! In reading order; each module imports only those above it.
//!
//! 1. `error`, `body`, `schema`: [`HttpError`](struct@HttpError), the body type, and how types describe themselves.
//! 2. [`openapi`]: the document, to which all other parts add their descriptions.
//! 3. [`model`](mod@model): what makes a value valid, and how all errors are reported.
//! 4. `request`: a single request and its outcome.
//! 5. [`response`]: what a handler can return.
//! 6. [`extract`]: what a handler can take as arguments, with a file for each source.
//! 7. [`security`]: security schemes and scopes.
//! 8. `pages`: lists in parts, [`Page`].
//! 9. [`depends`]: dependency injection.
//! 10. [`settings`](mod@settings), `sql`: structs that are read from the environment, and databases.
//! 11. `background`, `redis`, `cache`, [`middleware`](mod@middleware), `routing`: background tasks, stored responses, middleware,
//!     routers, the routing table.
//! 12. `static_files`, `templates`, `websocket`: folders of files, sent as they are or rendered, and WebSockets.
//! 13. `metrics`, `batcher`, `serve`, `app`: what is counted, calls handed over together, the server, which does not depend on apps, and the app itself.
//! 14. [`testing`]: clients and servers for tests.
//! 15. `macros`: the attributes and derives, each with an example.
//!
//! # Features
//!
//! - `docs-ui` (default): Swagger UI at `/docs`, built into the program.
//! - `http2`: HTTP/2.
//! - `tls`: TLS in the server, `Tls`.
//! - `redis`: a connection to Redis, `Redis`, and the cache in it.
//! - `systemd`: the socket that systemd has opened for the process.
//! - `files`: `File`, a file as a response, and `App::static_files`.
//! - `multipart` (default): multipart forms, with [`UploadFile`] and [`Multipart`].
//! - `cache`: cached responses, `cache(..)` on a route, `Cache` and `Cached`.
//! - `compression`: compressed responses and requests, `middleware::Compression`.
//! - `jwt`: JSON Web Tokens, `security::Jwt`.
//! - `oidc`: tokens from an identity provider, `security::Jwks`.
//! - `passwords`: password hashing, `security::Passwords`.
//! - `api-keys`: API keys that the app issues, `security::ApiKey`.
//! - `cursors`: lists in parts with encrypted cursors, `CursorPage`.
//! - `sessions`: sessions in encrypted cookies or in a store, `security::Session`.
//! - `sqlite`: SQLite, `sqlite`, and a store for sessions, `security::SqliteSessionStore`.
//! - `postgres`: PostgreSQL, `postgres`.
//! - `any-database`: SQLite or PostgreSQL, by the URL of the database, `any_database`.
//! - `chrono`: the dates and times of `chrono` as arguments and fields.
//! - `uuid`: `uuid::Uuid` as an argument and field type.
//! - `decimal`: `rust_decimal::Decimal` as an argument and field type.
//! - `regex`: the `pattern` constraint.
//! - `templates`: Jinja templates.
//! - `metrics`: metrics for Prometheus, `Metrics`.
//! - `websocket`: WebSockets.
//!
//! # Types of other crates
//!
//! Public signatures use types of `http`, `http-body`, `bytes`, `serde`, `serde_json`, `schemars` and `tokio`, which
//! are stable, and the traits of `tower-service` and `tower-layer` 0.3, as axum and tonic do. [`App::on_span`] uses a
//! type of `tracing` 0.1. With the feature
//! `chrono`, they also use types of `chrono` 0.4; with `sqlite` or `postgres`, types of `sqlx` 0.9, which is not stable. A new major version of any of these requires a new major version
//! of fastrs.
//!
//! `JsonSchema` is schemars' trait, which `#[model]` implements. Its derive is part of the crate `schemars`.

extern crate self as fastrs;

mod log;

mod random;

mod error;

mod body;

#[cfg(feature = "multipart")]
mod multipart;

mod schema;

pub mod openapi;

pub mod model;

mod request;

pub mod response;

pub mod extract;

pub mod security;

mod pages;

pub mod depends;

pub mod settings;

#[cfg(any(feature = "postgres", feature = "sqlite"))]
pub mod sql;

mod background;

mod broadcast;

// Only the cache and the sessions use its scripts.
#[cfg(feature = "redis")]
#[cfg_attr(not(feature = "cache"), allow(dead_code))]
mod redis;

#[cfg(feature = "cache")]
mod cache;

pub mod middleware;

mod routing;

#[cfg(feature = "files")]
mod static_files;

#[cfg(feature = "templates")]
pub mod templates;

#[cfg(feature = "websocket")]
mod websocket;

#[cfg(feature = "metrics")]
mod metrics;

mod batcher;

mod serve;

mod app;

pub mod testing;

mod macros;

#[doc(hidden)]
#[path = "private/mod.rs"]
pub mod __private;

pub use app::{App, AppService, BuiltApp, Health, RouteEntry, RouteKind, Routes, StartError};
pub use background::BackgroundTasks;
pub use batcher::{BatchError, BatchOutputs, Batcher};
pub use body::{Body, FormLimits, ReadError, Response};
pub use broadcast::{Broadcast, Missed, Subscription};
pub use bytes::Bytes;
#[cfg(feature = "cache")]
pub use cache::{Cache, Cached};
pub use depends::Yield;
pub use error::{BoxError, HttpError, OrStatus, Result, ToStatus};
pub use extract::ClientAddr;
pub use http::{self, HeaderMap as Headers, StatusCode};
pub use macros::{
    HttpError, IntoResponse, delete, dependency, get, head, job, main, middleware, model, options,
    patch, post, put, route, routes, settings, trace, websocket,
};
#[cfg(feature = "metrics")]
pub use metrics::Metrics;
pub use middleware::{Middleware, Next};
pub use model::{
    Base64Bytes, Base64Error, Duration, EmailStr, ErrorDetail, Errors, LocItem, Model, Partial,
    Report, Secret, Url, ValidationError,
};
#[cfg(feature = "multipart")]
pub use multipart::{Multipart, Part, UploadFile};
#[cfg(feature = "cursors")]
pub use pages::{Cursor, CursorKeys, CursorPage, Position};
pub use pages::{Page, Paging};
#[cfg(all(feature = "redis", feature = "sessions"))]
pub use redis::RedisSessionStore;
#[cfg(feature = "redis")]
pub use redis::{Redis, RedisError};
#[cfg(feature = "tls")]
pub use request::ClientCertificate;
#[cfg(feature = "websocket")]
pub use request::WebSocketConfig;
pub use request::{Cookie, Failure, Outcome, Reply, Request, SameSite, Shutdown, TraceContext};
#[cfg(feature = "files")]
pub use response::File;
pub use response::{
    Html, IntoResponse, Json, JsonLines, MediaType, PlainText, Redirect, ResponseError,
    ServerSentEvent, Sse, Streaming,
};
pub use routing::{JobValue, Route, Router};
pub use schemars::JsonSchema;
pub use serde_json::{Value, json};
#[cfg(feature = "tls")]
pub use serve::Tls;
pub use serve::{Accept, Bind, Listener, ServeConfig, block_on};
pub use settings::SettingsError;
#[cfg(feature = "any-database")]
pub use sql::any_database;
#[cfg(feature = "postgres")]
pub use sql::postgres;
#[cfg(feature = "sqlite")]
pub use sql::sqlite;
#[cfg(feature = "files")]
pub use static_files::StaticFiles;
#[cfg(feature = "websocket")]
pub use websocket::{
    FromMessage, Message, SentAs, ToMessage, WebSocket, WebSocketError, WebSocketReceiver,
    WebSocketSender, WebSocketSending,
};

/// Everything that a module of handlers needs: `use fastrs::prelude::*;`.
pub mod prelude {
    #[doc(hidden)]
    pub use crate::__private::builders::BuilderMethods as _;
    #[cfg(not(feature = "files"))]
    #[doc(hidden)]
    pub use crate::__private::instead::File;
    #[cfg(feature = "files")]
    pub use crate::File;
    #[doc(hidden)]
    pub use crate::macros::serde;
    // Only the macros, and not the modules of these names, which a dependency may have as well.
    pub use crate::macros::{middleware, settings};
    pub use crate::{
        App, BackgroundTasks, Base64Bytes, Body, Bytes, ClientAddr, Cookie, Duration, EmailStr,
        FormLimits, Headers, Html, HttpError, IntoResponse, Json, JsonLines, Next, OrStatus,
        Outcome, Partial, PlainText, Redirect, Reply, Request, Response, Result, Router, Secret,
        ServerSentEvent, Sse, StartError, StatusCode, Streaming, TraceContext, Url, Yield, delete,
        dependency, get, head, job, json, model, options, patch, post, put, route, routes, trace,
        websocket,
    };
    #[cfg(feature = "multipart")]
    pub use crate::{Multipart, UploadFile};
    #[cfg(feature = "websocket")]
    #[doc(hidden)]
    pub use crate::{WebSocket, WebSocketError};
}
