//! The connection, and the circuit breaker around it.
//!
//! The crate's `ConnectionManager` would make requests wait for its attempts to connect again. Here, a command either
//! has a connection or fails at once, and only the probe connects.

use std::{
    collections::BTreeSet,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::Duration,
};

use redis::{AsyncConnectionConfig, Client, Cmd, Value, aio::MultiplexedConnection};
use tokio::{
    runtime::Handle,
    time::{sleep, timeout},
};

use super::error::RedisError;

/// How long a command may take. A request loses no more than this to a server that has just failed.
const COMMAND: Duration = Duration::from_millis(50);

/// How long the probe waits for a connection, and for a response.
const PROBE: Duration = Duration::from_secs(1);

/// The pause between two probes: at first, and at most.
const PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// The number of keys that are remembered to be deleted.
const MAX_LATE: usize = 10_000;

/// A connection, if there is one.
pub(super) struct Breaker {
    client: Client,
    state: Mutex<State>,
    /// The keys to delete as soon as there is a connection again.
    late: Mutex<BTreeSet<String>>,
}

enum State {
    /// There has been no attempt to connect yet.
    New,
    Closed(u64, MultiplexedConnection),
    /// Redis is not available; the probe is trying to connect. The number is that of the last connection.
    Open(u64),
}

impl Breaker {
    pub(super) fn new(client: Client) -> Self {
        Self {
            client,
            state: Mutex::new(State::New),
            late: Mutex::default(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn late(&self) -> MutexGuard<'_, BTreeSet<String>> {
        self.late.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn is_closed(&self) -> bool {
        matches!(*self.state(), State::Closed(..))
    }

    /// Connects, unless that has been tried.
    pub(super) async fn connect(self: &Arc<Self>) {
        if !matches!(*self.state(), State::New) {
            return;
        }
        match self.open_connection().await {
            Ok(connection) => *self.state() = State::Closed(1, connection),
            Err(error) => self.trip(0, &error),
        }
    }

    /// Sends a command.
    pub(super) async fn send(self: &Arc<Self>, command: &Cmd) -> Result<Value, RedisError> {
        self.connect().await;
        let (number, mut connection) = match &*self.state() {
            State::Closed(number, connection) => (*number, connection.clone()),
            State::Open(_) | State::New => return Err(RedisError::new("Redis is not available")),
        };
        let sent = timeout(COMMAND, connection.send_packed_command(command)).await;
        let error = match sent.map(|value| value.and_then(Value::extract_error)) {
            Ok(Ok(value)) => return Ok(value),
            // The command is wrong, or its key has a value of another type.
            Ok(Err(error)) if is_mistake(&error) => return Err(error.into()),
            Ok(Err(error)) => error.to_string(),
            Err(_) => format!("no response in {} ms", COMMAND.as_millis()),
        };
        self.trip(number, &error);
        Err(RedisError::new(format!("Redis is not available: {error}")))
    }

    /// Deletes keys, now or before anything else is done once Redis is available again.
    pub(super) async fn delete_surely(self: &Arc<Self>, keys: Vec<String>) {
        let mut command = Cmd::new();
        command.arg("DEL").arg(&keys);
        if self.send(&command).await.is_ok() {
            return;
        }
        let mut late = self.late();
        if late.len() + keys.len() > MAX_LATE {
            drop(late);
            tracing::error!("too many invalidations wait for Redis: some are lost");
            crate::log::to_stderr(format_args!(
                "ERROR too many invalidations wait for Redis: some are lost"
            ));
            return;
        }
        late.extend(keys);
    }

    /// Opens the breaker, if it is still closed with this connection, and starts the probe.
    fn trip(self: &Arc<Self>, number: u64, error: &str) {
        {
            let mut state = self.state();
            match &*state {
                State::Closed(current, _) if *current == number => {}
                State::New => {}
                State::Closed(..) | State::Open(_) => return,
            }
            *state = State::Open(number);
        }
        tracing::error!(error, "Redis is not available");
        crate::log::to_stderr(format_args!("ERROR Redis is not available: {error}"));
        if let Ok(runtime) = Handle::try_current() {
            drop(runtime.spawn(probe(Arc::downgrade(self))));
        }
    }

    /// Connects, and does what had to wait.
    async fn open_connection(&self) -> Result<MultiplexedConnection, String> {
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(PROBE))
            .set_response_timeout(Some(PROBE));
        let connect = self
            .client
            .get_multiplexed_async_connection_with_config(&config);
        let connection = timeout(PROBE, connect).await;
        let connection = connection.map_err(|_| "no connection in a second".to_owned())?;
        let mut connection = connection.map_err(|error| error.to_string())?;
        // A server that only reads, or whose memory is full, answers a `PING`.
        let mut write = Cmd::new();
        write
            .arg("SET")
            .arg("fastrs:probe")
            .arg("1")
            .arg("PX")
            .arg(1);
        let late = self.late().clone();
        let mut delete = Cmd::new();
        delete.arg("DEL").arg(&late);
        let delete = (!late.is_empty()).then_some(delete);
        for command in [Some(write), delete].iter().flatten() {
            let sent = timeout(PROBE, connection.send_packed_command(command)).await;
            let sent = sent.map_err(|_| "no response in a second".to_owned())?;
            let value = sent.and_then(Value::extract_error);
            value.map_err(|error| error.to_string())?;
        }
        self.late().retain(|key| !late.contains(key));
        Ok(connection)
    }
}

/// Returns whether Redis works, and has rejected the command itself.
fn is_mistake(error: &redis::RedisError) -> bool {
    matches!(error.code(), Some("WRONGTYPE" | "ERR" | "NOSCRIPT"))
}

/// Connects again, until that succeeds or the breaker is gone.
async fn probe(breaker: Weak<Breaker>) {
    let mut pause = PAUSE;
    loop {
        sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
        let Some(breaker) = breaker.upgrade() else {
            return;
        };
        let Ok(connection) = breaker.open_connection().await else {
            continue;
        };
        let mut state = breaker.state();
        if let State::Open(number) = *state {
            *state = State::Closed(number + 1, connection);
        }
        drop(state);
        tracing::info!("Redis is available again");
        crate::log::to_stderr(format_args!("INFO Redis is available again"));
        return;
    }
}

/// Shows no URL, which may contain a password.
impl fmt::Debug for Breaker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Breaker")
            .field("is_closed", &self.is_closed())
            .finish_non_exhaustive()
    }
}
