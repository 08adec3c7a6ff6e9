//! Bare arguments: scalars are read from the path or the query, models from the JSON body.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    hash::{BuildHasher, Hash},
};

use schemars::JsonSchema;
use serde::{Serialize, de::DeserializeOwned};

use super::{
    Arg, BodyKind, FromRequest, ParamSpec, Place, Validated,
    body::{describe_json, read_json},
    scalar,
    source::Source,
};
use crate::{
    model::{Duration, EmailStr, Model, Secret, Sent, Url},
    openapi::Operation,
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

/// Whether a bare argument reads the body.
pub const fn body_kind<T: Element>() -> BodyKind {
    T::READ.body()
}

/// Documents a bare argument.
pub fn describe_model<T: Element>(spec: &ParamSpec, op: &mut Operation<'_>) {
    describe_as::<T>(T::READ, spec, op);
}

/// Reads a bare argument.
pub fn extract_model<T: Element>(spec: &ParamSpec, cx: &mut Context<'_>) -> Arg<T> {
    extract_as::<T>(T::READ, spec, cx)
}

fn describe_as<T: DeserializeOwned + JsonSchema>(
    reads: Reads,
    spec: &ParamSpec,
    op: &mut Operation<'_>,
) {
    match reads {
        Reads::Body => describe_json::<T>(spec, op, None),
        Reads::Scalar | Reads::List => {
            if spec.place() == Place::Bare {
                op.bare(spec.argument());
            }
            scalar::describe::<T>(spec, op, None);
        }
    }
}

fn extract_as<T>(reads: Reads, spec: &ParamSpec, cx: &mut Context<'_>) -> Arg<T>
where
    T: DeserializeOwned + JsonSchema + Model + Send + 'static,
{
    match reads {
        Reads::Body => read_json::<T>(spec, cx, T::validate),
        Reads::Scalar | Reads::List => {
            let read = scalar::read::<T>(spec, Source::of(spec, cx), cx);
            Validated::<T>::check(read, spec, cx)
        }
    }
}

macro_rules! elements {
    ($($(#[$gate:meta])* $($name:ident)::+ $(<$($of:ty),*>)?),* $(,)?) => {$(
        $(#[$gate])*
        impl Element for $($name)::+ $(<$($of),*>)? {
            const READ: Reads = Reads::Scalar;
        }

        $(#[$gate])*
        #[diagnostic::do_not_recommend]
        impl<'r> FromRequest<'r> for $($name)::+ $(<$($of),*>)? {
            const BODY: BodyKind = body_kind::<Self>();

            fn describe(spec: &ParamSpec, op: &mut Operation<'_>) {
                describe_model::<Self>(spec, op);
            }

            fn extract(spec: &ParamSpec, cx: &mut Context<'r>) -> Arg<Self> {
                extract_model(spec, cx)
            }
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
                describe_as::<Self>($reads, spec, op);
            }

            fn extract(spec: &ParamSpec, cx: &mut Context<'r>) -> Arg<Self> {
                extract_as($reads, spec, cx)
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
        describe_as::<Self>(Reads::Body, spec, op);
    }

    fn extract(spec: &ParamSpec, cx: &mut Context<'r>) -> Arg<Self> {
        extract_as(Reads::Body, spec, cx)
    }
}
