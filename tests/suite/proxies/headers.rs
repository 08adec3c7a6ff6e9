//! `ProxyHeaders` over real sockets, whose peer is this machine.

use fastrs::{Listener, middleware::ProxyHeaders, prelude::*};
use tokio::net::UnixStream;

use super::{app, ask, ask_over};
use crate::wire::{Wire, serve};

/// A server that trusts this machine, and two networks that are not used elsewhere here.
fn trusting() -> ProxyHeaders {
    ProxyHeaders::new()
        .trust("127.0.0.1, 10.0.0.0/8")
        .trust("fd00::/8")
}

const URL: &str = "http://inner:8000/seen";

#[tokio::test]
async fn the_headers_of_a_peer_that_is_not_trusted_are_ignored() {
    let spoofed = [
        "x-forwarded-for: 192.0.2.1",
        "x-forwarded-proto: https",
        "x-forwarded-host: evil.example",
        "x-forwarded-prefix: /evil",
        "forwarded: for=192.0.2.1;proto=https;host=evil.example",
    ];
    for headers in [
        ProxyHeaders::new(),
        ProxyHeaders::new().trust("127.0.0.2, 10.0.0.0/8, ::1, unix"),
        ProxyHeaders::new().trust("10.0.0.0/8").forwarded(),
    ] {
        let headers = headers.x_forwarded_host().x_forwarded_prefix();
        let server = serve(app(headers)).await;
        let (client, url) = ask(server.addr(), &spoofed).await;
        assert!(client.starts_with("127.0.0.1:"), "{client}");
        assert_eq!(url, URL);
        server.stop().await;
    }
}

#[tokio::test]
async fn the_client_is_the_last_hop_that_is_not_trusted() {
    let server = serve(app(trusting())).await;
    for (lines, expected) in [
        (&["x-forwarded-for: 192.0.2.1"][..], "192.0.2.1:0"),
        // What the client sent comes first.
        (&["x-forwarded-for: 198.51.100.9, 192.0.2.1"], "192.0.2.1:0"),
        (
            &["x-forwarded-for: 10.0.0.9, 192.0.2.1, 10.0.0.1"],
            "192.0.2.1:0",
        ),
        (
            &["x-forwarded-for: 192.0.2.1, 10.0.0.2,10.0.0.1"],
            "192.0.2.1:0",
        ),
        (
            &[
                "x-forwarded-for: 198.51.100.9",
                "x-forwarded-for: 192.0.2.1",
                "x-forwarded-for: 10.1.2.3",
            ],
            "192.0.2.1:0",
        ),
        // Every hop is trusted.
        (&["x-forwarded-for: 10.0.0.2, 10.0.0.1"], "10.0.0.2:0"),
        (&["x-forwarded-for: , 192.0.2.1 ,, "], "192.0.2.1:0"),
        (&["x-forwarded-for: 192.0.2.1:4711"], "192.0.2.1:4711"),
        (&["x-forwarded-for: 2001:db8::1"], "[2001:db8::1]:0"),
        (&["x-forwarded-for: [2001:db8::1]"], "[2001:db8::1]:0"),
        (
            &["x-forwarded-for: [2001:DB8::1]:4711, fd00::5, [fd00::6]:80"],
            "[2001:db8::1]:4711",
        ),
        (
            &["x-forwarded-for: 192.0.2.1, ::ffff:10.0.0.1"],
            "192.0.2.1:0",
        ),
        // What a trusted proxy does not know: its own address.
        (
            &["x-forwarded-for: 192.0.2.1, unknown, 10.0.0.1"],
            "10.0.0.1:0",
        ),
        (
            &["x-forwarded-for: spoofed, 192.0.2.1, 10.0.0.1"],
            "192.0.2.1:0",
        ),
    ] {
        let (client, url) = ask(server.addr(), lines).await;
        assert_eq!((&*client, &*url), (expected, URL), "{lines:?}");
    }
    for line in [
        "",
        "localhost",
        "192.0.2",
        "192.0.2.1:99999",
        "[192.0.2.1]",
        "[2001:db8::1",
        "fe80::1%eth0",
        "192.0.2.1\u{e9}",
    ] {
        let (client, _) = ask(server.addr(), &[&format!("x-forwarded-for: {line}")]).await;
        assert!(client.starts_with("127.0.0.1:"), "{line}: {client}");
    }
    server.stop().await;
}

