//! OpenAPI: what the app's routes say about themselves, as one document.
//!
//! [`Document`] collects [`Operation`]s, to which arguments and answers describe themselves, and writes OpenAPI 3.1.
//! [`fastapi`] and [`openapi30`] write the same facts as FastAPI would, and for tools that read only 3.0. [`Asset`] holds
//! what is served of it; [`SwaggerUi`] and [`ReDoc`] are the pages.

// What writes documents runs once and is compiled in every build: so it has loops where an iterator's adapters and their `collect`
// would be compiled for each chain, and few kinds of maps.

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
mod put;
mod redoc;
mod response;
mod schema;
#[cfg(feature = "docs-ui")]
mod swagger_ui;
mod tagged;
mod ui;

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
