//! Starts, serves and stops a built app.

use std::sync::Arc;

use super::{
    App, AppService, BuiltApp, StartError,
    build::Built,
    environment::Environment,
    stop::{UNFINISHED_EXITS, close_or_give_up, count, cut_off, stop_result},
};
#[cfg(feature = "tls")]
use crate::serve::Certificates;
use crate::{
    depends::{DepList, TeardownLimit, Teardowns},
    error::HttpError,
    request::{BoxFuture, Failure, run_until},
    routing::{Job, JobOutput, JobValue, drive_job},
    serve::{self, Bind, IntoBind, Listener, ServeConfig, Stop},
    settings::SettingsError,
};

impl Built {
    /// Creates the app-scoped values. If one fails, those created before it are closed.
    pub(super) async fn start(mut self) -> Result<(AppService, Teardowns), StartError> {
        let mut teardowns = self.teardowns();
        match self.create_values(&mut teardowns).await {
            Ok(()) => Ok((self.service, teardowns)),
            Err(error) => {
                teardowns.run(TeardownLimit::None).await;
                Err(error)
            }
        }
    }

    /// Returns the teardowns before any value is created.
    fn teardowns(&mut self) -> Teardowns {
        Teardowns::with_mounted(std::mem::take(&mut self.mounted))
    }

    /// Creates the app-scoped values, each after its dependencies. If one fails, those that do not depend on it are
    /// still created, so that the error lists all that fail.
    async fn create_values(&self, teardowns: &mut Teardowns) -> Result<(), StartError> {
        let mut missing = Vec::new();
        let mut problems = Vec::new();
        for value in &self.values {
            if value.needs.iter().any(|id| missing.contains(id)) {
                missing.push(value.id);
                continue;
            }
            match (value.start)(self.state.clone()).await {
                Ok(teardown) => teardown.into_iter().for_each(|it| teardowns.push(it)),
                Err(failure) => {
                    missing.push(value.id);
                    match failure.downcast_ref::<SettingsError>() {
                        Some(error) => problems.extend_from_slice(error.problems()),
                        None => problems.push(format!(
                            "the app-scoped dependency `{}` failed to start: {}",
                            value.name,
                            failure.to_http_error().reason()
                        )),
                    }
                }
            }
        }
        match problems.is_empty() {
            true => Ok(()),
            false => Err(StartError::wiring(problems)),
        }
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

    /// Builds the app and creates its app-scoped values. They are closed by [`AppService::stop`].
    ///
    /// # Errors
    ///
    /// Fails with a list of all mistakes in the wiring, or of all app-scoped dependencies that fail.
    pub async fn into_service(self) -> Result<AppService, StartError> {
        let config = self.config.clone();
        let (service, teardowns) = self.start().await?;
        Ok(service.with_lifetime(teardowns, config))
    }

    /// Serves the app until SIGTERM or SIGINT, then lets running work finish.
    ///
    /// The address is `"127.0.0.1:8000"`, `"unix:/run/app.sock"`, a pair of host and port, or a listener. Port 0
    /// picks a free port, which the start line on standard error shows.
    ///
    /// # Errors
    ///
    /// Fails before the first connection is accepted, if there is a mistake in the app's wiring, an app-scoped
    /// dependency fails, or the address is not available.
    pub fn serve(self, address: impl IntoBind) -> BoxFuture<'static, Result<(), StartError>> {
        let address = address.into_bind();
        Box::pin(async { self.build()?.serve(address).await })
    }

