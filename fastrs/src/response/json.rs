//! Values as JSON.

use schemars::JsonSchema;
use serde::Serialize;

use super::{IntoResponse, Responded, answer::with_type};
use crate::{
    error::HttpError,
    model::Model,
    openapi::{Operation, ResponseDoc},
    request::Failure,
};

#[diagnostic::do_not_recommend]
impl<T: Model + Serialize + JsonSchema> IntoResponse for T {
    fn describe(op: &mut Operation<'_>) {
        describe::<T>(op);
    }

    fn into_response(self) -> Responded {
        write(&self)
    }
}

/// A foreign type as JSON, one that is no `#[model]`.
///
/// ```
/// use fastrs::prelude::*;
///
/// #[get("/versions")]
/// async fn versions() -> Json<[u8; 3]> {
///     Json([1, 2, 3])
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Json<T>(pub T);

#[diagnostic::do_not_recommend]
impl<T: Serialize + JsonSchema> IntoResponse for Json<T> {
    fn describe(op: &mut Operation<'_>) {
        describe::<T>(op);
    }

    fn into_response(self) -> Responded {
        write(&self.0)
    }
}

fn describe<T: JsonSchema>(op: &mut Operation<'_>) {
    let status = op.status();
    if matches!(status, 204 | 205 | 304) {
        return op.response(status, ResponseDoc::new());
    }
    let schema = op.output_schema::<T>();
    op.response(status, ResponseDoc::json(schema));
}

/// A value that serde refuses to write is a 500: nothing of it has been sent.
fn write<T: Serialize>(value: &T) -> Responded {
    match serde_json::to_vec(value) {
        Ok(json) => Ok(with_type(json, "application/json")),
        Err(error) => Err(Failure::of(HttpError::from(error))),
    }
}
