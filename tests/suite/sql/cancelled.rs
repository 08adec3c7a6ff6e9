//! Futures that are dropped while the database works for them.

use std::{
    future::Future,
    pin::pin,
    task::{Context, Waker},
};

use fastrs::{postgres::Pool, sql::DatabaseSettings, testing::TestDatabase};
use sqlx::Acquire;
use tokio::task::yield_now;

use crate::postgres::Postgres;

/// Polls a future this many times, with turns of the runtime between, and drops it.
async fn abandon<T>(turns: usize, future: impl Future<Output = T>) {
    let mut future = pin!(future);
    for _ in 0..turns {
        let mut cx = Context::from_waker(Waker::noop());
        if future.as_mut().poll(&mut cx).is_ready() {
            return;
        }
        yield_now().await;
    }
}

/// Returns how many connections of the database are inside a transaction without doing anything.
async fn idle_in_transaction(pool: &Pool) -> i64 {
    let count = "SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'
        AND application_name = 'cancelled'";
    sqlx::query_scalar(count).fetch_one(pool).await.unwrap()
}

#[tokio::test]
async fn a_begin_that_is_dropped_leaves_no_transaction_open() {
    let Some(server) = Postgres::shared("a dropped BEGIN") else {
        return;
    };
    let database = TestDatabase::beside(&server.url()).await;
    let url = format!("{}&application_name=cancelled", database.url());
    let settings = DatabaseSettings {
        max_connections: 2,
        ..DatabaseSettings::new(url)
    };
    let pool = Pool::open(&settings, None).await.unwrap();
    sqlx::query("CREATE TABLE notes (id BIGINT PRIMARY KEY)")
        .execute(&pool)
        .await
        .unwrap();
    for id in 0..200 {
        match id % 3 {
            0 => abandon(id / 3, pool.begin()).await,
            1 => abandon(id / 3, Acquire::begin(&pool)).await,
            _ => {
                abandon(
                    id / 3,
                    pool.begin_with("BEGIN ISOLATION LEVEL SERIALIZABLE"),
                )
                .await
            }
        }
        // If the connection were inside a transaction, this would be lost.
        let insert = sqlx::query("INSERT INTO notes (id) VALUES ($1)").bind(id as i64);
        insert.execute(&pool).await.unwrap();
    }
    assert_eq!(idle_in_transaction(&pool).await, 0);
    pool.close().await;

    let pool = Pool::open(&settings, None).await.unwrap();
    let count: i64 = sqlx::query_scalar("SELECT count(*) FROM notes")
        .fetch_one(&pool)
        .await
        .unwrap();
    assert_eq!(count, 200);
    pool.close().await;
}

#[tokio::test]
async fn a_commit_that_has_begun_runs_to_its_end() {
    let Some(server) = Postgres::shared("a dropped COMMIT") else {
        return;
    };
    let database = TestDatabase::beside(&server.url()).await;
    let settings = DatabaseSettings {
        max_connections: 1,
        ..database.settings()
    };
    let pool = Pool::open(&settings, None).await.unwrap();
    sqlx::query("CREATE TABLE notes (id BIGINT PRIMARY KEY)")
        .execute(&pool)
        .await
        .unwrap();
    for id in 0..20_i64 {
        let mut tx = pool.begin().await.unwrap();
        let insert = sqlx::query("INSERT INTO notes (id) VALUES ($1)").bind(id);
        insert.execute(&mut tx).await.unwrap();
        abandon(1, tx.commit()).await;
    }
    let count: i64 = sqlx::query_scalar("SELECT count(*) FROM notes")
        .fetch_one(&pool)
        .await
        .unwrap();
    assert_eq!(count, 20);
    pool.close().await;
}
