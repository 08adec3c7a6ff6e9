//! The error that handlers return, and the `Result` that carries it.

use std::{
    any::Any,
    error::Error,
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use serde::Serialize;
use serde_json::Value;

/// The return type of handlers and dependencies that can fail.
///
/// The error defaults to [`HttpError`], so `?` works on any [`std::error::Error`], and on everything that converts
/// into a [`BoxError`], such as an `anyhow::Error` or a string.
pub type Result<T, E = HttpError> = std::result::Result<T, E>;

/// Any error of another library.
pub type BoxError = Box<dyn Error + Send + Sync>;

/// An error with the status, detail and headers of its response: FastAPI's `HTTPException`.
///
/// The client receives `{"detail": ..}`; the detail can be any JSON value.
///
/// ```
/// use fastrs::{HttpError, Result};
///
/// fn find(id: u64) -> Result<&'static str> {
///     match id {
///         1 => Ok("Plumbus"),
///         _ => Err(HttpError::new(404, "Item not found").header("x-error", "no such item")),
///     }
/// }
/// assert_eq!(find(2).unwrap_err().status(), 404);
/// ```
///
/// The `?` operator turns any other error into a 500: its text is logged and never sent. This conversion is only
/// possible because `HttpError` itself does not implement `Error`.
#[derive(Clone)]
pub struct HttpError(Box<Parts>);

/// Boxed, so that moving a `Result<T>` that is `Ok` does not also move the space for all this.
#[derive(Clone)]
struct Parts {
    status: StatusCode,
    detail: Value,
    headers: HeaderMap,
    cause: Option<Arc<dyn Error + Send + Sync>>,
    /// Whether `?` converted the cause into this error, which then stands for it. Otherwise, the cause only explains
    /// it.
    is_converted: bool,
    /// Whether the log already says what has failed, so that it needs no line for each request.
    is_logged: bool,
}

impl HttpError {
    /// Creates an error with a status (a number or a [`StatusCode`]) and a detail for the client, which can be any
    /// JSON value.
    ///
    /// A number that is not an HTTP status results in a 500.
    pub fn new(status: impl ToStatus, detail: impl Into<Value>) -> Self {
        let status = status
            .to_status()
            .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self::of(status, detail.into())
    }

    fn of(status: StatusCode, detail: Value) -> Self {
        Self(Box::new(Parts {
            status,
            detail,
            headers: HeaderMap::new(),
            cause: None,
            is_converted: false,
            is_logged: false,
        }))
    }

    /// Creates an error whose detail is the reason phrase of its status.
    pub fn from_status(status: impl ToStatus) -> Self {
        let status = status
            .to_status()
            .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self::new(status, reason(status))
    }

    /// Adds a header to the response. A name or value that HTTP does not allow results in a 500.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        match header(name, value) {
            Ok((name, value)) => {
                self.0.headers.append(name, value);
                self
            }
            Err(message) => Self::from_status(StatusCode::INTERNAL_SERVER_ERROR).cause(message),
        }
    }

    /// Attaches the error that caused this one. It is logged and never sent.
    #[must_use]
    pub fn cause(mut self, cause: impl Into<BoxError>) -> Self {
        self.0.cause = Some(Arc::from(cause.into()));
        self.0.is_converted = false;
        self
    }

    /// Says that what has failed is already in the log, or does not belong there.
    pub(crate) fn already_logged(mut self) -> Self {
        self.0.is_logged = true;
        self
    }

    /// Returns whether what has failed is already in the log.
    pub(crate) fn is_logged(&self) -> bool {
        self.0.is_logged
    }

    /// Converts another error, as `?` does: into the response that the error itself declares, or else into that
    /// of its cause, or else into a 500.
    pub(crate) fn converted(
        error: BoxError,
        of_its_cause: fn(&(dyn Error + 'static)) -> Option<Self>,
    ) -> Self {
        let declared = AsHttpError::find(&*error).map(|error| error.http_error());
        let mut converted = declared
            .or_else(|| of_its_cause(&*error))
            .unwrap_or_else(|| Self::from_status(StatusCode::INTERNAL_SERVER_ERROR))
            .cause(error);
        converted.0.is_converted = true;
        converted
    }

    /// Returns the error that `?` converted into this one.
    pub(crate) fn converted_from(&self) -> Option<&(dyn Error + 'static)> {
        let cause = self.0.cause.as_deref().filter(|_| self.0.is_converted)?;
        Some(cause)
    }

    /// Returns the status of the response.
    pub fn status(&self) -> StatusCode {
        self.0.status
    }

    /// Returns the value that the client receives as `detail`.
    pub fn detail(&self) -> &Value {
        &self.0.detail
    }

    /// Returns the headers of the response, without its content type.
    pub fn headers(&self) -> &HeaderMap {
        &self.0.headers
    }

    /// Returns the error that caused this one, which appears only in the log.
    pub fn source(&self) -> Option<&(dyn Error + Send + Sync + 'static)> {
        self.0.cause.as_deref()
    }

    /// Returns the text of the error's cause, or else its detail: what `Display` writes after the status.
    pub(crate) fn reason(&self) -> String {
        match (&self.0.cause, &self.0.detail) {
            (Some(cause), _) => {
                let text = with_causes(&**cause);
                // The text of a transparent error around an `HttpError` already begins with the status.
                let after = text.strip_prefix(&format!("{}: ", self.0.status.as_u16()));
                after.unwrap_or(&text).to_owned()
            }
            (None, Value::String(detail)) => detail.clone(),
            (None, detail) => detail.to_string(),
        }
    }

    /// Returns the JSON body, `{"detail": ..}`.
    pub(crate) fn body(&self) -> Vec<u8> {
        #[derive(Serialize)]
        struct Body<'a> {
            detail: &'a Value,
        }
        let detail = &self.0.detail;
        serde_json::to_vec(&Body { detail }).expect("a JSON value can be serialized")
    }
}

