//! Forms: their fields as text, and their files.

use http::HeaderMap;
use percent_encoding::percent_decode;

use super::{Query, RouteInfo};
use crate::{
    body::{form_text, media_type},
    error::{HttpError, Result},
};

#[cfg(feature = "multipart")]
mod multipart;
#[cfg(feature = "multipart")]
mod refusal;

#[cfg(feature = "multipart")]
pub(crate) use self::multipart::read_multipart;
#[cfg(feature = "multipart")]
pub(crate) use self::refusal::{too_large, wrong_type};

/// A form: its fields, which are slices of one string, and its files.
#[derive(Debug, Default)]
pub(crate) struct FormBody {
    pub(crate) query: Query,
    pub(crate) raw: String,
    #[cfg(feature = "multipart")]
    pub(crate) files: Vec<(String, crate::multipart::UploadFile)>,
    /// The errors of the files that were refused: the form is only read to find other errors.
    #[cfg(feature = "multipart")]
    pub(crate) refused: Vec<crate::model::ErrorDetail>,
    /// Whether the form was not read to its end, because a file was refused.
    #[cfg(feature = "multipart")]
    pub(crate) is_partial: bool,
}

#[cfg(feature = "multipart")]
impl FormBody {
    /// Returns the file that a string stands for.
    pub(crate) fn file_of(&self, text: &str) -> Option<&crate::multipart::UploadFile> {
        let index: usize = text.strip_prefix(crate::model::FILE_TEXT)?.parse().ok()?;
        self.files.get(index).map(|(_, file)| file)
    }
}

impl FormBody {
    /// Parses a URL-encoded form. As in FastAPI, a body of another type is an empty form.
    pub(crate) fn parse(headers: &HeaderMap, body: &[u8]) -> Self {
        if !is_urlencoded(headers) {
            return Self::default();
        }
        match str::from_utf8(body).map(|raw| (raw, Query::parse(raw))) {
            Ok((raw, query)) if !query.is_lossy() => {
                let mut form = Self::default();
                (form.query, form.raw) = (query, raw.to_owned());
                form
            }
            _ => Self::parse_bytes(body),
        }
    }

    /// Parses a URL-encoded form with text that is not UTF-8.
    #[cold]
    fn parse_bytes(body: &[u8]) -> Self {
        let mut form = Self::default();
        for field in body.split(|byte| *byte == b'&') {
            let mut parts = field.splitn(2, |byte| *byte == b'=').map(decoded);
            if let Some(name) = parts.next().filter(|_| !field.is_empty()) {
                let value = parts.next().unwrap_or_default();
                form.query.push_unencoded(&mut form.raw, &name, &value);
            }
        }
        form
    }
}

/// Decodes a name or a value of a URL-encoded form.
fn decoded(text: &[u8]) -> String {
    let spaced: Vec<u8> = text
        .iter()
        .map(|byte| if *byte == b'+' { b' ' } else { *byte })
        .collect();
    form_text(percent_decode(&spaced).collect())
}

fn is_urlencoded(headers: &HeaderMap) -> bool {
    media_type(headers).eq_ignore_ascii_case(b"application/x-www-form-urlencoded")
}

/// Checks a URL-encoded form against the limits of its route.
#[inline]
pub(crate) fn check_urlencoded(body: &[u8], route: &RouteInfo) -> Result<()> {
    let (fields, size) = (route.form.limits.fields(), route.form.limits.part_size());
    // Each field but the last takes two bytes or more.
    match body.len() > size || body.len() / 2 >= fields {
        true => check_fields(body, fields, size),
        false => Ok(()),
    }
}

#[cold]
fn check_fields(body: &[u8], max_fields: usize, max_size: usize) -> Result<()> {
    let fields = body.split(|byte| *byte == b'&');
    let mut count = 0;
    for field in fields.filter(|field| !field.is_empty()) {
        count += 1;
        let separator = usize::from(field.contains(&b'='));
        let detail = if field.len() - separator > max_size {
            format!("Field exceeded maximum size of {}KB.", max_size / 1024)
        } else if count > max_fields {
            format!("Too many fields. Maximum number of fields is {max_fields}.")
        } else {
            continue;
        };
        return Err(HttpError::new(400, detail));
    }
    Ok(())
}
