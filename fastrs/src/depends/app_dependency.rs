//! App-scoped dependencies of fastrs itself, which are named by a type.

/// Makes a type an app-scoped dependency, whose value an expression makes of the app's state once `$deps` have theirs.
///
/// `#[dependency]` names a dependency by a function; these are named by the type of their value, or exist in every app.
macro_rules! app_dependency {
    (
        $dependency:ident, $name:literal in $module:literal, of $value:ty, after $deps:ty,
        |$state:pat_param| $make:expr
    ) => {
        impl $dependency {
            #[doc(hidden)]
            pub const __DEPENDENCY: $crate::depends::Dependency =
                $crate::depends::Dependency::WithoutArguments;

            #[doc(hidden)]
            pub const fn __node() -> &'static $crate::depends::Node {
                static NODE: $crate::depends::Node = $crate::depends::Node {
                    name: $name,
                    at: concat!($module, "::", $name),
                    deps: &[],
                    credential: false,
                };
                &NODE
            }
        }

        #[diagnostic::do_not_recommend]
        impl $crate::depends::Provider for $dependency {
            type Returned = $value;
            type Deps = $deps;
            type Scope = $crate::depends::AppScope;
            type Args<'r> = ();
            type Params = ();
            const NAME: &'static str = $name;

            fn describe(_: &mut $crate::openapi::Operation<'_>) {}

            fn extract<'r>(_: &mut $crate::request::Context<'r>) -> Option<()> {
                Some(())
            }

            async fn run<'a, 'r>(
                (): (),
                _: $crate::depends::Injected<'a, 'r, $deps>,
                (): &'a (),
                cx: &'a mut $crate::request::Context<'r>,
            ) -> Result<$value, $crate::request::Failure> {
                let $state = cx.state();
                $make
            }
        }
    };
}

pub(crate) use app_dependency;
