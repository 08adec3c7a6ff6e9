//! What the function of a batcher returns.

use super::BatchError;
use crate::error::HttpError;

/// What the function of a [`Batcher`](super::Batcher) can return: an output for each input, in the same order.
#[diagnostic::on_unimplemented(
    message = "the function of a `Batcher` returns `{Self}`, but needs an output for each input",
    label = "not a list of `{Out}`",
    note = "return a `Vec<Out>`, a `Vec<Result<Out, E>>` or a `Result<Vec<Out>, E>`"
)]
pub trait BatchOutputs<Out> {
    #[doc(hidden)]
    fn into_results(self) -> Results<Out>;
}

/// A result for each input, or an error of all of them.
type Results<Out> = Result<Vec<Result<Out, BatchError>>, BatchError>;

#[diagnostic::do_not_recommend]
impl<Out> BatchOutputs<Out> for Vec<Out> {
    fn into_results(self) -> Results<Out> {
        Ok(self.into_iter().map(Ok).collect())
    }
}

#[diagnostic::do_not_recommend]
impl<Out, E: Into<HttpError>> BatchOutputs<Out> for Vec<Result<Out, E>> {
    fn into_results(self) -> Results<Out> {
        let convert = |result: Result<Out, E>| result.map_err(|it| BatchError::returned(it.into()));
        Ok(self.into_iter().map(convert).collect())
    }
}

#[diagnostic::do_not_recommend]
impl<Out, E: Into<HttpError>> BatchOutputs<Out> for Result<Vec<Out>, E> {
    fn into_results(self) -> Results<Out> {
        match self {
            Ok(outputs) => outputs.into_results(),
            Err(error) => Err(BatchError::returned(error.into())),
        }
    }
}
