//! How a response is sent: exits, background tasks, and what follows the last byte.

use std::{fmt, sync::Arc};

use http::{Method, StatusCode};

use crate::{
    background,
    body::{self, BodyEnd, Recipient, Response, on_end},
    broadcast::Missed,
    depends::{CacheEntries, DependencyCache},
    request::{
        BoxFuture, Context, Exits, Failure, Outcome, Request, TaskList, Values, log_late_failure,
        log_timeout, run_exits, until_sent,
    },
    response::ResponseResult,
};

/// The exits of a request.
pub struct PendingExits<'r>(Exits<'r>);

impl fmt::Debug for PendingExits<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PendingExits")
    }
}

/// Returns the exits, if there are any.
#[inline]
pub fn take_exits<'r>(cx: &mut Context<'r>) -> Option<PendingExits<'r>> {
    cx.take_exits().map(PendingExits)
}

/// What happens to the response of a request that has succeeded, exits included.
pub(super) trait BeforeSending: Send {
    fn complete(&mut self, cx: &Context<'_>, response: Response) -> Response;
}

/// Nothing.
impl BeforeSending for () {
    fn complete(&mut self, _: &Context<'_>, response: Response) -> Response {
        response
    }
}

/// Runs the exits, and finishes the request, in a separate future, since few endpoints have any.
pub fn finish_with_exits<'x, 'r, S: CacheEntries>(
    cx: &'x mut Context<'r>,
    cache: &'x mut DependencyCache<S>,
    exits: PendingExits<'r>,
    result: ResponseResult,
) -> BoxFuture<'x, Response> {
    finish_with(cx, cache, exits, result, Box::new(()))
}

/// Runs the exits, and finishes the request.
pub(super) fn finish_with<'x, 'r>(
    cx: &'x mut Context<'r>,
    cache: &'x mut dyn Values,
    exits: PendingExits<'r>,
    mut result: ResponseResult,
    mut before_sending: Box<dyn BeforeSending + 'x>,
) -> BoxFuture<'x, Response> {
    Box::pin(async move {
        let outcome = outcome_of(&result);
        let aborted = match &outcome {
            Outcome::Failure(failure) if failure.is_aborted() => Some(failure),
            _ => None,
        };
        // The server has dropped the request, and counts what is left of it.
        let _running = aborted.map(|failure| {
            if !cx.has_responded() && !log_timeout(failure, cx.request()) {
                log_aborted(cx.request());
            }
            cx.work().count_exits()
        });
        // If the request has failed, no exit has to wait for the body.
        let fails = !outcome.is_success();
        let (mut now, mut later) = (Exits::new(), Exits::new());
        for exit in exits.0 {
            match fails || !exit.is_after_body() {
                true => now.push(exit),
                false => later.push(exit),
            }
        }
        if let Err(failure) = run_exits(now, cache, outcome).await {
            if !later.is_empty() {
                let outcome = Outcome::Failure(failure.clone());
                run_exits(std::mem::take(&mut later), cache, outcome)
                    .await
                    .ok();
            }
            result = Err(failure);
        }
        if cx.has_responded() {
            if let Err(failure) = run_exits(later, cache, outcome_of(&result)).await {
                result = Err(failure);
            }
            return finish_then(cx, result, &mut *before_sending);
        }
        match result {
            Ok(parts) if !later.is_empty() => {
                let response = before_sending.complete(cx, parts.into_response());
                respond_before_exits(cx, cache, later, response).await
            }
            // It has been logged.
            Err(failure) if failure.is_aborted() => Response::default(),
            result => finish_then(cx, result, &mut *before_sending),
        }
    })
}

/// Sends the response, runs the remaining exits when its body has ended, and then the background tasks.
async fn respond_before_exits<'r>(
    cx: &mut Context<'r>,
    cache: &mut dyn Values,
    exits: Exits<'r>,
    response: Response,
) -> Response {
    let tasks = cx.take_tasks();
    let response = complete(cx, response);
    let is_sent = is_sent(cx.request(), &response);
    let outcome = until_sent(response, is_sent, cx.work()).await;
    let _running = cx.work().count_exits();
    let failure = match &outcome {
        Outcome::Failure(failure) if !failure.is_aborted() => Some(failure.clone()),
        _ => None,
    };
    let ended = run_exits(exits, cache, outcome).await;
    for failure in failure.iter().chain(ended.as_ref().err()) {
        let request = cx.request();
        log_late_error(request.method(), &request.full_path(), failure);
    }
    if let (Some(tasks), None) = (tasks, failure) {
        background::run(tasks, cx.work());
    }
    Response::default()
}

