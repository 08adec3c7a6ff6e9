//! The shop, called as its clients call it. Each test has a database of its own: of SQLite, or, with `DATABASE_URL`, of
//! PostgreSQL.

use std::ops::Deref;

use chrono::DateTime;
use fastrs::prelude::*;
use fastrs::sql::DatabaseSettings;
use fastrs::testing::{TestClient, TestDatabase};
use serde_json::{Value, json};

use crate::app::app;
use crate::config::Settings;
use crate::db::{Transaction, transaction};
use crate::dependencies::now;

#[tokio::test]
async fn an_item_is_created_read_changed_and_deleted() {
    let client = shop().await;
    let lamp = create(&client, "/items", json!({"name": "Lamp", "price": 1250})).await;
    assert_eq!(lamp["category"], "other");
    assert_eq!(lamp["stock"], 0);

    let path = format!("/items/{}", lamp["id"]);
    assert_eq!(read(&client, &path).await, lamp);

    let change = json!({"price": 999, "description": "Bright."});
    let answer = client.patch(&path).json(&change).send().await;
    let changed: Value = answer.json();
    assert_eq!(changed["price"], 999);
    assert_eq!(changed["description"], "Bright.");
    assert_eq!(
        changed["name"], "Lamp",
        "a field that isn't sent keeps its value"
    );

    let answer = client
        .patch(&path)
        .json(&json!({"name": null}))
        .send()
        .await;
    assert_eq!(answer.status(), 422, "an item has a name");

    let answer = client
        .patch(&path)
        .json(&json!({"description": null}))
        .send()
        .await;
    let changed: Value = answer.json();
    assert_eq!(changed["description"], Value::Null);
    assert_eq!(changed["price"], 999);

    let answer = client.delete(&path).send().await;
    assert_eq!(
        (answer.status().as_u16(), answer.text().as_str()),
        (204, "")
    );
    for answer in [
        client.get(&path).send().await,
        client.delete(&path).send().await,
    ] {
        assert_eq!(answer.status(), 404);
        assert_eq!(
            answer.json::<Value>(),
            json!({"detail": format!("no item {}", lamp["id"])})
        );
    }
}

