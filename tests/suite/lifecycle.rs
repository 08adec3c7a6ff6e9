//! How requests and apps end: a body that stalls, a client that disconnects, a server that stops.

mod bodies;
mod mounts;
mod nested;
mod starts;
mod tasks;
