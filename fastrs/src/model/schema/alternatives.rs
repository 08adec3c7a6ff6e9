//! `oneOf` and `anyOf`: nullable values, enums and unions.

use std::hash::{DefaultHasher, Hash, Hasher};

use serde_json::{Map, Value};

use super::compile::{Compiler, aliases_of, choice, choice_values};
use super::label::{either, label, spelled};
use super::node::{Id, Node, Rule};
use crate::model::tape::UnionId;

/// How an enum is read: whether its values are literals, the aliases of its variants, and whether only one of the
/// members may match.
pub(super) type EnumRules<'r> = (bool, Option<&'r Value>, bool);

impl<'a> Compiler<'a> {
    /// Compiles the members of a `oneOf` or `anyOf` to one node.
    pub(super) fn alternatives(&mut self, members: &'a [Value], rules: EnumRules<'_>) -> Node {
        let is_null = |member: &Value| member.get("type").is_some_and(|name| name == "null");
        let nullable = members.iter().any(is_null);
        let mut others = Vec::with_capacity(members.len());
        for member in members {
            if !is_null(member) {
                others.push(member);
            }
        }
        if let Some(at) = others.iter().position(|member| is_anything(member)) {
            // schemars writes a flattened `Option` like this: the enum, or anything.
            others.remove(at);
            return optional(self, &others, rules);
        }
        let mut node = match others.as_slice() {
            [] => Node::new(Rule::Null),
            // A `oneOf` is an enum, even one with a single variant.
            [one] if !rules.2 => Node::new(Rule::Same(self.schema(one))),
            many => several(self, many, rules),
        };
        node.nullable |= nullable && !others.is_empty();
        node
    }

    /// Compiles the variants of the untagged enum with this name.
    pub(super) fn untagged(&mut self, members: &'a [Value], name: &str) -> Node {
        let others = members.iter().filter(|member| !is_anything(member));
        let node = union(self, others, Some(union_id(name)));
        match members.iter().any(is_anything) {
            true => {
                let inner = self.add(node);
                if_sent(self, inner)
            }
            false => node,
        }
    }
}

fn is_anything(member: &Value) -> bool {
    member.as_object().is_some_and(Map::is_empty)
}

fn optional<'a>(compiler: &mut Compiler<'a>, members: &[&'a Value], rules: EnumRules<'_>) -> Node {
    let inner = match members {
        [] => return Node::new(Rule::Anything),
        [one] => compiler.schema(one),
        many => {
            let node = several(compiler, many, rules);
            compiler.add(node)
        }
    };
    if_sent(compiler, inner)
}

/// Returns the node for a flattened value, which is checked if any of its names was sent.
fn if_sent(compiler: &Compiler<'_>, inner: Id) -> Node {
    let names = compiler.known_names(&[inner]);
    Node::new(Rule::Optional { inner, names })
}

fn several<'a>(
    compiler: &mut Compiler<'a>,
    members: &[&'a Value],
    (literal, aliases, exclusive): EnumRules<'_>,
) -> Node {
    if let Some(values) = all_choices(members) {
        return choice(values, literal, aliases);
    }
    if let Some(tag) = shared_tag(compiler, members) {
        return tagged(compiler, members, tag, aliases);
    }
    if members.iter().all(|member| is_external(member)) {
        return external(compiler, members, aliases, false);
    }
    if exclusive
        && members
            .iter()
            .all(|member| flattened_member(member).is_some())
    {
        return external(compiler, members, aliases, true);
    }
    match members {
        [one] => Node::new(Rule::Same(compiler.schema(one))),
        many => union(compiler, many.iter().copied(), None),
    }
}

/// Returns the identity of the untagged enum with this name.
fn union_id(name: &str) -> UnionId {
    let mut hasher = DefaultHasher::new();
    name.hash(&mut hasher);
    UnionId(hasher.finish())
}

fn union<'a>(
    compiler: &mut Compiler<'a>,
    all: impl Iterator<Item = &'a Value>,
    of: Option<UnionId>,
) -> Node {
    let mut members = Vec::new();
    for member in all {
        members.push((label(member), compiler.schema(member)));
    }
    Node::new(Rule::Union { members, of })
}

