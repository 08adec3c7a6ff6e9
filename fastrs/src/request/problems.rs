//! The errors found in a request.

use crate::model::{ErrorDetail, Errors, LocItem};

/// All errors found in a request, in the order in which the response lists them.
#[derive(Debug, Default)]
pub(crate) struct Problems(Vec<ErrorDetail>);

impl Problems {
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Splits off the errors of a function's own arguments, sorted by location: path, query, header, cookie, body.
    pub(super) fn split_off(&mut self, from: usize) -> Vec<ErrorDetail> {
        let mut own = self.0.split_off(from);
        // Usually there is only one, or they are already sorted.
        if own.is_sorted_by_key(location_index) {
            return own;
        }
        let mut by_location: [Vec<ErrorDetail>; ORDER.len() + 1] = Default::default();
        for error in std::mem::take(&mut own) {
            by_location[location_index(&error)].push(error);
        }
        for mut errors in by_location {
            own.append(&mut errors);
        }
        own
    }

    pub(super) fn push(&mut self, mut error: ErrorDetail) {
        redact(&mut error);
        self.0.push(error);
    }

    pub(super) fn extend(&mut self, errors: Vec<ErrorDetail>) {
        for error in errors {
            self.push(error);
        }
    }

    /// Takes all errors, up to the limits of an error response.
    pub(crate) fn take(&mut self) -> Errors {
        let mut errors = Errors::new();
        for error in std::mem::take(&mut self.0) {
            errors.push(error);
        }
        errors
    }
}

/// Removes credentials, and headers that a proxy sends only to the server, from an error about headers.
fn redact(error: &mut ErrorDetail) {
    let [LocItem::Key(location), rest @ ..] = &error.loc[..] else {
        return;
    };
    if location != "header" {
        return;
    }
    match rest {
        [LocItem::Key(name), ..] if is_private(name) => error.input = None,
        _ => {}
    }
    if let Some(serde_json::Value::Object(headers)) = &mut error.input {
        headers.retain(|name, _| !is_private(name));
    }
}

/// Returns whether no response may repeat this header, given its name on the wire or in a model.
fn is_private(name: &str) -> bool {
    let name = name.to_ascii_lowercase().replace('_', "-");
    let private = [
        "authorization",
        "proxy-authorization",
        "cookie",
        "forwarded",
    ];
    private.contains(&&*name) || name.starts_with("x-forwarded-")
}

/// FastAPI resolves a function's own parameters in this order, and then the body.
const ORDER: [&str; 4] = ["path", "query", "header", "cookie"];

/// Returns the index of the location that an error is about.
fn location_index(error: &ErrorDetail) -> usize {
    match error.loc.first() {
        Some(LocItem::Key(key)) => ORDER
            .iter()
            .position(|location| location == key)
            .unwrap_or(ORDER.len()),
        _ => ORDER.len(),
    }
}