impl fmt::Debug for HttpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("HttpError");
        out.field("status", &self.0.status.as_u16())
            .field("detail", &self.0.detail);
        if let Some(cause) = &self.0.cause {
            out.field("cause", cause);
        }
        out.finish_non_exhaustive()
    }
}

impl fmt::Display for HttpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0.status.as_u16(), self.reason())
    }
}

/// A way to write a status: `404` or `StatusCode::NOT_FOUND`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a status",
    label = "not a status",
    note = "write a number, `404`, or a constant, `StatusCode::NOT_FOUND`"
)]
pub trait ToStatus {
    /// Returns the status, or `None` for a number outside 100 to 999.
    fn to_status(&self) -> Option<StatusCode>;
}

#[diagnostic::do_not_recommend]
impl ToStatus for u16 {
    fn to_status(&self) -> Option<StatusCode> {
        StatusCode::from_u16(*self).ok()
    }
}

#[diagnostic::do_not_recommend]
impl ToStatus for StatusCode {
    fn to_status(&self) -> Option<StatusCode> {
        Some(*self)
    }
}

/// Turns an absent value, or the error of another library, into an error response.
///
/// ```
/// use fastrs::{OrStatus, Result};
///
/// fn first(items: &[u64]) -> Result<u64> {
///     Ok(*items.first().or_404("no items")?)
/// }
/// assert_eq!(first(&[]).unwrap_err().status(), 404);
///
/// fn number(text: &str) -> Result<u64> {
///     text.parse::<u64>().or_status(502, "the other server sent no number")
/// }
/// assert_eq!(number("x").unwrap_err().status(), 502);
/// ```
pub trait OrStatus<T> {
    /// Returns the value, or an error with this status and detail.
    fn or_status(self, status: impl ToStatus, detail: impl Into<Value>) -> Result<T>;

    /// Returns the value, or a 404 with this detail.
    fn or_404(self, detail: impl Into<Value>) -> Result<T>
    where
        Self: Sized,
    {
        self.or_status(StatusCode::NOT_FOUND, detail)
    }
}

impl<T> OrStatus<T> for Option<T> {
    fn or_status(self, status: impl ToStatus, detail: impl Into<Value>) -> Result<T> {
        self.ok_or_else(|| HttpError::new(status, detail))
    }
}

