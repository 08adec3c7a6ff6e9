//! The innermost layer of a route that identifies clients by cookies: the check for cross-site requests, and the
//! sessions.

#[cfg(feature = "sessions")]
use std::sync::Arc;

use http::request::Parts;
#[cfg(feature = "sessions")]
use http::{
    HeaderMap, HeaderValue,
    header::{CACHE_CONTROL, SET_COOKIE, VARY},
};

use super::check::Checks;
#[cfg(feature = "sessions")]
use crate::{
    body::Response,
    error::Result,
    security::{ErasedSessions, RequestSessions, SessionData, Sessions},
};
use crate::{
    error::HttpError,
    openapi::{Operation, ResponseDoc},
    routing::FlatRoute,
    security::Csrf,
};

/// The sessions of an app, each with data of another type.
#[derive(Default)]
pub(super) struct AppSessions {
    #[cfg(feature = "sessions")]
    all: Vec<Arc<dyn ErasedSessions>>,
}

impl AppSessions {
    #[cfg(feature = "sessions")]
    pub(super) fn add<T: SessionData>(&mut self, sessions: Sessions<T>) {
        self.all.push(Arc::new(sessions));
    }

    /// Reports settings with which the app cannot start.
    #[cfg(feature = "sessions")]
    pub(super) fn check(&self, checks: &mut Checks) {
        for (number, sessions) in self.all.iter().enumerate() {
            let (data, cookie) = (sessions.data_name(), sessions.cookie_name());
            for mistake in sessions.mistakes() {
                checks.push_once(format!("the sessions of `{data}`: {mistake}"));
            }
            for other in &self.all[..number] {
                if other.data() == sessions.data() {
                    checks.push_once(format!(
                        "the app has two kinds of sessions of `{data}`: use another type for one of them"
                    ));
                } else if other.cookie_name() == cookie {
                    let other = other.data_name();
                    checks.push_once(format!(
                        "the sessions of `{other}` and of `{data}` have the same cookie, `{cookie}`: give one of them another name with `.name(\"..\")`"
                    ));
                }
            }
        }
    }

    /// Describes the sessions of an operation, and returns its protection if it identifies clients by cookies.
    pub(super) fn protection(
        &self,
        route: &FlatRoute,
        op: &mut Operation<'_>,
        checks: &mut Checks,
    ) -> Option<Protection> {
        #[cfg(feature = "sessions")]
        let sessions = self.sessions_of(route, op, checks);
        let csrf = route.inherited.csrf.clone();
        checks.trusted_origins(&csrf);
        if !op.reads_cookie_credential() {
            return None;
        }
        let is_websocket = route.route.meta.websocket.is_some();
        if !is_websocket && csrf.checks(&op.meta().method) {
            op.response(403, ResponseDoc::error().description("Cross-site request"));
        }
        Some(Protection {
            csrf,
            is_websocket,
            #[cfg(feature = "sessions")]
            sessions,
        })
    }

    #[cfg(feature = "sessions")]
    fn sessions_of(
        &self,
        route: &FlatRoute,
        op: &mut Operation<'_>,
        checks: &mut Checks,
    ) -> Vec<Arc<dyn ErasedSessions>> {
        let find = |data| self.all.iter().find(|sessions| sessions.data() == data);
        let (known, unknown) = op.name_sessions(|data| Some(find(data)?.scheme()));
        for data in unknown {
            let handler = route.route.meta.name_and_location();
            checks.push_once(format!(
                "{handler}: it reads a session of `{data}`, but the app has none: add them with `.sessions(Sessions::new(..))`"
            ));
        }
        known.into_iter().filter_map(find).cloned().collect()
    }
}

/// The protection of a route that reads a session or another credential from a cookie.
pub(super) struct Protection {
    pub(super) csrf: Csrf,
    pub(super) is_websocket: bool,
    #[cfg(feature = "sessions")]
    pub(super) sessions: Vec<Arc<dyn ErasedSessions>>,
}

impl Protection {
    /// Also trusts these origins.
    #[cfg(feature = "websocket")]
    pub(super) fn trust(&mut self, origins: &[String]) {
        // Any page can send `null`, from a frame without an origin.
        let named = origins.iter().filter(|origin| *origin != "null");
        self.csrf.trusted.extend(named.cloned());
    }

    /// Returns the error for a request that a page of another site sent.
    pub(super) fn check(&self, request: &Parts) -> Result<(), HttpError> {
        self.csrf.check(request, self.is_websocket)
    }

    /// Reads the sessions of a request, for its arguments.
    #[cfg(feature = "sessions")]
    pub(super) async fn read(&self, headers: &HeaderMap) -> Result<RequestSessions> {
        let mut read = Vec::with_capacity(self.sessions.len());
        for sessions in &self.sessions {
            read.push(sessions.clone().read(headers).await?);
        }
        Ok(RequestSessions(read))
    }
}

/// Adds the cookies of the sessions to a response.
#[cfg(feature = "sessions")]
pub(super) async fn write(sessions: RequestSessions, response: &mut Response) -> Result<()> {
    let is_failure = response.status().is_server_error();
    let headers = response.headers_mut();
    headers.append(VARY, HeaderValue::from_static("Cookie"));
    for session in sessions.0 {
        let Some(cookie) = session.finish(is_failure).await? else {
            continue;
        };
        headers.append(SET_COOKIE, cookie.to_header()?);
        if !is_private(headers) {
            headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        }
    }
    Ok(())
}

/// Returns whether no cache that is shared by several clients may store a response.
#[cfg(feature = "sessions")]
fn is_private(headers: &HeaderMap) -> bool {
    let values = headers.get_all(CACHE_CONTROL).into_iter();
    let mut texts = values.filter_map(|value| value.to_str().ok());
    let is_word = |word: &str| ["no-store", "private"].contains(&word.trim());
    texts.any(|text| text.to_ascii_lowercase().split(',').any(is_word))
}
