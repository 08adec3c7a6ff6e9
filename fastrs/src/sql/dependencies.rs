//! The dependencies that each database offers.

/// Defines `Pool`, `Transaction`, and the dependencies of a database.
macro_rules! dependencies {
    ($database:ty, $migrations:ty, $choose:expr) => {
        use $crate::{depends::Yield, error::Result, request::Outcome, sql::DatabaseSettings};

        /// A pool of connections.
        pub type Pool = $crate::sql::Pool<$database>;

        /// A transaction.
        pub type Transaction = $crate::sql::Transaction<$database>;

        /// The pool of the app, to the database of [`DatabaseSettings`], with the [`migrations`] applied.
        ///
        /// It is opened before the app opens its port, and closed after the last request.
        #[fastrs::dependency(scope = "app")]
        pub async fn pool(
            #[depends(DatabaseSettings)] settings: &DatabaseSettings,
            #[depends(migrations)] migrations: &$migrations,
            lend: Yield<Pool>,
        ) -> Result<()> {
            let migrator = $choose(settings, migrations);
            let pool = Pool::open(settings, migrator).await?;
            let (pool, outcome) = lend.until_done(pool).await;
            // Nothing waits for an app that is dropped rather than stopped. Its connections close by themselves.
            if outcome.is_success() {
                pool.close().await;
            }
            Ok(())
        }

        /// A pool to the replica of [`DatabaseSettings`], for what may be a little old. Without a replica, it is the
        /// [`pool`].
        #[fastrs::dependency(scope = "app")]
        pub async fn replica(
            #[depends(DatabaseSettings)] settings: &DatabaseSettings,
            #[depends(pool)] pool: &Pool,
            lend: Yield<Pool>,
        ) -> Result<()> {
            match Pool::open_replica(settings).await? {
                Some(replica) => {
                    let (replica, outcome) = lend.until_done(replica).await;
                    if outcome.is_success() {
                        replica.close().await;
                    }
                }
                None => drop(lend.until_done(pool.clone()).await),
            }
            Ok(())
        }

        /// The transaction of the request.
        ///
        /// It is committed before the response is sent, and rolled back if the response is an error. If the commit
        /// fails, that is the response.
        #[fastrs::dependency]
        pub async fn transaction(
            #[depends(pool)] pool: &Pool,
            lend: Yield<Transaction>,
        ) -> Result<(), sqlx::Error> {
            let (tx, outcome) = lend.until_done(pool.begin().await?).await;
            match outcome {
                Outcome::Success => tx.commit().await,
                Outcome::Failure(_) => tx.rollback().await,
            }
        }

        /// Whether the database responds: a check of [`Health`](crate::Health).
        #[fastrs::job]
        pub async fn responds(#[depends(pool)] pool: &Pool) -> Result<()> {
            sqlx::query("SELECT 1").execute(pool).await?;
            Ok(())
        }
    };
}

pub(super) use dependencies;
