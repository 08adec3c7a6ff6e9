//! Reviews of items by customers.

use chrono::{DateTime, Utc};
use fastrs::prelude::*;
use fastrs::{Page, Paging};

use super::items;
use crate::db::{Pool, Transaction, is_dangling, is_taken, pool, transaction};
use crate::dependencies::now;
use crate::errors::ReadError;
use crate::models::{Id, Item, Review, ReviewSort, Time};

/// Returns the routes of reviews: those of an item are under the item, and a single review is under `/reviews`.
pub fn router() -> Router {
    Router::new("")
        .tag("reviews")
        .include(
            Router::new("/items/<item_id>/reviews").routes(routes![list_reviews, write_review]),
        )
        .include(Router::new("/reviews").routes(routes![read_review, delete_review]))
}

/// The item that the path names.
///
/// A route that depends on it responds with a 404 if there is none, and documents that.
#[dependency]
async fn reviewed_item(
    #[path] item_id: Id,
    #[depends(pool)] pool: &Pool,
) -> Result<Item, ReadError> {
    items::find(item_id, pool)
        .await?
        .ok_or(ReadError::NotFound("item", item_id))
}

/// List the reviews of an item.
#[get("")]
async fn list_reviews(
    #[depends(reviewed_item)] item: &Item,
    sort: Option<ReviewSort>,
    paging: Paging<20>,
    #[depends(pool)] pool: &Pool,
) -> Result<Page<Review>> {
    let sql = match sort.unwrap_or_default() {
        ReviewSort::Newest => {
            "SELECT * FROM reviews WHERE item_id = $1 ORDER BY id DESC LIMIT $2 OFFSET $3"
        }
        ReviewSort::Best => {
            "SELECT * FROM reviews WHERE item_id = $1 ORDER BY stars DESC, id DESC LIMIT $2 OFFSET $3"
        }
        ReviewSort::Worst => {
            "SELECT * FROM reviews WHERE item_id = $1 ORDER BY stars, id DESC LIMIT $2 OFFSET $3"
        }
    };
    let reviews = sqlx::query_as(sql)
        .bind(item.id)
        .bind(i64::from(paging.limit))
        .bind(i64::from(paging.offset))
        .fetch_all(pool)
        .await?;
    let total: i64 = sqlx::query_scalar("SELECT count(*) FROM reviews WHERE item_id = $1")
        .bind(item.id)
        .fetch_one(pool)
        .await?;
    Ok(Page::new(reviews, total, paging))
}

/// Review an item.
///
/// A customer can review an item once.
#[post("", status = 201)]
async fn write_review(
    #[depends(reviewed_item)] item: &Item,
    review: Review,
    #[depends(now)] now: DateTime<Utc>,
    #[depends(transaction)] tx: &mut Transaction,
) -> Result<Review, ReviewError> {
    sqlx::query_as(
        "INSERT INTO reviews (item_id, customer_id, stars, text, written_at)
         VALUES ($1, $2, $3, $4, $5) RETURNING *",
    )
    .bind(item.id)
    .bind(review.customer_id)
    .bind(review.stars)
    .bind(&review.text)
    .bind(Time::from(now))
    .fetch_one(&mut *tx)
    .await
    .map_err(|error| match error {
        error if is_taken(&error) => ReviewError::Reviewed(review.customer_id),
        error if is_dangling(&error) => ReviewError::NoCustomer(review.customer_id),
        error => error.into(),
    })
}

/// Why a review is rejected.
#[derive(Debug, HttpError)]
pub enum ReviewError {
    /// The body names a customer who doesn't exist.
    #[error("no customer {0}")]
    #[status(409)]
    NoCustomer(Id),
    /// The customer has already reviewed the item.
    #[error("customer {0} has reviewed this item")]
    #[status(409)]
    Reviewed(Id),
    /// The cause is logged, not sent.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// Read a review.
#[get("/<id>")]
async fn read_review(id: Id, #[depends(pool)] pool: &Pool) -> Result<Review, ReadError> {
    sqlx::query_as("SELECT * FROM reviews WHERE id = $1")
        .bind(id)
        .fetch_optional(pool)
        .await?
        .ok_or(ReadError::NotFound("review", id))
}

/// Delete a review.
///
/// Deleting a review twice is a 404.
#[delete("/<id>", status = 204)]
async fn delete_review(
    id: Id,
    #[depends(transaction)] tx: &mut Transaction,
) -> Result<(), ReadError> {
    let done = sqlx::query("DELETE FROM reviews WHERE id = $1")
        .bind(id)
        .execute(&mut *tx)
        .await?;
    if done.rows_affected() == 0 {
        return Err(ReadError::NotFound("review", id));
    }
    Ok(())
}
