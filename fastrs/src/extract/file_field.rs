//! Uploaded files as fields of a form's model: `struct Profile { name: String, avatar: UploadFile }`.
//!
//! serde reads a model, and cannot pass a file to it. So the form holds a string in place of each file that such a
//! field takes (`request/form/multipart.rs`), and the file is found by that string.

use std::{borrow::Cow, cell::RefCell, sync::Arc};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _, ser::Error as _};
use serde_json::Value;

use crate::{
    model::{Compiled, ErrorDetail, FieldShape, LocItem, NOT_A_FILE, Shape},
    multipart::{FileRule, UploadFile},
    openapi::{BodyMedia, BodyParam, Operation},
    request::FormBody,
    schema::hints,
};

thread_local! {
    /// The form whose model is being read. A `Deserialize` has no other access to it.
    static FORM: RefCell<Option<Arc<FormBody>>> = const { RefCell::new(None) };
}

/// Lets models find the files of a form until it is dropped.
pub(super) struct LentFiles;

/// Lends the files of a form to a model that has fields for them.
pub(super) fn lend(compiled: &Compiled, form: &Arc<FormBody>) -> Option<LentFiles> {
    files(compiled).next()?;
    FORM.set(Some(form.clone()));
    Some(LentFiles)
}

impl Drop for LentFiles {
    fn drop(&mut self) {
        FORM.take();
    }
}

/// Returns the fields that take files.
fn files(compiled: &Compiled) -> impl Iterator<Item = &FieldShape> {
    let fields = match compiled.shape() {
        Shape::Object(fields) => &fields[..],
        _ => &[],
    };
    fields.iter().filter(|field| field.file.is_some())
}

/// Removes files from what an error shows: in a form, an index stands for each.
pub(super) fn hide_files(compiled: &Compiled, error: &mut ErrorDetail) {
    let is_file = |name: &str| {
        let mut files = files(compiled);
        files.any(|field| field.name == name || field.aliases.iter().any(|alias| alias == name))
    };
    match (&mut error.input, error.loc.get(1)) {
        (Some(Value::Object(sent)), _) => sent.retain(|name, _| !is_file(name)),
        (input @ Some(Value::Array(_)), Some(LocItem::Key(name))) if is_file(name) => *input = None,
        _ => {}
    }
}

/// Documents the files of a model, and records what its fields require of them.
pub(super) fn describe(
    compiled: &Compiled,
    mut body: BodyParam,
    op: &mut Operation<'_>,
) -> BodyParam {
    for field in files(compiled) {
        let Some(file) = &field.file else { continue };
        body.media = BodyMedia::Multipart;
        for name in std::iter::once(&field.name).chain(&field.aliases) {
            op.file(FileRule {
                max_size: file.max_size,
                max_items: file.max_items,
                content_types: file.content_types.clone(),
                many: field.list,
                in_model: true,
                ..FileRule::new(name)
            });
        }
        if !file.content_types.is_empty() {
            let types = file.content_types.join(", ");
            body.file_types.push((field.name.clone(), types));
        }
    }
    body
}

/// Returns the schema of a file in a document.
pub(super) fn schema() -> Schema {
    json_schema!({ "type": "string", "contentMediaType": "application/octet-stream" })
}

/// Reads a file from a multipart form: as a field of the model of a `#[form]` argument. Nothing else contains files.
impl<'de> Deserialize<'de> for UploadFile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        let file = FORM.with_borrow(|form| form.as_ref()?.file_of(&text).cloned());
        file.ok_or_else(|| D::Error::custom(NOT_A_FILE))
    }
}

/// Always fails: `#[model]` needs the impl, but a file is only received. An app whose response would contain one does
/// not start.
impl Serialize for UploadFile {
    fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(S::Error::custom("an uploaded file cannot be sent as JSON"))
    }
}

impl JsonSchema for UploadFile {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "UploadFile".into()
    }

    fn schema_id() -> Cow<'static, str> {
        "fastrs::UploadFile".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        // This definition marks an app with files in its models. Only such an app is searched for misplaced files.
        let definitions = generator.definitions_mut();
        definitions.insert(hints::FILE.to_owned(), true.into());
        let mut schema = schema();
        schema.insert(hints::FILE.to_owned(), Vec::<String>::new().into());
        schema
    }
}
