//! Clients that call an app in tests: in process with [`TestClient`], over a socket with [`TestServer`].
//!
//! They are not in the prelude, which is for the modules of handlers. They need no feature either: the linker leaves
//! them out of a program that does not use them.

mod cookies;
mod events;
mod head;
mod json;
mod multipart;
mod open;
mod open_body;
#[cfg(feature = "websocket")]
mod open_sockets;
mod request;
mod response;
mod server;
mod stream;
#[cfg(feature = "websocket")]
mod websocket;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::header::{HeaderName, HeaderValue};
use http::{HeaderMap, Method, Request, Response};
use http_body::Body as _;
use tokio::time::timeout;

pub use self::events::{TestEvent, TestEvents};
pub use self::multipart::TestForm;
pub use self::request::TestRequest;
pub use self::response::TestResponse;
pub use self::server::TestServer;
pub use self::stream::TestStream;
#[cfg(feature = "websocket")]
pub use self::websocket::{CloseCode, TestHandshake, TestWebSocket};

#[cfg(any(feature = "postgres", feature = "sqlite"))]
pub use crate::sql::TestDatabase;

use self::cookies::Jar;
use self::open::Open;
use self::open_body::OpenBody;
use crate::app::{App, AppService, StartError};
use crate::body::{Body, may_have_body};
use crate::depends::{TeardownLimit, Teardowns};
use crate::request::BoxFuture;
use crate::serve::{Dispatch, ServeConfig, strip_body};
#[cfg(feature = "websocket")]
use crate::websocket::ClientSocket;

/// Calls an app without a socket. Like FastAPI's `TestClient`, it keeps cookies and sends them back, follows
/// redirects, and uses the host `testserver`.
///
/// ```
/// use fastrs::prelude::*;
/// use fastrs::testing::TestClient;
///
/// #[get("/hello")]
/// async fn hello(name: String) -> String {
///     format!("Hello, {name}!")
/// }
///
/// #[fastrs::main]
/// async fn main() {
///     let app = App::new("Greeter", "1.0.0").routes(routes![hello]);
///     let client = TestClient::start(app).await;
///
///     let response = client.get("/hello").query(&[("name", "Ada")]).send().await;
///     assert_eq!(response.status(), 200);
///     assert_eq!(response.json::<String>(), "Hello, Ada!");
///
///     client.stop().await;
/// }
/// ```
///
/// A mistake in the test itself (an invalid header, a path without `/`) panics.
pub struct TestClient {
    app: Arc<AppService>,
    headers: HeaderMap,
    follow_redirects: bool,
    jar: Mutex<Jar>,
    open: Open<OpenBody>,
    #[cfg(feature = "websocket")]
    sockets: Open<ClientSocket>,
    config: ServeConfig,
    teardowns: Teardowns,
}

/// The client address that handlers see.
const PEER: SocketAddr =
    SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 50_000);

impl TestClient {
    /// Starts an app and creates its app-scoped dependencies.
    ///
    /// # Panics
    ///
    /// Panics if the app cannot start; the message is its [`StartError`].
    pub async fn start(app: App) -> Self {
        match Self::try_start(app).await {
            Ok(client) => client,
            Err(error) => panic!("{error}"),
        }
    }

    /// Starts an app, or returns the error if it cannot start.
    ///
    /// # Errors
    ///
    /// Returns the error that [`App::serve`] would return before it opens a port.
    pub async fn try_start(app: App) -> Result<Self, StartError> {
        let config = app.settings().clone();
        let (service, teardowns) = app.start().await?;
        Ok(Self {
            app: Arc::new(service),
            headers: HeaderMap::new(),
            follow_redirects: true,
            jar: Mutex::default(),
            open: Open::default(),
            #[cfg(feature = "websocket")]
            sockets: Open::default(),
            config,
            teardowns,
        })
    }

    /// Sets whether redirects are followed. By default, they are.
    #[must_use]
    pub fn follow_redirects(mut self, follow: bool) -> Self {
        self.follow_redirects = follow;
        self
    }

    /// Adds a header to every request.
    #[must_use]
    #[track_caller]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let (name, value) = header(name, value);
        self.headers.append(name, value);
        self
    }

    /// Returns the stored cookies as pairs of name and value.
    #[must_use]
    pub fn cookies(&self) -> Vec<(String, String)> {
        self.jar().pairs()
    }

    /// Stores a cookie for all paths, as if the app had set it.
    pub fn set_cookie(&self, name: &str, value: &str) {
        self.jar().set(name, value);
    }

    /// Removes all cookies.
    pub fn clear_cookies(&self) {
        *self.jar() = Jar::default();
    }

    /// Shuts the app down as the server does: tells its handlers and streams to end, waits for them and for the
    /// background tasks, then drops the app and closes its app-scoped dependencies.
    ///
    /// The app's [`ServeConfig`] sets the deadlines: what has not ended after `shutdown_timeout`, by default 25
    /// seconds, is cut off. Streams and WebSockets need not be read in the meantime: what the app sends is kept for the
    /// test, up to 64 KiB or 1000 messages each.
    pub async fn stop(self) {
        // Boxed, so that it is compiled with fastrs.
        let stopped: BoxFuture<'static, ()> = Box::pin(self.shut_down());
        stopped.await;
    }

    async fn shut_down(self) {
        let (app, open, config) = (self.app, self.open, self.config);
        app.shut_down();
        #[cfg(feature = "websocket")]
        self.sockets.end();
        let end = async {
            open.end().await;
            app.drain().await;
        };
        if timeout(config.shutdown(), end).await.is_err() {
            app.cut_off();
            open.cut_off();
            let _ = timeout(config.teardown(), app.wind_down()).await;
        }
        drop(app);
        let limit = TeardownLimit::InPlace(config.teardown());
        self.teardowns.run(limit).await;
    }

    fn jar(&self) -> MutexGuard<'_, Jar> {
        self.jar.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends one request, and changes the response as the server would.
    async fn exchange(&self, request: Request<Body>) -> Response<Body> {
        let is_head = *request.method() == Method::HEAD;
        let (parts, body) = request.into_parts();
        #[cfg(feature = "metrics")]
        let timer = self.app.begin_to_count(&parts.method, &parts.uri);
        let dispatched = self.app.dispatch(parts, body, Some(PEER));
        let mut response = dispatched.future.await;
        #[cfg(feature = "metrics")]
        if let Some(timer) = timer {
            timer.complete(response.status());
        }
        // As with FastAPI's client, background tasks have finished when the response is returned.
        self.app.idle().await;
        if is_head || !may_have_body(response.status()) {
            strip_body(&mut response);
        } else if let Some(length) = response.body().size_hint().exact() {
            response
                .headers_mut()
                .entry(http::header::CONTENT_LENGTH)
                .or_insert(length.into());
        }
        response
    }
}

impl std::fmt::Debug for TestClient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TestClient")
            .field("jar", &self.jar)
            .finish_non_exhaustive()
    }
}

#[track_caller]
fn header(name: &str, value: &str) -> (HeaderName, HeaderValue) {
    match (name.parse(), value.parse()) {
        (Ok(name), Ok(value)) => (name, value),
        (Err(_), _) => panic!("`{name}` is not a valid header name"),
        (_, Err(_)) => panic!("{value:?} is not a valid value for the header `{name}`"),
    }
}
