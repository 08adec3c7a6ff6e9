//! Customers.

use fastrs::prelude::*;

use crate::db::{Pool, Transaction, is_dangling, is_taken, pool, transaction};
use crate::errors::{ChangeError, CreateError, DeleteError, ReadError};
use crate::models::{Customer, CustomerFilter, Id, Page, Paging};

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
    #[query] paging: Paging,
    #[depends(pool)] pool: &Pool,
) -> Result<Page<Customer>> {
    let q = filter.q.unwrap_or_default().to_ascii_lowercase();
    let customers = sqlx::query_as(
        "SELECT * FROM customers
         WHERE instr(lower(name), ?1) > 0 OR instr(lower(email), ?1) > 0
         ORDER BY name COLLATE NOCASE, id LIMIT ?2 OFFSET ?3",
    )
    .bind(&q)
    .bind(paging.limit)
    .bind(paging.offset)
    .fetch_all(pool)
    .await?;
    let total = sqlx::query_scalar(
        "SELECT count(*) FROM customers
         WHERE instr(lower(name), ?1) > 0 OR instr(lower(email), ?1) > 0",
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
    sqlx::query_as("INSERT INTO customers (name, email, newsletter) VALUES (?, ?, ?) RETURNING *")
        .bind(&customer.name)
        .bind(customer.email.as_str())
        .bind(customer.newsletter)
        .fetch_one(&mut **tx)
        .await
        .map_err(|error| match error {
            error if is_taken(&error) => CreateError::Taken("address", customer.email.to_string()),
            error => error.into(),
        })
}

/// Read a customer.
#[get("/<id>")]
async fn read_customer(id: Id, #[depends(pool)] pool: &Pool) -> Result<Customer, ReadError> {
    sqlx::query_as("SELECT * FROM customers WHERE id = ?")
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
        "UPDATE customers SET name = ?, email = ?, newsletter = ? WHERE id = ? RETURNING *",
    )
    .bind(&customer.name)
    .bind(customer.email.as_str())
    .bind(customer.newsletter)
    .bind(id)
    .fetch_optional(&mut **tx)
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
    let done = sqlx::query("DELETE FROM customers WHERE id = ?")
        .bind(id)
        .execute(&mut **tx)
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
