//! The part of a list that a client requests by a cursor.

use std::{fmt, sync::Arc};

use serde::{Serialize, de::DeserializeOwned};

use super::{CursorKeys, limit::Count, links::ListUrl};
use crate::{
    error::Result,
    extract::{Arg, FromLocation, FromRequest, Location, ParamSpec, location},
    model::ErrorDetail,
    openapi::Operation,
    request::{Context, Failure, Request},
};

const NAME: &str = "cursor";

/// Which part of a list to return: an argument that reads the query parameters `cursor` and `limit`. A
/// [`CursorPage`](super::CursorPage) contains the cursors of the parts before and after it.
///
/// `K` is the key by which the list is sorted: what distinguishes the position of an item from all others, such as its
/// id, or `(price, id)`. A cursor contains a key, encrypted, so that clients can neither read nor write it. It belongs to
/// the list that returned it: the same path, and the same query parameters apart from `limit`. Any other text is a 422.
///
/// `DEFAULT` is the limit of a request that does not set one, and `MAX` the highest that a client may set.
///
/// ```
/// # #[derive(Clone)] struct Pool;
/// # async fn query(_: &Pool, _: &str, _: u64, _: u64) -> Result<Vec<Item>> { Ok(Vec::new()) }
/// use fastrs::prelude::*;
/// use fastrs::{Cursor, CursorPage, Position};
///
/// #[model]
/// struct Item {
///     id: u64,
///     name: String,
/// }
///
/// #[get("/items")]
/// async fn list_items(cursor: Cursor<u64>, #[depends(pool)] pool: &Pool) -> Result<CursorPage<Item>> {
///     // One item more than the client gets shows whether others follow.
///     let limit = cursor.fetch_limit();
///     let rows = match *cursor.position() {
///         Position::Start => query(pool, "SELECT .. WHERE id > ? ORDER BY id LIMIT ?", 0, limit).await?,
///         Position::After(id) => query(pool, "SELECT .. WHERE id > ? ORDER BY id LIMIT ?", id, limit).await?,
///         Position::Before(id) => query(pool, "SELECT .. WHERE id < ? ORDER BY id DESC LIMIT ?", id, limit).await?,
///     };
///     CursorPage::new(rows, cursor, |item| item.id)
/// }
/// # #[dependency] async fn pool() -> Pool { Pool }
/// ```
#[derive(Clone)]
pub struct Cursor<K, const DEFAULT: u32 = 50, const MAX: u32 = 100> {
    pub(super) limit: u32,
    pub(super) position: Position<K>,
    pub(super) list: Option<Box<List>>,
}

/// Where a part of a list begins, or ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Position<K> {
    /// It begins with the first item.
    Start,
    /// It begins with the first item after this key.
    After(K),
    /// It ends with the last item before this key. [`CursorPage::new`](super::CursorPage::new) takes the items in
    /// descending order: the one before the key first.
    Before(K),
}

/// The list that a request is for.
#[derive(Clone)]
pub(super) struct List {
    pub(super) url: ListUrl,
    /// What its cursors are bound to.
    context: Vec<u8>,
    keys: Option<Arc<CursorKeys>>,
}

impl<K, const DEFAULT: u32, const MAX: u32> Cursor<K, DEFAULT, MAX> {
    const LIMIT: Count = Count::limit::<DEFAULT, MAX>();

    /// Returns the part of a list with up to `limit` items, at a position. It belongs to no request, so a
    /// [`CursorPage`](super::CursorPage) that is made with it has no links.
    #[must_use]
    pub fn new(limit: u32, position: Position<K>) -> Self {
        Self {
            limit,
            position,
            list: None,
        }
    }

    /// Returns where the part begins, or ends.
    #[must_use]
    pub fn position(&self) -> &Position<K> {
        &self.position
    }

    /// Returns how many items to read: one more than the client gets, which shows whether others follow.
    #[must_use]
    pub fn fetch_limit(&self) -> u64 {
        u64::from(self.limit) + 1
    }
}

/// What a cursor contains.
const AFTER: u8 = b'>';
const BEFORE: u8 = b'<';

