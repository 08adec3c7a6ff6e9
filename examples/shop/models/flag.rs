//! Booleans in the database.

/// A boolean as it is stored: 0 or 1, since SQLite has no other.
#[derive(Debug, Clone, Copy, PartialEq, sqlx::Type)]
#[sqlx(transparent)]
pub struct Flag(i64);

impl From<bool> for Flag {
    fn from(flag: bool) -> Self {
        Self(flag.into())
    }
}

impl From<Flag> for bool {
    fn from(Flag(number): Flag) -> Self {
        number != 0
    }
}
