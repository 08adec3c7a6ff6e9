//! Types that depend on a check. A type that fails its check does not resolve, so that the compiler reports no further
//! errors about it: one mistake causes one error, however many functions use the type.

use std::marker::PhantomData;

use schemars::{JsonSchema, Schema};
use serde::{Serialize, de::DeserializeOwned};

use super::{
    Dependency, Element, FromLocation, FromRequest, IntoResponse, JsonLines, Model, NoContent,
    Reads, Route, Sse,
};

/// `<If<{ check }> as Then<T>>::Type`: `T`, if the check does not panic.
#[derive(Debug)]
pub struct If<const HOLDS: bool>;

/// The type that results from a check that holds.
pub trait Then<T: ?Sized> {
    /// The type.
    type Type: ?Sized;
}

impl<T: ?Sized> Then<T> for If<true> {
    type Type = T;
}

/// `<IfSent<SENT> as OrUnit<T>>::Type`: a stream, or `()` if its items cannot be written, which the compiler reports
/// where the stream is created.
#[derive(Debug)]
pub struct IfSent<const SENT: bool>;

/// The type of a response to check.
pub trait OrUnit<T> {
    /// The type.
    type Type;
}

impl<T> OrUnit<T> for IfSent<true> {
    type Type = T;
}

impl<T> OrUnit<T> for IfSent<false> {
    type Type = ();
}

/// The abilities of a type, found without a compile error: an inherent constant if the type has the ability, and the
/// constant of [`Cannot`] otherwise.
#[derive(Debug)]
pub struct Can<T>(PhantomData<T>);

impl<T: Send> Can<T> {
    /// Whether the type can move between threads.
    pub const BE_SENT: bool = true;
}

impl<T: Sync> Can<T> {
    /// Whether threads can share the type.
    pub const BE_SHARED: bool = true;
}

impl<T: Clone + PartialEq + Send + Sync + 'static> Can<T> {
    /// Whether the type can be an `#[arg]`.
    pub const BE_AN_ARG: bool = true;
}

impl<T: Element> Can<T> {
    /// Whether the type is read from text, and not from JSON.
    pub const BE_TEXT: bool = !matches!(T::READ, Reads::Body);
}

impl<T: NoContent> Can<T> {
    /// Whether the type is a response without content.
    pub const BE_NO_CONTENT: bool = true;
}

impl<T: Default> Can<T> {
    /// Returns the default of the type.
    pub fn default_value() -> T {
        T::default()
    }
}

impl<T: Model> Can<T> {
    /// The function that describes the keys of maps in the type's schema.
    pub const KEYS: Option<fn(&mut Schema)> = Some(T::describe_keys);
    /// Whether a field of the type is an uploaded file.
    pub const HAVE_FILES: bool = T::FILES;
}

#[cfg(feature = "multipart")]
impl<T: crate::extract::FileArgument> Can<T> {
    /// Whether the type is an uploaded file, or several.
    pub const BE_A_FILE: bool = true;
    /// Whether the type is not an uploaded file.
    pub const BE_NO_FILE: bool = false;
}

/// Fallback for abilities that a type does not have.
pub trait Cannot {
    #[doc(hidden)]
    type Value;
    #[doc(hidden)]
    const BE_TEXT: bool = true;
    #[doc(hidden)]
    const BE_NO_CONTENT: bool = false;
    #[doc(hidden)]
    fn default_value() -> Self::Value {
        unreachable!("rejected: see `has_default`")
    }

    #[doc(hidden)]
    const KEYS: Option<fn(&mut Schema)> = None;
    #[doc(hidden)]
    const HAVE_FILES: bool = false;
    #[doc(hidden)]
    const BE_A_FILE: bool = false;
    #[doc(hidden)]
    const BE_NO_FILE: bool = true;
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

/// What a model or a signature can contain, found in the same way as with [`Can`].
#[derive(Debug)]
pub struct Holds<T: ?Sized>(PhantomData<T>);

impl<T: Serialize + DeserializeOwned + JsonSchema> Holds<T> {
    /// Whether the type can be a field that is both deserialized and serialized.
    pub const BE_A_FIELD: bool = true;
}

impl<T: Serialize + DeserializeOwned + JsonSchema + Send + 'static> Holds<T> {
    /// Whether a type whose name suggests that it is not `Send` can be such a field.
    pub const BE_A_SENT_FIELD: bool = true;
}

