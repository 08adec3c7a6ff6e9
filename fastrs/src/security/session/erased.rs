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
    /// Writes what has changed, and returns the cookie of the response, if it needs one. If the request has failed, only
    /// the end of a session is written.
    fn finish(self: Arc<Self>, is_failure: bool) -> BoxFuture<'static, Result<Option<Cookie>>>;
}

/// The sessions of a request, in its extensions.
#[derive(Clone)]
pub(crate) struct RequestSessions(pub(crate) Vec<Arc<dyn ErasedSession>>);

impl RequestSessions {
    /// Returns the session whose data is a `T`.
    pub(super) fn slot<T: SessionData>(&self) -> Option<Arc<Slot<T>>> {
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
        let name = match &*self.name {
            "session" => "Session",
            name => name,
        };
        let scheme = json!({"type": "apiKey", "in": "cookie", "name": self.cookie_name()});
        (name.to_owned(), scheme)
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
            let session: Arc<dyn ErasedSession> = Arc::new(Slot::read(self, &cookies));
            Ok(session)
        })
    }
}

impl<T: SessionData> ErasedSession for Slot<T> {
    fn finish(self: Arc<Self>, is_failure: bool) -> BoxFuture<'static, Result<Option<Cookie>>> {
        Box::pin(async move { self.cookie(is_failure) })
    }
}
