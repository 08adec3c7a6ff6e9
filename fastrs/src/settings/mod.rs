//! Settings: a struct that is read once from the environment, `.env` files, a folder of secrets, and defaults.
//!
//! `#[settings]` makes its struct a model, so a setting has the types, constraints and error sentences of any other
//! field. This room finds the variables of a model's fields and assembles one JSON value from them, which the model then
//! reads as it reads a body.

mod describe;
mod env_file;
mod error;
mod example;
mod fields;
mod layers;
mod merged;
mod meta;
mod missing;
mod read;
mod sources;

pub use error::SettingsError;
#[doc(hidden)]
pub use example::env_example;
#[doc(hidden)]
pub use meta::SettingsMeta;
pub use sources::Sources;
#[doc(hidden)]
pub use sources::load_for_app;
