//! The cache as a dependency.

use super::Cache;
#[cfg(feature = "redis")]
use crate::{depends::app_value, redis::configured};
use crate::{
    depends::{AppScope, Dependency, Injected, Node, Provider},
    openapi::Operation,
    request::{Context, Failure},
};

impl Cache {
    #[doc(hidden)]
    pub const __DEPENDENCY: Dependency = Dependency::WithoutArguments;

    #[doc(hidden)]
    pub const fn __node() -> &'static Node {
        static NODE: Node = Node {
            name: "Cache",
            at: "fastrs::Cache",
            deps: &[],
            credential: false,
        };
        &NODE
    }
}

#[diagnostic::do_not_recommend]
impl Provider for Cache {
    type Returned = Self;
    #[cfg(not(feature = "redis"))]
    type Deps = ();
    #[cfg(feature = "redis")]
    type Deps = configured;
    type Scope = AppScope;
    type Args<'r> = ();
    type Params = ();
    const NAME: &'static str = "Cache";

    fn describe(_: &mut Operation<'_>) {}

    fn extract<'r>(_: &mut Context<'r>) -> Option<()> {
        Some(())
    }

    async fn run<'a, 'r>(
        (): (),
        _: Injected<'a, 'r, Self::Deps>,
        (): &'a (),
        cx: &'a mut Context<'r>,
    ) -> Result<Self, Failure> {
        #[cfg(feature = "redis")]
        if let Some(Some(redis)) = app_value::<configured>(cx.state()) {
            return Ok(Self::on(redis).namespace(&*cx.state().name));
        }
        let _ = cx;
        Ok(Self::in_memory())
    }
}
