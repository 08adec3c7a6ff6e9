//! The exits of a request: what its dependencies do after they have lent their values.

use std::any::{Any, TypeId};

use super::{BoxFuture, Failure, Outcome, catch};
use crate::error::Result;

/// The exits that run at the end of a request, in the order in which their dependencies were created.
pub(crate) type Exits<'r> = Vec<Box<dyn Exit<'r> + 'r>>;

/// A dependency that has lent its value and waits for the end of the request.
pub(crate) trait Exit<'r>: Send {
    /// Records the parameters with which the value of `provider` was created.
    fn bind(&mut self, provider: TypeId, params: &dyn Any);

    /// Records that the value of `provider` replaces another provider's and is stored in that provider's entry.
    fn redirect(&mut self, provider: TypeId, to: TypeId, take: TakeReplaced);

    /// Records that the value was created for one function only and is stored in a fresh entry, under this number.
    /// Returns whether this exit belongs to `provider` and had no number yet.
    fn bind_fresh(&mut self, provider: TypeId, number: usize) -> bool;

    /// Returns whether the exit runs after the last byte of the response, rather than before the first.
    fn is_after_body(&self) -> bool;

    /// Gives the value back with the outcome, and runs the rest of the function.
    fn run(
        self: Box<Self>,
        values: &mut dyn Values,
        outcome: Outcome,
    ) -> BoxFuture<'r, Result<(), Failure>>;
}

/// Takes the value that a replacement lent, with the replacement's own type.
pub(crate) type TakeReplaced = fn(&mut dyn Values, Option<usize>) -> Option<Box<dyn Any>>;

/// The values that a request's dependencies have created, of any type.
pub(crate) trait Values: Send {
    /// Passes each entry to `f` until it returns `true`.
    fn visit_any(&mut self, f: &mut dyn FnMut(&mut (dyn Any + Send)) -> bool) -> bool;
}

/// Runs all exits, last first. Each sees the outcome so far; the last error becomes the response.
pub(crate) async fn run_exits<'r>(
    mut exits: Exits<'r>,
    values: &mut dyn Values,
    mut outcome: Outcome,
) -> Result<(), Failure> {
    let mut replaced = Ok(());
    while let Some(exit) = exits.pop() {
        let ended = catch(exit.run(values, outcome.clone())).await;
        if let Err(failure) = ended.flatten() {
            outcome = Outcome::Failure(failure.clone());
            replaced = Err(failure);
        }
    }
    replaced
}
