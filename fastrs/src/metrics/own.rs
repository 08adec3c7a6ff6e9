//! The program's own metrics.

use super::built_in::BUILT_IN;

/// A value that is read for each scrape.
pub(super) struct Own {
    pub(super) kind: &'static str,
    pub(super) name: String,
    pub(super) help: String,
    pub(super) read: Box<dyn Fn() -> f64 + Send + Sync>,
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
        }
    }
}

/// Returns what is wrong with the names.
pub(super) fn mistakes(all: &[Own]) -> Vec<String> {
    let mut mistakes = Vec::new();
    for (number, Own { kind, name, .. }) in all.iter().enumerate() {
        let is_taken = BUILT_IN.iter().any(|(built_in, ..)| *built_in == *name)
            || all[..number].iter().any(|other| other.name == *name);
        if !is_name(name) {
            mistakes.push(format!(
                "the {kind} {name:?} has to consist of letters, digits, `_` and `:`, and must not begin with a digit"
            ));
        } else if is_taken {
            mistakes.push(format!("there are two metrics with the name `{name}`"));
        }
    }
    mistakes
}

/// Returns whether Prometheus accepts a name.
fn is_name(name: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b':');
    name.bytes().next().is_some_and(is_letter)
        && name
            .bytes()
            .all(|byte| is_letter(byte) || byte.is_ascii_digit())
}
