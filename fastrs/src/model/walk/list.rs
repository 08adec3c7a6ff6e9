//! Lists, sets, tuples and maps.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::text::broken as broken_text;
use super::{At, Changed, Walk, not_among};
use crate::model::detail::ErrorDetail;
use crate::model::errors::Errors;
use crate::model::lax::number::parse_int;
use crate::model::schema::{Id, KeyRule, Limits, Mode};
use crate::model::unique;

impl Walk<'_> {
    pub(super) fn list(
        &mut self,
        id: Id,
        (items, set): (Id, bool),
        value: &Value,
        at: At<'_>,
        out: &mut Errors,
    ) -> Changed {
        if self.mode == Mode::Text && !self.exact && value.is_string() {
            // One text is a list of one.
            let list = Value::Array(vec![value.clone()]);
            let changed = self.list(id, (items, set), &list, at, out);
            return changed.or(Some(list));
        }
        let name = if set { "Set" } else { "List" };
        let Value::Array(values) = value else {
            let (kind, msg) = match set {
                true => ("set_type", "Input should be a valid set"),
                false => ("list_type", "Input should be a valid list"),
            };
            return self.refuse(id, value, at, out, kind, msg);
        };
        let limits = at.limits();
        let most = limits.iter().find_map(|limits| limits.max_items);
        if let Some(most) = most.filter(|most| !set && values.len() > *most) {
            return self.fail(id, value, at, out, || {
                too_long(name, most, Some(values.len()))
            });
        }
        let before = out.len();
        let mut changed: Option<Vec<Value>> = None;
        for (index, item) in values.iter().enumerate() {
            if self.is_over(out) {
                break;
            }
            let loc = at.loc.index(index);
            let at = at.child(&loc, at.strict);
            if let Some(new) = self.check(items, item, at, out) {
                changed.get_or_insert_with(|| values.clone())[index] = new;
            }
        }
        if out.len() > before || self.is_over(out) {
            return None;
        }
        let items = changed.as_deref().unwrap_or(values);
        self.item_counts(id, name, value, items, at, out);
        changed.map(Value::Array)
    }

    /// What is asked of the number of items, once they are good themselves.
    fn item_counts(
        &self,
        id: Id,
        name: &'static str,
        value: &Value,
        items: &[Value],
        at: At<'_>,
        out: &mut Errors,
    ) {
        let set = name == "Set";
        for limits in at.limits() {
            if limits.min_items.is_none() && limits.max_items.is_none() && !limits.unique {
                continue;
            }
            let distinct = || items.iter().map(unique::key).collect::<HashSet<_>>();
            let count = if set { distinct().len() } else { items.len() };
            if let Some(error) = broken_count(name, limits, count, set) {
                self.fail(id, value, at, out, || error);
                return;
            }
            if limits.unique && !set && distinct().len() < items.len() {
                let msg = "List should have unique items";
                self.refuse(id, value, at, out, "unique_items", msg);
                return;
            }
        }
    }

    pub(super) fn tuple(
        &mut self,
        id: Id,
        parts: &[Id],
        value: &Value,
        at: At<'_>,
        out: &mut Errors,
    ) -> Changed {
        let Value::Array(values) = value else {
            let msg = "Input should be a valid tuple";
            return self.refuse(id, value, at, out, "tuple_type", msg);
        };
        if values.len() > parts.len() {
            return self.fail(id, value, at, out, || {
                too_long("Tuple", parts.len(), Some(values.len()))
            });
        }
        let mut changed: Option<Vec<Value>> = None;
        for (index, part) in parts.iter().enumerate() {
            let loc = at.loc.index(index);
            let Some(item) = values.get(index) else {
                self.fail_at(id, value, &loc, out, || ErrorDetail::missing(Vec::new()));
                continue;
            };
            if let Some(new) = self.check(*part, item, at.child(&loc, at.strict), out) {
                changed.get_or_insert_with(|| values.clone())[index] = new;
            }
        }
        changed.map(Value::Array)
    }

    pub(super) fn map(
        &mut self,
        id: Id,
        (keys, values): (&KeyRule, Id),
        value: &Value,
        at: At<'_>,
        out: &mut Errors,
    ) -> Changed {
        let Value::Object(map) = value else {
            let msg = "Input should be a valid dictionary";
            return self.refuse(id, value, at, out, "dict_type", msg);
        };
        let before = out.len();
        let mut entries: Option<Map<String, Value>> = None;
        for (index, (key, item)) in map.iter().enumerate() {
            if self.is_over(out) {
                break;
            }
            let loc = at.loc.key(key);
            let new_key = match self.key(keys, key) {
                Ok(new_key) => new_key,
                Err(error) => {
                    let loc = loc.key("[key]");
                    out.push_with(|| {
                        let mut error = *error;
                        error.loc = loc.to_items();
                        error.input(key.as_str().into())
                    });
                    None
                }
            };
            let new = self.check(values, item, at.child(&loc, at.strict), out);
            if (new_key.is_some() || new.is_some()) && entries.is_none() {
                // So far nothing changed.
                let first = map.iter().take(index);
                entries = Some(first.map(|(k, v)| (k.clone(), v.clone())).collect());
            }
            if let Some(entries) = &mut entries {
                let key = new_key.unwrap_or_else(|| key.clone());
                entries.insert(key, new.unwrap_or_else(|| item.clone()));
            }
        }
        if out.len() > before || self.is_over(out) {
            return None;
        }
        let count = entries.as_ref().map_or(map.len(), Map::len);
        let limits = at.limits();
        let broken = limits
            .iter()
            .find_map(|limits| broken_count("Dictionary", limits, count, true));
        if let Some(error) = broken {
            return self.fail(id, value, at, out, || error);
        }
        entries.map(Value::Object)
    }

    /// The key that a map's type reads, if it is another than came.
    fn key(&self, rule: &KeyRule, key: &str) -> Result<Option<String>, Box<ErrorDetail>> {
        match rule {
            KeyRule::Text => Ok(None),
            KeyRule::Integer { signed } => match parse_int(key) {
                Ok(int) if int >= 0 || *signed => {
                    let text = int.to_string();
                    Ok((text != key).then_some(text))
                }
                Ok(_) => {
                    let msg = "Input should be greater than or equal to 0";
                    let error = ErrorDetail::new("greater_than_equal", Vec::new(), msg);
                    Err(Box::new(error.ctx("ge", 0)))
                }
                Err(_) => {
                    let msg =
                        "Input should be a valid integer, unable to parse string as an integer";
                    Err(Box::new(ErrorDetail::new("int_parsing", Vec::new(), msg)))
                }
            },
            KeyRule::Choice(choice) if choice.values.iter().any(|known| known == key) => Ok(None),
            KeyRule::Choice(choice) => Err(Box::new(not_among(choice))),
            KeyRule::Pattern(pattern) => {
                let limits = Limits {
                    pattern: Some(pattern.clone()),
                    ..Limits::default()
                };
                broken_text(&limits, key).map_or(Ok(None), |error| Err(Box::new(error)))
            }
        }
    }
}

/// `vague`: where pydantic stops counting at the limit, and says "more".
fn broken_count(name: &str, limits: &Limits, count: usize, vague: bool) -> Option<ErrorDetail> {
    if let Some(most) = limits.max_items.filter(|most| count > *most) {
        return Some(too_long(name, most, (!vague).then_some(count)));
    }
    let least = limits.min_items.filter(|least| count < *least)?;
    let s = if least == 1 { "" } else { "s" };
    let msg = format!("{name} should have at least {least} item{s} after validation, not {count}");
    Some(
        ErrorDetail::new("too_short", Vec::new(), msg)
            .ctx("field_type", name)
            .ctx("min_length", least)
            .ctx("actual_length", count),
    )
}

fn too_long(name: &str, most: usize, count: Option<usize>) -> ErrorDetail {
    let s = if most == 1 { "" } else { "s" };
    let not = count.map_or("more".to_owned(), |count| count.to_string());
    let msg = format!("{name} should have at most {most} item{s} after validation, not {not}");
    ErrorDetail::new("too_long", Vec::new(), msg)
        .ctx("field_type", name)
        .ctx("max_length", most)
        .ctx("actual_length", count)
}
