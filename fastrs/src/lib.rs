//! **fastrs**: what FastAPI is to Python, for Rust.
//!
//! One annotated `async fn` gives routing, typed and validated input, JSON output, an OpenAPI document, interactive
//! docs and injected dependencies, on hyper, with mistakes caught by the compiler.
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
//! The rooms of the house, in reading order; each imports only those above it.

extern crate self as fastrs;

mod log;

mod error;

mod body;
pub mod openapi;

pub mod model;

mod request;

pub mod response;

pub mod extract;

pub mod depends;

mod background;

mod routing;

mod app;

mod serve;

mod testing;

#[doc(hidden)]
#[path = "private/mod.rs"]
pub mod __private;

pub use app::{App, AppService, BuiltApp, StartError};
pub use background::BackgroundTasks;
pub use body::{Body, Chunk, ReadError, Response};
pub use bytes::Bytes;
pub use depends::Yield;
pub use error::{BoxError, HttpError, OrStatus, Result, ToStatus};
pub use extract::ClientAddr;
pub use fastrs_macros::{
    HttpError, IntoResponse, delete, dependency, get, head, job, main, model, options, patch, post,
    put, route, routes, trace,
};
pub use http::{self, HeaderMap as Headers, StatusCode};
pub use model::{
    Duration, EmailStr, ErrorDetail, Errors, LocItem, Model, Report, Secret, Sent, Url,
    ValidationError,
};
pub use request::{Cookie, Failure, Outcome, Reply, Request, SameSite};
pub use response::{Html, IntoResponse, Json, PlainText, Redirect, ResponseError};
pub use routing::{JobValue, Next, Route, Router};
pub use schemars::JsonSchema;
pub use serde_json::{Value, json};
pub use serve::{Bind, Listener, ServeConfig, block_on};
pub use testing::{TestClient, TestRequest, TestResponse, TestServer};

/// What a module of handlers needs: `use fastrs::prelude::*;`.
pub mod prelude {
    pub use crate::{
        App, BackgroundTasks, Bytes, ClientAddr, Cookie, Duration, EmailStr, Headers, Html,
        HttpError, IntoResponse, Json, OrStatus, Outcome, PlainText, Redirect, Reply, Request,
        Response, Result, Router, Secret, Sent, StartError, StatusCode, TestClient, Url, Yield,
        delete, dependency, get, head, job, json, model, options, patch, post, put, route, routes,
        trace,
    };
}
