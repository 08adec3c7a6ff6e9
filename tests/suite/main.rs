//! The behaviour of fastrs through its public API, a file per chapter.

mod journal;
mod support;
mod wire;

mod answers;
mod bodies;
mod clients;
mod cookies;
mod dependencies;
mod derives;
mod differential;
mod documents;
mod engines;
mod errors;
mod house;
mod lifetimes;
mod models;
mod parameters;
mod promises;
mod routing;
mod serving;
mod shapes;
mod spellings;
mod streams;
mod tower;
mod tutorial;
mod two_endpoints;
mod ui;
mod values;
mod yields;
