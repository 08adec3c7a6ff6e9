//! The types that pydantic has and Rust's standard library lacks.

mod duration;
mod email;
mod secret;
mod sent;
mod url;

pub use duration::{Duration, DurationError};
pub use email::{EmailError, EmailStr};
pub(super) use secret::MASK;
pub use secret::Secret;
pub use sent::{Flattened, NoPatch, Patch, Sent, SentKeys};
pub(super) use url::MOST_CHARACTERS as MOST_URL_CHARACTERS;
pub use url::{Url, UrlError};
