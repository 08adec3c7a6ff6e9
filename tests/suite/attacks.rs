//! Clients that send what HTTP forbids, or as much as they can. `docs/reliability.md` lists the cases.

mod bodies;
mod framing;
mod http2;
mod methods;
mod syntax;

use fastrs::{prelude::*, testing::TestServer};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::{
    journal::{Journal, journal},
    waiting::soon,
};

/// Returns the length of its body.
#[post("/length")]
async fn length(body: Bytes, #[depends(journal)] journal: &Journal) -> usize {
    journal.write("length");
    body.len()
}

#[post("/ignores")]
async fn ignores(#[depends(journal)] journal: &Journal) -> usize {
    journal.write("ignores");
    0
}

#[get("/word")]
async fn word(#[depends(journal)] journal: &Journal) -> PlainText {
    journal.write("word");
    PlainText("word".to_owned())
}

/// A request that must not be found in the body of another one.
#[get("/smuggled")]
async fn smuggled(#[depends(journal)] journal: &Journal) {
    journal.write("smuggled");
}

const SMUGGLED: &str = "GET /smuggled HTTP/1.1\r\nhost: test\r\n\r\n";

fn app(notes: &Journal) -> App {
    App::new("Attacks", "1")
        .provide::<journal>(notes.clone())
        .routes(routes![length, ignores, word, smuggled])
}

/// Sends bytes, and returns everything until the server closes the connection.
async fn all(server: &TestServer, bytes: impl AsRef<[u8]>) -> String {
    let mut stream = TcpStream::connect(server.addr()).await.unwrap();
    // The server may close before it has read the last byte.
    stream.write_all(bytes.as_ref()).await.ok();
    let mut answers = Vec::new();
    let read = soon(stream.read_to_end(&mut answers)).await;
    let answers = String::from_utf8_lossy(&answers).into_owned();
    assert!(read.is_ok(), "{read:?} after {answers}");
    answers
}

/// Returns the statuses of responses.
fn statuses(answers: &str) -> Vec<&str> {
    let heads = answers.split("HTTP/1.").skip(1);
    heads.filter_map(|head| head.get(2..5)).collect()
}

/// Checks that each of these gets one response with its status, after which the connection closes, and that nothing in
/// it is treated as a second request.
async fn assert_refused<S: AsRef<[u8]>>(cases: impl IntoIterator<Item = (S, &'static str)>) {
    let notes = Journal::new();
    let server = crate::wire::serve(app(&notes)).await;
    let mut wrong = Vec::new();
    for (bytes, status) in cases {
        let mut bytes = bytes.as_ref().to_vec();
        bytes.extend_from_slice(SMUGGLED.as_bytes());
        bytes.extend_from_slice(SMUGGLED.as_bytes());
        let answers = all(&server, &bytes).await;
        let shown: String = String::from_utf8_lossy(&bytes).chars().take(200).collect();
        let took = notes.take();
        if statuses(&answers) != [status] || took.iter().any(|line| line == "smuggled") {
            wrong.push(format!("{shown:?}, expected {status}: {answers} {took:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}
