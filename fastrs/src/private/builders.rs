//! Methods that other frameworks have on an app or a router, so that the error for a call of one gives the fastrs
//! equivalent instead of saying that it does not exist. They have no other use.
//!
//! The bounds appear in compiler errors, so each method stays on one line.

use crate::{app::App, routing::Router};

/// An app or a router. A user's own trait for `App` or `&App` takes precedence over what is implemented for `&mut App`.
#[doc(hidden)]
pub trait Builder: Sized {
    #[doc(hidden)]
    type Built;
}

impl Builder for &mut App {
    type Built = App;
}

impl Builder for &mut Router {
    type Built = Router;
}

/// Methods of axum, actix, Rocket and FastAPI. A bound that nothing satisfies says what to write instead.
#[doc(hidden)]
#[rustfmt::skip]
pub trait BuilderMethods: Builder {
    #[doc(hidden)]
    fn include_router<R>(self, _: R) -> Self::Built where Self: Included { unreachable!() }
    #[doc(hidden)]
    fn merge<R>(self, _: R) -> Self::Built where Self: Included { unreachable!() }
    #[doc(hidden)]
    fn nest<P, R>(self, _: P, _: R) -> Self::Built where Self: Included { unreachable!() }

    // The bound is on the handler: `get(read_item)` is itself an error, and must not cause a second one.
    #[doc(hidden)]
    fn route<P, H>(self, _: P, _: H) -> Self::Built where H: InAttribute { unreachable!() }
    #[doc(hidden)]
    fn service<H>(self, _: H) -> Self::Built where Self: Listed { unreachable!() }
    #[doc(hidden)]
    fn fallback<H>(self, _: H) -> Self::Built where Self: NotFound { unreachable!() }

    #[doc(hidden)]
    fn with_state<S>(self, _: S) -> Self::Built where Self: Dependency { unreachable!() }
    #[doc(hidden)]
    fn app_data<S>(self, _: S) -> Self::Built where Self: Dependency { unreachable!() }
    #[doc(hidden)]
    fn manage<S>(self, _: S) -> Self::Built where Self: Dependency { unreachable!() }

    #[doc(hidden)]
    fn add_middleware<L>(self, _: L) -> Self::Built where Self: Layered { unreachable!() }
    #[doc(hidden)]
    fn wrap<L>(self, _: L) -> Self::Built where Self: Layered { unreachable!() }
}

impl<B: Builder> BuilderMethods for B {}

#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a router is added with `include`",
    label = "not a method of fastrs",
    note = "write `include(router)`, with the prefix in `Router::new(\"/api\")`; another app or service is mounted: `mount(\"/api\", service)`"
)]
pub trait Included {}

#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a route's method and path are in the attribute of its function",
    label = "not a route",
    note = "put `#[get(\"/items\")]` on the function, and list it: `routes(routes![read_items])`"
)]
pub trait InAttribute {}

#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "handlers are added with `routes`",
    label = "not a method of fastrs",
    note = "write `routes(routes![read_items])`; another service is mounted: `mount(\"/static\", service)`"
)]
pub trait Listed {}

#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a request that no route handles is a 404, which a status handler turns into a response",
    label = "not a method of fastrs",
    note = "write `status_handler(404, |error: &HttpError, request: &Request| ..)`, or `mount(\"/\", service)` for another app or service"
)]
pub trait NotFound {}

#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "state is an app-scoped dependency",
    label = "not a method of fastrs",
    note = "write `#[dependency(scope = \"app\")] async fn state() -> State`; a value that `main` creates is provided: `provide::<state>(value)`"
)]
pub trait Dependency {}

#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "middleware is a `#[middleware]` function or a tower layer",
    label = "not a method of fastrs",
    note = "write `middleware::<name>()` for a function, or `layer(..)`"
)]
pub trait Layered {}
