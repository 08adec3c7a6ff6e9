//! Security: schemes, scopes and guards.

mod documents;
mod guards;
mod schemes;
mod scopes;
mod tokens;
