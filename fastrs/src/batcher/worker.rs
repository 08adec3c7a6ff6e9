//! The worker of a batcher: a thread, or a task.

use std::{
    future::Future,
    panic::{AssertUnwindSafe, catch_unwind},
    thread,
};

use tokio::runtime::{Builder, Handle as Runtime};

use super::{
    BatchError, BatchOutputs,
    queue::{Job, Reply, Worker},
};
use crate::request::Panic;

/// Starts a thread that runs batches.
pub(super) fn run_blocking<In, Out, R>(
    worker: Worker<In, Out>,
    mut run: impl FnMut(Vec<In>) -> R + Send + 'static,
) -> Result<(), BatchError>
where
    In: Send + 'static,
    Out: Send + 'static,
    R: BatchOutputs<Out>,
{
    // Only for waiting. The function runs outside of it, so that it may use a runtime of its own.
    let runtime = Builder::new_current_thread().enable_time().build();
    let runtime = runtime.map_err(BatchError::failed)?;
    let work = move || {
        while let Some(batch) = runtime.block_on(worker.next_batch()) {
            let (inputs, replies) = split(batch);
            let count = inputs.len();
            // After a panic, the next batch is as likely to succeed as after an error.
            let results = catch_unwind(AssertUnwindSafe(|| run(inputs).into_results()));
            let results = results.unwrap_or_else(|payload| Err(panicked(payload)));
            reply(replies, checked(results, count));
        }
    };
    let thread = thread::Builder::new().name("fastrs-batcher".to_owned());
    thread.spawn(work).map_err(BatchError::failed)?;
    Ok(())
}

/// Starts a task that runs batches.
pub(super) fn run_async<In, Out, R, F>(
    worker: Worker<In, Out>,
    mut run: impl FnMut(Vec<In>) -> F + Send + 'static,
) -> Result<(), BatchError>
where
    In: Send + 'static,
    Out: Send + 'static,
    R: BatchOutputs<Out> + Send + 'static,
    F: Future<Output = R> + Send + 'static,
{
    let runtime = Runtime::try_current().map_err(BatchError::failed)?;
    runtime.spawn(async move {
        while let Some(batch) = worker.next_batch().await {
            let (inputs, replies) = split(batch);
            let count = inputs.len();
            let begun = catch_unwind(AssertUnwindSafe(|| run(inputs)));
            let results = match begun {
                // In a task of its own, so that a panic ends only this batch.
                Ok(future) => match tokio::spawn(future).await {
                    Ok(outputs) => outputs.into_results(),
                    Err(error) => Err(match error.try_into_panic() {
                        Ok(payload) => panicked(payload),
                        Err(error) => BatchError::failed(error),
                    }),
                },
                Err(payload) => Err(panicked(payload)),
            };
            reply(replies, checked(results, count));
        }
    });
    Ok(())
}

fn split<In, Out>(batch: Vec<Job<In, Out>>) -> (Vec<In>, Vec<Reply<Out>>) {
    batch.into_iter().map(|job| (job.input, job.reply)).unzip()
}

fn panicked(payload: Box<dyn std::any::Any + Send>) -> BatchError {
    let Panic(text) = Panic::from_payload(payload);
    BatchError::failed(format_args!("its function panicked: {text}"))
}

type Results<Out> = Result<Vec<Result<Out, BatchError>>, BatchError>;

/// Checks that there is a result for each input.
fn checked<Out>(results: Results<Out>, inputs: usize) -> Results<Out> {
    let results = results?;
    match results.len() {
        outputs if outputs == inputs => Ok(results),
        outputs => Err(BatchError::failed(format_args!(
            "its function returned {outputs} outputs for {inputs} inputs, but has to return one for each, in their order"
        ))),
    }
}

/// Sends the results. A call that is gone does not receive its own.
fn reply<Out>(replies: Vec<Reply<Out>>, results: Results<Out>) {
    match results {
        Ok(results) => {
            for (reply, result) in replies.into_iter().zip(results) {
                let _ = reply.send(result);
            }
        }
        Err(error) => {
            for reply in replies {
                let _ = reply.send(Err(error.clone()));
            }
        }
    }
}
