//! The threads that hash.

use std::{sync::Arc, thread};

use tokio::sync::{Semaphore, oneshot};

use super::PasswordError;

/// Runs jobs on threads, with a limit on how many run at once and on how many wait.
///
/// Each job has a thread of its own, since starting one takes next to no time compared with a hash. So the memory that
/// an allocator keeps for each thread does not grow beyond that of the jobs that run at once.
#[derive(Clone)]
pub(super) struct Workers {
    threads: usize,
    queue: usize,
    /// A permit for each job that may run. It waits for one in its caller, so the job of a caller that goes away is
    /// gone.
    running: Arc<Semaphore>,
    /// A permit for each job that may run or wait.
    admitted: Arc<Semaphore>,
}

impl Workers {
    pub(super) fn new(threads: usize, queue: usize) -> Self {
        let threads = threads.clamp(1, Semaphore::MAX_PERMITS);
        let queue = queue.min(Semaphore::MAX_PERMITS - threads);
        Self {
            threads,
            queue,
            running: Arc::new(Semaphore::new(threads)),
            admitted: Arc::new(Semaphore::new(threads + queue)),
        }
    }

    pub(super) fn threads(&self) -> usize {
        self.threads
    }

    pub(super) fn queue(&self) -> usize {
        self.queue
    }

    pub(super) async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, PasswordError> {
        let admitted = Arc::clone(&self.admitted).try_acquire_owned();
        let admitted = admitted.map_err(|_| PasswordError::busy())?;
        let running = Arc::clone(&self.running).acquire_owned().await;
        let permits = (admitted, running.map_err(PasswordError::failed)?);
        let (reply, result) = oneshot::channel();
        let run = move || {
            if reply.is_closed() {
                return;
            }
            let value = job();
            // This comes before the reply, so that there is room for the next call of whoever receives it.
            drop(permits);
            let _ = reply.send(value);
        };
        let thread = thread::Builder::new().name("fastrs-password".into());
        thread.spawn(run).map_err(PasswordError::failed)?;
        result.await.map_err(PasswordError::failed)
    }
}
