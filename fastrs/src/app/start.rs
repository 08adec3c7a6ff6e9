//! Starts, serves and stops a built app.

use std::{fmt, io, sync::Arc, time::Duration};

use super::{App, AppService, BuiltApp, build::Built};
use crate::{
    depends::{Closers, DepList},
    error::HttpError,
    request::{BoxFuture, Failure},
    routing::{Job, JobReturned, JobValue, drive_job},
    serve::{self, Bind, Listener, ServeConfig, Stop},
};

/// Why an app did not start: all mistakes in its wiring, or the error that kept it from opening its port. Also
/// reports what was cut off or failed when the app stopped.
///
/// Its `Debug` output equals its `Display` output, so that `main` prints it readably.
pub struct StartError {
    problems: Vec<String>,
    source: Option<io::Error>,
    /// Whether the app did start, but did not stop cleanly.
    has_started: bool,
}

impl StartError {
    pub(super) fn wiring(problems: Vec<String>) -> Self {
        Self {
            problems,
            source: None,
            has_started: false,
        }
    }

    /// Creates an error from the problems at shutdown.
    fn stop(problems: Vec<String>) -> Self {
        Self {
            has_started: true,
            ..Self::wiring(problems)
        }
    }

    pub(crate) fn io(error: io::Error) -> Self {
        let problems = vec![error.to_string()];
        Self {
            source: Some(error),
            ..Self::wiring(problems)
        }
    }

    fn dependency(name: &str, error: &HttpError) -> Self {
        Self::wiring(vec![format!(
            "the app-scoped dependency `{name}` failed to start: {error}"
        )])
    }

    /// The problems, each as one message.
    pub fn problems(&self) -> &[String] {
        &self.problems
    }
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.has_started {
            true => "the app did not stop in order",
            false => "the app cannot start",
        };
        match &self.problems[..] {
            [only] => write!(f, "{what}: {only}"),
            all => {
                write!(f, "{what}, for {} reasons:", all.len())?;
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
    /// Creates the app-scoped values. If one fails, those created before it are closed.
    pub(super) async fn start(self) -> Result<(AppService, Closers), StartError> {
        let mut closers = Closers::default();
        match self.make_values(&mut closers).await {
            Ok(()) => Ok((self.service, closers)),
            Err(error) => {
                closers.close(None).await;
                Err(error)
            }
        }
    }

    /// Creates the app-scoped values, each after its dependencies.
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

    /// Builds the app and creates its app-scoped values, for callers that close them themselves.
    ///
    /// Boxed, so that the future is compiled with fastrs.
    pub(crate) fn start(self) -> BoxFuture<'static, Result<(AppService, Closers), StartError>> {
        Box::pin(async { self.wire()?.start().await })
    }

    /// Serves the app until SIGTERM or SIGINT, then lets running work finish.
    ///
    /// The address is `"127.0.0.1:8000"`, `"unix:/run/app.sock"`, a pair of host and port, or a listener. Port 0
    /// picks a free port, which the start line on standard error shows.
    ///
    /// # Errors
    ///
    /// A mistake in the app's wiring, an app-scoped dependency that fails, or an address that is not available, all
    /// before the first connection is accepted.
    pub async fn serve(self, address: impl Into<Bind>) -> Result<(), StartError> {
        self.build()?.serve(address).await
    }

    /// Serves at the address in the environment variables `HOST` and `PORT`, by default `127.0.0.1` and `8000`.
    ///
    /// Each request is logged as one line on standard error, unless a `tracing` subscriber is set up, the
    /// environment variable `ACCESS_LOG` is `off`, or [`ServeConfig::access_log`] disables it.
    ///
    /// # Errors
    ///
    /// As for [`serve`](Self::serve), and a `PORT` that is not a port number.
    pub async fn launch(self) -> Result<(), StartError> {
        self.build()?.launch().await
    }

    /// Runs a job, which can use the app's dependencies outside a request. App-scoped values are created before it
    /// and closed after it.
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
    /// The error of the job or of one of its dependencies, or a [`StartError`] as a 500.
    pub async fn run<J>(mut self) -> Result<JobValue<J>, HttpError>
    where
        J: Job<Returned: JobReturned>,
    {
        self.jobs.push((J::NAME, <J::Deps as DepList>::plan));
        let built = self.wire()?;
        let state = built.state.clone();
        let (service, closers) = built.start().await?;
        let ran = drive_job::<J>(state.clone()).await;
        state.tasks.idle().await;
        let problems = closers.close(None).await;
        drop(service);
        let ran = ran.map_err(|failure: Failure| failure.to_http_error())?;
        match problems.is_empty() {
            true => Ok(ran),
            false => Err(StartError::stop(problems).into()),
        }
    }
}

impl BuiltApp {
    /// Serves the app like [`App::serve`].
    ///
    /// # Errors
    ///
    /// An app-scoped dependency that fails, or an address that is not available.
    pub async fn serve(self, address: impl Into<Bind>) -> Result<(), StartError> {
        serve_at(self, address.into()).await
    }

