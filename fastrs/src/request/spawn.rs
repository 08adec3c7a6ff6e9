//! Work that continues after its request.

use tokio::runtime::Handle;
use tracing::{Instrument, Span};

use super::{BoxFuture, RequestSpan};

/// Spawns a future on the current runtime. Outside a runtime, nothing can run the future, so it is dropped.
///
/// Every future is boxed, because tokio's code for a task is compiled for each type of future.
pub(crate) fn spawn_or_drop(future: BoxFuture<'static, ()>) {
    match Handle::try_current() {
        Ok(runtime) => drop(runtime.spawn(future)),
        Err(_) => drop(future),
    }
}

/// Spawns the rest of a request, which remains inside its span.
pub(super) fn spawn_rest(future: BoxFuture<'static, ()>) {
    match RequestSpan::may_be_on() {
        false => spawn_or_drop(future),
        true => spawn_or_drop(Box::pin(future.instrument(Span::current()))),
    }
}
