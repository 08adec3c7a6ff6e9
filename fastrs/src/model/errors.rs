//! The errors of one request, kept to a bounded size.

use serde_json::Value;

use super::detail::{ErrorDetail, LocItem};

/// The validation errors of one request.
///
/// The list is bounded: it holds at most 100 errors and 32 KB in total, and an `input` of more than 256 bytes is left
/// out, so that the response to a bad request is smaller than the request. Further errors are dropped, and
/// [`is_full`](Self::is_full) tells the caller to stop collecting.
///
/// ```
/// use fastrs::{ErrorDetail, Errors};
///
/// let mut errors = Errors::new();
/// for _ in 0..1000 {
///     errors.push(ErrorDetail::missing(vec!["query".into(), "q".into()]));
/// }
/// assert!(errors.is_full());
/// assert_eq!(errors.into_vec().len(), 100);
/// ```
#[derive(Clone, Debug)]
pub struct Errors {
    list: Vec<ErrorDetail>,
    most: usize,
    bytes: usize,
    full: bool,
}

const MAX_ERRORS: usize = 100;
const MAX_BYTES: usize = 32 * 1024;
pub(super) const MAX_INPUT: usize = 256;

impl Errors {
    /// Creates an empty list.
    pub fn new() -> Self {
        Self::with_room(MAX_ERRORS, MAX_BYTES)
    }

    /// Creates a list that keeps nothing and is full after the first error, to find out whether there is any.
    pub(super) fn probe() -> Self {
        Self::with_room(0, 0)
    }

    fn with_room(most: usize, bytes: usize) -> Self {
        Self {
            list: Vec::new(),
            most,
            bytes,
            full: false,
        }
    }

    /// Adds an error, if there is room.
    pub fn push(&mut self, error: ErrorDetail) {
        if self.has_room() {
            self.add(error);
        }
    }

    /// Adds an error, unless there is one for its location already.
    pub(crate) fn push_once(&mut self, error: ErrorDetail) {
        if !self.list.iter().any(|known| known.loc == error.loc) {
            self.push(error);
        }
    }

    /// Creates an error and adds it, if there is room.
    pub(super) fn push_with(&mut self, make: impl FnOnce() -> ErrorDetail) {
        if self.has_room() {
            self.add(make());
        }
    }

    /// Drops all but the first `count` errors.
    pub(super) fn truncate(&mut self, count: usize) {
        for error in &self.list[count..] {
            self.bytes += size_of_error(error);
        }
        self.list.truncate(count);
        self.full = self.list.len() >= self.most;
    }

    /// Makes a [`probe`](Self::probe) full, as an error would.
    pub(super) fn fail(&mut self) {
        self.full = true;
    }

    pub(super) fn has_room(&mut self) -> bool {
        self.full |= self.list.len() >= self.most;
        !self.full
    }

    fn add(&mut self, mut error: ErrorDetail) {
        error.input = error.input.filter(is_short);
        let size = size_of_error(&error);
        // The first error is always kept, so that a 422 is never empty.
        if size > self.bytes && !self.list.is_empty() {
            self.full = true;
            return;
        }
        self.bytes = self.bytes.saturating_sub(size);
        self.list.push(error);
        self.full = self.list.len() == self.most;
    }

    /// Adds all errors of another list, while there is room.
    pub fn extend(&mut self, other: Self) {
        for error in other.list {
            self.push(error);
        }
        self.full |= other.full;
    }

    /// Returns whether there are no errors.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Returns whether an error was found, even if it was not kept.
    pub(super) fn has_failed(&self) -> bool {
        self.full || !self.list.is_empty()
    }

    /// Returns whether further errors are dropped.
    pub fn is_full(&self) -> bool {
        self.full
    }

    /// Returns the number of errors kept.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Returns the errors, in the order in which they were found.
    pub fn into_vec(self) -> Vec<ErrorDetail> {
        self.list
    }
}

impl Default for Errors {
    fn default() -> Self {
        Self::new()
    }
}

