//! The limit on open file descriptors: each connection is one.

/// The limit of a system whose hard limit is infinite. macOS accepts no higher one.
#[cfg(unix)]
const OPEN_MAX: u64 = 10_240;

/// Returns how many descriptors the process may have after [`raise_limit`]; `None` if the system has no such limit.
pub(super) fn limit() -> Option<usize> {
    #[cfg(unix)]
    return usize::try_from(hard_limit()).ok();
    #[cfg(not(unix))]
    None
}

/// Raises the soft limit to the hard limit, as Go's runtime does. The soft limit is low for the sake of programs that
/// use `select`, which cannot handle more than 1024 descriptors.
pub(super) fn raise_limit() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, getrlimit, setrlimit};
        let mut limit = getrlimit(Resource::Nofile);
        let hard = hard_limit();
        if limit.current.is_some_and(|soft| soft < hard) {
            limit.current = Some(hard);
            // Where the system refuses, the server has fewer descriptors, and waits when there are none left.
            if let Err(error) = setrlimit(Resource::Nofile, limit) {
                tracing::debug!(%error, "cannot raise the limit on file descriptors");
            }
        }
    }
}

#[cfg(unix)]
fn hard_limit() -> u64 {
    let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile);
    limit.maximum.unwrap_or(OPEN_MAX)
}
