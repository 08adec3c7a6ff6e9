//! What one request becomes while it is answered.

use std::{
    any::{Any, TypeId},
    fmt,
    future::{Future, poll_fn},
    panic::{AssertUnwindSafe, catch_unwind},
    pin::{Pin, pin},
    sync::{Arc, Mutex},
    task::Poll,
};

use bytes::Bytes;
use http::StatusCode;

use super::{Failure, Outcome, Panicked, Query, Reply, Request, RouteInfo, Shared};
use crate::{
    body::{Body, ReadError},
    error::{HttpError, Result},
    model::{ErrorDetail, Errors, LocItem},
};

/// A request while it is answered: what an extractor's `extract` reads from.
///
/// `'r` is the request's own lifetime: what is borrowed from [`request`](Self::request) may be handed to the handler.
pub struct Context<'r> {
    request: &'r Request,
    shared: &'r Arc<Shared>,
    body: BodySlot,
    reply: Reply,
    tasks: Option<TaskList>,
    form: Option<Arc<FormBody>>,
    /// What is wrong with an argument that was sent empty or null: nothing, if it is optional.
    pub(crate) blank: Option<Vec<ErrorDetail>>,
    pub(crate) problems: Problems,
    pub(crate) exits: Vec<Box<dyn Exit<'r> + 'r>>,
}

/// An urlencoded form: its pairs, and the text that they are slices of.
pub(crate) struct FormBody {
    pub(crate) query: Query,
    pub(crate) raw: String,
}

enum BodySlot {
    Unread(Body),
    Read(Bytes),
    Parsed(Bytes, serde_json::Value),
}

pub(crate) type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;
pub(crate) type TaskList = Arc<Mutex<Vec<BoxFuture<'static, ()>>>>;

impl<'r> Context<'r> {
    pub(crate) fn new(request: &'r Request, shared: &'r Arc<Shared>, body: Body) -> Self {
        Self {
            request,
            shared,
            body: BodySlot::Unread(body),
            reply: Reply::default(),
            tasks: None,
            form: None,
            blank: None,
            problems: Problems::default(),
            exits: Vec::new(),
        }
    }

    /// What the client sent, without the body.
    pub fn request(&self) -> &'r Request {
        self.request
    }

    /// The status, headers and cookies of the answer to come.
    pub fn reply_mut(&mut self) -> &mut Reply {
        &mut self.reply
    }

    /// The whole body, as it came. It was read before any argument, if one of them says that it reads it.
    pub fn body(&self) -> Bytes {
        match &self.body {
            BodySlot::Read(bytes) | BodySlot::Parsed(bytes, _) => bytes.clone(),
            BodySlot::Unread(_) => Bytes::new(),
        }
    }

    /// Reads the body, up to the route's limit, if the route has a use for it.
    pub(crate) async fn read_body(&mut self) -> Result<()> {
        let Some(route) = self.route().filter(|route| route.reads_body) else {
            return Ok(());
        };
        if let BodySlot::Unread(body) = &mut self.body {
            let read = std::mem::take(body).collect(route.body_limit).await;
            self.body = BodySlot::Read(read.map_err(unreadable)?);
        }
        Ok(())
    }

    /// The body as JSON, for arguments that share one object. Parsed once.
    pub(crate) fn parsed_body(&mut self) -> Result<&serde_json::Value, serde_json::Error> {
        if let BodySlot::Read(bytes) = &self.body {
            let value = serde_json::from_slice(bytes)?;
            self.body = BodySlot::Parsed(bytes.clone(), value);
        }
        match &self.body {
            BodySlot::Parsed(_, value) => Ok(value),
            _ => Ok(&serde_json::Value::Null),
        }
    }

    /// What the client sent as JSON, for an exception handler to look at.
    pub(crate) fn json(&mut self) -> serde_json::Value {
        self.parsed_body().cloned().unwrap_or_default()
    }

    /// The body as a form. Parsed once.
    pub(crate) fn form(&mut self) -> Arc<FormBody> {
        if let Some(form) = &self.form {
            return form.clone();
        }
        let raw = String::from_utf8_lossy(&self.body()).into_owned();
        let form = Arc::new(FormBody {
            query: Query::parse(&raw),
            raw,
        });
        self.form.insert(form).clone()
    }

    pub(crate) fn parsed_form(&self) -> Option<Arc<FormBody>> {
        self.form.clone()
    }

    /// Reports an invalid part of the request. The answer becomes a 422 that lists all that was reported.
    pub fn reject(&mut self, error: ErrorDetail) {
        self.problems.push(error);
    }

    pub(crate) fn shared(&self) -> &'r Arc<Shared> {
        self.shared
    }

    pub(crate) fn route(&self) -> Option<&'r RouteInfo> {
        self.shared.routes.get(self.request.route())
    }

    /// The text that stands in the path for the placeholder `name`.
    pub(crate) fn path_value(&self, name: &str) -> Option<&'r str> {
        let index = self.route()?.names.iter().position(|known| known == name)?;
        self.request.path_value(index)
    }

    pub(crate) fn tasks(&mut self) -> &TaskList {
        self.tasks.get_or_insert_default()
    }

    pub(crate) fn take_tasks(&mut self) -> Option<TaskList> {
        self.tasks.take()
    }

    pub(crate) fn take_reply(&mut self) -> Reply {
        std::mem::take(&mut self.reply)
    }
}