impl<T> Holds<Sse<T>> {
    /// Whether the type is a stream of items.
    pub const BE_A_STREAM: bool = true;
}

impl<T> Holds<JsonLines<T>> {
    /// Whether the type is a stream of items.
    pub const BE_A_STREAM: bool = true;
}

impl<T: Serialize> Holds<T> {
    /// Whether a stream can send the type.
    pub const BE_SENT: bool = true;
}

impl<T: DeserializeOwned + JsonSchema> Holds<T> {
    /// Whether the type can be a field that is only deserialized.
    pub const BE_READ: bool = true;
}

impl<T: Serialize + JsonSchema> Holds<T> {
    /// Whether the type can be a field that is only serialized.
    pub const BE_WRITTEN: bool = true;
}

/// serde reads and writes `{"secs": .., "nanos": ..}`, which no client expects.
impl Holds<std::time::Duration> {
    /// The type to use instead.
    pub const INSTEAD: Option<&'static str> = Some(
        "`std::time::Duration` is `{\"secs\": 1, \"nanos\": 0}` in JSON: use `fastrs::Duration`, which is ISO 8601",
    );
}

impl Holds<std::time::SystemTime> {
    /// The type to use instead.
    pub const INSTEAD: Option<&'static str> = Some(
        "`std::time::SystemTime` is `{\"secs_since_epoch\": 1, \"nanos_since_epoch\": 0}` in JSON: use `chrono::DateTime<Utc>`, which is ISO 8601",
    );
}

impl<T: FromRequest<'static>> Holds<T> {
    /// Whether the type can be a bare argument.
    pub const BE_READ_BARE: bool = true;
}

impl<T: FromLocation<'static, P>, P> Holds<(T, P)> {
    /// Whether the type can be an argument that is read from this location.
    pub const BE_READ_THERE: bool = true;
}

impl<T, E> Holds<Result<T, E>> {
    /// Whether an argument can be of the type: not if it is a `Result`, although serde can read one.
    pub const BE_ONE_VALUE: bool = false;
}

impl<T: IntoResponse> Holds<T> {
    /// Whether a handler can return the type.
    pub const BE_A_RESPONSE: bool = true;
}

impl<T: Model> Holds<T> {
    /// Whether the type is a model, which can always be a field.
    pub const BE_A_MODEL: bool = true;
}

/// The type of a field whose traits are derived. It is an error if another field of the same type has been rejected.
pub trait Marked<const MARK: usize> {
    #[doc(hidden)]
    type Type;
}

/// Returns whether a type can be a field. A model is not checked further: its traits may depend on the result.
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

/// Fallback for types that cannot be contained.
pub trait NotHeld {
    #[doc(hidden)]
    const BE_A_MODEL: bool = false;
    #[doc(hidden)]
    const BE_A_STREAM: bool = false;
    #[doc(hidden)]
    const BE_SENT: bool = false;
    #[doc(hidden)]
    const BE_ONE_VALUE: bool = true;
    #[doc(hidden)]
    const BE_READ_BARE: bool = false;
    #[doc(hidden)]
    const BE_READ_THERE: bool = false;
    #[doc(hidden)]
    const BE_A_RESPONSE: bool = false;
    #[doc(hidden)]
    const INSTEAD: Option<&'static str> = None;
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

/// Rejects a type with the error message that the macro chose by the type's name.
#[track_caller]
pub const fn is_held(held: bool, otherwise: &'static str) -> bool {
    if !held {
        panic!("{}", otherwise);
    }
    true
}

/// Rejects a type as a field, with its own error message if it has one.
#[track_caller]
pub const fn is_field(held: bool, instead: Option<&'static str>, otherwise: &'static str) -> bool {
    match instead {
        Some(instead) => is_held(false, instead),
        None => is_held(held, otherwise),
    }
}

/// Returns whether one of the fields of a model is a file.
pub const fn any(files: &[bool]) -> bool {
    let mut i = 0;
    while i < files.len() {
        if files[i] {
            return true;
        }
        i += 1;
    }
    false
}

/// Selects the error message for a type that a feature of fastrs supports: `needs` if the feature is off.
pub const fn unless_off(
    feature: &'static str,
    needs: &'static str,
    otherwise: &'static str,
) -> &'static str {
    let is_off = match feature.as_bytes() {
        b"chrono" => !cfg!(feature = "chrono"),
        b"decimal" => !cfg!(feature = "decimal"),
        b"files" => !cfg!(feature = "files"),
        _ => !cfg!(feature = "uuid"),
    };
    if is_off { needs } else { otherwise }
}

