//! The pages that the links in emails open. Each has a form, since programs that scan email also open links.

use fastrs::prelude::*;
use fastrs::templates::Templates;

use super::templates::templates;
use crate::auth::errors::{MailError, MailTokenError};
use crate::auth::schemas::{EmailRequest, MailToken, NewPasswordRequest, Verification};
use crate::auth::service::{Accounts, accounts};

pub fn router() -> Router {
    Router::new("").routes(routes![
        show_verify,
        submit_verify,
        show_forgot,
        submit_forgot,
        show_reset,
        submit_reset
    ])
}

/// The result of opening a link.
#[derive(IntoResponse)]
enum LinkPage {
    #[status(200)]
    Done(Html),
    #[status(403)]
    Refused(Html),
}

impl LinkPage {
    /// Returns the page for a link whose token was used, or refused.
    fn of(
        used: Result<(), MailTokenError>,
        text: &str,
        request: &Request,
        templates: &Templates,
    ) -> Result<Self, MailTokenError> {
        let render = |text: &str| templates.render(request, "done.html", json!({"text": text}));
        match used {
            Ok(()) => Ok(Self::Done(render(text)?)),
            Err(error @ (MailTokenError::Invalid | MailTokenError::WrongPassword)) => {
                Ok(Self::Refused(render(&error.to_string())?))
            }
            Err(error) => Err(error),
        }
    }
}

/// Ask whether to verify an address.
#[get("/verify")]
async fn show_verify(
    request: &Request,
    #[query] link: MailToken,
    #[depends(templates)] templates: &Templates,
) -> Result<Html> {
    templates.render(
        request,
        "verify.html",
        json!({"token": link.token.expose()}),
    )
}

/// Verify an address.
#[post("/verify")]
async fn submit_verify(
    request: &Request,
    #[form] form: Verification,
    #[depends(accounts)] accounts: &Accounts,
    #[depends(templates)] templates: &Templates,
) -> Result<LinkPage, MailTokenError> {
    let used = accounts.verify_email(&form).await;
    LinkPage::of(used, "Your address is verified", request, templates)
}

/// Ask for the address.
#[get("/forgot-password")]
async fn show_forgot(
    request: &Request,
    #[depends(templates)] templates: &Templates,
) -> Result<Html> {
    templates.render(request, "forgot.html", json!({}))
}

/// Send a mail with a link.
#[post("/forgot-password")]
async fn submit_forgot(
    request: &Request,
    #[form] form: EmailRequest,
    #[depends(accounts)] accounts: &Accounts,
    #[depends(templates)] templates: &Templates,
) -> Result<Html, MailError> {
    accounts.forgot_password(form.email)?;
    let text = "If the address has an account, we have sent a mail to it";
    Ok(templates.render(request, "done.html", json!({"text": text}))?)
}

/// Ask for the new password.
#[get("/reset-password")]
async fn show_reset(
    request: &Request,
    #[query] link: MailToken,
    #[depends(templates)] templates: &Templates,
) -> Result<Html> {
    templates.render(request, "reset.html", json!({"token": link.token.expose()}))
}

/// Set the new password.
#[post("/reset-password")]
async fn submit_reset(
    request: &Request,
    #[form] form: NewPasswordRequest,
    #[depends(accounts)] accounts: &Accounts,
    #[depends(templates)] templates: &Templates,
) -> Result<LinkPage, MailTokenError> {
    let used = accounts
        .reset_password(&form.token, &form.new_password)
        .await;
    LinkPage::of(used, "Your password has changed", request, templates)
}
