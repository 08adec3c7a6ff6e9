//! Security: schemes, scopes and guards.

mod documents;
mod forged;
mod guards;
mod routes;
mod schemes;
mod scopes;
mod tokens;
