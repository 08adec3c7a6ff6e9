//! `Yield`: what runs at the end of a request, and the outcome that it receives.

mod aborted;
mod clients;
mod exits;
mod invalid;
mod payloads;
mod storm;
mod transactions;
