//! Clients that leave at any moment, while their requests use a database.

use std::time::Duration;

use fastrs::prelude::*;
use sqlx::{Sqlite, Transaction, sqlite::SqlitePoolOptions};
use tokio::{
    task::{JoinSet, yield_now},
    time::timeout,
};

use super::transactions::{pool, transaction};
use crate::{
    journal::{Journal, journal},
    waiting::until,
    wire::{Wire, serve},
};

/// Moves one from the first account to the second.
#[post("/transfers")]
async fn transfer(
    #[depends(transaction)] tx: &mut Transaction<'static, Sqlite>,
    #[depends(journal)] journal: &Journal,
) -> Result<()> {
    journal.write("began");
    for statement in [
        "UPDATE accounts SET balance = balance - 1 WHERE id = 1",
        "UPDATE accounts SET balance = balance + 1 WHERE id = 2",
    ] {
        sqlx::query(statement).execute(&mut **tx).await?;
        yield_now().await;
    }
    journal.write("ended");
    Ok(())
}

const CLIENTS: usize = 20;
const REQUESTS: usize = 25;

/// The storm may take this long on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

#[tokio::test]
async fn a_storm_of_disconnects_leaves_no_transaction_open() {
    let folder = tempfile::tempdir().unwrap();
    let options = sqlx::sqlite::SqliteConnectOptions::new()
        .filename(folder.path().join("bank.db"))
        .create_if_missing(true);
    let connections = SqlitePoolOptions::new().max_connections(2);
    let database = connections.connect_with(options).await.unwrap();
    let schema = "CREATE TABLE accounts (id INTEGER PRIMARY KEY, balance INTEGER NOT NULL);
        INSERT INTO accounts VALUES (1, 0), (2, 0);";
    sqlx::raw_sql(schema).execute(&database).await.unwrap();
    let notes = Journal::new();
    let app = App::new("Bank", "1")
        .provide::<pool>(database.clone())
        .provide::<journal>(notes.clone())
        .routes(routes![transfer]);
    let server = serve(app).await;

    let mut clients = JoinSet::new();
    for client in 0..CLIENTS {
        let address = server.addr();
        clients.spawn(async move {
            let mut confirmed = 0;
            for request in 0..REQUESTS {
                let mut wire = Wire::to(address).await;
                wire.request("POST /transfers").await;
                // Each leaves after another number of turns of the runtime, and every fifth waits for its response.
                let turns = (client * REQUESTS + request) % 101;
                if turns.is_multiple_of(5) {
                    assert_eq!(wire.answer().await.status(), "200");
                    confirmed += 1;
                } else {
                    for _ in 0..turns {
                        yield_now().await;
                    }
                }
            }
            confirmed
        });
    }
    let confirmed = timeout(PATIENCE, clients.join_all()).await;
    let confirmed: i64 = confirmed.expect("every response arrives").iter().sum();
    // This waits for the requests whose clients have left.
    timeout(PATIENCE, server.stop()).await.expect("they end");

    let (began, ended) = (notes.count("began"), notes.count("ended"));
    assert_eq!(began, ended, "a handler that has begun runs to its end");
    // A connection returns to the pool in a task of its own.
    until(async || database.num_idle() == 2).await;
    assert_eq!(database.size(), 2, "the pool is whole");
    let balances: Vec<i64> = sqlx::query_scalar("SELECT balance FROM accounts ORDER BY id")
        .fetch_all(&database)
        .await
        .unwrap();
    let moved = i64::try_from(ended).unwrap();
    assert_eq!(balances, [-moved, moved], "what has ended is committed");
    assert!(moved >= confirmed, "{moved}, {confirmed}");
    // Neither connection is inside a transaction.
    let (mut one, mut other) = (
        database.acquire().await.unwrap(),
        database.acquire().await.unwrap(),
    );
    for connection in [&mut one, &mut other] {
        sqlx::raw_sql("BEGIN IMMEDIATE; ROLLBACK")
            .execute(&mut **connection)
            .await
            .unwrap();
    }
}
