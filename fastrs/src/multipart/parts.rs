//! The parts of a form as they arrive, with its limits.

use super::{FormError, PartEvent, PartHead, content_type::boundary_of, parser::Parser};
use crate::{
    body::{Body, FormLimits},
    error::Result,
};

use http::HeaderMap;
use http_body::Body as _;

/// The longest rest of a body, in bytes, that is read after a file is refused.
const SHORT_REST: u64 = 1024 * 1024;

/// Reads the parts of a body, no faster than its reader takes them.
#[derive(Debug)]
pub(crate) struct Parts {
    body: Body,
    parser: Parser,
    limits: FormLimits,
    /// The names of parts that are fields even if they have a file name, as JSON from scripts does.
    field_names: Vec<String>,
    fields: usize,
    files: usize,
    /// How many more bytes the current part may have; `None` for a file, which only the body's limit bounds.
    left: Option<usize>,
}

impl Parts {
    /// Starts to read a body whose headers say that it is a multipart form.
    pub(crate) fn of(headers: &HeaderMap, body: Body, limits: FormLimits) -> Result<Self> {
        let boundary = boundary_of(headers).map_err(FormError::into_http_error)?;
        Ok(Self {
            body,
            parser: Parser::new(&boundary, limits),
            limits,
            field_names: Vec::new(),
            fields: 0,
            files: 0,
            left: None,
        })
    }

    /// Treats parts with these names as fields, whether or not they have a file name.
    pub(crate) fn with_fields(mut self, names: Vec<String>) -> Self {
        self.field_names = names;
        self
    }

    /// Returns what arrives next, or `None` at the end of the body.
    pub(crate) async fn next(&mut self) -> Result<Option<PartEvent>> {
        loop {
            let event = self.parser.next().map_err(FormError::into_http_error)?;
            if let Some(mut event) = event {
                if let PartEvent::Head(head) = &mut event
                    && self.field_names.contains(&head.name)
                {
                    head.filename = None;
                }
                self.count(&event).map_err(FormError::into_http_error)?;
                return Ok(Some(event));
            }
            let Some(chunk) = self.body.chunk().await? else {
                self.parser.finish().map_err(FormError::into_http_error)?;
                return Ok(None);
            };
            self.parser.push(chunk);
        }
    }

    /// Returns whether so little remains of the body that reading it costs less than another request.
    pub(crate) fn has_short_rest(&self) -> bool {
        let rest = self.body.size_hint().upper();
        rest.is_some_and(|bytes| bytes <= SHORT_REST)
    }

    /// Counts an event towards the limits, and rejects it if it exceeds one.
    fn count(&mut self, event: &PartEvent) -> Result<(), FormError> {
        match event {
            PartEvent::Head(head) => self.count_part(head),
            PartEvent::Data(data) => {
                if let Some(left) = &mut self.left {
                    let limit = self.limits.part_size();
                    let rest = left.checked_sub(data.len());
                    *left = rest.ok_or(FormError::PartTooLarge(limit))?;
                }
                Ok(())
            }
            PartEvent::End => Ok(()),
        }
    }

    fn count_part(&mut self, head: &PartHead) -> Result<(), FormError> {
        let limits = self.limits;
        let (count, limit, error) = match head.filename {
            Some(_) => {
                self.left = None;
                let limit = limits.files();
                (&mut self.files, limit, FormError::TooManyFiles(limit))
            }
            None => {
                self.left = Some(limits.part_size());
                let limit = limits.fields();
                (&mut self.fields, limit, FormError::TooManyFields(limit))
            }
        };
        *count += 1;
        if *count > limit { Err(error) } else { Ok(()) }
    }
}
