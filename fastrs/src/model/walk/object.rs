//! Structs, with their flattened parts.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::{At, Changed, Walk};
use crate::model::detail::ErrorDetail;
use crate::model::errors::Errors;
use crate::model::schema::{Id, Object};

const NOT_AN_OBJECT: &str = "Input should be a valid dictionary or object to extract fields from";

impl Walk<'_> {
    pub(super) fn object(
        &mut self,
        id: Id,
        object: &Object,
        value: &Value,
        at: At<'_>,
        out: &mut Errors,
    ) -> Changed {
        let map = self.as_object(id, value, at, out)?;
        // A nested model's fields follow its own strictness.
        let strict = self.schema.node(id).strict;
        let mut changed: Option<Map<String, Value>> = None;
        for field in &object.fields {
            if self.is_over(out) {
                return None;
            }
            let loc = at.loc.key(&field.name);
            let Some(item) = map.get(&field.name) else {
                if field.required {
                    self.fail_at(id, value, &loc, out, || ErrorDetail::missing(Vec::new()));
                }
                continue;
            };
            if let Some(new) = self.check(field.node, item, at.child(&loc, strict), out) {
                changed
                    .get_or_insert_with(|| map.clone())
                    .insert(field.name.clone(), new);
            }
        }
        let is_known = |name: &str| object.fields.iter().any(|field| field.name == name);
        if object.closed {
            self.refuse_extras(id, map, is_known, at, out);
        }
        if let Some(rest) = object.rest {
            for (name, item) in map.iter().filter(|(name, _)| !is_known(name)) {
                let loc = at.loc.key(name);
                if let Some(new) = self.check(rest, item, at.child(&loc, strict), out) {
                    changed
                        .get_or_insert_with(|| map.clone())
                        .insert(name.clone(), new);
                }
            }
        }
        changed.map(Value::Object)
    }

    /// All parts of a model with flattened fields.
    pub(super) fn all(
        &mut self,
        id: Id,
        (parts, known): (&[Id], Option<&[String]>),
        value: &Value,
        at: At<'_>,
        out: &mut Errors,
    ) -> Changed {
        let mut current = Cow::Borrowed(value);
        for part in parts {
            let before = out.len();
            if let Some(new) = self.check(*part, &current, at, out) {
                current = Cow::Owned(new);
            }
            if out.len() > before && !value.is_object() {
                // The other parts would say the same.
                return None;
            }
        }
        if let (Some(known), Value::Object(map)) = (known, value) {
            self.refuse_extras(id, map, |name| known.iter().any(|k| k == name), at, out);
        }
        match current {
            Cow::Owned(new) => Some(new),
            Cow::Borrowed(_) => None,
        }
    }

    /// The object that the value is; otherwise an error.
    pub(super) fn as_object<'v>(
        &self,
        id: Id,
        value: &'v Value,
        at: At<'_>,
        out: &mut Errors,
    ) -> Option<&'v Map<String, Value>> {
        let object = value.as_object();
        if object.is_none() {
            self.refuse(id, value, at, out, "model_attributes_type", NOT_AN_OBJECT);
        }
        object
    }

    fn refuse_extras(
        &self,
        id: Id,
        map: &Map<String, Value>,
        is_known: impl Fn(&str) -> bool,
        at: At<'_>,
        out: &mut Errors,
    ) {
        // What a client sends under a wrong name may be meant as a secret.
        let echoed = !self.schema.node(id).holds_secret;
        for (name, item) in map.iter().filter(|(name, _)| !is_known(name)) {
            if out.is_full() {
                return;
            }
            let loc = at.loc.key(name);
            out.push_with(|| {
                let input =
                    Some(item).filter(|item| echoed && crate::model::errors::is_short(item));
                ErrorDetail::extra_forbidden(loc.to_items(), input.cloned())
            });
        }
    }
}
