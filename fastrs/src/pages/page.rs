//! A part of a list, at a position.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, generate::SchemaGenerator};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    Paging,
    links::{Links, ListUrl},
    part::{self, Part},
};
use crate::{
    body::Sizes,
    model::Model,
    openapi::Operation,
    response::{IntoResponse, ResponseResult},
};

/// A part of a list, and how long the list is: fastapi-pagination's `LimitOffsetPage`.
///
/// The response is `{"items": [..], "total": 57, "limit": 20, "offset": 40}`. Its header `Link` has the URLs of the
/// first, the previous, the next and the last part of the list, with all other query parameters (RFC 8288). In the
/// document, `Page<Item>` is named `Page_Item_`.
///
/// ```
/// use fastrs::prelude::*;
/// use fastrs::testing::TestClient;
/// use fastrs::{Page, Paging};
///
/// #[get("/squares")]
/// async fn list_squares(paging: Paging) -> Page<u64> {
///     // Usually, a database returns the items, for `LIMIT` and `OFFSET`, and their total number, for `count(*)`.
///     let numbers = (0..1000).skip(paging.offset as usize).take(paging.limit as usize);
///     Page::new(numbers.map(|n| n * n).collect(), 1000, paging)
/// }
///
/// # fastrs::block_on(async {
/// let client = TestClient::start(App::new("Numbers", "1.0.0").routes(routes![list_squares])).await;
/// let response = client.get("/squares?limit=3&offset=2").await;
/// assert_eq!(response.text(), r#"{"items":[4,9,16],"total":1000,"limit":3,"offset":2}"#);
/// assert!(response.header("link").unwrap().contains(r#"/squares?limit=3&offset=5>; rel="next""#));
/// # });
/// ```
///
/// If items are added or removed between two requests, the parts overlap or leave something out, and the database
/// counts the items and skips the first `offset` of them each time. `CursorPage` does neither.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Page<T> {
    /// The items of this part.
    pub items: Vec<T>,
    /// The number of items in the whole list.
    pub total: u64,
    /// The maximum number of items in this part.
    pub limit: u32,
    /// The number of items before this part.
    pub offset: u32,
    #[serde(skip)]
    url: Option<Box<ListUrl>>,
}

impl<T> Page<T> {
    /// Returns the part that `paging` asks for, given its items, and the number of items in the whole list: any integer,
    /// such as the `i64` that `count(*)` is. A negative one counts as 0.
    #[must_use]
    pub fn new<const DEFAULT: u32, const MAX: u32>(
        items: Vec<T>,
        total: impl TryInto<u64>,
        paging: Paging<DEFAULT, MAX>,
    ) -> Self {
        let Paging { limit, offset, url } = paging;
        Self {
            items,
            total: total.try_into().unwrap_or_default(),
            limit,
            offset,
            url,
        }
    }

    /// Returns the part that `paging` asks for, given the whole list: fastapi-pagination's `paginate`.
    #[must_use]
    pub fn of<const DEFAULT: u32, const MAX: u32>(
        list: impl IntoIterator<Item = T, IntoIter: ExactSizeIterator>,
        paging: Paging<DEFAULT, MAX>,
    ) -> Self {
        let all = list.into_iter();
        let total = all.len() as u64;
        let items = all.skip(paging.offset as usize).take(paging.limit as usize);
        Self::new(items.collect(), total, paging)
    }

    /// Converts each item.
    #[must_use]
    pub fn map<U>(self, convert: impl FnMut(T) -> U) -> Page<U> {
        Page {
            items: self.items.into_iter().map(convert).collect(),
            total: self.total,
            limit: self.limit,
            offset: self.offset,
            url: self.url,
        }
    }
}

/// The offsets of other parts of a list.
#[derive(Debug, PartialEq)]
struct Offsets {
    previous: Option<u64>,
    next: Option<u64>,
    last: u64,
}

