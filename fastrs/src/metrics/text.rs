//! The text format of Prometheus, version 0.0.4.

use std::{fmt::Write, sync::atomic::Ordering::Relaxed};

use super::{
    batches,
    built_in::{BUILT_IN, DURATION},
    histogram::{BOUNDS, Histogram},
    series::{KnownMethod, Series},
    shared::Shared,
};

pub(super) fn render(shared: &Shared) -> String {
    let mut text = String::new();
    let (app, server) = (shared.app.get(), &shared.server);
    let tasks = app.map_or(0, |app| app.work.tasks.running() as u64);
    #[cfg(feature = "websocket")]
    let websockets = Some(app.map_or(0, |app| app.work.open_sockets() as u64));
    #[cfg(not(feature = "websocket"))]
    let websockets = None;
    let values = [
        None,
        Some(shared.active.load(Relaxed)),
        Some(server.shed.load(Relaxed)),
        Some(server.body_timeouts.load(Relaxed)),
        Some(server.connections.load(Relaxed)),
        Some(server.accepted.load(Relaxed)),
        Some(tasks),
        websockets,
    ];
    for ((name, kind, help), value) in BUILT_IN.into_iter().zip(values) {
        match value {
            None if name == DURATION => {
                push_head(&mut text, name, kind, help);
                for series in app.iter().flat_map(|app| &app.paths) {
                    push_series(&mut text, series);
                }
            }
            None => {}
            Some(value) => {
                push_head(&mut text, name, kind, help);
                push_line(&mut text, format_args!("{name} {value}"));
            }
        }
    }
    batches::render(&shared.batchers(), &mut text);
    for own in &*shared.own() {
        let Some(value) = own.value() else {
            continue;
        };
        push_head(&mut text, &own.name, own.kind, &own.help);
        let value = match value {
            f64::INFINITY => "+Inf".to_owned(),
            f64::NEG_INFINITY => "-Inf".to_owned(),
            value => value.to_string(),
        };
        push_line(&mut text, format_args!("{} {value}", own.name));
    }
    text
}

fn push_head(text: &mut String, name: &str, kind: &str, help: &str) {
    let help = help.replace('\\', "\\\\").replace('\n', "\\n");
    push_line(text, format_args!("# HELP {name} {help}"));
    push_line(text, format_args!("# TYPE {name} {kind}"));
}

fn push_series(text: &mut String, series: &Series) {
    let path = series.path.replace('\\', "\\\\");
    let path = path.replace('"', "\\\"").replace('\n', "\\n");
    series.each(|KnownMethod(method), status, histogram| {
        let labels = format!(
            r#"http_request_method="{method}",http_route="{path}",http_response_status_code="{status}""#
        );
        push_histogram(text, &labels, histogram);
    });
}

fn push_histogram(text: &mut String, labels: &str, histogram: &Histogram) {
    let mut so_far = 0;
    let bounds = BOUNDS.iter().map(|(_, bound)| *bound).chain(["+Inf"]);
    for (bound, count) in bounds.zip(histogram.counts()) {
        so_far += count;
        push_line(
            text,
            format_args!(r#"{DURATION}_bucket{{{labels},le="{bound}"}} {so_far}"#),
        );
    }
    let sum = histogram.sum().as_secs_f64();
    push_line(text, format_args!("{DURATION}_sum{{{labels}}} {sum}"));
    push_line(text, format_args!("{DURATION}_count{{{labels}}} {so_far}"));
}

fn push_line(text: &mut String, line: std::fmt::Arguments<'_>) {
    // Writing to a `String` cannot fail.
    let _ = writeln!(text, "{line}");
}
