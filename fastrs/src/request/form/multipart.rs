//! Reads a multipart form, and checks its files while they arrive.

use http::{HeaderMap, header::CONTENT_TYPE};

use super::{FormBody, refusal};
use crate::{
    body::{Body, form_text},
    error::{HttpError, Result},
    model::{ErrorDetail, FILE_TEXT, LocItem, too_long},
    multipart::{FileRule, PartEvent, PartHead, Parts, Spool, UploadFile},
    request::RouteInfo,
};

/// Reads a whole multipart form, or, if a file is refused, as much of the form as has been read by then.
pub(crate) async fn read_multipart(
    headers: &HeaderMap,
    body: Body,
    route: &RouteInfo,
) -> Result<FormBody> {
    let mut form = Form {
        rules: &route.form.files,
        max_text: route.form.limits.text(),
        read: FormBody::default(),
        spool: Spool::new(),
    };
    let parts = Parts::of(headers, body, route.form.limits)?;
    let mut parts = parts.with_fields(route.form.json_fields.clone());
    match form.read(&mut parts).await {
        Ok(is_whole) => form.read.is_partial = !is_whole,
        Err(error) if form.read.refused.is_empty() => return Err(error),
        // The client only needs to know about the refusal.
        Err(_) => form.read.is_partial = true,
    }
    Ok(form.read)
}

/// A form that is being read.
struct Form<'r> {
    rules: &'r [FileRule],
    max_text: usize,
    read: FormBody,
    spool: Spool,
}

impl<'r> Form<'r> {
    /// Reads the parts, and returns whether these are all of them: the rest of a form with a refused file is not read,
    /// unless it is short, so that all errors of a small form are reported at once.
    async fn read(&mut self, parts: &mut Parts) -> Result<bool> {
        while let Some(event) = parts.next().await? {
            if let PartEvent::Head(head) = event {
                match head.filename {
                    Some(_) => self.file(head, parts).await?,
                    None => self.field(head, parts).await?,
                }
            }
            if !self.read.refused.is_empty() && !parts.has_short_rest() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    async fn field(&mut self, head: PartHead, parts: &mut Parts) -> Result<()> {
        // Text can be taken as `Bytes`, like a file.
        let rules = self.rules_for(&head, |rule| rule.in_memory);
        let mut text = Vec::new();
        while let Some(PartEvent::Data(data)) = parts.next().await? {
            if self.read.raw.len() + text.len() + data.len() > self.max_text {
                return Err(HttpError::from_status(413));
            }
            let is_first = text.is_empty();
            text.extend_from_slice(&data);
            if is_first && self.refuses(&head, &rules) || self.refuses_size(&rules, text.len()) {
                break;
            }
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
        query.push_unencoded(raw, &head.name, &value);
        Ok(())
    }

    /// Reads a file, up to where it violates a rule.
    async fn file(&mut self, head: PartHead, parts: &mut Parts) -> Result<()> {
        let rules = self.rules_for(&head, |_| true);
        let in_memory = rules.iter().any(|rule| rule.in_memory);
        // A browser sends an empty file without a name for an input in which no file was chosen, so a file without a
        // name is checked when its first bytes arrive.
        let has_name = head.filename.as_deref() != Some("");
        let mut refused = has_name && self.refuses(&head, &rules);
        let mut size = 0;
        while !refused && let Some(PartEvent::Data(data)) = parts.next().await? {
            let is_first = !has_name && size == 0;
            size += data.len();
            refused = is_first && self.refuses(&head, &rules) || self.refuses_size(&rules, size);
            self.spool.write(&data, in_memory).await?;
        }
        let name = head.name.clone();
        let file = UploadFile::finish(head, &mut self.spool).await?;
        if !file.is_unchosen() && self.is_in_model(&name) {
            let FormBody {
                query, raw, files, ..
            } = &mut self.read;
            query.push_unencoded(raw, &name, &format!("{FILE_TEXT}{}", files.len()));
        }
        self.read.files.push((name, file));
        Ok(())
    }

    fn rules_for(&self, head: &PartHead, applies: fn(&FileRule) -> bool) -> Vec<&'r FileRule> {
        let named = self.rules.iter().filter(|rule| rule.name == head.name);
        named.filter(|rule| applies(rule)).collect()
    }

    /// Returns whether a field of a model takes the files with this name.
    fn is_in_model(&self, name: &str) -> bool {
        let mut rules = self.rules.iter();
        rules.any(|rule| rule.name == name && rule.in_model)
    }

    /// Returns whether a file is one too many or of the wrong type.
    fn refuses(&mut self, head: &PartHead, rules: &[&FileRule]) -> bool {
        let error = rules.iter().find_map(|rule| {
            if let Some(most) = rule.max_items.filter(|most| self.count(rule) >= *most) {
                let mut error = too_long("List", most, Some(most + 1));
                error.loc = vec!["body".into(), rule.name.clone().into()];
                return Some(error);
            }
            let sent = head.headers.get(CONTENT_TYPE);
            let error = || refusal::wrong_type(self.loc(rule), sent, &rule.content_types);
            (!rule.allows(head)).then(error)
        });
        self.refuse(error)
    }

    /// Returns whether a file of which `size` bytes have arrived is too large.
    fn refuses_size(&mut self, rules: &[&FileRule], size: usize) -> bool {
        let error = rules.iter().find_map(|rule| {
            let most = rule.max_size.filter(|most| size > *most)?;
            Some(refusal::too_large(self.loc(rule), most))
        });
        self.refuse(error)
    }

    /// Records the error of a file, and returns whether there is one.
    fn refuse(&mut self, error: Option<ErrorDetail>) -> bool {
        let Some(error) = error else { return false };
        // Of several files beyond the maximum number, only the first is reported.
        let refused = &mut self.read.refused;
        if refused.iter().all(|other| other.loc != error.loc) {
            refused.push(error);
        }
        true
    }

    /// Returns the location of the file that is being read.
    fn loc(&self, rule: &FileRule) -> Vec<LocItem> {
        let mut loc = vec![LocItem::from("body"), rule.name.clone().into()];
        loc.extend(rule.many.then(|| LocItem::from(self.count(rule))));
        loc
    }

    /// Returns how many files with the name of a rule have been read.
    fn count(&self, rule: &FileRule) -> usize {
        let FormBody {
            query, raw, files, ..
        } = &self.read;
        let files = files.iter().filter(|(name, _)| *name == rule.name);
        let texts = query.pairs(raw).filter(|(name, _)| *name == rule.name);
        let texts = texts.filter(|(_, text)| rule.in_memory && !text.is_empty());
        files.filter(|(_, file)| !file.is_unchosen()).count() + texts.count()
    }
}
