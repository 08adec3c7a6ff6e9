//! The settings, which are read from the environment.

use std::{env, path::PathBuf};

use fastrs::prelude::*;

/// The settings of a chat.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// `CHAT_FOLDER`: where the history and the shared files are kept. Without it, they are kept in a temporary folder,
    /// which is deleted when the chat ends.
    pub folder: Option<PathBuf>,
}

impl Settings {
    /// Reads the settings from the environment.
    pub fn from_env() -> Self {
        Self {
            folder: env::var_os("CHAT_FOLDER").map(PathBuf::from),
        }
    }
}

/// The settings, which `main` provides.
#[dependency(scope = "app")]
pub async fn settings() -> Settings;
