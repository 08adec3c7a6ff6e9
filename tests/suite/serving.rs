//! Serving: a program from start to end, and the protocols that it speaks.

#[cfg(unix)]
mod access;
#[cfg(unix)]
mod blocking;
#[cfg(target_os = "linux")]
mod descriptors;
#[cfg(unix)]
mod draining;
mod half_close;
#[cfg(unix)]
mod load;
#[cfg(target_os = "linux")]
mod memory;
#[cfg(unix)]
mod paused;
#[cfg(unix)]
pub(crate) mod program;
mod protocols;
mod resting;
mod service;
mod sources;
#[cfg(unix)]
mod stopping;
#[cfg(unix)]
mod systemd;
mod torture;
mod unread_bodies;
mod upgrades;
