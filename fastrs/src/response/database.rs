//! Errors of the database as responses.

use std::error::Error;

use http::StatusCode;
use sqlx::error::{DatabaseError, ErrorKind};

use crate::{
    error::HttpError,
    openapi::{Operation, ResponseDoc},
};

/// A constraint that a statement would have violated.
///
/// ```
/// use fastrs::prelude::*;
/// use fastrs::sql::Violation;
///
/// #[derive(Debug, HttpError)]
/// enum CreateError {
///     #[error("this address is taken")]
///     #[status(409)]
///     Taken,
///     #[error(transparent)]
///     Database(sqlx::Error),
/// }
///
/// impl From<sqlx::Error> for CreateError {
///     fn from(error: sqlx::Error) -> Self {
///         match Violation::of(&error) {
///             Some(violation) if violation.is("users.email") => Self::Taken,
///             _ => Self::Database(error),
///         }
///     }
/// }
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Violation<'e> {
    kind: ViolationKind,
    error: &'e dyn DatabaseError,
}

/// The kind of a constraint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ViolationKind {
    /// `PRIMARY KEY`, `UNIQUE` or `EXCLUDE`: such a row exists already.
    Unique,
    /// `REFERENCES`: a row that is referred to does not exist, or a row that shall be deleted is still referred to.
    ForeignKey,
    /// `CHECK`.
    Check,
    /// `NOT NULL`.
    NotNull,
}

impl<'e> Violation<'e> {
    /// Returns the constraint that caused the error, or `None` if the error has another cause.
    pub fn of(error: &'e sqlx::Error) -> Option<Self> {
        let error = error.as_database_error()?;
        let kind = match error.kind() {
            ErrorKind::UniqueViolation | ErrorKind::ExclusionViolation => ViolationKind::Unique,
            ErrorKind::ForeignKeyViolation => ViolationKind::ForeignKey,
            ErrorKind::CheckViolation => ViolationKind::Check,
            ErrorKind::NotNullViolation => ViolationKind::NotNull,
            _ => return None,
        };
        Some(Self { kind, error })
    }

    /// Returns the kind of the constraint.
    pub fn kind(self) -> ViolationKind {
        self.kind
    }

    /// Returns the name of the constraint.
    ///
    /// PostgreSQL gives every constraint a name, such as `users_email_key`, but names none for `NOT NULL`. SQLite
    /// reports the name of a `CHECK` (or its expression, if it has no name) and of an index on an expression, and no
    /// others.
    pub fn constraint(self) -> Option<&'e str> {
        self.error.constraint().or_else(|| self.sqlite().name)
    }

    /// Returns the table that has the constraint. SQLite reports it for `UNIQUE` and `NOT NULL`.
    pub fn table(self) -> Option<&'e str> {
        self.error
            .table()
            .or_else(|| Some(self.sqlite().columns?.split_once('.')?.0))
    }

    /// Returns the columns of a `UNIQUE` or `NOT NULL` constraint, in its order, and of a `REFERENCES` in PostgreSQL.
    pub fn columns(self) -> Vec<&'e str> {
        if let Some(columns) = self.sqlite().columns {
            let name = |column: &'e str| column.split_once('.').map_or(column, |(_, name)| name);
            return columns.split(", ").map(name).collect();
        }
        let columns = postgres_columns(self.error).unwrap_or_default();
        columns
            .split(", ")
            .filter(|name| !name.is_empty())
            .collect()
    }

    /// Returns whether the constraint has this name, or consists of this column: `users.email`.
    ///
    /// A column is known for `UNIQUE` and `NOT NULL` in both SQLite and PostgreSQL. So code that names the column works
    /// with either.
    pub fn is(self, name: &str) -> bool {
        let is_column = |(table, column): (&str, &str)| {
            self.table() == Some(table) && self.columns() == [column]
        };
        self.constraint() == Some(name) || name.split_once('.').is_some_and(is_column)
    }

    /// Returns what SQLite says about the constraint, which is only in its message.
    fn sqlite(self) -> Described<'e> {
        let mut found = Described::default();
        let Some((_, about)) = self.error.message().split_once(" constraint failed: ") else {
            return found;
        };
        match self.kind {
            ViolationKind::Check => found.name = Some(about),
            ViolationKind::Unique if about.starts_with("index '") => {
                found.name = about
                    .strip_prefix("index '")
                    .and_then(|name| name.strip_suffix('\''));
            }
            _ => found.columns = Some(about),
        }
        found
    }
}

