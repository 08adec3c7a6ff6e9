//! Accounts: registration, login, and changes of passwords.

use std::{net::IpAddr, sync::Arc};

use chrono::{DateTime, Utc};
use fastrs::prelude::*;
use fastrs::security::Passwords;

use super::errors::{LoginError, MailError, MailTokenError};
use super::mails::{self, Pending};
use super::schemas::{Registration, Verification};
use super::sessions::end_all;
use crate::api_keys::service as api_keys;
use crate::core::audit::{Audit, EventKind, audit};
use crate::core::db::{Pool, pool};
use crate::core::limiter::{LoginLimiter, Target, TooMany, login_limiter};
use crate::core::mail::{Outbox, outbox};
use crate::core::passwords::passwords;
use crate::core::settings::Settings;
use crate::core::time::now;
use crate::users::models::{Role, User};
use crate::users::schemas::NewPassword;
use crate::users::service::{self as users, NewUser};

/// The accounts, as a request sees them.
#[derive(Clone)]
pub struct Accounts {
    pool: Pool,
    passwords: Passwords,
    limiter: Arc<LoginLimiter>,
    outbox: Outbox,
    audit: Audit,
    public_url: String,
    now: DateTime<Utc>,
    address: Option<IpAddr>,
}

/// The accounts, at the time of the request.
#[dependency]
pub async fn accounts(
    #[depends(pool)] pool: Pool,
    #[depends(passwords)] passwords: Passwords,
    #[depends(login_limiter)] limiter: Arc<LoginLimiter>,
    #[depends(outbox)] outbox: Outbox,
    #[depends(audit)] audit: Audit,
    #[depends(Settings)] settings: &Settings,
    #[depends(now)] now: DateTime<Utc>,
    client: Option<ClientAddr>,
) -> Accounts {
    Accounts {
        pool,
        passwords,
        limiter,
        outbox,
        audit,
        public_url: settings.public_url.clone(),
        now,
        address: client.map(|client| client.ip()),
    }
}

impl Accounts {
    /// Sends a token to this address, with which its owner can confirm the account. If the address already has an
    /// account, the email says so instead.
    ///
    /// Before the response, only the password is hashed, so the response time is the same for all addresses.
    pub async fn register(&self, registration: Registration) -> Result<(), MailError> {
        self.limit_mail(&registration.email)?;
        let password = registration.password.0.expose();
        let password_hash = self.passwords.hash(password).await?;
        let accounts = self.clone();
        self.outbox
            .later(async move { accounts.create(registration, password_hash).await });
        Ok(())
    }

    async fn create(&self, registration: Registration, password_hash: String) -> Result<()> {
        let email = users::normalized(&registration.email);
        let mail = match users::by_email(&self.pool, &email).await? {
            Some(_) => mails::already_registered(email, &self.public_url),
            None => {
                let name = registration.name;
                let pending = Pending {
                    email,
                    name,
                    password_hash,
                };
                let mut tx = self.pool.begin().await?;
                let token = mails::create_registration(&mut tx, &pending, self.now).await?;
                tx.commit().await?;
                mails::verification(pending.email, &self.public_url, &token)
            }
        };
        self.record(EventKind::RegistrationRequested, None).await?;
        self.outbox.deliver(mail).await
    }

    /// Creates the account for which the token was sent. Until then, there is none: a registration alone proves
    /// nothing.
    ///
    /// The token proves that the email was read, and the password that the same person registered. Without it, whoever
    /// registers an address of somebody else would own the account as soon as that person opens the link.
    pub async fn verify_email(&self, request: &Verification) -> Result<(), MailTokenError> {
        self.limiter.attempt(self.address, Target::MailedToken)?;
        let token = &request.token;
        // A request with an invalid token costs no hash, and need not wait for its turn to write.
        let pending = mails::registration(&self.pool, token, self.now).await?;
        let pending = pending.ok_or(MailTokenError::Invalid)?;
        let (password, hash) = (request.password.expose(), &pending.password_hash);
        if !self.passwords.verify(password, hash).await?.is_correct() {
            return Err(MailTokenError::WrongPassword);
        }
        let new = NewUser {
            email: &pending.email,
            name: &pending.name,
            password_hash: &pending.password_hash,
            role: Role::User,
            created_at: self.now,
        };
        let mut tx = self.pool.begin().await?;
        // Meanwhile, this registration or another one with this address may have been confirmed.
        let user = users::create(&mut *tx, new).await?;
        let user = user.ok_or(MailTokenError::Invalid)?;
        mails::delete_registrations(&mut *tx, &user.email).await?;
        tx.commit().await?;
        self.record(EventKind::Registered, Some(user.id)).await?;
        Ok(())
    }

    /// Sends a token for a new password to this address, if it has an account.
    ///
    /// All of this happens after the response, so the response time is the same for all addresses.
    pub fn forgot_password(&self, email: EmailStr) -> Result<(), MailError> {
        self.limit_mail(&email)?;
        let accounts = self.clone();
        self.outbox
            .later(async move { accounts.send_reset(email).await });
        Ok(())
    }

