//! Orders.

use chrono::{DateTime, Utc};
use fastrs::prelude::*;
use fastrs::{Page, Paging};
use sqlx::{Any, Executor};

use crate::db::{Pool, Transaction, is_dangling, pool, transaction};
use crate::dependencies::{now, staff};
use crate::errors::ReadError;
use crate::models::{
    Confirmation, Id, LineDraft, MAX_STOCK, Order, OrderDraft, OrderFilter, OrderStatus, Time,
};

/// Returns the routes under `/orders`.
pub fn router() -> Router {
    Router::new("/orders").tag("orders").routes(routes![
        list_orders,
        place_order,
        read_order,
        ship_order,
        cancel_order,
        list_confirmations
    ])
}

/// List orders, the newest first.
#[get("")]
async fn list_orders(
    #[query] filter: OrderFilter,
    paging: Paging<20>,
    #[depends(pool)] pool: &Pool,
) -> Result<Page<Order>> {
    let orders = sqlx::query_as(
        "SELECT * FROM order_details
         WHERE ($1 IS NULL OR customer_id = $1) AND ($2 IS NULL OR status = $2)
         ORDER BY id DESC LIMIT $3 OFFSET $4",
    )
    .bind(filter.customer_id)
    .bind(filter.status)
    .bind(i64::from(paging.limit))
    .bind(i64::from(paging.offset))
    .fetch_all(pool)
    .await?;
    let total: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM orders
         WHERE ($1 IS NULL OR customer_id = $1) AND ($2 IS NULL OR status = $2)",
    )
    .bind(filter.customer_id)
    .bind(filter.status)
    .fetch_one(pool)
    .await?;
    Ok(Page::new(orders, total, paging))
}

