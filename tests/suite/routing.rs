//! Routing: which handler responds, and what surrounds it.

mod converted_errors;
mod errors;
mod layers;
mod limits;
mod methods;
mod nested_errors;
mod paths;
mod replies;
mod wiring;
