//! Interoperability with tower: layers of tower-http, and axum routers in both directions.

mod axum;
mod cors;
mod http_layers;
mod mounted_documents;
mod mounts;
mod slashes;
