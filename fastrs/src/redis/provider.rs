//! Redis as a dependency.

use super::Redis;
use crate::{
    depends::{AppScope, Dependency, Injected, Node, Provider, app_value},
    error::HttpError,
    openapi::Operation,
    request::{Context, Failure},
};

/// The variable with the URL.
const VARIABLE: &str = "REDIS_URL";

/// The app-scoped dependency whose value is the Redis that is configured, if one is.
#[allow(non_camel_case_types)]
#[derive(Debug)]
pub struct configured {}

#[diagnostic::do_not_recommend]
impl Provider for configured {
    type Returned = Option<Redis>;
    type Deps = ();
    type Scope = AppScope;
    type Args<'r> = ();
    type Params = ();
    const NAME: &'static str = "REDIS_URL";

    fn describe(_: &mut Operation<'_>) {}

    fn extract<'r>(_: &mut Context<'r>) -> Option<()> {
        Some(())
    }

    async fn run<'a, 'r>(
        (): (),
        _: Injected<'a, 'r, ()>,
        (): &'a (),
        _: &'a mut Context<'r>,
    ) -> Result<Option<Redis>, Failure> {
        let Some(url) = std::env::var(VARIABLE).ok().filter(|url| !url.is_empty()) else {
            return Ok(None);
        };
        let redis = Redis::new(&url).map_err(|error| wrong(&error.to_string()))?;
        redis.connect().await;
        Ok(Some(redis))
    }
}

fn wrong(error: &str) -> Failure {
    let error = format!("the variable `{VARIABLE}`: {error}");
    Failure::of(HttpError::from_status(500).cause(error))
}

impl Redis {
    #[doc(hidden)]
    pub const __DEPENDENCY: Dependency = Dependency::WithoutArguments;

    #[doc(hidden)]
    pub const fn __node() -> &'static Node {
        static NODE: Node = Node {
            name: "Redis",
            at: "fastrs::Redis",
            deps: &[],
            credential: false,
        };
        &NODE
    }
}

#[diagnostic::do_not_recommend]
impl Provider for Redis {
    type Returned = Self;
    type Deps = configured;
    type Scope = AppScope;
    type Args<'r> = ();
    type Params = ();
    const NAME: &'static str = "Redis";

    fn describe(_: &mut Operation<'_>) {}

    fn extract<'r>(_: &mut Context<'r>) -> Option<()> {
        Some(())
    }

    async fn run<'a, 'r>(
        (): (),
        _: Injected<'a, 'r, configured>,
        (): &'a (),
        cx: &'a mut Context<'r>,
    ) -> Result<Self, Failure> {
        let configured = app_value::<configured>(cx.state());
        configured
            .and_then(Option::clone)
            .ok_or_else(|| wrong("it is not set, and a dependency needs Redis"))
    }
}
