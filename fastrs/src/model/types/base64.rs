//! `Base64Bytes`: bytes that are sent as text.

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;
use std::str::FromStr;

use bytes::Bytes;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, Deserialize, Deserializer};
use serde::ser::{Serialize, Serializer};

use crate::model::{Constrain, Constraints, Kind, Model, lax};

/// Bytes that are base64 in JSON, in a query and in a form: FastAPI's `bytes` under `val_json_bytes="base64"` and
/// `ser_json_bytes="base64"`.
///
/// Both alphabets are read, with or without padding; the output uses the URL-safe one. `min_length` and `max_length`
/// count the bytes.
///
/// ```
/// use fastrs::Base64Bytes;
///
/// let data: Base64Bytes = serde_json::from_str("\"aGVsbG8=\"").unwrap();
/// assert_eq!(&*data, b"hello");
/// assert_eq!(serde_json::to_string(&Base64Bytes::from(vec![0xfb, 0xff])).unwrap(), "\"-_8=\"");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Base64Bytes(Bytes);

/// The error for a string that is not base64.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Base64Error(pub(in crate::model) String);

impl Base64Bytes {
    /// Returns the bytes without copying them.
    pub fn into_bytes(self) -> Bytes {
        self.0
    }
}

impl FromStr for Base64Bytes {
    type Err = Base64Error;

    fn from_str(text: &str) -> Result<Self, Base64Error> {
        match lax::base64::decode(text) {
            Ok(bytes) => Ok(bytes.into()),
            Err(reason) => Err(Base64Error(reason)),
        }
    }
}

impl Deref for Base64Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl AsRef<[u8]> for Base64Bytes {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl From<Bytes> for Base64Bytes {
    fn from(bytes: Bytes) -> Self {
        Self(bytes)
    }
}

impl From<Vec<u8>> for Base64Bytes {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes.into())
    }
}

impl From<Base64Bytes> for Vec<u8> {
    fn from(bytes: Base64Bytes) -> Self {
        bytes.0.into()
    }
}

impl Serialize for Base64Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&lax::base64::encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Base64Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

impl JsonSchema for Base64Bytes {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Base64Bytes".into()
    }

    fn schema_id() -> Cow<'static, str> {
        "fastrs::Base64Bytes".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "contentEncoding": "base64",
            "contentMediaType": "application/octet-stream",
        })
    }
}

impl Model for Base64Bytes {
    const CHECKED: bool = false;
}

#[diagnostic::do_not_recommend]
impl Constrain for Base64Bytes {
    const KIND: Kind = Kind::Bytes;

    fn satisfies(&self, constraints: &Constraints) -> bool {
        constraints.has_length(self.len())
    }
}

impl fmt::Display for Base64Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Data should be valid base64: {}", self.0)
    }
}

impl std::error::Error for Base64Error {}
