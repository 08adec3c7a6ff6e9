//! `Partial<T>`: a value that knows which of its fields came.

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::{self, Deserialize, DeserializeOwned, Deserializer};
use serde::ser::{self, Serialize, Serializer};
use serde_json::{Map, Value};

use crate::model::{Model, Report, json_from_value};

/// A `T` and which of its fields the client sent.
///
/// As an argument it is PATCH: [`apply_to`](Self::apply_to) writes only what came. Returned, it
/// answers with only that, FastAPI's `response_model_exclude_unset`; [`only`](Self::only) and
/// [`without`](Self::without) choose fields by name. It is documented as `T`.
///
/// ```
/// use fastrs::{Partial, model};
///
/// #[model]
/// struct Item {
///     name: Option<String>,
///     price: Option<u32>,
/// }
///
/// let mut stored = Item { name: Some("Foo".into()), price: Some(5) };
/// let item: Partial<Item> = serde_json::from_str(r#"{"price": 7}"#).unwrap();
/// assert!(item.is_sent("price") && !item.is_sent("name"));
/// assert_eq!(serde_json::to_string(&item).unwrap(), r#"{"price":7}"#);
/// item.apply_to(&mut stored);
/// assert_eq!((stored.name.as_deref(), stored.price), (Some("Foo"), Some(7)));
/// ```
#[derive(Clone)]
pub struct Partial<T> {
    value: T,
    /// What came, as it came; `None` is everything.
    sent: Option<Value>,
    only: Option<Vec<Cow<'static, str>>>,
    without: Vec<Cow<'static, str>>,
}

/// A struct that takes single fields of a newer value; `#[model]` implements it.
pub trait Patch: Sized {
    /// Takes from `newer` the fields that were sent.
    fn patch(&mut self, newer: Self, sent: &PartialKeys<'_>);
}

/// Which fields of an object were sent.
#[derive(Clone, Copy, Debug)]
pub struct PartialKeys<'a>(Option<&'a Map<String, Value>>);

impl<T> Partial<T> {
    /// A value all of whose fields count as sent.
    pub fn of(value: T) -> Self {
        Self {
            value,
            sent: None,
            only: None,
            without: Vec::new(),
        }
    }

    /// The value: what did not come is its default.
    pub fn get(&self) -> &T {
        &self.value
    }

    /// Takes the value out.
    pub fn into_inner(self) -> T {
        self.value
    }

    /// Whether the field came, by its name on the wire.
    pub fn is_sent(&self, name: &str) -> bool {
        self.keys().contains(name)
    }

    /// Writes the fields that came over those of `stored`.
    pub fn apply_to(self, stored: &mut T)
    where
        T: Patch,
    {
        let keys = PartialKeys(self.sent.as_ref().and_then(Value::as_object));
        stored.patch(self.value, &keys);
    }

    /// Answers with these fields only, as far as they came.
    #[must_use]
    pub fn only(mut self, names: &[&'static str]) -> Self {
        self.only = Some(names.iter().copied().map(Cow::Borrowed).collect());
        self
    }

    /// Answers without these fields.
    #[must_use]
    pub fn without(mut self, names: &[&'static str]) -> Self {
        self.without
            .extend(names.iter().copied().map(Cow::Borrowed));
        self
    }

    fn keys(&self) -> PartialKeys<'_> {
        PartialKeys(self.sent.as_ref().and_then(Value::as_object))
    }
}

impl PartialKeys<'_> {
    /// Whether the field came.
    pub fn contains(&self, name: &str) -> bool {
        self.0.is_none_or(|sent| sent.contains_key(name))
    }

    /// Moves `newer` into `slot` if the field came.
    pub fn field<F>(&self, name: &str, slot: &mut F, newer: F) {
        self.aliased(&[name], slot, newer);
    }

    /// Moves `newer` into `slot` if the field came under one of its names.
    pub fn aliased<F>(&self, names: &[&str], slot: &mut F, newer: F) {
        if names.iter().any(|name| self.contains(name)) {
            *slot = newer;
        }
    }
}

/// A flattened field: its own fields came among those of the outer struct.
#[derive(Debug)]
pub struct Flattened<'a, T>(pub &'a mut T);

impl<T: Patch> Flattened<'_, T> {
    /// Takes the fields that were sent.
    pub fn patch(self, newer: T, sent: &PartialKeys<'_>) {
        self.0.patch(newer, sent);
    }
}