impl fmt::Debug for Context<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context")
            .field("request", &self.request)
            .finish_non_exhaustive()
    }
}

fn unreadable(error: ReadError) -> HttpError {
    match error {
        ReadError::TooLarge { .. } => HttpError::from_status(StatusCode::PAYLOAD_TOO_LARGE),
        error => HttpError::new(
            StatusCode::BAD_REQUEST,
            "There was an error parsing the body",
        )
        .cause(error),
    }
}

/// All that is invalid in a request, in the order in which it will be listed.
#[derive(Debug, Default)]
pub(crate) struct Problems(Vec<ErrorDetail>);

impl Problems {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Sets aside what a function's own arguments reported, by place: path, query, header, cookie, body.
    pub(crate) fn set_aside(&mut self, from: usize) -> Vec<ErrorDetail> {
        if self.0.len() == from {
            return Vec::new();
        }
        let mut own = self.0.split_off(from);
        own.sort_by_key(|error| place_of(error.loc.first()));
        own
    }

    fn push(&mut self, mut error: ErrorDetail) {
        conceal(&mut error);
        self.0.push(error);
    }

    pub(crate) fn extend(&mut self, errors: Vec<ErrorDetail>) {
        errors.into_iter().for_each(|error| self.push(error));
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// All of them, up to the caps of an answer.
    pub(crate) fn take(&mut self) -> Errors {
        let mut errors = Errors::new();
        std::mem::take(&mut self.0)
            .into_iter()
            .for_each(|error| errors.push(error));
        errors
    }
}

/// Takes credentials, and what a proxy tells the server alone, out of an error about headers.
fn conceal(error: &mut ErrorDetail) {
    let [LocItem::Key(place), rest @ ..] = &error.loc[..] else {
        return;
    };
    if place != "header" {
        return;
    }
    match rest {
        [LocItem::Key(name), ..] if is_private(name) => error.input = None,
        _ => {}
    }
    if let Some(serde_json::Value::Object(headers)) = &mut error.input {
        headers.retain(|name, _| !is_private(name));
    }
}

/// A header that no answer repeats, by its name on the wire or in a model.
fn is_private(name: &str) -> bool {
    let name = name.to_ascii_lowercase().replace('_', "-");
    let private = [
        "authorization",
        "proxy-authorization",
        "cookie",
        "forwarded",
    ];
    private.contains(&&*name) || name.starts_with("x-forwarded-")
}

/// FastAPI solves a function's own parameters in this order.
fn place_of(first: Option<&LocItem>) -> usize {
    const ORDER: [&str; 4] = ["path", "query", "header", "cookie"];
    match first {
        Some(LocItem::Key(key)) => ORDER
            .iter()
            .position(|place| place == key)
            .unwrap_or(ORDER.len()),
        _ => ORDER.len(),
    }
}

/// A dependency that has lent its value and waits for the end of the request.
pub(crate) trait Exit<'r>: Send {
    /// Tells with which parameters the value of `provider` was made.
    fn bind(&mut self, provider: TypeId, params: &dyn Any);

    /// Tells that the value of `provider` stands in for that of another, where that one keeps its own.
    fn redirect(&mut self, provider: TypeId, to: TypeId, take: TakeReplaced);

    /// Tells that the value was made for one function alone and stands apart, under this number; whether it is one
    /// of `provider` that has no number yet.
    fn keep_apart(&mut self, provider: TypeId, number: usize) -> bool;

    /// Gives the value back, with the outcome, and runs the rest of the function.
    fn run(
        self: Box<Self>,
        values: &mut dyn Values,
        outcome: Outcome,
    ) -> BoxFuture<'r, Result<(), Failure>>;
}

/// Takes the value that a replacement has lent, of the type that it has lent.
pub(crate) type TakeReplaced = fn(&mut dyn Values, Option<usize>) -> Option<Box<dyn Any>>;

/// The values that a request's dependencies have made, whatever their types.
pub(crate) trait Values: Send {
    /// Shows each slot to `f` until it answers `true`.
    fn visit_any(&mut self, f: &mut dyn FnMut(&mut (dyn Any + Send)) -> bool) -> bool;
}

/// Runs all exits, the last first. Each sees how the request went so far; the last error is the answer.
pub(crate) async fn run_exits<'r>(
    mut exits: Vec<Box<dyn Exit<'r> + 'r>>,
    values: &mut dyn Values,
    mut outcome: Outcome,
) -> Result<(), Failure> {
    let mut replaced = Ok(());
    while let Some(exit) = exits.pop() {
        let ended = catch(exit.run(values, outcome.clone())).await;
        if let Err(failure) = ended.unwrap_or_else(|panicked| Err(Failure::erased(panicked))) {
            outcome = Outcome::Failure(failure.clone());
            replaced = Err(failure);
        }
    }
    replaced
}

/// Polls a future, and turns a panic of it into an error.
pub(crate) async fn catch<F: Future>(future: F) -> Result<F::Output, Panicked> {
    let mut future = pin!(future);
    poll_fn(|task| {
        // What the future leaves behind after a panic is only dropped.
        let polled = catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(task)));
        match polled {
            Ok(poll) => poll.map(Ok),
            Err(payload) => Poll::Ready(Err(Panicked::of(&*payload))),
        }
    })
    .await
}
