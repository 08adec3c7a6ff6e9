//! Redis as a dependency.

use super::Redis;
use crate::{
    depends::{app_dependency, app_value},
    error::HttpError,
    request::Failure,
};

/// The variable with the URL.
const VARIABLE: &str = "REDIS_URL";

/// The app-scoped dependency whose value is the Redis that is configured, if one is.
#[allow(non_camel_case_types)]
#[derive(Debug)]
pub struct configured {}

app_dependency!(configured, "REDIS_URL" in "fastrs", of Option<Redis>, after (), |_| {
    let Some(url) = std::env::var(VARIABLE).ok().filter(|url| !url.is_empty()) else {
        return Ok(None);
    };
    let redis = Redis::new(&url).map_err(|error| wrong(&error.to_string()))?;
    redis.connect().await;
    Ok(Some(redis))
});

app_dependency!(Redis, "Redis" in "fastrs", of Self, after configured, |state| {
    let configured = app_value::<configured>(state).and_then(Option::clone);
    configured.ok_or_else(|| wrong("it is not set, and a dependency needs Redis"))
});

fn wrong(error: &str) -> Failure {
    let error = format!("the variable `{VARIABLE}`: {error}");
    Failure::of(HttpError::from_status(500).cause(error))
}
