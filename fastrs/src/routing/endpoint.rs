//! An endpoint: what a route macro makes of a function, and the one way through it.

use std::{
    fmt,
    future::Future,
    pin::{Pin, pin},
    sync::Arc,
};

use bytes::Bytes;
use http::StatusCode;

use super::prepare::{Before, prepare};
use crate::{
    background,
    body::{Body, ReadError, Response},
    depends::{DepList, Lent, Plan, Store},
    error::HttpError,
    openapi::Operation,
    request::{
        BoxFuture, Catch, Context, Exits, Failure, Outcome, Panicked, Request, Shared, Values,
        catch, run_exits,
    },
    response::Responded,
};

/// A function under a route macro. Implemented by those macros alone.
pub trait Handler: Sized + Send + Sync + 'static {
    #[doc(hidden)]
    const META: RouteMeta;
    #[doc(hidden)]
    type Deps: DepList;
    #[doc(hidden)]
    type Args<'r>: Send;

    #[doc(hidden)]
    fn describe(op: &mut Operation<'_>);
    #[doc(hidden)]
    fn extract<'r>(cx: &mut Context<'r>) -> Option<Self::Args<'r>>;
    #[doc(hidden)]
    fn call<'a, 'r>(
        args: Self::Args<'r>,
        lent: Lent<'a, 'r, Self::Deps>,
        cx: &'a mut Context<'r>,
    ) -> impl Future<Output = Responded> + Send;
}

/// What a route macro says of its function.
#[derive(Debug, Clone, Copy)]
pub struct RouteMeta {
    pub(crate) name: &'static str,
    pub(crate) methods: &'static [&'static str],
    pub(crate) path: &'static str,
    pub(crate) file: &'static str,
    pub(crate) line: u32,
    pub(crate) status: u16,
    pub(crate) doc: Option<&'static str>,
    pub(crate) summary: Option<&'static str>,
    pub(crate) description: Option<&'static str>,
    pub(crate) response_description: Option<&'static str>,
    pub(crate) operation_id: Option<&'static str>,
    pub(crate) tags: &'static [&'static str],
    pub(crate) deprecated: bool,
    pub(crate) hidden: bool,
    pub(crate) cancel_on_disconnect: bool,
    pub(crate) body_limit: Option<usize>,
}

