//! `Compiled`: the schema of an input, compiled to diagnose values.

use percent_encoding::percent_decode_str;
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};
use serde_json::Value;

use super::compile::{self, Resolve};
use super::node::{Id, Node, Rule};
use crate::{model::tape::UnionId, schema::TypeSchema};

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
    /// How many nodes of the schema the walk may visit for each value.
    steps_per_value: usize,
}

const STEPS_PER_VALUE: usize = 16;

/// How a value was sent, which determines its lax conversions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// As JSON.
    Json,
    /// As text: every value is a string or a list of strings. `strict` has no effect here, and an empty string is
    /// `null` where `null` is allowed and text is not.
    Text,
}

/// The outline of an input, for reading it from parameters.
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
    /// The field's name in JSON.
    pub name: String,
    /// The field's aliases: serde's `alias`.
    pub aliases: Vec<String>,
    /// Whether the field must be sent.
    pub required: bool,
    /// Whether the field is a list, a set or a tuple.
    pub list: bool,
    /// The requirements for its files, if the field is an uploaded file or a list of them.
    pub file: Option<FileShape>,
}

/// The requirements of a field of [`Shape::Object`] for its files.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FileShape {
    /// The maximum size of a file, in bytes.
    pub max_size: Option<usize>,
    /// The maximum number of files.
    pub max_items: Option<usize>,
    /// The media types; any if there are none.
    pub content_types: Vec<String>,
}

impl Compiled {
    /// Compiles the input schema of a type.
    pub fn of<T: JsonSchema + ?Sized>() -> Self {
        Self::of_type(TypeSchema::of::<T>())
    }

    pub(crate) fn of_type(of: TypeSchema) -> Self {
        Self::of_argument(of, None)
    }

    /// Compiles the input schema of an argument, with the keys of the maps that its type contains.
    pub(crate) fn of_argument(of: TypeSchema, keys: Option<fn(&mut Schema)>) -> Self {
        let settings = SchemaSettings::draft2020_12().with(|settings| {
            settings.meta_schema = None;
            settings.untagged_enum_variant_titles = true;
        });
        Self::from_schema(&of.alone(settings.for_deserialize(), keys))
    }

    /// Compiles a schema that includes its definitions.
    pub fn from_schema(root: &Value) -> Self {
        Self::resolving(root, &|reference| {
            let pointer = percent_decode_str(reference.strip_prefix('#')?);
            root.pointer(&pointer.decode_utf8().ok()?)
        })
    }

    /// Compiles a schema whose definitions are elsewhere.
    pub(in crate::model) fn resolving<'a>(schema: &'a Value, resolve: Resolve<'a>) -> Self {
        let (nodes, root) = compile::compile(schema, resolve);
        let mut compiled = Self {
            nodes,
            root,
            shape: Shape::Scalar,
            nullable: false,
            steps_per_value: 0,
        };
        compiled.steps_per_value = compiled.steps();
        compiled.shape = compiled.outline();
        compiled.nullable = compiled.allows_null();
        compiled
    }

    /// Returns the outline.
    pub fn shape(&self) -> &Shape {
        &self.shape
    }

    /// Returns [`STEPS_PER_VALUE`], or more if a union has many members: each member is a node, perhaps behind a
    /// reference, and is visited once to choose one and once to list its errors.
    fn steps(&self) -> usize {
        let mut widest = 0;
        for node in &self.nodes {
            if let Rule::Union { members, .. } = &node.rule {
                widest = widest.max(members.len());
            }
        }
        STEPS_PER_VALUE + 4 * widest
    }

    pub(in crate::model) fn steps_per_value(&self) -> usize {
        self.steps_per_value
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

    /// Returns whether `null` is allowed and means that there is no value. For a type that allows anything, `null` is a
    /// value.
    pub fn is_nullable(&self) -> bool {
        self.nullable
    }

    /// Returns whether the type has a value if nothing is sent: `None`, or a struct of optional fields.
    pub(crate) fn may_be_empty(&self) -> bool {
        self.nullable || matches!(self.shape, Shape::Object(_) | Shape::Map)
    }

    fn allows_null(&self) -> bool {
        let mut id = self.root;
        // A chain of references that is longer than the list of nodes is a cycle.
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

    /// Returns whether unknown fields are rejected.
    pub fn is_closed(&self) -> bool {
        match &self.resolved(self.root).rule {
            Rule::Object(object) => object.closed,
            Rule::All(_, known) => known.is_some(),
            _ => false,
        }
    }

    /// Returns whether unknown fields are read, as in a map or a struct with a flattened one.
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

    /// Returns the untagged enum that this schema describes.
    pub(in crate::model) fn union(&self) -> Option<UnionId> {
        match self.resolved(self.root).rule {
            Rule::Union { of, .. } => of,
            _ => None,
        }
    }

    /// Returns Pydantic's name for a member of the union that this schema describes.
    pub(in crate::model) fn label(&self, member: usize) -> Option<&str> {
        match &self.resolved(self.root).rule {
            Rule::Union { members, .. } => members.get(member).map(|(label, _)| &**label),
            _ => None,
        }
    }

    /// Returns the names of an object's fields.
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

    /// Resolves all references to a node.
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

    /// Returns a field's requirements for its files, if it is a file or a list of them.
    fn file_of(&self, id: Id) -> Option<FileShape> {
        let field = self.resolved(id);
        let (file, max_items) = match field.rule {
            Rule::List { items, .. } => (self.resolved(items), field.limits.max_items),
            _ => (field, None),
        };
        match &file.rule {
            Rule::File(content_types) => Some(FileShape {
                max_size: file.limits.max_length,
                max_items,
                content_types: content_types.clone(),
            }),
            _ => None,
        }
    }

    fn object_shape(&self) -> Shape {
        let mut fields = Vec::new();
        let mut seen = vec![false; self.nodes.len()];
        self.collect_fields(self.root, true, &mut seen, &mut fields);
        Shape::Object(fields)
    }

    /// Collects the fields of an object. With `certain`, the object is always present, so its required fields are
    /// required.
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
                        file: self.file_of(field.node),
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
                    file: None,
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
