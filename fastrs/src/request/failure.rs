//! How a request ended, as the exits of its dependencies are told.

use std::{any::Any, error::Error, fmt, sync::Arc};

use http::StatusCode;

use crate::error::{AsHttpError, HttpError, panic_text};

/// How the request went for which a dependency lent its value.
///
/// ```
/// use fastrs::prelude::*;
///
/// # struct Transaction;
/// # impl Transaction {
/// #     async fn commit(self) -> std::io::Result<()> { Ok(()) }
/// #     async fn rollback(self) -> std::io::Result<()> { Ok(()) }
/// # }
/// #[dependency]
/// async fn transaction(lend: Yield<Transaction>) -> Result<()> {
///     let (transaction, outcome) = lend.until_done(Transaction).await;
///     match outcome {
///         Outcome::Success => transaction.commit().await?,
///         Outcome::Failure(_) => transaction.rollback().await?,
///     }
///     Ok(())
/// }
/// ```
#[derive(Debug, Clone)]
pub enum Outcome {
    /// The handler returned, and what it returned could be written as an answer below 500; of a value that was lent
    /// [`until_sent`](crate::Yield::until_sent), also that all of the answer was sent.
    Success,
    /// An error, a panic, an invalid argument, an answer that does not serialise or that is a 5xx, a request that was given up
    /// ([`is_aborted`](Failure::is_aborted)); and an answer that broke off after its head.
    Failure(Failure),
}

impl Outcome {
    /// Whether the request went well.
    pub fn is_success(&self) -> bool {
        matches!(self, Self::Success)
    }
}

/// Why a request failed: the very error that was returned, whatever its type.
#[derive(Clone)]
pub struct Failure(Arc<dyn ErasedError>);

impl Failure {
    pub(crate) fn erased(error: impl ErasedError) -> Self {
        Self(Arc::new(error))
    }

    /// Whether the error is of type `E`, or an [`HttpError`] that `?` has made of one.
    pub fn is<E: Error + 'static>(&self) -> bool {
        self.downcast_ref::<E>().is_some()
    }

    /// The error, if it is of type `E`, or an [`HttpError`] that `?` has made of one.
    pub fn downcast_ref<E: Error + 'static>(&self) -> Option<&E> {
        let any = self.0.as_any();
        any.downcast_ref()
            .or_else(|| any.downcast_ref::<HttpError>()?.source()?.downcast_ref())
    }

    /// Whether the handler, a dependency or a serializer panicked.
    pub fn is_panic(&self) -> bool {
        self.0.as_any().is::<Panicked>()
    }

    /// Whether the request was given up before its end: its client has left a route with `cancel_on_disconnect`, or while the answer
    /// was sent; or a timeout or the shutdown gave up on it.
    pub fn is_aborted(&self) -> bool {
        self.0.as_any().is::<Aborted>()
    }

    /// The status of the answer that the error asks for.
    pub fn status(&self) -> StatusCode {
        self.to_http_error().status()
    }

    /// The error as the client would see it.
    pub fn to_http_error(&self) -> HttpError {
        self.0.to_http_error()
    }

    pub(crate) fn as_any(&self) -> &dyn Any {
        self.0.as_any()
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Failure")
            .field(&self.to_http_error())
            .finish()
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.to_http_error().fmt(f)
    }
}

/// Through `?` into an [`HttpError`] it keeps its status.
impl Error for Failure {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        let error: &HttpError = self.as_any().downcast_ref()?;
        error.source().map(|source| source as _)
    }

    #[allow(deprecated)]
    fn cause(&self) -> Option<&dyn Error> {
        Some(const { &AsHttpError(|error| Some(error.downcast_ref::<Self>()?.to_http_error())) })
    }
}

/// An error of any type: what is kept of it while exits and exception handlers look at it.
pub(crate) trait ErasedError: Send + Sync + 'static {
    fn to_http_error(&self) -> HttpError;
    fn as_any(&self) -> &dyn Any;
}

/// A panic that was caught; its message goes to the log alone.
#[derive(Debug)]
pub(crate) struct Panicked(pub(crate) String);

impl Panicked {
    pub(crate) fn of(payload: Box<dyn Any + Send>) -> Self {
        Self(panic_text(payload))
    }
}

impl ErasedError for Panicked {
    fn to_http_error(&self) -> HttpError {
        HttpError::from_status(StatusCode::INTERNAL_SERVER_ERROR)
            .cause(format!("panicked: {}", self.0))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// Nobody waits for the answer any more.
#[derive(Debug)]
pub(crate) struct Aborted;

impl ErasedError for Aborted {
    fn to_http_error(&self) -> HttpError {
        HttpError::from_status(StatusCode::INTERNAL_SERVER_ERROR).cause(
            "aborted: the client has left, or a timeout or the shutdown gave up on the request",
        )
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// An answer that says 5xx itself.
impl ErasedError for StatusCode {
    fn to_http_error(&self) -> HttpError {
        HttpError::from_status(*self)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