/// Returns the offsets of the parts before and after the one at `offset`, and of the last part. If `offset` is not a
/// multiple of `limit`, neither are those of the parts that follow.
fn offsets(offset: u64, limit: u64, total: u64) -> Offsets {
    let behind = total.saturating_sub(1);
    let last = match behind.checked_sub(offset) {
        Some(rest) => offset + rest / limit * limit,
        None => behind / limit * limit,
    };
    Offsets {
        previous: (offset > 0).then(|| offset.saturating_sub(limit).min(last)),
        next: (offset + limit < total).then(|| offset + limit),
        last,
    }
}

impl<T: PartialEq> PartialEq for Page<T> {
    fn eq(&self, other: &Self) -> bool {
        let numbers = |page: &Self| (page.total, page.limit, page.offset);
        self.items == other.items && numbers(self) == numbers(other)
    }
}

impl<T: Model + JsonSchema> JsonSchema for Page<T> {
    fn schema_name() -> Cow<'static, str> {
        format!("Page_{}_", T::schema_name()).into()
    }

    fn schema_id() -> Cow<'static, str> {
        format!("fastrs::Page<{}>", T::schema_id()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let others = json!({
            "total": {
                "type": "integer",
                "format": "uint64",
                "minimum": 0,
                "description": "The number of items in the whole list.",
            },
            "limit": {
                "type": "integer",
                "format": "uint32",
                "minimum": 0,
                "description": "The maximum number of items in this part.",
            },
            "offset": {
                "type": "integer",
                "format": "uint32",
                "minimum": 0,
                "description": "The number of items before this part.",
            },
        });
        part::schema::<T>(generator, others)
    }
}

impl<T: Model + Serialize + JsonSchema> Part for Page<T> {
    const RELATIONS: &'static str = "`first`, `prev`, `next` and `last`";

    fn links(&self) -> Links {
        let mut links = Links::default();
        let Some(url) = &self.url else {
            return links;
        };
        let limit = u64::from(self.limit.max(1));
        let mut add = |relation, offset: u64| {
            // A part further away could not be requested.
            if let Ok(offset) = u32::try_from(offset) {
                links.add(
                    relation,
                    &url.with(format_args!("limit={limit}&offset={offset}")),
                );
            }
        };
        let Offsets {
            previous,
            next,
            last,
        } = offsets(self.offset.into(), limit, self.total);
        add("first", 0);
        if let Some(previous) = previous {
            add("prev", previous);
        }
        if let Some(next) = next {
            add("next", next);
        }
        add("last", last);
        links
    }
}

#[diagnostic::do_not_recommend]
impl<T: Model + Serialize + JsonSchema> IntoResponse for Page<T> {
    fn describe(op: &mut Operation<'_>) {
        part::describe::<Self>(op);
    }

    fn into_response(self) -> ResponseResult {
        self.into_response_of(&Sizes::default())
    }

    fn into_response_of(self, sizes: &Sizes) -> ResponseResult {
        part::respond(&self, sizes)
    }
}

#[cfg(test)]
mod tests {
    use super::{Offsets, offsets};

    #[test]
    fn the_offsets_of_other_parts() {
        for ((offset, limit, total), (previous, next, last)) in [
            ((0, 10, 0), (None, None, 0)),
            ((0, 10, 10), (None, None, 0)),
            ((0, 10, 11), (None, Some(10), 10)),
            ((10, 10, 20), (Some(0), None, 10)),
            ((20, 10, 57), (Some(10), Some(30), 50)),
            // It does not begin with a whole part.
            ((3, 10, 57), (Some(0), Some(13), 53)),
            ((13, 10, 57), (Some(3), Some(23), 53)),
            // It begins behind the end.
            ((60, 10, 57), (Some(50), None, 50)),
            ((1000, 10, 57), (Some(50), None, 50)),
            ((1000, 10, 0), (Some(0), None, 0)),
        ] {
            let expected = Offsets {
                previous,
                next,
                last,
            };
            assert_eq!(
                offsets(offset, limit, total),
                expected,
                "{offset} {limit} {total}"
            );
        }
    }
}