#[tokio::test]
async fn the_scheme_and_the_host_are_those_that_the_outermost_trusted_proxy_saw() {
    let server = serve(app(trusting().x_forwarded_host())).await;
    let two = "x-forwarded-for: 192.0.2.1, 10.0.0.1";
    for (lines, expected) in [
        (&["x-forwarded-proto: https"][..], "https://inner:8000/seen"),
        (&["x-forwarded-proto: HTTPS"], "https://inner:8000/seen"),
        (&["x-forwarded-proto: wss"], "https://inner:8000/seen"),
        (&["x-forwarded-proto: ftp"], URL),
        (&["x-forwarded-proto: https, ftp"], URL),
        (
            &["x-forwarded-proto: http, https"],
            "https://inner:8000/seen",
        ),
        // With two proxies, each of which adds its value, or of which one does.
        (
            &[two, "x-forwarded-proto: https, http"],
            "https://inner:8000/seen",
        ),
        (
            &[two, "x-forwarded-proto: https"],
            "https://inner:8000/seen",
        ),
        (
            &[two, "x-forwarded-proto: http, https, http"],
            "https://inner:8000/seen",
        ),
        (
            &["x-forwarded-host: shop.example"],
            "http://shop.example/seen",
        ),
        (
            &[
                "x-forwarded-host: shop.example:8443",
                "x-forwarded-proto: https",
            ],
            "https://shop.example:8443/seen",
        ),
        (
            &["x-forwarded-host: evil.example, shop.example"],
            "http://shop.example/seen",
        ),
        (
            &["x-forwarded-host: [2001:db8::1]:80"],
            "http://[2001:db8::1]:80/seen",
        ),
        (&["x-forwarded-host: user@evil.example"], URL),
        (&["x-forwarded-host: evil.example/path"], URL),
        (&["x-forwarded-host: \"><script>"], URL),
        (&["x-forwarded-host: :80"], URL),
    ] {
        let (_, url) = ask(server.addr(), lines).await;
        assert_eq!(url, expected, "{lines:?}");
    }
    server.stop().await;
}

/// Most proxies pass them on as the client sent them.
#[tokio::test]
async fn the_host_and_the_prefix_are_read_only_if_the_app_says_so() {
    let server = serve(app(trusting())).await;
    let lines = [
        "x-forwarded-host: evil.example",
        "x-forwarded-prefix: /evil",
    ];
    assert_eq!(ask(server.addr(), &lines).await.1, URL);
    server.stop().await;
    let server = serve(app(trusting().x_forwarded_prefix()).root_path("/default")).await;
    for (line, expected) in [
        ("x-other: 1", "/default"),
        ("x-forwarded-prefix: /shop", "/shop"),
        ("x-forwarded-prefix: /shop/", "/shop"),
        ("x-forwarded-prefix: /evil, /caf%C3%A9", "/caf%C3%A9"),
        ("x-forwarded-prefix: /", "/default"),
        ("x-forwarded-prefix: //evil.example", "/default"),
        ("x-forwarded-prefix: https://evil.example", "/default"),
        ("x-forwarded-prefix: /a/../b", "/default"),
        ("x-forwarded-prefix: /\"><script>", "/%22%3E%3Cscript%3E"),
    ] {
        let (_, url) = ask(server.addr(), &[line]).await;
        assert_eq!(url, format!("http://inner:8000{expected}/seen"), "{line}");
    }
    server.stop().await;
}

