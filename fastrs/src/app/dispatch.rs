//! Dispatches a request to its endpoint.

use std::{
    convert::Infallible,
    net::SocketAddr,
    sync::Arc,
    task::{Context, Poll},
};

use http::{
    HeaderValue, Method, StatusCode, Uri, header::ACCESS_CONTROL_REQUEST_METHOD, request::Parts,
};
use tower_service::Service;

use super::{
    Routes,
    automatic::{self, AutomaticResponse},
    document::serve_asset,
    documents::AppAsset,
    endpoint::Endpoint,
    layered::{call_layered, take_client},
    monitor::Monitor,
    mount::Mount,
};
#[cfg(all(feature = "http2", feature = "websocket"))]
use crate::request::is_websocket_connect;
use crate::{
    body::{Body, Response},
    error::HttpError,
    request::{AppState, BoxFuture, CanonicalPath, PathValues, slash_reference},
    routing::{Lookup, Table, Target},
    serve::DispatchedRequest,
};

/// The part of the app inside its own layers.
pub(super) struct Dispatcher {
    pub(super) state: Arc<AppState>,
    pub(super) table: Table,
    pub(super) endpoints: Vec<Endpoint>,
    pub(super) mounts: Vec<Mount>,
    pub(super) assets: Vec<AppAsset>,
    pub(super) monitors: Vec<Monitor>,
    /// The routes as data, which no request reads.
    pub(super) routes: Routes,
    pub(super) redirect_slashes: bool,
    /// Whether any route is canceled when its client disconnects.
    pub(super) any_cancels: bool,
    #[cfg(feature = "templates")]
    pub(super) urls: crate::templates::Urls,
    #[cfg(feature = "metrics")]
    pub(super) counted: super::monitor::counted::Counted,
}

impl Dispatcher {
    /// Finds the endpoint and calls it. This function and [`route`](Self::route) are inlined, and whatever changes the
    /// parts is in its own function: each time the parts are passed on or made mutable, they are copied, which costs a
    /// small request 30 instructions.
    #[inline(always)]
    pub(super) fn dispatch(
        &self,
        parts: Parts,
        body: Body,
        client: Option<SocketAddr>,
    ) -> DispatchedRequest {
        let path = CanonicalPath::of(&parts.uri);
        #[cfg(all(feature = "http2", feature = "websocket"))]
        if self.opens_websocket(&parts, &path) {
            return self.dispatch_as_get(parts, path, body, client);
        }
        self.route(parts, path, body, client)
    }

    #[cfg(all(feature = "http2", feature = "websocket"))]
    #[cold]
    fn dispatch_as_get(
        &self,
        mut parts: Parts,
        path: CanonicalPath,
        body: Body,
        client: Option<SocketAddr>,
    ) -> DispatchedRequest {
        parts.method = Method::GET;
        self.route(parts, path, body, client)
    }

    #[inline(always)]
    fn route(
        &self,
        parts: Parts,
        path: CanonicalPath,
        body: Body,
        client: Option<SocketAddr>,
    ) -> DispatchedRequest {
        let mut values = PathValues::default();
        match self
            .table
            .find(&parts.method, path.as_str(&parts.uri), &mut values)
        {
            Lookup::Found(Target::Route(number)) => match self.endpoints.get(number) {
                Some(endpoint) => endpoint.call(parts, body, path, values, client),
                None => self.not_found(parts, client),
            },
            Lookup::Found(Target::Asset(number)) => self.asset(number, parts, client),
            Lookup::Found(Target::Monitor(number)) => self.monitored(number, parts, client),
            Lookup::Found(Target::Files(number)) => {
                self.files(number, parts, body, path, values, client)
            }
            Lookup::Found(Target::Mount(number)) => self.mounted(number, parts, body, client),
            Lookup::OtherMethods(target) => self.other_method(target, parts, body, client),
            Lookup::NotFound => self.no_path(parts, path, body, client),
        }
    }

