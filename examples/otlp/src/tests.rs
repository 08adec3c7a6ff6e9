//! The spans, as a collector receives them.

use std::{collections::BTreeMap, sync::mpsc, thread};

use fastrs::{block_on, prelude::*, testing::TestServer};
use opentelemetry_proto::tonic::{
    collector::trace::v1::ExportTraceServiceRequest,
    common::v1::any_value::Value::StringValue,
    trace::v1::{Span, span::SpanKind, status::StatusCode::Error},
};
use prost::Message as _;
use tokio::task::spawn_blocking;

use crate::{app::app, telemetry};

#[dependency(scope = "app")]
async fn received() -> mpsc::Sender<Span>;

#[post("/v1/traces")]
async fn traces(body: Bytes, #[depends(received)] received: &mpsc::Sender<Span>) -> Result<Bytes> {
    let sent = ExportTraceServiceRequest::decode(body)?;
    let scopes = sent
        .resource_spans
        .into_iter()
        .flat_map(|it| it.scope_spans);
    for span in scopes.flat_map(|it| it.spans) {
        received.send(span)?;
    }
    Ok(Bytes::new())
}

/// Starts a collector in a thread of its own, where nothing is traced. It returns its URL and the spans that it receives.
fn collector() -> (String, mpsc::Receiver<Span>) {
    let (spans, collected) = mpsc::channel();
    let (address, started) = mpsc::channel();
    thread::spawn(move || {
        block_on(async move {
            let app = App::new("Collector", "1.0.0").provide::<received>(spans);
            let server = TestServer::start(app.routes(routes![traces]))
                .await
                .unwrap();
            address.send(server.url("/v1/traces")).unwrap();
            std::future::pending::<()>().await
        })
    });
    (started.recv().unwrap(), collected)
}

fn attributes(span: &Span) -> BTreeMap<&str, &str> {
    let mut texts = BTreeMap::new();
    for pair in &span.attributes {
        let value = pair.value.as_ref().and_then(|value| value.value.as_ref());
        if let Some(StringValue(text)) = value {
            texts.insert(pair.key.as_str(), text.as_str());
        }
    }
    texts
}

#[tokio::test]
async fn a_collector_receives_the_spans_of_one_trace() {
    let (url, collected) = collector();
    let provider = telemetry::provider(Some(&url)).unwrap();
    let _guard = tracing::subscriber::set_default(telemetry::subscriber(&provider));
    let stock = TestServer::start(app("")).await.unwrap();
    let shop = TestServer::start(app(&stock.url(""))).await.unwrap();

    let client = reqwest::Client::new();
    let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let request = client.get(shop.url("/items/12?token=canary"));
    let response = request.header("traceparent", parent).send().await.unwrap();
    assert_eq!(response.text().await.unwrap(), r#""item 12, 2 left""#);
    let broken = client.get(stock.url("/stock/0")).send().await.unwrap();
    assert_eq!(broken.status(), 503);
    shop.stop().await;
    stock.stop().await;
    spawn_blocking(move || provider.shutdown())
        .await
        .unwrap()
        .unwrap();

    let mut spans: Vec<_> = collected.try_iter().collect();
    assert!(!format!("{spans:?}").contains("canary"), "{spans:?}");
    let mut take = |name: &str, trace: &str| {
        let is_it = |span: &Span| span.name == name && hex(&span.trace_id).starts_with(trace);
        let at = spans.iter().position(is_it);
        spans.remove(at.unwrap_or_else(|| panic!("{name}: {spans:?}")))
    };
    let trace = "0af7651916cd43dd8448eb211c80319c";
    let item = take("GET /items/{id}", trace);
    assert_eq!(hex(&item.parent_span_id), "b7ad6b7169203331");
    assert_eq!(item.kind(), SpanKind::Server);
    let known = attributes(&item);
    assert_eq!(known["http.route"], "/items/{id}");
    assert_eq!(known["url.path"], "/items/12");
    let counted = take("GET /stock/{id}", trace);
    assert_eq!(counted.parent_span_id, item.span_id);
    assert_eq!(counted.events.len(), 1);
    let tasks = take("background tasks", trace);
    assert_eq!(tasks.parent_span_id, item.span_id);

    let failed = take("GET /stock/{id}", "");
    assert_ne!(hex(&failed.trace_id), trace);
    assert!(failed.parent_span_id.is_empty());
    assert_eq!(attributes(&failed)["error.type"], "503");
    assert_eq!(
        failed.status.as_ref().map(|status| status.code()),
        Some(Error)
    );
    assert!(spans.is_empty(), "{spans:?}");
}

fn hex(id: &[u8]) -> String {
    id.iter().map(|byte| format!("{byte:02x}")).collect()
}
