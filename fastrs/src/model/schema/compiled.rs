//! `Compiled`: the schema of an input, ready to tell what is wrong with a value.

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::Value;

use super::compile;
use super::limits::{Limits, Pattern};
use super::node::{Id, KeyRule, Node, Rule};
use crate::{
    model::{Constraints, Errors, LocItem, NodeId, Replacements, Tape, echo, tape::UnionId, walk},
    schema::TypeSchema,
};

/// The schema of a type's *input* side, compiled once per type and kept for the cold path.
///
/// ```
/// use fastrs::model::{Compiled, Constraints, Errors, Mode};
/// use serde_json::json;
///
/// let numbers = Compiled::of::<Vec<u8>>();
/// let mut errors = Errors::new();
/// let lax = numbers.diagnose(&json!(["1", 2]), &Constraints::NONE, Mode::Json, &["body".into()], &mut errors);
/// assert_eq!(lax, Some(json!([1, 2])));
///
/// let lax = numbers.diagnose(&json!(["a", 256]), &Constraints::NONE, Mode::Json, &["body".into()], &mut errors);
/// assert_eq!(lax, None);
/// let kinds: Vec<_> = errors.into_vec().into_iter().map(|error| error.kind).collect();
/// assert_eq!(kinds, ["int_parsing", "less_than_equal"]);
/// ```
#[derive(Clone, Debug)]
pub struct Compiled {
    nodes: Vec<Node>,
    root: Id,
    shape: Shape,
    nullable: bool,
}

/// How a value came, which says what lax conversions are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// As JSON.
    Json,
    /// As text: everything is text, or a list of texts. `strict` has no meaning here, and an
    /// empty text is `null` where that will do and text would not.
    Text,
}

/// The outline of an input, for those who read it from parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Shape {
    /// One value.
    Scalar,
    /// A list, a set or a tuple.
    List,
    /// A map.
    Map,
    /// A struct, or an enum of structs: its fields, flattened ones included.
    Object(Vec<FieldShape>),
}

/// A field of [`Shape::Object`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FieldShape {
    /// Its name on the wire.
    pub name: String,
    /// The other names that it may come under: serde's `alias`.
    pub aliases: Vec<String>,
    /// Whether it must come.
    pub required: bool,
    /// Whether it is a list, a set or a tuple.
    pub list: bool,
}

impl Compiled {
    /// Compiles the input schema of a type.
    pub fn of<T: JsonSchema + ?Sized>() -> Self {
        Self::of_type(TypeSchema::of::<T>())
    }

    pub(crate) fn of_type(of: TypeSchema) -> Self {
        let settings = SchemaSettings::draft2020_12().with(|settings| {
            settings.meta_schema = None;
            settings.untagged_enum_variant_titles = true;
        });
        Self::from_schema(&of.alone(settings.for_deserialize()))
    }

    /// Compiles a schema that holds its definitions.
    pub fn from_schema(root: &Value) -> Self {
        let (nodes, root) = compile::compile(root);
        let mut compiled = Self {
            nodes,
            root,
            shape: Shape::Scalar,
            nullable: false,
        };
        compiled.shape = compiled.outline();
        compiled.nullable = compiled.allows_null();
        compiled
    }

    /// The outline.
    pub fn shape(&self) -> &Shape {
        &self.shape
    }

    fn outline(&self) -> Shape {
        match &self.resolved(self.root).rule {
            Rule::List { .. } | Rule::Tuple(_) => Shape::List,
            Rule::Map { .. } => Shape::Map,
            Rule::Object(_) | Rule::All(..) | Rule::Tagged { .. } => self.object_shape(),
            Rule::Union { members, .. } if members.iter().any(|(_, id)| self.is_object(*id)) => {
                self.object_shape()
            }
            _ => Shape::Scalar,
        }
    }

    /// Whether `null` will do, and means that there is nothing; where anything will do, it is a value.
    pub fn is_nullable(&self) -> bool {
        self.nullable
    }

    /// Whether there is a value of this type where nothing was sent: a `None`, or a struct of optional fields.
    pub(crate) fn may_be_empty(&self) -> bool {
        self.nullable || matches!(self.shape, Shape::Object(_) | Shape::Map)
    }

    fn allows_null(&self) -> bool {
        let mut id = self.root;
        // A chain of references that is longer than the nodes is a circle.
        for _ in 0..self.nodes.len() {
            match self.node(id) {
                node if node.nullable => return true,
                Node {
                    rule: Rule::Same(target),
                    ..
                } => id = *target,
                Node {
                    rule: Rule::Union { members, .. },
                    ..
                } => {
                    let mut members = members.iter();
                    return members.any(|(_, id)| matches!(self.resolved(*id).rule, Rule::Null));
                }
                node => return matches!(node.rule, Rule::Null),
            }
        }
        false
    }

    /// Whether unknown fields are refused.
    pub fn is_closed(&self) -> bool {
        match &self.resolved(self.root).rule {
            Rule::Object(object) => object.closed,
            Rule::All(_, known) => known.is_some(),
            _ => false,
        }
    }

    /// Whether unknown fields are taken: of a map, and of a struct with a flattened one.
    pub fn is_open(&self) -> bool {
        self.takes_more(self.root)
    }

    fn takes_more(&self, id: Id) -> bool {
        match &self.resolved(id).rule {
            Rule::Map { .. } => true,
            Rule::Object(object) => object.rest.is_some(),
            Rule::All(parts, _) => parts.iter().any(|part| self.takes_more(*part)),
            _ => false,
        }
    }

