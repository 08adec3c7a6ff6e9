//! The outcome of a request, as it is passed to the exits of its dependencies.

use std::{any::Any, error::Error, fmt, sync::Arc, time::Duration};

use http::StatusCode;

use crate::error::{AsHttpError, ErasedError, HttpError, panic_text};

/// The outcome of the request for which a dependency lent its value.
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
    /// The handler returned, and its return value was serialized into a response with a status below 500. For a value
    /// lent [`until_sent`](crate::Yield::until_sent), the whole response was also sent.
    Success,
    /// The request failed: an error, a panic, an invalid argument, a response that cannot be serialized or is a 5xx, a
    /// request that was aborted ([`is_aborted`](Failure::is_aborted)), or a response that failed after its head was
    /// sent.
    Failure(Failure),
}

impl Outcome {
    /// Returns whether the request succeeded.
    pub fn is_success(&self) -> bool {
        matches!(self, Self::Success)
    }
}

/// The reason why a request failed: the original error, whatever its type.
#[derive(Clone)]
pub struct Failure(Arc<dyn ErasedError>);

impl Failure {
    pub(crate) fn erased(error: impl ErasedError) -> Self {
        Self(Arc::new(error))
    }

    /// Creates the failure of a request that was aborted.
    pub(crate) fn aborted() -> Self {
        Self::erased(Aborted { exceeded: None })
    }

    /// Creates the failure of a request that was aborted, because it exceeded this timeout if there is one.
    pub(super) fn aborted_after(exceeded: Option<Duration>) -> Self {
        Self::erased(Aborted { exceeded })
    }

    /// Returns whether the error is of type `E`, or stands for one, or is an [`HttpError`] with such a cause. `?` and
    /// `#[error(transparent)]` create errors that stand for others.
    pub fn is<E: Error + 'static>(&self) -> bool {
        self.downcast_ref::<E>().is_some()
    }

    /// Returns the error of type `E` that [`is`](Self::is) finds.
    pub fn downcast_ref<E: Error + 'static>(&self) -> Option<&E> {
        self.errors().find_map(|error| {
            let any = error.as_any();
            any.downcast_ref()
                .or_else(|| any.downcast_ref::<HttpError>()?.source()?.downcast_ref())
        })
    }

    /// Returns the error, the error that it stands for, and so on.
    pub(crate) fn errors(&self) -> impl Iterator<Item = &dyn ErasedError> {
        std::iter::successors(Some(&*self.0), |error| error.inner())
    }

    /// Returns whether the handler, a dependency or a serializer panicked.
    pub fn is_panic(&self) -> bool {
        self.0.as_any().is::<Panic>()
    }

    /// Returns whether the request was aborted before it completed: the client disconnected from a route with
    /// `cancel_on_disconnect` or while the response was being sent, or a timeout or the shutdown ended the request. If
    /// it exceeded [`handler_timeout`](crate::ServeConfig::handler_timeout), the [`status`](Self::status) is 504.
    pub fn is_aborted(&self) -> bool {
        self.0.as_any().is::<Aborted>()
    }

    /// Returns whether the request was aborted because it exceeded the timeout of its handler.
    pub(super) fn is_timeout(&self) -> bool {
        let aborted: Option<&Aborted> = self.0.as_any().downcast_ref();
        aborted.is_some_and(|aborted| aborted.exceeded.is_some())
    }

    /// Returns the status of the response to this error.
    pub fn status(&self) -> StatusCode {
        self.to_http_error().status()
    }

    /// Returns the error as the client would see it.
    pub fn to_http_error(&self) -> HttpError {
        self.0.http_error()
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

/// Allows `?` to convert a failure into an [`HttpError`] that keeps its status.
impl Error for Failure {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        let error: &HttpError = self.as_any().downcast_ref()?;
        error.source().map(|source| source as _)
    }

    #[allow(deprecated)]
    fn cause(&self) -> Option<&dyn Error> {
        Some(const { &AsHttpError(|error| Some(&*error.downcast_ref::<Self>()?.0)) })
    }
}

/// A panic that was caught. Its message appears only in the log.
#[derive(Debug)]
pub(crate) struct Panic(pub(crate) String);

impl Panic {
    pub(crate) fn from_payload(payload: Box<dyn Any + Send>) -> Self {
        Self(panic_text(payload))
    }
}

impl ErasedError for Panic {
    fn http_error(&self) -> HttpError {
        HttpError::from_status(StatusCode::INTERNAL_SERVER_ERROR)
            .cause(format!("panicked: {}", self.0))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// The request was aborted: no one is waiting for its response.
#[derive(Debug)]
struct Aborted {
    /// The timeout of the handler, if the request exceeded it.
    exceeded: Option<Duration>,
}

impl ErasedError for Aborted {
    fn http_error(&self) -> HttpError {
        if let Some(timeout) = self.exceeded {
            return HttpError::from_status(StatusCode::GATEWAY_TIMEOUT)
                .cause(format!("aborted: the handler took longer than {timeout:?}"));
        }
        HttpError::from_status(StatusCode::INTERNAL_SERVER_ERROR).cause(
            "aborted: the client disconnected, or a timeout or the shutdown canceled the request",
        )
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// A response whose own status is 5xx.
impl ErasedError for StatusCode {
    fn http_error(&self) -> HttpError {
        HttpError::from_status(*self)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
