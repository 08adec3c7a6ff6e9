//! Bodies of responses that a test has not read to the end.

use std::{
    collections::VecDeque,
    future::poll_fn,
    mem::take,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Waker, ready},
};

use bytes::Bytes;

use super::open::Open;
use crate::{
    body::Body,
    error::{HttpError, Result},
};

/// The number of bytes that a stopping app can send before the test reads them, as into the buffer of a socket.
const BUFFER: usize = 64 * 1024;

/// A body that a test reads chunk by chunk. When the app stops, it is read ahead of the test, so that the app is not
/// kept from ending it.
#[derive(Debug, Default)]
pub(super) struct OpenBody(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    body: Body,
    /// The chunks that were read ahead of the test.
    ahead: VecDeque<Bytes>,
    /// Whether the body is read ahead, and therefore not polled by the test.
    is_read_ahead: bool,
    /// The error with which the body ended.
    error: Option<HttpError>,
    reader: Option<Waker>,
    reader_ahead: Option<Waker>,
}

impl OpenBody {
    pub(super) fn new(body: Body) -> Arc<Self> {
        let state = State {
            body,
            ..State::default()
        };
        Arc::new(Self(Mutex::new(state)))
    }

    /// Waits for the next bytes, or for the end.
    pub(super) async fn chunk(&self) -> Result<Option<Bytes>> {
        poll_fn(|task| {
            let mut state = self.lock();
            state.reader = Some(task.waker().clone());
            if state.ahead.is_empty() && !state.is_read_ahead {
                ready!(state.poll_body(task));
            }
            if let Some(bytes) = state.ahead.pop_front() {
                state.reader_ahead.take().into_iter().for_each(Waker::wake);
                return Poll::Ready(Ok(Some(bytes)));
            }
            match &state.error {
                _ if state.is_read_ahead => Poll::Pending,
                Some(error) => Poll::Ready(Err(error.clone())),
                None => Poll::Ready(Ok(None)),
            }
        })
        .await
    }

    /// Reads ahead of the test, up to the size of the buffer. Returns whether the body has ended.
    fn poll_ahead(&self, task: &mut Context<'_>) -> Poll<()> {
        let mut state = self.lock();
        state.is_read_ahead = true;
        // An empty chunk counts as well, so that the loop ends.
        while state
            .ahead
            .iter()
            .map(|bytes| bytes.len() + 1)
            .sum::<usize>()
            < BUFFER
        {
            let is_at_end = ready!(state.poll_body(task));
            state.reader.take().into_iter().for_each(Waker::wake);
            if is_at_end {
                state.is_read_ahead = false;
                return Poll::Ready(());
            }
        }
        state.reader_ahead = Some(task.waker().clone());
        Poll::Pending
    }

    /// Drops the rest of the body. If it has not ended, reading on fails.
    fn cut_off(&self) {
        let mut state = self.lock();
        let rest = take(&mut state.body);
        if take(&mut state.is_read_ahead) {
            let cut_off = "the response was cut off by the shutdown deadline";
            state.error = Some(HttpError::from_status(500).cause(cut_off));
        }
        state.reader.take().into_iter().for_each(Waker::wake);
        drop(state);
        // Its end may run code of the app.
        drop(rest);
    }

    /// Drops the body, as when the client disconnects.
    pub(super) fn disconnect(&self) {
        let mut state = self.lock();
        let rest = take(&mut state.body);
        state.ahead.clear();
        state.reader_ahead.take().into_iter().for_each(Waker::wake);
        drop(state);
        drop(rest);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Reads the next bytes into `ahead`. Returns whether the body has ended.
    fn poll_body(&mut self, task: &mut Context<'_>) -> Poll<bool> {
        match ready!(self.body.poll_data(task)) {
            Some(Ok(bytes)) => self.ahead.push_back(bytes),
            ended => {
                if let Some(Err(error)) = ended {
                    self.error = Some(error.into_http_error());
                }
                // A stream may panic if it is polled after its end.
                self.body = Body::empty();
                return Poll::Ready(true);
            }
        }
        Poll::Ready(false)
    }
}

impl Open<OpenBody> {
    /// Reads all bodies ahead of the test until they have ended.
    pub(super) async fn end(&self) {
        let bodies = self.all();
        poll_fn(|task| {
            let mut polled = Poll::Ready(());
            for body in &bodies {
                if body.poll_ahead(task).is_pending() {
                    polled = Poll::Pending;
                }
            }
            polled
        })
        .await;
    }

    pub(super) fn cut_off(&self) {
        self.all().iter().for_each(|body| body.cut_off());
    }
}
