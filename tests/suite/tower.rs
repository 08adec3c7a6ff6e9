//! tower's world: layers of tower-http, routers of axum, both ways.

mod axum;
mod http_layers;
