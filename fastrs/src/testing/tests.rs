use super::*;
use crate::request::RequestFuture;
use http::header::{CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use http::{StatusCode, request::Parts};
use serde_json::{Value, json};

/// Responds with what it received; a few paths do more.
struct Mirror;

impl Dispatch for Mirror {
    fn dispatch(
        self: &Arc<Self>,
        head: Parts,
        body: Body,
        peer: Option<SocketAddr>,
    ) -> DispatchedRequest {
        let future = Box::pin(async move {
            let text = |name| {
                head.headers
                    .get(name)
                    .map(|v| String::from_utf8_lossy(v.as_bytes()))
            };
            let echoed = json!({
                "method": head.method.as_str(),
                "target": head.uri.to_string(),
                "host": text(http::header::HOST),
                "type": text(CONTENT_TYPE),
                "cookie": text(COOKIE),
                "token": text(http::header::AUTHORIZATION),
                "peer": peer,
                "body": String::from_utf8(body.collect(1024).await.unwrap().to_vec()).unwrap(),
            });
            let mut response = Response::new(Body::from(echoed.to_string()));
            let mut set = |name, value: &'static str| {
                response
                    .headers_mut()
                    .append(name, HeaderValue::from_static(value));
            };
            let status = match head.uri.path() {
                "/login" => {
                    set(SET_COOKIE, "a=1; Path=/");
                    set(SET_COOKIE, "b=2; Path=/admin");
                    200
                }
                "/logout" => {
                    set(SET_COOKIE, "a=; Max-Age=0; Path=/");
                    200
                }
                "/old" => {
                    set(LOCATION, "/new?x=1");
                    307
                }
                "/done" => {
                    set(LOCATION, "http://testserver/new");
                    303
                }
                "/away" => {
                    set(LOCATION, "https://elsewhere/new");
                    302
                }
                "/empty" => 204,
                _ => 200,
            };
            *response.status_mut() = StatusCode::from_u16(status).unwrap();
            response
        });
        DispatchedRequest {
            future: RequestFuture::without_exits(future),
            on_disconnect: crate::serve::OnDisconnect::Finish,
        }
    }
}

fn run<F: Future>(test: impl FnOnce(TestClient) -> F) -> F::Output {
    crate::serve::block_on(test(TestClient::over(Arc::new(Mirror))))
}

#[test]
fn sends_what_was_specified() {
    run(async |client| {
        let response = client
            .post("/a b?x=1")
            .query(&[("q", "1 2")])
            .query(&[("limit", 10)])
            .bearer("t")
            .json(&json!({"n": 1}))
            .send()
            .await;
        assert_eq!(response.status(), 200);
        let echoed: Value = response.json();
        assert_eq!(echoed["method"], "POST");
        assert_eq!(echoed["target"], "/a%20b?x=1&q=1+2&limit=10");
        assert_eq!(echoed["host"], "testserver");
        assert_eq!(echoed["type"], "application/json");
        assert_eq!(echoed["token"], "Bearer t");
        assert_eq!(echoed["body"], r#"{"n":1}"#);
        assert_eq!(echoed["peer"], "127.0.0.1:50000");
        let form: Value = client.put("/").form(&[("a", "é&")]).await.json();
        assert_eq!(form["body"], "a=%C3%A9%26");
        assert_eq!(form["type"], "application/x-www-form-urlencoded");
        let own: Value = client
            .put("/")
            .header("content-type", "x/y")
            .json(&1)
            .await
            .json();
        assert_eq!(own["type"], "x/y");
        client.stop().await;
    });
}

#[test]
fn keeps_cookies() {
    run(async |client| {
        let response = client.get("/login").await;
        assert_eq!(
            response.cookies(),
            [("a".into(), "1".into()), ("b".into(), "2".into())]
        );
        assert_eq!(client.get("/").await.json::<Value>()["cookie"], "a=1");
        assert_eq!(
            client.get("/admin/x").await.json::<Value>()["cookie"],
            "b=2; a=1"
        );
        let extra = client.get("/").cookie("a", "9").await;
        assert_eq!(extra.json::<Value>()["cookie"], "a=9");
        let _ = client.get("/logout").await;
        assert_eq!(client.cookies(), [("b".into(), "2".into())]);
    });
}

#[test]
fn follows_redirects() {
    run(async |client| {
        let kept = client.post("/old").json(&1).await;
        assert_eq!((kept.path(), kept.redirects()), ("/new?x=1", 1));
        let echoed: Value = kept.json();
        assert_eq!(
            (&echoed["method"], &echoed["body"]),
            (&json!("POST"), &json!("1"))
        );
        let echoed: Value = client.post("/done").json(&1).bearer("t").await.json();
        assert_eq!(
            (&echoed["method"], &echoed["body"]),
            (&json!("GET"), &json!(""))
        );
        assert_eq!(
            (&echoed["token"], &echoed["type"]),
            (&json!("Bearer t"), &Value::Null)
        );
        let echoed: Value = client.get("/away").bearer("t").await.json();
        assert_eq!(
            (&echoed["token"], &echoed["host"]),
            (&Value::Null, &json!("elsewhere"))
        );
        let stayed = client.get("/old").follow_redirects(false).await;
        assert_eq!(stayed.status(), 307);
        assert_eq!(stayed.header("location"), Some("/new?x=1"));
    });
}

#[test]
fn has_no_body_where_the_wire_has_none() {
    run(async |client| {
        let head = client.head("/").await;
        assert!(head.bytes().is_empty());
        let length: usize = head.header("content-length").unwrap().parse().unwrap();
        assert!(length > 0);
        let empty = client.get("/empty").await;
        assert!(empty.bytes().is_empty());
        assert_eq!(empty.header("content-length"), None);
    });
}

#[test]
fn serves_on_a_socket() {
    use std::io::{Read, Write};
    crate::serve::block_on(async {
        let config = crate::serve::ServeConfig::new();
        let server = TestServer::over(Arc::new(Mirror), config).await.unwrap();
        let address = server.addr();
        assert_eq!(server.url("/x"), format!("http://{address}/x"));
        let response = tokio::task::spawn_blocking(move || {
            let mut stream = std::net::TcpStream::connect(address).unwrap();
            stream.write_all(b"GET /x HTTP/1.0\r\n\r\n").unwrap();
            let mut response = String::new();
            stream.read_to_string(&mut response).unwrap();
            response
        });
        assert!(response.await.unwrap().starts_with("HTTP/1.0 200 OK"));
        server.stop().await;
        assert!(std::net::TcpStream::connect(address).is_err());
    });
}
