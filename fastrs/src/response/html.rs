//! Text that is no JSON.

use super::{IntoResponse, Responded, answer::with_type};
use crate::openapi::{Operation, ResponseDoc};

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
pub struct Html(pub String);

/// Plain text: `text/plain; charset=utf-8`. A bare `String` is JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlainText(pub String);

macro_rules! texts {
    ($($name:ident $media:literal),*) => {$(
        #[diagnostic::do_not_recommend]
        impl IntoResponse for $name {
            fn describe(op: &mut Operation<'_>) {
                let status = op.status();
                let schema = schemars::json_schema!({ "type": "string" });
                op.response(status, ResponseDoc::media($media, schema));
            }

            fn into_response(self) -> Responded {
                Ok(with_type(self.0, concat!($media, "; charset=utf-8")))
            }
        }
    )*};
}

texts!(Html "text/html", PlainText "text/plain");
