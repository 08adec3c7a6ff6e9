//! Limits on what requests cost the server: the time of handlers, and how many requests and connections there are.

mod connections;
mod handlers;
mod overload;

use fastrs::ServeConfig;

/// The table in the documentation of `ServeConfig`.
#[test]
fn the_defaults_are_printed() {
    let printed = format!("{:?}", ServeConfig::new());
    let cores = std::thread::available_parallelism().unwrap().get();
    for setting in [
        "handler_timeout: 60s".to_owned(),
        format!("max_in_flight: {},", 1024 * cores),
    ] {
        assert!(printed.contains(&setting), "{setting}: {printed}");
    }
}
