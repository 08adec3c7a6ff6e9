//! A push parser for multipart bodies (RFC 2046, 5.1.1): chunks go in, events come out.
//!
//! It keeps no more than a delimiter or the head of a part. The data of parts is passed on in slices of the chunks.

use bytes::{Buf, Bytes};
use memchr::{memchr, memmem, memrchr};

use super::{FormError, PartHead};
use crate::body::FormLimits;

/// A piece of the form that the parser has found.
#[derive(Debug)]
pub(crate) enum PartEvent {
    /// The head of a part: its data follows.
    Head(PartHead),
    Data(Bytes),
    /// The end of the part.
    End,
}

/// Parses a multipart body as its chunks arrive.
#[derive(Debug)]
pub(super) struct Parser {
    /// The end of a part: `\r\n--boundary`.
    delimiter: memmem::Finder<'static>,
    limits: FormLimits,
    state: State,
    /// Whether a part has begun, so that the next delimiter ends it.
    in_part: bool,
    /// The rest of the last chunk.
    chunk: Bytes,
    /// The beginning of a delimiter, or of the head of a part, that has not arrived completely.
    held: Vec<u8>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Before the first delimiter.
    Start,
    Head,
    Data,
    /// Within what may be a delimiter.
    Delimiter,
    /// After the last delimiter: the rest has no meaning.
    End,
}

/// Whether text that begins like a delimiter is one.
enum DelimiterMatch {
    Unfinished,
    /// Data that looks like a delimiter.
    Data,
    Part,
    Last,
    Malformed,
}

/// The maximum number of blanks after a delimiter. A mail gateway may add some; browsers do not.
const PADDING: usize = 16;

impl Parser {
    pub(super) fn new(boundary: &[u8], limits: FormLimits) -> Self {
        let delimiter = [b"\r\n--", boundary].concat();
        Self {
            delimiter: memmem::Finder::new(&delimiter).into_owned(),
            limits,
            state: State::Start,
            in_part: false,
            chunk: Bytes::new(),
            held: Vec::new(),
        }
    }

    /// Adds a chunk. The events of the previous chunk must have been taken.
    pub(super) fn push(&mut self, chunk: Bytes) {
        debug_assert!(self.chunk.is_empty(), "there are events of the last chunk");
        self.chunk = chunk;
    }

    /// Returns the next event, or `None` if it depends on the next chunk.
    pub(super) fn next(&mut self) -> Result<Option<PartEvent>, FormError> {
        loop {
            if self.chunk.is_empty() {
                return Ok(None);
            }
            let event = match self.state {
                State::Start => {
                    self.start();
                    None
                }
                State::Head => self.head()?,
                State::Data => self.data(),
                State::Delimiter => self.delimiter()?,
                State::End => {
                    self.chunk.clear();
                    None
                }
            };
            if event.is_some() {
                return Ok(event);
            }
        }
    }

    /// Returns whether the body may end here. An empty body is a form without parts.
    pub(super) fn finish(&self) -> Result<(), FormError> {
        match self.state {
            State::End | State::Start => Ok(()),
            _ => Err(FormError::Malformed("the body ends within a part")),
        }
    }

    /// Skips empty lines. Nothing else may precede the first delimiter, whose line break is implied.
    fn start(&mut self) {
        let line_break = |byte: &&u8| matches!(byte, b'\r' | b'\n');
        let empty = self.chunk.iter().take_while(line_break).count();
        self.chunk.advance(empty);
        if !self.chunk.is_empty() {
            self.held.extend_from_slice(b"\r\n");
            self.state = State::Delimiter;
        }
    }

