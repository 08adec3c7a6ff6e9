//! An app with every kind of work that may be in flight when the server is told to stop.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};

use fastrs::{ServeConfig, Shutdown, prelude::*};

/// The number of requests whose exits have not ended.
type Count = Arc<AtomicUsize>;

/// Reports the requests that use it after its end.
#[dependency(scope = "app")]
async fn requests(lend: Yield<Count>) {
    let (count, _) = lend.until_done(Count::default()).await;
    eprintln!("closed with {} requests", count.load(SeqCst));
}

/// Takes a moment to end, as a transaction does.
#[dependency]
async fn held(#[depends(requests)] requests: Count, lend: Yield<()>) {
    requests.fetch_add(1, SeqCst);
    lend.until_sent(()).await;
    a_moment().await;
    requests.fetch_sub(1, SeqCst);
}

async fn a_moment() {
    pause(20).await;
}

async fn pause(milliseconds: u64) {
    tokio::time::sleep(Duration::from_millis(milliseconds)).await;
}

#[get("/plain")]
async fn plain() -> &'static str {
    a_moment().await;
    "plain"
}

/// Does not end by itself.
#[get("/hangs")]
async fn hangs() {
    eprintln!("hangs");
    std::future::pending().await
}

/// Ends only after the shutdown has begun.
#[get("/late")]
async fn late(shutdown: Shutdown) -> &'static str {
    eprintln!("late");
    shutdown.requested().await;
    a_moment().await;
    eprintln!("late ended");
    "late"
}

#[get("/file")]
async fn file() -> Result<File> {
    let path = std::env::var("CONTENT").expect("the test sets it");
    Ok(File::open(path).await?)
}

/// The same bytes as the file.
#[get("/stream")]
async fn stream() -> Result<Streaming> {
    let path = std::env::var("CONTENT").expect("the test sets it");
    let content = Bytes::from(std::fs::read(path)?);
    Ok(Streaming::generate(|out| async move {
        for start in (0..content.len()).step_by(64 * 1024) {
            let end = content.len().min(start + 64 * 1024);
            out.send(content.slice(start..end)).await?;
        }
        Ok(())
    }))
}

#[post("/files")]
async fn files(file: UploadFile) -> u64 {
    file.size()
}

#[post("/bytes")]
async fn bytes(body: Bytes) -> usize {
    body.len()
}

#[get("/events")]
async fn events() -> Sse<u32> {
    Sse::generate(|out| async move {
        for number in 0.. {
            out.send(number).await?;
            pause(1).await;
        }
        Ok(())
    })
}

#[get("/silent-events")]
async fn silent_events() -> Sse<u32> {
    Sse::generate(|out| async move {
        out.send(0).await?;
        std::future::pending().await
    })
}

/// Goes on for a while after the shutdown has begun.
#[get("/lines")]
async fn lines(shutdown: Shutdown) -> JsonLines<u32> {
    JsonLines::generate(|out| async move {
        out.send(0).await?;
        shutdown.requested().await;
        for number in 1..=100 {
            out.send(number).await?;
            pause(1).await;
        }
        Ok(())
    })
}

#[get("/endless-lines")]
async fn endless_lines() -> JsonLines<u32> {
    let lines = JsonLines::generate(|out| async move {
        for number in 0.. {
            out.send(number).await?;
            pause(1).await;
        }
        Ok(())
    });
    lines.until_shutdown()
}

/// Its task ends only after the shutdown has begun.
#[post("/task")]
async fn task(tasks: BackgroundTasks, shutdown: Shutdown) {
    tasks.add(async move {
        shutdown.requested().await;
        a_moment().await;
        eprintln!("task ended");
    });
}

#[post("/endless-task")]
async fn endless_task(tasks: BackgroundTasks) {
    tasks.add(std::future::pending());
}

#[websocket("/echo")]
async fn echo(mut socket: WebSocket) -> Result<()> {
    while let Some(message) = socket.recv().await? {
        socket.send(message).await?;
    }
    Ok(())
}

/// Sends for as long as it can.
#[websocket("/ticks")]
async fn ticks(mut socket: WebSocket) -> Result<()> {
    loop {
        socket.send("tick").await?;
        pause(1).await;
    }
}

/// Ignores its client and the shutdown.
#[websocket("/deaf")]
async fn deaf(mut socket: WebSocket) -> Result<()> {
    socket.send("deaf").await?;
    std::future::pending().await
}

fn requests_of(name: &str) -> App {
    let held = Router::new("").depends::<held>().routes(routes![
        plain,
        hangs,
        late,
        file,
        stream,
        files,
        bytes,
        events,
        silent_events,
        lines,
        endless_lines,
        echo,
        ticks,
        deaf
    ]);
    App::new(name, "1")
        .include(held)
        .routes(routes![task, endless_task])
}

/// The app, which is also mounted in itself.
pub(crate) async fn app() -> Result<App, StartError> {
    let inner = requests_of("Inner").into_service().await?;
    Ok(requests_of("Busy").mount("/inner", inner))
}

/// The app with a short deadline.
pub(crate) async fn hurried() -> Result<App, StartError> {
    let config = ServeConfig::new().shutdown_timeout(Duration::from_secs(1));
    Ok(app().await?.config(config))
}
