//! URLs in templates.

use std::{fmt, sync::Arc};

use minijinja::{
    Error, ErrorKind, State, Value,
    value::{Enumerator, Kwargs, Object, from_args},
};

use crate::request::{Request, encode};

/// A URL as a template sees it: it is written in full, and its parts have Starlette's names.
#[derive(Debug, Clone)]
pub(super) struct UrlValue {
    scheme: &'static str,
    /// This is empty if the client did not name a host. The URL is then written without its scheme and host.
    host: String,
    path: String,
    query: String,
}

impl UrlValue {
    /// Returns the URL at which the app is mounted, with a trailing slash.
    pub(super) fn base(request: &Request) -> Self {
        let (scheme, host) = request.scheme_and_host();
        Self {
            scheme,
            host: host.to_owned(),
            path: format!("{}/", encode(request.root_path())),
            query: String::new(),
        }
    }

    /// Returns the URL of a request to the app at this URL.
    pub(super) fn of(&self, request: &Request) -> Self {
        let uri = request.uri();
        Self {
            query: uri.query().unwrap_or_default().to_owned(),
            ..self.join(uri.path())
        }
    }

    /// Returns the URL of a path below this one.
    pub(super) fn join(&self, path: &str) -> Self {
        self.below(&self.path, path)
    }

    /// Returns the URL of a path below another one on the same host.
    pub(super) fn below(&self, base: &str, path: &str) -> Self {
        Self {
            path: format!("{}{path}", base.trim_end_matches('/')),
            ..self.clone()
        }
    }

    /// Returns the URL for a WebSocket: `ws` for `http`, `wss` for `https`.
    pub(super) fn into_websocket(self) -> Self {
        let scheme = match self.scheme {
            "https" => "wss",
            _ => "ws",
        };
        Self { scheme, ..self }
    }

    /// Returns the URL with these parameters in its query, in place of those with the same names.
    fn include_query_params(&self, params: &Kwargs) -> Result<Self, Error> {
        let mut query = form_urlencoded::Serializer::new(String::new());
        let kept = form_urlencoded::parse(self.query.as_bytes());
        query.extend_pairs(kept.filter(|(name, _)| !params.has(name)));
        for name in params.args() {
            query.append_pair(name, &params.get::<Value>(name)?.to_string());
        }
        let query = query.finish();
        Ok(Self {
            query,
            ..self.clone()
        })
    }
}

impl Object for UrlValue {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        match key.as_str()? {
            "scheme" => Some(Value::from(self.scheme)),
            "netloc" => Some(Value::from(self.host.clone())),
            "path" => Some(Value::from(self.path.clone())),
            "query" => Some(Value::from(self.query.clone())),
            _ => None,
        }
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Str(&["scheme", "netloc", "path", "query"])
    }

    fn call_method(
        self: &Arc<Self>,
        _: &mut State<'_, '_>,
        method: &str,
        args: &[Value],
    ) -> Result<Value, Error> {
        match method {
            "include_query_params" => {
                let (params,): (Kwargs,) = from_args(args)?;
                Ok(Value::from_object(self.include_query_params(&params)?))
            }
            _ => Err(Error::from(ErrorKind::UnknownMethod)),
        }
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&**self, f)
    }
}

impl fmt::Display for UrlValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.host.is_empty() {
            write!(f, "{}://{}", self.scheme, self.host)?;
        }
        f.write_str(&self.path)?;
        match &*self.query {
            "" => Ok(()),
            query => write!(f, "?{query}"),
        }
    }
}
