//! `Batcher`: calls that are handed to a function together.

mod http;

use std::{
    sync::{Arc, Mutex, mpsc},
    time::Duration,
};

use fastrs::{BatchError, Batcher, HttpError};
use tokio::task::JoinHandle;

use crate::waiting::{soon, until, until_idle};

/// Longer than any test waits.
const FOREVER: Duration = Duration::from_secs(3600);

type Doubler = Batcher<u64, u64>;

/// A model whose batches begin when the test says so.
#[derive(Clone)]
struct Gate {
    open: mpsc::Sender<()>,
    batches: Arc<Mutex<Vec<Vec<u64>>>>,
}

impl Gate {
    /// Returns a batcher that doubles its inputs, and its gate.
    fn new() -> (Doubler, Self) {
        let (open, opened) = mpsc::channel();
        let batches = Arc::new(Mutex::new(Vec::new()));
        let gate = Self {
            open,
            batches: batches.clone(),
        };
        let run = move |inputs: Vec<u64>| {
            batches.lock().unwrap().push(inputs.clone());
            opened.recv().unwrap();
            inputs
                .into_iter()
                .map(|input| input * 2)
                .collect::<Vec<_>>()
        };
        (Batcher::new(run).max_delay(Duration::ZERO), gate)
    }

    fn batches(&self) -> Vec<Vec<u64>> {
        self.batches.lock().unwrap().clone()
    }

    /// Waits until the function has been called so often.
    async fn begun(&self, batches: usize) {
        until(async || self.batches().len() >= batches).await;
    }

    fn open(&self, batches: usize) {
        (0..batches).for_each(|_| self.open.send(()).unwrap());
    }
}

type Call = JoinHandle<Result<u64, BatchError>>;

/// Calls a batcher with each input, in order, and returns when all of them are queued.
async fn call_each(batcher: &Doubler, inputs: impl IntoIterator<Item = u64>) -> Vec<Call> {
    let mut calls = Vec::new();
    for input in inputs {
        let batcher = batcher.clone();
        calls.push(tokio::spawn(async move { batcher.call(input).await }));
    }
    until_idle().await;
    calls
}

async fn outputs(calls: Vec<Call>) -> Vec<u64> {
    let mut outputs = Vec::new();
    for call in calls {
        outputs.push(soon(call).await.unwrap().unwrap());
    }
    outputs
}

#[tokio::test]
async fn what_is_queued_when_the_worker_is_free_is_a_batch() {
    let (batcher, gate) = Gate::new();
    let mut calls = call_each(&batcher, [0]).await;
    gate.begun(1).await;
    calls.extend(call_each(&batcher, 1..=5).await);
    gate.open(2);
    assert_eq!(outputs(calls).await, [0, 2, 4, 6, 8, 10]);
    assert_eq!(gate.batches(), [vec![0], vec![1, 2, 3, 4, 5]]);
}

#[tokio::test]
async fn a_batch_has_a_maximum_size() {
    let (batcher, gate) = Gate::new();
    let batcher = batcher.max_batch(2);
    let mut calls = call_each(&batcher, [0]).await;
    gate.begun(1).await;
    calls.extend(call_each(&batcher, 1..=5).await);
    gate.open(4);
    assert_eq!(outputs(calls).await, [0, 2, 4, 6, 8, 10]);
    assert_eq!(gate.batches(), [vec![0], vec![1, 2], vec![3, 4], vec![5]]);
}

#[tokio::test]
async fn a_call_that_comes_alone_does_not_wait() {
    let (batcher, gate) = Gate::new();
    let batcher = batcher.max_delay(FOREVER);
    gate.open(2);
    assert_eq!(soon(batcher.call(1)).await.unwrap(), 2);
    assert_eq!(soon(batcher.call(2)).await.unwrap(), 4);
}

#[tokio::test]
async fn the_worker_waits_for_as_many_as_the_last_batch_had() {
    let (batcher, gate) = Gate::new();
    let batcher = batcher.max_delay(FOREVER);
    let mut calls = call_each(&batcher, [0]).await;
    gate.begun(1).await;
    calls.extend(call_each(&batcher, 1..=3).await);
    gate.open(2);
    outputs(calls).await;
    let mut calls = call_each(&batcher, 4..=5).await;
    calls.extend(call_each(&batcher, [6]).await);
    gate.open(1);
    assert_eq!(outputs(calls).await, [8, 10, 12]);
    assert_eq!(gate.batches(), [vec![0], vec![1, 2, 3], vec![4, 5, 6]]);
}

#[tokio::test]
async fn the_worker_waits_no_longer_than_the_delay() {
    let (batcher, gate) = Gate::new();
    let batcher = batcher.max_delay(Duration::from_millis(1));
    let mut calls = call_each(&batcher, [0]).await;
    gate.begun(1).await;
    calls.extend(call_each(&batcher, 1..=3).await);
    gate.open(3);
    outputs(calls).await;
    assert_eq!(soon(batcher.call(4)).await.unwrap(), 8);
}

