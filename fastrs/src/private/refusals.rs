//! Types that depend on a check. A type that is refused stands for nothing: of that the compiler says no more, so that one
//! mistake is one error however many functions ask for what it spoils.

use std::{
    collections::{BTreeMap, HashMap},
    marker::PhantomData,
};

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Serialize, de::DeserializeOwned};

use super::{FromLocation, FromRequest, IntoResponse, Model, NoContent, Route};

/// `<If<{ check }> as Then<T>>::Type`: `T`, if the check does not panic.
#[derive(Debug)]
pub struct If<const HOLDS: bool>;

/// What a check lets pass.
pub trait Then<T: ?Sized> {
    /// The type.
    type Type: ?Sized;
}

impl<T: ?Sized> Then<T> for If<true> {
    type Type = T;
}

/// What a type can do, told without an error: an inherent constant where it can, that of [`Cannot`] otherwise.
#[derive(Debug)]
pub struct Can<T>(PhantomData<T>);

impl<T: Send> Can<T> {
    /// Whether it may go from thread to thread.
    pub const BE_SENT: bool = true;
}

impl<T: Sync> Can<T> {
    /// Whether threads may share it.
    pub const BE_SHARED: bool = true;
}

impl<T: Clone + PartialEq + Send + Sync + 'static> Can<T> {
    /// Whether it may be an `#[arg]`.
    pub const BE_AN_ARG: bool = true;
}

impl<T: NoContent> Can<T> {
    /// Whether it is the answer of a status that has no content.
    pub const BE_NO_CONTENT: bool = true;
}

impl<T: Default> Can<T> {
    /// Its default.
    pub fn default_value() -> T {
        T::default()
    }
}

/// What a map's keys are.
macro_rules! keys {
    ($([$($rest:ident)?] $map:ty,)*) => {$(
        impl<K: JsonSchema, V, $($rest)?> Can<$map> {
            /// What describes its keys.
            pub const KEYS: Option<fn(&mut SchemaGenerator) -> Schema> = Some(K::json_schema);
        }
    )*};
}

keys! {
    [] BTreeMap<K, V>,
    [] Option<BTreeMap<K, V>>,
    [S] HashMap<K, V, S>,
    [S] Option<HashMap<K, V, S>>,
}

/// What stands in for what a type cannot do.
pub trait Cannot {
    #[doc(hidden)]
    type Value;
    #[doc(hidden)]
    const BE_NO_CONTENT: bool = false;
    #[doc(hidden)]
    fn default_value() -> Self::Value {
        unreachable!("refused: see `has_default`")
    }

    #[doc(hidden)]
    const KEYS: Option<fn(&mut SchemaGenerator) -> Schema> = None;
    #[doc(hidden)]
    const BE_SENT: bool = false;
    #[doc(hidden)]
    const BE_SHARED: bool = false;
    #[doc(hidden)]
    const BE_AN_ARG: bool = false;
}

impl<T> Cannot for Can<T> {
    type Value = T;
}

/// What a model or a signature may hold, told as by [`Can`].
#[derive(Debug)]
pub struct Holds<T: ?Sized>(PhantomData<T>);

impl<T: Serialize + DeserializeOwned + JsonSchema> Holds<T> {
    /// Whether it may be a field that is read and written.
    pub const BE_A_FIELD: bool = true;
}

impl<T: Serialize + DeserializeOwned + JsonSchema + Send + 'static> Holds<T> {
    /// The same for what looks as if it stayed on its thread.
    pub const BE_A_SENT_FIELD: bool = true;
}

impl<T: DeserializeOwned + JsonSchema> Holds<T> {
    /// Whether it may be a field that is read alone.
    pub const BE_READ: bool = true;
}

impl<T: Serialize + JsonSchema> Holds<T> {
    /// Whether it may be a field that is written alone.
    pub const BE_WRITTEN: bool = true;
}

impl<T: FromRequest<'static>> Holds<T> {
    /// Whether it may be a bare argument.
    pub const BE_READ_BARE: bool = true;
}

impl<T: FromLocation<'static, P>, P> Holds<(T, P)> {
    /// Whether it may be an argument that is read from this place.
    pub const BE_READ_THERE: bool = true;
}

impl<T: IntoResponse> Holds<T> {
    /// Whether a handler may return it.
    pub const BE_ANSWERED: bool = true;
}

impl<T: Model> Holds<T> {
    /// Whether it is a model, which is a field wherever it stands.
    pub const BE_A_MODEL: bool = true;
}

/// The type of a field whose traits are derived; an error if a field of the same type is refused.
pub trait Marked<const MARK: usize> {
    #[doc(hidden)]
    type Type;
}

/// Whether a type may be a field. Of a model nothing more is asked: the answer may be what its traits depend on.
#[doc(hidden)]
#[macro_export]
macro_rules! __may_hold {
    ($ty:ty, $role:ident) => {
        $crate::__private::Holds::<$ty>::BE_A_MODEL || {
            const fn derives() -> bool {
                #[allow(unused_imports)]
                use $crate::__private::fallback::*;
                $crate::__private::Holds::<$ty>::$role
            }
            derives()
        }
    };
}

