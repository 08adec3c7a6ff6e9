//! `Secret<T>`: a value that is never printed.

use std::borrow::Cow;
use std::fmt;

use schemars::generate::Contract;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::ser::{Serialize, Serializer};

use crate::model::{Constrain, Constraints, Kind, Model, Report};
use crate::schema::hints;

/// A password or a token, shown as `**********` in `Debug` output, logs, responses and errors.
///
/// This is Pydantic's `SecretStr`, for any type. Only [`expose`](Self::expose) and [`into_exposed`](Self::into_exposed)
/// give access to the value.
///
/// ```
/// use fastrs::Secret;
///
/// let password: Secret<String> = serde_json::from_str("\"hunter2\"").unwrap();
/// assert_eq!(password.expose(), "hunter2");
/// assert_eq!(format!("{password:?}"), "Secret(**********)");
/// assert_eq!(serde_json::to_string(&password).unwrap(), "\"**********\"");
/// ```
#[derive(Clone, Default, Deserialize)]
#[serde(transparent)]
pub struct Secret<T>(T);

pub(in crate::model) const MASK: &str = "**********";

impl<T> Secret<T> {
    /// Wraps a value.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// Returns the value itself.
    pub const fn expose(&self) -> &T {
        &self.0
    }

    /// Unwraps the value.
    pub fn into_exposed(self) -> T {
        self.0
    }
}

/// Compares in constant time: the time reveals the length, but not how much of the two values is the same.
impl<T: AsRef<[u8]>, U: AsRef<[u8]>> PartialEq<Secret<U>> for Secret<T> {
    fn eq(&self, other: &Secret<U>) -> bool {
        let (a, b) = (self.0.as_ref(), other.0.as_ref());
        let differ = a.iter().zip(b).fold(0, |differ, (a, b)| differ | (a ^ b));
        // The black box keeps the compiler from stopping at the first difference.
        a.len() == b.len() && std::hint::black_box(differ) == 0
    }
}

impl<T: AsRef<[u8]>> Eq for Secret<T> {}

impl<T> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secret({MASK})")
    }
}

impl<T> fmt::Display for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MASK)
    }
}

impl<T> From<T> for Secret<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

impl<T> Serialize for Secret<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(MASK)
    }
}

impl<T: JsonSchema> JsonSchema for Secret<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("Secret_{}", T::schema_name()).into()
    }

    fn schema_id() -> Cow<'static, str> {
        format!("fastrs::Secret<{}>", T::schema_id()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut schema = if *generator.contract() == Contract::Serialize {
            json_schema!({"type": "string"})
        } else {
            generator.subschema_for::<T>()
        };
        if schema.get("type").is_some_and(|name| name == "string") {
            schema.insert("format".to_owned(), "password".into());
        }
        schema.insert("writeOnly".to_owned(), true.into());
        schema.insert(hints::SECRET.to_owned(), true.into());
        schema
    }
}

impl<T: Model> Model for Secret<T> {
    const CHECKED: bool = T::CHECKED;

    fn validate(&self, report: &mut Report<'_>) {
        self.0.validate(report);
    }
}

#[diagnostic::do_not_recommend]
impl<T: Constrain> Constrain for Secret<T> {
    const KIND: Kind = T::KIND;

    fn satisfies(&self, constraints: &Constraints) -> bool {
        self.0.satisfies(constraints)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use schemars::generate::SchemaSettings;
    use serde_json::json;

    #[test]
    fn a_secret_is_documented_as_a_password() {
        let mut input = SchemaSettings::draft2020_12()
            .for_deserialize()
            .into_generator();
        let schema = Secret::<String>::json_schema(&mut input).to_value();
        let expected = json!({"type": "string", "format": "password", "writeOnly": true, "x-fastrs-secret": true});
        assert_eq!(schema, expected);
    }

    #[test]
    fn a_secret_is_shown_nowhere() {
        let secret = Secret::from(7);
        assert_eq!(
            format!("{secret} {secret:?}"),
            "********** Secret(**********)"
        );
        assert_eq!(secret.into_exposed(), 7);
    }

    #[test]
    fn secrets_are_compared_as_a_whole() {
        let secret = |text: &str| Secret::new(text.to_owned());
        assert!(secret("hunter2") == secret("hunter2") && secret("") == secret(""));
        for other in ["hunter3", "Hunter2", "hunter", "hunter22", ""] {
            assert!(secret("hunter2") != secret(other), "{other}");
        }
    }
}
