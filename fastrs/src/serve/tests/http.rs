//! Requests that are served, and requests that are rejected.

use super::*;

#[test]
fn a_response_keeps_the_connection() {
    let server = start(ServeConfig::new());
    let mut stream = server.connect();
    for _ in 0..3 {
        stream.write_all(GET.as_bytes()).unwrap();
        let response = read_response(&mut stream);
        assert!(response.starts_with("HTTP/1.1 200 OK\r\n"), "{response}");
        assert!(response.ends_with("\r\n\r\n/hello"), "{response}");
        assert!(!response.contains("connection:"), "{response}");
    }
    stream
        .write_all(GET_AND_CLOSE.replace("/hello", "/peer").as_bytes())
        .unwrap();
    assert!(read_to_end(&mut stream).ends_with("\r\n\r\ntrue"));
}

#[test]
fn pipelined_requests_get_responses_in_order() {
    let server = start(ServeConfig::new());
    let requests: String = (0..20)
        .map(|n| GET.replace("hello", &n.to_string()))
        .collect::<String>()
        + GET_AND_CLOSE;
    let responses = server.send(&requests);
    assert_eq!(responses.matches("HTTP/1.1 200 OK").count(), 21);
    let at = |n: usize| responses.find(&format!("\r\n\r\n/{n}HTTP")).unwrap();
    assert!((1..20).all(|n| at(n - 1) < at(n)), "{responses}");
}

#[test]
fn a_client_that_does_not_read_cannot_pile_up_responses() {
    let server = start(ServeConfig::new());
    let mut stream = server.connect();
    let request = GET.replace("hello", "large");
    stream
        .set_write_timeout(Some(Duration::from_millis(300)))
        .unwrap();
    let _ = stream.write_all(request.repeat(1_500).as_bytes());
    // The test is about time: how much the server does while its client reads nothing.
    std::thread::sleep(Duration::from_millis(300));
    let begun = server.app.begun.load(SeqCst);
    assert!(
        begun < 30,
        "{begun} responses of 1 MiB were created for a client that reads nothing"
    );
}

#[test]
fn heads_have_no_body() {
    let server = start(ServeConfig::new());
    let response = server.send(&GET_AND_CLOSE.replace("GET", "HEAD"));
    assert!(response.contains("content-length: 6\r\n"), "{response}");
    assert!(response.ends_with("\r\n\r\n"), "{response}");
}

#[test]
fn bodies_of_both_framings_arrive() {
    let server = start(ServeConfig::new());
    let head = "POST /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\n";
    let sized = server.send(&format!("{head}Content-Length: 4\r\n\r\nbody"));
    assert!(sized.ends_with("\r\n\r\nbody"), "{sized}");
    let chunks = "2\r\nbo\r\n2\r\ndy\r\n0\r\n\r\n";
    let chunked = server.send(&format!("{head}Transfer-Encoding: chunked\r\n\r\n{chunks}"));
    assert!(chunked.ends_with("\r\n\r\nbody"), "{chunked}");
}

#[test]
fn what_http_forbids_is_refused() {
    let server = start(ServeConfig::new());
    let chunks = "0\r\n\r\n";
    for (request, status, detail) in [
        ("GET / HTTP/1.1\r\n\r\n".into(), 400, "Invalid host header"),
        (
            "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n".into(),
            400,
            "Invalid host header",
        ),
        (
            "GET / HTTP/1.1\r\nHost: a/b@c\r\n\r\n".into(),
            400,
            "Invalid host header",
        ),
        (
            "GET foo HTTP/1.1\r\nHost: a\r\n\r\n".into(),
            400,
            "Invalid request target",
        ),
        (
            format!(
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n{chunks}"
            ),
            400,
            "Invalid transfer encoding",
        ),
        (
            format!(
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\
                 Transfer-Encoding: chunked\r\n\r\n{chunks}"
            ),
            400,
            "Invalid transfer encoding",
        ),
        (
            format!("GET /{} HTTP/1.1\r\nHost: a\r\n\r\n", "x".repeat(8192)),
            414,
            "URI Too Long",
        ),
    ] {
        let response = server.send(&(request.clone() + GET));
        assert!(
            response.starts_with(&format!("HTTP/1.1 {status} ")),
            "{request}: {response}"
        );
        assert!(
            response.ends_with(&format!("{{\"detail\":\"{detail}\"}}")),
            "{request}: {response}"
        );
        assert_eq!(
            response.matches("HTTP/1.1").count(),
            1,
            "the rest was handled as a request: {response}"
        );
    }
    assert_eq!(server.app.begun.load(SeqCst), 0);
    let http10 = server.send("GET /hello HTTP/1.0\r\n\r\n");
    assert!(http10.starts_with("HTTP/1.0 200 OK"), "{http10}");
}

#[test]
fn long_heads_are_refused() {
    let server = start(ServeConfig::new());
    for length in [33 * 1024, 500 * 1024] {
        let head = format!(
            "GET / HTTP/1.1\r\nHost: a\r\nx: {}\r\n\r\n",
            "x".repeat(length)
        );
        let response = server.send(&head);
        assert!(
            response.starts_with("HTTP/1.1 431 "),
            "{length}: {response}"
        );
    }
    let many: String = (0..100).map(|n| format!("x{n}: 1\r\n")).collect();
    let response = server.send(&format!("GET / HTTP/1.1\r\nHost: a\r\n{many}\r\n"));
    assert!(response.starts_with("HTTP/1.1 431 "), "{response}");
}

