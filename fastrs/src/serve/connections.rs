//! The connections of a server, and the thread that compares their deadlines.

use std::convert::Infallible;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::thread::{self, Thread};

use tokio::sync::mpsc;

use super::config::ServeConfig;
use super::connection_state::ConnectionState;
use super::server_state::ServerState;

/// The connections that are open.
#[derive(Debug)]
pub(super) struct Connections {
    server: Arc<ServerState>,
    open: Mutex<Vec<Weak<ConnectionState>>>,
}

impl Connections {
    pub(super) fn new(config: ServeConfig) -> Self {
        Self {
            server: Arc::new(ServerState::new(config)),
            open: Mutex::default(),
        }
    }

    /// Adds a new connection. `alive` is dropped with it.
    pub(super) fn add(&self, alive: mpsc::Sender<Infallible>) -> Arc<ConnectionState> {
        let connection = Arc::new(ConnectionState::new(Arc::clone(&self.server), alive));
        self.open().push(Arc::downgrade(&connection));
        connection
    }

    /// Compares every connection's deadline with the time, until the returned guard is dropped.
    ///
    /// On a thread of its own: a timer of the runtime, however seldom it fires, makes each of its waits read
    /// the clock, which is 2 % of a small request.
    pub(super) fn start_sweeping(self: &Arc<Self>) -> io::Result<Sweeper> {
        let connections = Arc::clone(self);
        let sweep = move || {
            while !connections.server.is_aborted() {
                thread::park_timeout(connections.server.sweep_every);
                let (before, now) = connections.server.tick();
                connections.for_each(&mut |connection| connection.sweep(now, before));
            }
        };
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

    /// How many connections live on, in themselves or in a handler that was detached from them.
    pub(super) fn alive(&self) -> usize {
        self.open()
            .iter()
            .filter(|connection| connection.strong_count() > 0)
            .count()
    }

    /// Visits the connections that live, and forgets the others.
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

/// Compares the deadlines while it lives. Whoever drops it drops the server, so all connections are closed too.
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
