//! The behaviour of fastrs through its public API, a file per chapter.

mod journal;
mod support;
mod wire;

mod agreement;
mod aliases;
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
mod partial;
mod promises;
mod representations;
mod routing;
mod serving;
mod shapes;
mod spellings;
mod streams;
mod tower;
mod tutorial;
mod two_endpoints;
mod ui;
mod unions;
mod values;
mod yields;
