//! Clients that leave, and a database that dies: no transaction stays open, no row is half written, and what was
//! acknowledged is there.

use std::{
    collections::BTreeSet,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use fastrs::{
    postgres::{Pool, Transaction, migrations, pool, transaction},
    prelude::{Result, *},
    sql::DatabaseSettings,
    testing::TestServer,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinSet,
    time::sleep,
};

use super::migrator;
use crate::{
    postgres::Postgres,
    waiting::until,
    wire::{Wire, serve},
};

const SCHEMA: &str = "
    CREATE TABLE accounts (id BIGINT PRIMARY KEY, balance BIGINT NOT NULL);
    INSERT INTO accounts SELECT id, 1000 FROM generate_series(1, 8) AS id;
    CREATE TABLE transfers (id BIGINT PRIMARY KEY);
    CREATE TABLE promises (id BIGINT PRIMARY KEY, kept BIGINT REFERENCES accounts (id) DEFERRABLE INITIALLY DEFERRED);";

const ACCOUNTS: u64 = 8;

/// Moves one from an account to another, and notes that it did.
#[post("/transfers/<id>")]
async fn transfer(id: i64, #[depends(transaction)] tx: &mut Transaction) -> Result<()> {
    let from = id.unsigned_abs() % ACCOUNTS + 1;
    let to = id.unsigned_abs() / ACCOUNTS % ACCOUNTS + 1;
    // In the same order in every request, so that two never wait for each other.
    for (account, change) in [(from.min(to), -1), (from.max(to), 1)] {
        let update = sqlx::query("UPDATE accounts SET balance = balance + $1 WHERE id = $2");
        update
            .bind(change)
            .bind(account as i64)
            .execute(&mut *tx)
            .await?;
    }
    sqlx::query("INSERT INTO transfers VALUES ($1)")
        .bind(id)
        .execute(tx)
        .await?;
    Ok(())
}

/// The same, in a transaction of its own, in a handler that is dropped when its client leaves.
#[post("/cancelled/<id>", cancel_on_disconnect)]
async fn cancelled(id: i64, #[depends(pool)] pool: Pool) -> Result<()> {
    let mut tx = pool.begin().await?;
    for (account, change) in [(1, -1), (2, 1)] {
        let update = sqlx::query("UPDATE accounts SET balance = balance + $1 WHERE id = $2");
        update.bind(change).bind(account).execute(&mut tx).await?;
    }
    sqlx::query("INSERT INTO transfers VALUES ($1)")
        .bind(id)
        .execute(&mut tx)
        .await?;
    Ok(tx.commit().await?)
}

/// Breaks a constraint that is checked by the commit.
#[post("/promises/<id>")]
async fn promise(id: i64, #[depends(transaction)] tx: &mut Transaction) -> Result<()> {
    sqlx::query("INSERT INTO promises VALUES ($1, -1)")
        .bind(id)
        .execute(tx)
        .await?;
    Ok(())
}

#[get("/alive")]
async fn alive() {}

async fn start(url: &str, connections: u32) -> TestServer {
    let settings = DatabaseSettings {
        max_connections: connections,
        acquire_timeout: fastrs::Duration::from_secs(2),
        statement_timeout: fastrs::Duration::from_secs(2),
        ..DatabaseSettings::new(url)
    };
    let app = App::new("Bank", "1")
        .provide::<DatabaseSettings>(settings)
        .provide::<migrations>(migrator(SCHEMA))
        .routes(routes![transfer, cancelled, promise, alive]);
    serve(app).await
}

/// What the database holds at the end, over a connection of its own.
struct Ledger {
    transfers: BTreeSet<i64>,
    balances: Vec<i64>,
    open_transactions: i64,
}

async fn ledger(server: &Postgres) -> Ledger {
    let settings = DatabaseSettings::new(server.url());
    let pool = Pool::open(&settings, None).await.unwrap();
    let transfers: Vec<i64> = sqlx::query_scalar("SELECT id FROM transfers")
        .fetch_all(&pool)
        .await
        .unwrap();
    let balances = sqlx::query_scalar("SELECT balance FROM accounts ORDER BY id");
    let open = "SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'";
    let mut found = Ledger {
        transfers: transfers.into_iter().collect(),
        balances: balances.fetch_all(&pool).await.unwrap(),
        open_transactions: 0,
    };
    // A connection whose client has left ends its transaction soon.
    until(async || {
        found.open_transactions = sqlx::query_scalar(open).fetch_one(&pool).await.unwrap();
        found.open_transactions == 0
    })
    .await;
    pool.close().await;
    found
}

/// A proxy that delays every piece of what the database says by up to three milliseconds.
async fn delaying_proxy(to: SocketAddr) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        for count in 0_u64.. {
            let (client, _) = listener.accept().await.unwrap();
            let Ok(database) = TcpStream::connect(to).await else {
                continue;
            };
            let (mut from_client, mut to_client) = client.into_split();
            let (mut from_database, mut to_database) = database.into_split();
            tokio::spawn(async move {
                tokio::io::copy(&mut from_client, &mut to_database)
                    .await
                    .ok();
                to_database.shutdown().await.ok();
            });
            tokio::spawn(async move {
                let mut buffer = vec![0; 4096];
                let mut random = count + 1;
                while let Ok(read @ 1..) = from_database.read(&mut buffer).await {
                    random = random
                        .wrapping_mul(6_364_136_223_846_793_005)
                        .wrapping_add(1);
                    sleep(Duration::from_micros(random >> 32 & 0xbff)).await;
                    if to_client.write_all(&buffer[..read]).await.is_err() {
                        break;
                    }
                }
            });
        }
    });
    address
}

