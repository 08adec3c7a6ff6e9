//! Guards for the responses that need no handler.

use std::{net::SocketAddr, sync::Arc};

use http::{StatusCode, header::ALLOW, request::Parts};

use super::automatic::AutomaticResponse;
use crate::{
    body::Body,
    depends::Injected,
    error::HttpError,
    request::{
        AppState, BoxFuture, CanonicalPath, Context, Failure, PathValues, Request, RouteInfo,
    },
    response::{ResponseParts, ResponseResult},
    routing::{
        BoundRoute, EndpointFuture, FlatRoute, Pattern, PreparedCall, RoutedRequest, drive_dyn,
    },
};

/// The guards of a route.
pub(super) struct Guard {
    /// A route that runs only the guards, and reads no body.
    route: Arc<BoundRoute>,
    /// The path of the guarded route, whose values a guard may read.
    pattern: Pattern,
}

/// Returns the guards of a route, if it has any.
pub(super) fn guard_of(
    state: &Arc<AppState>,
    info: &RouteInfo,
    flat: &FlatRoute,
) -> Option<Arc<Guard>> {
    let mut guards = flat.inherited.dependencies.clone();
    guards.retain(|known| known.is_guard);
    if guards.is_empty() {
        return None;
    }
    let info = RouteInfo {
        scopes: info.scopes.clone(),
        ..RouteInfo::new(info.names.clone())
    };
    let route = Arc::new(BoundRoute {
        state: state.clone(),
        info,
        dependencies: guards,
        #[cfg(feature = "cache")]
        cached: None,
    });
    // The path has already been checked.
    let pattern = Pattern::parse(&flat.path()).ok()?;
    Some(Arc::new(Guard { route, pattern }))
}

/// Responds without a handler, unless a guard rejects the request.
pub(super) fn respond_guarded(
    guard: &Guard,
    automatic: AutomaticResponse,
    mut parts: Parts,
    client: Option<SocketAddr>,
) -> EndpointFuture {
    let allow = match &automatic {
        AutomaticResponse::MethodNotAllowed(allow) => Some(allow.clone()),
        _ => None,
    };
    parts.extensions.insert(automatic);
    let path = CanonicalPath::of(&parts.uri);
    let mut values = PathValues::default();
    let own = path.as_str(&parts.uri);
    if !guard.pattern.matches(own, &mut values) {
        // The path of a redirect differs in its trailing slash, which is not part of any value.
        let other = match own.strip_suffix('/') {
            Some(without) => without.to_owned(),
            None => format!("{own}/"),
        };
        if !guard.pattern.matches(&other, &mut values) {
            // A layer has changed the path.
            values.clear();
        }
    }
    let routed = RoutedRequest {
        route: guard.route.clone(),
        request: Request::new(parts, path, values, client),
        body: Body::empty(),
    };
    let responds = drive_dyn::<()>(routed, take);
    Box::pin(async move {
        let mut response = responds.await;
        // An exception handler may have written the 405.
        if let Some(allow) = allow.filter(|_| response.status() == StatusCode::METHOD_NOT_ALLOWED) {
            response.headers_mut().insert(ALLOW, allow);
        }
        response
    })
}

fn take<'r>(cx: &mut Context<'r>) -> Option<Box<dyn PreparedCall<'r, ()> + 'r>> {
    let automatic: &AutomaticResponse = cx.request().extensions().get()?;
    Some(Box::new(automatic.clone()))
}

impl<'r> PreparedCall<'r, ()> for AutomaticResponse {
    fn call<'a>(
        self: Box<Self>,
        (): Injected<'a, 'r, ()>,
        _: &'a mut Context<'r>,
    ) -> BoxFuture<'a, ResponseResult>
    where
        'r: 'a,
    {
        let result = match self.to_response() {
            Ok(response) => {
                let status = response.status();
                Ok(ResponseParts::new(response).with_status(status))
            }
            Err(status) => Err(Failure::of(HttpError::from_status(status))),
        };
        Box::pin(std::future::ready(result))
    }
}
