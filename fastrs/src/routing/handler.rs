//! A handler: what a route macro turns a function into.

use std::{future::Future, time::Duration};

use http::StatusCode;

use super::{CacheMeta, EndpointFuture, RoutedRequest};
use crate::{
    body::FormLimits,
    depends::{DepList, Injected},
    openapi::Operation,
    request::Context,
    response::ResponseResult,
};

/// A function with a route macro. Only these macros implement it.
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
        injected: Injected<'a, 'r, Self::Deps>,
        cx: &'a mut Context<'r>,
    ) -> impl Future<Output = ResponseResult> + Send;
    /// Calls [`__drive!`](crate::__drive) in the handler's module.
    #[doc(hidden)]
    fn drive(request: RoutedRequest) -> EndpointFuture;
}

/// What a route macro records about its function.
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
    pub(crate) public: bool,
    pub(crate) cancel_on_disconnect: bool,
    pub(crate) exempt_from_max_in_flight: bool,
    pub(crate) body_limit: Option<usize>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) form_limits: FormLimits,
    /// The subprotocols of a WebSocket.
    pub(crate) websocket: Option<&'static [&'static str]>,
    #[cfg_attr(not(feature = "websocket"), allow(dead_code))]
    pub(crate) max_message_size: Option<usize>,
    #[cfg(feature = "cache")]
    pub(crate) cache: Option<CacheMeta>,
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
    /// Creates the metadata of the function `name`, which is defined at `file:line`.
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
            public: false,
            cancel_on_disconnect: false,
            exempt_from_max_in_flight: false,
            body_limit: None,
            timeout: None,
            form_limits: FormLimits::new(),
            websocket: None,
            max_message_size: None,
            #[cfg(feature = "cache")]
            cache: None,
        }
    }

    setters! {
        /// Sets the success status.
        status(status: u16) => status;
        /// Sets the summary in the document.
        summary(text: &'static str) => Some(text);
        /// Sets the description in the document.
        description(text: &'static str) => Some(text);
        /// Sets the description of the success response in the document.
        response_description(text: &'static str) => Some(text);
        /// Sets the operation id in the document.
        operation_id(text: &'static str) => Some(text);
        /// Sets the tags in the document.
        tags(tags: &'static [&'static str]) => tags;
        /// Sets the maximum size of the body, in bytes.
        body_limit(bytes: usize) => Some(bytes);
        /// Sets how long the handler may take.
        timeout(timeout: Duration) => Some(timeout);
        /// Sets limits of the route's form.
        form_limits(limits: FormLimits) => limits;
        /// Makes the route a WebSocket with these subprotocols.
        websocket(protocols: &'static [&'static str]) => Some(protocols);
        /// Sets the maximum size of a WebSocket's message, in bytes.
        max_message_size(bytes: usize) => Some(bytes);
    }

    /// Caches the responses.
    #[cfg(feature = "cache")]
    pub const fn cache(self, cache: CacheMeta) -> Self {
        Self {
            cache: Some(cache),
            ..self
        }
    }

    /// Ignores how to cache the responses, since the macro reports that the feature is off.
    #[cfg(not(feature = "cache"))]
    pub const fn cache(self, _: CacheMeta) -> Self {
        self
    }

    /// Sets the function's doc comment.
    pub const fn doc_comment(self, text: &'static str) -> Self {
        Self {
            doc: Some(text),
            ..self
        }
    }

    /// Marks the route as deprecated.
    pub const fn deprecated(self) -> Self {
        Self {
            deprecated: true,
            ..self
        }
    }

    /// Leaves the route out of the document.
    pub const fn hidden(self) -> Self {
        Self {
            hidden: true,
            ..self
        }
    }

    /// Exempts the route from the guards of its routers.
    pub const fn public(self) -> Self {
        Self {
            public: true,
            ..self
        }
    }

    /// Drops the handler's future when the client disconnects.
    pub const fn cancel_on_disconnect(self) -> Self {
        Self {
            cancel_on_disconnect: true,
            ..self
        }
    }

    /// Handles the route even if too many requests are in flight.
    pub const fn exempt_from_max_in_flight(self) -> Self {
        Self {
            exempt_from_max_in_flight: true,
            ..self
        }
    }

    /// Returns the success status; the macro has already rejected invalid numbers.
    pub(crate) fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or_default()
    }

    /// Returns the handler's name and location, for an error in the app's wiring.
    pub(crate) fn name_and_location(&self) -> String {
        format!("`{}` ({}:{})", self.name, self.file, self.line)
    }
}
