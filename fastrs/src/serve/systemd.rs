//! The socket that systemd has opened for the process.

use std::io;

use listenfd::ListenFd;

use super::bind::Bind;

impl Bind {
    /// Takes the socket that systemd has opened for the process, or another supervisor that sets the variables
    /// `LISTEN_FDS` and `LISTEN_PID`; `None` if there is none. [`App::launch`](crate::App::launch) does so itself.
    ///
    /// The supervisor keeps the socket open while the program restarts, so no client is refused.
    ///
    /// ```no_run
    /// use fastrs::{Bind, prelude::*};
    ///
    /// #[fastrs::main]
    /// async fn main() -> Result<(), Box<dyn std::error::Error>> {
    ///     let address = Bind::from_systemd()?.unwrap_or_else(|| "127.0.0.1:8000".into());
    ///     App::new("Shop", "1.0.0").serve(address).await?;
    ///     Ok(())
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// Fails if there are several sockets, or if it is not a stream socket that listens.
    pub fn from_systemd() -> io::Result<Option<Self>> {
        let mut sockets = ListenFd::from_env();
        match sockets.len() {
            0 => return Ok(None),
            1 => {}
            count => {
                let text = format!(
                    "systemd passed {count} sockets, but a server listens on one: keep one `ListenStream=` in the unit"
                );
                return Err(io::Error::new(io::ErrorKind::InvalidInput, text));
            }
        }
        if let Ok(Some(tcp)) = sockets.take_tcp_listener(0) {
            return Ok(Some(tcp.into()));
        }
        match sockets.take_unix_listener(0) {
            Ok(unix) => Ok(unix.map(Self::from)),
            Err(_) => {
                let text = "the socket from systemd is neither TCP nor a Unix stream: use `ListenStream=` in the unit";
                Err(io::Error::new(io::ErrorKind::InvalidInput, text))
            }
        }
    }
}
