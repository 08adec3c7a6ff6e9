//! The cache as a dependency.

use super::Cache;
use crate::depends::app_dependency;
#[cfg(feature = "redis")]
use crate::{depends::app_value, redis::configured};

#[cfg(feature = "redis")]
app_dependency!(Cache, "Cache" in "fastrs", of Self, after configured, |state| {
    Ok(match app_value::<configured>(state) {
        Some(Some(redis)) => Self::on(redis).namespace(&*state.name),
        _ => Self::in_memory(),
    })
});

#[cfg(not(feature = "redis"))]
app_dependency!(Cache, "Cache" in "fastrs", of Self, after (), |_| Ok(Self::in_memory()));
