//! A transaction.

use std::{
    fmt,
    ops::{Deref, DerefMut},
};

use futures_core::stream::BoxStream;
use sqlx::{Database, Either, Error, Execute, Executor, SqlStr};
use sqlx_core::describe::Describe;

use super::{patience::Patience, shield::Shielded};
use crate::request::BoxFuture;

/// A transaction, whose changes are made together or not at all.
///
/// A statement takes it as `&mut tx`, or as `&mut *tx` where `tx` is an argument of a handler: `.execute(&mut *tx)`. As
/// sqlx's own, it dereferences to the connection, on which statements have no deadline of the pool. If it is dropped
/// without [`commit`](Self::commit), it is rolled back.
pub struct Transaction<DB: Database> {
    inner: sqlx::Transaction<'static, DB>,
    patience: Patience,
}

impl<DB: Database> Transaction<DB> {
    pub(super) fn new(inner: sqlx::Transaction<'static, DB>, patience: Patience) -> Self {
        Self { inner, patience }
    }

    /// Makes the changes permanent.
    ///
    /// It runs to its end, even if its future is dropped.
    ///
    /// # Errors
    ///
    /// Fails if a deferred constraint is violated or the database does not respond. In the second case, the changes may
    /// have been made or not.
    pub async fn commit(self) -> Result<(), Error> {
        let Self { inner, patience } = self;
        patience.limit(Shielded::new(inner.commit())).await
    }

    /// Undoes the changes.
    ///
    /// # Errors
    ///
    /// Fails if the database does not respond, which then undoes them when the connection ends.
    pub async fn rollback(self) -> Result<(), Error> {
        let Self { inner, patience } = self;
        patience.limit(Shielded::new(inner.rollback())).await
    }

    /// Returns the transaction of sqlx, which has no deadlines.
    pub fn into_inner(self) -> sqlx::Transaction<'static, DB> {
        self.inner
    }
}

impl<DB: Database> fmt::Debug for Transaction<DB> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transaction").finish_non_exhaustive()
    }
}

impl<DB: Database> Deref for Transaction<DB> {
    type Target = DB::Connection;

    fn deref(&self) -> &Self::Target {
        &self.inner
    }
}

impl<DB: Database> DerefMut for Transaction<DB> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.inner
    }
}

#[diagnostic::do_not_recommend]
impl<'t, DB: Database> Executor<'t> for &'t mut Transaction<DB>
where
    for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
{
    type Database = DB;

    fn fetch_many<'e, 'q: 'e, E>(
        self,
        query: E,
    ) -> BoxStream<'e, Result<Either<DB::QueryResult, DB::Row>, Error>>
    where
        't: 'e,
        E: 'q + Execute<'q, DB>,
    {
        Box::pin(self.patience.limit((&mut *self.inner).fetch_many(query)))
    }

    fn fetch_optional<'e, 'q: 'e, E>(
        self,
        query: E,
    ) -> BoxFuture<'e, Result<Option<DB::Row>, Error>>
    where
        't: 'e,
        E: 'q + Execute<'q, DB>,
    {
        Box::pin(
            self.patience
                .limit((&mut *self.inner).fetch_optional(query)),
        )
    }

    fn prepare_with<'e>(
        self,
        sql: SqlStr,
        parameters: &'e [DB::TypeInfo],
    ) -> BoxFuture<'e, Result<DB::Statement, Error>>
    where
        't: 'e,
    {
        (&mut *self.inner).prepare_with(sql, parameters)
    }

    fn describe<'e>(self, sql: SqlStr) -> BoxFuture<'e, Result<Describe<DB>, Error>>
    where
        't: 'e,
    {
        (&mut *self.inner).describe(sql)
    }
}
