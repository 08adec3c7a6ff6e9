//! Limits on what requests cost the server: the time of handlers, and how many requests and connections there are.

mod handlers;

use fastrs::ServeConfig;

/// The table in the documentation of `ServeConfig`.
#[test]
fn the_defaults_are_printed() {
    let printed = format!("{:?}", ServeConfig::new());
    for setting in ["handler_timeout: 60s"] {
        assert!(printed.contains(setting), "{setting}: {printed}");
    }
}
