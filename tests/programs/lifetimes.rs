//! Apps that end in unusual ways, for the tests of how they end: `lifetimes drop RUNTIME WHAT WHERE`, or
//! `lifetimes serve TEARDOWN`.

use std::{pin::pin, time::Duration};

use fastrs::{
    AppService, ServeConfig,
    prelude::*,
    testing::{TestClient, TestServer},
};
use tokio::runtime::{Builder, Runtime};
use tower_service::Service;

#[dependency(scope = "app")]
async fn first(lend: Yield<&'static str>) {
    lend.until_done("first").await;
    eprintln!("closed first");
}

#[dependency(scope = "app")]
async fn second(#[depends(first)] _first: &&'static str, lend: Yield<&'static str>) {
    lend.until_done("second").await;
    eprintln!("closed second");
}

#[get("/")]
async fn home(#[depends(second)] second: &&'static str) -> &'static str {
    second
}

fn app() -> App {
    App::new("Lifetimes", "1").routes(routes![home])
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(|argument| &**argument).collect();
    match arguments[..] {
        ["drop", runtime, what, place] => {
            let runtime = match runtime {
                "current" => Builder::new_current_thread().enable_all().build(),
                _ => Builder::new_multi_thread()
                    .worker_threads(2)
                    .enable_all()
                    .build(),
            };
            let runtime = runtime.expect("a runtime");
            match what {
                "client" => end(runtime, client(), place),
                "server" => end(runtime, server(), place),
                "service" => end(runtime, service(app()), place),
                "mounted" => end(runtime, mounted(), place),
                _ => panic!("{what}?"),
            }
        }
        ["serve", teardown] => fastrs::block_on(serve(teardown)),
        _ => panic!("{arguments:?}?"),
    }
}

async fn client() -> TestClient {
    let client = TestClient::start(app()).await;
    assert_eq!(client.get("/").await.text(), "\"second\"");
    client
}

async fn server() -> TestServer {
    TestServer::start(app()).await.expect("a server")
}

async fn service(app: App) -> AppService {
    let mut service = app.into_service().await.expect("a service");
    let request = http::Request::get("/").body(fastrs::Body::empty());
    let answer = service.call(request.expect("a request")).await;
    assert!(answer.is_ok());
    service
}

async fn mounted() -> AppService {
    let inner = app().into_service().await.expect("a service");
    service(App::new("Outer", "1").mount("/inner", inner)).await
}

/// Starts something, and drops it in the given place.
fn end<T: Send + 'static>(runtime: Runtime, start: impl Future<Output = T>, place: &str) {
    match place {
        "inside" => runtime.block_on(async {
            drop(start.await);
        }),
        "outside" => {
            let it = runtime.block_on(start);
            drop(it);
            drop(runtime);
        }
        "after" => {
            let it = runtime.block_on(start);
            drop(runtime);
            drop(it);
        }
        // Dropped by the runtime, when it drops its tasks.
        "shutdown" => runtime.block_on(async {
            let it = start.await;
            tokio::spawn(async move {
                let _it = it;
                std::future::pending::<()>().await;
            });
            tokio::task::yield_now().await;
        }),
        // Dropped by a failing assertion.
        "panic" => runtime.block_on(async {
            let _it = start.await;
            panic!("the assertion's own message");
        }),
        // The start is canceled.
        "start" => runtime.block_on(async {
            let mut start = pin!(start);
            let once = std::future::poll_fn(|cx| {
                let _ = start.as_mut().poll(cx);
                std::task::Poll::Ready(())
            });
            once.await;
        }),
        _ => panic!("{place}?"),
    }
}

macro_rules! teardowns {
    ($($name:ident: $end:expr;)*) => {
        $(#[dependency(scope = "app")]
        async fn $name(#[depends(first)] _first: &&'static str, lend: Yield<()>) -> Result<()> {
            lend.until_done(()).await;
            eprintln!("closing");
            $end
        })*
    };
}

