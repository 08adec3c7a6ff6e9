//! A transaction on a real database.

use fastrs::{prelude::*, testing::TestClient};
use sqlx::{Sqlite, SqlitePool, Transaction};

use crate::wire::{Wire, serve};

#[dependency(scope = "app")]
pub(super) async fn pool() -> SqlitePool;

#[dependency]
pub(super) async fn transaction(
    #[depends(pool)] pool: SqlitePool,
    lend: Yield<Transaction<'static, Sqlite>>,
) -> Result<()> {
    let transaction = pool.begin().await?;
    let (transaction, outcome) = lend.until_done(transaction).await;
    match outcome {
        Outcome::Success => transaction.commit().await?,
        Outcome::Failure(_) => transaction.rollback().await?,
    }
    Ok(())
}

/// Put a book on a shelf. Whether the shelf exists is checked only at the commit.
#[post("/books", status = 201)]
async fn add_book(
    shelf: i64,
    #[query(default = false)] fail: bool,
    #[depends(transaction)] tx: &mut Transaction<'static, Sqlite>,
) -> Result<i64> {
    let query = sqlx::query_scalar("INSERT INTO books (shelf) VALUES (?) RETURNING id").bind(shelf);
    let id = query.fetch_one(&mut **tx).await?;
    match fail {
        true => Err(HttpError::new(409, "told to fail")),
        false => Ok(id),
    }
}

async fn database() -> (tempfile::TempDir, SqlitePool) {
    let folder = tempfile::tempdir().unwrap();
    let options = sqlx::sqlite::SqliteConnectOptions::new()
        .filename(folder.path().join("books.db"))
        .create_if_missing(true)
        .foreign_keys(true);
    let pool = SqlitePool::connect_with(options).await.unwrap();
    let schema = "CREATE TABLE shelves (id INTEGER PRIMARY KEY);
        CREATE TABLE books (
            id INTEGER PRIMARY KEY,
            shelf INTEGER NOT NULL REFERENCES shelves DEFERRABLE INITIALLY DEFERRED
        );
        INSERT INTO shelves VALUES (1);";
    sqlx::raw_sql(schema).execute(&pool).await.unwrap();
    (folder, pool)
}

fn app(pool: &SqlitePool) -> App {
    App::new("Books", "1")
        .provide::<self::pool>(pool.clone())
        .routes(routes![add_book])
}

async fn books(pool: &SqlitePool) -> i64 {
    sqlx::query_scalar("SELECT count(*) FROM books")
        .fetch_one(pool)
        .await
        .unwrap()
}

#[tokio::test]
async fn a_commit_that_fails_is_a_conflict_and_leaves_no_row() {
    let (_folder, pool) = database().await;
    let client = TestClient::start(app(&pool)).await;
    for (path, status, rows) in [
        ("/books?shelf=1", 201, 1),
        ("/books?shelf=2", 409, 1),
        ("/books?shelf=1&fail=true", 409, 1),
        ("/books?shelf=1", 201, 2),
    ] {
        let answer = client.post(path).await;
        assert_eq!(answer.status(), status, "{path}: {}", answer.text());
        assert_eq!(books(&pool).await, rows, "{path}");
        assert!(
            !answer.text().contains("FOREIGN KEY"),
            "the database's message is not sent: {}",
            answer.text()
        );
    }
}

#[tokio::test]
async fn no_client_is_told_about_a_row_that_does_not_exist() {
    let (_folder, pool) = database().await;
    let server = serve(app(&pool)).await;
    let mut wire = Wire::to(server.addr()).await;
    wire.request("POST /books?shelf=2").await;
    let refused = wire.answer().await;
    assert_eq!(
        (refused.status(), &*refused.body),
        (
            "409",
            r#"{"detail":"This refers to something that does not exist, or is still referred to."}"#
        )
    );
    wire.request("POST /books?shelf=1").await;
    assert_eq!(
        wire.answer().await.status(),
        "201",
        "the connection and the pool still work"
    );
    assert_eq!(books(&pool).await, 1);
    server.stop().await;
}
