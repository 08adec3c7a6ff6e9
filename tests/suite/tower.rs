//! Interoperability with tower: layers of tower-http, and axum routers in both directions.

mod axum;
mod cors;
mod http_layers;
mod mounts;
mod slashes;
