//! One response of an operation.

use std::fmt;

use http::StatusCode;
use schemars::{Schema, json_schema};
use serde_json::json;

use super::{errors, nullable, set_key::SetKey};

/// The source of a response's description.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Origin {
    /// The return type of the function.
    Success,
    /// `responses(..)` on the route, its router or the app.
    Declared,
    /// An error enum, an extractor or a dependency.
    Derived,
}

/// The responses that a description covers: a key among OpenAPI's responses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Statuses {
    /// The responses with one status.
    One(u16),
    /// `default`: the responses with any status that has no separate description.
    Any,
}

impl Statuses {
    /// Returns whether these responses never have a body.
    pub(super) fn are_bodiless(self) -> bool {
        matches!(self, Statuses::One(100..200 | 204 | 304))
    }

    /// Returns the description if there is no other.
    pub(super) fn reason(self) -> &'static str {
        match self {
            Statuses::One(status) => reason(status),
            Statuses::Any => "Response",
        }
    }
}

impl fmt::Display for Statuses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Statuses::One(status) => write!(f, "{status}"),
            Statuses::Any => f.write_str("default"),
        }
    }
}

/// Describes one response of an operation.
///
/// ```
/// use fastrs::openapi::{Origin, ResponseDoc};
/// use schemars::json_schema;
///
/// let page = ResponseDoc::media("text/html", json_schema!({"type": "string"}));
/// let missing = ResponseDoc::error().description("No such item");
/// assert_eq!((page.origin, missing.origin), (Origin::Success, Origin::Derived));
/// ```
#[derive(Clone, Debug)]
#[must_use]
#[non_exhaustive]
pub struct ResponseDoc {
    /// The description; by default the reason phrase of the status.
    pub description: Option<String>,
    /// The media type of the body; `None` if there is no body.
    pub media_type: Option<&'static str>,
    /// The schema of the body.
    pub schema: Option<Schema>,
    /// Whether `schema` describes one element of a stream.
    pub stream: bool,
    /// Whether `schema` describes the data of server-sent events.
    pub(super) has_events: bool,
    /// Whether the media type is chosen at run time, and `media_type` is only a placeholder.
    pub(super) is_any_media: bool,
    /// The headers.
    pub headers: Vec<HeaderDoc>,
    /// The source of the description.
    pub origin: Origin,
}

impl ResponseDoc {
    /// Describes a response without a body.
    #[allow(clippy::new_without_default)] // it would be unclear what a default response is
    pub fn new() -> Self {
        Self {
            description: None,
            media_type: None,
            schema: None,
            stream: false,
            has_events: false,
            is_any_media: false,
            headers: Vec::new(),
            origin: Origin::Success,
        }
    }

    /// Describes a JSON response.
    pub fn json(schema: Schema) -> Self {
        Self::media("application/json", schema)
    }

    /// Describes a response with another media type.
    pub fn media(media_type: &'static str, schema: Schema) -> Self {
        Self {
            media_type: Some(media_type),
            schema: Some(schema),
            ..Self::new()
        }
    }

    /// Describes a stream by its elements.
    pub fn stream(media_type: &'static str, item: Schema) -> Self {
        Self {
            stream: true,
            ..Self::media(media_type, item)
        }
    }

    /// Describes a stream of server-sent events by their data.
    pub(crate) fn events(data: Schema) -> Self {
        Self {
            has_events: true,
            ..Self::stream("text/event-stream", data)
        }
    }

    /// Describes bytes whose media type is chosen at run time, such as a file.
    pub(crate) fn of_any_media() -> Self {
        let schema =
            json_schema!({ "type": "string", "contentMediaType": "application/octet-stream" });
        Self {
            is_any_media: true,
            ..Self::media("application/octet-stream", schema)
        }
    }

    /// Describes a response whose body is known only to the function.
    pub fn raw() -> Self {
        Self {
            media_type: Some("*/*"),
            ..Self::new()
        }
    }

    /// Describes fastrs's own error body, `{"detail": ..}`.
    pub fn error() -> Self {
        Self::json(reference(errors::HTTP_ERROR)).derived()
    }

    /// Describes an error whose response has a challenge (RFC 9110, 11.6.1).
    pub(crate) fn challenge() -> Self {
        Self::error().header(HeaderDoc::new("WWW-Authenticate"))
    }

    /// Returns whether the body is fastrs's own error body.
    pub(super) fn is_error(&self) -> bool {
        self.schema.as_ref() == Some(&reference(errors::HTTP_ERROR))
    }

    /// Describes the response to input that fails validation.
    pub(super) fn validation_error() -> Self {
        Self::json(reference(errors::HTTP_VALIDATION_ERROR))
            .derived()
            .description("Validation Error")
    }

    /// Marks the response as declared by the user.
    pub fn declared(mut self) -> Self {
        self.origin = Origin::Declared;
        self
    }

    /// Marks the response as derived from a type.
    pub fn derived(mut self) -> Self {
        self.origin = Origin::Derived;
        self
    }

    /// Sets the description.
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// Adds a header.
    pub fn header(mut self, header: HeaderDoc) -> Self {
        self.headers.push(header);
        self
    }
}

/// Returns the schema of a server-sent event (OpenAPI 3.2, 4.14.4), given the schema of its data. Data that may be
/// anything is not described.
pub(super) fn event_schema(data: Schema) -> Schema {
    let mut event = json_schema!({
        "type": "object",
        "properties": {
            "data": { "type": "string" },
            "event": { "type": "string" },
            "id": { "type": "string" },
            "retry": { "type": "integer", "minimum": 0 },
        },
    });
    if !nullable::accepts_anything(&data) {
        event.set("required", json!(["data"]));
        if let Some(text) = event.pointer_mut("/properties/data") {
            text["contentMediaType"] = "application/json".into();
            text["contentSchema"] = data.to_value();
        }
    }
    event
}

fn reference(name: &str) -> Schema {
    Schema::new_ref(format!("#/components/schemas/{name}"))
}

/// Returns the reason phrase of a status.
fn reason(status: u16) -> &'static str {
    match StatusCode::from_u16(status) {
        Ok(status) if status.canonical_reason().is_some() => crate::error::reason(status),
        _ => "Additional Response",
    }
}

/// Describes a header of a response.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct HeaderDoc {
    /// The header's name.
    pub name: String,
    /// The description.
    pub description: Option<String>,
    /// The schema of its value.
    pub schema: Schema,
}

impl HeaderDoc {
    /// Describes a header whose value is text.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            description: None,
            schema: json_schema!({"type": "string"}),
        }
    }
}
