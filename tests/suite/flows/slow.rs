//! Clients that read a response slowly, or not at all.

use std::{
    io::{self, Write},
    time::Instant,
};

use fastrs::{ServeConfig, testing::TestServer};
use tempfile::{NamedTempFile, TempPath};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, Interest},
    net::{TcpSocket, TcpStream},
    time::{sleep, timeout},
};

use super::*;
use crate::{
    waiting::{soon, until_idle},
    wire::serve,
};

/// How long a client may read nothing.
const LIMIT: Duration = Duration::from_millis(300);

/// Long enough for a client to read something several times within it, on a busy machine.
const LONG_LIMIT: Duration = Duration::from_secs(1);

/// The size of each response, more than the system buffers.
const SIZE: usize = 8 << 20;

/// Lines without an end.
#[get("/endless/lines", depends = [source])]
async fn endless_lines(#[depends(journal)] journal: Journal) -> Streaming {
    Streaming::generate(|out| async move {
        let _guard = Guard(journal);
        loop {
            out.send("line\n".repeat(1000)).await?;
        }
    })
}

/// Small pieces without an end, which are counted.
#[get("/endless/pieces")]
async fn endless_pieces(#[depends(sent)] sent: Arc<AtomicUsize>) -> Streaming {
    Streaming::generate(|out| async move {
        loop {
            out.send(Bytes::from_static(&[b'x'; PIECE])).await?;
            sent.fetch_add(1, SeqCst);
        }
    })
}

const PIECE: usize = 1024;

#[get("/bytes")]
async fn bytes() -> Bytes {
    Bytes::from(vec![b'x'; SIZE])
}

#[get("/file")]
async fn file(#[depends(on_disk)] path: &TempPath) -> Result<File> {
    Ok(File::open(path).await?)
}

#[dependency(scope = "app")]
async fn on_disk() -> TempPath;

/// A response in two parts, with a pause between them.
#[get("/pause")]
async fn pause() -> Sse<u8> {
    Sse::generate(|out| async move {
        out.send(1).await?;
        sleep(LIMIT * 3).await;
        out.send(2).await
    })
}

async fn start(limit: Duration) -> (TestServer, Journal, Arc<AtomicUsize>) {
    let (app, notes, sent) = app();
    let mut file_on_disk = NamedTempFile::new().unwrap();
    file_on_disk.write_all(&vec![b'x'; SIZE]).unwrap();
    let app = app
        .provide::<on_disk>(file_on_disk.into_temp_path())
        .routes(routes![endless_lines, endless_pieces, bytes, file, pause])
        .config(ServeConfig::new().send_timeout(limit));
    (serve(app).await, notes, sent)
}

/// Connects with a small receive buffer.
async fn connect(server: &TestServer) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    socket.connect(server.addr()).await.unwrap()
}

async fn get(server: &TestServer, path: &str) -> TcpStream {
    let mut client = connect(server).await;
    let request = format!("GET {path} HTTP/1.1\r\nhost: test\r\n\r\n");
    client.write_all(request.as_bytes()).await.unwrap();
    client
}

#[tokio::test]
async fn a_response_that_is_not_taken_is_reset() {
    let (server, _, _) = start(LIMIT).await;
    for path in ["/bytes", "/file", "/endless", "/endless/lines"] {
        let mut client = get(&server, path).await;
        soon(client.ready(Interest::ERROR)).await.unwrap();
        let mut taken = Vec::new();
        let end = client.read_to_end(&mut taken).await;
        let error = end.expect_err(path);
        assert_eq!(error.kind(), io::ErrorKind::ConnectionReset, "{path}");
        assert!(taken.len() < SIZE, "{path}: {}", taken.len());
    }
    soon(server.stop()).await;
}

#[tokio::test]
async fn a_producer_ends_with_its_response() {
    let (server, notes, _) = start(LIMIT).await;
    let client = get(&server, "/endless/lines").await;
    soon(notes.until("sent: aborted")).await;
    assert_eq!(notes.take(), ["dropped", "sent: aborted"]);
    drop(client);
    server.stop().await;
}

