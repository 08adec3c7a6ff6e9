//! The types that pydantic has and Rust's standard library lacks.

mod duration;
mod email;
mod punycode;
mod secret;
mod sent;
mod url;

pub use duration::{Duration, DurationError};
pub use email::{EmailError, EmailStr};
pub use secret::Secret;
pub use sent::{Patch, Sent, SentKeys};
pub use url::{Url, UrlError};
