//! Compiles JSON Schema to nodes.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use super::label::either;
use super::limits::{Limits, Pattern};
use super::node::{Choice, Format, Id, KeyRule, Node, Object, ObjectField, Rule};
use crate::schema::hints;

/// Returns the schema behind a reference.
pub(in crate::model) type Resolve<'a> = &'a dyn Fn(&str) -> Option<&'a Value>;

/// The compiler of one schema.
pub(super) struct Compiler<'a> {
    resolve: Resolve<'a>,
    nodes: Vec<Node>,
    /// The index of each reference's node.
    references: HashMap<&'a str, usize>,
}

type Schema = Map<String, Value>;

/// The keywords that describe a value, apart from alternatives and references.
const STRUCTURE: [&str; 9] = [
    "type",
    "enum",
    "const",
    "properties",
    "required",
    "additionalProperties",
    "patternProperties",
    "items",
    "prefixItems",
];

/// Compiles a schema. Returns its nodes, and the root.
pub(super) fn compile<'a>(root: &'a Value, resolve: Resolve<'a>) -> (Vec<Node>, Id) {
    let mut compiler = Compiler {
        resolve,
        nodes: Vec::new(),
        references: HashMap::new(),
    };
    let id = compiler.schema(root);
    compiler.mark_secrets();
    (compiler.nodes, id)
}

impl<'a> Compiler<'a> {
    pub(super) fn schema(&mut self, schema: &'a Value) -> Id {
        let node = match schema {
            Value::Object(schema) => self.node(schema),
            Value::Bool(false) => Node::new(Rule::Nothing),
            _ => Node::new(Rule::Anything),
        };
        self.add(node)
    }

    /// Marks a tag's property as a literal, and makes it accept its aliases as well.
    pub(super) fn mark_tag(&mut self, member: Id, tag: &str, aliases: &[String]) {
        let parts = match &self.nodes[member.0].rule {
            Rule::All(parts, _) => parts.clone(),
            _ => vec![member],
        };
        for part in parts {
            let Rule::Object(object) = &self.nodes[part.0].rule else {
                continue;
            };
            let Some(place) = object.position(tag, 0) else {
                continue;
            };
            let property = object.fields[place].node;
            if let Rule::Choice(choice) = &mut self.nodes[property.0].rule {
                choice.literal = true;
                choice.aliases.extend_from_slice(aliases);
            }
        }
    }

    pub(super) fn add(&mut self, node: Node) -> Id {
        self.nodes.push(node);
        Id(self.nodes.len() - 1)
    }

