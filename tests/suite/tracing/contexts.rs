//! The trace that a request continues, and that a handler passes on.

use fastrs::{
    Value,
    prelude::*,
    testing::{TestClient, TestResponse},
};
use tracing::Level;

use super::spans::Spans;

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const PARENT: &str = "b7ad6b7169203331";

#[dependency]
async fn outgoing(trace: TraceContext) -> String {
    trace.traceparent()
}

#[get("/trace")]
async fn trace(trace: TraceContext, #[depends(outgoing)] outgoing: &String) -> Json<Value> {
    Json(json!({
        "trace_id": trace.trace_id(),
        "parent_id": trace.parent_id(),
        "span_id": trace.span_id(),
        "sampled": trace.is_sampled(),
        "tracestate": trace.tracestate(),
        "traceparent": trace.traceparent(),
        "outgoing": outgoing,
    }))
}

#[get("/plain")]
async fn plain() {}

fn app() -> App {
    App::new("Contexts", "1").routes(routes![trace, plain])
}

/// Sends a request with these headers.
async fn ask(client: &TestClient, headers: &[(&str, &str)]) -> Value {
    let request = headers
        .iter()
        .fold(client.get("/trace"), |request, header| {
            request.header(header.0, header.1)
        });
    let response: TestResponse = request.await;
    assert_eq!(response.status(), 200);
    response.json()
}

fn sent(flags: &str) -> String {
    format!("00-{TRACE}-{PARENT}-{flags}")
}

#[tokio::test]
async fn a_trace_is_continued() {
    let client = TestClient::start(app()).await;
    for (flags, sampled) in [("01", true), ("00", false), ("fe", false)] {
        let body = ask(&client, &[("traceparent", &sent(flags))]).await;
        assert_eq!(body["trace_id"], TRACE);
        assert_eq!(body["parent_id"], PARENT);
        assert_eq!(body["sampled"], sampled, "{flags}");
        let span = body["span_id"].as_str().unwrap();
        assert_ne!(span, PARENT);
        let outgoing = format!("00-{TRACE}-{span}-0{}", u8::from(sampled));
        assert_eq!(body["traceparent"], outgoing);
        assert_eq!(body["outgoing"], outgoing);
    }
}

#[tokio::test]
async fn a_trace_begins_if_the_client_sends_none() {
    let client = TestClient::start(app()).await;
    let (one, upper) = (sent("01"), sent("01").to_uppercase());
    let mut known = vec![TRACE.to_owned()];
    for headers in [
        &[][..],
        &[("traceparent", "00-")],
        &[("traceparent", &upper)],
        &[("traceparent", &one), ("traceparent", &one)],
    ] {
        let state = ("tracestate", "shop=1");
        let body = ask(&client, &[headers, &[state]].concat()).await;
        assert_eq!(body["parent_id"], Value::Null, "{headers:?}");
        assert_eq!(body["tracestate"], Value::Null);
        assert_eq!(body["sampled"], true);
        let (trace, span) = (body["trace_id"].as_str(), body["span_id"].as_str());
        let (trace, span) = (trace.unwrap(), span.unwrap());
        let is_id = |id: &str, digits| {
            let is_hex = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
            id.len() == digits && id.bytes().all(is_hex)
        };
        assert!(is_id(trace, 32) && is_id(span, 16), "{trace} {span}");
        assert_eq!(body["outgoing"], format!("00-{trace}-{span}-01"));
        assert!(!known.contains(&trace.to_owned()), "{known:?}");
        known.push(trace.to_owned());
    }
}

#[tokio::test]
async fn the_state_of_a_trace_is_passed_on() {
    let client = TestClient::start(app()).await;
    let parent = sent("01");
    let many: Vec<_> = (0..33).map(|number| format!("k{number}=1")).collect();
    let (most, many) = (many[1..].join(","), many.join(","));
    let half = |value: usize| format!("a={}", "b".repeat(value));
    let longest = format!("{},{}", half(253), half(254));
    let long = format!("{},{}", half(254), half(254));
    let key = |length: usize| format!("{}=1", "k".repeat(length));
    for (sent, kept) in [
        (&["shop=1, other@x=2"][..], Some("shop=1,other@x=2")),
        (&["shop=1", "other=2"], Some("shop=1,other=2")),
        (&[&most], Some(&*most)),
        (&[&many], None),
        (&[&longest], Some(&*longest)),
        (&[&long], None),
        (&["shop"], None),
        (&["shop=1,other"], None),
        (
            &["0a_-*/@b=!\"#$%& '()~", ",\t,"],
            Some("0a_-*/@b=!\"#$%& '()~"),
        ),
        (&[&key(256)], Some(&*key(256))),
        (&[&key(257)], None),
        (&[&half(256)], Some(&*half(256))),
        (&[&half(257)], None),
        (&["shop=1,=2"], None),
        (&["shop=1,other="], None),
        (&["shop=1,Other=2"], None),
        (&["shop=1,_other=2"], None),
        (&["shop=1,o ther=2"], None),
        (&["shop=1,other=2=3"], None),
        (&["shop=1,other=a\tb"], None),
        (&["shop=1,other=\u{e9}"], None),
        (&[""], None),
        (&[], None),
    ] {
        let mut headers = vec![("traceparent", &*parent)];
        headers.extend(sent.iter().map(|state| ("tracestate", *state)));
        let body = ask(&client, &headers).await;
        assert_eq!(body["tracestate"].as_str(), kept, "{sent:?}");
    }
}

#[tokio::test]
async fn the_ids_of_a_trace_are_recorded() {
    let (spans, _guard) = Spans::start(Level::INFO);
    let client = TestClient::start(app()).await;
    let ids = |spans: &Spans| {
        let span = spans.one();
        ["trace_id", "parent_id", "span_id"].map(|field| span.get(field).to_owned())
    };
    let body = ask(&client, &[("traceparent", &sent("01"))]).await;
    let span = body["span_id"].as_str().unwrap();
    assert_eq!(ids(&spans), [TRACE, PARENT, span]);
    let body = ask(&client, &[]).await;
    let (trace, span) = (body["trace_id"].as_str(), body["span_id"].as_str());
    assert_eq!(ids(&spans), [trace.unwrap(), "", span.unwrap()]);
    // A new trace that no handler passes on is of no use.
    client.get("/plain").await;
    assert_eq!(ids(&spans), ["", "", ""]);
    client.get("/plain").header("traceparent", sent("01")).await;
    assert_eq!(ids(&spans), [TRACE, PARENT, ""]);
}

/// A tracer sets the parent of a span, which is too late once something has run inside it.
#[tokio::test]
async fn a_hook_receives_each_span_before_anything_else() {
    let (spans, _guard) = Spans::start(Level::INFO);
    let hooked = |name: &'static str| {
        app().on_span(move |span, headers| {
            let tenant = headers["x-tenant"].to_str().unwrap();
            span.in_scope(|| tracing::info!("{name} {tenant}"));
        })
    };
    let inner = hooked("inner").into_service().await.unwrap();
    let outer = hooked("outer").mount("/inner", inner);
    let client = TestClient::start(outer).await;
    for path in ["/plain", "/inner/plain", "/nowhere"] {
        client.get(path).header("x-tenant", "acme").await;
        assert_eq!(spans.one().events, ["outer acme"], "{path}");
    }
}
