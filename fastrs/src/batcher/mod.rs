//! Calls that are handed to a function together.

mod error;
mod outputs;
mod queue;
mod worker;

pub use error::BatchError;
pub use outputs::BatchOutputs;

use std::{fmt, future::Future, sync::Arc, time::Duration};

#[cfg(feature = "metrics")]
use crate::metrics::{BatchCounts, Metrics};

use self::{
    queue::{Handle, Queue, Run, Waiting},
    worker::{run_async, run_blocking},
};

/// How many inputs a batch has at most, unless the batcher says otherwise.
const MAX_BATCH: usize = 32;

/// How long a worker waits for more inputs, unless the batcher says otherwise.
const MAX_DELAY: Duration = Duration::from_millis(2);

/// How many inputs wait at most, unless the batcher says otherwise.
const MAX_QUEUE: usize = 1000;

/// Collects the inputs of calls that arrive at about the same time, and hands them to one function: to a model that
/// predicts for 32 inputs in little more time than for one, or to a database that answers 32 questions at once.
///
/// ```
/// use fastrs::prelude::*;
/// use fastrs::{BatchError, Batcher};
///
/// # struct Model;
/// # impl Model {
/// #     fn load(_: &str) -> Result<Self> { Ok(Self) }
/// #     fn predict(&self, inputs: &[f32]) -> Vec<f32> { inputs.iter().map(|input| input * 2.0).collect() }
/// # }
/// #[dependency(scope = "app")]
/// async fn model() -> Result<Batcher<f32, f32>> {
///     let model = Model::load("prices.onnx")?;
///     Ok(Batcher::new(move |inputs: Vec<f32>| model.predict(&inputs)).max_batch(64))
/// }
///
/// #[get("/predict")]
/// async fn predict(area: f32, #[depends(model)] model: &Batcher<f32, f32>) -> Result<f32, BatchError> {
///     model.call(area).await
/// }
///
/// # fastrs::block_on(async {
/// # use fastrs::testing::TestClient;
/// let client = TestClient::start(App::new("Prices", "1.0.0").routes(routes![predict])).await;
/// assert_eq!(client.get("/predict?area=2.5").await.text(), "5.0");
/// # });
/// ```
///
/// There is one worker. Whatever is queued when it becomes free is the next batch, up to [`max_batch`](Self::max_batch).
/// If that is less than the last batch had, it waits up to [`max_delay`](Self::max_delay) for as many. So a call that
/// comes alone does not wait, and under load, batches grow by themselves.
///
/// | setting | default |
/// |---|---|
/// | [`max_batch`](Self::max_batch) | 32 inputs |
/// | [`max_delay`](Self::max_delay) | 2 ms |
/// | [`max_queue`](Self::max_queue) | 1000 inputs |
///
/// The input of a call that is dropped before its batch begins is left out of it. If the function panics, the calls of
/// that batch fail with a 500, and the next batch is run as usual. A clone is a handle to the same worker, which ends when
/// the last handle is dropped. An app drops its app-scoped values after the last request, so a shutdown loses no call.
pub struct Batcher<In, Out> {
    handle: Arc<Handle<In, Out>>,
}

impl<In: Send + 'static, Out: Send + 'static> Batcher<In, Out> {
    /// Creates a batcher with a function that computes, or blocks. It runs on a thread of its own, which is started by
    /// the first call.
    ///
    /// The function returns an output for each input, in the same order: a `Vec<Out>`, a `Vec<Result<Out, E>>` if a
    /// single input can fail, or a `Result<Vec<Out>, E>` if a batch can fail as a whole. Errors are converted as by `?`.
    pub fn new<R: BatchOutputs<Out>>(run: impl FnMut(Vec<In>) -> R + Send + 'static) -> Self {
        Self::of(Box::new(move |queue| run_blocking(queue, run)))
    }

