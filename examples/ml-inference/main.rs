//! A machine-learning model behind an API: the species of a penguin, from its measurements.
//!
//! ```text
//! cargo run --release --example ml-inference
//! ```
//!
//! Then open `http://127.0.0.1:8000/docs`. `penguins/train.py` has trained the model and written it as ONNX; tract runs
//! it. `model.rs` knows tensors and no HTTP, `routes.rs` knows HTTP and no tensors, and a `Batcher` connects them.

mod app;
mod config;
mod model;
mod routes;
mod schemas;
#[cfg(test)]
mod tests;

use fastrs::prelude::*;

#[fastrs::main]
async fn main() -> Result<(), StartError> {
    app::app().launch().await
}