/// Place an order.
///
/// Either every line is taken from the stock or none is. The customer gets a confirmation.
#[post("", status = 201)]
async fn place_order(
    draft: OrderDraft,
    #[depends(now)] now: DateTime<Utc>,
    #[depends(pool)] pool: Pool,
    #[depends(transaction)] tx: &mut Transaction,
    tasks: BackgroundTasks,
) -> Result<Order, PlaceError> {
    let id: Id = sqlx::query_scalar(
        "INSERT INTO orders (customer_id, status, placed_at) VALUES ($1, $2, $3) RETURNING id",
    )
    .bind(draft.customer_id)
    .bind(OrderStatus::Open)
    .bind(Time::from(now))
    .fetch_one(&mut *tx)
    .await
    .map_err(|error| match error {
        error if is_dangling(&error) => PlaceError::NoCustomer(draft.customer_id),
        error => error.into(),
    })?;

    for (position, line) in (1_i64..).zip(&draft.lines) {
        // If this fails, the transaction undoes it.
        let price = take_from_stock(line, tx).await?;
        sqlx::query(
            "INSERT INTO order_lines (order_id, position, item_id, quantity, price)
             VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(id)
        .bind(position)
        .bind(line.item_id)
        .bind(line.quantity)
        .bind(price)
        .execute(&mut *tx)
        .await?;
    }

    tasks.add(confirm(id, now, pool));
    Ok(find(id, &mut *tx).await?)
}

/// Takes the line's items from the stock, and returns the price of one.
async fn take_from_stock(line: &LineDraft, tx: &mut Transaction) -> Result<i64, PlaceError> {
    let price = sqlx::query_scalar(
        "UPDATE items SET stock = stock - $1 WHERE id = $2 AND stock >= $1 RETURNING price",
    )
    .bind(line.quantity)
    .bind(line.item_id)
    .fetch_optional(&mut *tx)
    .await?;
    if let Some(price) = price {
        return Ok(price);
    }
    let left = sqlx::query_scalar("SELECT stock FROM items WHERE id = $1")
        .bind(line.item_id)
        .fetch_optional(&mut *tx)
        .await?
        .ok_or(PlaceError::NoItem(line.item_id))?;
    Err(PlaceError::SoldOut {
        item: line.item_id,
        left,
    })
}

/// Sends the customer a confirmation of the order: here, it is written to a table.
async fn confirm(order: Id, now: DateTime<Utc>, pool: Pool) {
    let written = sqlx::query(
        "INSERT INTO confirmations (order_id, email, sent_at)
         SELECT orders.id, customers.email, $2
         FROM orders JOIN customers ON customers.id = customer_id WHERE orders.id = $1",
    )
    .bind(order)
    .bind(Time::from(now))
    .execute(&pool)
    .await;
    if let Err(error) = written {
        tracing::error!(%order, %error, "no confirmation was written");
    }
}

/// Why an order is rejected.
#[derive(Debug, HttpError)]
pub enum PlaceError {
    /// The body names a customer who doesn't exist.
    #[error("no customer {0}")]
    #[status(409)]
    NoCustomer(Id),
    /// The body names an item that doesn't exist.
    #[error("no item {0}")]
    #[status(409)]
    NoItem(Id),
    /// There are fewer of an item than were ordered.
    #[error("only {left} left of item {item}")]
    #[status(409)]
    SoldOut { item: Id, left: i64 },
    /// The cause is logged, not sent.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// Read an order.
#[get("/<id>")]
async fn read_order(id: Id, #[depends(pool)] pool: &Pool) -> Result<Order, ReadError> {
    match find(id, pool).await {
        Err(sqlx::Error::RowNotFound) => Err(ReadError::NotFound("order", id)),
        found => Ok(found?),
    }
}

/// Returns the order with that number.
async fn find(id: Id, connection: impl Executor<'_, Database = Any>) -> Result<Order, sqlx::Error> {
    sqlx::query_as("SELECT * FROM order_details WHERE id = $1")
        .bind(id)
        .fetch_one(connection)
        .await
}

/// Ship an open order.
#[post("/<id>/ship", depends = [staff])]
async fn ship_order(
    id: Id,
    #[depends(transaction)] tx: &mut Transaction,
) -> Result<Order, CloseError> {
    close(id, OrderStatus::Shipped, tx).await
}

/// Cancel an open order.
///
/// Its items go back into the stock.
#[post("/<id>/cancel")]
async fn cancel_order(
    id: Id,
    #[depends(transaction)] tx: &mut Transaction,
) -> Result<Order, CloseError> {
    let order = close(id, OrderStatus::Canceled, tx).await?;
    for line in &order.lines {
        sqlx::query("UPDATE items SET stock = CASE WHEN stock + $1 < $2 THEN stock + $1 ELSE $2 END WHERE id = $3")
            .bind(line.quantity)
            .bind(MAX_STOCK)
            .bind(line.item_id)
            .execute(&mut *tx)
            .await?;
    }
    Ok(order)
}

/// Sets the final status of an open order.
async fn close(id: Id, status: OrderStatus, tx: &mut Transaction) -> Result<Order, CloseError> {
    let mut order = find(id, &mut *tx).await.map_err(|error| match error {
        sqlx::Error::RowNotFound => CloseError::NotFound(id),
        error => error.into(),
    })?;
    if order.status != OrderStatus::Open {
        return Err(CloseError::Closed(id));
    }
    order.status = status;
    sqlx::query("UPDATE orders SET status = $1 WHERE id = $2")
        .bind(status)
        .bind(id)
        .execute(&mut *tx)
        .await?;
    Ok(order)
}

/// Why an order can't be shipped or canceled.
#[derive(Debug, HttpError)]
pub enum CloseError {
    /// No order has this number.
    #[error("no order {0}")]
    #[status(404)]
    NotFound(Id),
    /// The order has already been shipped or canceled.
    #[error("order {0} is not open")]
    #[status(409)]
    Closed(Id),
    /// The cause is logged, not sent.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// List the confirmations that were sent to the customer about an order.
#[get("/<id>/confirmations")]
async fn list_confirmations(
    id: Id,
    #[depends(pool)] pool: &Pool,
) -> Result<Vec<Confirmation>, ReadError> {
    let sent = sqlx::query_as(
        "SELECT id, email, sent_at FROM confirmations WHERE order_id = $1 ORDER BY id",
    )
    .bind(id)
    .fetch_all(pool)
    .await?;
    // An order without a confirmation is an empty list; an order that doesn't exist is a 404.
    if sent.is_empty() {
        read_order(id, pool).await?;
    }
    Ok(sent)
}
