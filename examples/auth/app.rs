//! The application: its guard, and the routers that it consists of.

use fastrs::{Value, prelude::*};

use crate::admin::bootstrap::first_admin;
use crate::auth::dependencies::current_user;
use crate::core::settings::Settings;
use crate::{admin, api_keys, auth, oauth, users};

/// Returns the service with these settings.
pub fn app(with: Settings) -> App {
    App::new("Auth", "1.0.0")
        .description(
            "Accounts: registration, login, tokens and API keys.\n\n\
             Every route requires an access token, unless it says otherwise.",
        )
        .provide::<Settings>(with)
        .require::<current_user>()
        .depends::<first_admin>()
        .routes(routes![health])
        .include(auth::routes::router())
        .include(oauth::routes::router())
        .include(users::routes::router())
        .include(api_keys::routes::router())
        .include(admin::routes::router())
        .exception_handler(oauth::errors::refused)
        .exception_handler(oauth::errors::invalid)
}

/// Check whether the service is up.
#[get("/health", public)]
async fn health() -> Value {
    json!({"status": "ok"})
}
