//! What a document says about the API as a whole.

use serde::Serialize;

/// Describes the API: the `info` object of the document.
///
/// ```
/// use fastrs::openapi::{Contact, Info, License};
///
/// let mut info = Info::new("Shop", "1.0.0");
/// info.summary = Some("Everything one can buy".into());
/// info.contact = Some(Contact::new().email("shop@example.com"));
/// info.license = Some(License::new("MIT"));
/// ```
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Info {
    /// The name of the API.
    pub title: String,
    /// The version of the API, not of OpenAPI.
    pub version: String,
    /// One line about the API.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// About the API at length, in Markdown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The address of the terms of service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub terms_of_service: Option<String>,
    /// Whom to ask.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact: Option<Contact>,
    /// Under which terms the API may be used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub license: Option<License>,
}

impl Info {
    /// Names the API and its version.
    pub fn new(title: impl Into<String>, version: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            version: version.into(),
            summary: None,
            description: None,
            terms_of_service: None,
            contact: None,
            license: None,
        }
    }
}

/// Says whom to ask about the API.
#[derive(Clone, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct Contact {
    /// The name of the person or the organization.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// A page to go to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// An address to write to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
}

impl Contact {
    /// A contact of whom nothing is said yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Names the person or the organization.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Names a page to go to.
    #[must_use]
    pub fn url(mut self, url: impl Into<String>) -> Self {
        self.url = Some(url.into());
        self
    }

    /// Names an address to write to.
    #[must_use]
    pub fn email(mut self, email: impl Into<String>) -> Self {
        self.email = Some(email.into());
        self
    }
}

/// Names the license of the API.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct License {
    /// The name of the license.
    pub name: String,
    /// Its SPDX expression; excludes `url`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identifier: Option<String>,
    /// The address of its text; excludes `identifier`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

impl License {
    /// Names a license.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            identifier: None,
            url: None,
        }
    }

    /// Names the SPDX expression of the license; excludes `url`.
    #[must_use]
    pub fn identifier(mut self, identifier: impl Into<String>) -> Self {
        self.identifier = Some(identifier.into());
        self
    }

    /// Names the address of the license's text; excludes `identifier`.
    #[must_use]
    pub fn url(mut self, url: impl Into<String>) -> Self {
        self.url = Some(url.into());
        self
    }
}

/// Says where the API is served.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Server {
    /// The address, which may be relative to that of the document.
    pub url: String,
    /// What this server is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

impl Server {
    /// Names the address of a server.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            description: None,
        }
    }

    /// Says what this server is for.
    #[must_use]
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }
}

/// Describes a tag; the order of the tags is that of the sections in the documentation.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Tag {
    /// The tag as operations name it.
    pub name: String,
    /// What the operations of this tag have in common, in Markdown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Where to read more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_docs: Option<ExternalDocs>,
}

impl Tag {
    /// Names a tag.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            description: None,
            external_docs: None,
        }
    }

    /// Says what the operations of this tag have in common, in Markdown.
    #[must_use]
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// Says where to read more.
    #[must_use]
    pub fn external_docs(mut self, docs: ExternalDocs) -> Self {
        self.external_docs = Some(docs);
        self
    }
}

/// Says where to read more.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct ExternalDocs {
    /// The address of the page.
    pub url: String,
    /// What the page is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

impl ExternalDocs {
    /// Names the address of a page.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            description: None,
        }
    }

    /// Says what the page is about.
    #[must_use]
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }
}