    /// Sends the document or a docs page.
    #[inline(never)]
    fn asset(&self, number: usize, parts: Parts, client: Option<SocketAddr>) -> DispatchedRequest {
        match self.assets.get(number) {
            Some(asset) => {
                let asset = asset.get(parts.extensions.get());
                DispatchedRequest::ready(serve_asset(&asset, &parts.headers))
            }
            None => self.not_found(parts, client),
        }
    }

    /// Responds to what monitors the app.
    #[inline(never)]
    fn monitored(
        &self,
        number: usize,
        parts: Parts,
        client: Option<SocketAddr>,
    ) -> DispatchedRequest {
        match self.monitors.get(number) {
            Some(monitor) => monitor.respond(&self.state, &parts),
            None => self.not_found(parts, client),
        }
    }

    /// Returns the monitor that responds to a request, before it is routed.
    pub(super) fn monitor(&self, method: &Method, uri: &Uri) -> Option<&Monitor> {
        if self.monitors.is_empty() {
            return None;
        }
        let path = CanonicalPath::of(uri);
        let path = path.as_str(uri);
        if !self.monitors.iter().any(|monitor| monitor.path == path) {
            return None;
        }
        // The other methods of the path may have routes.
        match self.table.find(method, path, &mut PathValues::default()) {
            Lookup::Found(Target::Monitor(number)) => self.monitors.get(number),
            _ => None,
        }
    }

    /// Handles a request for a static file. A route takes precedence over the file with its path.
    #[inline(never)]
    fn files(
        &self,
        number: usize,
        parts: Parts,
        body: Body,
        path: CanonicalPath,
        values: PathValues,
        client: Option<SocketAddr>,
    ) -> DispatchedRequest {
        let files = Some(Target::Files(number));
        let route = self.with_other_slash(&parts, path.as_str(&parts.uri), files);
        match (route, self.endpoints.get(number)) {
            (Some((target, redirect)), _) => {
                self.respond_in_layers(target, redirect, parts, body, client)
            }
            (_, Some(endpoint)) => endpoint.call(parts, body, path, values, client),
            (_, None) => self.not_found(parts, client),
        }
    }

    /// Handles a request for a path that no route matches, or only with its trailing slash added or removed.
    #[cold]
    fn no_path(
        &self,
        parts: Parts,
        path: CanonicalPath,
        body: Body,
        client: Option<SocketAddr>,
    ) -> DispatchedRequest {
        match self.with_other_slash(&parts, path.as_str(&parts.uri), None) {
            Some((target, redirect)) => {
                self.respond_in_layers(target, redirect, parts, body, client)
            }
            None => self.not_found(parts, client),
        }
    }

    /// Returns whether a request is the CONNECT for a WebSocket of this app, which is handled like the `GET` that it
    /// would be in HTTP/1. A `GET` route must not respond to any other CONNECT: a 2xx would mean that the socket is
    /// open (RFC 8441, 5).
    #[cfg(all(feature = "http2", feature = "websocket"))]
    #[inline]
    fn opens_websocket(&self, parts: &Parts, path: &CanonicalPath) -> bool {
        if !is_websocket_connect(&parts.method, &parts.extensions) {
            return false;
        }
        let path = path.as_str(&parts.uri);
        match self
            .table
            .find(&Method::GET, path, &mut PathValues::default())
        {
            Lookup::Found(Target::Route(number)) => {
                let endpoint = self.endpoints.get(number);
                endpoint.is_some_and(Endpoint::is_websocket)
            }
            _ => false,
        }
    }

    /// Handles a request for a mounted service.
    #[inline(never)]
    fn mounted(
        &self,
        number: usize,
        parts: Parts,
        body: Body,
        client: Option<SocketAddr>,
    ) -> DispatchedRequest {
        let Some(mount) = self.mounts.get(number) else {
            return self.not_found(parts, client);
        };
        // Without the trailing slash, relative links on the mount's own page would point outside the mount.
        let path = CanonicalPath::of(&parts.uri);
        let is_bare = path.as_str(&parts.uri) == mount.path;
        if is_bare
            && self.redirect_slashes
            && let Some(redirect) = slash_redirect(&parts)
        {
            return self.respond_in_layers(Target::Mount(number), redirect, parts, body, client);
        }
        call_layered(&mount.layered, parts, body, client)
    }

