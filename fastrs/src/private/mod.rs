//! The only names that a macro may emit.
//!
//! Nothing here is a public interface: it changes together with the macros, and only they may use it.
//!
//! Code that macros generate goes through probes that always compile: an inherent item if the type supports the
//! operation, and otherwise the item of a fallback trait. Each error is reported once, by a check in a `const` item
//! with the span of the type.
mod arguments;
pub mod builders;
mod checks;
mod columns;
mod errors;
pub mod instead;
mod models;
mod plain_function;
mod refusals;
mod returns;
mod schemas;
mod secured;
mod values;

use serde::Serialize;
use serde_json::Value;

use crate::request::Panic;

pub use arguments::{Bare, Located, Unreadable};
#[cfg(feature = "websocket")]
pub use checks::one_socket;
pub use checks::{
    NoMessage, Nothing, Returns, ReturnsValue, StatusFirst, argument, argument_in, around_requests,
    complete, given, is_read_as_json, is_sent_as_json, no_socket, one_body, outlives_requests,
    path_value, taken_back, uncached,
};
pub use errors::{BoxedCause, Cause, NoCause, NotTransparent, Transparent, has_status};
pub use models::{Inner, NoElement, NotConstrained, Read, Written, ignored, or, required};
pub use refusals::{
    Can, Cannot, HasDefault, Holds, If, IfSent, IntoRoute, Marked, NoDependency, NotHeld, OrUnit,
    Then, any, content_fits, has_default, is_arg, is_dependency, is_error, is_field, is_held,
    is_no_constant, is_sent, is_shared, takes_arguments, unless_off,
};
pub use returns::{
    Documented, NoReturn, NoVariant, Return, Variant, declared, declared_as, declared_as_with,
    error_header, error_variant,
};
#[cfg(feature = "websocket")]
pub use returns::{NoSocketReturn, SocketReturn};
pub use schemas::{
    Name, NotShown, Shown, add_example, extend, generic_id, insert_text, to_json_with, unless,
};
pub use secured::{Holding, IsScheme, Secured, Unsecured, is_scheme, secured};
pub use values::{Back, NoBack, NoResult, NoResultType, Probe, ProbeType};

/// Fallbacks for operations that a type does not support. A macro imports all of them, without names.
pub mod fallback {
    #[cfg(feature = "websocket")]
    pub use super::NoSocketReturn as _;
    pub use super::plain_function::*;
    pub use super::{
        BoxedCause as _, Cannot as _, NeverRead as _, NoBack as _, NoCause as _, NoConstraint as _,
        NoDependency as _, NoElement as _, NoField as _, NoModel as _, NoPatch as _, NoResult as _,
        NoResultType as _, NoReturn as _, NoVariant as _, NotByReference as _, NotConstrained as _,
        NotFlattened as _, NotHeld as _, NotOptional as _, NotShown as _, NotTransparent as _,
        ReturnsValue as _, Unconstrained as _, Unreadable as _, Unsecured as _, Unvalidated as _,
    };
}

#[cfg(any(feature = "postgres", feature = "sqlite"))]
pub use columns::{from_json, from_text, to_json, to_text};
#[cfg(any(feature = "postgres", feature = "sqlite"))]
pub use sqlx;

#[cfg(feature = "multipart")]
pub use crate::extract::files_fit;
pub use schemars;
pub use serde;
pub use serde_json::{json, value::Serializer as ValueSerializer};