    /// Serves at the address in the environment variables `HOST` and `PORT`, by default `127.0.0.1` and `8000`. With
    /// `HOST=unix:/run/app.sock` it serves a Unix socket. With the feature `systemd`, the socket that systemd has opened for
    /// the process takes precedence.
    ///
    /// Each request is logged as one line on standard error, unless a `tracing` subscriber is set up, the
    /// environment variable `ACCESS_LOG` is `off`, or [`ServeConfig::access_log`] disables it.
    ///
    /// `SHUTDOWN_DELAY` is the [delay of a shutdown](ServeConfig::shutdown_delay) in seconds, unless the app sets its own.
    /// `ROOT_PATH` is the [root path](Self::root_path), and `FORWARDED_ALLOW_IPS` lists the proxies to
    /// [trust](crate::middleware::ProxyHeaders::trust), unless the app sets its own.
    ///
    /// # Errors
    ///
    /// The errors are those of [`serve`](Self::serve), and all variables with an invalid value.
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
    /// Returns the error of the job or of one of its dependencies, or a [`StartError`] as a 500.
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
            state.work.idle().await;
            drop(service);
            let problems = teardowns.run(TeardownLimit::None).await;
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
    /// Fails if an app-scoped dependency fails, or if the address is not available.
    pub fn serve(self, address: impl IntoBind) -> BoxFuture<'static, Result<(), StartError>> {
        serve_at(self, address.into_bind())
    }

    /// Serves the app like [`App::launch`].
    ///
    /// # Errors
    ///
    /// The errors are those of [`serve`](Self::serve), and all variables with an invalid value.
    pub async fn launch(mut self) -> Result<(), StartError> {
        let environment = Environment::read()?;
        self.config.access_log_by_default(environment.access_log);
        self.config
            .shutdown_delay_by_default(environment.shutdown_delay);
        self.built.service = self.built.service.with_environment(environment.entry);
        self.serve(environment.address).await
    }
}

/// Serves an app at an address. The future is boxed, so that the whole server is compiled with fastrs: a future is
/// compiled in the crate that polls it.
fn serve_at(app: BuiltApp, address: Bind) -> BoxFuture<'static, Result<(), StartError>> {
    let BuiltApp {
        mut built,
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
        #[cfg(feature = "tls")]
        let certificates = Certificates::load(&config).map_err(StartError::tls)?;
        #[cfg(all(unix, feature = "tls"))]
        let _hangup = certificates
            .as_ref()
            .map(Certificates::reload_on_hangup)
            .transpose()
            .map_err(StartError::io)?;
        let stop = Stop::on_signals().map_err(StartError::io)?;
        let work = built.state.work.clone();
        let mut teardowns = built.teardowns();
        let created = built.create_values(&mut teardowns);
        let listener = match run_until(stop.draining(), created).await {
            Some(Ok(())) => Listener::bind(address).await.map_err(StartError::io),
            Some(Err(error)) => Err(error),
            // A shutdown signal during startup cancels the startup: there are no requests yet.
            None => return stop_result(close_or_give_up(teardowns, timeout, &stop).await),
        };
        let listener = match listener {
            Ok(listener) => listener,
            Err(error) => {
                close_or_give_up(teardowns, timeout, &stop).await;
                return Err(error);
            }
        };
        #[cfg(feature = "tls")]
        let listener = listener.with_certificates(certificates);
        crate::log::write_line(&start_line(&listener, &urls));
        let service = Arc::new(built.service);
        let waiting = |requests| {
            announce_wait(requests + work.exits.running(), work.tasks.running());
        };
        let served = serve::serve(service, listener, config, stop.clone(), &waiting);
        let report = match served.await {
            Ok(report) => report,
            Err(error) => {
                close_or_give_up(teardowns, timeout, &stop).await;
                return Err(StartError::io(error));
            }
        };
        let mut problems = Vec::new();
        if let Some(cut) = report.cut {
            problems.extend(cut_off(report.requests, "request", cut));
            problems.extend(cut_off(work.tasks.running(), "background task", cut));
            for problem in &problems {
                tracing::error!("{problem}");
            }
        }
        if !report.is_wound_down {
            tracing::error!("{UNFINISHED_EXITS}");
            problems.push(UNFINISHED_EXITS.to_owned());
        }
        problems.append(&mut close_or_give_up(teardowns, timeout, &stop).await);
        stop_result(problems)
    })
}

/// Writes to standard error what the shutdown is waiting for, if anything.
fn announce_wait(requests: usize, tasks: usize) {
    let mut waits = Vec::new();
    for (number, what) in [(requests, "request"), (tasks, "background task")] {
        if number > 0 {
            waits.push(count(number, what));
        }
    }
    if !waits.is_empty() {
        crate::log::to_stderr(format_args!(
            "fastrs is stopping: waiting for {}; a second signal stops it at once",
            waits.join(" and ")
        ));
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
