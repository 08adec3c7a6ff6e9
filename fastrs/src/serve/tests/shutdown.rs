//! Clients that disconnect, and servers that stop.

use super::*;

#[test]
fn a_handler_outlives_its_client() {
    let server = start_app(gated(), ServeConfig::new());
    let mut stream = server.connect();
    stream
        .write_all(GET.replace("hello", "gate").as_bytes())
        .unwrap();
    server.wait(server.app.entered.notified());
    drop(stream);
    // The drain waits for the handler, although its connection is closed.
    server.stop.drain();
    server.wait_until_closed();
    assert!(!server.serving.is_finished());
    server.open_gate();
    let app = Arc::clone(&server.app);
    assert_eq!(
        server.stopped(),
        ShutdownReport {
            cut: None,
            requests: 0,
            is_wound_down: true,
        }
    );
    assert_eq!(app.finished.load(SeqCst), 1);
}

#[test]
fn a_handler_that_opted_out_is_dropped_with_its_client() {
    let server = start_app(gated(), ServeConfig::new());
    let mut stream = server.connect();
    stream
        .write_all(GET.replace("hello", "cancel").as_bytes())
        .unwrap();
    server.wait(server.app.entered.notified());
    drop(stream);
    server.until(|app| app.dropped.load(SeqCst) == 1);
    assert_eq!(server.app.finished.load(SeqCst), 0);
}

#[test]
fn a_drain_finishes_requests_in_flight() {
    let server = start_app(gated(), ServeConfig::new());
    let mut busy = server.connect();
    busy.write_all(GET.replace("hello", "gate").as_bytes())
        .unwrap();
    server.wait(server.app.entered.notified());
    let mut idle = server.connect();
    idle.write_all(GET.as_bytes()).unwrap();
    read_response(&mut idle);
    server.stop.drain();
    // The drain has taken effect once connecting fails.
    server.wait_until_closed();
    server.open_gate();
    let response = read_to_end(&mut busy);
    assert!(response.contains("connection: close\r\n"), "{response}");
    assert!(response.ends_with("through"), "{response}");
    assert_eq!(read_to_end(&mut idle), "");
    let app = Arc::clone(&server.app);
    assert_eq!(
        server.stopped(),
        ShutdownReport {
            cut: None,
            requests: 0,
            is_wound_down: true,
        }
    );
    assert_eq!(app.drained.load(SeqCst), 1);
}

#[test]
fn a_drain_serves_the_backlog() {
    let server = start(ServeConfig::new());
    // Whether or not they were accepted, these clients consider themselves connected.
    let mut clients: Vec<_> = (0..32).map(|_| server.connect()).collect();
    server.stop.drain();
    for client in &mut clients {
        client.write_all(GET.as_bytes()).unwrap();
    }
    for client in &mut clients {
        let response = read_to_end(client);
        assert!(response.starts_with("HTTP/1.1 200 OK"), "{response}");
    }
    assert_eq!(server.stopped().cut, None);
}

#[test]
fn a_drain_serves_a_request_that_is_arriving() {
    let server = start(short().keep_alive_timeout(Duration::from_secs(60)));
    let mut stream = server.connect();
    stream.write_all(GET.as_bytes()).unwrap();
    read_response(&mut stream);
    server.stop.drain();
    server.wait_until_closed();
    stream.write_all(GET.as_bytes()).unwrap();
    let response = read_to_end(&mut stream);
    assert!(response.starts_with("HTTP/1.1 200 OK"), "{response}");
    assert!(response.contains("connection: close\r\n"), "{response}");
}

#[cfg(feature = "http2")]
#[test]
fn a_drain_notifies_http2_clients() {
    let server = start(ServeConfig::new());
    let mut stream = server.connect();
    stream
        .write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
        .unwrap();
    stream.write_all(&[0, 0, 0, 4, 0, 0, 0, 0, 0]).unwrap();
    let settings = read_frame(&mut stream).unwrap();
    assert_eq!(settings.0, 4);
    server.stop.drain();
    let mut kinds = std::iter::from_fn(|| read_frame(&mut stream)).map(|(kind, _)| kind);
    assert!(kinds.any(|kind| kind == 7), "no GOAWAY");
    assert_eq!(server.stopped().cut, None);
}

#[test]
fn a_drain_has_a_deadline() {
    let server = start_app(
        gated(),
        ServeConfig::new().shutdown_timeout(Duration::from_millis(200)),
    );
    let mut stream = server.connect();
    stream
        .write_all(GET.replace("hello", "gate").as_bytes())
        .unwrap();
    server.wait(server.app.entered.notified());
    server.stop.drain();
    assert_eq!(read_to_end(&mut stream), "");
    let app = Arc::clone(&server.app);
    assert_eq!(
        server.stopped(),
        ShutdownReport {
            cut: Some(Cut::Deadline),
            requests: 1,
            is_wound_down: true,
        }
    );
    assert_eq!(app.dropped.load(SeqCst), 1, "aborted, not detached");
}

#[test]
fn a_second_signal_ends_the_drain() {
    let server = start_app(gated(), ServeConfig::new());
    let mut stream = server.connect();
    stream
        .write_all(GET.replace("hello", "gate").as_bytes())
        .unwrap();
    server.wait(server.app.entered.notified());
    drop(stream);
    server.stop.drain();
    server.stop.abort();
    let app = Arc::clone(&server.app);
    assert_eq!(
        server.stopped(),
        ShutdownReport {
            cut: Some(Cut::SecondSignal),
            requests: 1,
            is_wound_down: true,
        }
    );
    assert_eq!(
        app.dropped.load(SeqCst),
        1,
        "a detached handler is aborted as well"
    );
}

#[cfg(unix)]
#[test]
fn signals_stop_the_server() {
    use std::process::{Command, id};
    let runtime = Runtime::new().unwrap();
    let signal = |name: &str| {
        let sent = Command::new("kill")
            .args([name, &id().to_string()])
            .status();
        assert!(sent.unwrap().success());
    };
    runtime.block_on(async {
        let stop = Stop::on_signals().unwrap();
        signal("-TERM");
        stop.draining().await;
        signal("-INT");
        stop.aborted().await;
    });
}