    /// Resolves the schema of a member that may be a reference.
    pub(super) fn behind<'s>(&self, schema: &'s Value) -> &'s Value
    where
        'a: 's,
    {
        match schema.get("$ref").and_then(Value::as_str) {
            Some(reference) => (self.resolve)(reference).unwrap_or(schema),
            None => schema,
        }
    }

    fn node(&mut self, schema: &'a Schema) -> Node {
        let flag = |key: &str| schema.get(key).is_some_and(|value| value == true);
        let mut node = self.ruled(schema);
        node.strict = flag(hints::STRICT);
        node.secret = flag(hints::SECRET);
        if node.strict
            && let Rule::All(parts, _) = &node.rule
        {
            // This is a model with flattened fields, and its own fields are in one of the parts.
            for part in parts.clone() {
                self.nodes[part.0].strict = true;
            }
        }
        node
    }

    fn ruled(&mut self, schema: &'a Schema) -> Node {
        let mut parts = Vec::new();
        let mut nullable = false;
        if STRUCTURE.iter().any(|key| schema.contains_key(*key)) {
            parts.push(self.structure(schema));
        }
        if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
            let target = self.reference(reference);
            parts.push(Node::new(Rule::Same(target)));
        }
        for key in ["oneOf", "anyOf"] {
            if let Some(members) = schema.get(key).and_then(Value::as_array) {
                if let Some(name) = schema.get(hints::UNTAGGED).and_then(Value::as_str) {
                    parts.push(self.untagged(members, name));
                    continue;
                }
                let literal = schema.contains_key(hints::LITERAL);
                let aliases = schema.get(hints::ALIASES);
                let enum_rules = (literal, aliases, key == "oneOf");
                let alternatives = self.alternatives(members, enum_rules);
                nullable |= alternatives.nullable;
                parts.push(alternatives);
            }
        }
        if let Some(Value::Array(members)) = schema.get("allOf") {
            for member in members {
                let target = self.schema(member);
                parts.push(Node::new(Rule::Same(target)));
            }
        }
        let limits = Limits::of_schema(schema);
        if parts.len() > 1 {
            let closed = schema.get("unevaluatedProperties") == Some(&Value::Bool(false));
            let mut ids = Vec::with_capacity(parts.len());
            for part in parts {
                ids.push(self.add(part));
            }
            let known = closed.then(|| self.known_names(&ids));
            let mut all = Node::new(Rule::All(ids, known));
            all.nullable = nullable;
            return all;
        }
        let mut node = parts.pop().unwrap_or_else(|| Node::new(Rule::Anything));
        node.limits = limits;
        node
    }

    /// Compiles `type` and the keywords beside it.
    fn structure(&mut self, schema: &'a Schema) -> Node {
        if let Some(values) = choice_values(schema) {
            let literal = schema.contains_key(hints::LITERAL);
            return choice(values, literal, schema.get(hints::ALIASES));
        }
        let mut types: Vec<&str> = match schema.get("type") {
            Some(Value::String(one)) => vec![one],
            Some(Value::Array(many)) => many.iter().filter_map(Value::as_str).collect(),
            _ => vec![implied_type(schema)],
        };
        let count = types.len();
        types.retain(|name| *name != "null");
        let nullable = types.len() < count;
        let mut node = match types.as_slice() {
            [] => Node::new(Rule::Null),
            [one] => Node::new(self.of_type(one, schema)),
            ["string", "number"] | ["number", "string"] => decimal(schema),
            many => {
                let mut members = Vec::with_capacity(many.len());
                for name in many {
                    let rule = self.of_type(name, schema);
                    let label = super::label::label(&json!({"type": name}));
                    members.push((label, self.add(Node::new(rule))));
                }
                Node::new(Rule::Union { members, of: None })
            }
        };
        node.nullable = nullable && !types.is_empty();
        node.limits = Limits::of_schema(schema);
        if node.limits.pattern.is_some() && matches!(node.rule, Rule::Decimal) {
            // The pattern describes the text of a decimal, but the walk accepts more forms.
            node.limits.pattern = None;
        }
        node
    }

    fn of_type(&mut self, name: &str, schema: &'a Schema) -> Rule {
        let format = schema.get("format").and_then(Value::as_str);
        match name {
            "null" => Rule::Null,
            "boolean" => Rule::Bool,
            "integer" => Rule::Integer(format.and_then(integer_range)),
            "number" => Rule::Float {
                single: format == Some("float"),
            },
            "string"
                if schema
                    .get("contentEncoding")
                    .is_some_and(|name| name == "base64") =>
            {
                Rule::Text(Format::Base64)
            }
            "string" if schema.contains_key(hints::FILE) => {
                Rule::File(texts(schema.get(hints::FILE)))
            }
            "string" => Rule::Text(Format::of_schema(
                format,
                schema.contains_key(hints::HTTP_URL),
            )),
            "array" => self.array(schema),
            "object" => self.object(schema),
            _ => Rule::Anything,
        }
    }

    fn array(&mut self, schema: &'a Schema) -> Rule {
        if let Some(parts) = schema.get("prefixItems").and_then(Value::as_array) {
            let mut ids = Vec::with_capacity(parts.len());
            for part in parts {
                ids.push(self.schema(part));
            }
            return Rule::Tuple(ids);
        }
        let flag = |key: &str| schema.get(key).is_some_and(|value| value == true);
        Rule::List {
            items: self.schema(schema.get("items").unwrap_or(&Value::Bool(true))),
            set: flag("uniqueItems") && !flag(hints::UNIQUE),
        }
    }

    fn object(&mut self, schema: &'a Schema) -> Rule {
        let additional = schema.get("additionalProperties");
        let patterns = schema.get("patternProperties").and_then(Value::as_object);
        let properties = schema.get("properties").and_then(Value::as_object);
        if let Some(keys) = schema.get(hints::KEYS) {
            let values = [patterns, properties]
                .into_iter()
                .flatten()
                .flatten()
                .next();
            let values = match values {
                Some((_, values)) => self.schema(values),
                None => self.schema(additional.unwrap_or(&Value::Bool(true))),
            };
            let keys = KeyRule::Value(self.schema(keys));
            return Rule::Map { keys, values };
        }
        if let Some((keys, values)) =
            properties.and_then(|properties| enum_keys(schema, properties))
        {
            let values = self.schema(values);
            return Rule::Map { keys, values };
        }
        if properties.is_none() {
            if let Some((pattern, values)) = patterns.and_then(|patterns| patterns.iter().next()) {
                let values = self.schema(values);
                let keys = key_rule(pattern);
                return Rule::Map { keys, values };
            }
            if let Some(values) = additional.filter(|values| **values != false) {
                let keys = KeyRule::Text;
                let values = self.schema(values);
                return Rule::Map { keys, values };
            }
        }
        let required = schema.get("required").and_then(Value::as_array);
        let is_required = |name: &str| {
            required.is_some_and(|required| required.iter().any(|other| other == name))
        };
        let mut fields = Vec::new();
        for (name, schema) in properties.into_iter().flatten() {
            fields.push(ObjectField {
                name: name.clone(),
                aliases: texts(schema.get(hints::ALIASES)),
                node: self.schema(schema),
                required: is_required(name),
                parts: parts_of(schema),
            });
        }
        for name in texts(schema.get(hints::IGNORED)) {
            fields.push(ObjectField {
                name,
                aliases: Vec::new(),
                node: self.add(Node::new(Rule::Anything)),
                required: false,
                parts: Vec::new(),
            });
        }
        let closed = additional == Some(&Value::Bool(false));
        // A flattened map whose keys are numbers has a pattern for them.
        let numbered = patterns.and_then(|patterns| patterns.values().next());
        let rest = additional.filter(|rest| rest.is_object()).or(numbered);
        Rule::Object(Object::new(
            fields,
            closed,
            rest.map(|rest| self.schema(rest)),
        ))
    }

    fn reference(&mut self, reference: &'a str) -> Id {
        if let Some(number) = self.references.get(reference) {
            return Id(*number);
        }
        // The node is added before its schema is compiled, because a type may contain itself.
        let id = self.add(Node::new(Rule::Anything));
        self.references.insert(reference, id.0);
        if let Some(Value::Object(schema)) = (self.resolve)(reference) {
            self.nodes[id.0] = self.node(schema);
        }
        id
    }

    /// Returns the names of all properties that the parts declare.
    pub(super) fn known_names(&self, parts: &[Id]) -> Vec<String> {
        let mut names = Vec::new();
        let mut seen = vec![false; self.nodes.len()];
        let mut left = parts.to_vec();
        while let Some(id) = left.pop() {
            if std::mem::replace(&mut seen[id.0], true) {
                continue;
            }
            match &self.nodes[id.0].rule {
                Rule::Object(object) => {
                    for field in &object.fields {
                        for name in field.names() {
                            names.push(name.to_owned());
                        }
                    }
                }
                Rule::Same(_)
                | Rule::All(..)
                | Rule::Union { .. }
                | Rule::Optional { .. }
                | Rule::Tagged { .. } => {
                    left.extend(self.nodes[id.0].children());
                }
                Rule::External { members, .. } => {
                    for (name, _) in members {
                        names.push(name.clone());
                    }
                }
                _ => {}
            }
        }
        names
    }

    /// Marks the nodes that contain a secret, repeating until no more are found.
    fn mark_secrets(&mut self) {
        loop {
            let mut found = false;
            for i in 0..self.nodes.len() {
                let node = &self.nodes[i];
                let within = |child: &Id| self.nodes[child.0].holds_secret;
                if !node.holds_secret && (node.secret || node.children().iter().any(within)) {
                    self.nodes[i].holds_secret = true;
                    found = true;
                }
            }
            if !found {
                return;
            }
        }
    }
}

