//! Lines that a test's handlers and dependencies record, for the test to read.

use std::sync::Arc;

use fastrs::{Failure, Outcome, ValidationError, dependency, get, response::Sse};
use tokio::sync::{Semaphore, watch};

/// What happened, in order. Each test gives its app its own journal: `App::provide::<journal>(..)`.
#[derive(Clone, Debug)]
pub(crate) struct Journal(Arc<watch::Sender<Vec<String>>>);

impl Journal {
    pub(crate) fn new() -> Self {
        Self(Arc::new(watch::Sender::new(Vec::new())))
    }

    pub(crate) fn write(&self, line: impl Into<String>) {
        self.0.send_modify(|lines| lines.push(line.into()));
    }

    /// Returns all lines since the last call.
    pub(crate) fn take(&self) -> Vec<String> {
        self.0.send_replace(Vec::new())
    }

    /// Returns how often a line was written.
    pub(crate) fn count(&self, line: &str) -> usize {
        self.0
            .borrow()
            .iter()
            .filter(|known| *known == line)
            .count()
    }

    /// Waits until a line is written.
    pub(crate) async fn until(&self, line: &str) {
        let mut lines = self.0.subscribe();
        let written = lines.wait_for(|lines| lines.iter().any(|known| known == line));
        written.await.map(drop).expect("the app has a journal");
    }
}

#[dependency(scope = "app")]
pub(crate) async fn journal() -> Journal;

/// Blocks a handler until the test opens it.
#[derive(Clone, Debug)]
pub(crate) struct Gate(Arc<Semaphore>);

impl Gate {
    pub(crate) fn closed() -> Self {
        Self(Arc::new(Semaphore::new(0)))
    }

    pub(crate) fn open(&self) {
        self.0.add_permits(1);
    }

    pub(crate) async fn pass(&self) {
        let permit = self.0.acquire().await.expect("the gate is never removed");
        permit.forget();
    }
}

#[dependency(scope = "app")]
pub(crate) async fn gate() -> Gate;

/// Sends an event, and the next one when the gate opens.
#[get("/events")]
pub(crate) async fn events(#[depends(gate)] gate: &Gate) -> Sse<u32> {
    let gate = gate.clone();
    Sse::generate(|out| async move {
        out.send(1).await?;
        gate.pass().await;
        out.send(2).await?;
        Ok(())
    })
}

/// Returns an outcome as a word.
pub(crate) fn told(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Success => "success".to_owned(),
        Outcome::Failure(failure) => reason(failure),
    }
}

fn reason(failure: &Failure) -> String {
    if failure.is_aborted() {
        "aborted".to_owned()
    } else if failure.is_panic() {
        "panic".to_owned()
    } else if failure.is::<ValidationError>() {
        "invalid".to_owned()
    } else {
        failure.status().as_u16().to_string()
    }
}
