//! Values as JSON.

use schemars::JsonSchema;
use serde::Serialize;

use super::{IntoResponse, Responded, answer::with_type};
use crate::{
    body::Sizes,
    error::HttpError,
    model::Model,
    openapi::{Operation, ResponseDoc, TypeSchema},
    request::Failure,
};

#[diagnostic::do_not_recommend]
impl<T: Model + Serialize + JsonSchema> IntoResponse for T {
    fn describe(op: &mut Operation<'_>) {
        describe(TypeSchema::of::<T>(), op);
    }

    fn into_response(self) -> Responded {
        write(&self, &Sizes::default())
    }

    fn into_response_of(self, sizes: &Sizes) -> Responded {
        write(&self, sizes)
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
        describe(TypeSchema::of::<T>(), op);
    }

    fn into_response(self) -> Responded {
        write(&self.0, &Sizes::default())
    }

    fn into_response_of(self, sizes: &Sizes) -> Responded {
        write(&self.0, sizes)
    }
}

fn describe(of: TypeSchema, op: &mut Operation<'_>) {
    let status = op.status();
    if matches!(status, 204 | 205 | 304) {
        return op.response(status, ResponseDoc::new());
    }
    let schema = op.output_of(of);
    op.response(status, ResponseDoc::json(schema));
}

/// A value that serde refuses to write is a 500: nothing of it has been sent.
fn write<T: Serialize>(value: &T, sizes: &Sizes) -> Responded {
    let mut json = sizes.reserve();
    match serde_json::to_writer(&mut json, value) {
        Ok(()) => {
            sizes.learn(json.len());
            Ok(with_type(json, "application/json"))
        }
        Err(error) => Err(Failure::of(HttpError::from(error))),
    }
}