#[tokio::test]
async fn the_standard_header_is_read_if_the_app_says_so() {
    let server = serve(app(trusting().forwarded())).await;
    for (lines, client, url) in [
        (&["forwarded: for=192.0.2.1"][..], "192.0.2.1:0", URL),
        (
            &["forwarded: for=\"[2001:db8::1]:4711\";proto=https;host=\"shop.example:8443\""],
            "[2001:db8::1]:4711",
            "https://shop.example:8443/seen",
        ),
        (
            &["Forwarded: For=192.0.2.1;Proto=https;by=203.0.113.43, for=10.0.0.1;proto=http"],
            "192.0.2.1:0",
            "https://inner:8000/seen",
        ),
        // The client wrote the first element.
        (
            &[
                "forwarded: for=198.51.100.9;proto=https;host=evil.example",
                "forwarded: for=192.0.2.1",
            ],
            "192.0.2.1:0",
            URL,
        ),
        (
            &["forwarded: for=\"_hidden\", for=10.0.0.1"],
            "10.0.0.1:0",
            URL,
        ),
        (
            &["forwarded: for=unknown;proto=https"],
            "127.0.0.1",
            "https://inner:8000/seen",
        ),
        (&["forwarded: for=\"192.0.2.1:_port\""], "192.0.2.1:0", URL),
        (
            &["forwarded: proto=https"],
            "127.0.0.1",
            "https://inner:8000/seen",
        ),
        // A line that is not valid says nothing, and neither does what is before it.
        (
            &["forwarded: for=198.51.100.9, for=\"192.0.2.1"],
            "127.0.0.1",
            URL,
        ),
        (
            &[
                "forwarded: for=198.51.100.9",
                "forwarded: for=",
                "forwarded: for=10.0.0.1",
            ],
            "10.0.0.1:0",
            URL,
        ),
        // The other kind of header is not read.
        (
            &[
                "forwarded: for=192.0.2.1",
                "x-forwarded-for: 198.51.100.9",
                "x-forwarded-proto: https",
            ],
            "192.0.2.1:0",
            URL,
        ),
        (
            &["x-forwarded-for: 198.51.100.9", "x-forwarded-proto: https"],
            "127.0.0.1",
            URL,
        ),
    ] {
        let (seen, seen_url) = ask(server.addr(), lines).await;
        assert!(seen.starts_with(client), "{lines:?}: {seen}");
        assert_eq!(seen_url, url, "{lines:?}");
    }
    server.stop().await;
    // By default, it is the standard header that is not read.
    let server = serve(app(trusting())).await;
    let lines = [
        "forwarded: for=198.51.100.9;proto=https",
        "x-forwarded-for: 192.0.2.1",
    ];
    let expected = ("192.0.2.1:0".to_owned(), URL.to_owned());
    assert_eq!(ask(server.addr(), &lines).await, expected);
    server.stop().await;
}

#[tokio::test]
async fn a_proxy_can_connect_over_ipv6_or_a_unix_socket() {
    let headers = || ProxyHeaders::new().trust("::1, unix");
    let listener = Listener::bind("[::1]:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let over_ipv6 = tokio::spawn(app(headers()).serve(listener));
    let (client, _) = ask(address, &["x-forwarded-for: 192.0.2.1"]).await;
    assert_eq!(client, "192.0.2.1:0");
    over_ipv6.abort();

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("app.sock");
    let listener = Listener::bind(format!("unix:{}", path.display()))
        .await
        .unwrap();
    let over_unix = tokio::spawn(app(headers()).serve(listener));
    let mut wire = Wire::over(UnixStream::connect(&path).await.unwrap());
    let (client, _) = ask_over(&mut wire, &["x-forwarded-for: 192.0.2.1"]).await;
    assert_eq!(client, "192.0.2.1:0");
    let (client, _) = ask_over(&mut wire, &[]).await;
    assert_eq!(client, "-");
    over_unix.abort();
}

#[tokio::test]
async fn a_peer_that_is_no_address_is_a_startup_error() {
    let headers = ProxyHeaders::new()
        .trust("10.0.0.1/8, localhost")
        .trust("*");
    let error = App::new("Wrong", "1")
        .proxy_headers(headers)
        .build()
        .unwrap_err();
    let problems = error.problems();
    assert_eq!(problems.len(), 3, "{problems:?}");
    for (problem, expected) in problems.iter().zip([
        "write `10.0.0.0/8`",
        "`localhost` is not a peer",
        "`*` would let",
    ]) {
        assert!(
            problem.starts_with("`ProxyHeaders`: ") && problem.contains(expected),
            "{problem}"
        );
    }
}
