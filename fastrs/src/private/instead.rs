//! Names of other frameworks, so that a signature with one of them is told what stands for it here, and not that it does
//! not exist. Nothing can be done with them.

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
        /// Whatever is called on it, so that only the type is an error.
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
