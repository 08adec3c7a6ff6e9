//! Services behind layers, and what a request carries through the layers in its extensions.

use std::net::SocketAddr;

use http::{Extensions, request::Parts};

use super::App;
use crate::{
    body::Body,
    extract::ClientAddr,
    middleware::{Middleware, Production, SharedService, erase_middleware},
    request::RequestFuture,
    serve::{DispatchedRequest, OnDisconnect},
};

impl App {
    /// Puts middleware around the whole app, including its 404, its documents and its mounts. The one added last is the
    /// outermost.
    ///
    /// ```
    /// use fastrs::prelude::*;
    /// use fastrs::{Next, http};
    ///
    /// /// Says how long a response took: FastAPI's example of middleware.
    /// #[middleware]
    /// async fn timed(request: http::Request<Body>, next: Next) -> Response {
    ///     let started = std::time::Instant::now();
    ///     let mut response = next.run(request).await;
    ///     let millis = started.elapsed().as_millis() as u64;
    ///     response.headers_mut().insert("x-process-time", millis.into());
    ///     response
    /// }
    ///
    /// #[get("/")]
    /// async fn home() -> String {
    ///     "home".into()
    /// }
    ///
    /// # fastrs::__private::block_on(async {
    /// # use fastrs::testing::TestClient;
    /// let app = App::new("Timed", "1.0.0").routes(routes![home]).middleware::<timed>();
    /// let client = TestClient::start(app).await;
    /// assert!(client.get("/").await.header("x-process-time").is_some());
    /// assert!(client.get("/nowhere").await.header("x-process-time").is_some());
    /// # });
    /// ```
    pub fn middleware<M: Middleware>(mut self) -> Self {
        self.layers.push(erase_middleware::<M>());
        self
    }
}

impl App {
    /// Puts the middleware around the app that a public API should have: the defaults of [`Production`].
    ///
    /// ```
    /// use fastrs::prelude::*;
    /// use fastrs::testing::TestClient;
    ///
    /// #[get("/")]
    /// async fn home() -> String {
    ///     "home".into()
    /// }
    ///
    /// # fastrs::__private::block_on(async {
    /// let client = TestClient::start(App::new("Home", "1.0.0").routes(routes![home]).production()).await;
    /// let response = client.get("/").await;
    /// assert!(response.header("x-request-id").is_some());
    /// assert_eq!(response.header("x-content-type-options"), Some("nosniff"));
    /// # });
    /// ```
    pub fn production(self) -> Self {
        self.production_with(Production::new())
    }

    /// Puts the middleware of a [`Production`] around the app, outside of what was added before.
    pub fn production_with(mut self, production: Production) -> Self {
        self.layers.extend(production.into_layers());
        self
    }
}

/// Passes the peer's address through layers and into mounted apps, where middleware can read and replace it.
pub(super) fn set_client(extensions: &mut Extensions, client: Option<SocketAddr>) {
    if let Some(client) = client {
        extensions.insert(ClientAddr(client));
    }
}

pub(super) fn take_client(extensions: &mut Extensions) -> Option<SocketAddr> {
    extensions.remove().map(|ClientAddr(client)| client)
}

/// Calls a service through its layers, and passes on the peer's address.
pub(super) fn call_layered(
    service: &SharedService,
    mut parts: Parts,
    body: Body,
    client: Option<SocketAddr>,
) -> DispatchedRequest {
    set_client(&mut parts.extensions, client);
    DispatchedRequest {
        future: RequestFuture::without_exits(service.call(http::Request::from_parts(parts, body))),
        on_disconnect: OnDisconnect::Drop,
    }
}
