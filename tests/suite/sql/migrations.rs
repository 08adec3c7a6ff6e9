//! Migrations, which are applied before the port is opened.

use fastrs::{
    any_database::{Pool, pool},
    prelude::*,
    testing::{TestClient, TestDatabase},
};
use tokio::task::JoinSet;

use super::{on, on_each};
use crate::postgres::Postgres;

#[get("/count")]
async fn count(#[depends(pool)] pool: &Pool) -> Result<i64> {
    Ok(sqlx::query_scalar("SELECT count(*) FROM notes")
        .fetch_one(pool)
        .await?)
}

#[tokio::test]
async fn several_apps_apply_a_migration_once() {
    on_each("migrations", async |database| {
        let schema = "CREATE TABLE notes (id BIGINT PRIMARY KEY); INSERT INTO notes VALUES (1)";
        let mut apps = JoinSet::new();
        for _ in 0..6 {
            apps.spawn(TestClient::start(
                on(database, schema).routes(routes![count]),
            ));
        }
        for client in apps.join_all().await {
            assert_eq!(client.get("/count").await.text(), "1");
            client.stop().await;
        }
    })
    .await;
}

#[tokio::test]
async fn an_app_whose_migrations_do_not_fit_the_database_does_not_start() {
    on_each("migrations that do not fit", async |database| {
        let start = async |schema: &str| {
            let app = on(database, schema).routes(routes![count]);
            app.into_service()
                .await
                .err()
                .map(|error| error.to_string())
        };
        let error = start("CREATE TABEL notes (id BIGINT)").await.unwrap();
        assert!(error.contains("a migration failed"), "{error}");
        let error = start("CREATE TABLE notes (id BIGINT)").await;
        assert_eq!(error, None);
        let error = start("CREATE TABLE notes (id BIGINT PRIMARY KEY)")
            .await
            .unwrap();
        assert!(
            error.contains("Restore it, and add a new migration."),
            "{error}"
        );
    })
    .await;
}

#[tokio::test]
async fn a_database_that_cannot_be_reached_is_a_start_up_error() {
    let error = async |url: &str| {
        let settings = fastrs::sql::DatabaseSettings {
            acquire_timeout: Duration::from_millis(200),
            ..fastrs::sql::DatabaseSettings::new(url)
        };
        let app = App::new("Bank", "1").routes(routes![count]);
        let app = app.provide::<fastrs::sql::DatabaseSettings>(settings);
        app.into_service()
            .await
            .expect_err("the app does not start")
            .to_string()
    };
    for (url, part) in [
        (
            "postgres://user:hunter2@127.0.0.1:1/shop",
            "`DATABASE_URL`: cannot connect: ",
        ),
        (
            "mysql://user:hunter2@localhost/shop",
            "it must begin with `sqlite:` or `postgres://`",
        ),
        (
            "postgres://user:hunter2@localhost:port/shop",
            "`DATABASE_URL`: ",
        ),
        (
            "sqlite:/no/such/folder/shop.db",
            "`DATABASE_URL`: cannot connect: ",
        ),
    ] {
        let error = error(url).await;
        assert!(error.contains(part), "{url}: {error}");
        assert!(!error.contains("hunter2"), "{error}");
    }
}

/// The pools of the modules for one database take only that.
#[tokio::test]
async fn a_url_of_another_system_is_a_start_up_error() {
    #[get("/")]
    async fn root(#[depends(fastrs::postgres::pool)] _pool: &fastrs::postgres::Pool) {}

    let settings = fastrs::sql::DatabaseSettings::new("sqlite:shop.db");
    let app = App::new("Bank", "1").routes(routes![root]);
    let app = app.provide::<fastrs::sql::DatabaseSettings>(settings);
    let error = app
        .into_service()
        .await
        .expect_err("the app does not start")
        .to_string();
    assert!(
        error.contains("it names a database of SQLite, but the app uses `fastrs::postgres`"),
        "{error}"
    );
}

#[tokio::test]
async fn a_replica_is_read_by_a_pool_of_its_own() {
    #[get("/")]
    async fn databases(
        #[depends(fastrs::postgres::pool)] pool: &fastrs::postgres::Pool,
        #[depends(fastrs::postgres::replica)] replica: &fastrs::postgres::Pool,
    ) -> Result<Vec<String>> {
        let mut schemas = Vec::new();
        for pool in [pool, replica] {
            schemas.push(
                sqlx::query_scalar("SELECT current_schema()")
                    .fetch_one(pool)
                    .await?,
            );
        }
        Ok(schemas)
    }

    let Some(server) = Postgres::shared("a replica") else {
        return;
    };
    let (primary, replica) = (
        TestDatabase::beside(&server.url()).await,
        TestDatabase::beside(&server.url()).await,
    );
    for replica in [Some(&replica), None] {
        let mut settings = primary.settings();
        settings.replica_url = replica.map(|database| Secret::new(database.url().to_owned()));
        let app = App::new("Bank", "1").routes(routes![databases]);
        let app = app.provide::<fastrs::sql::DatabaseSettings>(settings);
        let client = TestClient::start(app).await;
        let schemas: Vec<String> = client.get("/").await.json();
        assert_eq!(schemas[0] == schemas[1], replica.is_none(), "{schemas:?}");
        client.stop().await;
    }
}
