//! The account of the client.

use fastrs::prelude::*;

use super::schemas::{UserRead, UserUpdate};
use crate::auth::dependencies::{Client, CurrentUser, client, current_user};
use crate::core::audit::Event;
use crate::core::db::{Pool, pool};

/// Returns the routes under `/users`.
pub fn router() -> Router {
    // An API key is enough to read, so these routes have a guard of their own.
    let readable = Router::new("")
        .public()
        .require_scopes::<client>(&["profile"])
        .response(401, "Not authenticated")
        .routes(routes![read_me, list_my_events]);
    Router::new("/users")
        .tag("users")
        .include(readable)
        .routes(routes![change_me])
}

/// Read your account.
#[get("/me")]
async fn read_me(#[depends(client)] client: Client) -> UserRead {
    client.user.into()
}

/// List what happened to your account, the latest first.
#[get("/me/events")]
async fn list_my_events(
    #[query(default = 50, ge = 1, le = 200)] limit: u32,
    #[depends(client)] client: &Client,
    #[depends(pool)] pool: &Pool,
) -> Result<Vec<Event>> {
    let events = sqlx::query_as("SELECT * FROM events WHERE user_id = ? ORDER BY id DESC LIMIT ?")
        .bind(client.user.id)
        .bind(limit)
        .fetch_all(pool)
        .await?;
    Ok(events)
}

/// Change your account.
#[patch("/me")]
async fn change_me(
    change: UserUpdate,
    #[depends(current_user, scopes = ["profile"])] current: CurrentUser,
    #[depends(pool)] pool: &Pool,
) -> Result<UserRead> {
    let mut user = current.user;
    user.name = change.name;
    sqlx::query("UPDATE users SET name = ? WHERE id = ?")
        .bind(&user.name)
        .bind(user.id)
        .execute(pool)
        .await?;
    Ok(user.into())
}
