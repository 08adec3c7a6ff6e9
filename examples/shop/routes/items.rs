//! The catalog.

use chrono::{DateTime, Utc};
use fastrs::prelude::*;
use sqlx::{QueryBuilder, Sqlite, SqliteExecutor};

use crate::db::{Pool, Transaction, is_dangling, is_taken, pool, transaction};
use crate::dependencies::{now, staff};
use crate::errors::{ChangeError, CreateError, DeleteError, ReadError};
use crate::models::{Id, Item, ItemFilter, ItemSort, Page, Paging};

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
    #[query] paging: Paging,
    #[depends(pool)] pool: &Pool,
) -> Result<Page<Item>> {
    let order = match filter.sort {
        ItemSort::Oldest => " ORDER BY id",
        ItemSort::Newest => " ORDER BY id DESC",
        ItemSort::Name => " ORDER BY name COLLATE NOCASE, id",
        ItemSort::Cheapest => " ORDER BY price, id",
        ItemSort::Dearest => " ORDER BY price DESC, id",
    };
    let items = matching("SELECT *", &filter)
        .push(order)
        .push(" LIMIT ")
        .push_bind(paging.limit)
        .push(" OFFSET ")
        .push_bind(paging.offset)
        .build_query_as()
        .fetch_all(pool)
        .await?;
    let total = matching("SELECT count(*)", &filter)
        .build_query_scalar()
        .fetch_one(pool)
        .await?;
    Ok(Page::new(items, total, paging))
}

/// Returns a query for the items that pass the filter.
fn matching(select: &'static str, filter: &ItemFilter) -> QueryBuilder<Sqlite> {
    let mut sql = QueryBuilder::new(select);
    sql.push(" FROM items WHERE true");
    if let Some(q) = &filter.q {
        sql.push(" AND instr(lower(name), ")
            .push_bind(q.to_ascii_lowercase())
            .push(") > 0");
    }
    if let Some(category) = filter.category {
        sql.push(" AND category = ").push_bind(category);
    }
    if let Some(price) = filter.min_price {
        sql.push(" AND price >= ").push_bind(price);
    }
    if let Some(price) = filter.max_price {
        sql.push(" AND price <= ").push_bind(price);
    }
    sql
}

/// Create an item.
#[post("", status = 201, depends = [staff])]
async fn create_item(
    item: Item,
    #[depends(now)] now: DateTime<Utc>,
    #[depends(transaction)] tx: &mut Transaction,
) -> Result<Item, CreateError> {
    sqlx::query_as(
        "INSERT INTO items (name, description, category, price, stock, created_at)
         VALUES (?, ?, ?, ?, ?, ?) RETURNING *",
    )
    .bind(&item.name)
    .bind(&item.description)
    .bind(item.category)
    .bind(item.price)
    .bind(item.stock)
    .bind(now)
    .fetch_one(&mut **tx)
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
    connection: impl SqliteExecutor<'_>,
) -> Result<Option<Item>, sqlx::Error> {
    sqlx::query_as("SELECT * FROM items WHERE id = ?")
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
    let item = find(id, &mut **tx).await?;
    let mut item = item.ok_or(ChangeError::NotFound("item", id))?;
    change.apply_to(&mut item);
    let written = sqlx::query(
        "UPDATE items SET name = ?, description = ?, category = ?, price = ?, stock = ? WHERE id = ?",
    )
    .bind(&item.name)
    .bind(&item.description)
    .bind(item.category)
    .bind(item.price)
    .bind(item.stock)
    .bind(id)
    .execute(&mut **tx)
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
    let done = sqlx::query("DELETE FROM items WHERE id = ?")
        .bind(id)
        .execute(&mut **tx)
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