/// Returns the values of `enum` or `const`.
pub(super) fn choice_values(schema: &Schema) -> Option<Vec<Value>> {
    if let Some(values) = schema.get("enum").and_then(Value::as_array) {
        return Some(values.clone());
    }
    schema.get("const").map(|value| vec![value.clone()])
}

/// Returns the node for a choice of values, some of which may have aliases.
pub(super) fn choice(mut values: Vec<Value>, literal: bool, aliases: Option<&Value>) -> Node {
    let count = values.len();
    values.retain(|value| !value.is_null());
    let mut choice = choice_of(values, literal);
    for value in &choice.values {
        choice.aliases.extend(aliases_of(aliases, value.as_str()));
    }
    let mut node = Node::new(Rule::Choice(choice));
    if let Rule::Choice(choice) = &node.rule {
        node.nullable = choice.values.len() < count;
    }
    node
}

fn choice_of(values: Vec<Value>, literal: bool) -> Choice {
    Choice {
        expected: either(&values),
        aliases: Vec::new(),
        literal,
        values,
    }
}

/// Returns the aliases of an enum's variant.
pub(super) fn aliases_of(aliases: Option<&Value>, variant: Option<&str>) -> Vec<String> {
    texts(aliases.and_then(|aliases| aliases.get(variant?)))
}

