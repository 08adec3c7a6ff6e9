//! The components of a document: the types it uses, which of them are split into input and output, and their names.

use std::collections::{BTreeMap, HashMap};

use schemars::Schema;
use serde_json::{Map, Value};

use super::{
    component::Component,
    names,
    schema::{DefinitionKey, Schemas, Side, references, remove_hints, target, walk},
    set_key::SetKey,
    variants,
};
use crate::schema::hints;

/// The components of a document, and the name behind each provisional reference.
#[derive(Debug)]
pub(super) struct Components {
    pub(super) by_name: BTreeMap<String, Component>,
    names: HashMap<DefinitionKey<'static>, String>,
}

impl Components {
    /// Finds the components that `roots` refer to. `read` is [`Schemas::read`] for FastAPI's dialect, and `None` for
    /// fastrs's own. FastAPI's dialect needs to know which fields of an output have a default, since only the input has
    /// defaults; and it replaces a reference to a `Partial` with one to the whole model, since FastAPI has no type for
    /// a part of a model.
    pub(super) fn resolve(schemas: &Schemas, roots: &[&Schema], read: Option<&Schemas>) -> Self {
        let reached = reach(schemas, roots);
        let models = pair(schemas, &reached);
        let split = split(schemas, &models);
        let mut wanted = Vec::with_capacity(models.len());
        for model in &models {
            wanted.push((model.base.as_str(), model.id.as_deref()));
        }
        let unique = names::unique(&wanted);

        let mut names = HashMap::new();
        for (number, model) in models.iter().enumerate() {
            for local in model.locals() {
                let suffix = match (split[number], local.0) {
                    (false, _) => "",
                    (true, Side::Input) => "-Input",
                    (true, Side::Output) => "-Output",
                };
                names.insert(local.clone(), format!("{}{suffix}", unique[number]));
            }
        }
        let whole = |schema| read.and_then(|_| whole(schema));
        for local in models.iter().flat_map(Model::locals) {
            let name = schemas.definition(local).and_then(whole);
            if let Some(name) = name.and_then(|whole| names.get(&whole).cloned()) {
                names.insert(local.clone(), name);
            }
        }
        let mut components = Self {
            by_name: BTreeMap::new(),
            names,
        };
        for (model, split) in models.into_iter().zip(split) {
            // Where both sides agree, the input is shown: it contains the defaults, and does not require fields that
            // have one.
            let shown = if split { 2 } else { 1 };
            for local in model.locals().take(shown) {
                let (Some(schema), Some(name)) =
                    (schemas.definition(local), components.names.get(local))
                else {
                    continue;
                };
                if whole(schema).is_some() {
                    continue;
                }
                let component = Component {
                    base: model.base.clone(),
                    side: split.then_some(local.0),
                    defaulted: read
                        .map(|read| defaulted(schemas, read, &model, local))
                        .unwrap_or_default(),
                    schema: components.resolved(schema),
                };
                components.by_name.insert(name.clone(), component);
            }
        }
        variants::hoist(&mut components.by_name);
        components
    }

    /// Returns a schema with its references resolved.
    pub(super) fn resolved(&self, schema: &Schema) -> Schema {
        // Most schemas are only a reference.
        if let (Some(name), Some(1)) = (self.named(schema), schema.as_object().map(Map::len)) {
            return Schema::new_ref(path(name));
        }
        let mut schema = schema.clone();
        walk(&mut schema, &mut |schema| {
            if let Some(path) = self.named(schema).map(path) {
                schema.set("$ref", path);
            }
        });
        schema
    }

    /// Returns the name of the component behind a provisional reference.
    fn named<'a>(&'a self, schema: &'a Schema) -> Option<&'a str> {
        let reference = schema.get("$ref")?.as_str()?;
        self.names.get(&target(reference)?).map(String::as_str)
    }

    /// Returns the component that a schema refers to, if the schema is only a reference.
    pub(super) fn referred(&self, schema: &Schema) -> Option<&Component> {
        self.by_reference(schema.get("$ref")?.as_str()?)
    }

    /// Returns the component of a resolved reference.
    pub(super) fn by_reference(&self, reference: &str) -> Option<&Component> {
        self.by_name
            .get(reference.strip_prefix("#/components/schemas/")?)
    }
}

/// Returns the model that the schema of a `Partial` is part of.
fn whole(schema: &Schema) -> Option<DefinitionKey<'_>> {
    target(schema.get(hints::PARTIAL_OF)?.get("$ref")?.as_str()?)
}

/// Returns the reference to a component.
fn path(name: &str) -> String {
    format!("#/components/schemas/{name}")
}

/// One type: its definition for input, for output, or for both.
#[derive(Debug)]
struct Model {
    base: String,
    id: Option<String>,
    input: Option<DefinitionKey<'static>>,
    output: Option<DefinitionKey<'static>>,
}

impl Model {
    fn locals(&self) -> impl Iterator<Item = &DefinitionKey<'static>> {
        self.input.iter().chain(&self.output)
    }

    fn vacant(&mut self, side: Side) -> Option<&mut Option<DefinitionKey<'static>>> {
        let slot = match side {
            Side::Input => &mut self.input,
            Side::Output => &mut self.output,
        };
        slot.is_none().then_some(slot)
    }
}

/// Returns the definitions that `roots` refer to, directly or indirectly, in the order in which they were found.
fn reach(schemas: &Schemas, roots: &[&Schema]) -> Vec<DefinitionKey<'static>> {
    // The same type of map as in `split`; a set would be one more type to compile.
    let mut seen: HashMap<DefinitionKey<'_>, usize> = HashMap::new();
    let mut reached = Vec::new();
    let mut waiting = Vec::new();
    for root in roots {
        add_targets(root, &mut waiting);
    }
    waiting.reverse();
    while let Some(local) = waiting.pop() {
        let Some(schema) = schemas.definition(&local) else {
            continue;
        };
        if seen.insert(local.clone(), reached.len()).is_none() {
            add_targets(schema, &mut waiting);
            reached.push((local.0, local.1.into_owned().into()));
        }
    }
    reached
}

