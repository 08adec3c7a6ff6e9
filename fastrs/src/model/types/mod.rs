//! Types that Pydantic has and Rust's standard library lacks.

mod base64;
mod duration;
mod email;
mod partial;
mod secret;
mod url;

pub use base64::{Base64Bytes, Base64Error};
pub use duration::{Duration, DurationError};
pub use email::{EmailError, EmailStr};
pub use partial::Partial;
pub(super) use secret::MASK;
pub use secret::Secret;
pub use url::Url;
