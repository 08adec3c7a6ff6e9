//! Clients that keep the server waiting: the test is about time.

use super::*;

/// Returns what the server sends to a client that stops after these bytes, and checks that it closes in time.
fn stalled(server: &Server, parts: &[&str]) -> String {
    let start = Instant::now();
    let mut stream = server.connect();
    for part in parts {
        stream.write_all(part.as_bytes()).unwrap();
    }
    let response = read_to_end(&mut stream);
    let took = start.elapsed();
    assert!(took >= Duration::from_millis(200), "closed early: {took:?}");
    assert!(took < Duration::from_millis(1500), "closed late: {took:?}");
    response
}

#[test]
fn a_silent_socket_is_closed() {
    let server = start(short());
    assert_eq!(stalled(&server, &[]), "");
}

#[test]
fn part_of_a_head_is_timed_out() {
    let server = start(short());
    for part in [
        "G",
        "P",
        // Without HTTP/2, this is a line with a wrong version.
        #[cfg(feature = "http2")]
        "PRI * HTTP/2.0\r\n\r\nSM\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\n",
    ] {
        let response = stalled(&server, &[part]);
        assert!(
            response.starts_with("HTTP/1.1 408 Request Timeout\r\n"),
            "{part}: {response}"
        );
        assert!(
            response.ends_with("\r\n\r\n{\"detail\":\"Request Timeout\"}"),
            "{response}"
        );
    }
}

#[test]
fn a_second_head_is_timed_out_sooner_than_an_idle_connection() {
    let config = short().keep_alive_timeout(Duration::from_secs(60));
    let server = start(config);
    let mut stream = server.connect();
    stream.write_all(GET.as_bytes()).unwrap();
    read_response(&mut stream);
    stream.write_all(b"GET /second").unwrap();
    let response = read_to_end(&mut stream);
    assert!(response.starts_with("HTTP/1.1 408 "), "{response}");
}

#[test]
fn a_head_that_arrives_byte_by_byte_does_not_move_its_deadline() {
    let server = start(short());
    let mut stream = server.connect();
    let start = Instant::now();
    let dripped = GET.bytes().cycle().take(200).try_for_each(|byte| {
        std::thread::sleep(Duration::from_millis(20));
        stream.write_all(&[byte.max(b'a')])
    });
    assert!(dripped.is_err(), "the server kept reading a head for 4 s");
    assert!(start.elapsed() < Duration::from_millis(1500));
}

#[test]
fn an_idle_connection_is_closed_silently() {
    let server = start(short());
    let mut stream = server.connect();
    stream.write_all(GET.as_bytes()).unwrap();
    read_response(&mut stream);
    let start = Instant::now();
    assert_eq!(read_to_end(&mut stream), "");
    assert!(
        start.elapsed() >= Duration::from_millis(490),
        "{:?}",
        start.elapsed()
    );
}

#[test]
fn deadlines_spare_a_request_in_flight() {
    let server = start_app(gated(), short());
    let mut stream = server.connect();
    stream
        .write_all(GET.replace("hello", "gate").as_bytes())
        .unwrap();
    std::thread::sleep(Duration::from_millis(900));
    server.open_gate();
    assert!(read_response(&mut stream).ends_with("through"));
}
