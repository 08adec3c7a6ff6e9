//! An app that is nested in axum: it is notified when axum stops, and closed afterwards.

use std::{
    convert::Infallible,
    future::pending,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use axum::Router as AxumRouter;
use fastrs::{AppService, Body, Bytes, ServeConfig, Shutdown, prelude::*};
use futures_core::Stream;
use tokio::{net::TcpListener, sync::oneshot};

use crate::{
    journal::{Journal, journal},
    wire::Wire,
};

/// Its exit waits, so that it needs the runtime.
#[dependency(scope = "app")]
async fn pool(#[depends(journal)] journal: &Journal, lend: Yield<u32>) {
    lend.until_done(7).await;
    tokio::task::yield_now().await;
    journal.write("closed");
}

/// One item, and no end.
struct Ticks(bool);

impl Stream for Ticks {
    type Item = std::result::Result<Bytes, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        match std::mem::replace(&mut self.0, true) {
            false => Poll::Ready(Some(Ok("tick".into()))),
            true => Poll::Pending,
        }
    }
}

#[get("/ticks")]
async fn ticks(shutdown: Shutdown, #[depends(pool)] _pool: &u32) -> Body {
    Body::from_stream(shutdown.end(Ticks(false)))
}

#[post("/work")]
async fn work(#[depends(pool)] pool: u32, tasks: BackgroundTasks) -> u32 {
    tasks.add(pending());
    pool
}

async fn service(notes: &Journal) -> AppService {
    let config = ServeConfig::new().shutdown_timeout(Duration::from_millis(50));
    let app = App::new("Nested", "1")
        .config(config)
        .provide::<journal>(notes.clone())
        .routes(routes![ticks, work]);
    app.into_service().await.unwrap()
}

#[tokio::test]
async fn a_graceful_shutdown_of_axum_ends_streams_and_closes_the_values() {
    let notes = Journal::new();
    let service = service(&notes).await;
    let router: AxumRouter = AxumRouter::new().nest_service("/app", service.clone());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let stopping = service.clone();
    let server = tokio::spawn(async move {
        let signal = async move {
            stopped.await.unwrap();
            stopping.request_shutdown();
        };
        axum::serve(listener, router)
            .with_graceful_shutdown(signal)
            .await
    });

    let mut wire = Wire::to(address).await;
    wire.request("GET /app/ticks").await;
    wire.head().await;
    assert_eq!(wire.read(9).await, "4\r\ntick\r\n");
    stop.send(()).unwrap();
    assert_eq!(wire.rest().await, "0\r\n\r\n", "the stream ends in order");
    server.await.unwrap().unwrap();
    assert_eq!(notes.count("closed"), 0);
    service.stop().await.unwrap();
    assert_eq!(notes.take(), ["closed"]);
}

#[tokio::test]
async fn a_stop_says_what_did_not_end_in_time() {
    let notes = Journal::new();
    let service = service(&notes).await;
    let outer = AxumRouter::new().nest_service("/app", service.clone());
    let request = http::Request::post("/app/work").body(axum::body::Body::empty());
    let answer = tower_service::Service::call(&mut outer.clone(), request.unwrap()).await;
    assert_eq!(answer.unwrap().status(), 200);
    let error = service.stop().await.unwrap_err();
    let cut = "1 background task was cut off by the shutdown deadline";
    assert_eq!(error.problems(), [cut]);
    assert_eq!(
        notes.take(),
        ["closed"],
        "the values are closed all the same"
    );
    drop(outer);
    assert_eq!(notes.take(), [""; 0], "and only once");
}

#[tokio::test]
async fn the_values_of_a_mounted_app_are_closed_with_it() {
    let notes = Journal::new();
    let outer = App::new("Outer", "1").mount("/inner", service(&notes).await);
    outer.into_service().await.unwrap().stop().await.unwrap();
    assert_eq!(notes.take(), ["closed"]);
}

#[tokio::test]
async fn a_stop_waits_for_the_tasks_of_a_mounted_app() {
    for is_direct in [true, false] {
        let notes = Journal::new();
        let inner = service(&notes).await;
        let config = ServeConfig::new().shutdown_timeout(Duration::from_millis(50));
        let outer = App::new("Outer", "1").config(config);
        let outer = match is_direct {
            true => outer.mount("/mounted/app", inner),
            false => outer.mount("/mounted", AxumRouter::new().nest_service("/app", inner)),
        };
        let mut outer = outer.into_service().await.unwrap();
        let request = http::Request::post("/mounted/app/work").body(Body::empty());
        let answer = tower_service::Service::call(&mut outer, request.unwrap()).await;
        assert_eq!(answer.unwrap().status(), 200);
        let error = outer.stop().await.unwrap_err();
        let cut = "1 background task was cut off by the shutdown deadline";
        assert_eq!(error.problems(), [cut], "directly: {is_direct}");
        assert_eq!(notes.take(), ["closed"], "directly: {is_direct}");
    }
}
