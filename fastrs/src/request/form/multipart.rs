//! Reads a multipart form, and checks its files while they arrive.

use http::{HeaderMap, header::CONTENT_TYPE};
use serde_json::Value;

use super::FormBody;
use crate::{
    body::{Body, form_text},
    error::{HttpError, Result},
    model::{ErrorDetail, FILE_TEXT, LocItem, ValidationError, either, too_long as too_many},
    multipart::{PartEvent, PartHead, Parts, Spool, UploadFile},
    request::{Failure, RouteInfo},
};

/// Reads a whole multipart form.
pub(crate) async fn read_multipart(
    headers: &HeaderMap,
    body: Body,
    route: &RouteInfo,
) -> Result<FormBody, Failure> {
    let mut form = Form {
        route,
        read: FormBody::default(),
        spool: Spool::new(),
    };
    let parts = Parts::of(headers, body, route.form.limits)?;
    let mut parts = parts.with_fields(route.form.json_fields.clone());
    while let Some(event) = parts.next().await? {
        let PartEvent::Head(head) = event else {
            continue;
        };
        if head.filename.is_none() {
            form.field(head, &mut parts).await?;
        } else {
            form.file(head, &mut parts).await?;
        }
    }
    Ok(form.read)
}

/// A form that is being read.
struct Form<'r> {
    route: &'r RouteInfo,
    read: FormBody,
    spool: Spool,
}

impl Form<'_> {
    /// Returns whether a field of a model takes the files with this name.
    fn is_in_model(&self, name: &str) -> bool {
        let mut rules = self.route.form.files.iter();
        rules.any(|rule| rule.name == name && rule.in_model)
    }

    async fn field(&mut self, head: PartHead, parts: &mut Parts) -> Result<()> {
        let limit = self.route.form.limits.text();
        let mut text = Vec::new();
        while let Some(PartEvent::Data(data)) = parts.next().await? {
            if self.read.raw.len() + text.len() + data.len() > limit {
                return Err(HttpError::from_status(413));
            }
            text.extend_from_slice(&data);
        }
        let mut value = form_text(text);
        if self.is_in_model(&head.name) {
            if value.is_empty() {
                return Ok(());
            }
            if value.starts_with(FILE_TEXT) {
                value.replace_range(..FILE_TEXT.len_utf8(), "\u{fffd}");
            }
        }
        let FormBody { query, raw, .. } = &mut self.read;
        query.push_plain(raw, &head.name, &value);
        Ok(())
    }

    /// Reads a file. It is rejected as soon as it violates its rule, before the rest of it is read.
    async fn file(&mut self, head: PartHead, parts: &mut Parts) -> Result<(), Failure> {
        let rules = self.route.form.files.iter();
        let rules: Vec<_> = rules.filter(|rule| rule.name == head.name).collect();
        for rule in &rules {
            if !rule.allows(&head) {
                return Err(wrong_type(&head, &rule.content_types));
            }
        }
        if let Some(most) = rules.iter().filter_map(|rule| rule.max_items).min() {
            let files = self
                .read
                .files
                .iter()
                .filter(|(name, _)| *name == head.name);
            let count = files.filter(|(_, file)| !file.is_unchosen()).count();
            if count == most && head.filename.as_deref() != Some("") {
                let mut error = too_many("List", most, Some(count + 1));
                error.loc = loc(&head.name);
                return Err(refused(error));
            }
        }
        let in_memory = rules.iter().any(|rule| rule.in_memory);
        let max_size = rules.iter().filter_map(|rule| rule.max_size).min();
        let mut size = 0;
        while let Some(PartEvent::Data(data)) = parts.next().await? {
            size += data.len();
            if let Some(limit) = max_size.filter(|limit| size > *limit) {
                return Err(too_long(&head.name, limit));
            }
            self.spool.write(&data, in_memory).await?;
        }
        let name = head.name.clone();
        let file = UploadFile::finish(head, &mut self.spool).await?;
        if !file.is_unchosen() && self.is_in_model(&name) {
            let FormBody { query, raw, files } = &mut self.read;
            query.push_plain(raw, &name, &format!("{FILE_TEXT}{}", files.len()));
        }
        self.read.files.push((name, file));
        Ok(())
    }
}

/// Returns Pydantic's error for `bytes` with a `max_length`.
#[cold]
fn too_long(name: &str, limit: usize) -> Failure {
    let s = if limit == 1 { "" } else { "s" };
    let message = format!("Data should have at most {limit} byte{s}");
    let error = ErrorDetail::new("bytes_too_long", loc(name), message);
    refused(error.ctx("max_length", limit))
}

/// Returns Pydantic's error for a `Literal`.
#[cold]
fn wrong_type(head: &PartHead, allowed: &[String]) -> Failure {
    let allowed: Vec<Value> = allowed.iter().map(|of| Value::from(of.as_str())).collect();
    let expected = either(&allowed);
    let mut loc = loc(&head.name);
    loc.push("content_type".into());
    let message = format!("Input should be {expected}");
    let sent = head.headers.get(CONTENT_TYPE).map(|sent| sent.as_bytes());
    let input = sent.map_or(Value::Null, |sent| String::from_utf8_lossy(sent).into());
    let error = ErrorDetail::new("literal_error", loc, message);
    refused(error.input(input).ctx("expected", expected))
}

fn loc(name: &str) -> Vec<LocItem> {
    vec!["body".into(), name.to_owned().into()]
}

fn refused(error: ErrorDetail) -> Failure {
    Failure::of(ValidationError::from(error))
}
