//! `#[settings]`: what is read from where, and which errors mistakes cause.

mod example;
mod mistakes;
mod sources;
mod values;

use std::collections::BTreeMap;

use fastrs::prelude::*;
use fastrs::testing::TestClient;

/// Where the shop keeps its data.
#[model]
struct Database {
    /// The address of the database.
    url: String,
    /// How many connections are open at most.
    #[field(default = 8, ge = 1, le = 100)]
    pool: u8,
}

/// The mode that the shop runs in.
#[model]
#[derive(Debug, Clone, Copy, PartialEq)]
enum Mode {
    Development,
    Production,
}

/// The settings of a shop.
#[settings(prefix = "SHOP_", env_file = ".env")]
struct Settings {
    /// The key that signs tokens.
    #[field(min_length = 8)]
    secret_key: Secret<String>,
    db: Database,
    #[field(default = 30, ge = 1)]
    token_minutes: u32,
    #[field(default)]
    cors_origins: Vec<Url>,
    #[field(default)]
    limits: BTreeMap<String, u32>,
    #[field(default = Mode::Development)]
    mode: Mode,
    replica: Option<Database>,
    #[field(alias = "SENTRY_DSN")]
    sentry: Option<Url>,
}

const GIVEN: [(&str, &str); 2] = [
    ("SHOP_SECRET_KEY", "correct horse"),
    ("SHOP_DB__URL", "sqlite:a"),
];

/// Reads the settings from the variables that are always given, and these.
fn read(vars: &[(&str, &str)]) -> Result<Settings, fastrs::SettingsError> {
    Settings::from_vars(GIVEN.iter().chain(vars).copied())
}

#[get("/minutes")]
async fn minutes(#[depends(Settings)] settings: &Settings) -> u32 {
    settings.token_minutes
}

/// A value that is made from the settings.
#[dependency(scope = "app")]
async fn database_url(#[depends(Settings)] settings: &Settings) -> String {
    settings.db.url.clone()
}

#[get("/url")]
async fn url(#[depends(database_url)] url: &String) -> String {
    url.clone()
}

fn app() -> App {
    App::new("Shop", "1.0.0").routes(routes![minutes, url])
}
