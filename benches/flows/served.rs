//! The flows, written as any user would write them.

use std::time::Duration;

use fastrs::{ServeConfig, prelude::*};

use crate::download_path;

#[post("/upload", body_limit = 2_000_000_000)]
async fn upload(file: UploadFile) -> u64 {
    file.size()
}

#[get("/download")]
async fn download() -> Result<File> {
    Ok(File::open(download_path()).await?)
}

#[model]
struct Tick {
    number: u64,
}

#[get("/events")]
async fn events() -> Sse<Tick> {
    Sse::generate(|out| async move {
        let mut interval = tokio::time::interval(Duration::from_secs(1));
        for number in 0.. {
            interval.tick().await;
            out.send(Tick { number }).await?;
        }
        Ok(())
    })
}

#[websocket("/echo")]
async fn echo(mut socket: WebSocket) -> Result<()> {
    while let Some(message) = socket.recv().await? {
        socket.send(message).await?;
    }
    Ok(())
}

#[fastrs::main]
pub async fn run() {
    // Like every server of the benchmark, it writes no line per request.
    let config = ServeConfig::new().access_log(false);
    let app = App::new("Flows", "1.0.0").config(config);
    app.routes(routes![upload, download, events, echo])
        .launch()
        .await
        .unwrap();
}
