//! Users as clients send and see them.

use chrono::{DateTime, Utc};
use fastrs::prelude::*;

use super::models::{Role, User};

/// A user.
#[model]
#[derive(Debug)]
pub struct UserRead {
    pub id: i64,
    pub email: String,
    pub name: String,
    pub role: Role,
    /// A user who is not active can't log in.
    pub is_active: bool,
    pub created_at: DateTime<Utc>,
}

impl From<User> for UserRead {
    fn from(user: User) -> Self {
        Self {
            id: user.id,
            email: user.email,
            name: user.name,
            role: user.role,
            is_active: user.is_active,
            created_at: user.created_at,
        }
    }
}

/// What users can change about themselves.
#[model]
#[derive(Debug)]
pub struct UserUpdate {
    #[field(min_length = 1, max_length = 80)]
    pub name: String,
}

/// A new password. Only its length counts (NIST SP 800-63B): no rules about digits and symbols.
#[model]
#[derive(Debug, Clone)]
pub struct NewPassword(#[field(min_length = 12, max_length = 128)] pub Secret<String>);

/// The request to change the password.
#[model]
#[derive(Debug)]
pub struct PasswordChange {
    #[field(max_length = 128)]
    pub current_password: Secret<String>,
    pub new_password: NewPassword,
}
