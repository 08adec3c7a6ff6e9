//! Who looks at a page.

use fastrs::prelude::*;
use fastrs::security::Session;

use crate::auth::sessions::user_of_session;
use crate::core::db::{Pool, pool};
use crate::users::models::User;

/// What the cookie contains, encrypted: the id of a session, which can be ended from anywhere.
#[model]
#[derive(Clone)]
pub struct BrowserSession {
    pub session: i64,
}

/// A user who is logged in with a cookie.
#[derive(Debug, Clone)]
pub struct PageUser {
    pub user: User,
    pub session: i64,
}

/// Why a page is not shown.
#[derive(Debug, HttpError)]
pub enum PageError {
    /// The login comes first.
    #[error("log in first")]
    #[status(303)]
    #[header("Location", "/login")]
    LoginRequired,
    /// The cause is logged, not sent.
    #[error("database: {0}")]
    #[status(500)]
    Database(#[from] sqlx::Error),
}

/// The user of the cookie.
#[dependency]
pub async fn page_user(
    session: Session<BrowserSession>,
    #[depends(pool)] pool: &Pool,
) -> Result<PageUser, PageError> {
    let data = session.get().ok_or(PageError::LoginRequired)?;
    let user = user_of_session(pool, data.session).await?;
    let user = user.ok_or(PageError::LoginRequired)?;
    let session = data.session;
    Ok(PageUser { user, session })
}
