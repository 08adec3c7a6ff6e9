//! Names from other frameworks, so that the error for a signature with one of them gives the fastrs equivalent
//! instead of saying that the name does not exist. They have no other use.

#![allow(missing_debug_implementations)]

macro_rules! wrappers {
    ($($name:ident)*) => {$(
        #[doc(hidden)]
        pub struct $name<T>(pub T);
    )*};
}

wrappers!(Path Query Form Header TypedHeader State Data Extension Depends ConnectInfo);

#[doc(hidden)]
pub struct HttpRequest;

#[doc(hidden)]
pub struct HttpResponse;

macro_rules! responses {
    ($($name:ident)*) => {
        /// Accepts any call on the type, so that only the type itself is an error.
        #[allow(non_snake_case, clippy::unused_self)]
        impl HttpResponse {
            $(#[doc(hidden)]
            pub fn $name() -> Self {
                Self
            })*

            #[doc(hidden)]
            pub fn json<T>(self, _: T) -> Self {
                self
            }

            #[doc(hidden)]
            pub fn body<T>(self, _: T) -> Self {
                self
            }

            #[doc(hidden)]
            pub fn finish(self) -> Self {
                self
            }
        }
    };
}

responses!(Ok Created Accepted NoContent BadRequest Unauthorized Forbidden NotFound Conflict InternalServerError);

/// `File` without its feature, which accepts the calls of the real one, so that only the type itself is an error.
#[cfg(not(feature = "files"))]
#[doc(hidden)]
#[allow(clippy::unused_async)]
pub struct File;

#[cfg(not(feature = "files"))]
#[doc(hidden)]
impl File {
    pub async fn open<P>(_: P) -> std::io::Result<Self> {
        Ok(Self)
    }

    pub fn from_bytes<B, P>(_: B, _: P) -> Self {
        Self
    }

    pub fn attachment(self, _: &str) -> Self {
        self
    }

    pub fn inline(self, _: &str) -> Self {
        self
    }

    pub fn content_type(self, _: &str) -> Self {
        self
    }
}

#[doc(hidden)]
pub struct CookieJar;

#[doc(hidden)]
pub struct Cookies;

#[doc(hidden)]
pub trait Responder {}

impl<T> Responder for T {}

#[doc(hidden)]
pub mod web {
    pub use super::{Data, Form, Header, Path, Query};
    pub use crate::response::Json;
}
