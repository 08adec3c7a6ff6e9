//! The inputs that wait for their batch.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{
    sync::{Notify, oneshot},
    time::timeout,
};

use super::BatchError;
#[cfg(feature = "metrics")]
use crate::metrics::BatchCounts;

/// What the handles and the worker share.
pub(super) struct Queue<In, Out> {
    state: Mutex<State<In, Out>>,
    /// Wakes the worker when `wanted` inputs are queued, and when no more will come.
    ready: Notify,
}

pub(super) struct State<In, Out> {
    pub(super) jobs: VecDeque<Job<In, Out>>,
    pub(super) max_batch: usize,
    pub(super) max_delay: Duration,
    pub(super) max_queue: usize,
    #[cfg(feature = "metrics")]
    pub(super) counts: Arc<BatchCounts>,
    /// The number of the next input.
    next_id: u64,
    /// How many inputs the worker waits for; `usize::MAX` while it runs a batch.
    wanted: usize,
    /// How many inputs the last batch had.
    last_batch: usize,
    /// Whether the last handle is gone, or the worker.
    is_closed: bool,
}

/// An input, and where its output is sent.
pub(super) struct Job<In, Out> {
    id: u64,
    pub(super) input: In,
    pub(super) reply: Reply<Out>,
}

pub(super) type Reply<Out> = oneshot::Sender<Result<Out, BatchError>>;

impl<In, Out> Queue<In, Out> {
    pub(super) fn new(max_batch: usize, max_delay: Duration, max_queue: usize) -> Self {
        Self {
            state: Mutex::new(State {
                jobs: VecDeque::new(),
                max_batch,
                max_delay,
                max_queue,
                #[cfg(feature = "metrics")]
                counts: Arc::default(),
                next_id: 0,
                wanted: usize::MAX,
                last_batch: 1,
                is_closed: false,
            }),
            ready: Notify::new(),
        }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State<In, Out>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for the next batch; `None` if no more inputs will come.
    pub(super) async fn next_batch(&self) -> Option<Vec<Job<In, Out>>> {
        loop {
            if !self.wait_for(1).await {
                return None;
            }
            let (target, max_delay) = {
                let state = self.lock();
                (state.last_batch.min(state.max_batch), state.max_delay)
            };
            if target > 1 && !max_delay.is_zero() {
                // Once the time is over, the batch is what has come.
                let _ = timeout(max_delay, self.wait_for(target)).await;
            }
            let batch = self.lock().take_batch();
            // The calls may have been dropped meanwhile.
            if !batch.is_empty() {
                return Some(batch);
            }
        }
    }

    /// Waits until so many inputs are queued. Returns whether any is.
    async fn wait_for(&self, inputs: usize) -> bool {
        loop {
            let ready = self.ready.notified();
            {
                let mut state = self.lock();
                if state.jobs.len() >= inputs || state.is_closed {
                    return !state.jobs.is_empty();
                }
                state.wanted = inputs;
            }
            ready.await;
        }
    }

    fn close(&self) {
        let left = {
            let mut state = self.lock();
            state.is_closed = true;
            std::mem::take(&mut state.jobs)
        };
        self.ready.notify_one();
        // Outside the lock, because it wakes their calls.
        drop(left);
    }

    /// Removes an input whose call is gone.
    fn remove(&self, id: u64) {
        let mut state = self.lock();
        let found = state.jobs.iter().position(|job| job.id == id);
        let job = found.and_then(|at| state.jobs.remove(at));
        state.count_queued();
        drop(state);
        // Outside the lock, because dropping an input runs other code.
        drop(job);
    }
}

impl<In, Out> State<In, Out> {
    fn take_batch(&mut self) -> Vec<Job<In, Out>> {
        let count = self.jobs.len().min(self.max_batch);
        let batch: Vec<_> = self.jobs.drain(..count).collect();
        self.wanted = usize::MAX;
        self.last_batch = count;
        self.count_queued();
        #[cfg(feature = "metrics")]
        if count > 0 {
            self.counts.observe(count);
        }
        batch
    }

