//! The program's own metrics.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::atomic::{AtomicBool, Ordering::Relaxed},
};

use super::{
    batches,
    built_in::{BUILT_IN, DURATION},
};
use crate::error::panic_text;

/// A value that is read for each scrape.
pub(super) struct Own {
    pub(super) kind: &'static str,
    pub(super) name: String,
    pub(super) help: String,
    read: Box<dyn Fn() -> f64 + Send + Sync>,
    has_panicked: AtomicBool,
}

impl Own {
    pub(super) fn new(
        kind: &'static str,
        name: String,
        help: String,
        read: impl Fn() -> f64 + Send + Sync + 'static,
    ) -> Self {
        Self {
            kind,
            name,
            help,
            read: Box::new(read),
            has_panicked: AtomicBool::new(false),
        }
    }

    /// Reads the value. It is `None` if that panics, which is logged the first time.
    pub(super) fn value(&self) -> Option<f64> {
        let read = catch_unwind(AssertUnwindSafe(|| (self.read)()));
        let error = match read {
            Ok(value) => return Some(value),
            Err(payload) => panic_text(payload),
        };
        if !self.has_panicked.swap(true, Relaxed) {
            let Self { kind, name, .. } = self;
            tracing::error!(name, error, "a metric panicked, and is left out");
            crate::log::to_stderr(format_args!(
                "ERROR the {kind} `{name}` panicked, and is left out: {error}"
            ));
        }
        None
    }
}

/// Returns what is wrong with the names.
pub(super) fn mistakes(all: &[Own]) -> Vec<String> {
    let mut mistakes = Vec::new();
    for (number, Own { kind, name, .. }) in all.iter().enumerate() {
        let is_taken = BUILT_IN.iter().any(|(built_in, ..)| *built_in == *name)
            || batches::is_name(name)
            || all[..number].iter().any(|other| other.name == *name);
        if !is_name(name) {
            mistakes.push(format!(
                "the {kind} {name:?} has to consist of letters, digits, `_` and `:`, and must not begin with a digit"
            ));
        } else if is_taken {
            mistakes.push(format!("there are two metrics with the name `{name}`"));
        } else if is_part_of_duration(name) {
            mistakes.push(format!(
                "the {kind} `{name}` has the name of a series of the histogram `{DURATION}`: rename it"
            ));
        }
    }
    mistakes
}

/// Returns whether a name is that of a series of the histogram, which a scrape must contain once.
fn is_part_of_duration(name: &str) -> bool {
    let part = name.strip_prefix(DURATION);
    matches!(part, Some("_bucket" | "_sum" | "_count"))
}

/// Returns whether Prometheus accepts a name.
fn is_name(name: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b':');
    name.bytes().next().is_some_and(is_letter)
        && name
            .bytes()
            .all(|byte| is_letter(byte) || byte.is_ascii_digit())
}