/// Returns whether the value is short enough to be echoed.
pub(super) fn is_short(value: &Value) -> bool {
    let mut left = MAX_INPUT;
    spend(value, &mut left)
}

/// Subtracts the value's length as JSON from `left`. Returns `false` as soon as it runs out.
fn spend(value: &Value, left: &mut usize) -> bool {
    let own = match value {
        Value::Null | Value::Bool(_) => 5,
        Value::Number(_) => 8,
        Value::String(text) => text_size(text),
        Value::Array(_) | Value::Object(_) => 2,
    };
    if own > *left {
        return false;
    }
    *left -= own;
    match value {
        Value::Array(items) => items.iter().all(|item| spend(item, left)),
        Value::Object(map) => map.iter().all(|(key, item)| {
            let own = text_size(key) + 2;
            if own > *left {
                return false;
            }
            *left -= own;
            spend(item, left)
        }),
        _ => true,
    }
}

/// Returns the length of a string as JSON. Escapes count: control characters grow sixfold.
fn text_size(text: &str) -> usize {
    // The text is longer than any limit, so it need not be scanned.
    if text.len() > MAX_BYTES {
        return text.len();
    }
    let escaped = |byte: u8| match byte {
        b'"' | b'\\' => 1,
        0..0x20 => 5,
        _ => 0,
    };
    text.len() + 2 + text.bytes().map(escaped).sum::<usize>()
}

fn size_of_error(error: &ErrorDetail) -> usize {
    let punctuation = r#"{"type":"","loc":[],"msg":"","input":,"ctx":},"#.len();
    let mut size = punctuation + error.kind.len() + text_size(&error.msg);
    for item in &error.loc {
        size += match item {
            LocItem::Key(key) => text_size(key) + 1,
            LocItem::Index(_) => 8,
        };
    }
    let value = |value: &Value| {
        let mut left = MAX_BYTES;
        spend(value, &mut left);
        MAX_BYTES - left
    };
    if let Some(input) = &error.input {
        size += value(input);
    }
    for (key, item) in error.ctx.iter().flatten() {
        size += text_size(key) + 2 + value(item);
    }
    size
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn error(input: Value) -> ErrorDetail {
        ErrorDetail::new("string_type", vec!["body".into()], "m").input(input)
    }

    #[test]
    fn a_long_input_is_omitted() {
        let mut errors = Errors::new();
        errors.push(error(json!("x".repeat(300))));
        errors.push(error(json!(vec![0; 300])));
        errors.push(error(json!({"a": [1, 2, 3]})));
        errors.push(error(json!("\u{1}".repeat(60))));
        let inputs: Vec<_> = errors.into_vec().into_iter().map(|e| e.input).collect();
        assert_eq!(inputs, [None, None, Some(json!({"a": [1, 2, 3]})), None]);
    }

    #[test]
    fn the_total_stays_under_32_kb() {
        let mut errors = Errors::new();
        let wide = || ErrorDetail::new("t", vec!["x".repeat(1000).into()], "m");
        for _ in 0..90 {
            errors.push(wide());
        }
        assert!(errors.is_full());
        let all = serde_json::to_vec(&errors.into_vec()).unwrap();
        assert!((20_000..=MAX_BYTES).contains(&all.len()), "{}", all.len());
    }

    #[test]
    fn a_probe_remembers_that_an_error_was_found() {
        let mut probe = Errors::probe();
        assert!(!probe.has_failed());
        probe.push_with(|| unreachable!("a probe creates no error"));
        assert!(probe.has_failed() && probe.is_full() && probe.is_empty());
    }

    #[test]
    fn a_full_part_does_not_fill_the_whole() {
        let mut whole = Errors::new();
        let mut part = Errors::new();
        part.push(error(json!(1)));
        whole.extend(part);
        assert!(!whole.is_full() && whole.len() == 1);
        for _ in 0..3 {
            let mut part = Errors::new();
            for _ in 0..60 {
                part.push(error(json!(1)));
            }
            whole.extend(part);
        }
        assert!(whole.is_full() && whole.len() == 100);
    }
}