#[tokio::test]
async fn a_client_that_takes_a_little_at_a_time_gets_everything() {
    let (server, _, _) = start(LONG_LIMIT).await;
    for path in ["/bytes", "/file"] {
        let mut client = get(&server, path).await;
        let begun = Instant::now();
        let mut part = vec![0; 80 * 1024];
        while begun.elapsed() < LONG_LIMIT * 5 / 2 {
            client.read_exact(&mut part).await.expect(path);
            sleep(LONG_LIMIT / 5).await;
        }
        let mut taken = 0;
        while taken < SIZE / 2 {
            taken += client.read(&mut part).await.expect(path);
        }
    }
}

#[tokio::test]
async fn a_client_that_takes_nothing_costs_little_memory() {
    let (server, _, sent) = start(LONG_LIMIT).await;
    let client = get(&server, "/endless").await;
    let reset = async {
        soon(client.ready(Interest::ERROR)).await.unwrap();
    };
    timeout(LONG_LIMIT * 3, reset).await.unwrap();
    let sent = sent.load(SeqCst);
    assert!((1..16).contains(&sent), "{sent} events of 64 KiB");
}

#[tokio::test]
async fn a_stream_may_pause_for_longer() {
    let (server, _, _) = start(LIMIT).await;
    let mut client = get(&server, "/pause").await;
    let mut taken = String::new();
    while !taken.ends_with("\r\n0\r\n\r\n") {
        let byte = client.read_u8().await.expect("the stream goes on");
        taken.push(byte.into());
    }

    let (mut client, connection) = h2::client::handshake(connect(&server).await).await.unwrap();
    let connection = tokio::spawn(connection);
    let request = http::Request::get(server.url("/pause")).body(()).unwrap();
    let (answer, _) = client.send_request(request, true).unwrap();
    let mut body = answer.await.unwrap().into_body();
    for _ in 0..2 {
        body.data().await.unwrap().unwrap();
    }
    connection.abort();
}

#[tokio::test]
async fn an_http2_stream_without_window_is_reset_alone() {
    let (server, notes, _) = start(LIMIT).await;
    for window in [0, 10] {
        let mut client = h2::client::Builder::new();
        client.initial_window_size(window);
        let socket = connect(&server).await;
        let (client, connection) = client.handshake::<_, Bytes>(socket).await.unwrap();
        let connection = tokio::spawn(connection);

        let request = |path| http::Request::get(server.url(path)).body(()).unwrap();
        let mut first = client.clone().ready().await.unwrap();
        let (answer, _) = first.send_request(request("/endless/lines"), true).unwrap();
        let mut body = answer.await.unwrap().into_body();
        let ended = async {
            loop {
                if let Err(error) = body.data().await.expect("no clean end") {
                    break error;
                }
            }
        };
        let ended = soon(ended).await;
        assert_eq!(ended.reason(), Some(h2::Reason::CANCEL), "{window}");
        assert_eq!(notes.take(), ["dropped", "sent: aborted"], "{window}");

        let mut second = client.ready().await.unwrap();
        let (answer, _) = second.send_request(request("/nothing"), true).unwrap();
        assert_eq!(answer.await.unwrap().status(), 404, "{window}");
        connection.abort();
    }
    server.stop().await;
}