impl<K: Serialize> Position<K> {
    /// Returns the cursor of a position in a list.
    pub(super) fn to_cursor(&self, list: Option<&List>) -> Result<Option<String>> {
        let (direction, key) = match self {
            Self::Start => return Ok(None),
            Self::After(key) => (AFTER, key),
            Self::Before(key) => (BEFORE, key),
        };
        let mut text = vec![direction];
        serde_json::to_writer(&mut text, key)?;
        let keys = list.and_then(|list| list.keys.clone());
        let keys = keys.map_or_else(CursorKeys::of_process, Ok)?;
        let context = list.map_or(&[][..], |list| &list.context);
        keys.seal(&text, context).map(Some)
    }
}

impl<K: DeserializeOwned> Position<K> {
    /// Reads what a cursor contains. It is `None` if the key is of another type, as that of an earlier version of the
    /// program may be.
    fn read(text: &[u8]) -> Option<Self> {
        let (&direction, key) = text.split_first()?;
        let key = serde_json::from_slice(key).ok()?;
        match direction {
            AFTER => Some(Self::After(key)),
            BEFORE => Some(Self::Before(key)),
            _ => None,
        }
    }
}

impl List {
    fn of(cx: &Context<'_>, parameters: &[&str]) -> Self {
        Self {
            url: ListUrl::of(cx.request(), parameters),
            context: context(cx.request(), parameters),
            keys: CursorKeys::of(cx.state()),
        }
    }

    fn open(&self, cursor: &str) -> Result<Option<Vec<u8>>> {
        let keys = self.keys.clone();
        let keys = keys.map_or_else(CursorKeys::of_process, Ok)?;
        Ok(keys.open(cursor, &self.context))
    }
}

/// Returns what the cursors of a list are bound to: its path, and its parameters, in the order of their names.
fn context(request: &Request, parameters: &[&str]) -> Vec<u8> {
    let pairs = request.query_pairs();
    let mut pairs: Vec<_> = pairs
        .filter(|(name, _)| !parameters.contains(name))
        .collect();
    pairs.sort_by_key(|(name, _)| *name);
    let mut context = Vec::new();
    let texts = pairs.into_iter().flat_map(|(name, value)| [name, value]);
    for text in std::iter::once(request.path()).chain(texts) {
        context.extend((text.len() as u64).to_be_bytes());
        context.extend(text.as_bytes());
    }
    context
}

fn spec() -> ParamSpec {
    ParamSpec::new(NAME, Location::Query).description(
        "Where the part begins: the `next_page` or `previous_page` of another part of the same list.",
    )
}

#[diagnostic::do_not_recommend]
impl<K, const DEFAULT: u32, const MAX: u32> FromRequest<'_> for Cursor<K, DEFAULT, MAX>
where
    K: DeserializeOwned + Send,
{
    fn describe(_: &ParamSpec, op: &mut Operation<'_>) {
        <Option<String> as FromLocation<'_, location::Query>>::describe_in(&spec(), op, None);
        Self::LIMIT.describe(op);
    }

    fn extract(_: &ParamSpec, cx: &mut Context<'_>) -> Arg<Self> {
        let list = List::of(cx, &[NAME, Self::LIMIT.name]);
        let request = cx.request();
        let sent = request.query().last(request.raw_query(), NAME);
        let position = match sent.filter(|sent| !sent.is_empty()) {
            None => Some(Position::Start),
            Some(cursor) => match list.open(cursor) {
                Ok(text) => text.and_then(|text| Position::read(&text)),
                Err(error) => return Arg::Failed(Failure::of(error)),
            },
        };
        if position.is_none() {
            let input = sent.map(Into::into);
            cx.reject(ErrorDetail::value_error(
                spec().loc(),
                "not a cursor of this list: start again without one",
                input,
            ));
        }
        match (position, Self::LIMIT.read(cx)) {
            (Some(position), Some(limit)) => Arg::Value(Self {
                limit,
                position,
                list: Some(Box::new(list)),
            }),
            _ => Arg::Invalid,
        }
    }
}

impl<K: fmt::Debug, const DEFAULT: u32, const MAX: u32> fmt::Debug for Cursor<K, DEFAULT, MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cursor")
            .field("limit", &self.limit)
            .field("position", &self.position)
            .finish()
    }
}
