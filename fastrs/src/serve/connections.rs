//! The connections of a server, and the thread that checks their deadlines.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use super::connection_state::ConnectionState;
use super::server_state::ServerState;

/// The open connections.
#[derive(Debug)]
pub(super) struct Connections {
    server: Arc<ServerState>,
    open: Mutex<Vec<Weak<ConnectionState>>>,
}

impl Connections {
    pub(super) fn new(server: ServerState) -> Self {
        Self {
            server: Arc::new(server),
            open: Mutex::default(),
        }
    }

    pub(super) fn server(&self) -> &ServerState {
        &self.server
    }

    /// Adds a new connection.
    pub(super) fn add(&self) -> Arc<ConnectionState> {
        let connection = Arc::new(ConnectionState::new(Arc::clone(&self.server)));
        self.open().push(Arc::downgrade(&connection));
        connection
    }

    /// Compares every connection's deadline with the clock until the returned guard is dropped.
    ///
    /// This runs on a separate thread: a timer on the runtime, however rarely it fires, makes each of the runtime's
    /// waits read the clock, which is 2% of a small request.
    pub(super) fn start_sweeping(self: &Arc<Self>) -> io::Result<Sweeper> {
        let connections = Arc::clone(self);
        let sweep: Box<dyn FnOnce() + Send> = Box::new(move || {
            let sweep_every = connections.server.sweep_every;
            let (mut time, mut swept) = (Duration::ZERO, Instant::now());
            while !connections.server.is_aborted() {
                thread::park_timeout(sweep_every);
                // A longer pause is one of the process or of the machine, in which no client could be served: it does
                // not count. It also means that no deadline passes early, since the clock lags by one sweep at most.
                time += swept.elapsed().min(sweep_every);
                swept = Instant::now();
                let (before, now) = connections.server.tick(time);
                connections.for_each(&mut |connection| connection.sweep(now, before));
            }
        });
        let name = "fastrs-deadlines".to_owned();
        let thread = thread::Builder::new().name(name).spawn(sweep)?;
        Ok(Sweeper {
            connections: Arc::clone(self),
            thread: thread.thread().clone(),
        })
    }

    pub(super) fn drain(&self) {
        self.server.drain();
        self.for_each(&mut ConnectionState::drain);
    }

    pub(super) fn abort(&self) {
        self.server.abort();
        self.for_each(&mut ConnectionState::abort);
    }

    /// Waits until every connection and every detached handler has ended.
    pub(super) async fn ended(&self) {
        self.server.connections.idle().await;
    }

    /// Returns the number of requests in flight, including those whose client has disconnected.
    pub(super) fn requests(&self) -> usize {
        let mut count = 0;
        self.for_each(&mut |connection| count += connection.requests());
        count
    }

    /// Calls `visit` for each connection that is alive, and removes the others.
    fn for_each(&self, visit: &mut dyn FnMut(&ConnectionState)) {
        self.open().retain(|connection| match connection.upgrade() {
            Some(connection) => {
                visit(&connection);
                true
            }
            None => false,
        });
    }

    fn open(&self) -> MutexGuard<'_, Vec<Weak<ConnectionState>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Keeps the sweeping thread running. It is dropped when the server is, so dropping it also aborts all connections.
#[derive(Debug)]
pub(super) struct Sweeper {
    connections: Arc<Connections>,
    thread: Thread,
}

impl Drop for Sweeper {
    fn drop(&mut self) {
        self.connections.abort();
        self.thread.unpark();
    }
}