/// The error becomes the cause, which is logged and never sent.
impl<T, E: Into<BoxError>> OrStatus<T> for Result<T, E> {
    fn or_status(self, status: impl ToStatus, detail: impl Into<Value>) -> Result<T> {
        self.map_err(|error| HttpError::new(status, detail).cause(error))
    }
}

/// Returns the reason phrase as RFC 9110 and Python have it: `http` has a different one for three statuses.
pub(crate) fn reason(status: StatusCode) -> &'static str {
    match status {
        StatusCode::PAYLOAD_TOO_LARGE => "Content Too Large",
        StatusCode::UNPROCESSABLE_ENTITY => "Unprocessable Content",
        StatusCode::IM_A_TEAPOT => "I'm a Teapot",
        _ => status.canonical_reason().unwrap_or("Error"),
    }
}

/// Returns a header, or a message that says which part of it HTTP does not allow (RFC 9110, 5). The message shows only
/// the character, because the value may be a secret.
pub(crate) fn header(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), String> {
    match (HeaderName::try_from(name), HeaderValue::try_from(value)) {
        (Ok(name), Ok(value)) => Ok((name, value)),
        (Err(_), _) => Err(format!("{name:?} is not a valid header name")),
        (Ok(name), Err(_)) => {
            let wrong = value.chars().find(|c| c.is_ascii_control() && *c != '\t');
            let wrong = wrong.unwrap_or_default();
            Err(format!("the header `{name}` cannot contain {wrong:?}"))
        }
    }
}

/// Converts a derived error into the one that its client receives: the text of a 5xx is only logged.
pub fn http_error(status: u16, error: &dyn Error) -> HttpError {
    match status {
        500.. => HttpError::from_status(status).cause(with_causes(error)),
        _ => HttpError::new(status, error.to_string()),
    }
}

/// Returns the text of an error and of all its causes in one line.
fn with_causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(source) = next {
        let more = source.to_string();
        if !text.contains(&more) {
            text = format!("{text}: {more}");
        }
        next = source.source();
    }
    text
}

/// An error of any type, reduced to what exits and exception handlers need.
pub trait ErasedError: Send + Sync + 'static {
    /// Returns the error that the client receives.
    fn http_error(&self) -> HttpError;

    /// Returns the error, to be downcast.
    fn as_any(&self) -> &dyn Any;

    /// Returns the error that this one stands for: the field of a transparent variant, or the error that `?` converted
    /// into an [`HttpError`].
    fn inner(&self) -> Option<&dyn ErasedError> {
        None
    }
}

/// Gives access to the response of an error whose type is unknown.
///
/// `?` turns any error into an [`HttpError`], but must not turn an error that declares its own status into a 500. So
/// derived errors return this value from the deprecated `Error::cause`, whose default is to return `Error::source`. The
/// result of `cause` cannot be downcast, but the result of `source` can. Therefore this type is its own source.
pub struct AsHttpError(pub(crate) Erase);

type Erase = for<'e> fn(&'e (dyn Error + 'static)) -> Option<&'e dyn ErasedError>;

impl AsHttpError {
    /// Returns the error itself, if it declares its own response.
    #[allow(deprecated)]
    pub(crate) fn find<'e>(error: &'e (dyn Error + 'static)) -> Option<&'e dyn ErasedError> {
        let Self(erase) = error.cause()?.source()?.downcast_ref()?;
        erase(error)
    }
}

impl Error for AsHttpError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(self)
    }
}

impl fmt::Debug for AsHttpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AsHttpError")
    }
}

impl fmt::Display for AsHttpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an HTTP error")
    }
}

/// Returns the message of a caught panic. The payload is dropped here, because its own `Drop` may also panic.
#[cold]
pub(crate) fn panic_text(payload: Box<dyn Any + Send>) -> String {
    let text = payload.downcast_ref::<&str>().copied().map(str::to_owned);
    let text = text.or_else(|| payload.downcast_ref::<String>().cloned());
    if let Err(another) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
        // Dropping this payload could panic again, endlessly.
        std::mem::forget(another);
    }
    text.unwrap_or_else(|| "a panic without a message".to_owned())
}