    /// Handles a request whose path has routes for other methods only. A preflight request goes through the layers
    /// of the route that it announces.
    #[cold]
    fn other_method(
        &self,
        target: Target,
        parts: Parts,
        body: Body,
        client: Option<SocketAddr>,
    ) -> DispatchedRequest {
        let path = CanonicalPath::of(&parts.uri);
        let path = path.as_str(&parts.uri);
        let target = self.guarded(target, path);
        if parts.method != Method::OPTIONS {
            let automatic = AutomaticResponse::MethodNotAllowed(self.allow(target, path));
            return self.respond_in_layers(target, automatic, parts, body, client);
        }
        match self.preflight_target(&parts, path) {
            Some(Target::Mount(number)) => self.mounted(number, parts, body, client),
            requested => {
                let target = requested.unwrap_or(target);
                let automatic = AutomaticResponse::Options(self.allow(target, path));
                self.respond_in_layers(target, automatic, parts, body, client)
            }
        }
    }

    #[cold]
    fn not_found(&self, parts: Parts, client: Option<SocketAddr>) -> DispatchedRequest {
        // `OPTIONS *` is about the whole server, and only tests it (RFC 9110, 9.3.7).
        if parts.uri.path() == "*" {
            return DispatchedRequest::ready(automatic::empty(StatusCode::NO_CONTENT));
        }
        let error = HttpError::from_status(StatusCode::NOT_FOUND);
        DispatchedRequest::ready(automatic::error(&self.state, parts, client, error))
    }

    /// Returns the target that responds for a path without a handler for the method: a guarded one, if any of the
    /// path's routes is guarded, whichever was added first.
    #[cold]
    fn guarded(&self, first: Target, path: &str) -> Target {
        let mut targets = self.table.targets(path);
        let guarded = targets.find(|target| self.is_guarded(*target));
        guarded.unwrap_or(first)
    }

    /// Returns the methods that the response from inside a target's guard shows. Without a guard, anyone may send the
    /// request, so it shows only the methods that anyone may use.
    #[cold]
    fn allow(&self, target: Target, path: &str) -> HeaderValue {
        let shows_all = self.is_guarded(target);
        let is_shown = |target| shows_all || !self.is_guarded(target);
        self.table.allow(path, is_shown)
    }

    fn is_guarded(&self, target: Target) -> bool {
        let Target::Route(number) = target else {
            return false;
        };
        let endpoint = self.endpoints.get(number);
        endpoint.is_some_and(Endpoint::is_guarded)
    }

    /// Sends an automatic response from inside the layers of a target.
    #[cold]
    fn respond_in_layers(
        &self,
        target: Target,
        automatic: AutomaticResponse,
        mut parts: Parts,
        body: Body,
        client: Option<SocketAddr>,
    ) -> DispatchedRequest {
        let (endpoint, mount) = match target {
            Target::Route(number) | Target::Files(number) => (self.endpoints.get(number), None),
            Target::Mount(number) => (None, self.mounts.get(number)),
            Target::Asset(_) | Target::Monitor(_) => (None, None),
        };
        match (endpoint, mount) {
            (Some(endpoint), _) => endpoint.respond(automatic, parts, body, client),
            (None, Some(mount)) => {
                parts.extensions.insert(automatic);
                call_layered(&mount.layered, parts, body, client)
            }
            (None, None) => DispatchedRequest::ready(automatic.respond(&self.state, parts, client)),
        }
    }

    /// Returns the target of the request that a preflight announces.
    fn preflight_target(&self, parts: &Parts, path: &str) -> Option<Target> {
        let method = parts.headers.get(ACCESS_CONTROL_REQUEST_METHOD)?;
        let method = Method::from_bytes(method.as_bytes()).ok()?;
        match self.table.find(&method, path, &mut PathValues::default()) {
            Lookup::Found(target) => Some(target),
            _ => None,
        }
    }

