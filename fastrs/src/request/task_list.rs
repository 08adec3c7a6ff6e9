//! The background tasks of a request.

use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
};

use super::BoxFuture;

/// The tasks that have not been started.
#[derive(Default)]
pub(crate) struct TaskList(Mutex<Waiting>);

#[derive(Default)]
struct Waiting {
    tasks: VecDeque<BoxFuture<'static, ()>>,
    ended: bool,
}

impl TaskList {
    /// Adds a task. Returns whether it will run: after the last task has ended, nothing starts another.
    pub(crate) fn add(&self, task: BoxFuture<'static, ()>) -> bool {
        let mut waiting = self.lock();
        if !waiting.ended {
            waiting.tasks.push_back(task);
        }
        !waiting.ended
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.lock().tasks.is_empty()
    }

    /// Returns the next task. After the last one, the list takes no more.
    pub(crate) fn next(&self) -> Option<BoxFuture<'static, ()>> {
        let mut waiting = self.lock();
        let next = waiting.tasks.pop_front();
        waiting.ended = next.is_none();
        next
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
