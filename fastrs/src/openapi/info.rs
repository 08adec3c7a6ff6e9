//! The parts of a document that describe the API as a whole.

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
    /// A longer description of the API, in Markdown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The URL of the terms of service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub terms_of_service: Option<String>,
    /// The contact for the API.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact: Option<Contact>,
    /// The license of the API.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub license: Option<License>,
}

impl Info {
    /// Creates the description from the name of the API and its version.
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

/// Describes the contact for the API.
#[derive(Clone, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct Contact {
    /// The name of the person or the organization.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The URL of a page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// An email address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
}

impl Contact {
    /// Creates an empty contact.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the name of the person or the organization.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Sets the URL of a page.
    #[must_use]
    pub fn url(mut self, url: impl Into<String>) -> Self {
        self.url = Some(url.into());
        self
    }

    /// Sets the email address.
    #[must_use]
    pub fn email(mut self, email: impl Into<String>) -> Self {
        self.email = Some(email.into());
        self
    }
}

/// Describes the license of the API.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct License {
    /// The name of the license.
    pub name: String,
    /// The SPDX expression; excludes `url`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identifier: Option<String>,
    /// The URL of the license text; excludes `identifier`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

impl License {
    /// Creates a license with a name.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            identifier: None,
            url: None,
        }
    }

    /// Sets the SPDX expression of the license; excludes `url`.
    #[must_use]
    pub fn identifier(mut self, identifier: impl Into<String>) -> Self {
        self.identifier = Some(identifier.into());
        self
    }

    /// Sets the URL of the license text; excludes `identifier`.
    #[must_use]
    pub fn url(mut self, url: impl Into<String>) -> Self {
        self.url = Some(url.into());
        self
    }
}

/// Describes a server of the API.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Server {
    /// The URL, which may be relative to the document's URL.
    pub url: String,
    /// The purpose of this server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

impl Server {
    /// Creates a server with a URL.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            description: None,
        }
    }

    /// Sets the purpose of this server.
    #[must_use]
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }
}

/// Describes a tag. The order of the tags is the order of the sections in the documentation.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Tag {
    /// The name of the tag, as operations use it.
    pub name: String,
    /// The description of the operations with this tag, in Markdown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// A link to further documentation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_docs: Option<ExternalDocs>,
}

impl Tag {
    /// Creates a tag with a name.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            description: None,
            external_docs: None,
        }
    }

    /// Sets the description of the operations with this tag, in Markdown.
    #[must_use]
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// Sets a link to further documentation.
    #[must_use]
    pub fn external_docs(mut self, docs: ExternalDocs) -> Self {
        self.external_docs = Some(docs);
        self
    }
}

/// Describes a link to further documentation.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct ExternalDocs {
    /// The URL of the page.
    pub url: String,
    /// The description of the page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

impl ExternalDocs {
    /// Creates a link to a page.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            description: None,
        }
    }

    /// Sets the description of the page.
    #[must_use]
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }
}
