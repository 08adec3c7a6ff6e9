//! Messages to all subscribers.

use std::{
    collections::{HashMap, VecDeque},
    error::Error,
    fmt,
    future::poll_fn,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Waker},
};

use futures_core::Stream;

use crate::error::Result;

/// Publishes messages to all subscribers: to the sockets of a chat room, or to the readers of a live page.
///
/// It is bounded. A subscriber that falls more than `capacity` messages behind loses the oldest ones, and is told how
/// many it has [`Missed`].
///
/// ```
/// use fastrs::{Broadcast, prelude::*};
///
/// #[dependency(scope = "app")]
/// async fn prices() -> Broadcast<u32> {
///     Broadcast::new(16)
/// }
///
/// #[put("/price/<price>")]
/// async fn set_price(price: u32, #[depends(prices)] prices: &Broadcast<u32>) -> Result<()> {
///     prices.publish(price).await
/// }
///
/// # fastrs::block_on(async {
/// let prices: Broadcast<u32> = Broadcast::new(2);
/// let mut subscription = prices.subscribe();
/// for price in 1..=5 {
///     prices.publish(price).await.unwrap();
/// }
/// assert_eq!(subscription.recv().await.unwrap_err().count(), 3);
/// assert_eq!(subscription.recv().await.unwrap(), Some(4));
/// # });
/// ```
///
/// Clones publish to the same subscribers. The messages stay in this process.
pub struct Broadcast<T>(Arc<Channel<T>>);

// Not `tokio::sync::broadcast`, which rounds the capacity up to a power of two, and whose receiver has no poll function
// for a `Stream`.
struct Channel<T> {
    state: Mutex<State<T>>,
    capacity: usize,
    clone: fn(&T) -> T,
}

struct State<T> {
    /// The last messages.
    messages: VecDeque<T>,
    /// The number of the first of them. The first message that was ever published has the number 0.
    first: u64,
    /// The number of the next subscription.
    next_id: u64,
    subscribers: usize,
    /// The number of `Broadcast`s. Once the last one is dropped, no more messages follow.
    publishers: usize,
    /// The subscriptions that wait for a message.
    waiting: HashMap<u64, Waker>,
}

impl<T> State<T> {
    /// Returns the number of the next message.
    fn end(&self) -> u64 {
        self.first + self.messages.len() as u64
    }
}

impl<T> Channel<T> {
    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T: Clone> Broadcast<T> {
    /// Creates a channel without subscribers, which keeps the last `capacity` messages (at least one) for slow
    /// subscribers.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        Self(Arc::new(Channel {
            state: Mutex::new(State {
                messages: VecDeque::new(),
                first: 0,
                next_id: 0,
                subscribers: 0,
                publishers: 1,
                waiting: HashMap::new(),
            }),
            capacity: capacity.max(1),
            clone: T::clone,
        }))
    }
}

// Only `new` has bounds, so that a type that is not `Clone` causes only one error.
impl<T> Broadcast<T> {
    /// Publishes a message to everyone who has subscribed. It does not wait for them.
    ///
    /// # Errors
    ///
    /// Does not fail at present. The signature leaves room for a channel between processes.
    pub async fn publish(&self, message: T) -> Result<()> {
        self.0.publish(message);
        Ok(())
    }

    /// Subscribes to the messages that are published from now on.
    #[must_use]
    pub fn subscribe(&self) -> Subscription<T> {
        let mut state = self.0.lock();
        state.subscribers += 1;
        state.next_id += 1;
        Subscription {
            channel: self.0.clone(),
            id: state.next_id,
            next: state.end(),
        }
    }

    /// Returns the number of subscribers.
    #[must_use]
    pub fn subscribers(&self) -> usize {
        self.0.lock().subscribers
    }
}

impl<T> Channel<T> {
    fn publish(&self, message: T) {
        let mut state = self.lock();
        state.messages.push_back(message);
        let oldest = match state.messages.len() > self.capacity {
            true => {
                state.first += 1;
                state.messages.pop_front()
            }
            false => None,
        };
        let waiting = std::mem::take(&mut state.waiting);
        drop(state);
        // Outside the lock, because dropping a message and waking a task run other code.
        drop(oldest);
        waiting.into_values().for_each(Waker::wake);
    }
}

/// A subscription to a [`Broadcast`], until it is dropped. It is also a stream.
pub struct Subscription<T> {
    channel: Arc<Channel<T>>,
    id: u64,
    /// The number of the next message to receive.
    next: u64,
}

impl<T> Subscription<T> {
    /// Waits for the next message, or returns `None` once the last [`Broadcast`] is dropped and no message is left.
    ///
    /// If the future is dropped before it completes, no message is lost: it can be a branch of `tokio::select!`.
    ///
    /// # Errors
    ///
    /// Fails with the number of messages that were missed; the next call returns the oldest message that is still
    /// there. A WebSocket handler that passes the error on closes the socket with 1013, so that its client reconnects.
    pub async fn recv(&mut self) -> Result<Option<T>, Missed> {
        poll_fn(|task| self.poll_recv(task)).await.transpose()
    }

    fn poll_recv(&mut self, task: &Context<'_>) -> Poll<Option<Result<T, Missed>>> {
        let mut state = self.channel.lock();
        let Some(index) = self.next.checked_sub(state.first) else {
            let missed = state.first - self.next;
            self.next = state.first;
            return Poll::Ready(Some(Err(Missed(missed))));
        };
        let message = usize::try_from(index)
            .ok()
            .and_then(|index| state.messages.get(index));
        match message.map(self.channel.clone) {
            Some(message) => {
                self.next += 1;
                Poll::Ready(Some(Ok(message)))
            }
            None if state.publishers == 0 => Poll::Ready(None),
            None => {
                state.waiting.insert(self.id, task.waker().clone());
                Poll::Pending
            }
        }
    }
}

/// The messages until the last [`Broadcast`] is dropped.
impl<T> Stream for Subscription<T> {
    type Item = Result<T, Missed>;

    fn poll_next(self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll_recv(task)
    }
}

impl<T> Drop for Subscription<T> {
    fn drop(&mut self) {
        let mut state = self.channel.lock();
        state.subscribers -= 1;
        state.waiting.remove(&self.id);
    }
}

/// A subscriber did not keep up, and has missed messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Missed(u64);

impl Missed {
    /// Returns the number of messages that were missed.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.0
    }
}

impl fmt::Display for Missed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let s = if self.0 == 1 { "" } else { "s" };
        write!(f, "missed {} message{s}", self.0)
    }
}

impl Error for Missed {}

impl<T> Clone for Broadcast<T> {
    fn clone(&self) -> Self {
        self.0.lock().publishers += 1;
        Self(self.0.clone())
    }
}

impl<T> Drop for Broadcast<T> {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        state.publishers -= 1;
        let waiting = match state.publishers {
            0 => std::mem::take(&mut state.waiting),
            _ => HashMap::new(),
        };
        drop(state);
        waiting.into_values().for_each(Waker::wake);
    }
}

impl<T> fmt::Debug for Broadcast<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Broadcast")
            .field("capacity", &self.0.capacity)
            .finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for Subscription<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subscription")
            .field("next", &self.next)
            .finish_non_exhaustive()
    }
}
