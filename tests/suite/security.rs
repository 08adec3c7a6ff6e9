//! Security: schemes, scopes, guards, tokens, passwords and keys.

mod api_keys;
mod canary;
mod csrf;
mod documents;
mod forged;
mod guards;
mod issuers;
mod jwks;
mod made_once;
mod mistakes;
mod passwords;
mod rejections;
mod routes;
mod schemes;
mod scopes;
mod sessions;
mod tokens;
