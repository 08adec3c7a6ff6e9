//! Database rows: fastrs's types and newtype models in sqlx's structs, with a real SQLite.

use fastrs::prelude::*;
use sqlx::SqlitePool;

#[model]
#[derive(Debug, PartialEq, sqlx::Type)]
#[sqlx(transparent)]
struct UserId(#[field(ge = 1)] i64);

#[model]
#[derive(Debug, PartialEq, sqlx::Type)]
#[sqlx(rename_all = "lowercase")]
#[serde(rename_all = "lowercase")]
enum Role {
    Admin,
    Guest,
}

/// A row, and the response.
#[model]
#[derive(sqlx::FromRow)]
struct User {
    id: UserId,
    role: Role,
    #[sqlx(try_from = "String")]
    email: EmailStr,
    #[sqlx(try_from = "String")]
    home: Url,
    #[sqlx(try_from = "String")]
    #[field(write_only)]
    password: Secret<String>,
    #[sqlx(try_from = "Vec<u8>")]
    avatar: Base64Bytes,
}

async fn pool() -> SqlitePool {
    let pool = SqlitePool::connect("sqlite::memory:").await.unwrap();
    let table = "CREATE TABLE users (id INTEGER, role TEXT, email TEXT, home TEXT, password TEXT, avatar BLOB)";
    sqlx::query(table).execute(&pool).await.unwrap();
    pool
}

async fn insert(pool: &SqlitePool, user: &User) {
    sqlx::query("INSERT INTO users VALUES (?, ?, ?, ?, ?, ?)")
        .bind(&user.id)
        .bind(&user.role)
        .bind(user.email.as_str())
        .bind(user.home.as_str())
        .bind(user.password.expose())
        .bind(&user.avatar[..])
        .execute(pool)
        .await
        .unwrap();
}

#[tokio::test]
async fn types_and_newtypes_work_in_rows() {
    let pool = pool().await;
    let user = User {
        id: UserId(7),
        role: Role::Guest,
        email: "ada@example.com".parse().unwrap(),
        home: "https://example.com/ada".parse().unwrap(),
        password: Secret::new("hunter2".to_owned()),
        avatar: vec![1, 2, 255].into(),
    };
    insert(&pool, &user).await;
    let read: User = sqlx::query_as("SELECT * FROM users WHERE id = ?")
        .bind(UserId(7))
        .fetch_one(&pool)
        .await
        .unwrap();
    assert_eq!((read.id, read.role), (user.id, user.role));
    assert_eq!((read.email, read.home), (user.email, user.home));
    assert!(read.password == user.password && *read.avatar == *user.avatar);
}

#[tokio::test]
async fn a_row_that_breaks_a_type_is_an_error() {
    let pool = pool().await;
    sqlx::query("INSERT INTO users VALUES (1, 'guest', 'ada', 'https://example.com/', '', x'')")
        .execute(&pool)
        .await
        .unwrap();
    let read = sqlx::query_as::<_, User>("SELECT * FROM users")
        .fetch_one(&pool)
        .await;
    // sqlx names the column, but does not include the rest.
    let error = read.err().unwrap().to_string();
    assert!(error.contains("decoding column email"), "{error}");
}
