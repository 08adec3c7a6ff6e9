//! The document: the metadata of the API and its operations, which each dialect renders in its own way.

use schemars::Schema;

use super::{
    DuplicateOperationId, ExternalDocs, Info, Operation, OperationMeta, Schemas, Server, Tag,
    ids::{describe, ids},
    operation::OperationDoc,
    requirements::Security,
};

/// Collects the metadata of the app and writes it as OpenAPI.
///
/// ```
/// use fastrs::openapi::{Document, Info, OperationMeta, ResponseDoc};
///
/// let mut document = Document::new(Info::new("Shop", "1.0.0"));
/// document.operation(OperationMeta::new("GET", "/items", "list_items"), |op| {
///     let items = op.output_schema::<Vec<String>>();
///     op.response(200, ResponseDoc::json(items));
/// });
/// assert!(document.clashes().is_empty());
///
/// let written = document.finish();
/// assert_eq!(written["openapi"], "3.1.0");
/// assert_eq!(written["paths"]["/items"]["get"]["operationId"], "list_items");
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub struct Document {
    pub(super) info: Info,
    pub(crate) servers: Vec<Server>,
    pub(super) tags: Vec<Tag>,
    pub(super) external_docs: Option<ExternalDocs>,
    pub(super) operations: Vec<OperationDoc>,
    /// The name and the request of each webhook.
    pub(super) webhooks: Vec<(String, OperationDoc)>,
    pub(super) schemas: Schemas,
}

impl Document {
    /// Creates a document without operations.
    pub fn new(info: Info) -> Self {
        Self {
            info,
            servers: Vec::new(),
            tags: Vec::new(),
            external_docs: None,
            operations: Vec::new(),
            webhooks: Vec::new(),
            schemas: Schemas::new(),
        }
    }

    /// Adds a server.
    pub fn server(&mut self, server: Server) {
        self.servers.push(server);
    }

    /// Returns whether a server has this URL.
    pub(crate) fn has_server(&self, url: &str) -> bool {
        self.servers.iter().any(|server| server.url == url)
    }

    /// Adds the description of a tag.
    pub fn tag(&mut self, tag: Tag) {
        self.tags.push(tag);
    }

    /// Sets a link to further documentation for the whole API.
    pub fn external_docs(&mut self, docs: ExternalDocs) {
        self.external_docs = Some(docs);
    }

    /// Adds an operation. A route has one for each of its methods.
    pub fn operation(&mut self, meta: OperationMeta, describe: impl FnOnce(&mut Operation<'_>)) {
        let operation = self.described(meta, describe);
        self.operations.push(operation);
    }

    #[cfg(feature = "websocket")]
    pub(crate) fn is_empty(&self) -> bool {
        self.operations.is_empty()
    }

    /// Adds a webhook: a request that the app sends, with a name instead of a path.
    pub fn webhook(
        &mut self,
        name: &str,
        meta: OperationMeta,
        describe: impl FnOnce(&mut Operation<'_>),
    ) {
        let operation = self.described(meta, describe);
        self.webhooks.push((name.to_owned(), operation));
    }

    fn described(
        &mut self,
        meta: OperationMeta,
        describe: impl FnOnce(&mut Operation<'_>),
    ) -> OperationDoc {
        let mut operation = OperationDoc::new(meta);
        describe(&mut Operation::new(&mut operation, &mut self.schemas));
        operation
    }

    /// Returns the operation ids that two functions would share. An app that has any does not start.
    pub fn clashes(&self) -> Vec<DuplicateOperationId> {
        ids(&self.all()).1
    }

    /// Returns which names two different security schemes share, and where.
    pub(crate) fn scheme_clashes(&self) -> Vec<String> {
        let mut known: Vec<(&Security, &OperationMeta)> = Vec::new();
        let (mut clashing, mut clashes) = (Vec::new(), Vec::new());
        for OperationDoc { meta, security, .. } in self.all() {
            for security in security {
                let name = &security.name;
                match known.iter().find(|(other, _)| other.name == *name) {
                    None => known.push((security, meta)),
                    Some((other, first))
                        if other.scheme != security.scheme && !clashing.contains(&name) =>
                    {
                        clashing.push(name);
                        let [first, second] = [first, meta].map(describe);
                        clashes.push(format!(
                            "two different security schemes are called `{name}`, in {first} and {second}: give one of them another name with `.scheme_name(\"..\")`"
                        ));
                    }
                    Some(_) => {}
                }
            }
        }
        clashes
    }

    /// Returns the operations, and then the webhooks.
    pub(super) fn all(&self) -> Vec<&OperationDoc> {
        // Uses a list: a function that takes an iterator would be compiled once per iterator type.
        let mut all = Vec::with_capacity(self.operations.len() + self.webhooks.len());
        for operation in &self.operations {
            all.push(operation);
        }
        for (_, operation) in &self.webhooks {
            all.push(operation);
        }
        all
    }

    /// Returns every schema in the operations, from which the components are found.
    pub(super) fn shown(&self) -> Vec<&Schema> {
        let mut shown = Vec::new();
        for operation in self.all() {
            operation.add_shown(&mut shown);
        }
        shown
    }
}
