//! What [`App::launch`](super::App::launch) reads from the environment.

use std::time::Duration;

use super::{StartError, entry::Entry};
use crate::{
    middleware::ProxyHeaders,
    request::RootPath,
    serve::{self, Bind},
};

/// The variables `HOST`, `PORT`, `ACCESS_LOG`, `SHUTDOWN_DELAY`, `ROOT_PATH` and `FORWARDED_ALLOW_IPS`.
pub(super) struct Environment {
    pub(super) address: Bind,
    pub(super) access_log: bool,
    pub(super) shutdown_delay: Option<Duration>,
    pub(super) entry: Entry,
}

impl Environment {
    /// Reads the variables.
    ///
    /// # Errors
    ///
    /// Fails with a list of all variables that are invalid, including the runtime's `WORKERS`.
    pub(super) fn read() -> Result<Self, StartError> {
        let mut problems = Vec::from_iter(serve::workers_error());
        let address = address().map_err(|problem| problems.push(problem));
        let access_log = access_log().map_err(|problem| problems.push(problem));
        let shutdown_delay = shutdown_delay().map_err(|problem| problems.push(problem));
        let root_path = root_path().map_err(|problem| problems.push(problem));
        let proxies = proxies();
        let untrusted = proxies.iter().flat_map(ProxyHeaders::mistakes);
        problems.extend(
            untrusted.map(|mistake| {
                format!("the environment variable `FORWARDED_ALLOW_IPS`: {mistake}")
            }),
        );
        match (address, access_log, shutdown_delay, root_path) {
            (Ok(address), Ok(access_log), Ok(shutdown_delay), Ok(root_path))
                if problems.is_empty() =>
            {
                Ok(Self {
                    address,
                    access_log,
                    shutdown_delay,
                    entry: Entry {
                        root_path,
                        proxies,
                        ..Entry::default()
                    },
                })
            }
            _ => Err(StartError::wiring(problems)),
        }
    }
}

/// Returns the socket from systemd, or else reads `HOST` and `PORT`. A host that is a Unix socket has no port.
fn address() -> Result<Bind, String> {
    #[cfg(all(unix, feature = "systemd"))]
    if let Some(socket) = Bind::from_systemd().map_err(|error| error.to_string())? {
        return Ok(socket);
    }
    let host = variable("HOST").unwrap_or_else(|| "127.0.0.1".to_owned());
    if host.starts_with("unix:") {
        return Ok(Bind::from(host));
    }
    match variable("PORT") {
        None => Ok(Bind::from((host, 8000))),
        Some(port) => match port.parse::<u16>() {
            Ok(port) => Ok(Bind::from((host, port))),
            Err(_) => Err(format!(
                "the environment variable `PORT` is `{port}`: set it to a port, from 0 to 65535"
            )),
        },
    }
}

fn access_log() -> Result<bool, String> {
    let text = variable("ACCESS_LOG").unwrap_or_default();
    match &*text.to_ascii_lowercase() {
        "" | "on" | "true" | "yes" | "1" => Ok(true),
        "off" | "false" | "no" | "0" => Ok(false),
        _ => Err(format!(
            "the environment variable `ACCESS_LOG` is `{text}`: set it to `on` or `off`"
        )),
    }
}

/// Reads `SHUTDOWN_DELAY`.
fn shutdown_delay() -> Result<Option<Duration>, String> {
    let Some(text) = variable("SHUTDOWN_DELAY") else {
        return Ok(None);
    };
    let seconds = text.parse().ok();
    let delay = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    delay.map(Some).ok_or_else(|| {
        format!(
            "the environment variable `SHUTDOWN_DELAY` is `{text}`: set it to a number of seconds"
        )
    })
}

/// Reads `ROOT_PATH`.
fn root_path() -> Result<Option<RootPath>, String> {
    let text = variable("ROOT_PATH").unwrap_or_default();
    RootPath::parse(&text)
        .map_err(|mistake| format!("the environment variable `ROOT_PATH` is `{text}`: {mistake}"))
}

/// Reads `FORWARDED_ALLOW_IPS`, which is uvicorn's.
fn proxies() -> Option<ProxyHeaders> {
    let peers = variable("FORWARDED_ALLOW_IPS")?;
    Some(ProxyHeaders::new().trust(peers))
}

/// Returns the value of a variable, unless it is empty.
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
