//! The account.

use fastrs::prelude::*;
use fastrs::security::Session;
use fastrs::templates::Templates;

use super::dependencies::{BrowserSession, PageUser, page_user};
use super::templates::templates;
use crate::auth::sessions::{Sessions, sessions};
use crate::core::audit::Event;
use crate::core::db::{Pool, pool};
use crate::users::schemas::UserRead;

pub fn router() -> Router {
    Router::new("").require::<page_user>().routes(routes![
        show_account,
        submit_logout,
        submit_logout_everywhere
    ])
}

/// Show the account.
#[get("/account")]
async fn show_account(
    request: &Request,
    #[depends(page_user)] page: PageUser,
    #[depends(pool)] pool: &Pool,
    #[depends(templates)] templates: &Templates,
) -> Result<Html> {
    let events: Vec<Event> =
        sqlx::query_as("SELECT * FROM events WHERE user_id = ? ORDER BY id DESC LIMIT 20")
            .bind(page.user.id)
            .fetch_all(pool)
            .await?;
    let context = json!({"user": UserRead::from(page.user), "events": events});
    templates.render(request, "account.html", context)
}

/// Log out.
#[post("/logout", status = 303)]
async fn submit_logout(
    session: Session<BrowserSession>,
    #[depends(page_user)] page: &PageUser,
    #[depends(sessions)] sessions: &Sessions,
) -> Result<Redirect> {
    sessions.end(page.user.id, &page.session).await?;
    session.end();
    Ok(Redirect::to("/login"))
}

/// Log out everywhere.
#[post("/logout-everywhere", status = 303)]
async fn submit_logout_everywhere(
    session: Session<BrowserSession>,
    #[depends(page_user)] page: &PageUser,
    #[depends(sessions)] sessions: &Sessions,
) -> Result<Redirect> {
    sessions.end_all(page.user.id).await?;
    session.end();
    Ok(Redirect::to("/login"))
}
