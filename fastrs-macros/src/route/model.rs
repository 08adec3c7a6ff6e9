//! A route as plain data.

use std::time::Duration;

use proc_macro2::Span;
use syn::{Expr, ExprPath, LitStr, Type};

use super::pattern::Pattern;
use crate::arguments::{Argument, Provider};
use crate::status::Status;

/// The method that the attribute's name implies, or `None` for `#[route(..)]`.
pub(crate) type Method = Option<&'static str>;

/// The method of `#[websocket(..)]`, whose handshake is a `GET`.
pub(crate) const WEBSOCKET: &str = "WEBSOCKET";

/// Everything in a route's attribute and signature.
pub(crate) struct Route {
    pub(crate) attr: RouteAttr,
    /// `None` if the attribute names no path, which is reported.
    pub(crate) pattern: Option<Pattern>,
    pub(crate) arguments: Vec<Argument>,
}

/// The contents of the attribute's parentheses.
#[derive(Default)]
pub(crate) struct RouteAttr {
    pub(crate) path: Option<LitStr>,
    pub(crate) methods: Vec<String>,
    pub(crate) status: Option<Status>,
    pub(crate) tags: Vec<Expr>,
    /// `summary`, `description`, `response_description`, `operation_id`, `body_limit`, `form_limits`: passed
    /// on unchanged.
    pub(crate) texts: Vec<(&'static str, Expr)>,
    pub(crate) deprecated: bool,
    pub(crate) hidden: bool,
    /// `public`: the guards of its routers do not apply.
    pub(crate) public: Option<Span>,
    pub(crate) cancel_on_disconnect: bool,
    pub(crate) exempt_from_max_in_flight: bool,
    pub(crate) timeout: Option<Duration>,
    pub(crate) cache: Option<CacheAttr>,
    pub(crate) blocking: Option<Span>,
    pub(crate) responses: Vec<Declared>,
    pub(crate) depends: Vec<Provider>,
    /// The first one is the outermost.
    pub(crate) middleware: Vec<ExprPath>,
    pub(crate) is_websocket: bool,
    pub(crate) protocols: Vec<Expr>,
}

/// One element of `responses(..)`.
pub(crate) struct Declared {
    pub(crate) status: Status,
    pub(crate) model: Option<Type>,
    pub(crate) text: Option<LitStr>,
}

/// How a route's responses are cached.
pub(crate) struct CacheAttr {
    pub(crate) span: Span,
    pub(crate) seconds: Expr,
    pub(crate) stale: Option<Expr>,
    pub(crate) tags: Vec<LitStr>,
    pub(crate) by: Option<Vec<LitStr>>,
    pub(crate) shared: bool,
    pub(crate) statuses: Vec<Status>,
}
