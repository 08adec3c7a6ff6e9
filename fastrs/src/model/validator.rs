//! Calls of custom validators. A wrong signature causes one error, which shows the right signature.

use std::fmt::Display;

use super::Report;

/// A custom validator, `fn(&T) -> Result<(), E>`, whose argument has the type `A`.
#[derive(Debug)]
pub struct Validator<A, R>(fn(A) -> R);

/// Returns a function as a validator.
pub fn validator<A, R>(function: fn(A) -> R) -> Validator<A, R> {
    Validator(function)
}

impl<'v, T: ?Sized, R> Validator<&'v T, R> {
    /// Calls the function. A `&String` can be passed to a function that takes a `&str`.
    #[inline]
    pub fn check(self, value: &'v T) -> R {
        (self.0)(value)
    }
}

/// Fallback for a function that takes its value in another way.
pub trait NotByReference {
    #[doc(hidden)]
    type Argument;

    // The bound appears in the compiler's error, so it stays on one line.
    #[doc(hidden)]
    #[rustfmt::skip]
    fn check<T>(self, _: T) -> Result<(), &'static str> where Self: Sized, Self::Argument: Borrowed { Ok(()) }
}

impl<A, R> NotByReference for Validator<A, R> {
    type Argument = A;
}

/// A trait that no type implements, so that the compiler prints what to write instead.
#[diagnostic::on_unimplemented(
    message = "a validator takes `&{Self}`, not `{Self}`",
    label = "takes the value itself",
    note = "write `fn is_valid(value: &{Self}) -> Result<(), String>`, with the text of the error in `Err`"
)]
pub trait Borrowed {}

/// What a validator returns: `Ok(())`, or the text of the error.
#[diagnostic::on_unimplemented(
    message = "a validator returns `Result<(), E>`, with an `E` that is `Display`, not `{Self}`",
    label = "returns `{Self}`",
    note = "write `fn is_valid(value: &T) -> Result<(), String>`, with the text of the error in `Err`"
)]
pub trait ValidatorResult {
    /// Returns the text of the error.
    fn error(self) -> Option<String>;
}

#[diagnostic::do_not_recommend]
impl<E: Display> ValidatorResult for Result<(), E> {
    #[inline]
    fn error(self) -> Option<String> {
        self.err().map(|error| error.to_string())
    }
}

/// Reports the result of a custom validator.
pub fn custom<V: ValidatorResult>(result: V, report: &mut Report<'_>) {
    if let Some(error) = result.error() {
        report.custom(error);
    }
}

/// Reports the result of a custom validator for a struct's field.
pub fn custom_at<V: ValidatorResult>(name: &'static str, result: V, report: &mut Report<'_>) {
    if let Some(error) = result.error() {
        report.at_field(name, |report| report.custom(error));
    }
}
