//! The head of a part.

use http::{
    HeaderMap, HeaderName, HeaderValue,
    header::{CONTENT_DISPOSITION, CONTENT_TYPE},
};

use super::{FormError, disposition::Disposition};

/// The head of a part: its headers, and the names in its `Content-Disposition`.
#[derive(Debug, Clone)]
pub(crate) struct PartHead {
    pub(crate) name: String,
    /// The name of the file; `None` if the part is not a file.
    pub(crate) filename: Option<String>,
    pub(crate) headers: HeaderMap,
}

impl PartHead {
    /// Parses the lines of a head, each of which ends with CRLF, up to the empty line.
    pub(super) fn parse(lines: &[u8], max_headers: usize) -> Result<Self, FormError> {
        let mut headers = HeaderMap::new();
        let mut rest = lines;
        while let Some(end) = memchr::memmem::find(rest, b"\r\n").filter(|end| *end > 0) {
            if headers.len() == max_headers {
                return Err(FormError::Malformed("a part has too many headers"));
            }
            let (name, value) = header(&rest[..end])?;
            // A `HeaderMap` has its own maximum size.
            let added = headers.try_append(name, value);
            added.map_err(|_| FormError::Malformed("a part has too many headers"))?;
            rest = &rest[end + 2..];
        }
        let disposition = headers
            .get_all(CONTENT_DISPOSITION)
            .iter()
            .next_back()
            .map(|value| Disposition::parse(value.as_bytes()));
        let Disposition { name, filename } = disposition.unwrap_or_default();
        Ok(Self {
            name: name.ok_or(FormError::NoName)?,
            filename,
            headers,
        })
    }

    /// Returns the media type that the client gave the part.
    pub(super) fn content_type(&self) -> Option<&str> {
        self.headers.get(CONTENT_TYPE)?.to_str().ok()
    }
}

fn header(line: &[u8]) -> Result<(HeaderName, HeaderValue), FormError> {
    let malformed = || FormError::Malformed("a header of a part is invalid");
    let colon = memchr::memchr(b':', line).ok_or_else(malformed)?;
    let (name, value) = (&line[..colon], line[colon + 1..].trim_ascii());
    let name = HeaderName::from_bytes(name).map_err(|_| malformed())?;
    let value = HeaderValue::from_bytes(value).map_err(|_| malformed())?;
    Ok((name, value))
}
