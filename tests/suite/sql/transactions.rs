//! The transaction of a request.

use fastrs::{
    any_database::{Pool, Transaction, pool, transaction},
    prelude::*,
    sql::DatabaseSettings,
    testing::{TestClient, TestDatabase},
};
use tracing::Level;

use super::{on, on_each};
use crate::log::Log;

const SCHEMA: &str = "CREATE TABLE notes (id BIGINT PRIMARY KEY, text TEXT NOT NULL)";

#[derive(Debug, HttpError)]
enum NoteError {
    #[error("a teapot writes no notes")]
    #[status(418)]
    Teapot,
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// Writes two notes, and then does what its text says.
#[post("/notes/<id>")]
async fn write(
    id: i64,
    text: String,
    #[depends(transaction)] tx: &mut Transaction,
) -> Result<(), NoteError> {
    for id in [id, id + 1] {
        sqlx::query("INSERT INTO notes (id, text) VALUES ($1, $2)")
            .bind(id)
            .bind(&*text)
            .execute(&mut *tx)
            .await?;
    }
    match &*text {
        "teapot" => Err(NoteError::Teapot),
        "panic" => panic!("on request"),
        _ => Ok(()),
    }
}

#[get("/notes")]
async fn read(#[depends(pool)] pool: &Pool) -> Result<Vec<i64>> {
    Ok(sqlx::query_scalar("SELECT id FROM notes ORDER BY id")
        .fetch_all(pool)
        .await?)
}

#[tokio::test]
async fn a_transaction_ends_as_the_request_does() {
    on_each("transactions", async |database| {
        let app = on(database, SCHEMA).routes(routes![write, read]);
        let client = TestClient::start(app).await;
        for (path, status, notes) in [
            ("/notes/1?text=a", 200, "[1,2]"),
            ("/notes/3?text=teapot", 418, "[1,2]"),
            ("/notes/3?text=panic", 500, "[1,2]"),
            ("/notes/3?txt=b", 422, "[1,2]"),
            // The second of its rows exists, so neither is written.
            ("/notes/0?text=b", 409, "[1,2]"),
            ("/notes/3?text=b", 200, "[1,2,3,4]"),
        ] {
            assert_eq!(client.post(path).await.status(), status, "{path}");
            assert_eq!(client.get("/notes").await.text(), notes, "{path}");
        }
        client.stop().await;
    })
    .await;
}

#[tokio::test]
async fn the_pool_begins_transactions_of_its_own() {
    on_each("the pool's transactions", async |database| {
        #[post("/twice")]
        async fn twice(#[depends(pool)] pool: Pool) -> Result<()> {
            for (id, is_kept) in [(1, true), (2, false), (3, true)] {
                let mut tx = pool.begin().await?;
                let insert = "INSERT INTO notes (id, text) VALUES ($1, 'x')";
                sqlx::query(insert).bind(id).execute(&mut tx).await?;
                match is_kept {
                    true => tx.commit().await?,
                    false => tx.rollback().await?,
                }
            }
            // One that is dropped is rolled back.
            let mut tx = pool.begin().await?;
            sqlx::query("DELETE FROM notes").execute(&mut tx).await?;
            Ok(())
        }
        let app = on(database, SCHEMA).routes(routes![twice, read]);
        let client = TestClient::start(app).await;
        assert_eq!(client.post("/twice").await.status(), 200);
        assert_eq!(client.get("/notes").await.text(), "[1,3]");
        client.stop().await;
    })
    .await;
}

/// Without a URL, the database is temporary, and the log says so.
#[tokio::test]
async fn an_app_without_a_url_says_that_its_database_is_temporary() {
    let (log, _guard) = Log::start(Level::WARN);
    let settings = DatabaseSettings {
        url: None,
        ..DatabaseSettings::new("")
    };
    let app = App::new("Bank", "1").routes(routes![read]);
    let client = TestClient::start(app.provide::<DatabaseSettings>(settings)).await;
    let lines = log.take();
    assert!(
        lines
            .iter()
            .any(|line| line.contains("`DATABASE_URL` is not set")),
        "{lines:?}"
    );
    client.stop().await;
}

/// Each app has a temporary database of its own.
#[tokio::test]
async fn a_database_in_memory_belongs_to_one_app() {
    let start = async || {
        let database = TestDatabase::beside("sqlite::memory:").await;
        let app = on(&database, SCHEMA)
            .provide::<DatabaseSettings>(DatabaseSettings::new("sqlite::memory:"));
        TestClient::start(app.routes(routes![write, read])).await
    };
    let (first, second) = (start().await, start().await);
    assert_eq!(first.post("/notes/1?text=a").await.status(), 200);
    assert_eq!(first.get("/notes").await.text(), "[1,2]");
    assert_eq!(second.get("/notes").await.text(), "[]");
    first.stop().await;
    second.stop().await;
}
