//! A part of a list, at a cursor.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, generate::SchemaGenerator};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    Cursor, Position,
    cursor::List,
    links::{Links, ListUrl},
    part::{self, Part},
};
use crate::{
    body::Sizes,
    error::Result,
    model::Model,
    openapi::Operation,
    response::{IntoResponse, ResponseResult},
};

/// A part of a list, and the cursors of the parts before and after it: fastapi-pagination's `CursorPage`. It needs the
/// feature `cursors`.
///
/// The response is `{"items": [..], "previous_page": null, "next_page": ".."}`. A client sends a cursor back as the query
/// parameter `cursor`, or follows the URLs in the header `Link` (RFC 8288). A cursor names the item at which a part
/// ends, so the parts neither overlap nor leave anything out when items are added or removed, and the last part of a
/// long list is read as quickly as the first.
///
/// ```
/// use fastrs::prelude::*;
/// use fastrs::testing::TestClient;
/// use fastrs::{Cursor, CursorPage, Value};
///
/// #[get("/squares")]
/// async fn list_squares(cursor: Cursor<u64>) -> Result<CursorPage<u64>> {
///     CursorPage::of((0..1000).map(|n| n * n), cursor, |square| *square)
/// }
///
/// # fastrs::block_on(async {
/// let client = TestClient::start(App::new("Numbers", "1.0.0").routes(routes![list_squares])).await;
/// let first: CursorPage<u64> = client.get("/squares?limit=3").await.json();
/// assert_eq!((first.items, first.previous_page), (vec![0, 1, 4], None));
/// let next = first.next_page.unwrap();
/// let second: CursorPage<u64> = client.get("/squares?limit=3").query(&[("cursor", next)]).await.json();
/// assert_eq!(second.items, [9, 16, 25]);
/// # });
/// ```
///
/// [`Cursor`] shows how the items of a part are read from a database.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CursorPage<T> {
    /// The items of this part.
    pub items: Vec<T>,
    /// The cursor of the part before this one; `None` if this is the first.
    pub previous_page: Option<String>,
    /// The cursor of the part after this one; `None` if this is the last.
    pub next_page: Option<String>,
    #[serde(skip)]
    url: Option<Box<(ListUrl, u32)>>,
}

impl<T> CursorPage<T> {
    /// Returns the part that `cursor` asks for, given up to [`fetch_limit`](Cursor::fetch_limit) items that follow its
    /// position, nearest first, and the key of an item.
    ///
    /// # Errors
    ///
    /// Fails with a 500 if a key cannot be written as JSON, or if it is longer than about 1,500 bytes.
    pub fn new<K: Serialize, const DEFAULT: u32, const MAX: u32>(
        mut items: Vec<T>,
        cursor: Cursor<K, DEFAULT, MAX>,
        key: impl Fn(&T) -> K,
    ) -> Result<Self> {
        let Cursor {
            limit,
            position,
            list,
        } = cursor;
        let has_more = items.len() > limit as usize;
        items.truncate(limit as usize);
        let is_backwards = matches!(position, Position::Before(_));
        if is_backwards {
            items.reverse();
        }
        let before = |item| Position::Before(key(item));
        let after = |item| Position::After(key(item));
        let (first, last) = (items.first(), items.last());
        let (previous, next) = match position {
            Position::Start => (None, last.filter(|_| has_more).map(after)),
            Position::After(_) => (first.map(before), last.filter(|_| has_more).map(after)),
            Position::Before(_) => (first.filter(|_| has_more).map(before), last.map(after)),
        };
        let list: Option<List> = list.map(|list| *list);
        let cursor = |position: Option<Position<K>>| match position {
            Some(position) => position.to_cursor(list.as_ref()),
            None => Ok(None),
        };
        let (previous_page, next_page) = (cursor(previous)?, cursor(next)?);
        Ok(Self {
            items,
            previous_page,
            next_page,
            url: list.map(|list| Box::new((list.url, limit))),
        })
    }

    /// Returns the part that `cursor` asks for, given the whole list, in the order of the items' keys.
    ///
    /// # Errors
    ///
    /// Fails like [`new`](Self::new).
    pub fn of<K: Serialize + PartialOrd, const DEFAULT: u32, const MAX: u32>(
        list: impl IntoIterator<Item = T, IntoIter: DoubleEndedIterator>,
        cursor: Cursor<K, DEFAULT, MAX>,
        key: impl Fn(&T) -> K,
    ) -> Result<Self> {
        let (all, limit) = (list.into_iter(), cursor.limit as usize + 1);
        let items = match &cursor.position {
            Position::Start => all.take(limit).collect(),
            Position::After(last) => all.filter(|it| key(it) > *last).take(limit).collect(),
            Position::Before(first) => {
                let before = all.rev().filter(|it| key(it) < *first);
                before.take(limit).collect()
            }
        };
        Self::new(items, cursor, key)
    }

    /// Converts each item.
    #[must_use]
    pub fn map<U>(self, convert: impl FnMut(T) -> U) -> CursorPage<U> {
        CursorPage {
            items: self.items.into_iter().map(convert).collect(),
            previous_page: self.previous_page,
            next_page: self.next_page,
            url: self.url,
        }
    }
}

impl<T: PartialEq> PartialEq for CursorPage<T> {
    fn eq(&self, other: &Self) -> bool {
        self.items == other.items
            && self.previous_page == other.previous_page
            && self.next_page == other.next_page
    }
}

impl<T: Model + JsonSchema> JsonSchema for CursorPage<T> {
    fn schema_name() -> Cow<'static, str> {
        format!("CursorPage_{}_", T::schema_name()).into()
    }

    fn schema_id() -> Cow<'static, str> {
        format!("fastrs::CursorPage<{}>", T::schema_id()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let others = json!({
            "previous_page": {
                "type": ["string", "null"],
                "description": "The cursor of the part before this one; null if this is the first.",
            },
            "next_page": {
                "type": ["string", "null"],
                "description": "The cursor of the part after this one; null if this is the last.",
            },
        });
        part::schema::<T>(generator, others)
    }
}

impl<T: Model + Serialize + JsonSchema> Part for CursorPage<T> {
    const RELATIONS: &'static str = "`first`, `prev` and `next`";

    fn links(&self) -> Links {
        let mut links = Links::default();
        let Some((url, limit)) = self.url.as_deref() else {
            return links;
        };
        links.add("first", &url.with(format_args!("limit={limit}")));
        let cursors = [("prev", &self.previous_page), ("next", &self.next_page)];
        for (relation, cursor) in cursors {
            if let Some(cursor) = cursor {
                links.add(
                    relation,
                    &url.with(format_args!("limit={limit}&cursor={cursor}")),
                );
            }
        }
        links
    }
}

#[diagnostic::do_not_recommend]
impl<T: Model + Serialize + JsonSchema> IntoResponse for CursorPage<T> {
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