#[tokio::test]
async fn a_call_that_is_dropped_is_left_out() {
    let (batcher, gate) = Gate::new();
    let batcher = batcher.max_queue(3);
    let first = call_each(&batcher, [0]).await;
    gate.begun(1).await;
    let calls = call_each(&batcher, 1..=3).await;
    assert!(batcher.call(4).await.unwrap_err().is_busy());
    calls[1].abort();
    until_idle().await;
    // There is room again.
    let last = call_each(&batcher, [5]).await;
    // The batch that has begun runs to its end.
    first[0].abort();
    gate.open(2);
    assert_eq!(outputs(last).await, [10]);
    assert_eq!(gate.batches(), [vec![0], vec![1, 3, 5]]);
}

#[tokio::test]
async fn several_inputs_of_one_call_are_queued_together_or_not_at_all() {
    let (batcher, gate) = Gate::new();
    let batcher = batcher.max_queue(4);
    gate.open(1);
    assert_eq!(
        soon(batcher.call_all(vec![3, 1, 2])).await.unwrap(),
        [6, 2, 4]
    );
    assert_eq!(gate.batches(), [vec![3, 1, 2]]);
    assert!(
        batcher
            .call_all((0..5).collect())
            .await
            .unwrap_err()
            .is_busy()
    );
    assert!(batcher.call_all(Vec::new()).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_panic_ends_its_batch_and_not_the_batcher() {
    let blocking: Doubler = Batcher::new(|inputs: Vec<u64>| {
        assert_ne!(inputs, [13], "no luck");
        inputs
    });
    let waiting: Doubler = Batcher::new_async(|inputs: Vec<u64>| async {
        tokio::task::yield_now().await;
        assert_ne!(inputs, [13], "no luck");
        inputs
    });
    let beginning: Doubler = Batcher::new_async(|inputs: Vec<u64>| {
        assert_ne!(inputs, [13], "no luck");
        async { inputs }
    });
    for batcher in [blocking, waiting, beginning] {
        let error = soon(batcher.call(13)).await.unwrap_err();
        assert!(
            error
                .to_string()
                .contains("its function panicked: assertion"),
            "{error}"
        );
        let error = HttpError::from(error);
        assert_eq!(
            (error.status().as_u16(), error.detail()),
            (500, &"Internal Server Error".into())
        );
        assert_eq!(soon(batcher.call(14)).await.unwrap(), 14);
    }
}

#[tokio::test]
async fn a_wrong_number_of_outputs_is_an_error_that_says_so() {
    let batcher: Doubler = Batcher::new(|inputs: Vec<u64>| vec![1; inputs.len() - 1]);
    let error = soon(batcher.call_all(vec![1, 2, 3])).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "a batch has failed: its function returned 2 outputs for 3 inputs, but has to return one for each, in their order"
    );
}

#[tokio::test]
async fn an_input_or_a_batch_can_fail() {
    let odd: Doubler = Batcher::new(|inputs: Vec<u64>| -> Vec<Result<u64, String>> {
        let double = |input: u64| match input % 2 {
            0 => Ok(input * 2),
            _ => Err(format!("{input} is odd")),
        };
        inputs.into_iter().map(double).collect()
    });
    assert_eq!(soon(odd.call(2)).await.unwrap(), 4);
    let (one, two) = tokio::join!(odd.call(1), odd.call(4));
    assert_eq!(two.unwrap(), 8);
    let error = HttpError::from(one.unwrap_err());
    assert_eq!(error.status(), 500);
    let down: Doubler =
        Batcher::new_async(|_| async { Err(HttpError::new(502, "the model is down")) });
    for error in [
        down.call(1).await.unwrap_err(),
        down.call_all(vec![1, 2]).await.unwrap_err(),
    ] {
        let error = HttpError::from(error);
        assert_eq!(
            (error.status().as_u16(), error.detail()),
            (502, &"the model is down".into())
        );
    }
}

#[test]
fn a_function_may_use_a_runtime_of_its_own() {
    let batcher: Doubler = Batcher::new(|inputs: Vec<u64>| fastrs::block_on(async { inputs }));
    // The worker outlives the runtime of the first call.
    for input in 0..2 {
        assert_eq!(fastrs::block_on(batcher.call(input)).unwrap(), input);
    }
}

#[test]
fn an_async_worker_that_ended_with_its_runtime_fails_its_calls() {
    let batcher: Doubler = Batcher::new_async(|inputs: Vec<u64>| async { inputs });
    assert_eq!(fastrs::block_on(batcher.call(1)).unwrap(), 1);
    let error = fastrs::block_on(batcher.call(2)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "a batch has failed: its worker has stopped"
    );
}

#[tokio::test]
async fn the_worker_ends_with_the_last_handle() {
    let model = Arc::new(());
    let held = model.clone();
    let batcher: Doubler = Batcher::new(move |inputs: Vec<u64>| {
        let _ = &held;
        inputs
    });
    let other = batcher.clone();
    soon(batcher.call(1)).await.unwrap();
    drop(batcher);
    soon(other.call(1)).await.unwrap();
    drop(other);
    until(async || Arc::strong_count(&model) == 1).await;
}
