//! The cache as a dependency.

use super::Cache;
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
    type Deps = ();
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
        _: Injected<'a, 'r, ()>,
        (): &'a (),
        _: &'a mut Context<'r>,
    ) -> Result<Self, Failure> {
        Ok(Self::in_memory())
    }
}
