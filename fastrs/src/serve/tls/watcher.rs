//! Reads certificates again when their files change, or on SIGHUP.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread::{self, Thread};
use std::time::Duration;

use super::certificates::Certificates;
#[cfg(unix)]
use crate::request::BoxFuture;

/// How often the files are looked at. A thread does so, since a timer on the runtime would cost every request.
const INTERVAL: Duration = Duration::from_secs(1);

impl Certificates {
    /// Reads the certificates again whenever their files change, until the returned guard is dropped.
    pub(in crate::serve) fn watch(self: &Arc<Self>) -> io::Result<Watcher> {
        let certificates = Arc::clone(self);
        let stops = Arc::new(AtomicBool::new(false));
        let watch: Box<dyn FnOnce() + Send> = Box::new({
            let stops = Arc::clone(&stops);
            move || certificates.follow_files(&stops)
        });
        let name = "fastrs-certificates".to_owned();
        let thread = thread::Builder::new().name(name).spawn(watch)?;
        Ok(Watcher {
            stops,
            thread: thread.thread().clone(),
        })
    }

    fn follow_files(&self, stops: &AtomicBool) {
        let (_, mut before) = self.versions();
        while !stops.load(Relaxed) {
            thread::park_timeout(INTERVAL);
            let (used, now) = self.versions();
            // A certificate and its key are replaced one after the other. Once nothing changes, both have been.
            if now != used && now == before {
                self.reload();
            }
            before = now;
        }
    }

    /// Reads the certificates again each time the process receives SIGHUP, until the returned guard is dropped.
    #[cfg(unix)]
    pub(crate) fn reload_on_hangup(self: &Arc<Self>) -> io::Result<Hangup> {
        use tokio::signal::unix::{SignalKind, signal};
        let mut signals = signal(SignalKind::hangup())?;
        let certificates = Arc::clone(self);
        let listening: BoxFuture<'static, ()> = Box::pin(async move {
            while signals.recv().await.is_some() {
                let certificates = Arc::clone(&certificates);
                // Reading files blocks.
                let reload = tokio::task::spawn_blocking(move || certificates.reload());
                reload.await.ok();
            }
        });
        Ok(Hangup(tokio::spawn(listening).abort_handle()))
    }
}

/// Keeps the thread that looks at the files running.
#[derive(Debug)]
pub(in crate::serve) struct Watcher {
    stops: Arc<AtomicBool>,
    thread: Thread,
}

impl Drop for Watcher {
    fn drop(&mut self) {
        self.stops.store(true, Relaxed);
        self.thread.unpark();
    }
}

/// Keeps the task that waits for SIGHUP running.
#[cfg(unix)]
#[derive(Debug)]
pub(crate) struct Hangup(tokio::task::AbortHandle);

#[cfg(unix)]
impl Drop for Hangup {
    fn drop(&mut self) {
        self.0.abort();
    }
}
