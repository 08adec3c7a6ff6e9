//! OpenAPI: the description of the app's routes as one document.
//!
//! [`Document`] collects [`Operation`]s, to which arguments and responses describe themselves, and writes OpenAPI 3.1.
//! [`fastapi`] renders the same facts as FastAPI would, and [`openapi30`] for tools that read only 3.0. [`Asset`] is what is
//! served; [`SwaggerUi`] and [`ReDoc`] are the pages.

// This code runs once per start but is compiled in every build, so it has loops instead of iterator chains, each of which would be
// compiled separately, and few types of maps.

mod assemble;
mod asset;
mod bodies;
mod body;
mod clean;
mod components;
mod decimals;
mod document;
mod errors;
pub mod fastapi;
mod fields;
mod formats;
mod ids;
mod info;
mod names;
mod nullable;
pub mod openapi30;
mod operation;
mod parameter;
mod paths;
mod plain;
mod redoc;
mod response;
mod responses;
mod schema;
mod set_key;
#[cfg(feature = "docs-ui")]
mod swagger_ui;

mod ui;
mod variants;

#[cfg(feature = "docs-ui")]
pub use self::swagger_ui::SwaggerUi;
pub use self::{
    asset::Asset,
    body::{BodyMedia, BodyParam},
    document::Document,
    ids::DuplicateOperationId,
    info::{Contact, ExternalDocs, Info, License, Server, Tag},
    operation::{Operation, OperationMeta},
    parameter::{Parameter, ParameterLocation},
    redoc::ReDoc,
    response::{HeaderDoc, Origin, ResponseDoc},
    schema::Schemas,
};
