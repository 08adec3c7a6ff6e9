//! Bare arguments: scalars are read from the path or the query, models from the JSON body.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    hash::{BuildHasher, Hash},
};

use schemars::JsonSchema;
use serde::{Serialize, de::DeserializeOwned};

use super::{
    Arg, BodyKind, FromRequest, ParamSpec, Validated,
    body::{describe_json, read_json},
    input::is_nullable,
    scalar,
    source::Source,
};
use crate::{
    model::{Duration, EmailStr, Model, Secret, Sent, Url},
    openapi::{Operation, TypeSchema},
    request::Context,
};

/// A type that may stand bare, and in a bare list: a scalar, or a model.
#[diagnostic::on_unimplemented(
    message = "fastrs cannot read a list of `{Self}` from a request",
    label = "not a list of scalars or models",
    note = "put `#[model]` on `{Self}`, or give the argument a place: `#[query]`, `#[body]`"
)]
pub trait Element: DeserializeOwned + JsonSchema + Model + Send + 'static {
    /// How it is read.
    const READ: Reads;
}

/// Where a bare argument is read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reads {
    /// From the path, if its name stands there, else from the query.
    Scalar,
    /// The same, from repeated keys.
    List,
    /// From the JSON body.
    Body,
}

impl Reads {
    /// What this means for the request's body.
    pub const fn body(self) -> BodyKind {
        match self {
            Reads::Scalar | Reads::List => BodyKind::None,
            Reads::Body => BodyKind::Json,
        }
    }
}

/// Documents a bare argument.
fn describe_model<'r, T>(spec: &ParamSpec, op: &mut Operation<'_>)
where
    T: FromRequest<'r> + DeserializeOwned + JsonSchema,
{
    let of = TypeSchema::of::<T>();
    match T::BODY {
        BodyKind::Json => describe_json(spec, op, None, of, is_nullable::<T>),
        _ => scalar::describe_bare(spec, op, of, is_nullable::<T>),
    }
}

/// Reads a bare argument.
///
/// The branch is told while compiling, and the other one left out: a model is not compiled for texts, which it is never
/// read from.
fn extract_model<'r, T>(spec: &ParamSpec, cx: &mut Context<'r>) -> Arg<T>
where
    T: FromRequest<'r> + DeserializeOwned + JsonSchema + Model + 'static,
{
    if const { matches!(T::BODY, BodyKind::Json) } {
        read_json::<T>(spec, cx, T::validate)
    } else {
        match scalar::read::<T>(spec, Source::of(spec, cx), cx) {
            Arg::Value(value) => {
                Validated::<T>::check(Some(value), spec, cx).map_or(Arg::Invalid, Arg::Value)
            }
            read => read,
        }
    }
}

#[diagnostic::do_not_recommend]
impl<'r, T: Element> FromRequest<'r> for T {
    const BODY: BodyKind = T::READ.body();

    fn describe(spec: &ParamSpec, op: &mut Operation<'_>) {
        describe_model::<Self>(spec, op);
    }

    fn extract(spec: &ParamSpec, cx: &mut Context<'r>) -> Arg<Self> {
        extract_model(spec, cx)
    }
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
    EmailStr, Url, Duration, Secret<String>,
    std::net::IpAddr, std::net::Ipv4Addr, std::net::Ipv6Addr,
    #[cfg(feature = "uuid")] uuid::Uuid,
    #[cfg(feature = "decimal")] rust_decimal::Decimal,
    #[cfg(feature = "chrono")] chrono::NaiveDate,
    #[cfg(feature = "chrono")] chrono::NaiveTime,
    #[cfg(feature = "chrono")] chrono::NaiveDateTime,
    #[cfg(feature = "chrono")] chrono::DateTime<chrono::Utc>,
    #[cfg(feature = "chrono")] chrono::DateTime<chrono::FixedOffset>,
}

macro_rules! collections {
    ($($reads:expr => [$($generics:tt)*] $collection:ty),* $(,)?) => {$(
        #[diagnostic::do_not_recommend]
        impl<'r, $($generics)*> FromRequest<'r> for $collection {
            const BODY: BodyKind = $reads.body();

            fn describe(spec: &ParamSpec, op: &mut Operation<'_>) {
                describe_model::<Self>(spec, op);
            }

            fn extract(spec: &ParamSpec, cx: &mut Context<'r>) -> Arg<Self> {
                extract_model(spec, cx)
            }
        }
    )*};
}

/// How a list is read whose items are read so.
const fn many(item: Reads) -> Reads {
    match item {
        Reads::Scalar => Reads::List,
        // A list of lists has no form in a query.
        Reads::List | Reads::Body => Reads::Body,
    }
}

collections! {
    many(T::READ) => [T: Element] Vec<T>,
    many(T::READ) => [T: Element + Eq + Hash, S: BuildHasher + Default + Send + 'static] HashSet<T, S>,
    many(T::READ) => [T: Element + Ord] BTreeSet<T>,
    Reads::Body => [K: Element + Serialize + Eq + Hash, V: Element, S: BuildHasher + Default + Send + 'static] HashMap<K, V, S>,
    Reads::Body => [K: Element + Serialize + Ord, V: Element] BTreeMap<K, V>,
}

#[diagnostic::do_not_recommend]
impl<'r, T: Element> FromRequest<'r> for Sent<T>
where
    Sent<T>: DeserializeOwned + JsonSchema + Model + Send + 'static,
{
    const BODY: BodyKind = BodyKind::Json;

    fn describe(spec: &ParamSpec, op: &mut Operation<'_>) {
        describe_model::<Self>(spec, op);
    }

    fn extract(spec: &ParamSpec, cx: &mut Context<'r>) -> Arg<Self> {
        extract_model(spec, cx)
    }
}
