//! Errors of the database as responses.

use fastrs::{
    Value,
    any_database::{Pool, pool},
    json,
    prelude::*,
    sql::{Violation, ViolationKind},
    testing::TestClient,
};

use super::{on, on_each};
use crate::support::document;

const SCHEMA: &str = "
    CREATE TABLE users (
        id BIGINT PRIMARY KEY, email TEXT NOT NULL, tenant BIGINT NOT NULL DEFAULT 1, age BIGINT,
        CONSTRAINT an_email UNIQUE (email), UNIQUE (tenant, age), CONSTRAINT an_age CHECK (age > 0)
    );
    CREATE TABLE orders (id BIGINT PRIMARY KEY, user_id BIGINT NOT NULL, FOREIGN KEY (user_id) REFERENCES users (id));
    INSERT INTO users VALUES (1, 'ada@example.com', 1, 36);
    INSERT INTO orders VALUES (1, 1);";

const STATEMENTS: [(&str, &str); 7] = [
    (
        "id",
        "INSERT INTO users VALUES (1, 'eve@example.com', 1, 7)",
    ),
    (
        "email",
        "INSERT INTO users VALUES (2, 'ada@example.com', 1, 7)",
    ),
    (
        "two",
        "INSERT INTO users VALUES (2, 'eve@example.com', 1, 36)",
    ),
    (
        "age",
        "INSERT INTO users VALUES (2, 'eve@example.com', 1, 0)",
    ),
    ("user", "INSERT INTO orders VALUES (2, 2)"),
    ("referred", "DELETE FROM users"),
    ("null", "INSERT INTO users VALUES (2, NULL, 1, 7)"),
];

async fn run(pool: &Pool, which: &str) -> Result<(), sqlx::Error> {
    let (_, statement) = STATEMENTS.iter().find(|(name, _)| *name == which).unwrap();
    sqlx::query(*statement).execute(pool).await?;
    Ok(())
}

/// Lets every error through.
#[get("/plain/<which>")]
async fn plain(which: String, #[depends(pool)] pool: &Pool) -> Result<()> {
    Ok(run(pool, &which).await?)
}

/// Adds to every error, as anyhow does.
#[get("/explained/<which>")]
async fn explained(which: String, #[depends(pool)] pool: &Pool) -> Result<()> {
    use anyhow::Context;
    Ok(run(pool, &which).await.context("on the way")?)
}

/// Has the error of sqlx as its own.
#[get("/typed/<which>")]
async fn typed(which: String, #[depends(pool)] pool: &Pool) -> Result<(), sqlx::Error> {
    run(pool, &which).await
}

/// Says what the error is.
#[get("/told/<which>")]
async fn told(which: String, #[depends(pool)] pool: &Pool) -> Json<Value> {
    let error = run(pool, &which).await.unwrap_err();
    let violation = Violation::of(&error).unwrap();
    let kind = match violation.kind() {
        ViolationKind::Unique => "unique",
        ViolationKind::ForeignKey => "foreign key",
        ViolationKind::Check => "check",
        ViolationKind::NotNull => "not null",
        _ => "another",
    };
    let names = [
        "users.email",
        "users.id",
        "users.tenant",
        "an_age",
        "users.age",
    ];
    let is: Vec<&str> = names
        .into_iter()
        .filter(|name| violation.is(name))
        .collect();
    Json(json!({ "kind": kind, "columns": violation.columns(), "is": is }))
}

#[tokio::test]
async fn a_violated_constraint_is_a_conflict() {
    on_each("errors of the database", async |database| {
        let app = on(database, SCHEMA).routes(routes![plain, explained, typed, told]);
        let client = TestClient::start(app).await;
        for (which, status, detail) in [
            ("id", 409, "This already exists."),
            ("email", 409, "This already exists."),
            ("two", 409, "This already exists."),
            ("age", 409, "This is not allowed with the existing data."),
            (
                "user",
                409,
                "This refers to something that does not exist, or is still referred to.",
            ),
            (
                "referred",
                409,
                "This refers to something that does not exist, or is still referred to.",
            ),
            ("null", 500, "Internal Server Error"),
        ] {
            for route in ["plain", "explained", "typed"] {
                let response = client.get(&format!("/{route}/{which}")).await;
                assert_eq!(response.status(), status, "{route} {which}");
                assert_eq!(
                    response.json::<Value>(),
                    json!({ "detail": detail }),
                    "{route} {which}"
                );
            }
        }
        for (which, kind, columns, is) in [
            ("id", "unique", json!(["id"]), json!(["users.id"])),
            ("email", "unique", json!(["email"]), json!(["users.email"])),
            ("two", "unique", json!(["tenant", "age"]), json!([])),
            ("age", "check", json!([]), json!(["an_age"])),
            ("null", "not null", json!(["email"]), json!(["users.email"])),
        ] {
            let expected = json!({ "kind": kind, "columns": columns, "is": is });
            assert_eq!(
                client.get(&format!("/told/{which}")).await.json::<Value>(),
                expected,
                "{which}"
            );
        }
        client.stop().await;
    })
    .await;
}

#[tokio::test]
async fn the_document_lists_the_errors_of_a_typed_route() {
    let document = document(App::new("Bank", "1").routes(routes![typed])).await;
    let responses = document["paths"]["/typed/{which}"]["get"]["responses"]
        .as_object()
        .unwrap();
    assert_eq!(
        responses.keys().collect::<Vec<_>>(),
        ["200", "409", "422", "503"]
    );
    assert_eq!(
        responses["409"]["description"],
        "The change conflicts with existing data"
    );
    assert_eq!(
        responses["503"]["description"],
        "The database does not respond"
    );
}
