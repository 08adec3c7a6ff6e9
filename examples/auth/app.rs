//! The application: its guard, and the routers that it consists of.

use fastrs::security::Sessions;
use fastrs::{Value, prelude::*};

use crate::admin::bootstrap::first_admin;
use crate::auth::dependencies::current_user;
use crate::browser::dependencies::BrowserSession;
use crate::core::settings::Settings;
use crate::{admin, api_keys, auth, browser, oauth, users};

/// Returns the service with these settings.
pub fn app(with: Settings) -> App {
    App::new("Auth", "1.0.0")
        .description(
            "Accounts: registration, login, tokens and API keys.\n\n\
             Every route requires an access token, unless it says otherwise.",
        )
        .sessions(browser_sessions(&with))
        .provide::<Settings>(with)
        .require::<current_user>()
        .depends::<first_admin>()
        .routes(routes![health])
        .include(auth::routes::router())
        .include(oauth::routes::router())
        .include(users::routes::router())
        .include(api_keys::routes::router())
        .include(admin::routes::router())
        .include(browser::router())
        .exception_handler(oauth::errors::refused)
        .exception_handler(oauth::errors::invalid)
}

/// The cookies of the browser pages, which the secret of the settings encrypts.
fn browser_sessions(settings: &Settings) -> Sessions<BrowserSession> {
    Sessions::new(settings.secret_key.clone()).secure(settings.public_url.starts_with("https:"))
}

/// Check whether the service is up.
#[get("/health", public)]
async fn health() -> Value {
    json!({"status": "ok"})
}
