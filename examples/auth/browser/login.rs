//! The login with a cookie.

use fastrs::prelude::*;
use fastrs::security::Session;
use fastrs::templates::Templates;

use super::dependencies::{BrowserSession, PageUser, visitor};
use super::templates::templates;
use crate::auth::errors::LoginError;
use crate::auth::scopes;
use crate::auth::service::{Accounts, accounts};
use crate::auth::sessions::{Sessions, sessions};

pub fn router() -> Router {
    Router::new("").routes(routes![show_login, submit_login])
}

/// Where to go after the login.
#[model]
#[derive(Debug)]
struct Next {
    #[field(default = "/account", max_length = 2000)]
    next: String,
}

impl Next {
    /// Returns a path of this service. Anything else could lead to another site.
    fn path(&self) -> &str {
        match self.next.as_str() {
            path if path.starts_with("/authorize?") => path,
            _ => "/account",
        }
    }
}

/// Show the form.
#[get("/login")]
async fn show_login(
    request: &Request,
    #[query] next: Next,
    #[depends(templates)] templates: &Templates,
) -> Result<Html> {
    templates.render(request, "login.html", json!({"next": next.path()}))
}

/// The form of the page.
#[model]
#[derive(Debug)]
struct LoginForm {
    #[field(max_length = 254)]
    email: String,
    #[field(max_length = 128)]
    password: Secret<String>,
}

#[derive(IntoResponse)]
enum LoginPage {
    #[status(303)]
    Welcome(Redirect),
    #[status(401)]
    Refused(Html),
}

/// Log in.
#[post("/login")]
async fn submit_login(
    request: &Request,
    #[form] form: LoginForm,
    #[form] next: Next,
    session: Session<BrowserSession>,
    #[depends(visitor)] visitor: &Option<PageUser>,
    #[depends(accounts)] accounts: &Accounts,
    #[depends(sessions)] sessions: &Sessions,
    #[depends(templates)] templates: &Templates,
) -> Result<LoginPage, LoginError> {
    let error = match accounts.log_in(&form.email, &form.password).await {
        Ok(user) => {
            let scope = scopes::of_role(user.role).join(" ");
            let id = sessions.open_in_browser(&user, &scope).await?;
            session.start(BrowserSession { session: id });
            // The new cookie replaces that of the session before, which must not outlive it.
            if let Some(before) = visitor {
                sessions.end(before.user.id, &before.session).await?;
            }
            return Ok(LoginPage::Welcome(Redirect::see_other(next.path())));
        }
        Err(error @ (LoginError::Incorrect | LoginError::Disabled)) => error.to_string(),
        Err(error) => return Err(error),
    };
    let context = json!({"next": next.path(), "email": form.email, "error": error});
    Ok(LoginPage::Refused(templates.render(
        request,
        "login.html",
        context,
    )?))
}
