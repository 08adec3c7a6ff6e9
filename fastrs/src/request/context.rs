//! The state of one request while it is handled.

#[cfg(feature = "websocket")]
use std::any::Any;
use std::{fmt, sync::Arc};

use bytes::Bytes;

use super::{
    AppState, Exit, Exits, Failure, FormBody, RemainingWork, Reply, Request, RequestSpan,
    RouteInfo, Shutdown, TaskList, TraceContext, problems::Problems,
};
#[cfg(feature = "multipart")]
use crate::model::ValidationError;
use crate::{
    body::{Body, Sizes},
    model::{ErrorDetail, Tape},
};

/// The state of a request while it is handled: an extractor's `extract` reads from it.
///
/// `'r` is the request's own lifetime: data borrowed from [`request`](Self::request) can be passed to the handler.
pub struct Context<'r> {
    request: &'r Request,
    state: &'r Arc<AppState>,
    /// `None` for a request outside any route.
    route: Option<&'r RouteInfo>,
    body: &'r Bytes,
    /// Boxed, because initializing and dropping it would otherwise cost every request.
    extra: Option<Box<Extra<'r>>>,
}

/// State that most requests never use.
#[derive(Default)]
struct Extra<'r> {
    unread: Option<Body>,
    json: Option<Tape<'r>>,
    form: Option<Arc<FormBody>>,
    reply: Reply,
    tasks: Option<Arc<TaskList>>,
    trace: Option<Box<TraceContext>>,
    blank: Option<Vec<ErrorDetail>>,
    problems: Problems,
    /// The number of errors that are currently set aside.
    aside: usize,
    /// The number of errors that were known when the function that is resolving its dependencies began; `None` if
    /// that function will not run.
    known_at_start: Option<usize>,
    failure: Option<Failure>,
    exits: Exits<'r>,
    /// The WebSocket that the arguments created, for the code that opens it.
    #[cfg(feature = "websocket")]
    socket: Option<Box<dyn Any + Send + Sync>>,
    /// Whether the response was sent before the handler ran.
    has_responded: bool,
}

impl Extra<'_> {
    fn known_problems(&self) -> usize {
        self.problems.len() + self.aside
    }
}

impl<'r> Context<'r> {
    /// Creates the context. `body` has already been read if the route uses it.
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

    /// Creates the context in which jobs run and app-scoped dependencies are created.
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

    /// Creates the context in which a message is read as if it were the body of a request.
    #[cfg(feature = "websocket")]
    pub(crate) fn of_message(
        request: &'r Request,
        state: &'r Arc<AppState>,
        message: &'r Bytes,
    ) -> Self {
        Self {
            body: message,
            ..Self::outside(request, state)
        }
    }

    /// Stores a body that no argument has read yet.
    pub(crate) fn set_unread(&mut self, body: Body) {
        self.extra().unread = Some(body);
    }

    /// Takes the body, for the one argument that reads it itself.
    pub(crate) fn take_unread(&mut self) -> Option<Body> {
        self.extra.as_mut()?.unread.take()
    }

