//! The user who is looking at a page.

use fastrs::prelude::*;
use fastrs::security::Session;

use crate::auth::sessions::user_of_session;
use crate::core::db::{Pool, pool};
use crate::users::models::User;

/// What the cookie contains, encrypted: the id of a session, which can be ended from anywhere.
#[model]
#[derive(Clone)]
pub struct BrowserSession {
    pub session: String,
}

/// A user who is logged in with a cookie.
#[derive(Debug, Clone)]
pub struct PageUser {
    pub user: User,
    pub session: String,
}

/// The login comes first.
#[derive(Debug, HttpError)]
#[error("log in first")]
#[status(303)]
#[header("Location", "/login")]
pub struct LoginRequired;

/// The user of the cookie, if there is one.
#[dependency]
pub async fn visitor(
    session: Session<BrowserSession>,
    #[depends(pool)] pool: &Pool,
) -> Result<Option<PageUser>> {
    let Some(BrowserSession { session }) = session.get() else {
        return Ok(None);
    };
    let user = user_of_session(pool, &session).await?;
    Ok(user.map(|user| PageUser { user, session }))
}

/// The user of the cookie. A client that is not logged in is redirected to the login.
#[dependency]
pub async fn page_user(
    #[depends(visitor)] visitor: Option<PageUser>,
) -> Result<PageUser, LoginRequired> {
    visitor.ok_or(LoginRequired)
}
