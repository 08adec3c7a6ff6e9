//! The settings, which are read from the environment.

use std::env;

use fastrs::prelude::*;

/// The settings of a shop.
///
/// Without any, the shop keeps its data in a temporary folder and lets everyone do everything.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// `DATABASE_URL`: the database, as in `sqlite:shop.db`.
    pub database_url: Option<String>,
    /// `STAFF_KEY`: the value of `x-staff-key` that staff-only routes require.
    pub staff_key: Option<String>,
}

impl Settings {
    /// Reads the settings from the environment.
    pub fn from_env() -> Self {
        Self {
            database_url: env::var("DATABASE_URL").ok(),
            staff_key: env::var("STAFF_KEY").ok(),
        }
    }
}

/// The settings, which `main` provides.
#[dependency(scope = "app")]
pub async fn settings() -> Settings;