/// Adds the definitions that a schema refers to.
fn add_targets<'s>(schema: &'s Schema, targets: &mut Vec<DefinitionKey<'s>>) {
    references(schema.as_value(), &mut |reference| {
        if let Some(target) = target(reference) {
            targets.push(target);
        }
    });
}

/// Pairs the input and the output of each type: by its full name, or otherwise by the name that both generators gave
/// it.
fn pair(schemas: &Schemas, reached: &[DefinitionKey<'static>]) -> Vec<Model> {
    let mut models: Vec<Model> = Vec::new();
    // The indexes of models, by their names.
    let mut by_id: HashMap<String, usize> = HashMap::new();
    let mut by_base: HashMap<String, usize> = HashMap::new();
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for local in reached {
        match schemas.id(local) {
            Some(_) => known.push(local),
            None => unknown.push(local),
        }
    }
    known.append(&mut unknown);
    for local in known {
        let id = schemas.id(local);
        let base = names::base(&local.1, id, schemas.definitions(local.0));
        // A type without a full name is paired with its namesake if there is only one.
        let same = match id {
            Some(id) => by_id.get(id),
            None => by_base.get(&base),
        };
        let found = same.and_then(|only| models.get_mut(*only)?.vacant(local.0));
        if let Some(slot) = found {
            *slot = Some(local.clone());
            continue;
        }
        if let Some(id) = id {
            record_index(&mut by_id, id, models.len());
        }
        record_index(&mut by_base, &base, models.len());
        let mut model = Model {
            base,
            id: id.map(str::to_owned),
            input: None,
            output: None,
        };
        if let Some(slot) = model.vacant(local.0) {
            *slot = Some(local.clone());
        }
        models.push(model);
    }
    models
}

/// The index of several models that share one name.
const AMBIGUOUS: usize = usize::MAX;

/// Records the index of the model with a name.
fn record_index(places: &mut HashMap<String, usize>, name: &str, place: usize) {
    let known = places.entry(name.to_owned());
    known
        .and_modify(|known| *known = AMBIGUOUS)
        .or_insert(place);
}

/// Returns the fields that a type's output requires but its input does not, whether or not they are shown.
fn defaulted(
    schemas: &Schemas,
    read: &Schemas,
    model: &Model,
    local: &DefinitionKey<'_>,
) -> Vec<Value> {
    if local.0 == Side::Input {
        return Vec::new();
    }
    let required = |schema: &Schema| match schema.get("required") {
        Some(Value::Array(names)) => names.clone(),
        _ => Vec::new(),
    };
    let unseen = (Side::Input, local.1.clone());
    let (of, input) = match &model.input {
        Some(input) => (schemas, input),
        None => (read, &unseen),
    };
    let input_schema = of
        .definition(input)
        .filter(|_| of.id(input) == schemas.id(local));
    let (Some(input), Some(output)) = (input_schema, schemas.definition(local)) else {
        return Vec::new();
    };
    let read = |name: &Value| {
        let properties = input.get("properties").zip(name.as_str());
        properties.is_some_and(|(properties, name)| properties.get(name).is_some())
    };
    let needed = required(input);
    let mut defaulted = required(output);
    defaulted.retain(|name| read(name) && !needed.contains(name));
    defaulted
}

/// Determines which types have an input and an output that really differ, or refer to such a type.
fn split(schemas: &Schemas, models: &[Model]) -> Vec<bool> {
    let mut index = HashMap::new();
    for (position, model) in models.iter().enumerate() {
        for local in model.locals() {
            index.insert(local.clone(), position);
        }
    }
    let comparable = |local: &Option<DefinitionKey<'_>>| {
        let schema = schemas.definition(local.as_ref()?)?;
        Some(comparable(schema, &index))
    };
    let both = |model: &Model| model.input.is_some() && model.output.is_some();
    let mut split = Vec::with_capacity(models.len());
    for model in models {
        split.push(both(model) && comparable(&model.input) != comparable(&model.output));
    }
    loop {
        let mut changed = false;
        for (position, model) in models.iter().enumerate() {
            if split[position] || !both(model) {
                continue;
            }
            let definition = model
                .input
                .as_ref()
                .and_then(|local| schemas.definition(local));
            if let Some(schema) = definition {
                references(schema.as_value(), &mut |reference| {
                    let target = target(reference).and_then(|local| index.get(&local));
                    split[position] |= target.is_some_and(|target| split[*target]);
                });
            }
            changed |= split[position];
        }
        if !changed {
            return split;
        }
    }
}

/// Returns the parts of a schema that must be equal for both sides to share one component. Required fields and
/// defaults are not among them: a field with a default is optional in the input and always present in the output, and
/// one component describes both.
fn comparable(schema: &Schema, index: &HashMap<DefinitionKey<'static>, usize>) -> Schema {
    let mut schema = schema.clone();
    walk(&mut schema, &mut |schema| {
        remove_hints(schema);
        schema.remove("default");
        schema.remove("required");
        // `deny_unknown_fields` concerns the input; the output never has unknown fields.
        if schema.get("additionalProperties") == Some(&Value::Bool(false)) {
            schema.remove("additionalProperties");
        }
        let reference = schema.get("$ref").and_then(Value::as_str);
        if let Some(position) = reference
            .and_then(target)
            .and_then(|local| index.get(&local))
        {
            schema.set("$ref", *position);
        }
    });
    schema
}