#[test]
fn an_early_response_reaches_a_client_that_is_still_sending() {
    let server = start(ServeConfig::new());
    let mut stream = server.connect();
    let length = 3 << 20;
    let head = format!("POST /early HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\n\r\n");
    stream.write_all(head.as_bytes()).unwrap();
    stream.peek(&mut [0]).unwrap();
    for _ in 0..3 {
        stream.write_all(&vec![b'x'; length / 3]).unwrap();
    }
    stream.shutdown(Shutdown::Write).unwrap();
    let response = read_to_end(&mut stream);
    assert!(response.contains("\r\nconnection: close\r\n"), "{response}");
    assert!(response.ends_with("no need to read"), "{response}");
}

#[test]
fn lines_that_end_without_cr_are_refused() {
    let server = start(ServeConfig::new());
    let post = "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\na\nb";
    let long = "y".repeat(5000);
    for (requests, good, refused) in [
        ("GET / HTTP/1.1\nHost: a\r\n\r\n".to_owned(), 0, 1),
        ("GET / HTTP/1.1\r\nHost: a\n\n".to_owned(), 0, 1),
        (
            format!("GET / HTTP/1.1\r\nHost: a\r\nx: {long}\n\r\n"),
            0,
            1,
        ),
        (format!("{GET}{}", GET.replace("\r\nHost", "\nHost")), 1, 1),
        (format!("{post}{}", GET.replace("\r\n", "\n")), 1, 1),
        (format!("{post}{post}{GET_AND_CLOSE}"), 3, 0),
    ] {
        let responses = server.send(&requests);
        let count = |status| responses.matches(status).count();
        assert_eq!(count("HTTP/1.1 200 OK"), good, "{responses}");
        assert_eq!(count("HTTP/1.1 400 Bad Request"), refused, "{responses}");
    }
}

#[test]
fn an_early_response_does_not_request_the_body() {
    let server = start(ServeConfig::new());
    let head =
        "POST /early HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\n";
    let response = server.send(head);
    assert!(response.starts_with("HTTP/1.1 200 OK"), "{response}");
}

#[test]
fn a_panic_is_a_response() {
    let server = start(ServeConfig::new());
    let mut stream = server.connect();
    stream
        .write_all(GET.replace("hello", "panic").as_bytes())
        .unwrap();
    let response = read_response(&mut stream);
    assert!(response.starts_with("HTTP/1.1 500 "), "{response}");
    stream.write_all(GET.as_bytes()).unwrap();
    assert!(read_response(&mut stream).ends_with("/hello"));
}

#[cfg(feature = "http2")]
#[test]
fn http2_starts_with_its_preface() {
    let server = start(short());
    let mut stream = server.connect();
    stream
        .write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
        .unwrap();
    stream.write_all(&[0, 0, 0, 4, 0, 0, 0, 0, 0]).unwrap();
    // `GET / http a`, with indexed fields of HPACK's static table and one literal.
    let block = [0x82, 0x84, 0x86, 0x41, 1, b'a'];
    stream
        .write_all(&[0, 0, block.len() as u8, 1, 5, 0, 0, 0, 1])
        .unwrap();
    stream.write_all(&block).unwrap();
    let frames = std::iter::from_fn(|| read_frame(&mut stream));
    assert!(
        frames
            .into_iter()
            .any(|(kind, payload)| kind == 0 && payload == b"/")
    );
}

/// RFC 9110, 15.6.6.
#[test]
fn http2_is_refused_where_it_is_off() {
    let server = start(ServeConfig::new().http2(false));
    let refused = server.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0");
    let (head, body) = refused.split_once("\r\n\r\n").expect(&refused);
    let status = "HTTP/1.1 505 HTTP Version Not Supported\r\n";
    assert!(head.starts_with(status), "{refused}");
    assert!(head.contains("\r\nconnection: close"), "{refused}");
    assert_eq!(body, r#"{"detail":"HTTP Version Not Supported"}"#);
}

/// Returns the status field of an HTTP/2 server's response to a request with this field block.
#[cfg(feature = "http2")]
fn http2_status(server: &Server, block: &[u8]) -> u8 {
    let mut stream = server.connect();
    stream
        .write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0")
        .unwrap();
    stream
        .write_all(&[0, 0, block.len() as u8, 1, 5, 0, 0, 0, 1])
        .unwrap();
    stream.write_all(block).unwrap();
    let frames = std::iter::from_fn(|| read_frame(&mut stream));
    let (_, head) = frames
        .into_iter()
        .find(|(kind, _)| *kind == 1)
        .expect("a head");
    // Finds an indexed field of the static table, after any updates of the dynamic table's size.
    head.into_iter()
        .find(|byte| byte & 0xe0 != 0x20)
        .expect("a status")
}

#[cfg(feature = "http2")]
#[test]
fn an_http2_request_names_one_host() {
    const OK: u8 = 0x88;
    const BAD_REQUEST: u8 = 0x8c;
    let server = start(ServeConfig::new());
    // `GET http /`, followed by literals with indexed names.
    let request = |fields: &[&[u8]]| [&[0x82, 0x86, 0x84], &fields.concat()[..]].concat();
    let (authority, host): (&[u8], &[u8]) = (&[0x01, 1, b'a'], &[0x0f, 0x17, 1, b'a']);
    let other: &[u8] = &[0x0f, 0x17, 1, b'b'];
    for (fields, status) in [
        (&[authority][..], OK),
        (&[host], OK),
        (&[authority, host], OK),
        (&[], BAD_REQUEST),
        (&[authority, other], BAD_REQUEST),
        (&[host, other], BAD_REQUEST),
        (&[host, host], BAD_REQUEST),
        (&[authority, host, host], BAD_REQUEST),
    ] {
        assert_eq!(
            http2_status(&server, &request(fields)),
            status,
            "{fields:?}"
        );
    }
}