    /// Creates a batcher with a function that waits, for example for a database or another server. It runs on the
    /// runtime of the first call.
    ///
    /// ```
    /// use fastrs::prelude::*;
    /// use fastrs::Batcher;
    ///
    /// # async fn find_names(ids: Vec<u64>) -> Result<Vec<Option<String>>> {
    /// #     Ok(ids.into_iter().map(|id| Some(format!("name {id}"))).collect())
    /// # }
    /// #[dependency(scope = "app")]
    /// async fn names() -> Batcher<u64, Option<String>> {
    ///     // SELECT id, name FROM users WHERE id IN (..)
    ///     Batcher::new_async(|ids| find_names(ids))
    /// }
    /// # fastrs::block_on(async { assert_eq!(names().await.call(7).await.unwrap().as_deref(), Some("name 7")); });
    /// ```
    pub fn new_async<R, F>(run: impl FnMut(Vec<In>) -> F + Send + 'static) -> Self
    where
        R: BatchOutputs<Out> + Send + 'static,
        F: Future<Output = R> + Send + 'static,
    {
        Self::of(Box::new(move |queue| run_async(queue, run)))
    }

    fn of(run: Run<In, Out>) -> Self {
        Self {
            handle: Arc::new(Handle::new(
                Queue::new(MAX_BATCH, MAX_DELAY, MAX_QUEUE),
                run,
            )),
        }
    }

    /// Sets the maximum number of inputs in a batch, at least 1. Call it before the first call.
    #[must_use]
    pub fn max_batch(self, inputs: usize) -> Self {
        self.handle.queue.lock().max_batch = inputs.max(1);
        self
    }

    /// Sets how long the worker waits for more inputs once it is free, if fewer are queued than the last batch had. With
    /// `Duration::ZERO`, it never waits.
    #[must_use]
    pub fn max_delay(self, delay: Duration) -> Self {
        self.handle.queue.lock().max_delay = delay;
        self
    }

    /// Sets how many inputs may wait for their batch. A call beyond that fails with a 503.
    #[must_use]
    pub fn max_queue(self, inputs: usize) -> Self {
        self.handle.queue.lock().max_queue = inputs;
        self
    }

    /// Adds its numbers to the app's metrics: how many inputs are queued (`fastrs_batch_queue`) and have been refused
    /// (`fastrs_batch_refused_total`), and how many a batch has (`fastrs_batch_size`, a histogram). They have the label
    /// `batcher` with this name, by which batchers are told apart.
    ///
    /// ```
    /// use fastrs::prelude::*;
    /// use fastrs::{Batcher, Metrics};
    ///
    /// #[dependency(scope = "app")]
    /// async fn metrics() -> Metrics;
    ///
    /// #[dependency(scope = "app")]
    /// async fn model(#[depends(metrics)] metrics: &Metrics) -> Batcher<f32, f32> {
    ///     Batcher::new(|inputs: Vec<f32>| inputs).metrics(metrics, "prices")
    /// }
    ///
    /// fn app() -> App {
    ///     let counted = Metrics::new();
    ///     App::new("Prices", "1.0.0").provide::<metrics>(counted.clone()).metrics(counted)
    /// }
    /// ```
    #[cfg(feature = "metrics")]
    #[must_use]
    pub fn metrics(self, metrics: &Metrics, name: impl Into<String>) -> Self {
        let counts = Arc::new(BatchCounts::default());
        metrics.add_batcher(name.into(), counts.clone());
        self.handle.queue.lock().counts = counts;
        self
    }

    /// Returns the output for an input.
    ///
    /// If the future is dropped before the batch begins, the input is left out of it.
    ///
    /// # Errors
    ///
    /// Fails with the function's error for this input; with a 503 if too many inputs are waiting; and with a 500 if the
    /// function panics or returns the wrong number of outputs, whose text is only logged.
    pub async fn call(&self, input: In) -> Result<Out, BatchError> {
        self.handle.push(input)?.output().await
    }

    /// Returns the outputs for several inputs, in their order. They share batches with the inputs of other calls.
    ///
    /// # Errors
    ///
    /// Fails like [`call`](Self::call), with the error of the first input that has one, or with a 503 if not all inputs
    /// may wait.
    pub async fn call_all(&self, inputs: Vec<In>) -> Result<Vec<Out>, BatchError> {
        let all: Vec<Waiting<In, Out>> = self.handle.push_all(inputs)?;
        let mut outputs = Vec::with_capacity(all.len());
        for waiting in all {
            outputs.push(waiting.output().await?);
        }
        Ok(outputs)
    }
}

impl<In, Out> Clone for Batcher<In, Out> {
    fn clone(&self) -> Self {
        Self {
            handle: self.handle.clone(),
        }
    }
}

impl<In, Out> fmt::Debug for Batcher<In, Out> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.handle.queue.lock();
        f.debug_struct("Batcher")
            .field("max_batch", &state.max_batch)
            .field("max_delay", &state.max_delay)
            .field("max_queue", &state.max_queue)
            .field("queued", &state.jobs.len())
            .finish_non_exhaustive()
    }
}
