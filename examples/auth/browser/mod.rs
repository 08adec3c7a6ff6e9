//! Pages for the browser: a login with a cookie, the account, and the pages that the links in emails open.

pub mod account;
pub mod authorize;
#[cfg(test)]
mod authorize_tests;
pub mod dependencies;
pub mod login;
pub mod mail_links;
pub mod templates;
#[cfg(test)]
mod tests;

use fastrs::http::{HeaderValue, header};
use fastrs::prelude::*;
use tower::util::MapResponseLayer;

use crate::core::caching::no_store;

/// Returns the routes of the pages.
///
/// They are exempt from the guard of the app, which requires access tokens. `account` has its own guard, and
/// `authorize` itself redirects to the login.
pub fn router() -> Router {
    Router::new("")
        .public()
        .include_in_schema(false)
        .layer(no_store())
        .layer(MapResponseLayer::new(harden))
        .include(login::router())
        .include(mail_links::router())
        .include(account::router())
        .include(authorize::router())
}

/// Restricts what a page can load, who can frame it, and what other sites learn about its address, which may contain a
/// token.
fn harden(mut response: Response) -> Response {
    let headers = response.headers_mut();
    for (name, value) in [
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
        ),
        // With `no-referrer`, forms would be sent with `Origin: null`, and be refused over plain HTTP.
        (header::REFERRER_POLICY, "same-origin"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}
