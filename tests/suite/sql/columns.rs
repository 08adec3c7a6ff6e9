//! fastrs's types and models as columns.

use std::collections::BTreeMap;

use fastrs::{Value, json, prelude::*, testing::TestDatabase};

use crate::postgres::Postgres;

/// A unit enum is stored as the text of its JSON.
#[model(column)]
#[derive(Debug, Clone, Copy, PartialEq)]
#[serde(rename_all = "kebab-case")]
enum Status {
    Open,
    OnItsWay,
}

/// Anything else is stored as JSON.
#[model(column)]
#[derive(Debug, Clone, PartialEq)]
#[serde(rename_all = "camelCase")]
struct Address {
    street_name: String,
    tags: Vec<String>,
}

#[model(column)]
#[derive(Debug, Clone, PartialEq)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum Payment {
    Card { number: String },
    Invoice,
}

#[model(column)]
#[derive(Debug, Clone, PartialEq)]
struct Limits(BTreeMap<String, i64>);

/// A time as RFC 3339 writes it, in every database.
#[model(column = "text")]
#[derive(Debug, Clone, PartialEq)]
struct Time(chrono::DateTime<chrono::Utc>);

#[model]
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
struct Row {
    status: Status,
    before: Option<Status>,
    address: Address,
    payment: Payment,
    limits: Limits,
    at: Time,
    email: EmailStr,
    page: Url,
    password: Secret<String>,
}

fn row() -> Row {
    let json = json!({
        "status": "on-its-way", "before": null, "address": { "streetName": "Unter den \"Linden\"", "tags": ["a"] },
        "payment": { "kind": "card", "number": "4111" }, "limits": { "a": 1 }, "at": "2024-05-01T10:00:00Z",
        "email": "ada@example.com", "page": "https://example.com/x", "password": "hunter2",
    });
    serde_json::from_value(json).unwrap()
}

/// Runs the same statements with the pool of a module.
macro_rules! stores {
    ($database:ident, $url:expr, $json:literal) => {{
        let database = TestDatabase::beside($url).await;
        let pool = fastrs::$database::Pool::open(&database.settings(), None).await.unwrap();
        let create = concat!(
            "CREATE TABLE rows (status TEXT, before TEXT, address ", $json, ", payment ", $json, ", limits ", $json,
            ", at TEXT, email TEXT, page TEXT, password TEXT)"
        );
        sqlx::query(create).execute(&pool).await.unwrap();
        let row = row();
        sqlx::query("INSERT INTO rows VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)")
            .bind(row.status)
            .bind(row.before)
            .bind(row.address.clone())
            .bind(row.payment.clone())
            .bind(row.limits.clone())
            .bind(row.at.clone())
            .bind(row.email.clone())
            .bind(row.page.clone())
            .bind(row.password.clone())
            .execute(&pool)
            .await
            .unwrap();
        let read: Row = sqlx::query_as("SELECT * FROM rows").fetch_one(&pool).await.unwrap();
        assert_eq!(read, row);
        let stored: (String, String, String) =
            sqlx::query_as("SELECT status, at, password FROM rows WHERE status = $1")
                .bind(Status::OnItsWay)
                .fetch_one(&pool)
                .await
                .unwrap();
        assert_eq!(stored, ("on-its-way".into(), "2024-05-01T10:00:00Z".into(), "hunter2".into()));

        // What is stored is read as a request is: a value that the type does not have is an error that names the column.
        sqlx::query("UPDATE rows SET status = 'lost'").execute(&pool).await.unwrap();
        let error = sqlx::query_as::<_, Row>("SELECT * FROM rows").fetch_one(&pool).await.unwrap_err();
        assert!(error.to_string().contains("\"status\""), "{error}");
        pool.close().await;
    }};
}

#[tokio::test]
async fn models_are_columns() {
    stores!(sqlite, "sqlite::memory:", "TEXT");
    stores!(any_database, "sqlite::memory:", "TEXT");
    if let Some(server) = Postgres::shared("columns") {
        stores!(postgres, &server.url(), "JSONB");
        stores!(postgres, &server.url(), "JSON");
        stores!(any_database, &server.url(), "TEXT");
    }
}

/// JSON in SQLite can be queried by its functions.
#[tokio::test]
async fn a_json_column_is_json() {
    let database = TestDatabase::beside("sqlite::memory:").await;
    let pool = fastrs::sqlite::Pool::open(&database.settings(), None)
        .await
        .unwrap();
    let name: String = sqlx::query_scalar("SELECT json_extract($1, '$.streetName')")
        .bind(row().address)
        .fetch_one(&pool)
        .await
        .unwrap();
    assert_eq!(name, "Unter den \"Linden\"");
    let whole: Value = serde_json::to_value(row().address).unwrap();
    assert_eq!(whole["tags"], json!(["a"]));
    pool.close().await;
}
