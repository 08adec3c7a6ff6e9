//! The time.

use chrono::{DateTime, SubsecRound, Utc};
use fastrs::prelude::*;

/// The time of the request, to the second. Tests override it.
#[dependency]
pub async fn now() -> DateTime<Utc> {
    Utc::now().trunc_subsecs(0)
}
