//! The flows in hand-written hyper: no router, no validation, no limits.

use std::{convert::Infallible, env, time::Duration};

use bytes::Bytes;
use futures_util::{SinkExt, StreamExt, stream};
use http_body_util::{BodyExt, Full, StreamBody, combinators::BoxBody};
use hyper::{
    Request, Response,
    body::{Frame, Incoming},
    header::{CONNECTION, CONTENT_LENGTH, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, UPGRADE},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    fs::File,
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        handshake::derive_accept_key,
        protocol::{Role, WebSocketConfig},
    },
};

use crate::download_path;

/// tungstenite's default of 128 KiB is cleared for each read, which would take longer than all the rest.
const READ_BUFFER: usize = 4 * 1024;

type Body = BoxBody<Bytes, std::io::Error>;

/// The size of a read from the file of `/download`, and that of a write to the file of `/upload`.
const BLOCK: usize = 256 * 1024;

#[tokio::main(flavor = "current_thread")]
async fn serve() {
    let port: u16 = env::var("PORT").unwrap().parse().unwrap();
    let listener = TcpListener::bind(("127.0.0.1", port)).await.unwrap();
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        stream.set_nodelay(true).unwrap();
        tokio::spawn(async move {
            let connection = http1::Builder::new()
                .timer(TokioTimer::new())
                .serve_connection(TokioIo::new(stream), service_fn(answer));
            let _ = connection.with_upgrades().await;
        });
    }
}

pub fn run() {
    serve();
}

async fn answer(request: Request<Incoming>) -> Result<Response<Body>, Infallible> {
    Ok(match request.uri().path() {
        "/upload" => upload(request.into_body()).await,
        "/download" => download().await,
        "/events" => events(),
        "/echo" => echo(request),
        _ => Response::new(whole("Hello, World!")),
    })
}

fn whole(text: impl Into<Bytes>) -> Body {
    Full::new(text.into())
        .map_err(|never| match never {})
        .boxed()
}

/// Writes the whole multipart body to an unlinked file, without parsing it.
async fn upload(mut body: Incoming) -> Response<Body> {
    let mut file = File::from_std(tempfile::tempfile().unwrap());
    file.set_max_buf_size(BLOCK);
    let mut size = 0;
    while let Some(frame) = body.frame().await {
        if let Ok(data) = frame.unwrap().into_data() {
            size += data.len();
            file.write_all(&data).await.unwrap();
        }
    }
    file.flush().await.unwrap();
    Response::new(whole(size.to_string()))
}

async fn download() -> Response<Body> {
    let mut file = File::open(download_path()).await.unwrap();
    file.set_max_buf_size(BLOCK);
    let length = file.metadata().await.unwrap().len();
    let blocks = stream::try_unfold(file, |mut file| async move {
        let mut block = Vec::with_capacity(BLOCK);
        let read = file.read_buf(&mut block).await?;
        Ok((read > 0).then(|| (Frame::data(block.into()), file)))
    });
    Response::builder()
        .header(CONTENT_LENGTH, length)
        .body(BodyExt::boxed(StreamBody::new(blocks)))
        .unwrap()
}

fn events() -> Response<Body> {
    let interval = tokio::time::interval(Duration::from_secs(1));
    let ticks = stream::unfold((interval, 0_u64), |(mut interval, number)| async move {
        interval.tick().await;
        let event = format!("data: {{\"number\":{number}}}\n\n");
        Some((Ok(Frame::data(event.into())), (interval, number + 1)))
    });
    Response::builder()
        .header("content-type", "text/event-stream")
        .body(BodyExt::boxed(StreamBody::new(ticks)))
        .unwrap()
}

fn echo(mut request: Request<Incoming>) -> Response<Body> {
    let accept = derive_accept_key(request.headers()[SEC_WEBSOCKET_KEY].as_bytes());
    let upgrade = hyper::upgrade::on(&mut request);
    tokio::spawn(async move {
        let io = TokioIo::new(upgrade.await.unwrap());
        let config = WebSocketConfig::default().read_buffer_size(READ_BUFFER);
        let mut socket = WebSocketStream::from_raw_socket(io, Role::Server, Some(config)).await;
        while let Some(Ok(message)) = socket.next().await {
            if (message.is_text() || message.is_binary()) && socket.send(message).await.is_err() {
                break;
            }
        }
    });
    Response::builder()
        .status(101)
        .header(CONNECTION, "upgrade")
        .header(UPGRADE, "websocket")
        .header(SEC_WEBSOCKET_ACCEPT, accept)
        .body(whole(""))
        .unwrap()
}
