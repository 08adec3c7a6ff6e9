//! The end of a WebSocket, as the exit of its request.

use std::{
    any::{Any, TypeId},
    sync::Arc,
    task::Poll,
};

use super::{
    connection::Lost,
    error::{close_frame, close_frame_of},
    io::Role,
    keeper::CLOSE_TIMEOUT,
    shared::{Shared, State},
};
use crate::request::{BoxFuture, Exit, Failure, Outcome, TakeReplaced, Values, take_abort_signal};

/// Closes the socket with the code that the outcome of the request calls for. It is the last exit, so that the client
/// learns of a success only when all dependencies have also succeeded.
pub(super) struct CloseExit(pub(super) Arc<Shared>);

impl<'r> Exit<'r> for CloseExit {
    fn bind(&mut self, _: TypeId, _: &dyn Any) {}

    fn redirect(&mut self, _: TypeId, _: TypeId, _: TakeReplaced) {}

    fn bind_fresh(&mut self, _: TypeId, _: usize) -> bool {
        false
    }

    fn is_after_body(&self) -> bool {
        false
    }

    fn run(
        self: Box<Self>,
        _: &mut dyn Values,
        outcome: Outcome,
    ) -> BoxFuture<'r, Result<(), Failure>> {
        Box::pin(async move {
            end(&self.0, &outcome).await;
            Ok(())
        })
    }
}

/// Closes the socket, and the connection once the client has closed the socket as well.
async fn end(shared: &Shared, outcome: &Outcome) {
    let frame = match outcome {
        Outcome::Success => close_frame(1000, ""),
        // The server aborts the request. The client was notified when the shutdown began.
        Outcome::Failure(failure) if failure.is_aborted() => return shared.lose(),
        Outcome::Failure(failure) => close_frame_of(failure),
    };
    shared.close(frame);
    let closed = std::future::poll_fn(|task| {
        if take_abort_signal() {
            // The server gives up on the client.
            return Poll::Ready(());
        }
        shared.tasks.register(Role::Keeper, task.waker());
        match &mut *shared.lock() {
            State::Open(open) => match open.socket.poll_end() {
                Ok(polled) => polled,
                Err(Lost) => Poll::Ready(()),
            },
            State::Connecting | State::Closed(_) => Poll::Ready(()),
        }
    });
    let _ = tokio::time::timeout(CLOSE_TIMEOUT, closed).await;
    shared.lose();
}
