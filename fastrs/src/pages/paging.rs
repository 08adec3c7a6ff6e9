//! The part of a list that a client requests by its position.

use std::fmt;

use super::{limit::Count, links::ListUrl};
use crate::{
    extract::{Arg, FromRequest, ParamSpec},
    openapi::Operation,
    request::Context,
};

/// Which part of a list to return: an argument that reads the query parameters `limit` and `offset`.
///
/// `DEFAULT` is the limit of a request that does not set one, and `MAX` the highest that a client may set: 50 and 100
/// unless the type says otherwise, as in fastapi-pagination. A number outside its range is a 422.
///
/// ```
/// use fastrs::prelude::*;
/// use fastrs::{Page, Paging};
///
/// /// List the words, of which a client gets 10 by default and at most 200.
/// #[get("/words")]
/// async fn list_words(paging: Paging<10, 200>) -> Page<String> {
///     let words = ["one", "two", "three"].map(String::from);
///     Page::of(words, paging)
/// }
///
/// # fastrs::block_on(async {
/// // In a test, a handler is an ordinary function.
/// assert_eq!(list_words(Paging::new(2, 1)).await.items, ["two", "three"]);
/// # });
/// ```
///
/// A default above the maximum is a compile error, of `cargo build`, though not of `cargo check`:
///
/// ```compile_fail,E0080
/// # use fastrs::prelude::*;
/// # use fastrs::{Page, Paging};
/// #[get("/words")]
/// async fn list_words(paging: Paging<500>) -> Page<String> {
///     Page::of(Vec::new(), paging)
/// }
/// # fn main() { drop(App::new("Words", "1.0.0").routes(routes![list_words])); }
/// ```
#[derive(Clone)]
pub struct Paging<const DEFAULT: u32 = 50, const MAX: u32 = 100> {
    /// The maximum number of items, at least 1.
    pub limit: u32,
    /// How many items to skip.
    pub offset: u32,
    pub(super) url: Option<Box<ListUrl>>,
}

impl<const DEFAULT: u32, const MAX: u32> Paging<DEFAULT, MAX> {
    const LIMIT: Count = Count::limit::<DEFAULT, MAX>();

    /// Returns the part of a list with up to `limit` items, after the first `offset`. It belongs to no request, so a
    /// [`Page`](super::Page) that is made with it has no links.
    #[must_use]
    pub fn new(limit: u32, offset: u32) -> Self {
        Self {
            limit,
            offset,
            url: None,
        }
    }
}

/// The part of a request without parameters.
impl<const DEFAULT: u32, const MAX: u32> Default for Paging<DEFAULT, MAX> {
    fn default() -> Self {
        Self::new(DEFAULT, 0)
    }
}

#[diagnostic::do_not_recommend]
impl<const DEFAULT: u32, const MAX: u32> FromRequest<'_> for Paging<DEFAULT, MAX> {
    fn describe(_: &ParamSpec, op: &mut Operation<'_>) {
        Self::LIMIT.describe(op);
        Count::OFFSET.describe(op);
    }

    fn extract(_: &ParamSpec, cx: &mut Context<'_>) -> Arg<Self> {
        let (limit, offset) = (Self::LIMIT.read(cx), Count::OFFSET.read(cx));
        let (Some(limit), Some(offset)) = (limit, offset) else {
            return Arg::Invalid;
        };
        let parameters = [Self::LIMIT.name, Count::OFFSET.name];
        let url = ListUrl::of(cx.request(), &parameters);
        Arg::Value(Self {
            limit,
            offset,
            url: Some(Box::new(url)),
        })
    }
}

impl<const DEFAULT: u32, const MAX: u32> fmt::Debug for Paging<DEFAULT, MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Paging")
            .field("limit", &self.limit)
            .field("offset", &self.offset)
            .finish()
    }
}
