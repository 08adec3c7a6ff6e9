//! Sessions: data about a client that the app keeps between its requests.

mod cookie;
mod data;
mod erased;
mod id;
mod memory;
mod no_session;
mod sessions;
mod slot;
#[cfg(feature = "sqlite")]
mod sqlite;
mod store;
mod times;

pub use data::SessionData;
pub use memory::MemorySessionStore;
pub use no_session::NoSession;
pub use sessions::Sessions;
#[cfg(feature = "sqlite")]
pub use sqlite::SqliteSessionStore;
pub use store::{SessionStore, StoredSession};

pub(crate) use erased::{ErasedSessions, RequestSessions};

use std::{any::TypeId, fmt, sync::Arc};

use crate::{
    error::{HttpError, Result},
    extract::{Arg, FromRequest, ParamSpec},
    openapi::Operation,
    request::{Context, Failure},
};

use slot::Slot;

/// The session of the client that sent the request: an argument of handlers and dependencies.
///
/// A client has a session from [`start`](Self::start), at login, to [`end`](Self::end), or until it expires. The app
/// says how sessions are kept: see [`App::sessions`](crate::App::sessions).
///
/// ```
/// use fastrs::prelude::*;
/// use fastrs::security::{NoSession, Session, Sessions};
///
/// #[model]
/// #[derive(Clone)]
/// struct User {
///     name: String,
/// }
///
/// #[post("/login")]
/// async fn login(name: String, session: Session<User>) {
///     session.start(User { name });
/// }
///
/// #[post("/logout")]
/// async fn logout(session: Session<User>) {
///     session.end();
/// }
///
/// #[dependency]
/// async fn current_user(session: Session<User>) -> Result<User, NoSession> {
///     session.require()
/// }
///
/// #[get("/me")]
/// async fn me(#[depends(current_user)] user: User) -> User {
///     user
/// }
///
/// # fastrs::__private::block_on(async {
/// # use fastrs::testing::TestClient;
/// # let key = Secret::new("a key of at least 32 bytes, not in the code".to_owned());
/// let app = App::new("Shop", "1.0.0")
///     .sessions(Sessions::<User>::new(key))
///     .routes(routes![login, logout, me]);
/// let client = TestClient::start(app).await;
/// assert_eq!(client.get("/me").send().await.status(), 401);
/// client.post("/login?name=alice").send().await;
/// assert_eq!(client.get("/me").send().await.text(), r#"{"name":"alice"}"#);
/// client.post("/logout").send().await;
/// assert_eq!(client.get("/me").send().await.status(), 401);
/// # });
/// ```
///
/// All arguments of this type in a request, including those of its dependencies, are the same session. What they change
/// is sent with the response, unless that is a 5xx: then only the end of a session is sent.
pub struct Session<T>(Arc<Slot<T>>);

impl<T> Session<T> {
    /// Returns the data of the session, or `None` if the client has none.
    pub fn get(&self) -> Option<T> {
        self.0.value()
    }

    /// Returns the data of the session, or a 401 if the client has none.
    pub fn require(&self) -> Result<T, NoSession> {
        self.get().ok_or(NoSession)
    }

    /// Starts a session in place of the one that the client had. Call it whenever the client becomes someone else,
    /// above all at login: someone who knew the previous session learns nothing about the new one.
    ///
    /// The previous session ends if it is in a [store](Sessions::stored). If its data is in the cookie, a copy of that
    /// cookie stays valid until it expires.
    pub fn start(&self, data: T) {
        self.0.state().start(data);
    }

    /// Replaces the data of the session. If the client has no session, this starts one.
    pub fn set(&self, data: T) {
        self.0.state().set(data);
    }

    /// Ends the session. Without a [store](Sessions::stored), a copy of its cookie stays valid until it expires.
    pub fn end(&self) {
        self.0.state().end();
    }

    /// Ends all sessions of a user, on all devices, including this one if it is the user's: for example, after a change
    /// of the password, or when a device is lost. [`start`](Self::start) then starts a new one for this client. The
    /// sessions must be in a [store](Sessions::stored), and [`Sessions::user`] says whose they are.
    ///
    /// ```
    /// use fastrs::prelude::*;
    /// use fastrs::security::{MemorySessionStore, Session, Sessions};
    ///
    /// #[post("/logout-everywhere")]
    /// async fn logout_everywhere(session: Session<String>) -> Result<()> {
    ///     match session.get() {
    ///         Some(name) => session.end_everywhere(&name).await,
    ///         None => Ok(()),
    ///     }
    /// }
    ///
    /// let sessions = Sessions::stored(MemorySessionStore::new(1000)).user(|name: &String| name.clone());
    /// let app = App::new("Shop", "1.0.0").sessions(sessions).routes(routes![logout_everywhere]);
    /// # assert!(app.build().is_ok());
    /// ```
    pub async fn end_everywhere(&self, user: &str) -> Result<()> {
        self.0.end_everywhere(user).await
    }
}

impl<T> Clone for Session<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

/// Shows no data, which may be personal.
impl<T> fmt::Debug for Session<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Session")
    }
}

#[diagnostic::do_not_recommend]
impl<T: Send + 'static> FromRequest<'_> for Session<T> {
    fn describe(_: &ParamSpec, op: &mut Operation<'_>) {
        op.reads_session(TypeId::of::<T>(), std::any::type_name::<T>());
    }

    fn extract(_: &ParamSpec, cx: &mut Context<'_>) -> Arg<Self> {
        let sessions = cx.request().extensions().get::<RequestSessions>();
        match sessions.and_then(RequestSessions::slot) {
            Some(slot) => Arg::Value(Self(slot)),
            None => Arg::Failed(Failure::of(HttpError::from_status(500).cause(
                "a replacement of a dependency reads a session that the dependency itself does not read",
            ))),
        }
    }
}