    /// Serves the app like [`App::launch`].
    ///
    /// # Errors
    ///
    /// As for [`serve`](Self::serve), and a `PORT` that is not a port number.
    pub async fn launch(mut self) -> Result<(), StartError> {
        self.config.access_log_by_default(access_log()?);
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

/// Reads the environment variable `ACCESS_LOG`.
fn access_log() -> Result<bool, StartError> {
    let text = std::env::var("ACCESS_LOG").unwrap_or_default();
    match &*text.to_ascii_lowercase() {
        "" | "on" | "true" | "yes" | "1" => Ok(true),
        "off" | "false" | "no" | "0" => Ok(false),
        _ => Err(StartError::wiring(vec![format!(
            "the environment's ACCESS_LOG is `{text}`: say `on` or `off`"
        )])),
    }
}

/// Boxed, so that the whole server is compiled with fastrs: a future is compiled in the crate that polls it.
fn serve_at(app: BuiltApp, address: Bind) -> BoxFuture<'static, Result<(), StartError>> {
    let BuiltApp {
        built,
        config,
        urls,
        document,
    } = app;
    // The rendered document would otherwise stay in memory while the app runs.
    drop(document);
    let patience = config.teardown();
    Box::pin(async move {
        if let Some(problem) = serve::wrong_workers() {
            return Err(StartError::wiring(vec![problem]));
        }
        let stop = Stop::on_signals().map_err(StartError::io)?;
        let state = built.state.clone();
        let mut closers = Closers::default();
        let made = built.make_values(&mut closers);
        let listener = match serve::either(stop.draining(), made).await {
            Some(Ok(())) => Listener::bind(address).await.map_err(StartError::io),
            Some(Err(error)) => Err(error),
            // A shutdown signal during the startup cancels it: there are no requests yet.
            None => return stopped(close(closers, patience, &stop).await),
        };
        let listener = match listener {
            Ok(listener) => listener,
            Err(error) => {
                close(closers, patience, &stop).await;
                return Err(error);
            }
        };
        serve::announce(&start_line(&listener, &urls));
        let service = Arc::new(built.service);
        let drained = serve::serve(service, listener, config, stop.clone()).await;
        let drained = match drained {
            Ok(drained) => drained,
            Err(error) => {
                close(closers, patience, &stop).await;
                return Err(StartError::io(error));
            }
        };
        let mut problems = Vec::new();
        if drained.aborted > 0 {
            problems.push(format!(
                "{} requests were cut off by the shutdown deadline",
                drained.aborted
            ));
        }
        let tasks = state.tasks.running();
        if !drained.complete && tasks > 0 {
            let problem = format!("{tasks} background tasks were cut off by the shutdown deadline");
            tracing::error!("{problem}");
            problems.push(problem);
        }
        problems.append(&mut close(closers, patience, &stop).await);
        stopped(problems)
    })
}

/// Closes the app-scoped values, including those of mounted apps. Each has its own deadline; a second signal
/// shortens the rest to a moment.
async fn close(closers: Closers, patience: Duration, stop: &Stop) -> Vec<String> {
    let closing = async {
        let problems = closers.close(Some(patience)).await;
        // The values of mounted apps.
        tokio::time::timeout(patience, Closers::in_background())
            .await
            .ok();
        problems
    };
    let given_up = async {
        stop.aborted().await;
        tokio::time::sleep(ABORT_GRACE).await;
    };
    let closed = serve::either(given_up, closing).await;
    closed.unwrap_or_else(|| {
        vec!["app-scoped dependencies were not closed, because of a second signal".to_owned()]
    })
}

/// How long app-scoped values have to close after a second signal.
const ABORT_GRACE: Duration = Duration::from_millis(250);

fn stopped(problems: Vec<String>) -> Result<(), StartError> {
    match problems.is_empty() {
        true => Ok(()),
        false => Err(StartError::stop(problems)),
    }
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
