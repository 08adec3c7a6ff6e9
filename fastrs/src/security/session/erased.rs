//! Sessions without the type of their data, for the code between requests and their arguments.

use std::{
    any::{Any, TypeId, type_name},
    sync::Arc,
};

use http::HeaderMap;
use serde_json::{Value, json};

use super::{SessionData, Sessions, slot::Slot};
use crate::{
    error::Result,
    request::{BoxFuture, Cookie, visit_cookies},
};

/// The [`Sessions`] of an app with data of any type.
pub(crate) trait ErasedSessions: Send + Sync {
    /// Returns the type of the data.
    fn data(&self) -> TypeId;

    /// Returns the name of that type.
    fn data_name(&self) -> &'static str;

    /// Returns why the app cannot start with these sessions.
    fn mistakes(&self) -> Vec<String>;

    /// Returns the name of the cookie.
    fn cookie_name(&self) -> String;

    /// Returns the name and the object of their security scheme in the document.
    fn scheme(&self) -> (String, Value);

    /// Reads the session of a request.
    fn read<'x>(
        self: Arc<Self>,
        headers: &'x HeaderMap,
    ) -> BoxFuture<'x, Result<Arc<dyn ErasedSession>>>;
}

/// The session of one request with data of any type.
pub(crate) trait ErasedSession: Any + Send + Sync {
    /// Writes what has changed, and returns the cookie of the response, if it needs one.
    fn finish(&self, is_failure: bool) -> BoxFuture<'_, Result<Option<Cookie>>>;

    /// Returns whose session it is, and its data, for the key of a stored response.
    #[cfg(feature = "cache")]
    fn identity(&self) -> Vec<u8>;

    /// Returns whether the request has changed it.
    #[cfg(feature = "cache")]
    fn is_changed(&self) -> bool;
}

/// The sessions of a request, in its extensions.
#[derive(Clone)]
pub(crate) struct RequestSessions(pub(crate) Vec<Arc<dyn ErasedSession>>);

impl RequestSessions {
    /// Returns the session whose data is a `T`.
    pub(super) fn slot<T: Send + 'static>(&self) -> Option<Arc<Slot<T>>> {
        let mut sessions = self.0.iter();
        sessions.find_map(|session| {
            let session: Arc<dyn Any + Send + Sync> = session.clone();
            session.downcast().ok()
        })
    }
}

impl<T: SessionData> ErasedSessions for Sessions<T> {
    fn data(&self) -> TypeId {
        TypeId::of::<T>()
    }

    fn data_name(&self) -> &'static str {
        type_name::<T>()
    }

    fn mistakes(&self) -> Vec<String> {
        self.mistakes()
    }

    fn cookie_name(&self) -> String {
        self.cookie_name()
    }

    fn scheme(&self) -> (String, Value) {
        let scheme = json!({"type": "apiKey", "in": "cookie", "name": self.cookie_name()});
        (self.scheme_name().to_owned(), scheme)
    }

    fn read<'x>(
        self: Arc<Self>,
        headers: &'x HeaderMap,
    ) -> BoxFuture<'x, Result<Arc<dyn ErasedSession>>> {
        Box::pin(async move {
            let (name, mut cookies) = (self.cookie_name(), Vec::new());
            visit_cookies(headers, &mut |found, value| {
                if found == name {
                    cookies.push(value.into_owned());
                }
            });
            let session: Arc<dyn ErasedSession> = Arc::new(Slot::read(self, cookies).await?);
            Ok(session)
        })
    }
}

impl<T: SessionData> ErasedSession for Slot<T> {
    fn finish(&self, is_failure: bool) -> BoxFuture<'_, Result<Option<Cookie>>> {
        Box::pin(self.finish(is_failure))
    }

    #[cfg(feature = "cache")]
    fn identity(&self) -> Vec<u8> {
        self.identity()
    }

    #[cfg(feature = "cache")]
    fn is_changed(&self) -> bool {
        self.state().is_changed()
    }
}
