//! Serving: a program from its start to its end, and what it speaks.

#[cfg(unix)]
mod access;
mod half_close;
#[cfg(unix)]
mod program;
mod protocols;
mod resting;
mod service;
mod torture;
mod unread_bodies;
mod upgrades;