teardowns! {
    hangs: std::future::pending().await;
    blocks: loop { std::thread::park() };
    panics: panic!("on purpose");
    fails: Err(HttpError::new(500, "on purpose"));
    closes: { tokio::task::yield_now().await; Ok(()) };
}

#[get("/hangs", depends = [hangs])]
async fn with_hangs() {}
#[get("/blocks", depends = [blocks])]
async fn with_blocks() {}
#[get("/panics", depends = [panics])]
async fn with_panics() {}
#[get("/fails", depends = [fails])]
async fn with_fails() {}
#[get("/closes", depends = [closes])]
async fn with_closes() {}

/// Starts tasks that never end.
#[post("/tasks", depends = [closes])]
async fn tasks(tasks: BackgroundTasks) {
    tasks.add(std::future::pending());
}

/// Requests that never end by themselves. Their exits use an app-scoped value.
macro_rules! cut_off {
    ($($exit:ident, $path:literal, $handler:ident: $end:expr;)*) => {
        $(#[dependency]
        async fn $exit(#[depends(first)] _first: &&'static str, lend: Yield<()>) {
            lend.until_done(()).await;
            $end;
            eprintln!("released");
        }
        #[get($path, depends = [$exit])]
        async fn $handler() {
            eprintln!("waiting");
            std::future::pending().await
        })*
    };
}

cut_off! {
    at_once, "/at-once", with_at_once: std::future::ready(()).await;
    // Waits for another thread, as an exit that uses a database does.
    waits, "/waits", with_waits: for _ in 0..20 {
        tokio::task::spawn_blocking(std::thread::yield_now).await.expect("a thread");
    };
    stuck, "/stuck", with_stuck: std::future::pending::<()>().await;
}

/// Its body never ends.
struct Endless;

impl http_body::Body for Endless {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<std::result::Result<http_body::Frame<Bytes>, Self::Error>>> {
        std::task::Poll::Pending
    }
}

#[dependency]
async fn cursor(#[depends(first)] _first: &&'static str, lend: Yield<()>) {
    lend.until_sent(()).await;
    tokio::task::spawn_blocking(std::thread::yield_now)
        .await
        .expect("a thread");
    eprintln!("released");
}

#[get("/streams", depends = [cursor])]
async fn with_stream() -> Response {
    eprintln!("waiting");
    Response::new(fastrs::Body::new(Endless))
}

async fn serve(teardown: &str) {
    let app = App::new("Lifetimes", "1");
    let app = match teardown {
        "hangs" => app.routes(routes![with_hangs]),
        "blocks" => app.routes(routes![with_blocks]),
        "panics" => app.routes(routes![with_panics]),
        "fails" => app.routes(routes![with_fails]),
        "tasks" => app.routes(routes![tasks]),
        "requests" => app.routes(routes![with_at_once, with_waits, with_stuck, with_stream]),
        // Its values belong to an app that is mounted.
        "mounted" => {
            let inner = App::new("Inner", "1").routes(routes![with_closes]);
            app.mount("/inner", inner.into_service().await.expect("a service"))
        }
        _ => panic!("{teardown}?"),
    };
    let config = ServeConfig::new()
        .shutdown_timeout(Duration::from_millis(200))
        .teardown_timeout(Duration::from_millis(500));
    let config = match std::env::var_os("PATIENT") {
        Some(_) => config.teardown_timeout(Duration::from_secs(600)),
        None => config,
    };
    let app = match std::env::var_os("MOUNTED") {
        Some(_) => {
            let inner = app.into_service().await.expect("a service");
            let middle = App::new("Middle", "1").mount("/inner", inner);
            let middle = middle.into_service().await.expect("a service");
            App::new("Outer", "1").mount("/middle", middle)
        }
        None => app,
    };
    if let Err(error) = app.config(config).serve("127.0.0.1:0").await {
        eprintln!("Error: {error}");
        std::process::exit(1);
    }
}
