//! OpenAPI: the description of the app's routes as one document.
//!
//! [`Document`] collects [`Operation`]s, to which arguments and responses add their descriptions, and writes OpenAPI
//! 3.1. [`fastapi`] renders the same metadata as FastAPI would, and [`openapi30`] renders it for tools that support
//! only 3.0. [`Asset`] is a file to serve; [`SwaggerUi`] and [`ReDoc`] are the documentation pages.

// This code runs once per start but is compiled in every build. It therefore uses loops instead of iterator chains,
// each of which would be compiled separately, and few map types.

mod assemble;
mod asset;
#[cfg(feature = "websocket")]
pub(crate) mod asyncapi;
mod base64;
mod bodies;
mod body;
mod clean;
mod component;
mod components;
mod decimals;
mod document;
mod errors;
pub mod fastapi;
mod fields;
mod formats;
mod ids;
mod info;
mod inputs;
mod mistakes;
mod names;
mod nullable;
pub mod openapi30;
mod openapi31;
mod operation;
mod parameter;
mod paths;
mod reads;
mod redoc;
mod requirements;
mod response;
mod responses;
mod schema;
mod security;
mod set_key;
#[cfg(feature = "docs-ui")]
mod swagger_ui;

mod ui;
mod variants;

#[cfg(feature = "files")]
pub(crate) use self::asset::fingerprint;
#[cfg(feature = "cache")]
pub(crate) use self::reads::CredentialPlace;
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
    requirements::SecurityRequirement,
    response::{HeaderDoc, Origin, ResponseDoc},
    schema::Schemas,
};