/// The limit is on the time for a frame, and not for a piece.
#[tokio::test]
async fn an_http2_client_that_takes_a_little_at_a_time_is_not_cut_off() {
    let (server, _, _) = start(LONG_LIMIT).await;
    let mut client = h2::client::Builder::new();
    client.initial_window_size(16 * 1024);
    let socket = connect(&server).await;
    let (mut client, connection) = client.handshake::<_, Bytes>(socket).await.unwrap();
    let connection = tokio::spawn(connection);
    let request = http::Request::get(server.url("/file")).body(());
    let (response, _) = client.send_request(request.unwrap(), true).unwrap();
    let mut body = response.await.unwrap().into_body();
    let begun = Instant::now();
    // The second piece, of 128 KiB, takes longer than the limit.
    while begun.elapsed() < LONG_LIMIT * 4 {
        let mut taken = 0;
        while taken < 16 * 1024 {
            let data = soon(body.data()).await.expect("more follows").unwrap();
            body.flow_control().release_capacity(data.len()).unwrap();
            taken += data.len();
        }
        sleep(LONG_LIMIT / 4).await;
    }
    connection.abort();
}

/// The streams of a connection share the limit, although the client has room for everything.
#[tokio::test]
async fn an_http2_connection_that_is_not_read_costs_little_memory() {
    // Each stream has a few pieces of its own, and the system has buffers, too.
    let shared = 1024 * 1024 + 512 * 1024;
    for (path, size, own) in [("/endless/pieces", PIECE, 4), ("/endless", 64 * 1024, 2)] {
        let sent = sent_to_a_client_that_does_not_read(path).await;
        let most = shared / size + STREAMS * own;
        assert!((STREAMS..most).contains(&sent), "{path}: {sent} pieces");
    }
}

const STREAMS: usize = 100;

/// Opens many streams on one connection, and returns how many pieces they send in total.
async fn sent_to_a_client_that_does_not_read(path: &str) -> usize {
    let (server, _, sent) = start(Duration::from_secs(30)).await;
    let mut client = h2::client::Builder::new();
    client
        .initial_window_size(1 << 30)
        .initial_connection_window_size(1 << 30);
    let socket = connect(&server).await;
    let (mut client, mut connection) = client.handshake::<_, Bytes>(socket).await.unwrap();
    let mut responses = Vec::new();
    for _ in 0..STREAMS {
        std::future::poll_fn(|task| {
            let _ = std::pin::Pin::new(&mut connection).poll(task);
            client.poll_ready(task)
        })
        .await
        .unwrap();
        let request = http::Request::get(server.url(path));
        let (response, _) = client
            .send_request(request.body(()).unwrap(), true)
            .unwrap();
        responses.push(response);
    }
    // The connection is no longer polled once the requests are sent.
    let mut first = Box::pin(responses.remove(0));
    let begun = std::future::poll_fn(|task| {
        let _ = std::pin::Pin::new(&mut connection).poll(task);
        first.as_mut().poll(task)
    });
    let _body = soon(begun).await.unwrap();
    let mut before = usize::MAX;
    while std::mem::replace(&mut before, sent.load(SeqCst)) != sent.load(SeqCst) {
        until_idle().await;
    }
    before
}

#[tokio::test]
async fn an_http2_connection_that_is_not_read_is_reset() {
    let (server, notes, _) = start(LIMIT).await;
    let mut client = h2::client::Builder::new();
    // The response has room for everything, so that only the socket holds it up.
    client
        .initial_window_size(1 << 30)
        .initial_connection_window_size(1 << 30);
    let socket = connect(&server).await.into_std().unwrap();
    let same_socket = TcpStream::from_std(socket.try_clone().unwrap()).unwrap();
    let socket = TcpStream::from_std(socket).unwrap();
    let (mut client, mut connection) = client.handshake::<_, Bytes>(socket).await.unwrap();
    let request = http::Request::get(server.url("/endless/lines"))
        .body(())
        .unwrap();
    let (answer, _) = client.send_request(request, true).unwrap();
    let mut answer = Box::pin(answer);
    // The connection is no longer polled once the response has begun.
    let begun = std::future::poll_fn(|task| {
        let _ = std::pin::Pin::new(&mut connection).poll(task);
        answer.as_mut().poll(task)
    });
    let _body = soon(begun).await.unwrap();
    soon(same_socket.ready(Interest::ERROR)).await.unwrap();
    assert!(connection.await.unwrap_err().is_io());
    soon(notes.until("sent: aborted")).await;
}
