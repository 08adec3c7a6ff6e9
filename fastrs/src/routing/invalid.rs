//! The response to invalid input.

use crate::{
    model::ValidationError,
    request::{Context, Failure},
};

/// Returns the 422 that lists all invalid input.
#[cold]
pub fn validation_failure(cx: &mut Context<'_>) -> Failure {
    Failure::of(ValidationError::new(cx.problems().take()).with_sent(cx.body()))
}
