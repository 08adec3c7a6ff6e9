//! The first admin, whom nobody could appoint.

use chrono::Utc;
use fastrs::prelude::*;
use fastrs::security::Passwords;

use crate::core::db::{Pool, pool};
use crate::core::passwords::passwords;
use crate::core::settings::Settings;
use crate::users::models::Role;
use crate::users::service::{self as users, NewUser};

/// Creates the admin of the settings, unless there already is a user with this address: then it is up to the other
/// admins to appoint that user.
#[dependency(scope = "app")]
pub async fn first_admin(
    #[depends(Settings)] settings: &Settings,
    #[depends(pool)] pool: &Pool,
    #[depends(passwords)] passwords: &Passwords,
) -> Result<()> {
    let (Some(email), Some(password)) = (&settings.admin_email, &settings.admin_password) else {
        return Ok(());
    };
    if let Some(user) = users::by_email(pool, email).await? {
        if user.role != Role::Admin || !user.is_active {
            tracing::warn!(
                "{email}, the admin of the settings, is a user who is not an active admin"
            );
        }
        return Ok(());
    }
    let password_hash = passwords.hash(password.expose()).await?;
    let admin = NewUser {
        email,
        name: "Admin",
        password_hash: &password_hash,
        role: Role::Admin,
        created_at: Utc::now(),
    };
    users::create(pool, admin).await?;
    Ok(())
}
