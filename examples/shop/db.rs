//! The database: SQLite, or PostgreSQL if `DATABASE_URL` names one.

pub use fastrs::any_database::{Pool, Transaction, pool, responds, transaction};

use fastrs::any_database::Migrations;
use fastrs::sql::{Violation, ViolationKind};

/// Returns what creates the tables, for each of the two.
pub fn migrations() -> Migrations {
    Migrations::new(
        sqlx::migrate!("shop/migrations/sqlite"),
        sqlx::migrate!("shop/migrations/postgres"),
    )
}

/// Returns whether the database rejected a row because it already exists.
pub fn is_taken(error: &sqlx::Error) -> bool {
    is_of(error, ViolationKind::Unique)
}

/// Returns whether the database rejected a statement because a row doesn't exist, or because others still refer to it.
pub fn is_dangling(error: &sqlx::Error) -> bool {
    is_of(error, ViolationKind::ForeignKey)
}

fn is_of(error: &sqlx::Error, kind: ViolationKind) -> bool {
    Violation::of(error).is_some_and(|violation| violation.kind() == kind)
}

/// Returns a pattern for `LIKE .. ESCAPE '!'` that matches every text with this part.
pub fn containing(part: &str) -> String {
    let mut pattern = String::from("%");
    for c in part.to_ascii_lowercase().chars() {
        if matches!(c, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(c);
    }
    pattern + "%"
}
