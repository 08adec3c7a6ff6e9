//! tower's world: layers of tower-http, routers of axum, both ways.

mod axum;
mod cors;
mod http_layers;
mod mounts;
mod slashes;
