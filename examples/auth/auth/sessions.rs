//! Sessions: an access token that is valid for minutes, and refresh tokens that renew it until the user logs out.

use chrono::{DateTime, Duration, Utc};
use fastrs::prelude::*;
use fastrs::security::Jwt;
use sqlx::{SqliteConnection, SqliteExecutor};

use super::errors::{LoginError, RefreshError};
use super::schemas::Tokens;
use super::scopes;
use crate::core::audit::{Audit, EventKind, audit};
use crate::core::db::{Pool, pool};
use crate::core::secrets::{NewToken, hash, random};
use crate::core::settings::Settings;
use crate::core::time::now;
use crate::users::models::{Role, User};

/// The claims of an access token, beside the registered ones.
#[model]
#[derive(Debug)]
pub struct Claims {
    /// The id of the user.
    pub sub: String,
    /// The id of the session.
    pub sid: String,
    pub scope: String,
}

/// Issues and checks access tokens.
#[dependency(scope = "app")]
pub async fn jwt(#[depends(Settings)] settings: &Settings) -> Result<Jwt> {
    let jwt = Jwt::hs256(settings.secret_key.expose())?;
    let url = &settings.public_url;
    let lifetime = std::time::Duration::from_secs(settings.access_token_seconds());
    Ok(jwt.issuer(url).audience(url).lifetime(lifetime))
}

/// A new session.
pub struct Opened {
    pub session: String,
    pub tokens: Tokens,
}

/// Opens, renews and ends sessions.
#[derive(Clone)]
pub struct Sessions {
    pool: Pool,
    jwt: Jwt,
    settings: Settings,
    audit: Audit,
    now: DateTime<Utc>,
}

/// The sessions, at the time of the request.
#[dependency]
pub async fn sessions(
    #[depends(pool)] pool: Pool,
    #[depends(jwt)] jwt: Jwt,
    #[depends(Settings)] settings: Settings,
    #[depends(audit)] audit: Audit,
    #[depends(now)] now: DateTime<Utc>,
) -> Sessions {
    Sessions {
        pool,
        jwt,
        settings,
        audit,
        now,
    }
}

/// A refresh token, with its session and the user.
#[derive(sqlx::FromRow)]
struct Renewal {
    session_id: String,
    user_id: i64,
    role: Role,
    scope: String,
    client_id: Option<String>,
    expires_at: DateTime<Utc>,
    used_at: Option<DateTime<Utc>>,
    has_ended: bool,
    is_active: bool,
}

impl Sessions {
    /// Opens a session with these scopes. If the password of the user has changed since it was verified, no session is
    /// opened.
    pub async fn open(&self, user: &User, scope: String) -> Result<Tokens, LoginError> {
        let mut tx = self.pool.begin().await?;
        let opened = self.open_in(&mut tx, user, scope, None).await?;
        tx.commit().await?;
        self.record_login(user.id).await?;
        Ok(opened.tokens)
    }

    /// Opens a session for a registered client or for anyone, as part of a transaction. The caller commits it, and then
    /// records the login.
    pub async fn open_in(
        &self,
        db: &mut SqliteConnection,
        user: &User,
        scope: String,
        client: Option<&str>,
    ) -> Result<Opened, LoginError> {
        let session = self.insert(&mut *db, user, &scope, client).await?;
        let refresh_token = self.create_refresh_token(&mut *db, &session).await?;
        sqlx::query("DELETE FROM refresh_tokens WHERE expires_at <= ?")
            .bind(self.now)
            .execute(db)
            .await?;
        let tokens = self.tokens(user.id, &session, scope, refresh_token)?;
        Ok(Opened { session, tokens })
    }

    pub async fn record_login(&self, user_id: i64) -> Result<(), sqlx::Error> {
        self.audit.record(EventKind::LoggedIn, Some(user_id)).await
    }

    /// Opens a session for the browser, which has a cookie instead of tokens.
    pub async fn open_in_browser(&self, user: &User, scope: &str) -> Result<String, LoginError> {
        let mut db = self.pool.acquire().await?;
        let session = self.insert(&mut db, user, scope, None).await?;
        // The audit log needs a connection too, and code that holds one must not wait for another.
        drop(db);
        self.record_login(user.id).await?;
        Ok(session)
    }

    async fn insert(
        &self,
        db: &mut SqliteConnection,
        user: &User,
        scope: &str,
        client: Option<&str>,
    ) -> Result<String, LoginError> {
        let id = sqlx::query_scalar(
            "INSERT INTO sessions (id, user_id, scope, client_id, created_at)
             SELECT ?, id, ?, ?, ? FROM users WHERE id = ? AND password_version = ? AND is_active
             RETURNING id",
        )
        .bind(random()?)
        .bind(scope)
        .bind(client)
        .bind(self.now)
        .bind(user.id)
        .bind(user.password_version)
        .fetch_optional(db)
        .await?;
        id.ok_or(LoginError::Incorrect)
    }

