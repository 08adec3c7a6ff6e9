//! Mounted services: the path that they see, and the redirects that the client sees.

use std::{
    convert::Infallible,
    sync::Arc,
    task::{Context, Poll},
};

use http::{HeaderValue, Method, Uri, header::LOCATION};
use tower_service::Service;

use super::automatic::{AutomaticResponse, automatic_response};
use crate::{
    body::{Body, BodyLimit, Response},
    middleware::{SharedService, erase, wrap_in},
    request::{
        AppState, BoxFuture, RootPath, Shutdown, end_of_prefix, first_byte, slash_reference,
        with_path,
    },
    routing::FlatMount,
};

/// A mounted service that is ready to be called.
pub(super) struct Mount {
    pub(super) path: String,
    pub(super) layered: SharedService,
    /// Finds the routes of the service, if it is itself an app.
    app: Option<RouteOf>,
}

/// Returns the path of the route for a request.
pub(super) type RouteOf = Box<dyn Fn(&Method, &Uri) -> Option<String> + Send + Sync>;

impl Mount {
    /// `limit` is the app's limit. `app` finds the routes of the service, if it is itself an app.
    pub(super) fn new(
        state: &Arc<AppState>,
        mount: FlatMount,
        limit: Option<usize>,
        app: Option<RouteOf>,
        #[cfg(feature = "templates")] urls: &crate::templates::Urls,
    ) -> Self {
        let service = erase(MountService {
            state: state.clone(),
            prefix: Arc::from(&*mount.path),
            service: mount.mount.service,
            is_app: app.is_some(),
            limit: BodyLimit::of(mount.body_limit.or(limit)),
            #[cfg(feature = "templates")]
            urls: urls.clone(),
        });
        let layered = wrap_in(&mount.layers, service, state);
        Self {
            path: mount.path,
            layered,
            app,
        }
    }

    /// Returns the path of the route for a request, with that of the mount. Of another service, only the latter is
    /// known.
    pub(super) fn route_of(&self, method: &Method, uri: &Uri) -> Option<String> {
        let mut route = self.path.clone();
        if let Some(route_of) = &self.app {
            let uri = without_prefix(uri, &self.path)?;
            route.push_str(&route_of(method, &uri)?);
        }
        Some(route)
    }
}

/// A mounted service inside its layers.
#[derive(Clone)]
struct MountService {
    state: Arc<AppState>,
    prefix: Arc<str>,
    service: SharedService,
    /// Whether it is an app, whose own limits apply if it sets any.
    is_app: bool,
    limit: BodyLimit,
    /// The routes that the templates of a mounted app can name, in addition to its own.
    #[cfg(feature = "templates")]
    urls: crate::templates::Urls,
}

impl Service<http::Request<Body>> for MountService {
    type Response = Response;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, mut request: http::Request<Body>) -> Self::Future {
        if let Some(response) = automatic_response(&self.state, &mut request) {
            return Box::pin(std::future::ready(Ok(response)));
        }
        let limit = self.limit.of_mount(request.extensions());
        let limit = limit.unwrap_or(self.limit);
        if self.is_app {
            request.extensions_mut().insert(limit);
        } else if limit.is_exceeded_by(request.body()) {
            let response = AutomaticResponse::TooLarge.respond_inside(&self.state, request);
            return Box::pin(std::future::ready(Ok(response)));
        } else {
            request = request.map(|body| limit.hold(body));
        }
        // If apps are nested, the outermost one is served: the shutdown signal is its own, and it waits for the
        // remaining work.
        let state = &self.state;
        let shutdown = || Shutdown::subscribe(&state.shutdown);
        request.extensions_mut().get_or_insert_with(shutdown);
        let work = || state.work.clone();
        request.extensions_mut().get_or_insert_with(work);
        let outer = request.extensions().get::<RootPath>().cloned();
        let path = RootPath::within(outer.as_ref(), &self.prefix);
        #[cfg(feature = "templates")]
        request
            .extensions_mut()
            .get_or_insert_with(|| self.urls.outermost(outer));
        request.extensions_mut().insert(path);
        if let Some(uri) = without_prefix(request.uri(), &self.prefix) {
            *request.uri_mut() = uri;
        }
        let uri = request.uri().clone();
        let future = self.service.call(request);
        Box::pin(async move {
            let mut response = future.await;
            fix_redirect(&mut response, &uri);
            Ok(response)
        })
    }
}

/// Returns the URI without the mount's prefix: `/static/a%20b.css` below `/static` is `/a%20b.css`. The rest of the
/// path keeps its encoding, but never begins with two slashes, which would name a host.
pub(super) fn without_prefix(uri: &Uri, prefix: &str) -> Option<Uri> {
    let path = uri.path();
    let mut end = end_of_prefix(path, prefix)?;
    while let Some((b'/', length)) = first_byte(&path.as_bytes()[end..]) {
        end += length;
    }
    with_path(uri, &format!("/{}", path.get(end..)?))
}

/// Makes a redirect relative if it only adds or removes the trailing slash of the path that the service saw,
/// because the service is not aware of the prefix. Any other `Location` is left unchanged.
fn fix_redirect(response: &mut Response, uri: &Uri) {
    if !response.status().is_redirection() {
        return;
    }
    let location = response.headers().get(LOCATION);
    let Some(location) = location.and_then(|value| value.to_str().ok()?.parse::<Uri>().ok()) else {
        return;
    };
    let is_here = location.authority().is_none() || location.authority() == uri.authority();
    let (one, other) = (location.path(), uri.path());
    if !is_here || one.strip_suffix('/') != Some(other) && other.strip_suffix('/') != Some(one) {
        return;
    }
    let relative = slash_reference(uri.path(), location.query());
    if let Some(Ok(location)) = relative.map(HeaderValue::try_from) {
        response.headers_mut().insert(LOCATION, location);
    }
}
