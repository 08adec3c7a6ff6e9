//! Registration, login and passwords, as JSON.

use fastrs::prelude::*;

use super::dependencies::{CurrentUser, current_user, first_party};
use super::errors::{LoginError, MailError, MailTokenError, RefreshError};
use super::schemas::{
    Credentials, EmailRequest, NewPasswordRequest, Notice, RefreshRequest, Registration, Tokens,
    Verification,
};
use super::scopes;
use super::service::{Accounts, accounts};
use super::sessions::{Sessions, sessions};
use crate::core::caching::no_store;
use crate::users::schemas::PasswordChange;

/// Returns the routes under `/auth`.
pub fn router() -> Router {
    Router::new("/auth")
        .tag("auth")
        .layer(no_store())
        .routes(routes![
            register,
            verify_email,
            login,
            refresh,
            log_out,
            log_out_everywhere,
            forgot_password,
            reset_password,
            change_password
        ])
}

/// Register.
///
/// The answer is the same if the address already has an account; its owner gets a mail either way.
#[post("/register", public, status = 202)]
async fn register(
    registration: Registration,
    #[depends(accounts)] accounts: &Accounts,
) -> Result<Notice, MailError> {
    accounts.register(registration).await?;
    Ok(Notice::new(
        "We have sent you a mail: please confirm your address",
    ))
}

/// Verify an address with the token from the mail.
#[post("/verify-email", public)]
async fn verify_email(
    request: Verification,
    #[depends(accounts)] accounts: &Accounts,
) -> Result<Notice, MailTokenError> {
    accounts.verify_email(&request).await?;
    Ok(Notice::new("Your address is verified: you can log in"))
}

/// Log in.
///
/// `POST /token` does the same for clients of OAuth 2.
#[post("/login", public)]
async fn login(
    credentials: Credentials,
    #[depends(accounts)] accounts: &Accounts,
    #[depends(sessions)] sessions: &Sessions,
) -> Result<Tokens, LoginError> {
    let user = accounts
        .log_in(&credentials.email, &credentials.password)
        .await?;
    let scope = scopes::granted_or_all(&credentials.scope, scopes::of_role(user.role));
    let scope = scope.ok_or(LoginError::Scope)?;
    sessions.open(&user, scope).await
}

/// Exchange a refresh token for new tokens.
///
/// A refresh token works once. If it is sent again, it was stolen, and the whole session ends.
#[post("/refresh", public)]
async fn refresh(
    request: RefreshRequest,
    #[depends(sessions)] sessions: &Sessions,
) -> Result<Tokens, RefreshError> {
    sessions.renew(&request.refresh_token, "", None).await
}

/// Log out: the tokens of this session stop working at once.
#[post("/logout", status = 204)]
async fn log_out(
    #[depends(current_user)] current: &CurrentUser,
    #[depends(sessions)] sessions: &Sessions,
) -> Result<()> {
    sessions.end(current.user.id, &current.session).await
}

/// Log out everywhere: the tokens of all sessions stop working at once.
#[post("/logout-everywhere", status = 204)]
async fn log_out_everywhere(
    #[depends(first_party)] current: &CurrentUser,
    #[depends(sessions)] sessions: &Sessions,
) -> Result<()> {
    sessions.end_all(current.user.id).await
}

/// Ask for a mail with which to choose a new password.
#[post("/forgot-password", public, status = 202)]
async fn forgot_password(
    request: EmailRequest,
    #[depends(accounts)] accounts: &Accounts,
) -> Result<Notice, MailError> {
    accounts.forgot_password(request.email)?;
    Ok(Notice::new(
        "If the address has an account, we have sent a mail to it",
    ))
}

/// Choose a new password with the token from the mail. All sessions end, and API keys stop working.
#[post("/reset-password", public)]
async fn reset_password(
    request: NewPasswordRequest,
    #[depends(accounts)] accounts: &Accounts,
) -> Result<Notice, MailTokenError> {
    accounts
        .reset_password(&request.token, &request.new_password)
        .await?;
    Ok(Notice::new(
        "Your password has changed: log in with the new one",
    ))
}

/// Change the password. All sessions end, this one included. API keys keep working.
#[post("/change-password", status = 204)]
async fn change_password(
    request: PasswordChange,
    #[depends(first_party)] current: &CurrentUser,
    #[depends(accounts)] accounts: &Accounts,
) -> Result<(), LoginError> {
    let PasswordChange {
        current_password,
        new_password,
    } = &request;
    accounts
        .change_password(&current.user, current_password, new_password)
        .await
}