    fn count_queued(&self) {
        #[cfg(feature = "metrics")]
        self.counts.set_queued(self.jobs.len());
    }
}

/// Starts a worker.
pub(super) type Run<In, Out> = Box<dyn FnOnce(Worker<In, Out>) -> Result<(), BatchError> + Send>;

/// A handle to a queue, and the worker, until the first call starts it.
pub(super) struct Handle<In, Out> {
    pub(super) queue: Arc<Queue<In, Out>>,
    run: Mutex<Option<Run<In, Out>>>,
}

impl<In, Out> Handle<In, Out> {
    pub(super) fn new(queue: Queue<In, Out>, run: Run<In, Out>) -> Self {
        Self {
            queue: Arc::new(queue),
            run: Mutex::new(Some(run)),
        }
    }

    /// Adds an input to the queue.
    pub(super) fn push(&self, input: In) -> Result<Waiting<In, Out>, BatchError> {
        let mut state = self.admit(1)?;
        let waiting = self.add(&mut state, input);
        self.announce(state);
        Ok(waiting)
    }

    /// Adds inputs to the queue, all of them or none.
    pub(super) fn push_all(&self, inputs: Vec<In>) -> Result<Vec<Waiting<In, Out>>, BatchError> {
        let mut state = self.admit(inputs.len())?;
        let add = |input| self.add(&mut state, input);
        let all = inputs.into_iter().map(add).collect();
        self.announce(state);
        Ok(all)
    }

    /// Starts the worker if necessary, and makes sure that there is room for the inputs.
    fn admit(&self, inputs: usize) -> Result<MutexGuard<'_, State<In, Out>>, BatchError> {
        self.start()?;
        let state = self.queue.lock();
        if state.is_closed {
            return Err(BatchError::failed("its worker has stopped"));
        }
        if inputs > state.max_queue.saturating_sub(state.jobs.len()) {
            #[cfg(feature = "metrics")]
            state.counts.refuse(inputs);
            return Err(BatchError::busy());
        }
        Ok(state)
    }

    fn add(&self, state: &mut State<In, Out>, input: In) -> Waiting<In, Out> {
        let (reply, output) = oneshot::channel();
        let id = state.next_id;
        state.next_id += 1;
        state.jobs.push_back(Job { id, input, reply });
        Waiting {
            queue: self.queue.clone(),
            id,
            output,
            is_done: false,
        }
    }

    /// Wakes the worker if what it waits for has come.
    fn announce(&self, state: MutexGuard<'_, State<In, Out>>) {
        state.count_queued();
        let is_ready = state.jobs.len() >= state.wanted;
        drop(state);
        if is_ready {
            self.queue.ready.notify_one();
        }
    }

    /// Starts the worker, unless it has been started.
    fn start(&self) -> Result<(), BatchError> {
        let run = self
            .run
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        match run {
            Some(run) => run(Worker(self.queue.clone())),
            None => Ok(()),
        }
    }
}

/// No calls are waiting: each of them borrows a handle.
impl<In, Out> Drop for Handle<In, Out> {
    fn drop(&mut self) {
        self.queue.close();
    }
}

/// The worker's end of a queue. If a worker stops for any reason, the calls that wait for it fail.
pub(super) struct Worker<In, Out>(Arc<Queue<In, Out>>);

impl<In, Out> Worker<In, Out> {
    pub(super) async fn next_batch(&self) -> Option<Vec<Job<In, Out>>> {
        self.0.next_batch().await
    }
}

impl<In, Out> Drop for Worker<In, Out> {
    fn drop(&mut self) {
        self.0.close();
    }
}

/// A call that waits for its output.
pub(super) struct Waiting<In, Out> {
    queue: Arc<Queue<In, Out>>,
    id: u64,
    output: oneshot::Receiver<Result<Out, BatchError>>,
    is_done: bool,
}

impl<In, Out> Waiting<In, Out> {
    pub(super) async fn output(mut self) -> Result<Out, BatchError> {
        let output = (&mut self.output).await;
        self.is_done = true;
        output.unwrap_or_else(|_| Err(BatchError::failed("its worker has stopped")))
    }
}

impl<In, Out> Drop for Waiting<In, Out> {
    fn drop(&mut self) {
        if !self.is_done {
            self.queue.remove(self.id);
        }
    }
}