pub use crate::{
    body::Sizes,
    depends,
    depends::{
        AppScope, Dep, DepList, Dependency, Effect, Fresh, Injected, Node, Params, Provider,
        RequestScope, ScopeList, Scoped, Site, With, Yield, distinct, keep_clone, keep_ref, lend,
        lend_clone, lend_mut, lend_ref, lend_shared, no_cycle, without_credentials,
    },
    error::{ErasedError, HttpError, http_error},
    extract::{
        Arg, BodyKind, Constrained, DefaultFor, Element, FromLocation, FromRequest, Location,
        ParamSpec, Reads, Unconstrained, Unvalidated, Validated, both, location, validated,
    },
    macros::{Attributes, items, model},
    middleware::{Middleware, MiddlewareOutput, Next, TowerLayer},
    model::{
        Constrain, Constraints, Content, Defaulted, Field, FieldMeta, FieldOf, Fields, FlatField,
        Flattened, FlattenedField, FlattenedOf, InputSchema, Kind, Layout, Member, Members, Model,
        ModelMeta, ModelSchema, Needed, NeverRead, NoField, NoPatch, NotByReference, NotFlattened,
        NotOptional, Number, Patch, PatchField, Property, Report, Representation, Represented,
        Required, SentRefs, SentValues, Tagging, Unconstrained as NoConstraint,
        Unvalidated as NoModel, VariantSchema, WhenMissing, custom, custom_at, fits, names_of,
        read_represented, read_struct, validator, write_struct,
    },
    openapi::Operation,
    request::{Context, Failure},
    response::{
        IntoResponse, JsonLines, NoContent, ResponseError, ResponseResult, Sse,
        error::as_http_error,
    },
    routing::{
        CacheMeta, EndpointFuture, Handler, IntoMount, IntoRouter, IntoRoutes, IntoTag, IntoTags,
        Job, JobOutput, Mount, PreparedCall, Route, RouteMeta, RoutedRequest, apply_reply,
        can_be_cached, catch_panics, drive_dyn, finish, finish_with_exits, inject, new_cache,
        prepare, resolve_dependencies, route, take_exits, validation_failure,
    },
    security::OnceCheck,
    serve::{IntoBind, block_on},
    settings::{SettingsError, SettingsMeta, Sources, env_example, load_for_app},
};

#[cfg(feature = "cache")]
pub use crate::routing::{
    CacheVisit, CachedRoute, drive_cached_dyn, finish_cached, finish_cached_with_exits, look_up,
};
#[cfg(feature = "websocket")]
pub use crate::websocket::run as run_socket;

/// A constant in the user's code, whose meaning depends on its type.
#[derive(Debug)]
pub struct Const<T>(pub T);

macro_rules! numbers {
    (int: $($int:ty)*; float: $($float:ty)*) => {
        $(impl Const<$int> {
            /// Returns the constant as a bound.
            pub const fn number(self) -> Number {
                Number::Int(self.0 as i128)
            }

            /// Returns the constant as a length or a count.
            pub const fn size(self) -> usize {
                assert!(self.0 as i128 >= 0, "a length or a count cannot be negative");
                self.0 as usize
            }

            /// Returns the constant as a status.
            #[track_caller]
            pub const fn status(self) -> u16 {
                final_status(self.0 as i128)
            }
        })*
        $(impl Const<$float> {
            /// Returns the constant as a bound.
            pub const fn number(self) -> Number {
                Number::Float(self.0 as f64)
            }
        })*
    };
}

numbers!(int: i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize; float: f32 f64);

impl Const<http::StatusCode> {
    /// Returns the constant as a status.
    #[track_caller]
    pub const fn status(self) -> u16 {
        final_status(self.0.as_u16() as i128)
    }
}

/// Returns the status if a response can end with it.
#[track_caller]
const fn final_status(status: i128) -> u16 {
    assert!(
        status >= 200 && status <= 599,
        "a response status must be a number from 200 to 599"
    );
    status as u16
}

/// An `#[arg]` that `#[depends(provider(..))]` has not filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotGiven;

/// Converts a value to JSON for the document.
pub fn json<T: Serialize>(value: T) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}

/// Converts the expression of a default to the type of the value.
pub fn default<T, V: DefaultFor<T>>(value: V) -> T {
    value.value()
}

/// Runs a function that may block: the other tasks of this thread move to another thread. On a runtime with a single
/// thread, the function simply runs in place.
pub fn blocking<T>(function: impl FnOnce() -> T) -> T {
    use tokio::runtime::{Handle, RuntimeFlavor};
    match Handle::try_current().map(|handle| handle.runtime_flavor()) {
        Ok(RuntimeFlavor::MultiThread) => tokio::task::block_in_place(function),
        _ => function(),
    }
}

/// Serves as the body of a dependency that has none.
pub fn not_provided(name: &'static str) -> ! {
    let panicked = Panic(format!(
        "`{name}` has no body: its value comes from `App::provide`"
    ));
    panic!("{}", panicked.0)
}