/// A constraint as SQLite describes it.
#[derive(Default)]
struct Described<'e> {
    name: Option<&'e str>,
    /// `users.email, users.tenant`.
    columns: Option<&'e str>,
}

/// Returns the columns of a constraint in PostgreSQL: `email, tenant`.
#[cfg(feature = "postgres")]
fn postgres_columns(error: &dyn DatabaseError) -> Option<&str> {
    let error = error.try_downcast_ref::<sqlx::postgres::PgDatabaseError>()?;
    // "Key (email, tenant)=(ada@example.com, 1) already exists.", in the language of the server.
    let detail = || Some(error.detail()?.split_once('(')?.1.split_once(")=(")?.0);
    error.column().or_else(detail)
}

#[cfg(not(feature = "postgres"))]
fn postgres_columns(_: &dyn DatabaseError) -> Option<&str> {
    None
}

/// Describes the responses to errors of the database.
pub(super) fn describe(op: &mut Operation<'_>) {
    let conflict = ResponseDoc::error().description("The change conflicts with existing data");
    op.response(409, conflict);
    let unavailable = ResponseDoc::error().description("The database does not respond");
    op.response(503, unavailable);
}

/// Returns the response to an error that an error of the database has caused, unless that is a 500.
pub(super) fn response_to(error: &(dyn Error + 'static)) -> Option<HttpError> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(error) = error.downcast_ref::<sqlx::Error>() {
            return known(error);
        }
        next = error.source();
    }
    None
}

fn known(error: &sqlx::Error) -> Option<HttpError> {
    let conflict = |detail| Some(HttpError::new(StatusCode::CONFLICT, detail));
    match Violation::of(error).map(Violation::kind) {
        Some(ViolationKind::Unique) => return conflict("This already exists."),
        Some(ViolationKind::ForeignKey) => {
            return conflict(
                "This refers to something that does not exist, or is still referred to.",
            );
        }
        Some(ViolationKind::Check) => {
            return conflict("This is not allowed with the existing data.");
        }
        // A missing value is a mistake in the program, which accepted the request without it.
        Some(ViolationKind::NotNull) => return None,
        None => {}
    }
    is_unavailable(error)
        .then(|| HttpError::from_status(StatusCode::SERVICE_UNAVAILABLE).header("retry-after", "1"))
}

/// Returns whether the same statement may succeed later.
pub(crate) fn is_unavailable(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::BeginFailed
        | sqlx::Error::WorkerCrashed => true,
        sqlx::Error::Database(error) => error.code().is_some_and(|code| is_temporary(&code)),
        _ => false,
    }
}

/// Returns whether a code of PostgreSQL (five characters, appendix A of its manual) or of SQLite (a number, the last
/// byte of which is the kind, <https://www.sqlite.org/rescode.html>) is about the state of the database, and not about
/// the statement.
fn is_temporary(code: &str) -> bool {
    if code.len() != 5 {
        let code = code.parse::<u32>().unwrap_or_default();
        // SQLITE_BUSY, SQLITE_LOCKED.
        return matches!(code & 0xff, 5 | 6);
    }
    match &code[..2] {
        // Connection exception, insufficient resources, operator intervention (which includes the statement timeout),
        // system error.
        "08" | "53" | "57" | "58" => true,
        _ => matches!(
            code,
            // Serialization failure, deadlock, lock timeout, idle-in-transaction timeout, and a primary that has become
            // a replica.
            "40001" | "40P01" | "55P03" | "25P03" | "25P04" | "25006"
        ),
    }
}
