//! Background tasks after a stream: they run unless the stream failed or the shutdown cut it off.

use std::{
    io,
    pin::Pin,
    sync::{Arc, Mutex},
    task::{Context, Poll},
    time::Duration,
};

use fastrs::{Body, ServeConfig, prelude::*, testing::TestClient};
use futures_core::Stream;

use crate::{
    journal::{Journal, journal, told},
    wire::{Wire, serve},
};

/// Sends items without an end, or fails at the second.
struct Items {
    fails: bool,
    sent: usize,
    notes: Journal,
}

impl Stream for Items {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.sent += 1;
        match self.sent {
            1 => Poll::Ready(Some(Ok("first".into()))),
            _ if self.fails => Poll::Ready(Some(Err(io::Error::other("no database")))),
            // Only a write reveals that the client has disconnected.
            _ => {
                task.waker().wake_by_ref();
                match self.sent % 2 {
                    0 => Poll::Pending,
                    _ => Poll::Ready(Some(Ok("more".into()))),
                }
            }
        }
    }
}

impl Drop for Items {
    fn drop(&mut self) {
        self.notes.write("stream dropped");
    }
}

#[dependency]
async fn cursor(#[depends(journal)] journal: &Journal, lend: Yield<()>) {
    let ((), outcome) = lend.until_sent(()).await;
    journal.write(told(&outcome));
}

fn stream(fails: bool, notes: &Journal, tasks: &BackgroundTasks) -> Body {
    let (of_task, notes) = (notes.clone(), notes.clone());
    tasks.add(async move { of_task.write("task") });
    Body::from_stream(Items {
        fails,
        sent: 0,
        notes,
    })
}

#[get("/plain")]
async fn plain(fails: bool, #[depends(journal)] notes: &Journal, tasks: BackgroundTasks) -> Body {
    stream(fails, notes, &tasks)
}

#[get("/lent", depends = [cursor])]
async fn lent(fails: bool, #[depends(journal)] notes: &Journal, tasks: BackgroundTasks) -> Body {
    stream(fails, notes, &tasks)
}

const PATHS: [&str; 2] = ["/plain", "/lent"];

fn app(notes: &Journal) -> App {
    let config = ServeConfig::new().shutdown_timeout(Duration::from_millis(100));
    App::new("Tasks", "1")
        .config(config)
        .provide::<journal>(notes.clone())
        .routes(routes![plain, lent])
}

/// As with FastAPI on uvicorn.
#[tokio::test]
async fn tasks_run_when_the_client_has_disconnected() {
    for path in PATHS {
        let notes = Journal::new();
        let server = serve(app(&notes)).await;
        let mut wire = Wire::to(server.addr()).await;
        wire.request(&format!("GET {path}?fails=false")).await;
        wire.head().await;
        drop(wire);
        notes.until("task").await;
        server.stop().await;
        assert_eq!(notes.count("task"), 1, "{path}");
    }
}

#[tokio::test]
async fn tasks_do_not_run_after_a_stream_that_fails() {
    for path in PATHS {
        let notes = Journal::new();
        let server = serve(app(&notes)).await;
        let mut wire = Wire::to(server.addr()).await;
        wire.request(&format!("GET {path}?fails=true")).await;
        notes.until("stream dropped").await;
        server.stop().await;
        assert_eq!(notes.count("task"), 0, "{path}");
    }
}

#[tokio::test]
async fn tasks_do_not_run_after_a_stream_that_the_shutdown_cuts_off() {
    for path in PATHS {
        let notes = Journal::new();
        let server = serve(app(&notes)).await;
        let mut wire = Wire::to(server.addr()).await;
        wire.request(&format!("GET {path}?fails=false")).await;
        wire.head().await;
        let reading = tokio::spawn(async move { while wire.byte().await != '\0' {} });
        server.stop().await;
        notes.until("stream dropped").await;
        if path == "/lent" {
            notes.until("aborted").await;
        }
        reading.abort();
        crate::waiting::until_idle().await;
        assert_eq!(notes.count("task"), 0, "{path}");
    }
}

/// Writes when it is dropped.
struct Dropped(Journal);

impl Drop for Dropped {
    fn drop(&mut self) {
        self.0.write("dropped");
    }
}

/// The first task adds two others, the second of which adds one more.
#[get("/chain")]
async fn chain(
    fails: bool,
    #[depends(journal)] notes: &Journal,
    tasks: BackgroundTasks,
) -> Result<()> {
    let (added, of_task) = (tasks.clone(), notes.clone());
    let dropped = Dropped(notes.clone());
    tasks.add(async move {
        of_task.write("first");
        let (last, nested) = (of_task.clone(), added.clone());
        added.add(async move { of_task.write("third") });
        added.add(async move { nested.add(async move { last.write("fifth") }) });
        drop(dropped);
    });
    let second = notes.clone();
    tasks.add(async move { second.write("second") });
    match fails {
        true => Err(HttpError::from_status(409)),
        false => Ok(()),
    }
}

#[dependency(scope = "app")]
async fn kept() -> Arc<Mutex<Option<BackgroundTasks>>>;

/// Keeps the tasks beyond the request.
#[get("/keep")]
async fn keep(#[depends(kept)] kept: &Arc<Mutex<Option<BackgroundTasks>>>, tasks: BackgroundTasks) {
    tasks.add(async {});
    *kept.lock().unwrap() = Some(tasks);
}

#[tokio::test]
async fn a_task_adds_tasks() {
    let notes = Journal::new();
    let client = TestClient::start(app(&notes).routes(routes![chain])).await;
    assert_eq!(client.get("/chain?fails=false").await.status(), 200);
    let order = ["first", "dropped", "second", "third", "fifth"];
    assert_eq!(notes.take(), order);
    // A task that holds the list is dropped with a request that fails.
    assert_eq!(client.get("/chain?fails=true").await.status(), 409);
    assert_eq!(notes.take(), ["dropped"]);
    client.stop().await;
}

#[tokio::test]
async fn a_task_that_is_added_too_late_is_dropped() {
    let (notes, handle) = (Journal::new(), Arc::default());
    let app = app(&notes).provide::<kept>(Arc::clone(&handle));
    let client = TestClient::start(app.routes(routes![keep])).await;
    assert_eq!(client.get("/keep").await.status(), 200);
    let tasks = handle.lock().unwrap().take().unwrap();
    let dropped = Dropped(notes.clone());
    tasks.add(async move { drop(dropped) });
    assert_eq!(notes.take(), ["dropped"]);
    client.stop().await;
}
