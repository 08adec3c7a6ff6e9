//! The metrics that every app has.

pub(super) const DURATION: &str = "http_server_request_duration_seconds";

/// The name, the type and the description of each metric of fastrs.
pub(super) const BUILT_IN: [(&str, &str, &str); 8] = [
    (DURATION, "histogram", "Time until the head of the response"),
    (
        "http_server_active_requests",
        "gauge",
        "Requests without a response",
    ),
    (
        "fastrs_requests_shed_total",
        "counter",
        "Requests refused because too many were in flight",
    ),
    (
        "fastrs_body_timeouts_total",
        "counter",
        "Requests whose body stalled or was too slow",
    ),
    ("fastrs_connections", "gauge", "Open connections"),
    (
        "fastrs_connections_accepted_total",
        "counter",
        "Connections since the start",
    ),
    (
        "fastrs_background_tasks",
        "gauge",
        "Lists of background tasks that are running",
    ),
    ("fastrs_websockets", "gauge", "Open WebSockets"),
];