    /// Exchanges a refresh token for new tokens, whose scopes may be fewer.
    ///
    /// A token that is used a second time has been stolen, by the first or by the second user of it: the session ends
    /// for both.
    pub async fn renew(
        &self,
        token: &Secret<String>,
        requested: &str,
        client: Option<&str>,
    ) -> Result<Tokens, RefreshError> {
        let hash = hash(token.expose());
        // A request with an invalid token need not wait for its turn to write.
        if find(&self.pool, &hash).await?.is_none() {
            return Err(RefreshError::Invalid);
        }
        let mut tx = self.pool.begin().await?;
        let found = find(&mut *tx, &hash).await?;
        let Some(found) = found.filter(|found| !found.has_ended && found.is_active) else {
            return Err(RefreshError::Invalid);
        };
        // RFC 6749, 10.4: a token belongs to the client that it was issued to.
        if found.client_id.is_some() && found.client_id.as_deref() != client {
            return Err(RefreshError::Invalid);
        }
        if found.used_at.is_some() {
            end(&mut tx, &found.session_id, self.now).await?;
            tx.commit().await?;
            let event = EventKind::RefreshTokenReused;
            self.audit.record(event, Some(found.user_id)).await?;
            return Err(RefreshError::Invalid);
        }
        if found.expires_at <= self.now {
            return Err(RefreshError::Invalid);
        }
        let session_scopes: Vec<&str> = found.scope.split(' ').collect();
        let Some(scope) = scopes::granted_or_all(requested, &session_scopes) else {
            return Err(RefreshError::Scope);
        };
        // An admin may have become a user since the login.
        let scope = scopes::intersection(&scope, scopes::of_role(found.role));
        let refresh_token = self.rotate(&mut tx, &hash, &found.session_id).await?;
        tx.commit().await?;
        Ok(self.tokens(found.user_id, &found.session_id, scope, refresh_token)?)
    }

    async fn rotate(&self, db: &mut SqliteConnection, hash: &str, session: &str) -> Result<String> {
        sqlx::query("UPDATE refresh_tokens SET used_at = ? WHERE hash = ?")
            .bind(self.now)
            .bind(hash)
            .execute(&mut *db)
            .await?;
        self.create_refresh_token(db, session).await
    }

    async fn create_refresh_token(
        &self,
        db: &mut SqliteConnection,
        session: &str,
    ) -> Result<String> {
        let token = NewToken::generate()?;
        let lifetime = Duration::days(self.settings.refresh_token_days.into());
        sqlx::query("INSERT INTO refresh_tokens (hash, session_id, expires_at) VALUES (?, ?, ?)")
            .bind(token.hash)
            .bind(session)
            .bind(self.now + lifetime)
            .execute(db)
            .await?;
        Ok(token.text)
    }

    fn tokens(
        &self,
        user_id: i64,
        session: &str,
        scope: String,
        refresh_token: String,
    ) -> Result<Tokens> {
        let claims = Claims {
            sub: user_id.to_string(),
            sid: session.to_owned(),
            scope: scope.clone(),
        };
        Ok(Tokens {
            access_token: self.jwt.encode(&claims)?,
            token_type: "bearer".into(),
            expires_in: self.settings.access_token_seconds(),
            refresh_token,
            scope,
        })
    }

    /// Ends a session: neither its refresh token nor its access tokens work any more.
    pub async fn end(&self, user_id: i64, session: &str) -> Result<()> {
        end(&mut *self.pool.acquire().await?, session, self.now).await?;
        self.audit
            .record(EventKind::LoggedOut, Some(user_id))
            .await?;
        Ok(())
    }

    /// Ends a session, one of whose secrets has been used twice.
    pub async fn end_stolen(&self, session: &str) -> Result<()> {
        let user = user_of_session(&self.pool, session).await?;
        end(&mut *self.pool.acquire().await?, session, self.now).await?;
        let kind = EventKind::AuthorizationCodeReused;
        self.audit.record(kind, user.map(|user| user.id)).await?;
        Ok(())
    }

    /// Ends all sessions of a user.
    pub async fn end_all(&self, user_id: i64) -> Result<()> {
        end_all(&mut *self.pool.acquire().await?, user_id, self.now).await?;
        self.audit
            .record(EventKind::LoggedOutEverywhere, Some(user_id))
            .await?;
        Ok(())
    }
}

/// Returns the user of a session that has not ended: this is what makes a logout take effect at once.
pub async fn user_of_session(pool: &Pool, session: &str) -> Result<Option<User>, sqlx::Error> {
    sqlx::query_as(
        "SELECT users.* FROM sessions JOIN users ON users.id = user_id
         WHERE sessions.id = ? AND ended_at IS NULL AND is_active",
    )
    .bind(session)
    .fetch_optional(pool)
    .await
}

async fn find(db: impl SqliteExecutor<'_>, hash: &str) -> Result<Option<Renewal>, sqlx::Error> {
    sqlx::query_as(
        "SELECT session_id, user_id, role, scope, client_id, expires_at, used_at, ended_at IS NOT NULL AS has_ended, is_active
         FROM refresh_tokens
         JOIN sessions ON sessions.id = session_id
         JOIN users ON users.id = user_id
         WHERE hash = ?",
    )
    .bind(hash)
    .fetch_optional(db)
    .await
}

/// Ends a session.
async fn end(db: &mut SqliteConnection, session: &str, now: DateTime<Utc>) -> Result<()> {
    sqlx::query("UPDATE sessions SET ended_at = ? WHERE id = ? AND ended_at IS NULL")
        .bind(now)
        .bind(session)
        .execute(db)
        .await?;
    Ok(())
}

/// Ends all sessions of a user, and invalidates the codes that could still open one.
pub async fn end_all(db: &mut SqliteConnection, user_id: i64, now: DateTime<Utc>) -> Result<()> {
    sqlx::query("UPDATE sessions SET ended_at = ? WHERE user_id = ? AND ended_at IS NULL")
        .bind(now)
        .bind(user_id)
        .execute(&mut *db)
        .await?;
    sqlx::query("DELETE FROM authorization_codes WHERE user_id = ?")
        .bind(user_id)
        .execute(db)
        .await?;
    Ok(())
}
