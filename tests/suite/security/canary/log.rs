//! What is logged, and the texts that contain a secret.

use std::{
    fmt::{Debug, Write as _},
    sync::{Arc, Mutex},
};

use fastrs::{Base64Bytes, prelude::*};
use tracing::{
    Event, Metadata, Subscriber,
    field::{Field, Visit},
    span,
};

use super::{CANARY, PASSWORD};

/// Everything that fastrs logs, at any level, and the text of its spans.
#[derive(Clone, Default)]
pub(in crate::security) struct Log(pub(in crate::security) Arc<Mutex<String>>);

impl Subscriber for Log {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("fastrs")
    }

    fn new_span(&self, span: &span::Attributes<'_>) -> span::Id {
        span.record(&mut Line(&mut self.0.lock().unwrap()));
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, values: &span::Record<'_>) {
        values.record(&mut Line(&mut self.0.lock().unwrap()));
    }

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut log = self.0.lock().unwrap();
        write!(log, "{}", event.metadata().level()).unwrap();
        event.record(&mut Line(&mut log));
        log.push('\n');
    }

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

struct Line<'a>(&'a mut String);

impl Visit for Line<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, " {}={value:?}", field.name()).unwrap();
    }
}

/// The texts that contain a secret.
#[derive(Default)]
pub(super) struct Leaks(Mutex<Vec<String>>);

impl Leaks {
    /// Looks for a secret in a text, also in base64.
    pub(super) fn look(&self, what: &str, text: &str) {
        let encoded = base64(&format!("alice:{PASSWORD}"));
        if text.contains(CANARY) || text.contains(&encoded) {
            self.0.lock().unwrap().push(format!("{what}: {text}"));
        }
    }

    #[track_caller]
    pub(super) fn assert_none(self) {
        let found = self.0.into_inner().unwrap();
        assert!(found.is_empty(), "{}", found.join("\n"));
    }
}

pub(super) fn base64(text: &str) -> String {
    let encoded = json!(Base64Bytes::from(text.as_bytes().to_vec()));
    encoded.as_str().unwrap().to_owned()
}
