//! Models: the schema of a value, the checks on it, and the report of every error.
//!
//! The fast path is [`Model::validate`] on a decoded value, which does nothing but comparisons. The cold path is
//! [`Compiled::diagnose`]: it walks the JSON along the type's schema, lists every error as Pydantic would, and makes
//! Pydantic's lax conversions.

mod constrain;
mod constraints;
mod derive;
mod detail;
mod echo;
mod errors;
mod exact;
mod file_text;
mod foreign;
mod impls;
mod json_error;
mod lax;
mod map_keys;
mod meta;
mod number;
mod objects;
mod patch;
mod pattern;
mod probe;
mod read;
mod report;
mod schema;
mod serde_messages;
mod tape;
mod types;
mod unique;
mod validation_error;
mod validator;
mod violations;
mod walk;
mod written;

use schemars::Schema;

pub use constrain::{Constrain, Kind, fits};
pub use constraints::Constraints;
pub use derive::{
    Content, Defaulted, Fields, FlatField, Member, Members, ModelSchema, Needed, NeverRead,
    NotOptional, Property, Required, Tagging, VariantSchema, WhenMissing, read_struct,
    write_struct,
};
pub use detail::{ErrorDetail, LocItem};
pub use errors::Errors;
pub(crate) use exact::{is_loose_number, is_rounded, whole_decimal};
#[cfg(feature = "multipart")]
pub(crate) use file_text::{FILE_TEXT, NOT_A_FILE};
pub use json_error::json_syntax_error;
pub(crate) use lax::base64::encode_standard as encode_base64;
pub(crate) use lax::canonical::is_loose_moment;
pub(crate) use lax::date::Date;
pub use lax::url::UrlError;
pub use meta::{FieldMeta, ModelMeta};
pub use number::Number;
pub(crate) use objects::{JsonText, json_from, json_from_slice};
pub use patch::{
    FieldOf, FieldType, FieldValue, Flattened, FlattenedOf, NoField, NoPatch, NotFlattened, Patch,
    PatchField, SentRefs, SentValues,
};
pub(crate) use pattern::pattern_error;
pub use probe::{Field, Unconstrained, Unvalidated};
pub(crate) use read::{
    Fault, FieldName, Fields as TextFields, Input, InputError, Json, TextSource, Texts,
    is_nullable, none,
};
pub use read::{
    FlattenedField, InputSchema, Layout, Names, Representation, Represented, names_of,
    read_represented,
};
pub(crate) use report::Finding;
pub use report::Report;
#[cfg(feature = "multipart")]
pub(crate) use schema::either;
pub use schema::{Compiled, FieldShape, FileShape, Mode, Shape};
pub(crate) use serde_messages::is_duplicate_field;
pub(crate) use tape::{JsonRef, NodeId, Replacements, Run, Tape};
pub use types::{
    Base64Bytes, Base64Error, Duration, DurationError, EmailError, EmailStr, Partial, Secret, Url,
};
pub use validation_error::ValidationError;
pub use validator::{
    Borrowed, NotByReference, Validator, ValidatorResult, custom, custom_at, validator,
};
pub(crate) use violations::violations;

#[cfg(feature = "multipart")]
pub(crate) use walk::list::{too_long, too_short};

pub(crate) use walk::keys::{
    bool as bool_key, char as char_key, integer as integer_key_error, uuid as uuid_key_error,
};

/// A type that can be used in a body, a response or a model: plain data, with checks on it.
///
/// `#[model]` implements this trait, as do the scalars, collections and pointers of the standard library. To use a
/// foreign type that does not implement it, wrap the type in a `#[model]` newtype.
///
/// ```
/// use fastrs::{Model, Report};
///
/// struct Even(u32);
///
/// impl Model for Even {
///     fn validate(&self, report: &mut Report<'_>) {
///         if self.0 % 2 == 1 {
///             report.custom(format!("{} is odd", self.0));
///         }
///     }
/// }
///
/// let mut report = Report::new();
/// vec![Even(2), Even(3)].validate(&mut report);
/// assert_eq!(report.into_custom()[0].1, "3 is odd");
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a model",
    label = "not a model",
    note = "put `#[model]` on `{Self}`; for a type from another crate, return `Json<T>`, or wrap the type in a `#[model]` newtype"
)]
pub trait Model {
    /// Whether [`validate`](Self::validate) can find anything; if `false`, lists skip the loop over their items.
    const CHECKED: bool = true;

    /// Whether the value has an uploaded file as a field, which only a form can contain.
    #[doc(hidden)]
    const FILES: bool = false;

    /// Adds to the type's schema what schemars leaves out: the schemas of the keys of the maps inside it.
    #[doc(hidden)]
    fn describe_keys(schema: &mut Schema) {
        let _ = schema;
    }

    /// Checks the constraints and runs the validators of the value and of everything inside it.
    fn validate(&self, report: &mut Report<'_>) {
        let _ = report;
    }
}
