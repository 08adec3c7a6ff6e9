//! What can be put around an app, a router or a route: tower layers, functions, and built-in middleware.

use std::{fmt, sync::Arc};

use http::Request;
use tower_layer::Layer;
use tower_service::Service;

use super::{
    built_in::{BuiltIn, Stack},
    function::{ErasedFunction, Middleware},
    service::{Next, SharedService, erase},
};
use crate::{body::Body, depends::Plan, error::BoxError, openapi::Operation, request::AppState};

/// A type-erased layer.
#[derive(Clone)]
pub(crate) enum ErasedLayer {
    Tower(Arc<dyn Fn(Next) -> SharedService + Send + Sync>),
    Function(ErasedFunction),
    BuiltIn(Arc<dyn BuiltIn>),
}

impl ErasedLayer {
    /// Plans its dependencies.
    pub(crate) fn plan(&self, plan: &mut Plan) {
        if let Self::Function(function) = self {
            plan.add(format!("the middleware `{}`", function.name), function.plan);
        }
    }

    /// Adds its responses to an operation.
    pub(crate) fn describe(&self, op: &mut Operation<'_>) {
        match self {
            Self::Tower(_) => {}
            Self::Function(function) => (function.describe)(op),
            Self::BuiltIn(built_in) => built_in.describe(op),
        }
    }

    fn is_built_in(&self) -> bool {
        matches!(self, Self::BuiltIn(_))
    }

    /// Returns whether it logs every response.
    pub(crate) fn logs_access(&self) -> bool {
        matches!(self, Self::BuiltIn(built_in) if built_in.logs_access())
    }

    /// Returns the mistakes in its options.
    pub(crate) fn mistakes(&self) -> Vec<String> {
        match self {
            Self::BuiltIn(built_in) => built_in.mistakes(),
            _ => Vec::new(),
        }
    }
}

impl fmt::Debug for ErasedLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tower(_) => f.write_str("Layer"),
            Self::Function(function) => f.write_str(function.name),
            Self::BuiltIn(built_in) => built_in.fmt(f),
        }
    }
}

/// Wraps a service in layers, the first of which is the innermost. Adjacent built-in middleware becomes one service.
pub(crate) fn wrap_in(
    layers: &[ErasedLayer],
    mut service: SharedService,
    state: &Arc<AppState>,
) -> SharedService {
    for group in layers.chunk_by(|a, b| a.is_built_in() && b.is_built_in()) {
        service = match (stack_of(group, state), group) {
            (Some(stack), _) => stack.around(service),
            (None, [ErasedLayer::Tower(wrap), ..]) => wrap(Next::new(service)),
            (None, [ErasedLayer::Function(function), ..]) => (function.wrap)(service, state),
            _ => service,
        };
    }
    service
}

/// Combines layers, the first of which is the innermost, if there are any and all of them are built in.
pub(crate) fn stack_of(layers: &[ErasedLayer], state: &Arc<AppState>) -> Option<Stack> {
    if layers.is_empty() {
        return None;
    }
    let mut built_in = Vec::with_capacity(layers.len());
    for layer in layers {
        let ErasedLayer::BuiltIn(layer) = layer else {
            return None;
        };
        built_in.push(layer.clone());
    }
    Some(Stack::new(built_in, state))
}

/// The argument of `layer`: a tower layer, or built-in middleware.
#[diagnostic::on_unimplemented(
    message = "`layer` takes a tower layer",
    label = "not a tower layer",
    note = "use built-in middleware of `fastrs::middleware`, a layer of `tower-http` such as `TraceLayer::new_for_http()`, or a type of your own that implements `tower_layer::Layer`"
)]
pub trait TowerLayer: Sized {
    /// The service that the layer returns.
    type Service;

    #[doc(hidden)]
    #[expect(private_interfaces, reason = "only this crate calls it")]
    fn kind(self) -> LayerKind<Self>;
}

/// What an argument of `layer` is.
enum LayerKind<L: TowerLayer> {
    Tower(L, fn(&L, Next) -> L::Service),
    BuiltIn(Arc<dyn BuiltIn>),
}

#[diagnostic::do_not_recommend]
impl<L: Layer<Next>> TowerLayer for L {
    type Service = L::Service;

    #[expect(private_interfaces, reason = "only this crate calls it")]
    fn kind(self) -> LayerKind<Self> {
        LayerKind::Tower(self, L::layer)
    }
}

/// Makes built-in middleware an argument of `layer`.
macro_rules! built_in {
    ($($name:ident),* $(,)?) => {$(
        #[diagnostic::do_not_recommend]
        impl TowerLayer for super::$name {
            type Service = Next;

            #[expect(private_interfaces, reason = "only this crate calls it")]
            fn kind(self) -> LayerKind<Self> {
                LayerKind::BuiltIn(Arc::new(self))
            }
        }
    )*};
}

built_in![
    AccessLog,
    ConcurrencyLimit,
    Cors,
    HttpsRedirect,
    RateLimit,
    RequestId,
    SecurityHeaders,
    Timeout,
    TrustedHost,
];

#[cfg(feature = "compression")]
built_in![Compression, RequestDecompression];

/// Erases the type of a layer.
pub(crate) fn erase_layer<L, B>(layer: L) -> ErasedLayer
where
    L: TowerLayer + Send + Sync + 'static,
    L::Service:
        Service<Request<Body>, Response = http::Response<B>> + Clone + Send + Sync + 'static,
    <L::Service as Service<Request<Body>>>::Error: Into<BoxError>,
    <L::Service as Service<Request<Body>>>::Future: Send,
    B: http_body::Body + Send + 'static,
    B::Error: Into<BoxError>,
{
    match layer.kind() {
        LayerKind::Tower(layer, wrap) => {
            ErasedLayer::Tower(Arc::new(move |inner| erase(wrap(&layer, inner))))
        }
        LayerKind::BuiltIn(built_in) => ErasedLayer::BuiltIn(built_in),
    }
}

/// Erases the type of a middleware function.
pub(crate) fn erase_middleware<M: Middleware>() -> ErasedLayer {
    ErasedLayer::Function(ErasedFunction::of::<M>())
}
