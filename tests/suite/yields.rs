//! `Yield`: what is run at the end of a request, and what it is told.

mod clients;
mod exits;
mod transactions;