/// Completes the response, now that its status and headers are final.
fn complete(cx: &Context<'_>, response: Response) -> Response {
    let request = cx.request();
    let recipient = Recipient {
        method: request.method(),
        headers: request.headers(),
        shutdown: cx.shutdown().0,
    };
    body::complete(response, &recipient)
}

/// Returns whether the body of the response is sent to the client.
fn is_sent(request: &Request, response: &Response) -> bool {
    let status = response.status();
    let without = [StatusCode::NO_CONTENT, StatusCode::NOT_MODIFIED];
    *request.method() != Method::HEAD && !without.contains(&status)
}

/// Logs an error that occurs after the head was sent, when it is too late for an error response.
#[cold]
fn log_late_error(method: &Method, path: &str, failure: &Failure) {
    if let Some(missed) = failure.downcast_ref() {
        return log_missed(method, path, missed);
    }
    let error = failure.to_http_error();
    tracing::error!(%method, path, %error, "a response failed after its head was sent");
    crate::log::to_stderr(format_args!(
        "ERROR {method} {path:?}: after the head of the response: {error}"
    ));
}

/// Logs that a client was slower than the messages of a broadcast, which is not the fault of the server.
fn log_missed(method: &Method, path: &str, missed: &Missed) {
    let count = missed.count();
    tracing::warn!(%method, path, missed = count, "a client did not keep up with a broadcast");
    crate::log::to_stderr(format_args!(
        "WARN {method} {path:?}: the client did not keep up with a broadcast: {missed}"
    ));
}

fn outcome_of(result: &ResponseResult) -> Outcome {
    match result {
        Ok(parts) if parts.status().is_server_error() => {
            Outcome::Failure(Failure::erased(parts.status()))
        }
        Ok(_) => Outcome::Success,
        Err(failure) => Outcome::Failure(failure.clone()),
    }
}

#[cold]
fn log_aborted(request: &Request) {
    let (method, path) = (request.method(), &*request.full_path());
    tracing::warn!(%method, path, "request aborted; running the exits of its dependencies");
    crate::log::to_stderr(format_args!(
        "WARN {method} {path:?}: aborted; running the exits of its dependencies"
    ));
}

/// Finishes the request, and completes the response if the request has succeeded.
pub(super) fn finish_then(
    cx: &mut Context<'_>,
    result: ResponseResult,
    before_sending: &mut dyn BeforeSending,
) -> Response {
    let succeeds = result.is_ok();
    let response = finish(cx, result);
    match succeeds {
        true => before_sending.complete(cx, response),
        false => response,
    }
}

/// Finishes the request after the exits: starts the background tasks, or returns the error response.
pub fn finish(cx: &mut Context<'_>, result: ResponseResult) -> Response {
    match result {
        Ok(parts) => {
            // A 5xx status counts as a failure, just like an error.
            let succeeds = |_: &Arc<TaskList>| !parts.status().is_server_error();
            let tasks = cx.take_tasks().filter(succeeds);
            if parts.is_streaming() {
                return stream(cx, parts.into_response(), tasks);
            }
            if let Some(tasks) = tasks {
                background::run(tasks, cx.work());
            }
            // Built directly in the return value: binding it to a variable would copy it.
            parts.into_response()
        }
        Err(failure) if cx.has_responded() => {
            let request = cx.request();
            match failure.downcast_ref() {
                Some(missed) => log_missed(request.method(), &request.full_path(), missed),
                None => log_late_failure(&failure, request),
            }
            Response::default()
        }
        Err(failure) => cx.state().failure_response(&failure, cx.request()),
    }
}

/// Completes and wraps a streaming response: background tasks run after it, and an error that ends it early is logged.
#[cold]
fn stream(cx: &Context<'_>, response: Response, tasks: Option<Arc<TaskList>>) -> Response {
    let response = complete(cx, response);
    let (request, work) = (cx.request(), cx.work().clone());
    let is_sent = is_sent(request, &response);
    let (method, path) = (request.method().clone(), request.full_path().into_owned());
    on_end(response, is_sent, move |end| match (end, tasks) {
        (BodyEnd::Failed(error), _) => log_late_error(&method, &path, &Failure::of(error)),
        (BodyEnd::Complete | BodyEnd::Aborted, Some(tasks)) => background::run(tasks, &work),
        (BodyEnd::Complete | BodyEnd::Aborted, None) => {}
    })
}
