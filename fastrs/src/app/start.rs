//! Starts, serves and stops a built app.

use std::{sync::Arc, time::Duration};

use super::{App, AppService, BuiltApp, StartError, build::Built};
use crate::{
    depends::{DepList, Teardowns},
    error::HttpError,
    request::{BoxFuture, Failure},
    routing::{Job, JobOutput, JobValue, drive_job},
    serve::{self, Bind, IntoBind, Listener, ServeConfig, Stop},
};

impl Built {
    /// Creates the app-scoped values. If one fails, those created before it are closed.
    pub(super) async fn start(self) -> Result<(AppService, Teardowns), StartError> {
        let mut teardowns = Teardowns::default();
        match self.create_values(&mut teardowns).await {
            Ok(()) => Ok((self.service, teardowns)),
            Err(error) => {
                teardowns.run(None).await;
                Err(error)
            }
        }
    }

    /// Creates the app-scoped values, each after its dependencies.
    async fn create_values(&self, teardowns: &mut Teardowns) -> Result<(), StartError> {
        for value in &self.values {
            let started = (value.start)(self.state.clone()).await;
            let failed =
                |failure: Failure| StartError::dependency(value.name, &failure.to_http_error());
            if let Some(teardown) = started.map_err(failed)? {
                teardowns.push(teardown);
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
    /// The future is boxed, so that it is compiled with fastrs.
    pub(crate) fn start(self) -> BoxFuture<'static, Result<(AppService, Teardowns), StartError>> {
        Box::pin(async { self.wire()?.start().await })
    }

    /// Builds the app and creates its app-scoped values. Dependencies that yield are resumed when the last clone of
    /// the service is dropped.
    ///
    /// # Errors
    ///
    /// All mistakes in the wiring, or the error of the first app-scoped dependency that fails.
    pub async fn into_service(self) -> Result<AppService, StartError> {
        let (service, teardowns) = self.start().await?;
        Ok(service.with_teardowns(teardowns))
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
    pub fn serve(self, address: impl IntoBind) -> BoxFuture<'static, Result<(), StartError>> {
        let address = address.into_bind();
        Box::pin(async { self.build()?.serve(address).await })
    }

    /// Serves at the address in the environment variables `HOST` and `PORT`, by default `127.0.0.1` and `8000`.
    ///
    /// Each request is logged as one line on standard error, unless a `tracing` subscriber is set up, the
    /// environment variable `ACCESS_LOG` is `off`, or [`ServeConfig::access_log`] disables it.
    ///
    /// # Errors
    ///
    /// The errors of [`serve`](Self::serve), and a `PORT` that is not a port number.
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
    pub fn run<J>(mut self) -> BoxFuture<'static, Result<JobValue<J>, HttpError>>
    where
        J: Job<Returned: JobOutput>,
    {
        self.jobs.push((J::NAME, <J::Deps as DepList>::plan));
        Box::pin(async {
            let built = self.wire()?;
            let state = built.state.clone();
            let (service, teardowns) = built.start().await?;
            let ran = drive_job::<J>(state.clone()).await;
            state.tasks.idle().await;
            let problems = teardowns.run(None).await;
            drop(service);
            let ran = ran.map_err(|failure: Failure| failure.to_http_error())?;
            match problems.is_empty() {
                true => Ok(ran),
                false => Err(StartError::stop(problems).into()),
            }
        })
    }
}

impl BuiltApp {
    /// Serves the app like [`App::serve`].
    ///
    /// # Errors
    ///
    /// An app-scoped dependency that fails, or an address that is not available.
    pub fn serve(self, address: impl IntoBind) -> BoxFuture<'static, Result<(), StartError>> {
        serve_at(self, address.into_bind())
    }

    /// Serves the app like [`App::launch`].
    ///
    /// # Errors
    ///
    /// The errors of [`serve`](Self::serve), and a `PORT` that is not a port number.
    pub async fn launch(mut self) -> Result<(), StartError> {
        self.config.access_log_by_default(access_log()?);
        let host = std::env::var("HOST").ok().filter(|host| !host.is_empty());
        let port = match std::env::var("PORT").ok().filter(|port| !port.is_empty()) {
            None => 8000,
            Some(port) => port.parse::<u16>().map_err(|_| {
                StartError::wiring(vec![format!(
                    "the environment variable `PORT` is `{port}`: set it to a port, from 0 to 65535"
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
            "the environment variable `ACCESS_LOG` is `{text}`: set it to `on` or `off`"
        )])),
    }
}

/// Serves an app at an address. The future is boxed, so that the whole server is compiled with fastrs: a future is
/// compiled in the crate that polls it.
fn serve_at(app: BuiltApp, address: Bind) -> BoxFuture<'static, Result<(), StartError>> {
    let BuiltApp {
        built,
        config,
        urls,
        document,
    } = app;
    // The rendered document would otherwise stay in memory while the app runs.
    drop(document);
    let timeout = config.teardown();
    Box::pin(async move {
        if let Some(problem) = serve::workers_error() {
            return Err(StartError::wiring(vec![problem]));
        }
        let stop = Stop::on_signals().map_err(StartError::io)?;
        let state = built.state.clone();
        let mut teardowns = Teardowns::default();
        let created = built.create_values(&mut teardowns);
        let listener = match serve::run_until(stop.draining(), created).await {
            Some(Ok(())) => Listener::bind(address).await.map_err(StartError::io),
            Some(Err(error)) => Err(error),
            // A shutdown signal during the startup cancels it: there are no requests yet.
            None => return stop_result(close(teardowns, timeout, &stop).await),
        };
        let listener = match listener {
            Ok(listener) => listener,
            Err(error) => {
                close(teardowns, timeout, &stop).await;
                return Err(error);
            }
        };
        crate::log::announce(&start_line(&listener, &urls));
        let service = Arc::new(built.service);
        let report = match serve::serve(service, listener, config, stop.clone()).await {
            Ok(report) => report,
            Err(error) => {
                close(teardowns, timeout, &stop).await;
                return Err(StartError::io(error));
            }
        };
        let mut problems = Vec::new();
        if report.aborted > 0 {
            problems.push(cut_off(report.aborted, "request"));
        }
        let tasks = state.tasks.running();
        if !report.is_drained && tasks > 0 {
            let problem = cut_off(tasks, "background task");
            tracing::error!("{problem}");
            problems.push(problem);
        }
        problems.append(&mut close(teardowns, timeout, &stop).await);
        stop_result(problems)
    })
}

/// Closes the app-scoped values, including those of mounted apps. Each has its own deadline; a second signal
/// shortens the rest to a moment.
async fn close(teardowns: Teardowns, timeout: Duration, stop: &Stop) -> Vec<String> {
    let closing = async {
        let problems = teardowns.run(Some(timeout)).await;
        // Waits for the values of mounted apps.
        tokio::time::timeout(timeout, Teardowns::in_background())
            .await
            .ok();
        problems
    };
    let given_up = async {
        stop.aborted().await;
        tokio::time::sleep(ABORT_GRACE).await;
    };
    let closed = serve::run_until(given_up, closing).await;
    closed.unwrap_or_else(|| {
        vec!["app-scoped dependencies were not closed, because of a second signal".to_owned()]
    })
}

/// How long app-scoped values have to close after a second signal.
const ABORT_GRACE: Duration = Duration::from_millis(250);

fn cut_off(count: usize, what: &str) -> String {
    let (s, were) = match count {
        1 => ("", "was"),
        _ => ("s", "were"),
    };
    format!("{count} {what}{s} {were} cut off by the shutdown deadline")
}

fn stop_result(problems: Vec<String>) -> Result<(), StartError> {
    match problems.is_empty() {
        true => Ok(()),
        false => Err(StartError::stop(problems)),
    }
}

fn start_line(listener: &Listener, urls: &super::DocumentUrls) -> String {
    let docs = urls
        .docs
        .as_deref()
        .filter(|_| urls.openapi.is_some() && cfg!(feature = "docs-ui"));
    match (docs, listener.local_addr()) {
        (Some(docs), Some(_)) => {
            format!("fastrs is listening on {listener}, docs at {listener}{docs}")
        }
        _ => format!("fastrs is listening on {listener}"),
    }
}
