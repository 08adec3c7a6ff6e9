//! The shutdown signal, for handlers and for streams in their responses.

use std::{
    fmt,
    pin::Pin,
    task::{Context, Poll},
};

use pin_project_lite::pin_project;
use tokio::sync::watch;

use super::BoxFuture;
use crate::body::Stream;

/// Signals the shutdown of the server to work that would otherwise never end. It is an argument of a handler.
///
/// A shutdown waits, up to its deadline, for every response in flight and for every connection that was upgraded to
/// another protocol. [`end`](Self::end) ends an endless stream so that its client still receives every item up to the
/// last one. A handler that holds an upgraded connection should close it as its protocol prescribes, and drop it,
/// once [`requested`](Self::requested) resolves.
///
/// ```
/// use fastrs::{Body, Bytes, Shutdown, prelude::*};
/// # use std::{convert::Infallible, pin::Pin, task::{Context, Poll}};
/// # struct Ticks;
/// # impl futures_core::Stream for Ticks {
/// #     type Item = std::result::Result<Bytes, Infallible>;
/// #     fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> { Poll::Pending }
/// # }
///
/// #[get("/ticks")]
/// async fn ticks(shutdown: Shutdown) -> Response {
///     Response::new(Body::from_stream(shutdown.end(Ticks)))
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Shutdown(pub(crate) watch::Receiver<bool>);

impl Shutdown {
    pub(crate) fn subscribe(requested: &watch::Sender<bool>) -> Self {
        Self(requested.subscribe())
    }

    /// Resolves once the server has stopped accepting connections, or no longer exists.
    pub async fn requested(&self) {
        let _ = self.0.clone().wait_for(|requested| *requested).await;
    }

    /// Returns whether the shutdown has begun.
    #[must_use]
    pub fn is_requested(&self) -> bool {
        *self.0.borrow() || self.0.has_changed().is_err()
    }

    /// Returns a stream that ends after its current item when the shutdown begins.
    pub fn end<S: Stream>(self, stream: S) -> impl Stream<Item = S::Item> + use<S> {
        EndedByShutdown {
            stream,
            is_requested: false,
            requested: Box::pin(async move { self.requested().await }),
        }
    }
}

pin_project! {
    struct EndedByShutdown<S> {
        #[pin]
        stream: S,
        is_requested: bool,
        requested: BoxFuture<'static, ()>,
    }
}

impl<S: Stream> Stream for EndedByShutdown<S> {
    type Item = S::Item;

    fn poll_next(self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Option<S::Item>> {
        let this = self.project();
        if *this.is_requested {
            return Poll::Ready(None);
        }
        *this.is_requested = this.requested.as_mut().poll(task).is_ready();
        match this.stream.poll_next(task) {
            Poll::Pending if *this.is_requested => Poll::Ready(None),
            item => item,
        }
    }
}

impl<S> fmt::Debug for EndedByShutdown<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EndedByShutdown")
    }
}