    /// Returns whether a request that goes through the app's layers is canceled when its client disconnects.
    /// Routing finds that out only after the layers, which is too late. An app without such routes skips the
    /// lookup.
    pub(super) fn cancels(&self, parts: &Parts) -> bool {
        self.any_cancels
            && self
                .endpoint_of(parts)
                .is_some_and(|endpoint| endpoint.cancels)
    }

    /// Returns whether a request is handled even if too many are in flight.
    pub(super) fn is_exempt(&self, parts: &Parts) -> bool {
        let endpoint = self.endpoint_of(parts);
        endpoint.is_some_and(|endpoint| endpoint.is_exempt)
            || self.monitor(&parts.method, &parts.uri).is_some()
    }

    /// Returns the endpoint of a request, before it is routed.
    fn endpoint_of(&self, parts: &Parts) -> Option<&Endpoint> {
        let path = CanonicalPath::of(&parts.uri);
        let method = &parts.method;
        #[cfg(all(feature = "http2", feature = "websocket"))]
        let method = match self.opens_websocket(parts, &path) {
            true => &Method::GET,
            false => method,
        };
        let mut values = PathValues::default();
        let path = path.as_str(&parts.uri);
        let found = self.table.find(method, path, &mut values);
        match found {
            Lookup::Found(Target::Route(number)) => self.endpoints.get(number),
            _ => None,
        }
    }

    /// Returns the target that responds to a request, before it is routed.
    #[inline]
    pub(super) fn target_of(&self, method: &Method, path: &str) -> Option<Target> {
        match self.table.find(method, path, &mut PathValues::default()) {
            Lookup::Found(target) | Lookup::OtherMethods(target) => Some(target),
            Lookup::NotFound => None,
        }
    }

    /// Returns the path of the route for a request before it is routed, as the document has it: `/items/{id}`.
    #[cold]
    pub(super) fn route_of(&self, method: &Method, uri: &Uri) -> Option<String> {
        let path = CanonicalPath::of(uri);
        let path = path.as_str(uri);
        match self.target_of(method, path)? {
            Target::Route(number) | Target::Files(number) => {
                Some(self.endpoints.get(number)?.template().to_owned())
            }
            Target::Mount(number) => self.mounts.get(number)?.route_of(method, uri),
            // These have no placeholders.
            Target::Asset(_) | Target::Monitor(_) => Some(path.to_owned()),
        }
    }

    /// Returns the target at the path with its trailing slash added or removed, and the redirect to it; `None` if that
    /// is the target that was already found.
    fn with_other_slash(
        &self,
        parts: &Parts,
        path: &str,
        found: Option<Target>,
    ) -> Option<(Target, AutomaticResponse)> {
        if !self.redirect_slashes {
            return None;
        }
        let other = match path.strip_suffix('/') {
            Some(without) => without.to_owned(),
            None => format!("{path}/"),
        };
        let mut values = PathValues::default();
        let target = match self.table.find(&parts.method, &other, &mut values) {
            Lookup::Found(target) => target,
            Lookup::OtherMethods(target) => self.guarded(target, &other),
            Lookup::NotFound => return None,
        };
        if Some(target) == found {
            return None;
        }
        Some((target, slash_redirect(parts)?))
    }
}

fn slash_redirect(parts: &Parts) -> Option<AutomaticResponse> {
    let location = slash_reference(parts.uri.path(), parts.uri.query())?;
    Some(AutomaticResponse::Redirect(
        HeaderValue::try_from(location).ok()?,
    ))
}

/// The whole app inside its layers.
#[derive(Clone)]
pub(super) struct DispatcherService(pub(super) Arc<Dispatcher>);

impl Service<http::Request<Body>> for DispatcherService {
    type Response = Response;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, mut request: http::Request<Body>) -> Self::Future {
        let client = take_client(request.extensions_mut());
        let (parts, body) = request.into_parts();
        let dispatched = self.0.dispatch(parts, body, client);
        Box::pin(async { Ok(dispatched.future.await) })
    }
}