    /// What is wrong with the patterns in the schema, for the start-up check.
    pub fn pattern_errors(&self) -> Vec<String> {
        let mut errors = Vec::new();
        let mut look_at = |pattern: &Pattern| {
            if let Some(error) = pattern.error() {
                errors.push(error.to_owned());
            }
        };
        for node in &self.nodes {
            if let Some(pattern) = &node.limits.pattern {
                look_at(pattern);
            }
            if let Rule::Map {
                keys: KeyRule::Pattern(pattern),
                ..
            } = &node.rule
            {
                look_at(pattern);
            }
        }
        errors
    }

    /// Finds every error of `value`, as pydantic would, and puts it into `out`.
    ///
    /// `at` is the way to the value, `constraints` are those of the argument itself. Returns the
    /// converted value if lax conversions changed something and nothing is wrong.
    pub fn diagnose(
        &self,
        value: &Value,
        constraints: &Constraints,
        mode: Mode,
        at: &[LocItem],
        out: &mut Errors,
    ) -> Option<Value> {
        let mut tape = Tape::of_value(value);
        let mut replacements =
            self.diagnose_json((&mut tape, Tape::ROOT), constraints, mode, at, out);
        if replacements.is_empty() {
            return None;
        }
        tape.replace(&mut replacements, 0);
        Some(tape.value(Tape::ROOT))
    }

    /// The same of what is on a tape, which stays as it is: what lax conversions change is told.
    pub(crate) fn diagnose_json(
        &self,
        value: (&mut Tape<'_>, NodeId),
        constraints: &Constraints,
        mode: Mode,
        at: &[LocItem],
        out: &mut Errors,
    ) -> Replacements {
        let limits = Limits::of_constraints(constraints);
        walk::walk(self, value, &limits, mode, at, out)
    }

    /// The `input` to tell for an error at `loc` (from `value` on): `None` where it is too long,
    /// with secrets masked.
    pub fn echo(&self, value: &Value, loc: &[LocItem]) -> Option<Value> {
        self.echo_json((&Tape::of_value(value), Tape::ROOT), loc)
    }

    /// The same of what is on a tape.
    pub(crate) fn echo_json(&self, value: (&Tape<'_>, NodeId), loc: &[LocItem]) -> Option<Value> {
        echo::at(self, value, loc)
    }

    /// The untagged enum that this is.
    pub(in crate::model) fn union(&self) -> Option<UnionId> {
        match self.resolved(self.root).rule {
            Rule::Union { of, .. } => of,
            _ => None,
        }
    }

    /// The names of an object's fields.
    pub(in crate::model) fn names(&self) -> impl Iterator<Item = &str> {
        let fields = match &self.shape {
            Shape::Object(fields) => &fields[..],
            _ => &[],
        };
        fields.iter().map(|field| field.name.as_str())
    }

    pub(in crate::model) fn root(&self) -> Id {
        self.root
    }

    pub(in crate::model) fn node(&self, id: Id) -> &Node {
        &self.nodes[id.0]
    }

    /// The node behind all references.
    pub(in crate::model) fn resolved(&self, mut id: Id) -> &Node {
        for _ in 0..self.nodes.len() {
            match self.node(id).rule {
                Rule::Same(target) => id = target,
                _ => break,
            }
        }
        self.node(id)
    }

    fn is_object(&self, id: Id) -> bool {
        matches!(
            self.resolved(id).rule,
            Rule::Object(_) | Rule::All(..) | Rule::Tagged { .. }
        )
    }

    fn object_shape(&self) -> Shape {
        let mut fields = Vec::new();
        let mut seen = vec![false; self.nodes.len()];
        self.collect_fields(self.root, true, &mut seen, &mut fields);
        Shape::Object(fields)
    }

    /// `certain`: the object is there in every case, so what it requires is required.
    fn collect_fields(
        &self,
        id: Id,
        certain: bool,
        seen: &mut Vec<bool>,
        fields: &mut Vec<FieldShape>,
    ) {
        if std::mem::replace(&mut seen[id.0], true) {
            return;
        }
        match &self.node(id).rule {
            Rule::Object(object) => {
                for field in &object.fields {
                    let rule = &self.resolved(field.node).rule;
                    let new = FieldShape {
                        name: field.name.clone(),
                        aliases: field.aliases.clone(),
                        required: field.required && certain,
                        list: matches!(rule, Rule::List { .. } | Rule::Tuple(_)),
                    };
                    match fields.iter_mut().find(|old| old.name == new.name) {
                        Some(old) => old.list |= new.list,
                        None => fields.push(new),
                    }
                }
            }
            Rule::Same(target) => self.collect_fields(*target, certain, seen, fields),
            Rule::Optional { inner, .. } => self.collect_fields(*inner, false, seen, fields),
            Rule::All(parts, _) => {
                for part in parts {
                    self.collect_fields(*part, certain, seen, fields);
                }
            }
            Rule::Tagged { tag, members, .. } => {
                fields.push(FieldShape {
                    name: tag.clone(),
                    aliases: Vec::new(),
                    required: certain,
                    list: false,
                });
                for (_, member) in members {
                    self.collect_fields(*member, false, seen, fields);
                }
            }
            Rule::Union { members, .. } => {
                for (_, member) in members {
                    self.collect_fields(*member, false, seen, fields);
                }
            }
            _ => {}
        }
    }
}
