//! What the person who starts the shop decides.

use std::env;

use fastrs::prelude::*;

/// The settings of a shop.
///
/// Without any, it keeps its data in a temporary folder and lets everybody do everything.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// `DATABASE_URL`: the database, as in `sqlite:shop.db`.
    pub database_url: Option<String>,
    /// `STAFF_KEY`: what `x-staff-key` must say where only staff may pass.
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

/// The settings that `main` knows: it provides them.
#[dependency(scope = "app")]
pub async fn settings() -> Settings;
