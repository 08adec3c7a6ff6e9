//! A form whose parts the handler reads itself.

use bytes::Bytes;
use http::HeaderMap;

use super::{PartEvent, PartHead, Parts};
use crate::{body::form_text, error::Result};

/// A multipart form whose parts the handler reads itself, as they arrive.
///
/// Nothing is stored, so a part can be passed on to another server while it is still being uploaded. The limits of the
/// route ([`FormLimits`](crate::FormLimits), `body_limit`) and the deadline for the next bytes apply as for other
/// forms. A handler that returns early leaves the rest unread.
///
/// ```
/// use fastrs::prelude::*;
///
/// #[post("/count", body_limit = 1_000_000_000)]
/// async fn count(mut form: Multipart) -> Result<usize> {
///     let mut bytes = 0;
///     while let Some(mut part) = form.next_part().await? {
///         while let Some(data) = part.chunk().await? {
///             bytes += data.len();
///         }
///     }
///     Ok(bytes)
/// }
/// ```
///
/// A request whose content type is not `multipart/form-data` gets a 415 before the handler runs.
#[derive(Debug)]
pub struct Multipart {
    parts: Parts,
    /// Whether the last part has not been read to its end.
    in_part: bool,
}

impl Multipart {
    pub(crate) fn new(parts: Parts) -> Self {
        Self {
            parts,
            in_part: false,
        }
    }

    /// Returns the next part, or `None` after the last. The unread rest of the previous part is skipped.
    ///
    /// # Errors
    ///
    /// Returns a 400 for a form that is malformed or exceeds a limit, a 413 for a body beyond `body_limit`, and a 408
    /// if the client stalls.
    pub async fn next_part(&mut self) -> Result<Option<Part<'_>>> {
        loop {
            match self.parts.next().await? {
                Some(PartEvent::Head(head)) => {
                    self.in_part = true;
                    return Ok(Some(Part { form: self, head }));
                }
                Some(PartEvent::Data(_)) => {}
                Some(PartEvent::End) => self.in_part = false,
                None => return Ok(None),
            }
        }
    }
}

/// A part of a [`Multipart`] form.
#[derive(Debug)]
pub struct Part<'f> {
    form: &'f mut Multipart,
    head: PartHead,
}

impl Part<'_> {
    /// Returns the name of the field.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.head.name
    }

    /// Returns the name that the client gave the file, or `None` if the part is not a file.
    ///
    /// It can be anything, such as `../../etc/passwd`: do not use it as a path.
    #[must_use]
    pub fn filename(&self) -> Option<&str> {
        self.head.filename.as_deref()
    }

    /// Returns the media type that the client gave the part. It has not been checked.
    #[must_use]
    pub fn content_type(&self) -> Option<&str> {
        self.head.content_type()
    }

    /// Returns the headers of the part.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.head.headers
    }

    /// Returns the next bytes, or `None` at the end of the part.
    ///
    /// # Errors
    ///
    /// Fails like [`Multipart::next_part`].
    pub async fn chunk(&mut self) -> Result<Option<Bytes>> {
        if !self.form.in_part {
            return Ok(None);
        }
        match self.form.parts.next().await? {
            Some(PartEvent::Data(data)) => Ok(Some(data)),
            _ => {
                self.form.in_part = false;
                Ok(None)
            }
        }
    }

    /// Returns the rest of the part. Only the limits of the route bound its length.
    ///
    /// # Errors
    ///
    /// Fails like [`Multipart::next_part`].
    pub async fn bytes(&mut self) -> Result<Bytes> {
        let mut bytes = Vec::new();
        while let Some(data) = self.chunk().await? {
            bytes.extend_from_slice(&data);
        }
        Ok(bytes.into())
    }

    /// Returns the rest of the part as text: UTF-8, or else Latin-1.
    ///
    /// # Errors
    ///
    /// Fails like [`Multipart::next_part`].
    pub async fn text(&mut self) -> Result<String> {
        Ok(form_text(self.bytes().await?.into()))
    }
}
