//! What one request becomes while it is answered.

use std::{
    any::{Any, TypeId},
    fmt,
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex},
};

use super::{AppState, Failure, Outcome, Query, Reply, Request, RouteInfo, catch};
use crate::{
    body::{Body, Sizes},
    error::Result,
    model::{ErrorDetail, Errors, LocItem, Tape},
};
use bytes::Bytes;

/// A request while it is answered: what an extractor's `extract` reads from.
///
/// `'r` is the request's own lifetime: what is borrowed from [`request`](Self::request) may be handed to the handler.
pub struct Context<'r> {
    request: &'r Request,
    state: &'r Arc<AppState>,
    /// Of a request outside any route there is none.
    route: Option<&'r RouteInfo>,
    body: &'r Bytes,
    /// Apart, since it costs every request to make room for it and to clear it away.
    extra: Option<Box<Extra<'r>>>,
}

/// What few requests need.
#[derive(Default)]
struct Extra<'r> {
    unread: Option<Body>,
    json: Option<Tape<'r>>,
    form: Option<Arc<FormBody>>,
    reply: Reply,
    tasks: Option<TaskList>,
    blank: Option<Vec<ErrorDetail>>,
    problems: Problems,
    /// How many more were set aside.
    aside: usize,
    /// So many were known when the function began to be made that asks now, if it is to run.
    asked_at: Option<usize>,
    answer: Option<Failure>,
    exits: Exits<'r>,
}

impl Extra<'_> {
    fn known_problems(&self) -> usize {
        self.problems.0.len() + self.aside
    }
}

/// What waits for the end of a request, in the order in which it was made.
pub(crate) type Exits<'r> = Vec<Box<dyn Exit<'r> + 'r>>;

/// An urlencoded form: its pairs, and the text that they are slices of.
pub(crate) struct FormBody {
    pub(crate) query: Query,
    pub(crate) raw: String,
}

pub(crate) type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;
pub(crate) type TaskList = Arc<Mutex<Vec<BoxFuture<'static, ()>>>>;

impl<'r> Context<'r> {
    /// `body` was read before, if the route has a use for it.
    #[inline]
    pub(crate) fn new(
        request: &'r Request,
        state: &'r Arc<AppState>,
        route: &'r RouteInfo,
        body: &'r Bytes,
    ) -> Self {
        Self {
            request,
            state,
            route: Some(route),
            body,
            extra: None,
        }
    }

    /// What jobs and app-scoped dependencies are made in.
    pub(crate) fn outside(request: &'r Request, state: &'r Arc<AppState>) -> Self {
        static NOTHING: Bytes = Bytes::new();
        Self {
            request,
            state,
            route: None,
            body: &NOTHING,
            extra: None,
        }
    }

    /// Keeps a body that no argument has read yet.
    pub(crate) fn set_unread(&mut self, body: Body) {
        self.extra().unread = Some(body);
    }

    /// The body, for the one argument that reads it itself.
    pub(crate) fn take_unread(&mut self) -> Option<Body> {
        self.extra.as_mut()?.unread.take()
    }

