//! Customers.

use fastrs::prelude::*;
use fastrs::{Page, Paging};

use crate::db::{Pool, Transaction, containing, is_dangling, is_taken, pool, transaction};
use crate::errors::{ChangeError, CreateError, DeleteError, ReadError};
use crate::models::{Customer, CustomerFilter, Flag, Id};

/// Returns the routes under `/customers`.
pub fn router() -> Router {
    Router::new("/customers").tag("customers").routes(routes![
        list_customers,
        create_customer,
        read_customer,
        replace_customer,
        delete_customer
    ])
}

/// List customers, by name.
#[get("")]
async fn list_customers(
    #[query] filter: CustomerFilter,
    paging: Paging<20>,
    #[depends(pool)] pool: &Pool,
) -> Result<Page<Customer>> {
    let q = containing(&filter.q.unwrap_or_default());
    let customers = sqlx::query_as(
        "SELECT * FROM customers
         WHERE lower(name) LIKE $1 ESCAPE '!' OR lower(email) LIKE $1 ESCAPE '!'
         ORDER BY lower(name), id LIMIT $2 OFFSET $3",
    )
    .bind(&q)
    .bind(i64::from(paging.limit))
    .bind(i64::from(paging.offset))
    .fetch_all(pool)
    .await?;
    let total: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM customers
         WHERE lower(name) LIKE $1 ESCAPE '!' OR lower(email) LIKE $1 ESCAPE '!'",
    )
    .bind(&q)
    .fetch_one(pool)
    .await?;
    Ok(Page::new(customers, total, paging))
}

/// Create a customer.
#[post("", status = 201)]
async fn create_customer(
    customer: Customer,
    #[depends(transaction)] tx: &mut Transaction,
) -> Result<Customer, CreateError> {
    sqlx::query_as(
        "INSERT INTO customers (name, email, newsletter) VALUES ($1, $2, $3) RETURNING *",
    )
    .bind(&customer.name)
    .bind(&customer.email)
    .bind(Flag::from(customer.newsletter))
    .fetch_one(&mut *tx)
    .await
    .map_err(|error| match error {
        error if is_taken(&error) => CreateError::Taken("address", customer.email.to_string()),
        error => error.into(),
    })
}

/// Read a customer.
#[get("/<id>")]
async fn read_customer(id: Id, #[depends(pool)] pool: &Pool) -> Result<Customer, ReadError> {
    sqlx::query_as("SELECT * FROM customers WHERE id = $1")
        .bind(id)
        .fetch_optional(pool)
        .await?
        .ok_or(ReadError::NotFound("customer", id))
}

/// Replace a customer's data.
#[put("/<id>")]
async fn replace_customer(
    id: Id,
    customer: Customer,
    #[depends(transaction)] tx: &mut Transaction,
) -> Result<Customer, ChangeError> {
    sqlx::query_as(
        "UPDATE customers SET name = $1, email = $2, newsletter = $3 WHERE id = $4 RETURNING *",
    )
    .bind(&customer.name)
    .bind(&customer.email)
    .bind(Flag::from(customer.newsletter))
    .bind(id)
    .fetch_optional(&mut *tx)
    .await
    .map_err(|error| match error {
        error if is_taken(&error) => ChangeError::Taken("address", customer.email.to_string()),
        error => error.into(),
    })?
    .ok_or(ChangeError::NotFound("customer", id))
}

/// Delete a customer and their reviews.
///
/// A customer who has placed orders can't be deleted. Deleting a customer twice is a 404.
#[delete("/<id>", status = 204)]
async fn delete_customer(
    id: Id,
    #[depends(transaction)] tx: &mut Transaction,
) -> Result<(), DeleteError> {
    let done = sqlx::query("DELETE FROM customers WHERE id = $1")
        .bind(id)
        .execute(&mut *tx)
        .await
        .map_err(|error| match error {
            error if is_dangling(&error) => DeleteError::Ordered("customer", id),
            error => error.into(),
        })?;
    if done.rows_affected() == 0 {
        return Err(DeleteError::NotFound("customer", id));
    }
    Ok(())
}
