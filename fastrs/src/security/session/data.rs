//! The data of a session.

use serde::{Serialize, de::DeserializeOwned};

/// The data of a session: any type that can be written as JSON, read back, and cloned, such as a `#[model]` that
/// derives `Clone`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the data of a session",
    label = "not `Clone`, `Serialize` and `Deserialize`",
    note = "put `#[model]` and `#[derive(Clone)]` on the type"
)]
pub trait SessionData: Serialize + DeserializeOwned + Clone + Send + Sync + 'static {}

#[diagnostic::do_not_recommend]
impl<T: Serialize + DeserializeOwned + Clone + Send + Sync + 'static> SessionData for T {}