/// The fallback for what is no struct, a map of all other fields say: it is replaced.
pub trait NoPatch {
    #[doc(hidden)]
    type Value;

    #[doc(hidden)]
    fn patch(self, newer: Self::Value, sent: &PartialKeys<'_>);
}

impl<T> NoPatch for Flattened<'_, T> {
    type Value = T;

    fn patch(self, newer: T, _: &PartialKeys<'_>) {
        *self.0 = newer;
    }
}

impl<T> Deref for Partial<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: fmt::Debug> fmt::Debug for Partial<T> {
    /// Without the raw JSON, which may hold what `T` itself does not show.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sent: Option<Vec<&String>> = self.keys().0.map(|sent| sent.keys().collect());
        f.debug_struct("Partial")
            .field("value", &self.value)
            .field("sent", &sent)
            .finish_non_exhaustive()
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Partial<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let sent = Value::deserialize(deserializer)?;
        let value = json_from_value(&sent).map_err(de::Error::custom)?;
        Ok(Self {
            sent: Some(sent),
            ..Self::of(value)
        })
    }
}

impl<T: Serialize> Serialize for Partial<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.sent.is_none() && self.only.is_none() && self.without.is_empty() {
            return self.value.serialize(serializer);
        }
        let mut value = serde_json::to_value(&self.value).map_err(ser::Error::custom)?;
        if let Some(sent) = &self.sent {
            keep_sent(&mut value, sent);
        }
        if let Value::Object(map) = &mut value {
            let kept = |name: &String| {
                self.only
                    .as_ref()
                    .is_none_or(|only| only.iter().any(|o| o == name))
                    && !self.without.iter().any(|w| w == name)
            };
            map.retain(|name, _| kept(name));
        }
        value.serialize(serializer)
    }
}

/// Takes out of `value` the fields that are not in `sent`, at every level.
fn keep_sent(value: &mut Value, sent: &Value) {
    match (value, sent) {
        (Value::Object(map), Value::Object(sent)) => {
            map.retain(|name, _| sent.contains_key(name));
            for (name, value) in map {
                if let Some(sent) = sent.get(name) {
                    keep_sent(value, sent);
                }
            }
        }
        (Value::Array(items), Value::Array(sent)) if items.len() == sent.len() => {
            for (item, sent) in items.iter_mut().zip(sent) {
                keep_sent(item, sent);
            }
        }
        _ => {}
    }
}

impl<T: JsonSchema> JsonSchema for Partial<T> {
    fn inline_schema() -> bool {
        T::inline_schema()
    }

    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn schema_id() -> Cow<'static, str> {
        T::schema_id()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
}

impl<T: Model> Model for Partial<T> {
    const CHECKED: bool = T::CHECKED;

    fn validate(&self, report: &mut Report<'_>) {
        self.value.validate(report);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
    struct Item {
        name: Option<String>,
        #[serde(default)]
        tags: Vec<Tag>,
    }

    #[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
    struct Tag {
        id: u8,
        #[serde(default)]
        color: String,
    }

    fn sent(json: Value) -> Partial<Item> {
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn writes_what_came_at_every_level() {
        let item = sent(json!({"tags": [{"id": 1}, {"id": 2, "color": "red"}], "other": 1}));
        let written = serde_json::to_value(&item).unwrap();
        assert_eq!(
            written,
            json!({"tags": [{"id": 1}, {"id": 2, "color": "red"}]})
        );
        assert_eq!(item.tags.len(), 2);
    }

    #[test]
    fn chooses_by_name() {
        let item = Partial::of(sent(json!({"name": "a"})).into_inner());
        let all = json!({"name": "a", "tags": []});
        assert_eq!(serde_json::to_value(&item).unwrap(), all);
        let only = serde_json::to_value(item.clone().only(&["name"])).unwrap();
        assert_eq!(only, json!({"name": "a"}));
        let without = serde_json::to_value(item.without(&["name"])).unwrap();
        assert_eq!(without, json!({"tags": []}));
    }

    #[test]
    fn a_null_that_came_is_written() {
        let item = sent(json!({"name": null}));
        assert!(item.is_sent("name") && !item.is_sent("tags"));
        assert_eq!(serde_json::to_value(&item).unwrap(), json!({"name": null}));
    }
}
