//! A model as plain data.

use syn::{DeriveInput, Ident};

use super::attr::ModelAttr;
use super::schemars::SchemarsAttr;
use super::serde::ContainerSerde;
use super::shape::Shape;

/// A model: the item as it is emitted, and what was read from it.
pub(crate) struct Model {
    pub(crate) item: DeriveInput,
    pub(crate) attr: ModelAttr,
    pub(crate) serde: ContainerSerde,
    pub(crate) schemars: SchemarsAttr,
    pub(crate) shape: Shape,
    /// Whether fastrs generates the serde and schemars impls instead of deriving them.
    pub(crate) plain: bool,
    /// The function behind `#[serde(default)]` on the type, with the span of that key.
    pub(crate) default: Option<Ident>,
    /// Whether the type is read by its representation: tagged, untagged, or with flattened fields.
    pub(crate) represented: bool,
}

impl Model {
    /// Returns the names of the type parameters.
    pub(super) fn type_params(&self) -> Vec<&Ident> {
        let params = self.item.generics.type_params();
        params.map(|param| &param.ident).collect()
    }
}
