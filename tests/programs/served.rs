//! A program for the serving tests: `served APP [ADDRESS]`. Without an address, it uses the environment's.

use std::sync::{
    Condvar, Mutex,
    atomic::{AtomicUsize, Ordering::Relaxed},
};

use fastrs::{Health, ServeConfig, Tls, prelude::*, security::ApiKeyQuery};

mod busy;

/// Reports on standard error when it is created and when it is closed.
#[dependency(scope = "app")]
async fn resource(lend: Yield<()>) {
    eprintln!("opened");
    lend.until_done(()).await;
    eprintln!("closed");
}

/// In flight for as long as its body is still arriving.
#[post("/upload", depends = [resource])]
async fn upload(#[body] text: String) -> usize {
    text.len()
}

#[dependency(scope = "app")]
async fn broken(#[depends(resource)] _resource: &()) -> Result<()> {
    Err(HttpError::new(503, "no database"))
}

#[get("/broken", depends = [broken])]
async fn needs_broken() {}

#[dependency(scope = "app")]
async fn hanging(#[depends(resource)] _resource: &()) {
    eprintln!("hanging");
    std::future::pending().await
}

#[get("/hanging", depends = [hanging])]
async fn needs_hanging() {}

#[get("/fails")]
async fn fails() -> Result<()> {
    Err(HttpError::new(500, "on purpose"))
}

#[get("/secrets")]
async fn secrets(
    #[security(ApiKeyQuery::new("api_key"))] _key: &str,
    #[query] pin: Option<Secret<u32>>,
    page: u8,
) -> u8 {
    page + u8::from(pin.is_some())
}

#[post("/size", body_limit = 100_000_000)]
async fn size(file: UploadFile) -> u64 {
    file.size()
}

#[post("/default")]
async fn with_the_default_limit(file: UploadFile) -> u64 {
    file.size()
}

#[post("/small", body_limit = 100_000_000)]
async fn small(#[file(max_size = 1_500_000)] file: UploadFile) -> u64 {
    file.size()
}

#[post("/panics")]
async fn panics(file: UploadFile) -> u64 {
    panic!("with {} bytes", file.size())
}

/// Keeps the file outside the folder for temporary files.
#[post("/keep")]
async fn keep(file: UploadFile) -> Result<String> {
    let path = format!("/tmp/fastrs-kept-{}", std::process::id());
    file.persist(&path).await?;
    Ok(path)
}

#[post("/nowhere")]
async fn nowhere(file: UploadFile) -> Result<()> {
    file.persist("/tmp/there is no such folder/file").await
}

/// Autobahn's longest messages are 16 MiB.
#[websocket("/echo", max_message_size = 16 * 1024 * 1024)]
async fn echo(mut socket: WebSocket) -> Result<()> {
    while let Some(message) = socket.recv().await? {
        socket.send(message).await?;
    }
    Ok(())
}

#[get("/word")]
async fn word() -> PlainText {
    PlainText("word".into())
}

/// In flight for a moment.
#[get("/pause")]
async fn pause() -> PlainText {
    tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    PlainText("word".into())
}

/// Blocks its thread until another request comes.
#[get("/blocks")]
async fn blocks() {
    eprintln!("blocked");
    let is_released = IS_RELEASED.lock().expect("nothing panics with it");
    drop(RELEASE.wait_while(is_released, |released| !*released));
}

static IS_RELEASED: Mutex<bool> = Mutex::new(false);
static RELEASE: Condvar = Condvar::new();

#[get("/releases")]
async fn releases() {
    *IS_RELEASED.lock().expect("nothing panics with it") = true;
    RELEASE.notify_all();
}

/// Says which process has computed the response, and how often it has done so.
#[get("/once", cache(seconds = 600))]
async fn once() -> String {
    static CALLS: AtomicUsize = AtomicUsize::new(0);
    let call = CALLS.fetch_add(1, Relaxed) + 1;
    format!("call {call} of {}", std::process::id())
}

/// Returns the certificate and the key in the files that the environment names.
fn tls() -> Tls {
    let [certificate, key] = ["CERTIFICATE", "KEY"].map(|name| std::env::var(name).expect(name));
    Tls::from_pem_files(certificate, key)
}

/// Waits until another request comes.
#[get("/waits")]
async fn waits() -> &'static str {
    NOTIFY.notified().await;
    "notified"
}

static NOTIFY: tokio::sync::Notify = tokio::sync::Notify::const_new();

#[get("/notify")]
async fn notify() {
    NOTIFY.notify_waiters();
}

#[fastrs::main]
async fn main() -> Result<(), StartError> {
    let mut arguments = std::env::args().skip(1);
    let kind = arguments.next();
    let app = match kind.as_deref() {
        Some("busy") => busy::app().await?,
        Some("hurried") => busy::hurried().await?,
        _ => App::new("Served", "1"),
    };
    let app = app.routes(routes![upload, secrets]);
    let app = match kind.as_deref() {
        Some("broken") => app.routes(routes![needs_broken]),
        Some("hanging") => app.routes(routes![needs_hanging]),
        Some("mounted") => {
            let inner = App::new("Inner", "1").routes(routes![fails]);
            app.mount("/inner", inner.into_service().await?)
        }
        Some("uploads") => app.routes(routes![
            size,
            with_the_default_limit,
            small,
            panics,
            keep,
            nowhere
        ]),
        Some("healthy") => {
            let inner = App::new("Inner", "1").health(Health::new());
            app.health(Health::new())
                .mount("/inner", inner.into_service().await?)
        }
        Some("cached") => app.routes(routes![once]),
        Some("sockets") => app.routes(routes![echo]),
        Some("words") => app.routes(routes![word, pause, blocks, releases]),
        Some("tls") => app
            .routes(routes![word, pause])
            .config(ServeConfig::new().tls(tls())),
        Some("hasty") => {
            let limit = std::time::Duration::from_secs(2);
            let config = ServeConfig::new()
                .head_timeout(limit)
                .body_timeout(limit)
                .handler_timeout(limit)
                .send_timeout(limit)
                .keep_alive_timeout(limit);
            app.routes(routes![waits, notify]).config(config)
        }
        Some("crowded") => app.config(ServeConfig::new().max_connections(10_000)),
        Some("without-docs") => app.docs_url(None),
        Some("rooted") => app.root_path("/own"),
        _ => app,
    };
    match arguments.next() {
        Some(address) => app.serve(address).await,
        None => app.launch().await,
    }
}