    async fn send_reset(&self, email: EmailStr) -> Result<()> {
        let Some(user) = users::by_email(&self.pool, &email).await? else {
            return Ok(());
        };
        let mut tx = self.pool.begin().await?;
        let token = mails::create_reset(&mut tx, user.id, self.now).await?;
        tx.commit().await?;
        self.record(EventKind::PasswordResetRequested, Some(user.id))
            .await?;
        let mail = mails::password_reset(user.email, &self.public_url, &token);
        self.outbox.deliver(mail).await
    }

    /// Limits the emails that anyone can have sent to an address.
    fn limit_mail(&self, email: &EmailStr) -> Result<(), TooMany> {
        let email = users::normalized(email);
        self.limiter.attempt(self.address, Target::MailTo(&email))
    }

    /// Sets the password of the account to whose address the token was sent, ends all its sessions, and revokes its API
    /// keys.
    pub async fn reset_password(
        &self,
        token: &Secret<String>,
        new: &NewPassword,
    ) -> Result<(), MailTokenError> {
        self.limiter.attempt(self.address, Target::MailedToken)?;
        // A hash is expensive, so none is made for a token that is invalid.
        let found = mails::user_of_reset(&self.pool, token, self.now).await?;
        found.ok_or(MailTokenError::Invalid)?;
        let hash = self.passwords.hash(new.0.expose()).await?;
        let mut tx = self.pool.begin().await?;
        let user_id = mails::user_of_reset(&mut *tx, token, self.now).await?;
        // Of two requests with the same token, the second comes too late.
        let user_id = user_id.ok_or(MailTokenError::Invalid)?;
        mails::delete_resets(&mut *tx, user_id).await?;
        users::set_password(&mut *tx, user_id, &hash).await?;
        end_all(&mut tx, user_id, self.now).await?;
        // Whoever had access to the account may have created keys in order to keep it.
        api_keys::revoke_all(&mut *tx, user_id, self.now).await?;
        tx.commit().await?;
        self.record(EventKind::PasswordReset, Some(user_id)).await?;
        Ok(())
    }

    /// Sets the password of a user who knows the current one, and ends all their sessions.
    pub async fn change_password(
        &self,
        user: &User,
        current: &Secret<String>,
        new: &NewPassword,
    ) -> Result<(), LoginError> {
        let known = self.log_in(&user.email, current).await?;
        let hash = self.passwords.hash(new.0.expose()).await?;
        let mut tx = self.pool.begin().await?;
        let found = users::by_id(&mut *tx, user.id).await?;
        // Meanwhile, the password may have been reset.
        if found.is_none_or(|user| user.password_version != known.password_version) {
            return Err(LoginError::Incorrect);
        }
        users::set_password(&mut *tx, user.id, &hash).await?;
        // Whoever has read one of the emails must not be able to choose the next password.
        mails::delete_resets(&mut *tx, user.id).await?;
        end_all(&mut tx, user.id, self.now).await?;
        tx.commit().await?;
        self.record(EventKind::PasswordChanged, Some(user.id))
            .await?;
        Ok(())
    }

    /// Returns the user with this address and password.
    pub async fn log_in(&self, email: &str, password: &Secret<String>) -> Result<User, LoginError> {
        let account = users::normalized(email);
        self.limit(&account).await?;
        let user = users::by_email(&self.pool, &account).await?;
        let is_correct = self.is_correct(user.as_ref(), password).await?;
        let id = user.as_ref().map(|user| user.id);
        let Some(user) = user.filter(|_| is_correct) else {
            self.record(EventKind::LoginFailed, id).await?;
            return Err(LoginError::Incorrect);
        };
        self.limiter
            .succeeded(self.address, Target::Login(&account));
        // Only those who know the password learn this.
        if !user.is_active {
            return Err(LoginError::Disabled);
        }
        Ok(user)
    }

    async fn limit(&self, account: &str) -> Result<(), LoginError> {
        if let Err(too_many) = self.limiter.attempt(self.address, Target::Login(account)) {
            if too_many.is_first {
                self.record(EventKind::LoginLimited, None).await?;
            }
            return Err(too_many.into());
        }
        Ok(())
    }

    /// Verifies a password. This takes as long for a user who does not exist.
    async fn is_correct(
        &self,
        user: Option<&User>,
        password: &Secret<String>,
    ) -> Result<bool, LoginError> {
        let Some(user) = user else {
            self.passwords.verify_nobody(password.expose()).await?;
            return Ok(false);
        };
        let hash = user.password_hash.expose();
        let verified = self.passwords.verify(password.expose(), hash).await?;
        if verified.is_correct() && verified.is_outdated() {
            let hash = self.passwords.hash(password.expose()).await?;
            users::rehash(&self.pool, user, &hash).await?;
        }
        Ok(verified.is_correct())
    }

    async fn record(&self, kind: EventKind, user_id: Option<i64>) -> Result<(), sqlx::Error> {
        self.audit.record(kind, user_id).await
    }
}