#[tokio::test]
async fn lists_are_filtered_sorted_and_cut_into_pages() {
    let client = shop().await;
    for (name, category, price) in [
        ("Chess", "games", 3000),
        ("Hammer", "tools", 1500),
        ("Go", "games", 2500),
        ("Ludo", "games", 900),
    ] {
        let item = json!({"name": name, "category": category, "price": price});
        create(&client, "/items", item).await;
    }
    for (query, names, total) in [
        ("", &["Chess", "Hammer", "Go", "Ludo"][..], 4),
        ("?sort=name&limit=2", &["Chess", "Go"], 4),
        ("?sort=name&limit=2&offset=2", &["Hammer", "Ludo"], 4),
        ("?category=games&sort=cheapest", &["Ludo", "Go", "Chess"], 3),
        (
            "?min_price=1000&max_price=2999&sort=dearest",
            &["Go", "Hammer"],
            2,
        ),
        ("?q=HAM", &["Hammer"], 1),
        ("?q=%25", &[], 0),
    ] {
        let page = read(&client, &format!("/items{query}")).await;
        let found: Vec<&str> = page["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| item["name"].as_str().unwrap())
            .collect();
        assert_eq!(found, names, "{query}");
        assert_eq!(page["total"], total, "{query}");
    }
}

#[tokio::test]
async fn every_invalid_field_is_named_at_once() {
    let client = shop().await;
    let answer = client
        .post("/items")
        .json(&json!({"name": "", "price": "5", "stock": -1}))
        .send()
        .await;
    assert_eq!(answer.status(), 422);
    let errors: Value = answer.json();
    let places: Vec<&Value> = errors["detail"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| &error["loc"])
        .collect();
    assert_eq!(
        json!(places),
        json!([["body", "name"], ["body", "price"], ["body", "stock"]])
    );
}

#[tokio::test]
async fn an_order_takes_all_of_its_lines_or_none() {
    let client = shop().await;
    let customer = ada(&client).await;
    let lamp = create(
        &client,
        "/items",
        json!({"name": "Lamp", "price": 1000, "stock": 5}),
    )
    .await;
    let vase = create(
        &client,
        "/items",
        json!({"name": "Vase", "price": 700, "stock": 1}),
    )
    .await;
    let order = |vases: u32| {
        json!({"customer_id": customer["id"], "lines": [
            {"item_id": lamp["id"], "quantity": 2},
            {"item_id": vase["id"], "quantity": vases},
        ]})
    };

    let answer = client.post("/orders").json(&order(2)).send().await;
    assert_eq!(answer.status(), 409);
    let left = format!("only 1 left of item {}", vase["id"]);
    assert_eq!(answer.json::<Value>(), json!({"detail": left}));
    assert_eq!(
        stock(&client, &lamp).await,
        5,
        "the first line was rolled back"
    );
    assert_eq!(
        read(&client, "/orders").await["total"],
        0,
        "and so was the order"
    );

    let placed = create(&client, "/orders", order(1)).await;
    assert_eq!(placed["total"], 2700);
    assert_eq!(stock(&client, &lamp).await, 3);
    assert_eq!(stock(&client, &vase).await, 0);

    let cancel = format!("/orders/{}/cancel", placed["id"]);
    assert_eq!(
        client.post(&cancel).send().await.json::<Value>()["status"],
        "canceled"
    );
    assert_eq!(stock(&client, &lamp).await, 5);
    assert_eq!(stock(&client, &vase).await, 1);
    assert_eq!(client.post(&cancel).send().await.status(), 409);
}

/// Leaves an order without a customer, which the database is configured to detect only at the commit.
#[post("/dangling")]
async fn dangling(#[depends(transaction)] tx: &mut Transaction) -> Result<()> {
    let defer = match tx.backend_name() {
        "SQLite" => "PRAGMA defer_foreign_keys = ON",
        _ => "SET CONSTRAINTS ALL DEFERRED",
    };
    sqlx::query(defer).execute(&mut *tx).await?;
    sqlx::query("INSERT INTO orders (customer_id, status, placed_at) VALUES (999, 'open', '')")
        .execute(&mut *tx)
        .await?;
    Ok(())
}

#[tokio::test]
async fn a_commit_that_fails_is_a_conflict_and_leaves_no_row() {
    let client = start(|app| app.routes(routes![dangling])).await;
    assert_eq!(client.post("/dangling").send().await.status(), 409);
    assert_eq!(read(&client, "/orders").await["total"], 0);
}

#[tokio::test]
async fn a_missing_path_is_a_404_and_a_missing_reference_a_409() {
    let client = shop().await;
    let customer = ada(&client).await;
    let lamp = create(
        &client,
        "/items",
        json!({"name": "Lamp", "price": 1000, "stock": 5}),
    )
    .await;
    let reviews = format!("/items/{}/reviews", lamp["id"]);

    assert_eq!(client.get("/items/999/reviews").send().await.status(), 404);
    assert_eq!(
        client
            .get("/orders/999/confirmations")
            .send()
            .await
            .status(),
        404
    );
    let nobody = json!({"customer_id": 999, "stars": 5});
    assert_eq!(
        client
            .post("/items/999/reviews")
            .json(&nobody)
            .send()
            .await
            .status(),
        404
    );
    assert_eq!(
        client.post(&reviews).json(&nobody).send().await.status(),
        409
    );

    let review = json!({"customer_id": customer["id"], "stars": 5});
    create(&client, &reviews, review.clone()).await;
    assert_eq!(
        client.post(&reviews).json(&review).send().await.status(),
        409,
        "twice"
    );

    let lines = json!([{"item_id": lamp["id"], "quantity": 1}]);
    create(
        &client,
        "/orders",
        json!({"customer_id": customer["id"], "lines": lines}),
    )
    .await;
    for path in [
        format!("/items/{}", lamp["id"]),
        format!("/customers/{}", customer["id"]),
    ] {
        assert_eq!(
            client.delete(&path).send().await.status(),
            409,
            "{path} has been ordered"
        );
    }
}

#[tokio::test]
async fn a_confirmation_is_written_after_the_response_and_kept() {
    let database = TestDatabase::new().await;
    let start = async || TestClient::start(with(Settings::default(), &database)).await;

    let client = start().await;
    let customer = ada(&client).await;
    let lamp = create(
        &client,
        "/items",
        json!({"name": "Lamp", "price": 1000, "stock": 5}),
    )
    .await;
    let lines = json!([{"item_id": lamp["id"], "quantity": 1}]);
    let order = create(
        &client,
        "/orders",
        json!({"customer_id": customer["id"], "lines": lines}),
    )
    .await;
    client.stop().await; // waits for background tasks

    let client = start().await;
    let sent = read(&client, &format!("/orders/{}/confirmations", order["id"])).await;
    assert_eq!(sent.as_array().unwrap().len(), 1);
    assert_eq!(sent[0]["email"], "ada@example.com");
    assert_eq!(sent[0]["sent_at"], order["placed_at"]);
}

#[tokio::test]
async fn a_test_can_replace_the_clock() {
    let client = start(|app| app.override_dependency::<now>(|| DateTime::UNIX_EPOCH)).await;
    let lamp = create(&client, "/items", json!({"name": "Lamp", "price": 1000})).await;
    assert_eq!(lamp["created_at"], "1970-01-01T00:00:00Z");
}

#[tokio::test]
async fn only_staff_change_the_catalog_of_a_shop_with_a_key() {
    let settings = Settings {
        staff_key: Some(Secret::new("sesame".into())),
    };
    let client = start(|app| app.provide::<Settings>(settings)).await;
    let lamp = json!({"name": "Lamp", "price": 1000});
    for (key, status) in [("", 403), ("guess", 403), ("sesame", 201)] {
        let answer = client
            .post("/items")
            .header("x-staff-key", key)
            .json(&lamp)
            .send()
            .await;
        assert_eq!(answer.status(), status, "{key}");
    }
    assert_eq!(client.get("/items").send().await.status(), 200);
}

#[test]
fn the_example_file_lists_the_settings() {
    assert_eq!(Settings::env_example(), include_str!(".env.example"));
}

/// Returns the shop with these settings in place of those of the environment.
fn with(settings: Settings, database: &TestDatabase) -> App {
    app()
        .provide::<Settings>(settings)
        .provide::<DatabaseSettings>(database.settings())
}

/// A client of a shop with a database of its own.
struct Shop {
    client: TestClient,
    _database: TestDatabase,
}

impl Deref for Shop {
    type Target = TestClient;

    fn deref(&self) -> &TestClient {
        &self.client
    }
}

async fn shop() -> Shop {
    start(|app| app).await
}

/// Starts a shop that is changed for a test.
async fn start(change: impl FnOnce(App) -> App) -> Shop {
    let database = TestDatabase::new().await;
    let app = change(with(Settings::default(), &database));
    Shop {
        client: TestClient::start(app).await,
        _database: database,
    }
}

async fn create(client: &TestClient, path: &str, body: Value) -> Value {
    let answer = client.post(path).json(&body).send().await;
    assert_eq!(answer.status(), 201, "{}", answer.text());
    answer.json()
}

async fn read(client: &TestClient, path: &str) -> Value {
    let answer = client.get(path).send().await;
    assert_eq!(answer.status(), 200, "{}", answer.text());
    answer.json()
}

async fn ada(client: &TestClient) -> Value {
    create(
        client,
        "/customers",
        json!({"name": "Ada", "email": "ada@example.com"}),
    )
    .await
}

async fn stock(client: &TestClient, item: &Value) -> Value {
    read(client, &format!("/items/{}", item["id"])).await["stock"].clone()
}
