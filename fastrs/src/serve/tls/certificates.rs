//! The certificates that a server uses now.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio_rustls::rustls::ServerConfig as RustlsConfig;

use super::load::load;
use super::pem::Version;
use super::settings::Tls;
use crate::serve::config::ServeConfig;

/// The certificates of a server, which change when their files do.
#[derive(Debug)]
pub(crate) struct Certificates {
    tls: Tls,
    http2: bool,
    current: Mutex<Current>,
}

#[derive(Debug)]
struct Current {
    config: Arc<RustlsConfig>,
    /// The files from which it was read. They may have been replaced since.
    versions: Versions,
}

pub(super) type Versions = Vec<Option<Version>>;

impl Certificates {
    /// Reads the certificates of a server; `None` if it does not use TLS.
    ///
    /// # Errors
    ///
    /// Returns what is wrong with them.
    pub(crate) fn load(config: &ServeConfig) -> Result<Option<Arc<Self>>, String> {
        let Some(tls) = config.tls.clone() else {
            return Ok(None);
        };
        let http2 = config.http2;
        let current = Mutex::new(Current::load(&tls, http2)?);
        Ok(Some(Arc::new(Self {
            tls,
            http2,
            current,
        })))
    }

    /// Returns what a new connection uses.
    pub(in crate::serve) fn current(&self) -> Arc<RustlsConfig> {
        Arc::clone(&self.lock().config)
    }

    /// Returns the versions of the files that are in use, and of those on disk.
    pub(super) fn versions(&self) -> (Versions, Versions) {
        (self.lock().versions.clone(), self.tls.versions())
    }

    /// Reads the files again. If one cannot be used, the old ones stay in use.
    pub(super) fn reload(&self) {
        let versions = self.tls.versions();
        match Current::load(&self.tls, self.http2) {
            Ok(current) => {
                *self.lock() = current;
                tracing::info!("the TLS certificate was read again");
            }
            Err(error) => {
                // Not tried again until the files change.
                self.lock().versions = versions;
                tracing::error!("the TLS certificate in use is kept: {error}");
                crate::log::to_stderr(format_args!(
                    "ERROR the TLS certificate in use is kept: {error}"
                ));
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Current> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Current {
    fn load(tls: &Tls, http2: bool) -> Result<Self, String> {
        // If a file is replaced while they are read, its version differs afterwards.
        let versions = tls.versions();
        let config = load(tls, http2)?.into();
        Ok(Self { config, versions })
    }
}
