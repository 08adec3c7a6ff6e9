//! The files in `deploy`: real proxies that use them, in front of an app, and what linters say.
//!
//! If a program is not installed, what needs it is skipped with a message; with `FASTRS_REQUIRE_PROGRAMS=1` it fails.

mod files;
#[cfg(unix)]
mod profiles;
mod proxy;

use fastrs::{
    Value,
    middleware::ProxyHeaders,
    prelude::*,
    templates::{Urls, urls},
};

use self::proxy::{PROXIES, Proxy};
use crate::{
    journal::{Gate, events, gate},
    waiting::soon,
    websockets::{echo, upgrade},
    wire::{Wire, serve},
};

/// What a handler knows about the client and the origin.
#[get("/seen")]
async fn seen(req: &Request, client: ClientAddr, #[depends(urls)] urls: &Urls) -> Result<Value> {
    let url = urls.url_for(req, "seen", &[])?;
    Ok(json!({ "client": client.ip().to_string(), "url": url }))
}

#[post("/length")]
async fn length(body: Bytes) -> usize {
    body.len()
}

fn app(opened: &Gate) -> App {
    App::new("Deployed", "1")
        .provide::<gate>(opened.clone())
        .proxy_headers(ProxyHeaders::new().trust("127.0.0.1"))
        .routes(routes![seen, events, length, echo])
}

fn get(path: &str, fields: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nhost: shop.example\r\n{fields}\r\n")
}

#[tokio::test]
async fn an_app_sees_the_client_and_the_origin() {
    let server = serve(app(&Gate::closed())).await;
    for name in PROXIES {
        let Some(proxy) = Proxy::start(name, &[server.addr()]).await else {
            continue;
        };
        let mut wire = Wire::over(proxy.connect().await.unwrap());
        let spoofed =
            "x-forwarded-for: 192.0.2.1\r\nx-forwarded-proto: http\r\nforwarded: for=192.0.2.1\r\n";
        wire.send(get("/seen", spoofed)).await;
        let answer = soon(wire.answer()).await;
        let seen: Value = serde_json::from_str(&answer.body).unwrap();
        let expected = json!({ "client": "127.0.0.2", "url": "https://shop.example/seen" });
        assert_eq!(seen, expected, "{name}");
    }
    server.stop().await;
}

#[tokio::test]
async fn http_is_redirected_to_https() {
    let server = serve(app(&Gate::closed())).await;
    for name in PROXIES {
        let Some(proxy) = Proxy::start(name, &[server.addr()]).await else {
            continue;
        };
        let mut wire = Wire::to(proxy.without_tls()).await;
        wire.send(get("/seen?q=1", "")).await;
        let answer = soon(wire.answer()).await;
        let location = answer.header("location").unwrap_or_default();
        let path = location.strip_prefix("https://shop.example");
        assert!(
            path.is_some_and(|path| path.ends_with("/seen?q=1")),
            "{name}: {answer:?}"
        );
    }
    server.stop().await;
}

#[tokio::test]
async fn events_are_not_buffered() {
    for name in PROXIES {
        let opened = Gate::closed();
        let server = serve(app(&opened)).await;
        let Some(proxy) = Proxy::start(name, &[server.addr()]).await else {
            continue;
        };
        let mut wire = Wire::over(proxy.connect().await.unwrap());
        wire.send(get("/events", "")).await;
        let mut text = String::new();
        for event in ["data: 1\n", "data: 2\n"] {
            soon(async {
                while !text.contains(event) {
                    text.push(wire.byte().await);
                }
            })
            .await;
            opened.open();
        }
        drop((wire, proxy));
        server.stop().await;
    }
}

#[tokio::test]
async fn websockets_pass() {
    let server = serve(app(&Gate::closed())).await;
    for name in PROXIES {
        let Some(proxy) = Proxy::start(name, &[server.addr()]).await else {
            continue;
        };
        let mut stream = proxy.connect().await.unwrap();
        soon(upgrade(&mut stream, "/echo")).await;
        let mut wire = Wire::over(stream);
        // A masked text frame, whose mask is zero.
        wire.send(b"\x81\x85\0\0\0\0hello").await;
        let mut frame = String::new();
        for _ in 0..2 {
            soon(wire.byte()).await;
        }
        for _ in 0..5 {
            frame.push(soon(wire.byte()).await);
        }
        assert_eq!(frame, "hello", "{name}");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_body_of_a_megabyte_passes() {
    let server = serve(app(&Gate::closed())).await;
    for name in PROXIES {
        let Some(proxy) = Proxy::start(name, &[server.addr()]).await else {
            continue;
        };
        let mut wire = Wire::over(proxy.connect().await.unwrap());
        let head = "POST /length HTTP/1.1\r\nhost: shop.example\r\ncontent-length: 1000000\r\n\r\n";
        wire.send(head).await;
        wire.send(vec![b'x'; 1_000_000]).await;
        let answer = soon(wire.answer()).await;
        assert_eq!(
            (answer.status(), &*answer.body),
            ("200", "1000000"),
            "{name}"
        );
    }
    server.stop().await;
}
