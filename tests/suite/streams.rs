//! Streaming bodies: responses that stream, what runs after them, and requests that are read as they arrive.

use std::{
    io,
    pin::Pin,
    sync::{Arc, Mutex},
    task::{Context, Poll},
};

use fastrs::{Body, Shutdown, prelude::*};
use futures_core::Stream;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::journal::{Journal, journal, told};

mod answers;
mod ends;
mod requests;
mod wires;

type Item = io::Result<Bytes>;

/// What the test sends, for the handler to stream.
#[derive(Clone)]
struct Feed(Arc<Mutex<Option<UnboundedReceiver<Item>>>>);

impl Feed {
    fn new() -> (UnboundedSender<Item>, Self) {
        let (sender, receiver) = unbounded_channel();
        (sender, Self(Arc::new(Mutex::new(Some(receiver)))))
    }
}

#[dependency(scope = "app")]
async fn feed() -> Feed;

/// Records when it is dropped.
struct Items {
    from: UnboundedReceiver<Item>,
    notes: Journal,
}

impl Stream for Items {
    type Item = Item;

    fn poll_next(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Option<Item>> {
        let item = self.from.poll_recv(task);
        if let Poll::Ready(Some(Ok(bytes))) = &item {
            assert_ne!(&bytes[..], b"panic", "on purpose");
        }
        item
    }
}

impl Drop for Items {
    fn drop(&mut self) {
        self.notes.write("dropped");
    }
}

/// The source that the stream reads from.
#[dependency]
async fn source(#[depends(journal)] journal: &Journal, lend: Yield<()>) {
    let ((), outcome) = lend.until_sent(()).await;
    journal.write(format!("sent: {}", told(&outcome)));
}

#[dependency]
async fn transaction(#[depends(journal)] journal: &Journal, lend: Yield<()>) {
    let ((), outcome) = lend.until_done(()).await;
    journal.write(format!("done: {}", told(&outcome)));
}

fn items(feed: &Feed, notes: &Journal) -> Items {
    let from = feed.0.lock().unwrap().take().expect("one request per feed");
    let notes = notes.clone();
    Items { from, notes }
}

#[get("/items", depends = [source, transaction])]
async fn download(
    #[depends(feed)] feed: &Feed,
    #[depends(journal)] journal: &Journal,
    tasks: BackgroundTasks,
) -> Response {
    let notes = journal.clone();
    tasks.add(async move { notes.write("task") });
    Response::new(Body::from_stream(items(feed, journal)))
}

/// A stream that never ends by itself.
#[get("/live", depends = [source])]
async fn live(
    shutdown: Shutdown,
    #[depends(feed)] feed: &Feed,
    #[depends(journal)] journal: &Journal,
) -> Response {
    Response::new(Body::from_stream(shutdown.end(items(feed, journal))))
}

/// A stream without an exit: only a task runs after it.
#[get("/plain")]
async fn plain(
    #[depends(feed)] feed: &Feed,
    #[depends(journal)] journal: &Journal,
    tasks: BackgroundTasks,
) -> Response {
    let notes = journal.clone();
    tasks.add(async move { notes.write("task") });
    Response::new(Body::from_stream(items(feed, journal)))
}

fn app() -> (App, UnboundedSender<Item>, Journal) {
    let (notes, (sender, receiver)) = (Journal::new(), Feed::new());
    let app = App::new("Streams", "1")
        .provide::<journal>(notes.clone())
        .provide::<feed>(receiver)
        .routes(routes![download, live, plain]);
    (app, sender, notes)
}

fn item(text: &'static str) -> Item {
    Ok(Bytes::from_static(text.as_bytes()))
}
