//! SIGTERM while clients send requests: none is lost, with TLS and without.
//!
//! A request is lost if its connection was accepted and there is no whole response to it, unless the server says in the
//! words of HTTP/2 that it has not handled it. `FASTRS_RUNS=20` does everything 20 times instead of once.

use std::{sync::Arc, time::Duration};

use tokio::time::timeout;

use super::{
    authority::Authority,
    load::{Clients, Load},
};
use crate::serving::program::Program;

/// How long a shutdown may take on a busy machine: less than its deadline.
const PATIENCE: Duration = Duration::from_secs(20);

const WORKERS: [&str; 2] = ["1", "2"];

/// Clients with one request for each connection, with many, and with requests that are in flight most of the time.
const KINDS: [(&str, usize); 3] = [("/word", 1), ("/word", 50), ("/pause", 50)];

async fn stop_under_load(protocol: &'static [&'static str], authority: Option<Arc<Authority>>) {
    let runs = std::env::var("FASTRS_RUNS").map_or(1, |runs| runs.parse().unwrap());
    let paths = authority
        .as_ref()
        .map(|authority| ["server.pem", "server-key.pem"].map(|file| authority.path(file)));
    for (workers, (path, requests)) in WORKERS.iter().flat_map(|it| KINDS.map(|kind| (it, kind))) {
        let clients = Clients {
            count: 8,
            protocols: protocol,
            path,
            requests,
        };
        let mut answered = 0;
        for _ in 0..runs {
            let mut environment = vec![("WORKERS", *workers), ("ACCESS_LOG", "off")];
            let app = match &paths {
                Some([certificate, key]) => {
                    environment.extend([("CERTIFICATE", &**certificate), ("KEY", key)]);
                    "tls"
                }
                None => "words",
            };
            let mut program = Program::start(&[app, "127.0.0.1:0"], &environment);
            let address = program.started().await;
            let mut load = Load::of(&clients, authority.as_ref(), address);
            load.goes_on(3).await;
            program.signal("-TERM").await;
            let ended = timeout(PATIENCE, program.end()).await;
            let (log, status) = ended.expect("the program ends");
            assert_eq!(status.code(), Some(0), "{log:?}");
            let ended = timeout(PATIENCE, load.end()).await;
            answered += ended.expect("the clients end");
        }
        println!("{workers} workers, {clients:?}: none of {answered} lost");
    }
}

#[tokio::test]
async fn no_request_of_http_1_is_lost() {
    stop_under_load(&["http/1.1"], None).await;
}

#[tokio::test]
async fn no_request_of_http_2_is_lost() {
    stop_under_load(&["h2"], None).await;
}

#[tokio::test]
async fn no_request_of_http_1_over_tls_is_lost() {
    if let Some(authority) = Authority::new() {
        stop_under_load(&["http/1.1"], Some(Arc::new(authority))).await;
    }
}

#[tokio::test]
async fn no_request_of_http_2_over_tls_is_lost() {
    if let Some(authority) = Authority::new() {
        stop_under_load(&["h2"], Some(Arc::new(authority))).await;
    }
}
