//! Text responses that are not JSON.

use super::{IntoResponse, ResponseResult, parts::with_type};
use crate::{
    body::Body,
    openapi::{Operation, ResponseDoc},
};

/// A page: `text/html; charset=utf-8`.
///
/// ```
/// use fastrs::prelude::*;
///
/// #[get("/")]
/// async fn home() -> Html {
///     Html("<h1>Hello</h1>".into())
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Html<T = String>(pub T);

/// Plain text: `text/plain; charset=utf-8`. A `String` by itself is sent as JSON.
///
/// ```
/// use fastrs::prelude::*;
///
/// #[get("/version")]
/// async fn version() -> PlainText<&'static str> {
///     PlainText("1.0") // sent directly from the program's memory, without a copy
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlainText<T = String>(pub T);

macro_rules! texts {
    ($($name:ident $media:literal),*) => {$(
        #[diagnostic::do_not_recommend]
        impl<T: Into<Body>> IntoResponse for $name<T> {
            fn describe(op: &mut Operation<'_>) {
                let status = op.status();
                let schema = schemars::json_schema!({ "type": "string" });
                op.response(status, ResponseDoc::media($media, schema));
            }

            fn into_response(self) -> ResponseResult {
                Ok(with_type(self.0, concat!($media, "; charset=utf-8")))
            }
        }
    )*};
}

texts!(Html "text/html", PlainText "text/plain");
