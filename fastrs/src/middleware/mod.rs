//! Middleware: what is put around an app, a router or a route.
//!
//! [`#[middleware]`](macro@crate::middleware) turns a function into middleware, and `layer` takes a tower layer. This
//! module has what most services need, each under FastAPI's name if FastAPI has it:
//!
//! | middleware | what it does |
//! |---|---|
//! | [`Cors`] | lets pages of other origins use the API |
//! | [`TrustedHost`] | rejects requests for other hosts |
//! | [`HttpsRedirect`] | redirects to HTTPS |
//! | [`RequestId`] | gives every request an id, in its response and in the log |
//! | [`AccessLog`] | logs every response |
//! | [`SecurityHeaders`] | adds the headers that browsers need to protect users |
//! | [`Timeout`] | limits how long a response may take |
//! | [`ConcurrencyLimit`] | rejects requests if too many are in progress |
//! | [`RateLimit`] | limits how many requests a client may send |
//! | `Compression` | compresses responses (feature `compression`) |
//! | `RequestDecompression` | decompresses requests (feature `compression`) |
//!
//! [`ProxyHeaders`] is not in this sequence: [`App::proxy_headers`](crate::App::proxy_headers) applies them first, so that
//! all middleware sees the client.
//!
//! [`App::layer`](crate::App::layer), [`Router::layer`](crate::Router::layer) and [`Route::layer`](crate::Route::layer)
//! take them, in one sequence with tower layers: the one added last is the outermost.
//! [`App::production`](crate::App::production) adds the set that a public API should have.
//!
//! ```
//! use fastrs::middleware::{Cors, Timeout};
//! use fastrs::prelude::*;
//! use std::time::Duration;
//!
//! #[get("/items")]
//! async fn read_items() -> Vec<String> {
//!     vec![]
//! }
//!
//! let app = App::new("Shop", "1.0.0")
//!     .routes(routes![read_items])
//!     .layer(Timeout::new(Duration::from_secs(10)))
//!     .layer(Cors::new().allow_origins(["https://shop.example"]));
//! # drop(app);
//! ```
//!
//! Adjacent middleware of this module shares one future, so each costs a request little more than its own work.

mod access_entry;
mod access_log;
mod built_in;
#[cfg(feature = "compression")]
mod compression;
mod concurrency_limit;
mod cors;
mod function;
mod head;
mod https_redirect;
mod in_progress;
mod layer;
mod log_format;
mod production;
mod proxy_headers;
mod rate_limit;
mod rate_table;
mod request_id;
mod security_headers;
mod service;
mod timeout;
mod trusted_host;
mod vary;

pub use access_log::AccessLog;
#[cfg(feature = "compression")]
pub use compression::{Compression, RequestDecompression};
pub use concurrency_limit::ConcurrencyLimit;
pub use cors::Cors;
pub use function::Middleware;
#[doc(hidden)]
pub use function::MiddlewareOutput;
pub use https_redirect::HttpsRedirect;
#[doc(hidden)]
pub use layer::TowerLayer;
pub use production::Production;
pub use proxy_headers::ProxyHeaders;
pub use rate_limit::RateLimit;
pub use request_id::RequestId;
pub use security_headers::SecurityHeaders;
pub use service::Next;
pub use timeout::Timeout;
pub use trusted_host::TrustedHost;

pub(crate) use built_in::Stack;
pub(crate) use layer::{ErasedLayer, erase_layer, erase_middleware, stack_of, wrap_in};
pub(crate) use service::{SharedService, erase};
