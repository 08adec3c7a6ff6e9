//! The spans that are closed in the thread of a test, with their fields and events.

use std::{
    collections::BTreeMap,
    fmt::Debug,
    mem,
    sync::{Arc, Mutex},
};

use tracing::{
    Event, Level, Subscriber,
    field::{Field, Visit},
    level_filters::LevelFilter,
    span,
    subscriber::DefaultGuard,
};
use tracing_subscriber::{
    Layer,
    layer::{Context, SubscriberExt as _},
    registry::LookupSpan,
};

use crate::log::subscribe;

/// A span that is closed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Span {
    pub(crate) name: &'static str,
    pub(crate) fields: BTreeMap<&'static str, String>,
    /// The messages of the events inside, in order.
    pub(crate) events: Vec<String>,
    pub(crate) parent: Option<&'static str>,
}

impl Span {
    /// Returns the value of a field, or nothing if it was not recorded.
    pub(crate) fn get(&self, field: &str) -> &str {
        self.fields.get(field).map_or("", String::as_str)
    }
}

/// Collects spans.
#[derive(Clone, Default)]
pub(crate) struct Spans(Arc<Mutex<Vec<Span>>>);

impl Spans {
    /// Begins to collect spans up to a level in this thread, until the guard is dropped.
    pub(crate) fn start(level: Level) -> (Self, DefaultGuard) {
        let spans = Self::default();
        // A filter of the layer alone would not keep the registry from creating spans.
        let subscriber = tracing_subscriber::registry()
            .with(spans.clone())
            .with(LevelFilter::from_level(level));
        (spans, subscribe(subscriber))
    }

    /// Returns the spans that were closed since the last call.
    pub(crate) fn take(&self) -> Vec<Span> {
        mem::take(&mut self.0.lock().unwrap())
    }

    /// Returns the only span that was closed since the last call.
    #[track_caller]
    pub(crate) fn one(&self) -> Span {
        let mut spans = self.take();
        assert_eq!(spans.len(), 1, "{spans:?}");
        spans.remove(0)
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Spans {
    fn on_new_span(&self, attributes: &span::Attributes<'_>, id: &span::Id, cx: Context<'_, S>) {
        let span = cx.span(id).unwrap();
        let mut known = Span {
            name: span.name(),
            parent: span.parent().map(|parent| parent.name()),
            ..Span::default()
        };
        attributes.record(&mut Fields(&mut known.fields));
        span.extensions_mut().insert(known);
    }

    fn on_record(&self, id: &span::Id, values: &span::Record<'_>, cx: Context<'_, S>) {
        let span = cx.span(id).unwrap();
        let mut extensions = span.extensions_mut();
        values.record(&mut Fields(
            &mut extensions.get_mut::<Span>().unwrap().fields,
        ));
    }

    fn on_event(&self, event: &Event<'_>, cx: Context<'_, S>) {
        let Some(span) = cx.event_span(event) else {
            return;
        };
        let mut fields = BTreeMap::new();
        event.record(&mut Fields(&mut fields));
        let message = fields.remove("message").unwrap_or_default();
        let mut extensions = span.extensions_mut();
        let span: &mut Span = extensions.get_mut().unwrap();
        span.events.push(message);
    }

    fn on_close(&self, id: span::Id, cx: Context<'_, S>) {
        let span = cx.span(&id).unwrap();
        let closed = span.extensions_mut().remove().unwrap();
        self.0.lock().unwrap().push(closed);
    }
}

struct Fields<'a>(&'a mut BTreeMap<&'static str, String>);

impl Fields<'_> {
    fn set(&mut self, field: &Field, value: String) {
        let before = self.0.insert(field.name(), value);
        assert_eq!(before, None, "`{field}` was recorded twice");
    }
}

impl Visit for Fields<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.set(field, value.to_owned());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.set(field, format!("{value:?}"));
    }
}
