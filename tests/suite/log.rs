//! What fastrs logs in the thread of a test.

use std::{
    fmt::{Debug, Write as _},
    sync::{Arc, LazyLock, Mutex},
};

use fastrs::middleware::AccessLog;
use tracing::{
    Dispatch, Event, Level, Metadata, Subscriber,
    field::{Field, Visit},
    span,
    subscriber::{DefaultGuard, NoSubscriber},
};

/// The lines of events, and of the fields of spans, up to a level.
#[derive(Clone)]
pub(crate) struct Log {
    lines: Arc<Mutex<Vec<String>>>,
    level: Level,
}

impl Log {
    /// Begins to log in this thread, until the guard is dropped.
    pub(crate) fn start(level: Level) -> (Self, DefaultGuard) {
        let lines = Arc::default();
        let log = Self { lines, level };
        let guard = subscribe(log.clone());
        (log, guard)
    }

    /// Returns the lines since the last call.
    pub(crate) fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.lines.lock().unwrap())
    }

    /// Returns the lines of events since the last call, without those of spans.
    pub(crate) fn take_events(&self) -> Vec<String> {
        let mut lines = self.take();
        // They begin with their level.
        lines.retain(|line| line.starts_with(|c: char| c.is_ascii_uppercase()));
        lines
    }

    fn push(&self, begin: &str, record: impl FnOnce(&mut Line)) {
        let mut line = Line(begin.to_owned());
        record(&mut line);
        self.lines.lock().unwrap().push(line.0);
    }
}

/// Sets the subscriber of this thread, until the guard is dropped.
///
/// While there is only one subscriber in the process, tracing asks that of the current thread whether a line is of any
/// interest. A thread without one would turn the line off, also for the thread that has one. So there is always another.
pub(crate) fn subscribe(subscriber: impl Subscriber + Send + Sync) -> DefaultGuard {
    static OTHER: LazyLock<Dispatch> = LazyLock::new(|| Dispatch::new(NoSubscriber::new()));
    LazyLock::force(&OTHER);
    tracing::subscriber::set_default(subscriber)
}

impl Subscriber for Log {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        *metadata.level() <= self.level && metadata.target().starts_with("fastrs")
    }

    fn new_span(&self, span: &span::Attributes<'_>) -> span::Id {
        self.push(span.metadata().name(), |line| span.record(line));
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, values: &span::Record<'_>) {
        self.push("recorded", |line| values.record(line));
    }

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn event(&self, event: &Event<'_>) {
        self.push(event.metadata().level().as_str(), |line| event.record(line));
    }

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        match field.name() {
            "message" => write!(self.0, " {value:?}"),
            name => write!(self.0, " {name}={value:?}"),
        }
        .unwrap();
    }
}

/// The lines of an access log.
#[derive(Clone, Default)]
pub(crate) struct Lines(Arc<Mutex<Vec<String>>>);

impl Lines {
    /// Returns a log that writes its lines here.
    pub(crate) fn log(&self, log: AccessLog) -> AccessLog {
        let lines = self.0.clone();
        log.to(move |line| lines.lock().unwrap().push(line.to_owned()))
    }

    /// Returns the lines since the last call.
    pub(crate) fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}
