//! `oneOf` and `anyOf`: nullable values, enums and unions.

use serde_json::{Map, Value};

use super::compile::{Compiler, choice, choice_values};
use super::label::{either, label, spelled};
use super::node::{Id, Node, Rule};

/// Compiles the members of a `oneOf` or `anyOf` to what they mean together.
pub(super) fn compile<'a>(
    compiler: &mut Compiler<'a>,
    members: &'a [Value],
    literal: bool,
) -> Node {
    let is_null = |member: &Value| member.get("type").is_some_and(|name| name == "null");
    let nullable = members.iter().any(is_null);
    let members: Vec<&'a Value> = members.iter().filter(|member| !is_null(member)).collect();
    let mut node = match members.as_slice() {
        [] => Node::new(Rule::Null),
        [one] => Node::new(Rule::Same(compiler.schema(one))),
        many => several(compiler, many, literal),
    };
    node.nullable |= nullable && !members.is_empty();
    node
}

fn several<'a>(compiler: &mut Compiler<'a>, members: &[&'a Value], literal: bool) -> Node {
    let choices = members.iter().map(|member| scalar_choices(member));
    if let Some(values) = choices.collect::<Option<Vec<_>>>() {
        return choice(values.concat(), literal);
    }
    if let Some(tag) = shared_tag(compiler, members) {
        return tagged(compiler, members, tag);
    }
    if members.iter().all(|member| is_external(member)) {
        return external(compiler, members);
    }
    let members = members
        .iter()
        .map(|member| (label(member), compiler.schema(member)));
    let members = members.collect();
    Node::new(Rule::Union(members))
}

fn scalar_choices(member: &Value) -> Option<Vec<Value>> {
    choice_values(member.as_object()?)
}

/// The property that is a different constant in every member.
fn shared_tag<'a>(compiler: &Compiler<'a>, members: &[&'a Value]) -> Option<&'a str> {
    let first = [members[0], compiler.behind(members[0])];
    let mut names = first
        .into_iter()
        .filter_map(properties)
        .flat_map(|fields| fields.keys().map(String::as_str));
    names.find(|name| {
        let mut tags: Vec<&str> = Vec::new();
        members.iter().all(|member| {
            let new = tag_value(compiler, member, name).filter(|tag| !tags.contains(tag));
            tags.extend(new);
            new.is_some()
        })
    })
}

/// The constant that a member requires its property `tag` to be.
fn tag_value<'a>(compiler: &Compiler<'a>, member: &'a Value, tag: &str) -> Option<&'a str> {
    let schema = compiler.behind(member);
    // The tag stands beside a reference, where there is one.
    [member, schema].into_iter().find_map(|schema| {
        let required = schema.get("required")?.as_array()?;
        let constant = properties(schema)?.get(tag)?.get("const")?.as_str()?;
        required.iter().any(|name| name == tag).then_some(constant)
    })
}

fn properties(schema: &Value) -> Option<&Map<String, Value>> {
    schema.get("properties")?.as_object()
}

fn tagged<'a>(compiler: &mut Compiler<'a>, members: &[&'a Value], tag: &str) -> Node {
    let members: Vec<(String, Id)> = members
        .iter()
        .map(|member| {
            let value = tag_value(compiler, member, tag).unwrap_or_default();
            (value.to_owned(), compiler.schema(member))
        })
        .collect();
    let tags: Vec<Value> = members.iter().map(|(tag, _)| tag.as_str().into()).collect();
    Node::new(Rule::Tagged {
        tag: tag.to_owned(),
        expected: spelled(&tags).join(", "),
        members,
    })
}

/// A unit variant's name, or an object with the variant's name as its one key.
fn is_external(member: &Value) -> bool {
    scalar_choices(member).is_some_and(|values| values.iter().all(Value::is_string))
        || external_member(member).is_some()
}

fn external_member(member: &Value) -> Option<(&str, &Value)> {
    let closed = member.get("additionalProperties") == Some(&Value::Bool(false));
    let properties = properties(member).filter(|properties| closed && properties.len() == 1)?;
    let required = member.get("required")?.as_array()?;
    let (name, schema) = properties.iter().next()?;
    (required.len() == 1).then_some((name, schema))
}

fn external<'a>(compiler: &mut Compiler<'a>, all: &[&'a Value]) -> Node {
    let (mut units, mut members, mut names) = (Vec::new(), Vec::new(), Vec::new());
    for member in all {
        if let Some(values) = scalar_choices(member) {
            units.extend(values.iter().filter_map(Value::as_str).map(str::to_owned));
            names.extend(values);
        } else if let Some((name, schema)) = external_member(member) {
            members.push((name.to_owned(), compiler.schema(schema)));
            names.push(name.into());
        }
    }
    Node::new(Rule::External {
        units,
        members,
        expected: either(&names),
    })
}
