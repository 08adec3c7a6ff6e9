//! Responses that always compile, and declared responses.

use std::marker::PhantomData;

use super::{Context, Failure, HttpError, IntoResponse, Operation, ResponseResult, RouteMeta};
use crate::openapi::{HeaderDoc, ResponseDoc};

/// The response of a returned type.
#[derive(Debug)]
pub struct Return<T>(PhantomData<T>);

impl<T: IntoResponse> Return<T> {
    /// Describes the response in the document.
    pub fn describe(op: &mut Operation<'_>) {
        T::describe(op);
    }

    /// Creates the response.
    pub fn respond(value: T, meta: &RouteMeta, cx: &Context<'_>) -> ResponseResult {
        of_route(value.into_response_of(cx.sizes()), meta)
    }
}

#[inline]
fn of_route(result: ResponseResult, meta: &RouteMeta) -> ResponseResult {
    result.map(|parts| parts.or_status(meta.status_code()))
}

/// The result of a WebSocket's handler.
#[cfg(feature = "websocket")]
#[derive(Debug)]
pub struct SocketReturn<T>(PhantomData<T>);

#[cfg(feature = "websocket")]
impl SocketReturn<()> {
    /// Returns success.
    pub fn finish((): ()) -> Result<(), Failure> {
        Ok(())
    }
}

#[cfg(feature = "websocket")]
impl<E: super::ResponseError> SocketReturn<Result<(), E>> {
    /// Returns the result, with its error erased.
    pub fn finish(result: Result<(), E>) -> Result<(), Failure> {
        result.map_err(Failure::of)
    }
}

/// One response of a `#[derive(IntoResponse)]` enum.
#[derive(Debug)]
pub struct Variant<T>(PhantomData<T>);

impl<T: IntoResponse> Variant<T> {
    /// Describes the response in the document.
    pub fn describe(op: &mut Operation<'_>, status: u16) {
        op.with_status(status, T::describe);
    }

    /// Creates the response.
    pub fn respond(status: u16, value: T) -> ResponseResult {
        let status = http::StatusCode::from_u16(status).unwrap_or_default();
        Ok(value.into_response()?.with_status(status))
    }
}

/// Fallback for a response that the compiler has rejected.
pub trait NoReturn {
    #[doc(hidden)]
    type Value;

    #[doc(hidden)]
    fn describe(_: &mut Operation<'_>) {}

    #[doc(hidden)]
    fn respond(_: Self::Value, _: &RouteMeta, _: &Context<'_>) -> ResponseResult {
        Err(Failure::of(HttpError::from_status(500)))
    }
}

impl<T> NoReturn for Return<T> {
    type Value = T;
}

/// Fallback for the result of a WebSocket's handler that the compiler has rejected.
#[cfg(feature = "websocket")]
pub trait NoSocketReturn {
    #[doc(hidden)]
    type Value;

    #[doc(hidden)]
    fn finish(_: Self::Value) -> Result<(), Failure> {
        Ok(())
    }
}

#[cfg(feature = "websocket")]
impl<T> NoSocketReturn for SocketReturn<T> {
    type Value = T;
}

/// Fallback for a variant whose response the compiler has rejected.
pub trait NoVariant {
    #[doc(hidden)]
    type Value;

    #[doc(hidden)]
    fn describe(_: &mut Operation<'_>, _: u16) {}

    #[doc(hidden)]
    fn respond(_: u16, _: Self::Value) -> ResponseResult {
        Err(Failure::of(HttpError::from_status(500)))
    }
}

impl<T> NoVariant for Variant<T> {
    type Value = T;
}

/// Describes a declared response: `responses((404, "No such item"))`.
pub fn declared(op: &mut Operation<'_>, status: u16, description: &str) {
    op.response(
        status,
        ResponseDoc::error().declared().description(description),
    );
}

/// The type of a declared response.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be described in the document",
    label = "not `JsonSchema`",
    note = "put `#[model]` on `{Self}`"
)]
pub trait Documented: schemars::JsonSchema {}

#[diagnostic::do_not_recommend]
impl<T: schemars::JsonSchema> Documented for T {}

/// Describes a declared response with a body: `responses((409, Problem))`.
pub fn declared_as<T: Documented>(op: &mut Operation<'_>, status: u16) {
    let schema = op.output_schema::<T>();
    op.response(status, ResponseDoc::json(schema).declared());
}

/// Describes a declared response with a body and a description: `responses((409, Problem, "Taken"))`.
pub fn declared_as_with<T: Documented>(op: &mut Operation<'_>, status: u16, description: &str) {
    let schema = op.output_schema::<T>();
    op.response(
        status,
        ResponseDoc::json(schema)
            .declared()
            .description(description),
    );
}

/// Describes a header of a response of an error enum.
pub fn error_header(op: &mut Operation<'_>, status: u16, name: &str) {
    op.response(status, ResponseDoc::error().header(HeaderDoc::new(name)));
}

/// Describes one response of an error enum.
pub fn error_variant(op: &mut Operation<'_>, status: u16, template: &str) {
    let response = ResponseDoc::error();
    let described = if template.is_empty() || status >= 500 {
        response
    } else {
        response.description(template)
    };
    op.response(status, described);
}