/// Returns the values of all members, if each of them is only a choice of values.
fn all_choices(members: &[&Value]) -> Option<Vec<Value>> {
    let mut values = Vec::new();
    for member in members {
        values.append(&mut scalar_choices(member)?);
    }
    Some(values)
}

fn scalar_choices(member: &Value) -> Option<Vec<Value>> {
    choice_values(member.as_object()?)
}

/// Returns the property that is a different constant in every member.
fn shared_tag<'a>(compiler: &Compiler<'a>, members: &[&'a Value]) -> Option<&'a str> {
    for first in [members[0], compiler.behind(members[0])] {
        for (name, _) in properties(first).into_iter().flatten() {
            if is_tag(compiler, members, name) {
                return Some(name);
            }
        }
    }
    None
}

fn is_tag<'a>(compiler: &Compiler<'a>, members: &[&'a Value], name: &str) -> bool {
    let mut tags: Vec<&str> = Vec::new();
    for member in members {
        match tag_value(compiler, member, name) {
            Some(tag) if !tags.contains(&tag) => tags.push(tag),
            _ => return false,
        }
    }
    true
}

/// Returns the constant that a member requires its property `tag` to be.
fn tag_value<'a>(compiler: &Compiler<'a>, member: &'a Value, tag: &str) -> Option<&'a str> {
    // If the member has a reference, the tag is beside it.
    constant(member, tag).or_else(|| constant(compiler.behind(member), tag))
}

fn constant<'a>(schema: &'a Value, tag: &str) -> Option<&'a str> {
    let required = schema.get("required")?.as_array()?;
    let constant = properties(schema)?.get(tag)?.get("const")?.as_str()?;
    required.iter().any(|name| name == tag).then_some(constant)
}

fn properties(schema: &Value) -> Option<&Map<String, Value>> {
    schema.get("properties")?.as_object()
}

fn tagged<'a>(
    compiler: &mut Compiler<'a>,
    members: &[&'a Value],
    tag: &str,
    aliases: Option<&Value>,
) -> Node {
    let mut named: Vec<(String, Id)> = Vec::with_capacity(members.len());
    let mut tags: Vec<Value> = Vec::with_capacity(members.len());
    for member in members {
        let value = tag_value(compiler, member, tag).unwrap_or_default();
        let node = compiler.schema(member);
        named.push((value.to_owned(), node));
        tags.push(value.into());
        let aliases = aliases_of(aliases, Some(value));
        compiler.mark_tag(node, tag, &aliases);
        for alias in aliases {
            named.push((alias, node));
        }
    }
    Node::new(Rule::Tagged {
        tag: tag.to_owned(),
        expected: spelled(&tags).join(", "),
        members: named,
    })
}

/// Returns whether a member is a unit variant's name, or an object with a variant's name as its only key.
fn is_external(member: &Value) -> bool {
    scalar_choices(member).is_some_and(|values| values.iter().all(Value::is_string))
        || external_member(member).is_some()
}

fn external_member(member: &Value) -> Option<(&str, &Value)> {
    let closed = member.get("additionalProperties") == Some(&Value::Bool(false));
    flattened_member(member).filter(|_| closed)
}

/// Returns the name and the content of a variant whose name is the only property.
fn flattened_member(member: &Value) -> Option<(&str, &Value)> {
    let properties = properties(member).filter(|properties| properties.len() == 1)?;
    let required = member.get("required")?.as_array()?;
    let (name, schema) = properties.iter().next()?;
    (required.len() == 1).then_some((name, schema))
}

fn external<'a>(
    compiler: &mut Compiler<'a>,
    all: &[&'a Value],
    aliases: Option<&Value>,
    flattened: bool,
) -> Node {
    let (mut units, mut members, mut names) = (Vec::new(), Vec::new(), Vec::new());
    for member in all {
        if let Some(values) = scalar_choices(member) {
            for value in values {
                if let Some(unit) = value.as_str() {
                    units.push(unit.to_owned());
                    units.extend(aliases_of(aliases, Some(unit)));
                }
                names.push(value);
            }
        } else if let Some((name, schema)) = flattened_member(member) {
            let node = compiler.schema(schema);
            members.push((name.to_owned(), node));
            names.push(name.into());
            for alias in aliases_of(aliases, Some(name)) {
                members.push((alias, node));
            }
        }
    }
    Node::new(Rule::External {
        units,
        members,
        expected: either(&names),
        flattened,
    })
}
