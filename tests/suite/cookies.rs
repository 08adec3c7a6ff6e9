//! Cookies: what is set is what is read, and a cookie that cannot be set is a visible error.

use std::sync::Mutex;

use fastrs::prelude::*;
use fastrs::testing::TestClient;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::{support::errors, wire::serve};

#[post("/set")]
async fn set(value: String, reply: &mut Reply) -> &'static str {
    reply.cookie(Cookie::new("c", value));
    "ok"
}

#[get("/read")]
async fn read(#[cookie] c: Option<String>) -> Option<String> {
    c
}

#[tokio::test]
async fn a_value_that_is_set_is_read_as_it_was() {
    for value in [
        "plain", "", "a%20b", "100%25", "a b", "a;b", "\"q\"", r"\073", "a=b, c", "é", "\u{1}",
    ] {
        let client = TestClient::start(App::new("Cookies", "1").routes(routes![set, read])).await;
        let answer = client.post("/set").query(&[("value", value)]).await;
        assert_eq!(answer.status(), 200, "{value}");
        let read: Option<String> = client.get("/read").await.json();
        assert_eq!(
            read.as_deref(),
            Some(value),
            "{:?}",
            answer.header("set-cookie")
        );
    }
}

#[tokio::test]
async fn a_value_is_not_percent_decoded() {
    let client = TestClient::start(App::new("Cookies", "1").routes(routes![read])).await;
    for (header, value) in [
        ("c=a%20b", "a%20b"),
        (r#"c="a\073\"b""#, "a;\"b"),
        ("c=1; c=2", "2"),
        ("c=x; word", "x"),
    ] {
        let answer = client.get("/read").header("cookie", header).await;
        assert_eq!(answer.json::<String>(), value, "{header}");
    }
}

#[tokio::test]
async fn bytes_that_are_not_text_affect_only_their_cookie() {
    #[get("/both")]
    async fn both(
        #[cookie] a: Option<String>,
        #[cookie] b: Option<String>,
    ) -> (Option<String>, Option<String>) {
        (a, b)
    }
    let server = serve(App::new("Cookies", "1").routes(routes![both])).await;
    let address = server.addr();
    let ask = async |cookies: &[u8]| {
        let mut socket = TcpStream::connect(address).await.unwrap();
        let head = b"GET /both HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncookie: ";
        let request = [head, cookies, b"\r\n\r\n"].concat();
        socket.write_all(&request).await.unwrap();
        let mut answer = String::new();
        socket.read_to_string(&mut answer).await.unwrap();
        answer
    };
    assert!(ask(b"b=1; z=\xff").await.ends_with(r#"[null,"1"]"#));
    assert!(ask(b"a=\xff; b=1").await.contains("string_unicode"));
    server.stop().await;
}

static OUTCOMES: Mutex<Vec<bool>> = Mutex::new(Vec::new());

#[dependency]
async fn transaction(lend: Yield<u8>) {
    let (_, outcome) = lend.until_done(0).await;
    OUTCOMES.lock().unwrap().push(outcome.is_success());
}

#[get("/refused/<what>")]
async fn refused(
    what: u8,
    reply: &mut Reply,
    #[depends(transaction)] _transaction: &u8,
) -> &'static str {
    match what {
        0 => reply.cookie(Cookie::new("a b", "x")),
        1 => reply.cookie(Cookie::new("a", "日本")),
        2 => reply.cookie(Cookie::new("a", "x").path("/;secure")),
        3 => reply.cookie(Cookie::new("a", "x").domain("x\r\ny: z")),
        4 => reply.header("x y", "z"),
        5 => reply.header("x", "y\r\nz: 1"),
        6 => reply.status(7),
        _ => reply.header("x", "y"),
    };
    "done"
}

#[get("/failed")]
async fn failed() -> Result<()> {
    Err(HttpError::new(404, "gone").header("x", "y\nz"))
}

/// The response is a 500 and the exits receive a failure, so that nothing is committed.
#[tokio::test]
async fn what_http_does_not_allow_is_a_500_that_rolls_back() {
    let client = TestClient::start(App::new("Refused", "1").routes(routes![refused, failed])).await;
    for what in 0..7 {
        let answer = client.get(&format!("/refused/{what}")).await;
        assert_eq!(answer.status(), 500, "{what}");
        assert_eq!(answer.text(), r#"{"detail":"Internal Server Error"}"#);
        assert_eq!(answer.header("set-cookie"), None);
    }
    assert_eq!(client.get("/refused/7").await.status(), 200);
    let outcomes = [vec![false; 7], vec![true]].concat();
    assert_eq!(*OUTCOMES.lock().unwrap(), outcomes);
    assert_eq!(client.get("/failed").await.status(), 500);
    assert_eq!(
        errors(&client.get("/refused/x").await),
        json!([["int_parsing", ["path", "what"]]])
    );
}
