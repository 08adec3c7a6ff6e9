//! From a built app to a running one.

use std::{fmt, io, sync::Arc};

use super::{App, AppService, BuiltApp, build::Built};
use crate::{
    depends::{Closers, DepList},
    error::HttpError,
    request::{BoxFuture, Failure},
    routing::{Job, JobReturned, JobValue, drive_job},
    serve::{self, Bind, Listener, ServeConfig, Stop},
};

/// Why an app did not start: all mistakes of its wiring, or what kept it from its port.
///
/// Its `Debug` is its `Display`, so that `main` prints it readably.
pub struct StartError {
    problems: Vec<String>,
    source: Option<io::Error>,
}

impl StartError {
    pub(super) fn wiring(problems: Vec<String>) -> Self {
        Self {
            problems,
            source: None,
        }
    }

    pub(crate) fn io(error: io::Error) -> Self {
        Self {
            problems: vec![error.to_string()],
            source: Some(error),
        }
    }

    fn dependency(name: &str, error: &HttpError) -> Self {
        Self {
            problems: vec![format!(
                "the app-scoped dependency `{name}` failed to start: {error}"
            )],
            source: None,
        }
    }

    /// Each mistake in a sentence.
    pub fn problems(&self) -> &[String] {
        &self.problems
    }
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.problems[..] {
            [only] => write!(f, "the app cannot start: {only}"),
            all => {
                write!(f, "the app cannot start, for {} reasons:", all.len())?;
                all.iter()
                    .try_for_each(|problem| write!(f, "\n  - {problem}"))
            }
        }
    }
}

impl fmt::Debug for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for StartError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_ref().map(|error| error as _)
    }
}

impl Built {
    /// Makes the app-scoped values. If one fails, those before it are closed.
    pub(super) async fn start(self) -> Result<(AppService, Closers), StartError> {
        let mut closers = Closers::default();
        match self.make_values(&mut closers).await {
            Ok(()) => Ok((self.service, closers)),
            Err(error) => {
                closers.close().await;
                Err(error)
            }
        }
    }

    /// Makes the app-scoped values, each after what it depends on.
    async fn make_values(&self, closers: &mut Closers) -> Result<(), StartError> {
        for value in &self.values {
            let started = (value.start)(self.state.clone()).await;
            let failed =
                |failure: Failure| StartError::dependency(value.name, &failure.to_http_error());
            if let Some(closer) = started.map_err(failed)? {
                closers.push(closer);
            }
        }
        Ok(())
    }
}

impl App {
    pub(crate) fn settings(&self) -> &ServeConfig {
        &self.config
    }

    /// Builds the app and makes its app-scoped values, for those who end it themselves.
    ///
    /// In a box, so that it is compiled with fastrs.
    pub(crate) fn start(self) -> BoxFuture<'static, Result<(AppService, Closers), StartError>> {
        Box::pin(async { self.wire()?.start().await })
    }

    /// Serves the app until SIGTERM or SIGINT, then lets what runs come to its end.
    ///
    /// The address is `"127.0.0.1:8000"`, `"unix:/run/app.sock"`, a pair of host and port, or a listener. Port 0 takes
    /// a free one; the start line, on standard error, says which.
    ///
    /// # Errors
    ///
    /// A mistake in the app's wiring, an app-scoped dependency that fails, an address that is not to be had. All of
    /// them before a connection is accepted.
    pub async fn serve(self, address: impl Into<Bind>) -> Result<(), StartError> {
        self.build()?.serve(address).await
    }

    /// Serves at `HOST` and `PORT` of the environment; what is not set there is `127.0.0.1` and `8000`.
    ///
    /// # Errors
    ///
    /// As [`serve`](Self::serve), and a `PORT` that is no port.
    pub async fn launch(self) -> Result<(), StartError> {
        self.build()?.launch().await
    }

    /// Runs a job: the same dependencies, outside any request. App-scoped ones are made before it and closed after.
    ///
    /// ```no_run
    /// # use fastrs::prelude::*;
    /// # #[fastrs::job] async fn nightly() -> Result<u64> { Ok(1) }
    /// # async fn main_() -> Result<()> {
    /// let app = App::new("Shop", "1.0.0");
    /// let cleaned: u64 = app.run::<nightly>().await?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// What the job or one of its dependencies returns, and a [`StartError`] as a 500.
    pub async fn run<J>(mut self) -> Result<JobValue<J>, HttpError>
    where
        J: Job<Returned: JobReturned>,
    {
        self.jobs.push((J::NAME, <J::Deps as DepList>::plan));
        let built = self.wire()?;
        let state = built.state.clone();
        let (service, closers) = built.start().await?;
        let ran = drive_job::<J>(&state).await;
        state.tasks.idle().await;
        closers.close().await;
        drop(service);
        ran.map_err(|failure: Failure| failure.to_http_error())
    }
}

impl BuiltApp {
    /// Serves the app, as [`App::serve`].
    ///
    /// # Errors
    ///
    /// An app-scoped dependency that fails, an address that is not to be had.
    pub async fn serve(self, address: impl Into<Bind>) -> Result<(), StartError> {
        serve_at(self, address.into()).await
    }

    /// Serves the app, as [`App::launch`].
    ///
    /// # Errors
    ///
    /// As [`serve`](Self::serve), and a `PORT` that is no port.
    pub async fn launch(self) -> Result<(), StartError> {
        let host = std::env::var("HOST").ok().filter(|host| !host.is_empty());
        let port = match std::env::var("PORT").ok().filter(|port| !port.is_empty()) {
            None => 8000,
            Some(port) => port.parse::<u16>().map_err(|_| {
                StartError::wiring(vec![format!(
                    "the environment's PORT is `{port}`, which is no port: 0 to 65535"
                )])
            })?,
        };
        self.serve((host.unwrap_or_else(|| "127.0.0.1".to_owned()), port))
            .await
    }
}

/// In a box, so that the whole server is compiled with fastrs: a future is compiled in the crate that polls it.
fn serve_at(app: BuiltApp, address: Bind) -> BoxFuture<'static, Result<(), StartError>> {
    let BuiltApp {
        built,
        config,
        urls,
        document,
    } = app;
    // Not kept for as long as the app runs.
    drop(document);
    Box::pin(async move {
        let stop = Stop::on_signals().map_err(StartError::io)?;
        let mut closers = Closers::default();
        let made = built.make_values(&mut closers);
        let listener = match serve::either(stop.draining(), made).await {
            Some(Ok(())) => Listener::bind(address).await.map_err(StartError::io),
            Some(Err(error)) => Err(error),
            // A start that takes too long is given up: no request has been begun.
            None => {
                closers.close().await;
                return Ok(());
            }
        };
        let listener = match listener {
            Ok(listener) => listener,
            Err(error) => {
                closers.close().await;
                return Err(error);
            }
        };
        serve::announce(&start_line(&listener, &urls));
        let drained = serve::serve(Arc::new(built.service), listener, config, stop).await;
        closers.close().await;
        match drained.map_err(StartError::io)?.aborted {
            0 => Ok(()),
            cut => Err(StartError::io(io::Error::other(format!(
                "{cut} requests were cut off by the shutdown deadline"
            )))),
        }
    })
}

fn start_line(listener: &Listener, urls: &super::Urls) -> String {
    let docs = urls
        .docs
        .as_deref()
        .filter(|_| urls.openapi.is_some() && cfg!(feature = "docs-ui"));
    match (docs, listener.local_addr()) {
        (Some(docs), Some(_)) => format!("fastrs serves {listener}, docs at {listener}{docs}"),
        _ => format!("fastrs serves {listener}"),
    }
}
