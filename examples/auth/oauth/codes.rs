//! Authorization codes, which a client exchanges for tokens (RFC 6749, 4.1), with PKCE (RFC 7636).

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Duration, Utc};
use fastrs::prelude::*;
use sha2::{Digest, Sha256};
use sqlx::SqliteConnection;

use super::schemas::CodeGrant;
use crate::core::db::Pool;
use crate::core::secrets::{NewToken, hash};

/// How long a code is valid.
const LIFETIME: Duration = Duration::seconds(60);

/// What a user has allowed a client.
#[derive(Debug, sqlx::FromRow)]
pub struct Grant {
    pub user_id: i64,
    pub client_id: String,
    pub redirect_uri: String,
    pub scope: String,
    pub code_challenge: String,
}

/// Creates a code for what a user has allowed in this session. If the session has ended meanwhile, no code is created.
pub async fn create(
    pool: &Pool,
    grant: Grant,
    session: &str,
    now: DateTime<Utc>,
) -> Result<Option<String>> {
    let code = NewToken::generate()?;
    let created = sqlx::query(
        "INSERT INTO authorization_codes
         (hash, user_id, client_id, redirect_uri, scope, code_challenge, expires_at)
         SELECT ?, ?, ?, ?, ?, ?, ? FROM sessions WHERE id = ? AND ended_at IS NULL",
    )
    .bind(code.hash)
    .bind(grant.user_id)
    .bind(grant.client_id)
    .bind(grant.redirect_uri)
    .bind(grant.scope)
    .bind(grant.code_challenge)
    .bind(now + LIFETIME)
    .bind(session)
    .execute(pool)
    .await?;
    // A code is kept for a day, so that it is noticed if it is used again.
    sqlx::query("DELETE FROM authorization_codes WHERE expires_at <= ?")
        .bind(now - Duration::days(1))
        .execute(pool)
        .await?;
    Ok((created.rows_affected() > 0).then_some(code.text))
}

/// Returns whether there is such a code, used or not.
pub async fn exists(pool: &Pool, code: &Secret<String>) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar("SELECT EXISTS (SELECT * FROM authorization_codes WHERE hash = ?)")
        .bind(hash(code.expose()))
        .fetch_one(pool)
        .await
}

/// The result of using a code.
pub enum Exchange {
    /// It has been used now, for the first time.
    First(Grant),
    /// It was used before, so someone else has it too. Contains the session that it opened, if any.
    Again(Option<String>),
    /// It is unknown or has expired, or another client sends it.
    Invalid,
}

/// What is stored about the use of a code.
#[derive(sqlx::FromRow)]
struct State {
    expires_at: DateTime<Utc>,
    used_at: Option<DateTime<Utc>>,
    session_id: Option<String>,
}

/// Uses up a code, in the transaction that also opens the session: if the code is sent again, that session must be
/// found.
pub async fn exchange(
    db: &mut SqliteConnection,
    request: &CodeGrant,
    now: DateTime<Utc>,
) -> Result<Exchange, sqlx::Error> {
    let hash = hash(request.code.expose());
    let found: Option<State> = sqlx::query_as(
        "SELECT expires_at, used_at, session_id FROM authorization_codes WHERE hash = ?",
    )
    .bind(&hash)
    .fetch_optional(&mut *db)
    .await?;
    match found {
        None => return Ok(Exchange::Invalid),
        Some(state) if state.used_at.is_some() => return Ok(Exchange::Again(state.session_id)),
        Some(state) if state.expires_at <= now => return Ok(Exchange::Invalid),
        Some(_) => {}
    }
    let grant: Grant = sqlx::query_as(
        "UPDATE authorization_codes SET used_at = ? WHERE hash = ?
         RETURNING user_id, client_id, redirect_uri, scope, code_challenge",
    )
    .bind(now)
    .bind(&hash)
    .fetch_one(db)
    .await?;
    let is_meant = grant.client_id == request.client_id
        && grant.redirect_uri == request.redirect_uri
        && grant.code_challenge == challenge(request.code_verifier.expose());
    Ok(match is_meant {
        true => Exchange::First(grant),
        false => Exchange::Invalid,
    })
}

/// Records which session a code has opened, so that it can be ended if the code is used again.
pub async fn opened(
    db: &mut SqliteConnection,
    code: &Secret<String>,
    session: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE authorization_codes SET session_id = ? WHERE hash = ?")
        .bind(session)
        .bind(hash(code.expose()))
        .execute(db)
        .await?;
    Ok(())
}

/// The method `S256` (RFC 7636, 4.2).
fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier))
}

#[cfg(test)]
mod tests {
    /// RFC 7636, appendix B.
    #[test]
    fn the_challenge_is_that_of_the_standard() {
        let challenge = super::challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
        assert_eq!(challenge, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }
}
