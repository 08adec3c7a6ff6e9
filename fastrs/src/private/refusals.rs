//! Types that depend on a check. A type that is refused stands for nothing: of that the compiler says no more, so that one
//! mistake is one error however many functions ask for what it spoils.

use std::{
    collections::{BTreeMap, HashMap},
    marker::PhantomData,
};

use schemars::{JsonSchema, Schema, SchemaGenerator};

use super::{NoContent, Route};

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

/// What stands in for what is no dependency.
pub trait NoDependency {
    #[doc(hidden)]
    const __DEPENDENCY: Dependency = Dependency::No;
}

impl<T> NoDependency for T {}

/// Refuses what is no dependency.
#[track_caller]
pub const fn is_dependency(kind: Dependency) -> bool {
    assert!(
        !matches!(kind, Dependency::No),
        "this is no dependency: put `#[dependency]` on the function that it names"
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
        "the value of a dependency goes from thread to thread, so it is `Send`: hold an `Arc` instead of an `Rc`, a `Mutex` instead of a `RefCell` in it"
    );
    true
}

/// Refuses the value of an app-scoped dependency that is not `Sync`. That it is not `Send` either is refused already.
#[track_caller]
pub const fn is_shared(sent: bool, shared: bool) -> bool {
    assert!(
        shared || !sent,
        "the value of an app-scoped dependency is shared by all requests, so it is `Sync`: wrap it in a `Mutex`, or make the dependency request-scoped"
    );
    true
}

/// Refuses the type of an `#[arg]` by which uses of a dependency cannot be told apart.
#[track_caller]
pub const fn is_arg(arg: bool) -> bool {
    assert!(
        arg,
        "an `#[arg]` is kept and compared, so that equal uses share one value: derive `Clone` and `PartialEq` for its type, which is `Send` and `Sync`"
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
    message = "`{Self}` is no handler",
    label = "not under `#[get(\"/..\")]` or its like",
    note = "put `#[get(\"/items\")]`, `#[post(..)]` or `#[route(..)]` on the function `{Self}`"
)]
pub trait IntoRoute {
    #[doc(hidden)]
    fn into_route(self) -> Route;
}
