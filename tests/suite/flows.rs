//! Responses that are produced while they are sent: server-sent events, JSON lines and streams of bytes.

use std::{
    future::pending,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};

use fastrs::{Shutdown, Value, json, prelude::*};

use crate::journal::{Journal, journal, told};

mod documents;
mod process;
mod slow;
mod wires;

#[model]
struct Item {
    name: String,
    price: f64,
}

fn item(name: &str) -> Item {
    Item {
        name: name.to_owned(),
        price: 1.5,
    }
}

/// Records that it was dropped.
struct Guard(Journal);

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.write("dropped");
    }
}

/// What the stream reads from.
#[dependency]
async fn source(#[depends(journal)] journal: &Journal, lend: Yield<()>) {
    let ((), outcome) = lend.until_sent(()).await;
    journal.write(format!("sent: {}", told(&outcome)));
}

/// One item, and then silence.
#[get("/idle/events", depends = [source])]
async fn idle_events(#[depends(journal)] journal: Journal) -> Sse<Item> {
    Sse::generate(|out| async move {
        let _guard = Guard(journal);
        out.send(item("first")).await?;
        pending().await
    })
}

#[get("/idle/lines", depends = [source])]
async fn idle_lines(#[depends(journal)] journal: Journal) -> JsonLines<Item> {
    JsonLines::generate(|out| async move {
        let _guard = Guard(journal);
        out.send(item("first")).await?;
        pending().await
    })
}

#[get("/idle/bytes", depends = [source])]
async fn idle_bytes(#[depends(journal)] journal: Journal) -> Streaming {
    Streaming::generate(|out| async move {
        let _guard = Guard(journal);
        out.send("first").await?;
        pending().await
    })
}

/// Events without an end that are always ready, and the number that were sent.
#[get("/endless")]
async fn endless(#[depends(sent)] sent: Arc<AtomicUsize>) -> Sse<String> {
    Sse::generate(|out| async move {
        loop {
            out.send("x".repeat(64 * 1024)).await?;
            sent.fetch_add(1, SeqCst);
        }
    })
}

#[dependency(scope = "app")]
async fn sent() -> Arc<AtomicUsize>;

/// Lines that end only once the shutdown has begun.
#[get("/finishes")]
async fn finishes(shutdown: Shutdown) -> JsonLines<u8> {
    JsonLines::generate(|out| async move {
        out.send(1).await?;
        shutdown.requested().await;
        out.send(2).await
    })
}

#[get("/until-shutdown")]
async fn until_shutdown() -> JsonLines<u8> {
    let lines = JsonLines::generate(|out| async move {
        out.send(1).await?;
        pending().await
    });
    lines.until_shutdown()
}

#[get("/fails/<how>")]
async fn fails(how: String) -> JsonLines<Item> {
    JsonLines::generate(|out| async move {
        out.send(item("first")).await?;
        assert_ne!(how, "panic", "on purpose");
        Err("the disk is gone".into())
    })
}

#[get("/heartbeat")]
async fn heartbeat() -> Sse<Item> {
    let events = Sse::generate(|out| async move {
        out.send(item("first")).await?;
        pending().await
    });
    events.heartbeat(Duration::from_millis(20))
}

#[get("/resumed")]
async fn resumed(#[header] last_event_id: Option<u32>) -> Sse<u32> {
    let first = last_event_id.map_or(0, |last| last + 1);
    Sse::generate(move |out| async move {
        for i in first..3 {
            out.send(ServerSentEvent::new(i).id(i.to_string())).await?;
        }
        Ok(())
    })
}

#[get("/untyped")]
async fn untyped() -> Sse {
    Sse::generate(|out| async move {
        out.send(ServerSentEvent::empty().comment("hello")).await?;
        out.send(json!({"a": 1})).await?;
        out.send(ServerSentEvent::raw("two\nlines").event("text"))
            .await
    })
}

fn app() -> (App, Journal, Arc<AtomicUsize>) {
    let (notes, count) = (Journal::new(), Arc::new(AtomicUsize::new(0)));
    let app = App::new("Flows", "1")
        .provide::<journal>(notes.clone())
        .provide::<sent>(count.clone())
        .routes(routes![
            idle_events,
            idle_lines,
            idle_bytes,
            endless,
            finishes,
            until_shutdown,
            fails,
            heartbeat,
            resumed,
            untyped
        ]);
    (app, notes, count)
}
