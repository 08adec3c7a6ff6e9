//! `Yield`: what is run at the end of a request, and what it is told.

mod aborted;
mod clients;
mod exits;
mod invalid;
mod payloads;
mod transactions;
