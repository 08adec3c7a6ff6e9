//! Unions: untagged, tagged by a field, and serde's externally tagged enums.

use serde_json::{Map, Value};

use super::{At, Changed, Walk};
use crate::model::detail::{ErrorDetail, clipped};
use crate::model::errors::Errors;
use crate::model::schema::Id;

type Members = [(String, Id)];

impl Walk<'_> {
    /// Pydantic's smart union: who takes the value as it is, then who takes it converted; where
    /// nobody does, what each of them has against it.
    pub(super) fn union(
        &mut self,
        members: &Members,
        value: &Value,
        at: At<'_>,
        out: &mut Errors,
    ) -> Changed {
        let was_exact = std::mem::replace(&mut self.exact, true);
        let as_it_is = members
            .iter()
            .any(|(_, member)| self.is_taken(*member, value, at).is_ok());
        self.exact = was_exact;
        if as_it_is {
            return None;
        }
        if !self.exact {
            for (_, member) in members {
                if let Ok(changed) = self.is_taken(*member, value, at) {
                    return changed;
                }
            }
        }
        for (label, member) in members {
            let loc = at.loc.key(label);
            self.check(*member, value, At { loc: &loc, ..at }, out);
        }
        None
    }

    /// Whether a member takes the value, and as what.
    fn is_taken(&mut self, member: Id, value: &Value, at: At<'_>) -> Result<Changed, ()> {
        let mut probe = Errors::probe();
        let changed = self.check(member, value, at, &mut probe);
        if probe.has_failed() || self.steps == 0 {
            return Err(());
        }
        Ok(changed)
    }

    pub(super) fn tagged(
        &mut self,
        id: Id,
        (tag, members, expected): (&str, &Members, &str),
        value: &Value,
        at: At<'_>,
        out: &mut Errors,
    ) -> Changed {
        let map = self.as_object(id, value, at, out)?;
        let discriminator = format!("'{tag}'");
        let Some(found) = map.get(tag) else {
            return self.fail(id, value, at, out, || {
                let msg = format!("Unable to extract tag using discriminator {discriminator}");
                ErrorDetail::new("union_tag_not_found", Vec::new(), msg)
                    .ctx("discriminator", discriminator)
            });
        };
        let member = members.iter().find(|(name, _)| found == name);
        let Some((name, member)) = member else {
            return self.fail(id, value, at, out, || {
                let found = python_text(found);
                let msg = format!(
                    "Input tag '{found}' found using {discriminator} does not match any of the expected tags: {expected}"
                );
                ErrorDetail::new("union_tag_invalid", Vec::new(), msg)
                    .ctx("discriminator", discriminator)
                    .ctx("tag", found)
                    .ctx("expected_tags", expected)
            });
        };
        let loc = at.loc.key(name);
        self.check(*member, value, At { loc: &loc, ..at }, out)
    }

    pub(super) fn external(
        &mut self,
        id: Id,
        (units, members, expected): (&[String], &Members, &str),
        value: &Value,
        at: At<'_>,
        out: &mut Errors,
    ) -> Changed {
        match value {
            Value::String(text) if units.contains(text) => return None,
            Value::Object(map) if map.len() == 1 => {
                let entry = map.iter().next();
                let found = entry.and_then(|(key, inner)| {
                    let member = members.iter().find(|(name, _)| name == key);
                    member.map(|(name, member)| (name, *member, inner))
                });
                if let Some((name, member, inner)) = found {
                    let loc = at.loc.key(name);
                    let new = self.check(member, inner, at.child(&loc, at.strict), out)?;
                    return Some(Value::Object(Map::from_iter([(name.clone(), new)])));
                }
            }
            _ => {}
        }
        self.fail(id, value, at, out, || {
            ErrorDetail::new("enum", Vec::new(), format!("Input should be {expected}"))
                .ctx("expected", expected)
        })
    }
}

/// A tag as Python prints it.
fn python_text(tag: &Value) -> String {
    match tag {
        Value::String(text) => clipped(text).into_owned(),
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Array(_) => "[..]".to_owned(),
        Value::Object(_) => "{..}".to_owned(),
    }
}
