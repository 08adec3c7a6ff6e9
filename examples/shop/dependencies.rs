//! What handlers depend on besides the database.

use chrono::{DateTime, SubsecRound, Utc};
use fastrs::prelude::*;

use crate::config::{Settings, settings};

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
    #[depends(settings)] settings: &Settings,
) -> Result<(), StaffError> {
    match &settings.staff_key {
        Some(key) if !same(key, x_staff_key.as_deref().unwrap_or_default()) => {
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

/// Compares in a time that doesn't reveal how much of a guess was right.
fn same(key: &str, guess: &str) -> bool {
    key.len() == guess.len()
        && key
            .bytes()
            .zip(guess.bytes())
            .fold(0, |differences, (a, b)| differences | (a ^ b))
            == 0
}