    fn extra(&mut self) -> &mut Extra<'r> {
        self.extra.get_or_insert_default()
    }

    /// What the client sent, without the body.
    pub fn request(&self) -> &'r Request {
        self.request
    }

    /// The status, headers and cookies of the answer to come.
    pub fn reply_mut(&mut self) -> &mut Reply {
        &mut self.extra().reply
    }

    /// The whole body, as it came. It was read before any argument, if one of them says that it reads it.
    pub fn body(&self) -> Bytes {
        self.body.clone()
    }

    /// The same, borrowed.
    pub(crate) fn body_slice(&self) -> &'r [u8] {
        self.body
    }

    /// The body as JSON, for arguments that share one object, and for what is wrong with it. Parsed once; otherwise the
    /// place and the words for what is no JSON.
    pub(crate) fn json(&mut self) -> Result<&mut Tape<'r>, (usize, &'static str)> {
        let tape = self.take_json()?;
        Ok(self.keep_json(tape))
    }

    /// The same, taken out.
    pub(crate) fn take_json(&mut self) -> Result<Tape<'r>, (usize, &'static str)> {
        let body = self.body_slice();
        match self.extra().json.take() {
            Some(tape) => Ok(tape),
            None if body.is_empty() => Ok(Tape::null()),
            None => Tape::read(body),
        }
    }

    /// Keeps what was taken out.
    pub(crate) fn keep_json(&mut self, tape: Tape<'r>) -> &mut Tape<'r> {
        self.extra().json.insert(tape)
    }

    /// The body as a form. Parsed once.
    pub(crate) fn form(&mut self) -> Arc<FormBody> {
        let body = self.body_slice();
        let form = self.extra().form.get_or_insert_with(|| {
            let raw = String::from_utf8_lossy(body).into_owned();
            Arc::new(FormBody {
                query: Query::parse(&raw),
                raw,
            })
        });
        form.clone()
    }

    pub(crate) fn parsed_form(&self) -> Option<Arc<FormBody>> {
        self.extra.as_ref()?.form.clone()
    }

    /// Reports an invalid part of the request. The answer becomes a 422 that lists all that was reported.
    pub fn reject(&mut self, error: ErrorDetail) {
        self.problems().push(error);
    }

    /// What is invalid so far.
    #[cold]
    pub(crate) fn problems(&mut self) -> &mut Problems {
        &mut self.extra().problems
    }

    #[inline]
    pub(crate) fn problem_count(&self) -> usize {
        self.extra
            .as_ref()
            .map_or(0, |extra| extra.problems.0.len())
    }

    /// Sets aside what a function's own arguments reported, after the first `from`.
    #[inline]
    pub(crate) fn set_aside(&mut self, from: usize) -> Vec<ErrorDetail> {
        if self.problem_count() == from {
            return Vec::new();
        }
        let extra = self.extra();
        let own = extra.problems.split_off(from);
        extra.aside += own.len();
        own
    }

    /// Reports what was set aside.
    #[inline]
    pub(crate) fn put_back(&mut self, own: Vec<ErrorDetail>) {
        if !own.is_empty() {
            self.extra().aside -= own.len();
            self.reject_all(own);
        }
    }

    /// Whether the request is known to be invalid, and nobody who runs all the same asks for what is to be made.
    #[inline]
    pub(crate) fn is_in_vain(&self) -> bool {
        self.extra.as_ref().is_some_and(|extra| {
            let known = extra.known_problems();
            known > 0 && extra.asked_at != Some(known)
        })
    }

    /// What follows is made for a function, which runs unless something more is invalid. Gives back who asked before.
    #[inline]
    pub(crate) fn begin_asking(&mut self, runs: bool) -> Option<usize> {
        let extra = self.extra.as_mut()?;
        let known = runs.then(|| extra.known_problems());
        std::mem::replace(&mut extra.asked_at, known)
    }

    #[inline]
    pub(crate) fn end_asking(&mut self, before: Option<usize>) {
        if let Some(extra) = &mut self.extra {
            extra.asked_at = before;
        }
    }

    #[inline]
    pub(crate) fn reject_all(&mut self, errors: Vec<ErrorDetail>) {
        if !errors.is_empty() {
            self.problems().extend(errors);
        }
    }

    /// Keeps what is wrong with an argument that was sent empty or null: nothing, if it is optional.
    #[cold]
    pub(crate) fn set_blank(&mut self, errors: Vec<ErrorDetail>) {
        self.extra().blank = Some(errors);
    }

    pub(crate) fn take_blank(&mut self) -> Option<Vec<ErrorDetail>> {
        self.extra.as_mut()?.blank.take()
    }

    pub(crate) fn has_blank(&self) -> bool {
        self.extra
            .as_ref()
            .is_some_and(|extra| extra.blank.is_some())
    }

    /// Answers with an error, whatever else is wrong. The first one counts.
    #[cold]
    pub(crate) fn fail(&mut self, failure: Failure) {
        self.extra().answer.get_or_insert(failure);
    }

    pub(crate) fn take_failure(&mut self) -> Option<Failure> {
        self.extra.as_mut()?.answer.take()
    }

    pub(crate) fn push_exit(&mut self, exit: impl Exit<'r> + 'r) {
        self.extra().exits.push(Box::new(exit));
    }

    /// The exit of the dependency that has lent its value last.
    #[inline]
    pub(crate) fn last_exit(&mut self) -> Option<&mut Box<dyn Exit<'r> + 'r>> {
        self.extra.as_mut()?.exits.last_mut()
    }

    /// All of them, if there are any.
    #[inline]
    pub(crate) fn take_exits(&mut self) -> Option<Exits<'r>> {
        let extra = self.extra.as_mut()?;
        (!extra.exits.is_empty()).then(|| std::mem::take(&mut extra.exits))
    }

    pub(crate) fn state(&self) -> &'r Arc<AppState> {
        self.state
    }

    pub(crate) fn route(&self) -> Option<&'r RouteInfo> {
        self.route
    }

    /// How long the route's answers are.
    pub(crate) fn sizes(&self) -> &'r Sizes {
        static NO_ROUTE: Sizes = Sizes::new();
        self.route().map_or(&NO_ROUTE, |route| &route.sizes)
    }

    /// The text that stands in the path for the placeholder `name`.
    pub(crate) fn path_value(&self, name: &str) -> Option<&'r str> {
        let index = self.route()?.names.iter().position(|known| known == name)?;
        self.request.path_value(index)
    }

    pub(crate) fn tasks(&mut self) -> &TaskList {
        self.extra().tasks.get_or_insert_default()
    }

    pub(crate) fn take_tasks(&mut self) -> Option<TaskList> {
        self.extra.as_mut()?.tasks.take()
    }

    pub(crate) fn take_reply(&mut self) -> Option<Reply> {
        self.extra
            .as_mut()
            .map(|extra| std::mem::take(&mut extra.reply))
    }
}

