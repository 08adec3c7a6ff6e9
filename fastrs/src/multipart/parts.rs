//! The parts of a form as they arrive, with its limits.

use super::{
    FormError, PartHead, boundary_of,
    parser::{Event, Parser},
};
use crate::{
    body::{Body, FormLimits},
    error::Result,
};

use bytes::Bytes;
use http::HeaderMap;

/// Reads the parts of a body, no faster than they are asked for.
#[derive(Debug)]
pub(crate) struct Parts {
    body: Body,
    parser: Parser,
    limits: FormLimits,
    fields: usize,
    files: usize,
    /// How many bytes the current part may still have; `None` for a file, which only the body's limit bounds.
    left: Option<usize>,
}

/// What arrived next.
#[derive(Debug)]
pub(crate) enum PartEvent {
    Head(PartHead),
    Data(Bytes),
    End,
}

impl Parts {
    /// Starts to read a body whose headers say that it is a multipart form; `None` if they do not.
    pub(crate) fn of(headers: &HeaderMap, body: Body, limits: FormLimits) -> Option<Result<Self>> {
        let boundary = match boundary_of(headers)? {
            Ok(boundary) => boundary,
            Err(error) => return Some(Err(error.into_http_error())),
        };
        Some(Ok(Self {
            body,
            parser: Parser::new(&boundary, limits),
            limits,
            fields: 0,
            files: 0,
            left: None,
        }))
    }

    /// Returns what arrives next, or `None` at the end of the body.
    pub(crate) async fn next(&mut self) -> Result<Option<PartEvent>> {
        loop {
            let event = self.parser.next().map_err(FormError::into_http_error)?;
            if let Some(event) = event {
                let counted = self.counted(event).map_err(FormError::into_http_error);
                return counted.map(Some);
            }
            let Some(chunk) = self.body.chunk().await? else {
                self.parser.finish().map_err(FormError::into_http_error)?;
                return Ok(None);
            };
            self.parser.push(chunk);
        }
    }

    fn counted(&mut self, event: Event) -> Result<PartEvent, FormError> {
        Ok(match event {
            Event::Head(head) => {
                self.count(&head)?;
                PartEvent::Head(head)
            }
            Event::Data(data) => {
                if let Some(left) = &mut self.left {
                    let limit = self.limits.part_size();
                    let rest = left.checked_sub(data.len());
                    *left = rest.ok_or(FormError::PartTooLarge(limit))?;
                }
                PartEvent::Data(data)
            }
            Event::PartEnd => PartEvent::End,
        })
    }

    fn count(&mut self, head: &PartHead) -> Result<(), FormError> {
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