    /// Adds lines to the head of a part until an empty line ends it.
    fn head(&mut self) -> Result<Option<PartEvent>, FormError> {
        let line = memchr(b'\n', &self.chunk).map_or(self.chunk.len(), |at| at + 1);
        // Two bytes more than the limit, for the empty line at the end.
        if self.held.len() + line > self.limits.part_head_size().saturating_add(2) {
            return Err(FormError::Malformed("the head of a part is too long"));
        }
        self.held.extend_from_slice(&self.chunk[..line]);
        self.chunk.advance(line);
        if self.held.ends_with(b"\n") && !self.held.ends_with(b"\r\n") {
            return Err(FormError::Malformed("a header ends with LF alone"));
        }
        if self.held != b"\r\n" && !self.held.ends_with(b"\r\n\r\n") {
            return Ok(None);
        }
        let head = PartHead::parse(&self.held, self.limits.part_headers())?;
        self.held.clear();
        self.state = State::Data;
        Ok(Some(PartEvent::Head(head)))
    }

    /// Returns data up to what may be a delimiter.
    fn data(&mut self) -> Option<PartEvent> {
        let delimiter = self.delimiter.needle();
        let (end, found) = match self.delimiter.find(&self.chunk) {
            Some(at) => (at, delimiter.len()),
            None => {
                // A delimiter begins with its only CR, so there is only one place where an incomplete one can begin.
                let last = self.chunk.len().saturating_sub(delimiter.len() - 1);
                let begin = memrchr(b'\r', &self.chunk[last..]).map(|at| last + at);
                let begin = begin.filter(|at| delimiter.starts_with(&self.chunk[*at..]));
                let end = begin.unwrap_or(self.chunk.len());
                (end, self.chunk.len() - end)
            }
        };
        let data = self.chunk.split_to(end);
        if found > 0 {
            self.held.extend_from_slice(&self.chunk[..found]);
            self.chunk.advance(found);
            self.state = State::Delimiter;
        }
        (!data.is_empty()).then_some(PartEvent::Data(data))
    }

    /// Completes what may be a delimiter, byte by byte.
    fn delimiter(&mut self) -> Result<Option<PartEvent>, FormError> {
        while let Some(&byte) = self.chunk.first() {
            self.held.push(byte);
            let found = self.match_delimiter();
            if matches!(found, DelimiterMatch::Data) {
                // The byte may begin a delimiter itself.
                self.held.pop();
                return self.held_as_data().map(Some);
            }
            self.chunk.advance(1);
            match found {
                DelimiterMatch::Unfinished => {}
                DelimiterMatch::Part => return Ok(self.end_part(State::Head)),
                DelimiterMatch::Last => return Ok(self.end_part(State::End)),
                DelimiterMatch::Data | DelimiterMatch::Malformed => {
                    return Err(FormError::Malformed("a delimiter does not end its line"));
                }
            }
        }
        Ok(None)
    }

    fn match_delimiter(&self) -> DelimiterMatch {
        let delimiter = self.delimiter.needle();
        let Some(rest) = self.held.strip_prefix(delimiter) else {
            return match delimiter.starts_with(&self.held) {
                true => DelimiterMatch::Unfinished,
                false => DelimiterMatch::Data,
            };
        };
        let is_blank = |byte: &&u8| matches!(byte, b' ' | b'\t');
        let blanks = rest.iter().take_while(is_blank).count();
        match (blanks, &rest[blanks..]) {
            (0, b"-") => DelimiterMatch::Unfinished,
            (0, b"--") => DelimiterMatch::Last,
            (0..=PADDING, b"" | b"\r") => DelimiterMatch::Unfinished,
            (_, b"\r\n") => DelimiterMatch::Part,
            (0, _) => DelimiterMatch::Data,
            _ => DelimiterMatch::Malformed,
        }
    }

    /// Passes on the text that looked like a delimiter as data.
    fn held_as_data(&mut self) -> Result<PartEvent, FormError> {
        if !self.in_part {
            return Err(FormError::Malformed(
                "the body does not begin with the delimiter",
            ));
        }
        self.state = State::Data;
        Ok(PartEvent::Data(std::mem::take(&mut self.held).into()))
    }

    fn end_part(&mut self, next: State) -> Option<PartEvent> {
        self.held.clear();
        self.state = next;
        std::mem::replace(&mut self.in_part, true).then_some(PartEvent::End)
    }
}

#[cfg(test)]
mod fuzz;
#[cfg(test)]
mod tests;