/// What stands in for what cannot be held.
pub trait NotHeld {
    #[doc(hidden)]
    const BE_A_MODEL: bool = false;
    #[doc(hidden)]
    const BE_READ_BARE: bool = false;
    #[doc(hidden)]
    const BE_READ_THERE: bool = false;
    #[doc(hidden)]
    const BE_ANSWERED: bool = false;
    #[doc(hidden)]
    const BE_A_FIELD: bool = false;
    #[doc(hidden)]
    const BE_A_SENT_FIELD: bool = false;
    #[doc(hidden)]
    const BE_READ: bool = false;
    #[doc(hidden)]
    const BE_WRITTEN: bool = false;
}

impl<T: ?Sized> NotHeld for Holds<T> {}

/// Refuses a type with the text that the macro has for its name.
#[track_caller]
pub const fn is_held(held: bool, otherwise: &'static str) -> bool {
    if !held {
        panic!("{}", otherwise);
    }
    true
}

/// The text for a type that a feature of fastrs makes known: `needs` where the feature is off.
pub const fn unless_off(
    feature: &'static str,
    needs: &'static str,
    otherwise: &'static str,
) -> &'static str {
    let is_off = match feature.as_bytes() {
        b"chrono" => !cfg!(feature = "chrono"),
        b"decimal" => !cfg!(feature = "decimal"),
        _ => !cfg!(feature = "uuid"),
    };
    if is_off { needs } else { otherwise }
}

/// What a type is as a dependency: a constant of those under `#[dependency]`.
#[derive(Debug, Clone, Copy)]
pub enum Dependency {
    /// It is none.
    No,
    /// It has no `#[arg]`.
    Plain,
    /// It has an `#[arg]`.
    WithArguments,
}

/// What stands in for what is not a dependency.
pub trait NoDependency {
    #[doc(hidden)]
    const __DEPENDENCY: Dependency = Dependency::No;
}

impl<T> NoDependency for T {}

/// Refuses what is not a dependency.
#[track_caller]
pub const fn is_dependency(kind: Dependency) -> bool {
    assert!(
        !matches!(kind, Dependency::No),
        "this is not a dependency: put `#[dependency]` on the function that it names"
    );
    true
}

/// Refuses arguments where there is no `#[arg]`.
#[track_caller]
pub const fn takes_arguments(kind: Dependency) -> bool {
    is_dependency(kind);
    assert!(
        !matches!(kind, Dependency::Plain),
        "this dependency takes no arguments: write its name alone, or mark the argument that it takes with `#[arg]`"
    );
    true
}

/// Refuses the value of a dependency that is not `Send`.
#[track_caller]
pub const fn is_sent(sent: bool) -> bool {
    assert!(
        sent,
        "the value of a dependency moves between threads, so it must be `Send`: use `Arc` instead of `Rc`, and `Mutex` instead of `RefCell`"
    );
    true
}

/// Refuses the value of an app-scoped dependency that is not `Sync`. That it is not `Send` either is refused already.
#[track_caller]
pub const fn is_shared(sent: bool, shared: bool) -> bool {
    assert!(
        shared || !sent,
        "the value of an app-scoped dependency is shared by all requests, so it must be `Sync`: wrap it in a `Mutex`, or make the dependency request-scoped"
    );
    true
}

/// Refuses the type of an `#[arg]` by which uses of a dependency cannot be told apart.
#[track_caller]
pub const fn is_arg(arg: bool) -> bool {
    assert!(
        arg,
        "an `#[arg]` is kept and compared, so that equal uses share one value: derive `Clone` and `PartialEq` for its type, and make it `Send` and `Sync`"
    );
    true
}

/// Refuses a constant status without content for an answer with a value.
#[track_caller]
pub const fn content_fits(status: u16, no_content: bool) {
    assert!(
        no_content || !matches!(status, 204 | 205 | 304),
        "an answer with this status has no content, so the value would never be sent: return `()` or `Result<()>`, or choose another status"
    );
}

/// The type of a `#[field(default)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no default",
    label = "not `Default`",
    note = "derive `Default` for `{Self}`, or write the value: `#[field(default = ..)]`"
)]
pub trait HasDefault {}

#[diagnostic::do_not_recommend]
impl<T: Default> HasDefault for T {}

/// The one place where the type of a `#[field(default)]` is judged.
pub const fn has_default<T: HasDefault>() {}

/// What `routes![..]` lists.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a handler",
    label = "no `#[get(\"/..\")]` or the like on it",
    note = "put `#[get(\"/items\")]`, `#[post(..)]` or `#[route(..)]` on the function `{Self}`"
)]
pub trait IntoRoute {
    #[doc(hidden)]
    fn into_route(self) -> Route;
}
