//! What handlers depend on besides the database.

use chrono::{DateTime, SubsecRound, Utc};
use fastrs::prelude::*;

use crate::config::Settings;

/// The time of the request, to the second. Tests override it.
#[dependency]
pub async fn now() -> DateTime<Utc> {
    Utc::now().trunc_subsecs(0)
}

/// Lets only staff pass, if the shop was started with a staff key.
#[dependency]
pub async fn staff(
    /// The staff's key. Needed only if the shop was started with one.
    #[header]
    x_staff_key: Option<String>,
    #[depends(Settings)] settings: &Settings,
) -> Result<(), StaffError> {
    match &settings.staff_key {
        // Secrets are compared in a time that doesn't reveal how much of a guess was right.
        Some(key) if *key != Secret::new(x_staff_key.unwrap_or_default()) => {
            Err(StaffError::Refused)
        }
        _ => Ok(()),
    }
}

/// Why a request for a staff-only route is rejected.
#[derive(Debug, HttpError)]
pub enum StaffError {
    /// The key is missing or wrong.
    #[error("only staff may do this")]
    #[status(403)]
    Refused,
}