impl fmt::Debug for Context<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context")
            .field("request", &self.request)
            .finish_non_exhaustive()
    }
}

/// All that is invalid in a request, in the order in which it will be listed.
#[derive(Debug, Default)]
pub(crate) struct Problems(Vec<ErrorDetail>);

impl Problems {
    /// What a function's own arguments reported, by place: path, query, header, cookie, body.
    fn split_off(&mut self, from: usize) -> Vec<ErrorDetail> {
        let mut own = self.0.split_off(from);
        // Mostly there is one, or they stand in order.
        if own.is_sorted_by_key(place_of) {
            return own;
        }
        let mut places: [Vec<ErrorDetail>; ORDER.len() + 1] = Default::default();
        for error in std::mem::take(&mut own) {
            places[place_of(&error)].push(error);
        }
        for mut errors in places {
            own.append(&mut errors);
        }
        own
    }

    fn push(&mut self, mut error: ErrorDetail) {
        conceal(&mut error);
        self.0.push(error);
    }

    fn extend(&mut self, errors: Vec<ErrorDetail>) {
        for error in errors {
            self.push(error);
        }
    }

    /// All of them, up to the caps of an answer.
    pub(crate) fn take(&mut self) -> Errors {
        let mut errors = Errors::new();
        for error in std::mem::take(&mut self.0) {
            errors.push(error);
        }
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

/// FastAPI solves a function's own parameters in this order, and then the body.
const ORDER: [&str; 4] = ["path", "query", "header", "cookie"];

/// Which of these places an error is about.
fn place_of(error: &ErrorDetail) -> usize {
    match error.loc.first() {
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

    /// Whether it runs after the last byte of the answer, and not before the first.
    fn is_after_body(&self) -> bool;

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
    mut exits: Exits<'r>,
    values: &mut dyn Values,
    mut outcome: Outcome,
) -> Result<(), Failure> {
    let mut replaced = Ok(());
    while let Some(exit) = exits.pop() {
        let ended = catch(exit.run(values, outcome.clone())).await;
        if let Err(failure) = ended.flatten() {
            outcome = Outcome::Failure(failure.clone());
            replaced = Err(failure);
        }
    }
    replaced
}
