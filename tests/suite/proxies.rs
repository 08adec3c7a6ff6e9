//! Apps behind proxies: their root path, and the headers in which proxies describe the client.

use std::net::SocketAddr;

use fastrs::{
    Value,
    middleware::ProxyHeaders,
    prelude::*,
    templates::{Urls, urls},
};

use crate::wire::Wire;

mod headers;
pub(crate) mod nginx;
mod origins;
mod root_path;

/// What a handler knows about the client, and about how it sees the app.
#[get("/seen")]
async fn seen(
    req: &Request,
    client: Option<ClientAddr>,
    #[depends(urls)] urls: &Urls,
) -> Result<Value> {
    let early = req.extensions().get::<Early>().map(|early| early.0.clone());
    Ok(json!({
        "client": client.map(|client| client.0.to_string()),
        "middleware": early,
        "root_path": req.root_path(),
        "url": urls.url_for(req, "seen", &[])?,
    }))
}

#[get("/folder/")]
async fn folder() -> &'static str {
    "a folder"
}

#[derive(Clone)]
struct Early(String);

/// Passes on the client that middleware sees.
#[middleware]
async fn look(mut request: http::Request<Body>, next: Next) -> Response {
    let client = request.extensions().get::<ClientAddr>();
    let client = client.map_or("-".to_owned(), |client| client.ip().to_string());
    request.extensions_mut().insert(Early(client));
    next.run(request).await
}

/// An app that reads the headers of proxies, whose middleware was added first.
fn app(headers: ProxyHeaders) -> App {
    App::new("Proxied", "1")
        .middleware::<look>()
        .routes(routes![seen, folder])
        .proxy_headers(headers)
        .middleware::<look>()
}

/// Sends a request for `/seen` with these lines in its head, and returns the client and the URL that the handler saw.
async fn ask(address: SocketAddr, lines: &[&str]) -> (String, String) {
    let mut wire = Wire::to(address).await;
    ask_over(&mut wire, lines).await
}

async fn ask_over<S>(wire: &mut Wire<S>, lines: &[&str]) -> (String, String)
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin,
{
    let lines: String = lines.iter().map(|line| format!("{line}\r\n")).collect();
    wire.send(format!(
        "GET /seen HTTP/1.1\r\nhost: inner:8000\r\n{lines}\r\n"
    ))
    .await;
    let answer = wire.answer().await;
    assert_eq!(answer.status(), "200", "{answer:?}");
    let seen: Value = serde_json::from_str(&answer.body).unwrap();
    let text = |key: &str| seen[key].as_str().unwrap_or("-").to_owned();
    let client = text("client");
    // Middleware sees the same client, although it was added first.
    let ip = client
        .rsplit_once(':')
        .map_or("-", |(ip, _)| ip.trim_matches(['[', ']']));
    assert_eq!(text("middleware"), ip, "{seen}");
    (client, text("url"))
}
