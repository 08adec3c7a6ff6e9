//! The catalog.

use chrono::{DateTime, Utc};
use fastrs::prelude::*;
use fastrs::{Page, Paging};
use sqlx::{Any, AssertSqlSafe, Executor};

use crate::db::{Pool, Transaction, containing, is_dangling, is_taken, pool, transaction};
use crate::dependencies::{now, staff};
use crate::errors::{ChangeError, CreateError, DeleteError, ReadError};
use crate::models::{Id, Item, ItemFilter, ItemSort, Time};

/// Returns the routes under `/items`.
pub fn router() -> Router {
    Router::new("/items").tag("items").routes(routes![
        list_items,
        create_item,
        read_item,
        change_item,
        delete_item
    ])
}

/// List items.
#[get("")]
async fn list_items(
    #[query] filter: ItemFilter,
    paging: Paging<20>,
    #[depends(pool)] pool: &Pool,
) -> Result<Page<Item>> {
    let order = match filter.sort {
        ItemSort::Oldest => "id",
        ItemSort::Newest => "id DESC",
        ItemSort::Name => "lower(name), id",
        ItemSort::Cheapest => "price, id",
        ItemSort::Dearest => "price DESC, id",
    };
    // The only part of this that is not constant is one of the texts above.
    let select = format!("SELECT * FROM items {MATCHING} ORDER BY {order} LIMIT $5 OFFSET $6");
    let q = filter.q.as_deref().map(containing);
    let items = sqlx::query_as(AssertSqlSafe(select))
        .bind(&q)
        .bind(filter.category)
        .bind(filter.min_price)
        .bind(filter.max_price)
        .bind(i64::from(paging.limit))
        .bind(i64::from(paging.offset))
        .fetch_all(pool)
        .await?;
    let total: i64 = sqlx::query_scalar(AssertSqlSafe(format!(
        "SELECT count(*) FROM items {MATCHING}"
    )))
    .bind(&q)
    .bind(filter.category)
    .bind(filter.min_price)
    .bind(filter.max_price)
    .fetch_one(pool)
    .await?;
    Ok(Page::new(items, total, paging))
}

/// Selects the items that pass a filter.
const MATCHING: &str =
    "WHERE ($1 IS NULL OR lower(name) LIKE $1 ESCAPE '!') AND ($2 IS NULL OR category = $2)
    AND ($3 IS NULL OR price >= $3) AND ($4 IS NULL OR price <= $4)";

/// Create an item.
#[post("", status = 201, depends = [staff])]
async fn create_item(
    item: Item,
    #[depends(now)] now: DateTime<Utc>,
    #[depends(transaction)] tx: &mut Transaction,
) -> Result<Item, CreateError> {
    sqlx::query_as(
        "INSERT INTO items (name, description, category, price, stock, created_at)
         VALUES ($1, $2, $3, $4, $5, $6) RETURNING *",
    )
    .bind(&item.name)
    .bind(&item.description)
    .bind(item.category)
    .bind(item.price)
    .bind(item.stock)
    .bind(Time::from(now))
    .fetch_one(&mut *tx)
    .await
    .map_err(|error| match error {
        error if is_taken(&error) => CreateError::Taken("name", item.name),
        error => error.into(),
    })
}

/// Read an item.
#[get("/<id>")]
async fn read_item(id: Id, #[depends(pool)] pool: &Pool) -> Result<Item, ReadError> {
    find(id, pool).await?.ok_or(ReadError::NotFound("item", id))
}

/// Returns the item with that number.
pub async fn find(
    id: Id,
    connection: impl Executor<'_, Database = Any>,
) -> Result<Option<Item>, sqlx::Error> {
    sqlx::query_as("SELECT * FROM items WHERE id = $1")
        .bind(id)
        .fetch_optional(connection)
        .await
}

/// Change an item.
///
/// Fields that aren't sent keep their values.
#[patch("/<id>", depends = [staff])]
async fn change_item(
    id: Id,
    change: Partial<Item>,
    #[depends(transaction)] tx: &mut Transaction,
) -> Result<Item, ChangeError> {
    let item = find(id, &mut *tx).await?;
    let mut item = item.ok_or(ChangeError::NotFound("item", id))?;
    change.apply_to(&mut item);
    let written = sqlx::query(
        "UPDATE items SET name = $1, description = $2, category = $3, price = $4, stock = $5 WHERE id = $6",
    )
    .bind(&item.name)
    .bind(&item.description)
    .bind(item.category)
    .bind(item.price)
    .bind(item.stock)
    .bind(id)
    .execute(&mut *tx)
    .await;
    match written {
        Ok(_) => Ok(item),
        Err(error) if is_taken(&error) => Err(ChangeError::Taken("name", item.name)),
        Err(error) => Err(error.into()),
    }
}

/// Delete an item and its reviews.
///
/// An item that has been ordered can't be deleted. Deleting an item twice is a 404.
#[delete("/<id>", status = 204, depends = [staff])]
async fn delete_item(
    id: Id,
    #[depends(transaction)] tx: &mut Transaction,
) -> Result<(), DeleteError> {
    let done = sqlx::query("DELETE FROM items WHERE id = $1")
        .bind(id)
        .execute(&mut *tx)
        .await
        .map_err(|error| match error {
            error if is_dangling(&error) => DeleteError::Ordered("item", id),
            error => error.into(),
        })?;
    if done.rows_affected() == 0 {
        return Err(DeleteError::NotFound("item", id));
    }
    Ok(())
}
