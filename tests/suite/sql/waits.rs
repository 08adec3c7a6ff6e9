//! A database that does not respond in time.

use fastrs::{
    Value, json,
    postgres::{Pool, Transaction, pool, transaction},
    prelude::*,
    sql::DatabaseSettings,
    testing::{TestClient, TestDatabase},
};

use crate::postgres::Postgres;

#[get("/sleep")]
async fn sleep(seconds: f64, #[depends(pool)] pool: &Pool) -> Result<()> {
    sqlx::query("SELECT pg_sleep($1)")
        .bind(seconds)
        .execute(pool)
        .await?;
    Ok(())
}

#[get("/sleep-inside")]
async fn sleep_inside(seconds: f64, #[depends(transaction)] tx: &mut Transaction) -> Result<()> {
    sqlx::query("SELECT pg_sleep($1)")
        .bind(seconds)
        .execute(tx)
        .await?;
    Ok(())
}

#[get("/alive")]
async fn alive() {}

async fn start(url: &str) -> TestClient {
    let settings = DatabaseSettings {
        max_connections: 2,
        acquire_timeout: Duration::from_millis(300),
        statement_timeout: Duration::from_millis(500),
        ..DatabaseSettings::new(url)
    };
    let app = App::new("Bank", "1").routes(routes![sleep, sleep_inside, alive]);
    TestClient::start(app.provide::<DatabaseSettings>(settings)).await
}

#[tokio::test]
async fn a_statement_that_takes_too_long_is_a_503() {
    let Some(server) = Postgres::shared("slow statements") else {
        return;
    };
    let database = TestDatabase::beside(&server.url()).await;
    let client = start(database.url()).await;
    for path in ["/sleep", "/sleep-inside"] {
        let response = client.get(&format!("{path}?seconds=30")).await;
        assert_eq!(response.status(), 503, "{path}");
        assert_eq!(response.header("retry-after"), Some("1"), "{path}");
        assert_eq!(
            response.json::<Value>(),
            json!({ "detail": "Service Unavailable" }),
            "{path}"
        );
        assert_eq!(
            client.get(&format!("{path}?seconds=0")).await.status(),
            200,
            "{path}"
        );
    }
    client.stop().await;
}

#[tokio::test]
async fn a_pool_without_a_free_connection_is_a_503() {
    let Some(server) = Postgres::shared("an exhausted pool") else {
        return;
    };
    let database = TestDatabase::beside(&server.url()).await;
    let client = start(database.url()).await;
    let statuses = async |path: &str| {
        let send = || client.get(path).send();
        let (a, b, c, d) = tokio::join!(send(), send(), send(), send());
        let mut statuses = [a, b, c, d].map(|response| response.status().as_u16());
        statuses.sort_unstable();
        statuses
    };
    // Two requests have the connections; the others wait for 0.3 seconds.
    assert_eq!(statuses("/sleep?seconds=0.45").await, [200, 200, 503, 503]);
    assert_eq!(
        statuses("/sleep-inside?seconds=0.45").await,
        [200, 200, 503, 503]
    );
    assert_eq!(statuses("/sleep?seconds=0").await, [200; 4]);
    client.stop().await;
}

/// A server that has stopped keeps its connections open and says nothing.
#[tokio::test]
async fn a_database_that_has_stopped_costs_its_own_routes_a_bounded_time() {
    let Some(server) = Postgres::start("a stopped server") else {
        return;
    };
    let client = start(&server.url()).await;
    for path in ["/sleep?seconds=0", "/sleep-inside?seconds=0"] {
        assert_eq!(client.get(path).await.status(), 200);
    }
    server.signal("STOP");
    for path in ["/sleep?seconds=0", "/sleep-inside?seconds=0"] {
        for _ in 0..3 {
            assert_eq!(client.get(path).await.status(), 503, "{path}");
        }
    }
    assert_eq!(client.get("/alive").await.status(), 200);
    server.signal("CONT");
    crate::waiting::until(async || client.get("/sleep?seconds=0").await.status() == 200).await;
    crate::waiting::until(async || client.get("/sleep-inside?seconds=0").await.status() == 200)
        .await;
    client.stop().await;
}
