//! Arguments without an attribute: scalars are read from the path or the query, models from the JSON body.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    hash::{BuildHasher, Hash},
};

use schemars::JsonSchema;
use serde::{Serialize, de::DeserializeOwned};

use super::{
    Arg, BodyKind, FromRequest, NoValue, ParamSpec,
    body::{describe_json, read_json},
    check::{accept, is_valid},
    scalar,
    source::Source,
};
use crate::{
    model::{Base64Bytes, Duration, EmailStr, Model, Partial, Secret, Url, is_nullable},
    openapi::Operation,
    request::Context,
    schema::TypeSchema,
};

/// A type that needs no attribute as an argument, alone or in a list: a scalar or a model.
#[diagnostic::on_unimplemented(
    message = "fastrs cannot read a list of `{Self}` from a request",
    label = "not a list of scalars or models",
    note = "put `#[model]` on `{Self}`, or give the argument a source: `#[query]`, `#[body]`"
)]
pub trait Element: DeserializeOwned + JsonSchema + Model + Send + 'static {
    /// The part of the request from which the type is read; by default, as for a model, the body.
    const READ: Reads = Reads::Body;
}

/// The part of the request from which an argument without an attribute is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reads {
    /// From the path if it has a placeholder of that name, otherwise from the query.
    Scalar,
    /// From the same places, as repeated keys.
    List,
    /// From the JSON body.
    Body,
}

impl Reads {
    /// Returns how such an argument reads the request's body.
    pub const fn body(self) -> BodyKind {
        match self {
            Reads::Scalar | Reads::List => BodyKind::None,
            Reads::Body => BodyKind::Json,
        }
    }
}

/// Implements `FromRequest` for the types that need no attribute.
///
/// Whether a type is read from the body is known at compile time, and the other branch is left out: the code that
/// reads text is not compiled for a model, which is never read from text. The code that reads a value is a macro arm,
/// because a function would be compiled again for each type.
macro_rules! bare {
    ($([$($generics:tt)*] $type:ty $(where [$($bounds:tt)*])? => $body:expr;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<'r, $($generics)*> FromRequest<'r> for $type
        $(where Self: $($bounds)*)?
        {
            const BODY: BodyKind = $body;
            const FILES: bool = <Self as Model>::FILES;

            fn describe(spec: &ParamSpec, op: &mut Operation<'_>) {
                let of = TypeSchema::of::<Self>();
                match Self::BODY {
                    BodyKind::Json => describe_json(spec, op, None, of, is_nullable::<Self>),
                    _ => scalar::describe_bare(spec, op, of, is_nullable::<Self>),
                }
            }

            fn extract(spec: &ParamSpec, cx: &mut Context<'r>) -> Arg<Self> {
                let mut value = None;
                let read = bare!(@read value, spec, cx);
                Arg::of(value, read)
            }

            fn take(spec: &ParamSpec, cx: &mut Context<'r>) -> Option<Self> {
                let mut value = None;
                let read = bare!(@read value, spec, cx);
                match accept(read, spec, cx) {
                    true => value,
                    false => None,
                }
            }
        }
    )*};
    (@read $value:ident, $spec:ident, $cx:ident) => {
        if const { matches!(<Self as FromRequest<'_>>::BODY, BodyKind::Json) } {
            read_json(&mut $value, $spec, $cx, Self::validate)
        } else {
            let (source, of) = (Source::of($spec, $cx), TypeSchema::of::<Self>());
            let read = scalar::read($spec, source, of, &mut $value, $cx);
            match is_valid(&$value, $spec, $cx) {
                true => read,
                false => Err(NoValue::Invalid),
            }
        }
    };
}

macro_rules! elements {
    ($($(#[$gate:meta])* $($name:ident)::+ $(<$($of:ty),*>)?),* $(,)?) => {$(
        $(#[$gate])*
        impl Element for $($name)::+ $(<$($of),*>)? {
            const READ: Reads = Reads::Scalar;
        }
    )*};
}

elements! {
    bool, char, i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize, f32, f64, String,
    EmailStr, Url, Duration, Base64Bytes, Secret<String>,
    std::net::IpAddr, std::net::Ipv4Addr, std::net::Ipv6Addr,
    #[cfg(feature = "uuid")] uuid::Uuid,
    #[cfg(feature = "decimal")] rust_decimal::Decimal,
    #[cfg(feature = "chrono")] chrono::NaiveDate,
    #[cfg(feature = "chrono")] chrono::NaiveTime,
    #[cfg(feature = "chrono")] chrono::NaiveDateTime,
    #[cfg(feature = "chrono")] chrono::DateTime<chrono::Utc>,
    #[cfg(feature = "chrono")] chrono::DateTime<chrono::FixedOffset>,
}

/// Returns how to read a list whose items are read as `item`.
const fn many(item: Reads) -> Reads {
    match item {
        Reads::Scalar => Reads::List,
        // A query cannot express a list of lists.
        Reads::List | Reads::Body => Reads::Body,
    }
}

bare! {
    [T: Element] T => T::READ.body();
    [T: Element] Vec<T> => many(T::READ).body();
    [T: Element + Eq + Hash, S: BuildHasher + Default + Send + 'static] HashSet<T, S> => many(T::READ).body();
    [T: Element + Ord] BTreeSet<T> => many(T::READ).body();
    [K: Element + Serialize + Eq + Hash, V: Element, S: BuildHasher + Default + Send + 'static] HashMap<K, V, S> => BodyKind::Json;
    [K: Element + Serialize + Ord, V: Element] BTreeMap<K, V> => BodyKind::Json;
    [T: Element] Partial<T> where [DeserializeOwned + JsonSchema + Model + Send + 'static] => BodyKind::Json;
}
