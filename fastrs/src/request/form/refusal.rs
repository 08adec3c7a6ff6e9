//! The errors of files that a handler does not accept.

use http::HeaderValue;
use serde_json::Value;

use super::FormBody;
use crate::{
    model::{ErrorDetail, LocItem, either},
    multipart::UploadFile,
};

/// Returns Pydantic's error for `bytes` with a `max_length`.
#[cold]
pub(crate) fn too_large(loc: Vec<LocItem>, limit: usize) -> ErrorDetail {
    let s = if limit == 1 { "" } else { "s" };
    let message = format!("Data should have at most {limit} byte{s}");
    ErrorDetail::new("bytes_too_long", loc, message).ctx("max_length", limit)
}

/// Returns Pydantic's error for a `Literal`.
#[cold]
pub(crate) fn wrong_type(
    mut loc: Vec<LocItem>,
    sent: Option<&HeaderValue>,
    allowed: &[impl AsRef<str>],
) -> ErrorDetail {
    let allowed: Vec<Value> = allowed.iter().map(|of| of.as_ref().into()).collect();
    let expected = either(&allowed);
    loc.push("content_type".into());
    let message = format!("Input should be {expected}");
    let input = sent.map_or(Value::Null, |sent| {
        String::from_utf8_lossy(sent.as_bytes()).into()
    });
    let error = ErrorDetail::new("literal_error", loc, message);
    error.input(input).ctx("expected", expected)
}

impl FormBody {
    /// Returns the errors of a form with refused files, given the errors of the arguments.
    ///
    /// Nothing is known about what has not been read, and a refused file has no other errors.
    #[cold]
    pub(crate) fn with_refused(&self, mut errors: Vec<ErrorDetail>) -> Vec<ErrorDetail> {
        errors.retain(|error| {
            let is_in_body = error.loc.first() == Some(&"body".into());
            let is_known = !self.is_partial || !is_in_body || self.is_about_read_part(error);
            is_known && self.refused.iter().all(|refused| refused.loc != error.loc)
        });
        errors.extend(self.refused.iter().cloned());
        errors
    }

    /// Returns whether an error is about a part that has been read. More items of a list may follow.
    fn is_about_read_part(&self, error: &ErrorDetail) -> bool {
        let mut names = error.loc.iter().skip(1).filter_map(|item| match item {
            LocItem::Key(name) => Some(name),
            LocItem::Index(_) => None,
        });
        let has = |name: &str| {
            let is_file = |(of, file): &(String, UploadFile)| of == name && !file.is_unchosen();
            self.query.last(&self.raw, name).is_some() || self.files.iter().any(is_file)
        };
        let is_short_list = error.kind == "too_short" && error.loc.len() == 2;
        !is_short_list && names.any(|name| has(name))
    }
}