macro_rules! setters {
    ($($(#[$doc:meta])* $name:ident($value:ident: $type:ty) => $expr:expr;)*) => {$(
        $(#[$doc])*
        pub const fn $name(self, $value: $type) -> Self {
            Self { $name: $expr, ..self }
        }
    )*};
}

impl RouteMeta {
    /// The route of the function `name`, which stands at `file:line`.
    pub const fn new(
        name: &'static str,
        methods: &'static [&'static str],
        path: &'static str,
        file: &'static str,
        line: u32,
    ) -> Self {
        Self {
            name,
            methods,
            path,
            file,
            line,
            status: 200,
            doc: None,
            summary: None,
            description: None,
            response_description: None,
            operation_id: None,
            tags: &[],
            deprecated: false,
            hidden: false,
            cancel_on_disconnect: false,
            body_limit: None,
        }
    }

    setters! {
        /// The status of success.
        status(status: u16) => status;
        /// The summary in the document.
        summary(text: &'static str) => Some(text);
        /// The description in the document.
        description(text: &'static str) => Some(text);
        /// The description of the success in the document.
        response_description(text: &'static str) => Some(text);
        /// The operation id in the document.
        operation_id(text: &'static str) => Some(text);
        /// The tags in the document.
        tags(tags: &'static [&'static str]) => tags;
        /// The largest body, in bytes.
        body_limit(bytes: usize) => Some(bytes);
    }

    /// The first paragraph of the function's doc comment, and the rest of it.
    pub const fn docs(self, _: &'static str, _: &'static str) -> Self {
        self
    }

    /// The function's doc comment.
    pub const fn doc_comment(self, text: &'static str) -> Self {
        Self {
            doc: Some(text),
            ..self
        }
    }

    /// Marks it deprecated.
    pub const fn deprecated(self) -> Self {
        Self {
            deprecated: true,
            ..self
        }
    }

    /// Leaves it out of the document.
    pub const fn hidden(self) -> Self {
        Self {
            hidden: true,
            ..self
        }
    }

    /// Drops the handler's future when the client has gone.
    pub const fn cancel_on_disconnect(self) -> Self {
        Self {
            cancel_on_disconnect: true,
            ..self
        }
    }

    /// The status of success; a number that is none was refused by the macro.
    pub(crate) fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or_default()
    }

    /// The handler's name and place, for an error of the app's wiring.
    pub(crate) fn place(&self) -> String {
        format!("`{}` ({}:{})", self.name, self.file, self.line)
    }
}

/// A handler ready to be entered into a [`Router`](crate::Router): what `routes![..]` is a list of.
#[derive(Clone)]
pub struct Route {
    pub(crate) meta: RouteMeta,
    pub(crate) describe: fn(&mut Operation<'_>),
    pub(crate) plan: fn(&mut Plan),
    pub(crate) call: Call,
    pub(crate) wraps: Vec<super::Wrap>,
}

pub(crate) type Call = fn(Incoming) -> BoxFuture<'static, Response>;

impl Route {
    pub(crate) fn of<H: Handler>() -> Self {
        Self {
            meta: H::META,
            describe: |op| {
                H::Deps::describe(op);
                H::describe(op);
            },
            plan: H::Deps::plan,
            call: drive::<H>,
            wraps: Vec::new(),
        }
    }
}

impl fmt::Debug for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Route")
            .field("path", &self.meta.path)
            .field("handler", &self.meta.name)
            .finish_non_exhaustive()
    }
}

/// A request on its way into an endpoint.
pub(crate) struct Incoming {
    pub(crate) shared: Arc<Shared>,
    pub(crate) request: Request,
    pub(crate) body: Body,
    pub(crate) before: Option<Arc<[Before]>>,
}

impl Incoming {
    /// What the route's arguments read of the body, and the query, if they read that.
    async fn read(&mut self) -> Result<Bytes, Failure> {
        let Some(route) = self.shared.routes.get(self.request.route()) else {
            return Ok(Bytes::new());
        };
        if route.reads_query {
            self.request.parse_query();
        }
        match route.reads_body {
            true => {
                let body = std::mem::take(&mut self.body);
                body.collect(route.body_limit).await.map_err(unreadable)
            }
            false => Ok(Bytes::new()),
        }
    }
}

/// The one way of a request: arguments, dependencies, the function, the answer, the exits.
///
/// All of it is one future in one allocation, which costs as much as the rest of a small request if it is larger than
/// a kilobyte. So little lives across an await; and what is an argument of a block, not of an `async fn`, is kept once.
///
/// Whoever edits a handler compiles this, and [`answer`], for every handler anew: all of them are one codegen unit, and
/// depend on the layouts of the handlers' futures. So they call what can be compiled once.
fn drive<H: Handler>(mut incoming: Incoming) -> BoxFuture<'static, Response> {
    // Written where it is to stay: `Box::pin` would build it on the stack, and copy all of its room.
    let future = Box::write(Box::new_uninit(), async move {
        let body = match incoming.read().await {
            Ok(body) => body,
            Err(failure) => return incoming.shared.answer(&failure, &incoming.request),
        };
        let mut cx = Context::new(&incoming.request, &incoming.shared, &body);
        let mut store = Store::<<H::Deps as DepList>::Slots>::default();
        let before = incoming.before.as_deref().unwrap_or_default();
        let answered = caught(pin!(answer::<H>(&mut cx, &mut store, before))).await;
        let answered = settle(&mut cx, answered);
        match cx.take_exits() {
            None => finish(&mut cx, answered),
            Some(exits) => leave(&mut cx, &mut store, exits, answered).await,
        }
    });
    Box::into_pin(future)
}

#[cold]
fn unreadable(error: ReadError) -> Failure {
    Failure::of(match error {
        ReadError::TooLarge { .. } => HttpError::from_status(StatusCode::PAYLOAD_TOO_LARGE),
        error => {
            let detail = "There was an error parsing the body";
            HttpError::new(StatusCode::BAD_REQUEST, detail).cause(error)
        }
    })
}

/// One type for all handlers: to catch panics takes five functions for each.
fn caught<'x>(
    future: Pin<&'x mut (dyn Future<Output = Responded> + Send + 'x)>,
) -> Catch<Pin<&'x mut (dyn Future<Output = Responded> + Send + 'x)>> {
    catch(future)
}

async fn answer<H: Handler>(
    cx: &mut Context<'_>,
    store: &mut Store<<H::Deps as DepList>::Slots>,
    before: &[Before],
) -> Responded {
    let (args, mut held) = prepare::<H>(cx, store, before).await?;
    let lent = store.borrow::<H::Deps>(&mut held, cx.shared());
    H::call(args, lent, cx).await
}

/// What a handler came to, with what was asked for through a [`Reply`](crate::Reply).
#[inline]
fn settle(cx: &mut Context<'_>, answered: Result<Responded, Panicked>) -> Responded {
    let answer = answered.unwrap_or_else(|panicked| Err(Failure::erased(panicked)))?;
    match cx.take_reply() {
        None => Ok(answer),
        Some(reply) => Ok(answer.with_reply(reply)),
    }
}

/// Runs the exits, in a future of its own: few endpoints have any.
fn leave<'x, 'r>(
    cx: &'x mut Context<'r>,
    store: &'x mut dyn Values,
    exits: Exits<'r>,
    mut answered: Responded,
) -> BoxFuture<'x, Response> {
    Box::pin(async move {
        let outcome = outcome_of(&answered);
        if let Err(failure) = run_exits(exits, store, outcome).await {
            answered = Err(failure);
        }
        finish(cx, answered)
    })
}

fn outcome_of(answered: &Responded) -> Outcome {
    match answered {
        Ok(answer) if answer.status().is_server_error() => {
            Outcome::Failure(Failure::erased(answer.status()))
        }
        Ok(_) => Outcome::Success,
        Err(failure) => Outcome::Failure(failure.clone()),
    }
}

/// After the exits: background tasks, or the answer to an error.
fn finish(cx: &mut Context<'_>, answered: Responded) -> Response {
    match answered {
        Ok(answer) => {
            if let Some(tasks) = cx.take_tasks() {
                background::run(&tasks, cx.shared());
            }
            answer.into_response()
        }
        Err(failure) => cx.shared().answer(&failure, cx.request()),
    }
}
