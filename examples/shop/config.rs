//! The settings, which are read from the environment, from `.env`, and from the secrets of a container.

use fastrs::prelude::*;

/// The settings of a shop, none of which is required. Those of the database are fastrs's own: `DATABASE_URL`.
#[settings(prefix = "SHOP_", env_file = ".env", secrets_dir = "/run/secrets")]
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// The value of `x-staff-key` that staff-only routes require. Without it, everyone may do everything.
    pub staff_key: Option<Secret<String>>,
}
