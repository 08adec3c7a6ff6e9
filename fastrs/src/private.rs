//! The only names that a macro may emit.
//!
//! What stands here is no public interface: it changes with the macros, and only they may use it.
//!
//! Bodies that macros write go through probes that always compile: an inherent item where the type can do what is
//! asked, and the item of a fallback trait otherwise. What is wrong is said once, by a check in a `const` item that is
//! spanned to the type.

use std::{fmt::Display, marker::PhantomData, future::Future};

use serde::Serialize;
use serde_json::Value;

use crate::{
    depends::{Dep, Provider},
    extract::settle,
    request::Panicked,
};

pub use schemars;
pub use serde;

pub use crate::{
    depends::{
        AppScope, DepList, Effect, Fresh, Lent, Made, MayServe, Node, RequestScope, Site, With, Yield, distinct, keep_clone,
        keep_ref, lend, lend_clone, lend_mut, lend_ref, lend_shared, no_cycle,
    },
    depends,
    error::HttpError,
    extract::{
        Arg, Body, BodyKind, Constrained, Cookie, DefaultFor, Element, Form, FromRequest, Header, In, ParamSpec, Path, Place,
        Query, Reads, Unconstrained, Unvalidated, Validated, body_kind, describe_model, extract_model, validated,
    },
    model::{
        Constrain, Constraints, Field, FieldMeta, Kind, Model, ModelMeta, Number, Patch, Report, SentKeys,
        Unconstrained as NoConstraint, Unvalidated as NoModel, fits,
    },
    openapi::Operation,
    request::{Context, Failure},
    response::{IntoResponse, NoContent, Responded, Responded as Answered, ResponseError},
    routing::{Handler, Job, Route, RouteMeta},
    serve::block_on,
};
