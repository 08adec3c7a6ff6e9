//! The settings, which are read from the environment.

use std::collections::BTreeMap;

use fastrs::prelude::*;

/// The settings of the service. It runs without any.
#[settings(prefix = "AUTH_", env_file = ".env", validate = has_whole_admin)]
#[derive(Debug, Clone)]
pub struct Settings {
    /// The database, as in `sqlite:auth.db`. Without it, the data is in a temporary folder, which is deleted at the end.
    pub database_url: Option<Secret<String>>,
    /// What signs access tokens and encrypts cookies, with at least 32 bytes: `openssl rand -hex 32`. Without it, each start
    /// has another one, and nobody stays logged in.
    #[field(default = random(), min_length = 32)]
    pub secret_key: Secret<String>,
    /// The address of the service, without a slash at its end: for links in mails, and as the issuer of tokens.
    #[field(default = "http://127.0.0.1:8000", pattern = "^https?://[^/]+$")]
    pub public_url: String,
    /// How long an access token is valid.
    #[field(default = 15, ge = 1, le = 1440)]
    pub access_token_minutes: u32,
    /// How long a refresh token is valid. Each use begins anew.
    #[field(default = 30, ge = 1, le = 365)]
    pub refresh_token_days: u32,
    /// How many attempts at an account are allowed at once from an address. Then it is one a minute. From all addresses
    /// together, it is ten times as many.
    #[field(default = 5, ge = 1)]
    pub login_attempts_per_account: u32,
    /// How many attempts from an address are allowed at once. Then it is one every three seconds. Behind a proxy, all clients
    /// have its address, so let the proxy limit them, and turn this limit off with 0.
    #[field(default = 20)]
    pub login_attempts_per_address: u32,
    /// The clients that may send users here to log in, each with the addresses to which they are sent back, as in
    /// `{"my-app": ["https://app.example/callback"]}`.
    #[field(default)]
    pub oauth_clients: BTreeMap<String, Vec<String>>,
    /// The mail server, as in `smtps://user:password@mail.example.com`. Without it, mail is written to the log.
    pub smtp_url: Option<Secret<String>>,
    /// The sender of mails.
    #[field(default = "Auth <auth@example.com>")]
    pub mail_from: String,
    /// An admin who is created when the service starts, together with the password.
    pub admin_email: Option<EmailStr>,
    /// The password of that admin. Once there is such a user, it has no effect: an admin changes it like any user.
    #[field(min_length = 12, max_length = 128)]
    pub admin_password: Option<Secret<String>>,
}

impl Settings {
    pub fn access_token_seconds(&self) -> u64 {
        u64::from(self.access_token_minutes) * 60
    }
}

/// An address without a password would be no admin, and nobody would notice.
fn has_whole_admin(settings: &Settings) -> Result<(), String> {
    match (&settings.admin_email, &settings.admin_password) {
        (Some(_), None) | (None, Some(_)) => {
            Err("AUTH_ADMIN_EMAIL and AUTH_ADMIN_PASSWORD must be set together".into())
        }
        _ => Ok(()),
    }
}

fn random() -> Secret<String> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).expect("the system has random numbers");
    Secret::new(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
