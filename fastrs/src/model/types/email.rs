//! `EmailStr`: text that is an email address.

use std::borrow::Cow;
use std::fmt::{self, Display};
use std::ops::Deref;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;
use serde::de::{self, Deserialize, Deserializer};

use crate::model::{Constrain, Constraints, Kind, Model, lax};

/// An email address: its syntax is checked, and its domain is in lower case.
///
/// The rules and their messages come from Python's `email-validator`, which Pydantic uses, except that `.test` is
/// treated like any other domain (RFC 6761, 6.2). Whether the domain accepts mail is not checked.
///
/// ```
/// use fastrs::EmailStr;
///
/// let email: EmailStr = "Ann.Lee@Example.COM".parse().unwrap();
/// assert_eq!(email.as_str(), "Ann.Lee@example.com");
/// let error = "ann".parse::<EmailStr>().unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "value is not a valid email address: An email address must have an @-sign.",
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct EmailStr(String);

/// The error for a string that is not an [`EmailStr`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmailError(Cow<'static, str>);

impl EmailStr {
    /// Returns the address.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the part before the `@`.
    pub fn local_part(&self) -> &str {
        self.0.split_once('@').map_or("", |(local, _)| local)
    }

    /// Returns the part after the `@`.
    pub fn domain(&self) -> &str {
        self.0.split_once('@').map_or("", |(_, domain)| domain)
    }
}

impl EmailError {
    /// Returns the rule that is broken, as a sentence.
    pub fn reason(&self) -> &str {
        &self.0
    }
}

impl FromStr for EmailStr {
    type Err = EmailError;

    fn from_str(text: &str) -> Result<Self, EmailError> {
        lax::email::parse(text).map(Self).map_err(EmailError)
    }
}

impl TryFrom<String> for EmailStr {
    type Error = EmailError;

    fn try_from(text: String) -> Result<Self, EmailError> {
        text.parse()
    }
}

impl TryFrom<&str> for EmailStr {
    type Error = EmailError;

    fn try_from(text: &str) -> Result<Self, EmailError> {
        text.parse()
    }
}

impl Display for EmailError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "value is not a valid email address: {}", self.0)
    }
}

impl std::error::Error for EmailError {}

impl Display for EmailStr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Deref for EmailStr {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for EmailStr {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl From<EmailStr> for String {
    fn from(email: EmailStr) -> Self {
        email.0
    }
}

impl<'de> Deserialize<'de> for EmailStr {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        match lax::email::is_simple(&text) {
            true => Ok(Self(text)),
            false => text.parse().map_err(de::Error::custom),
        }
    }
}

impl JsonSchema for EmailStr {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "EmailStr".into()
    }

    fn schema_id() -> Cow<'static, str> {
        "fastrs::EmailStr".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string", "format": "email"})
    }
}

impl Model for EmailStr {
    const CHECKED: bool = false;
}

#[diagnostic::do_not_recommend]
impl Constrain for EmailStr {
    const KIND: Kind = Kind::Text;

    fn satisfies(&self, constraints: &Constraints) -> bool {
        self.0.satisfies(constraints)
    }
}