/// Fallback for types that are not dependencies.
pub trait NoDependency {
    #[doc(hidden)]
    const __DEPENDENCY: Dependency = Dependency::No;
}

impl<T> NoDependency for T {}

/// Rejects types that are not dependencies.
#[track_caller]
pub const fn is_dependency(kind: Dependency) -> bool {
    assert!(
        !matches!(kind, Dependency::No),
        "this is not a dependency: put `#[dependency]` on the function that it names"
    );
    true
}

/// Rejects a constant as a dependency.
#[track_caller]
pub const fn is_no_constant(kind: Dependency) -> bool {
    assert!(
        !matches!(kind, Dependency::No),
        "a dependency is a `#[dependency]` function, and not a constant: a security scheme is read with `#[security(OAUTH2)] token: String`"
    );
    true
}

/// Rejects arguments for a dependency that has no `#[arg]`.
#[track_caller]
pub const fn takes_arguments(kind: Dependency) -> bool {
    is_dependency(kind);
    assert!(
        !matches!(kind, Dependency::WithoutArguments),
        "this dependency takes no arguments: write only its name, or mark its argument with `#[arg]`"
    );
    true
}

/// Rejects the value of a dependency or a job if it is not `Send`.
#[track_caller]
pub const fn is_sent(sent: bool) -> bool {
    assert!(
        sent,
        "the value moves between threads, so it must be `Send`: use `Arc` instead of `Rc`, and `Mutex` instead of `RefCell`"
    );
    true
}

/// Rejects an app-scoped dependency's value if it is not `Sync`. A value that is not `Send` has already been
/// rejected.
#[track_caller]
pub const fn is_shared(sent: bool, shared: bool) -> bool {
    assert!(
        shared || !sent,
        "the value of an app-scoped dependency is shared by all requests, so it must be `Sync`: wrap it in a `Mutex`, or make the dependency request-scoped"
    );
    true
}

/// Rejects the type of an `#[arg]` that cannot tell uses of a dependency apart.
#[track_caller]
pub const fn is_arg(arg: bool) -> bool {
    assert!(
        arg,
        "an `#[arg]` is stored and compared, so that equal uses share one value: derive `Clone` and `PartialEq` for its type, and make it `Send` and `Sync`"
    );
    true
}

/// Rejects a constant status without content for a response with a value.
#[track_caller]
pub const fn content_fits(status: u16, no_content: bool) {
    assert!(
        no_content || !matches!(status, 204 | 205 | 304),
        "a response with this status has no content, so the value would never be sent: return `()` or `Result<()>`, or choose another status"
    );
}

/// Rejects a constant success status for an error.
#[track_caller]
pub const fn is_error(status: u16) {
    assert!(
        status >= 300,
        "this status says that the request succeeded: an error has one from 300 to 599, such as `404`"
    );
}

/// The type of a `#[field(default)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no default value",
    label = "not `Default`",
    note = "derive `Default` for `{Self}`, or write the value: `#[field(default = ..)]`"
)]
pub trait HasDefault {}

#[diagnostic::do_not_recommend]
impl<T: Default> HasDefault for T {}

/// Checks the type of a `#[field(default)]`. This is the only place that does.
pub const fn has_default<T: HasDefault>() {}

/// The items that `routes![..]` accepts.
#[diagnostic::on_unimplemented(
    message = "this is not a handler",
    label = "no route attribute, such as `#[get(\"/..\")]`",
    note = "put `#[get(\"/items\")]`, `#[post(..)]` or `#[route(..)]` on the function that it names"
)]
pub trait IntoRoute {
    #[doc(hidden)]
    fn into_route(self) -> Route;
}
