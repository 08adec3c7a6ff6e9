//! Routing: which handler answers, and what stands around it.

mod errors;
mod layers;
mod limits;
mod methods;
mod paths;
mod replies;
mod wiring;
