//! An app on a real socket, for tests that need one.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinHandle;

use crate::app::{App, StartError};
use crate::depends::{TeardownLimit, Teardowns};
use crate::request::BoxFuture;
#[cfg(feature = "tls")]
use crate::serve::Certificates;
use crate::serve::{Listener, Stop, StopHandle, serve};

/// Serves an app on a free local port, for clients that use HTTP.
///
/// ```
/// use fastrs::prelude::*;
/// use fastrs::testing::TestServer;
///
/// #[fastrs::main]
/// async fn main() -> Result<(), StartError> {
///     let server = TestServer::start(App::new("Shop", "1.0.0")).await?;
///     println!("the document is at {}", server.url("/openapi.json"));
///     server.stop().await;
///     Ok(())
/// }
/// ```
///
/// Dropping it stops the server immediately; [`stop`](Self::stop) finishes the requests in flight first.
#[derive(Debug)]
pub struct TestServer {
    address: SocketAddr,
    scheme: &'static str,
    stop: StopHandle,
    serving: Option<JoinHandle<()>>,
    teardown_timeout: Duration,
    teardowns: Teardowns,
}

impl TestServer {
    /// Starts an app on a free port of 127.0.0.1.
    ///
    /// # Errors
    ///
    /// Returns the errors that [`App::serve`] returns before it accepts the first connection.
    pub async fn start(app: App) -> Result<Self, StartError> {
        start_server(app).await
    }

    /// Returns the address, with the port that was chosen.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.address
    }

    /// Returns the URL of a path: `http://127.0.0.1:49152/items`, with `https` if the app is served over TLS.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("{}://{}{path}", self.scheme, self.address)
    }

    /// Stops accepting connections, finishes the requests in flight, and returns when the app has been dropped.
    pub async fn stop(mut self) {
        self.stop.drain();
        if let Some(serving) = self.serving.take() {
            // A panic of the server's own task has already been reported.
            let _ = serving.await;
        }
        let teardowns = std::mem::take(&mut self.teardowns);
        let limit = TeardownLimit::InPlace(self.teardown_timeout);
        teardowns.run(limit).await;
    }
}

/// Starts a server for an app. The future is boxed, so that the server is compiled with fastrs: a future is compiled in
/// the crate that polls it.
fn start_server(app: App) -> BoxFuture<'static, Result<TestServer, StartError>> {
    Box::pin(async {
        let config = app.settings().clone();
        let teardown_timeout = config.teardown();
        #[cfg(feature = "tls")]
        let certificates = Certificates::load(&config).map_err(StartError::tls)?;
        let (service, teardowns) = app.start().await?;
        match listen().await {
            Ok((listener, address)) => {
                #[cfg(feature = "tls")]
                let listener = listener.with_certificates(certificates);
                let scheme = listener.scheme();
                let (handle, stop) = Stop::new();
                // Boxed, because tokio's code for a task is compiled for each type of future.
                let serving: BoxFuture<'static, ()> = Box::pin(async move {
                    let report = serve(Arc::new(service), listener, config, stop, &|_| {}).await;
                    let _ = report.expect("the server starts");
                });
                Ok(TestServer {
                    address,
                    scheme,
                    stop: handle,
                    serving: Some(tokio::spawn(serving)),
                    teardown_timeout,
                    teardowns,
                })
            }
            Err(error) => {
                teardowns.run(TeardownLimit::None).await;
                Err(StartError::io(error))
            }
        }
    })
}

async fn listen() -> io::Result<(Listener, SocketAddr)> {
    let listener = Listener::bind(([127, 0, 0, 1], 0)).await?;
    let address = listener.local_addr();
    Ok((listener, address.ok_or(io::ErrorKind::AddrNotAvailable)?))
}

impl Drop for TestServer {
    fn drop(&mut self) {
        self.stop.abort();
    }
}
