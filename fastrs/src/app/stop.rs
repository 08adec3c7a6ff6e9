//! Stops a started app: its endless streams, its background tasks, its app-scoped values.

use std::time::Duration;

use tokio::time::timeout;

use super::{AppService, StartError};
use crate::{
    depends::{TeardownLimit, Teardowns},
    request::{BoxFuture, run_until},
    serve::{Cut, Stop},
};

/// How an app that another server calls is stopped.
impl AppService {
    /// Notifies handlers and streams that the server is shutting down: [`Shutdown::requested`] resolves, and a stream
    /// in [`Shutdown::end`] ends. Without this call, a graceful shutdown of the server waits for endless streams.
    ///
    /// [`Shutdown::requested`]: crate::Shutdown::requested
    /// [`Shutdown::end`]: crate::Shutdown::end
    pub fn request_shutdown(&self) {
        self.announce_shutdown();
        self.dispatcher.state.shutdown.send_replace(true);
    }

    /// Makes the app not ready, although it continues to handle requests.
    pub(super) fn announce_shutdown(&self) {
        self.dispatcher.state.work.set_stopping();
    }

    /// Waits for the background tasks, then closes the app-scoped values. Call it when the server has stopped.
    ///
    /// ```
    /// use fastrs::prelude::*;
    ///
    /// # fastrs::__private::block_on(async {
    /// let service = App::new("Shop", "1.0.0").into_service().await.unwrap();
    /// let called_elsewhere = service.clone();
    /// // .. a server calls it, and stops
    /// service.stop().await.unwrap();
    /// # drop(called_elsewhere);
    /// # });
    /// ```
    ///
    /// [`ServeConfig`](crate::ServeConfig) sets the deadlines: `shutdown_timeout` for all background tasks together,
    /// `teardown_timeout` for each value. All clones of the service share the values, so one call is enough. If no
    /// clone is stopped, dropping the last one closes the values in the background, which ends with the runtime.
    ///
    /// # Errors
    ///
    /// Fails if a deadline cut something off, or if something failed to close.
    pub async fn stop(self) -> Result<(), StartError> {
        stop(self).await
    }
}

/// Stops an app. The future is boxed, so that it is compiled with fastrs.
fn stop(service: AppService) -> BoxFuture<'static, Result<(), StartError>> {
    Box::pin(async move {
        service.request_shutdown();
        let Some(lifetime) = service.lifetime.clone() else {
            return Ok(());
        };
        let work = service.dispatcher.state.work.clone();
        let (deadline, each) = (lifetime.config.shutdown(), lifetime.config.teardown());
        let mut problems = Vec::new();
        if timeout(deadline, work.drained()).await.is_err() {
            work.tasks.close();
            if work.exits.running() > 0 {
                problems.push(UNFINISHED_EXITS.to_owned());
            }
            let running = work.tasks.running();
            problems.extend(cut_off(running, "background task", Cut::Deadline));
        }
        // Mounted apps are closed if nothing else uses them.
        drop(service);
        problems.append(&mut close(lifetime.take(), each).await);
        stop_result(problems)
    })
}

/// Closes the app-scoped values, including those of mounted apps, and allows each up to `deadline`.
async fn close(teardowns: Teardowns, deadline: Duration) -> Vec<String> {
    let problems = teardowns.run(TeardownLimit::OwnThread(deadline)).await;
    // Waits for the values of apps that are mounted in other services.
    timeout(deadline, Teardowns::in_background()).await.ok();
    problems
}

/// Closes the app-scoped values. After a second signal, those that remain get only a moment.
pub(super) async fn close_or_give_up(
    teardowns: Teardowns,
    deadline: Duration,
    stop: &Stop,
) -> Vec<String> {
    let closed = run_until(stop.given_up(), close(teardowns, deadline)).await;
    closed.unwrap_or_else(|| {
        vec!["app-scoped dependencies were not closed, because of a second signal".to_owned()]
    })
}

/// The problem to report if exits are still running after their time is up.
pub(super) const UNFINISHED_EXITS: &str =
    "the exits of requests that were cut off did not finish in time";

/// Returns the problem that requests or tasks were cut off, if there were any.
pub(super) fn cut_off(number: usize, what: &str, cut: Cut) -> Option<String> {
    let were = if number == 1 { "was" } else { "were" };
    let by = match cut {
        Cut::Deadline => "the shutdown deadline",
        Cut::SecondSignal => "a second signal",
    };
    (number > 0).then(|| format!("{} {were} cut off by {by}", count(number, what)))
}

/// Returns `1 request` or `2 requests`.
pub(super) fn count(number: usize, what: &str) -> String {
    let s = if number == 1 { "" } else { "s" };
    format!("{number} {what}{s}")
}

pub(super) fn stop_result(problems: Vec<String>) -> Result<(), StartError> {
    match problems.is_empty() {
        true => Ok(()),
        false => Err(StartError::stop(problems)),
    }
}