fn texts(list: Option<&Value>) -> Vec<String> {
    let mut texts = Vec::new();
    for text in list.and_then(Value::as_array).into_iter().flatten() {
        texts.extend(text.as_str().map(str::to_owned));
    }
    texts
}

/// Returns the flattened `Option`s that a field is part of, and whether each requires the field.
fn parts_of(schema: &Value) -> Vec<(String, bool)> {
    let mut parts = Vec::new();
    let hints = schema.get(hints::PARTS).and_then(Value::as_array);
    for part in hints.into_iter().flatten() {
        if let (Some(name), Some(required)) = (part[0].as_str(), part[1].as_bool()) {
            parts.push((name.to_owned(), required));
        }
    }
    parts
}

fn decimal(schema: &Schema) -> Node {
    let mut node = Node::new(Rule::Decimal);
    node.limits = Limits::of_schema(schema);
    node
}

/// Returns the type that a schema without `type` implies.
fn implied_type(schema: &Schema) -> &'static str {
    if schema.contains_key("items") || schema.contains_key("prefixItems") {
        "array"
    } else {
        "object"
    }
}

/// Recognizes a map whose keys are an enum, which schemars writes as an object with a property of the same type for
/// each key. A model is recognized by its name.
fn enum_keys<'a>(schema: &Schema, properties: &'a Schema) -> Option<(KeyRule, &'a Value)> {
    let values = properties.values().next()?;
    let is_map = schema.get("additionalProperties") == Some(&Value::Bool(false))
        && !schema.contains_key("required")
        && !schema.contains_key(hints::ID)
        && properties.values().all(|other| other == values);
    let names = properties.keys().cloned().map(Value::String).collect();
    is_map.then_some((KeyRule::Choice(choice_of(names, false)), values))
}

fn key_rule(pattern: &str) -> KeyRule {
    match pattern {
        r"^\d+$" => KeyRule::Integer { signed: false },
        r"^-?\d+$" => KeyRule::Integer { signed: true },
        other => KeyRule::Pattern(Pattern::new(other)),
    }
}

/// Returns the range of a Rust integer, by schemars' name for it.
fn integer_range(format: &str) -> Option<(i128, i128)> {
    fn range<T: Into<i128>>(least: T, most: T) -> Option<(i128, i128)> {
        Some((least.into(), most.into()))
    }
    match format {
        "int8" => range(i8::MIN, i8::MAX),
        "int16" => range(i16::MIN, i16::MAX),
        "int32" => range(i32::MIN, i32::MAX),
        "int64" | "int" => range(i64::MIN, i64::MAX),
        "int128" => range(i128::MIN, i128::MAX),
        "uint8" => range(u8::MIN, u8::MAX),
        "uint16" => range(u16::MIN, u16::MAX),
        "uint32" => range(u32::MIN, u32::MAX),
        "uint64" | "uint" => range(u64::MIN, u64::MAX),
        // This is only half of the range: above it, the walk checks the digits.
        "uint128" => range(0, i128::MAX),
        _ => None,
    }
}
