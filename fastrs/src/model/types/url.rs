//! `Url`: text that is a web address.

use std::borrow::Cow;
use std::fmt::{self, Display};
use std::ops::Deref;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;
use serde::de::{self, Deserialize, Deserializer};

use crate::model::lax::url::{MAX_CHARACTERS, UrlError, default_port, split_port};
use crate::model::{Constrain, Constraints, Kind, Model, lax};

/// An `http` or `https` address, in its normal form: Pydantic's `HttpUrl`.
///
/// ```
/// use fastrs::Url;
///
/// let url: Url = "HTTPS://Example.com:443/a/../b?q=ü".parse().unwrap();
/// assert_eq!(url.as_str(), "https://example.com/b?q=%C3%BC");
/// assert_eq!((url.scheme(), url.host(), url.port()), ("https", "example.com", 443));
/// assert_eq!((url.path(), url.query()), ("/b", Some("q=%C3%BC")));
/// assert!("example.com".parse::<Url>().is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Url(String);

impl Url {
    /// Returns the whole address.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the scheme, `http` or `https`.
    pub fn scheme(&self) -> &str {
        self.0.split(':').next().unwrap_or_default()
    }

    /// Returns the host: a name in lower case, or an IP address (IPv6 in brackets).
    pub fn host(&self) -> &str {
        self.host_and_port().0
    }

    /// Returns the port: the one given, or else 80 or 443.
    pub fn port(&self) -> u16 {
        let default = default_port(self.scheme());
        self.host_and_port().1.parse().unwrap_or(default)
    }

    /// Returns the path, which begins with a slash.
    pub fn path(&self) -> &str {
        let end = self.0.find(['?', '#']).unwrap_or(self.0.len());
        &self.0[self.path_start()..end]
    }

    /// Returns the part after the `?`.
    pub fn query(&self) -> Option<&str> {
        let address = self.0.split('#').next().unwrap_or_default();
        address.split_once('?').map(|(_, query)| query)
    }

    /// Returns the part after the `#`.
    pub fn fragment(&self) -> Option<&str> {
        self.0.split_once('#').map(|(_, fragment)| fragment)
    }

    fn path_start(&self) -> usize {
        let authority = self.scheme().len() + "://".len();
        let rest = &self.0[authority..];
        authority + rest.find('/').unwrap_or(rest.len())
    }

    fn host_and_port(&self) -> (&str, &str) {
        let authority = &self.0[self.scheme().len() + "://".len()..self.path_start()];
        let host = authority.rsplit('@').next().unwrap_or_default();
        split_port(host)
    }
}

impl FromStr for Url {
    type Err = UrlError;

    fn from_str(text: &str) -> Result<Self, UrlError> {
        lax::url::normalize(text).map(Self)
    }
}

impl TryFrom<String> for Url {
    type Error = UrlError;

    fn try_from(text: String) -> Result<Self, UrlError> {
        text.parse()
    }
}

impl TryFrom<&str> for Url {
    type Error = UrlError;

    fn try_from(text: &str) -> Result<Self, UrlError> {
        text.parse()
    }
}

impl Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Deref for Url {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for Url {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl From<Url> for String {
    fn from(url: Url) -> Self {
        url.0
    }
}

impl<'de> Deserialize<'de> for Url {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

impl JsonSchema for Url {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Url".into()
    }

    fn schema_id() -> Cow<'static, str> {
        "fastrs::Url".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "format": "uri",
            "minLength": 1,
            "maxLength": MAX_CHARACTERS,
            "x-fastrs-http-url": true,
        })
    }
}

impl Model for Url {
    const CHECKED: bool = false;
}

#[diagnostic::do_not_recommend]
impl Constrain for Url {
    const KIND: Kind = Kind::Text;

    fn satisfies(&self, constraints: &Constraints) -> bool {
        self.0.satisfies(constraints)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts() {
        let url: Url = "https://u:p@[::1]:8443/a?b=c#d".parse().unwrap();
        assert_eq!(
            (url.scheme(), url.host(), url.port()),
            ("https", "[::1]", 8443)
        );
        assert_eq!(
            (url.path(), url.query(), url.fragment()),
            ("/a", Some("b=c"), Some("d"))
        );
        let bare: Url = "http://h".parse().unwrap();
        assert_eq!(
            (bare.host(), bare.port(), bare.path(), bare.query()),
            ("h", 80, "/", None)
        );
    }
}