/// 5,000 requests, most of which are cut off at a random moment.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clients_that_leave_leave_no_trace() {
    const CLIENTS: i64 = 25;
    const REQUESTS: i64 = 200;
    let Some(database) = Postgres::start("clients that leave") else {
        return;
    };
    let proxy = delaying_proxy(database.address()).await;
    let server = start(&database.url_at(proxy), 2).await;
    let mut clients = JoinSet::new();
    for client in 0..CLIENTS {
        let address = server.addr();
        clients.spawn(async move {
            let mut confirmed = Vec::new();
            for id in client * REQUESTS..(client + 1) * REQUESTS {
                let mut wire = Wire::to(address).await;
                let route = if id % 2 == 0 {
                    "transfers"
                } else {
                    "cancelled"
                };
                wire.request(&format!("POST /{route}/{id}")).await;
                let patience = match id % 10 {
                    0 => Duration::from_secs(60),
                    _ => Duration::from_micros(id.unsigned_abs() * 7919 % 100_000),
                };
                if let Ok(answer) = tokio::time::timeout(patience, wire.answer()).await
                    && answer.status() == "200"
                {
                    confirmed.push(id);
                }
            }
            confirmed
        });
    }
    let confirmed: Vec<i64> = clients.join_all().await.concat();
    assert!(
        confirmed.len() as i64 > CLIENTS * REQUESTS / 20,
        "{}",
        confirmed.len()
    );

    // The pool has all its connections, and none of them is inside a transaction.
    let mut after = JoinSet::new();
    for id in 1_000_000..1_000_010_i64 {
        let address = server.addr();
        after.spawn(async move {
            let mut wire = Wire::to(address).await;
            wire.request(&format!("POST /transfers/{id}")).await;
            assert_eq!(wire.answer().await.status(), "200");
            id
        });
    }
    let after = after.join_all().await;
    server.stop().await;
    let found = ledger(&database).await;
    assert_eq!(found.open_transactions, 0);
    assert_eq!(found.balances.iter().sum::<i64>(), 8000);
    for id in confirmed.iter().chain(&after) {
        assert!(
            found.transfers.contains(id),
            "{id} was acknowledged and is not there"
        );
    }
    assert_eq!(found.balances, balances_after(&found.transfers));
}

/// Returns the balances that result from these transfers.
fn balances_after(transfers: &BTreeSet<i64>) -> Vec<i64> {
    let mut balances = vec![1000; ACCOUNTS as usize];
    for id in transfers.iter().map(|id| id.unsigned_abs()) {
        let is_cancelled = id % 2 == 1 && id < 1_000_000;
        let (from, to) = match is_cancelled {
            true => (1, 2),
            false => (id % ACCOUNTS + 1, id / ACCOUNTS % ACCOUNTS + 1),
        };
        balances[from.min(to) as usize - 1] -= 1;
        balances[from.max(to) as usize - 1] += 1;
    }
    balances
}

/// Transfers under load, while the database is killed and started again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_is_killed_loses_nothing_that_was_acknowledged() {
    let Some(mut database) = Postgres::start("a killed database") else {
        return;
    };
    let server = start(&database.url(), 4).await;
    let address = server.addr();
    let is_over = Arc::new(AtomicBool::new(false));
    let mut clients = JoinSet::new();
    for client in 0..8_i64 {
        let is_over = Arc::clone(&is_over);
        clients.spawn(async move {
            let mut statuses = Vec::new();
            // Even numbers, for which `balances_after` knows the accounts.
            let mut id = client * 1_000_000;
            while !is_over.load(Ordering::Relaxed) {
                id += 2;
                let mut wire = Wire::to(address).await;
                wire.request(&format!("POST /transfers/{id}")).await;
                // The client retries a transfer that has failed, under its number, so that it is made once.
                statuses.push((id, wire.answer().await.status().to_owned()));
            }
            statuses
        });
    }
    let is_normal = async || {
        let mut wire = Wire::to(address).await;
        wire.request(&format!("POST /transfers/{}", 900_000_000))
            .await;
        matches!(wire.answer().await.status(), "200" | "409")
    };
    for _ in 0..2 {
        sleep(Duration::from_millis(500)).await;
        database.kill();
        let mut wire = Wire::to(address).await;
        wire.request("GET /alive").await;
        assert_eq!(wire.answer().await.status(), "200");
        let mut wire = Wire::to(address).await;
        wire.request("POST /transfers/900000002").await;
        assert_eq!(wire.answer().await.status(), "503");
        database.resume_service();
        until(is_normal).await;
    }
    sleep(Duration::from_millis(300)).await;
    is_over.store(true, Ordering::Relaxed);
    let statuses = clients.join_all().await.concat();
    server.stop().await;

    let found = ledger(&database).await;
    assert_eq!(found.balances, balances_after(&found.transfers));
    let mut acknowledged = 0;
    for (id, status) in &statuses {
        match &**status {
            "200" => {
                acknowledged += 1;
                assert!(
                    found.transfers.contains(id),
                    "{id} was acknowledged and is not there"
                );
            }
            // Without a response to its COMMIT, a transfer may have been made or not.
            "503" => {}
            other => panic!("{id}: {other}"),
        }
    }
    assert!(acknowledged > 100, "{acknowledged} of {}", statuses.len());
}

/// A commit that fails is the response, whatever the handler has returned.
#[tokio::test]
async fn a_commit_that_fails_is_no_success() {
    let Some(database) = Postgres::start("a failing commit") else {
        return;
    };
    let server = start(&database.url(), 2).await;
    let mut wire = Wire::to(server.addr()).await;
    wire.request("POST /promises/1").await;
    assert_eq!(wire.answer().await.status(), "409");
    server.stop().await;
}