    fn extra(&mut self) -> &mut Extra<'r> {
        self.extra.get_or_insert_default()
    }

    /// Returns the request that the client sent, without its body.
    pub fn request(&self) -> &'r Request {
        self.request
    }

    /// Returns the status, headers and cookies to set on the response.
    pub fn reply_mut(&mut self) -> &mut Reply {
        &mut self.extra().reply
    }

    /// Returns the whole raw body. It was read before the arguments were extracted if one of them declares that it
    /// reads the body.
    pub fn body(&self) -> Bytes {
        self.body.clone()
    }

    /// Returns the whole raw body as a borrowed slice.
    pub(crate) fn body_slice(&self) -> &'r [u8] {
        self.body
    }

    /// Returns the body as JSON, for arguments that share one object and for errors about it. The body is parsed
    /// once; if it is not valid JSON, the error holds the position and the message.
    pub(crate) fn json(&mut self) -> Result<&mut Tape<'r>, (usize, &'static str)> {
        let tape = self.take_json()?;
        Ok(self.keep_json(tape))
    }

    /// Takes the parsed JSON body out of the context.
    pub(crate) fn take_json(&mut self) -> Result<Tape<'r>, (usize, &'static str)> {
        let body = self.body_slice();
        match self.extra().json.take() {
            Some(tape) => Ok(tape),
            None if body.is_empty() => Ok(Tape::null()),
            None => Tape::read(body),
        }
    }

    /// Puts a parsed JSON body back.
    pub(crate) fn keep_json(&mut self, tape: Tape<'r>) -> &mut Tape<'r> {
        self.extra().json.insert(tape)
    }

    /// Returns the body as a form. The body is parsed once.
    pub(crate) fn form(&mut self) -> Arc<FormBody> {
        let (body, headers) = (self.body_slice(), self.request.headers());
        let form = self
            .extra()
            .form
            .get_or_insert_with(|| Arc::new(FormBody::parse(headers, body)));
        form.clone()
    }

    /// Stores a form that was read before the arguments are extracted. If a file was refused, the request fails.
    #[cfg(feature = "multipart")]
    pub(crate) fn set_form(&mut self, form: Arc<FormBody>) {
        if let Some(error) = form.refused.first() {
            self.fail(Failure::of(ValidationError::from(error.clone())));
        }
        self.extra().form = Some(form);
    }

    /// Reports the files of the form that were refused, and returns whether there are any. No other error hides them,
    /// and they hide no error in what was read.
    #[cfg(feature = "multipart")]
    #[cold]
    pub(crate) fn reject_refused_files(&mut self) -> bool {
        let form = self.parsed_form().filter(|form| !form.refused.is_empty());
        if let Some(form) = &form {
            let own = self.problems().split_off(0);
            self.reject_all(form.with_refused(own));
        }
        form.is_some()
    }

    pub(crate) fn parsed_form(&self) -> Option<Arc<FormBody>> {
        self.extra.as_ref()?.form.clone()
    }

    /// Reports an invalid part of the request. The response becomes a 422 that lists everything reported.
    pub fn reject(&mut self, error: ErrorDetail) {
        self.problems().push(error);
    }

    /// Returns the errors reported so far.
    #[cold]
    pub(crate) fn problems(&mut self) -> &mut Problems {
        &mut self.extra().problems
    }

    #[inline]
    pub(crate) fn problem_count(&self) -> usize {
        self.extra.as_ref().map_or(0, |extra| extra.problems.len())
    }

    /// Sets aside the errors that a function's own arguments reported after the first `from`.
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

    /// Reports the errors that were set aside.
    #[inline]
    pub(crate) fn put_back(&mut self, own: Vec<ErrorDetail>) {
        if !own.is_empty() {
            self.extra().aside -= own.len();
            self.reject_all(own);
        }
    }

    /// Returns whether the request is known to be invalid and no function that will run anyway needs the next value.
    #[inline]
    pub(crate) fn is_value_unneeded(&self) -> bool {
        self.extra.as_ref().is_some_and(|extra| {
            let known = extra.known_problems();
            known > 0 && extra.known_at_start != Some(known)
        })
    }

    /// Starts to resolve the dependencies of a function, which runs unless another error is found. Returns the state
    /// of the outer function, for `end_resolving`.
    #[inline]
    pub(crate) fn begin_resolving(&mut self, runs: bool) -> Option<usize> {
        let extra = self.extra.as_mut()?;
        let known = runs.then(|| extra.known_problems());
        std::mem::replace(&mut extra.known_at_start, known)
    }

    #[inline]
    pub(crate) fn end_resolving(&mut self, outer: Option<usize>) {
        if let Some(extra) = &mut self.extra {
            extra.known_at_start = outer;
        }
    }

    #[inline]
    pub(crate) fn reject_all(&mut self, errors: Vec<ErrorDetail>) {
        if !errors.is_empty() {
            self.problems().extend(errors);
        }
    }

    /// Stores the errors of an argument that was sent empty or null. They are reported only if a value is required.
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

    /// Makes the request end with this error, whatever else is wrong. The first error wins.
    #[cold]
    pub(crate) fn fail(&mut self, failure: Failure) {
        self.extra().failure.get_or_insert(failure);
    }

    pub(crate) fn take_failure(&mut self) -> Option<Failure> {
        self.extra.as_mut()?.failure.take()
    }

    pub(crate) fn push_exit(&mut self, exit: impl Exit<'r> + 'r) {
        self.extra().exits.push(Box::new(exit));
    }

    /// Returns the exit of the dependency that lent its value most recently.
    #[inline]
    pub(crate) fn last_exit(&mut self) -> Option<&mut Box<dyn Exit<'r> + 'r>> {
        self.extra.as_mut()?.exits.last_mut()
    }

    /// Takes all exits, if there are any.
    #[inline]
    pub(crate) fn take_exits(&mut self) -> Option<Exits<'r>> {
        let extra = self.extra.as_mut()?;
        (!extra.exits.is_empty()).then(|| std::mem::take(&mut extra.exits))
    }

    /// Stores the WebSocket of this request.
    #[cfg(feature = "websocket")]
    pub(crate) fn set_socket(&mut self, socket: Box<dyn Any + Send + Sync>) {
        self.extra().socket = Some(socket);
    }

    #[cfg(feature = "websocket")]
    pub(crate) fn take_socket(&mut self) -> Option<Box<dyn Any + Send + Sync>> {
        self.extra.as_mut()?.socket.take()
    }

    /// Records that the response has been sent, so that the result of the handler does not become one.
    #[cfg(any(feature = "cache", feature = "websocket"))]
    pub(crate) fn set_responded(&mut self) {
        self.extra().has_responded = true;
    }

    #[cold]
    pub(crate) fn has_responded(&self) -> bool {
        self.extra.as_ref().is_some_and(|extra| extra.has_responded)
    }

    /// Returns the signal of the server's shutdown. A mounted app uses the signal of the app that is served.
    pub(crate) fn shutdown(&self) -> Shutdown {
        let outer = self.request.extensions().get::<Shutdown>().cloned();
        outer.unwrap_or_else(|| Shutdown::subscribe(&self.state.shutdown))
    }

    /// Returns the counter of the work that the request leaves running. A mounted app uses the counter of the app that
    /// is served.
    pub(crate) fn work(&self) -> &'r Arc<RemainingWork> {
        let outer = self.request.extensions().get();
        outer.unwrap_or(&self.state.work)
    }

    pub(crate) fn state(&self) -> &'r Arc<AppState> {
        self.state
    }

    pub(crate) fn route(&self) -> Option<&'r RouteInfo> {
        self.route
    }

    /// Returns the estimate of the length of the route's next response.
    pub(crate) fn sizes(&self) -> &'r Sizes {
        static NO_ROUTE: Sizes = Sizes::new();
        self.route().map_or(&NO_ROUTE, |route| &route.sizes)
    }

    /// Returns the text in the path for the placeholder `name`.
    pub(crate) fn path_value(&self, name: &str) -> Option<&'r str> {
        let index = self.route()?.names.iter().position(|known| known == name)?;
        self.request.path_value(index)
    }

    pub(crate) fn tasks(&mut self) -> &Arc<TaskList> {
        self.extra().tasks.get_or_insert_default()
    }

    /// Returns the trace of the request, which all arguments share.
    pub(crate) fn trace(&mut self) -> &TraceContext {
        let request = self.request;
        self.extra().trace.get_or_insert_with(|| {
            let trace = TraceContext::of(request.headers());
            RequestSpan::record_trace(request.extensions(), &trace);
            Box::new(trace)
        })
    }

    pub(crate) fn take_tasks(&mut self) -> Option<Arc<TaskList>> {
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
