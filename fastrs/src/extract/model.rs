//! Bare arguments: scalars are read from the path or the query, models from the JSON body.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    future::Future,
    hash::{BuildHasher, Hash},
};

use schemars::JsonSchema;
use serde::de::DeserializeOwned;

use super::{
    Arg, BodyKind, FromRequest, ParamSpec, Place,
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
    /// How it is read: [`AsScalar`] or [`AsBody`].
    type Read: Read;
}

/// Where bare arguments are read from.
pub trait Read {
    #[doc(hidden)]
    const BODY: BodyKind;
    #[doc(hidden)]
    fn describe<T: JsonSchema>(spec: &ParamSpec, op: &mut Operation<'_>);
    #[doc(hidden)]
    fn extract<T>(spec: &ParamSpec, cx: &mut Context<'_>) -> impl Future<Output = Arg<T>> + Send
    where
        T: DeserializeOwned + JsonSchema + Model + Send + 'static;
}

/// From the path, if the name stands there, else from the query.
#[derive(Debug)]
pub struct AsScalar;

/// From the JSON body.
#[derive(Debug)]
pub struct AsBody;

impl Read for AsScalar {
    const BODY: BodyKind = BodyKind::None;

    fn describe<T: JsonSchema>(spec: &ParamSpec, op: &mut Operation<'_>) {
        if spec.place() == Place::Bare {
            op.bare(spec.argument());
        }
        scalar::describe::<T>(spec, op, None);
    }

    async fn extract<T>(spec: &ParamSpec, cx: &mut Context<'_>) -> Arg<T>
    where
        T: DeserializeOwned + JsonSchema + Model + Send + 'static,
    {
        scalar::read(spec, Source::of(spec, cx), cx)
    }
}

impl Read for AsBody {
    const BODY: BodyKind = BodyKind::Json;

    fn describe<T: JsonSchema>(spec: &ParamSpec, op: &mut Operation<'_>) {
        describe_json::<T>(spec, op, None);
    }

    fn extract<T>(spec: &ParamSpec, cx: &mut Context<'_>) -> impl Future<Output = Arg<T>> + Send
    where
        T: DeserializeOwned + JsonSchema + Model + Send + 'static,
    {
        read_json::<T>(spec, cx, T::validate)
    }
}

/// A scalar: what a path segment or a query value may be.
pub trait Scalar: Element<Read = AsScalar> {}

impl<T: Element<Read = AsScalar>> Scalar for T {}

/// Whether a bare argument reads the body.
pub const fn body_kind<T: Element>() -> BodyKind {
    T::Read::BODY
}

/// Documents a bare argument.
pub fn describe_model<T: Element>(spec: &ParamSpec, op: &mut Operation<'_>) {
    T::Read::describe::<T>(spec, op);
}

/// Reads a bare argument.
pub fn extract_model<T: Element>(spec: &ParamSpec, cx: &mut Context<'_>) -> impl Future<Output = Arg<T>> + Send {
    T::Read::extract::<T>(spec, cx)
}

macro_rules! elements {
    ($read:ident: $($(#[$gate:meta])* $($name:ident)::+ $(<$($of:ty),*>)?),* $(,)?) => {$(
        $(#[$gate])*
        impl Element for $($name)::+ $(<$($of),*>)? {
            type Read = $read;
        }

        $(#[$gate])*
        #[diagnostic::do_not_recommend]
        impl<'r> FromRequest<'r> for $($name)::+ $(<$($of),*>)? {
            const BODY: BodyKind = body_kind::<Self>();

            fn describe(spec: &ParamSpec, op: &mut Operation<'_>) {
                describe_model::<Self>(spec, op);
            }

            fn extract(spec: &ParamSpec, cx: &mut Context<'r>) -> impl Future<Output = Arg<Self>> + Send {
                extract_model(spec, cx)
            }
        }
    )*};
}

elements! {
    AsScalar: bool, char, i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize, f32, f64, String,
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
    ($($read:ty => [$($generics:tt)*] $collection:ty),* $(,)?) => {$(
        #[diagnostic::do_not_recommend]
        impl<'r, $($generics)*> FromRequest<'r> for $collection {
            const BODY: BodyKind = <$read>::BODY;

            fn describe(spec: &ParamSpec, op: &mut Operation<'_>) {
                <$read>::describe::<Self>(spec, op);
            }

            fn extract(spec: &ParamSpec, cx: &mut Context<'r>) -> impl Future<Output = Arg<Self>> + Send {
                <$read>::extract(spec, cx)
            }
        }
    )*};
}

collections! {
    T::Read => [T: Element] Vec<T>,
    T::Read => [T: Element + Eq + Hash, S: BuildHasher + Default + Send + 'static] HashSet<T, S>,
    T::Read => [T: Element + Ord] BTreeSet<T>,
    AsBody => [K: Element<Read = AsScalar> + Eq + Hash, V: Element, S: BuildHasher + Default + Send + 'static] HashMap<K, V, S>,
    AsBody => [K: Element<Read = AsScalar> + Ord, V: Element] BTreeMap<K, V>,
}

#[diagnostic::do_not_recommend]
impl<'r, T: Element> FromRequest<'r> for Sent<T>
where
    Sent<T>: DeserializeOwned + JsonSchema + Model,
{
    const BODY: BodyKind = BodyKind::Json;

    fn describe(spec: &ParamSpec, op: &mut Operation<'_>) {
        AsBody::describe::<Self>(spec, op);
    }

    fn extract(spec: &ParamSpec, cx: &mut Context<'r>) -> impl Future<Output = Arg<Self>> + Send {
        AsBody::extract(spec, cx)
    }
}
