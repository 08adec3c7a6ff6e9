//! The variable `request` of a template.

use std::sync::Arc;

use minijinja::{
    Error, ErrorKind, State, Value,
    value::{Enumerator, Object, from_args},
};

use super::{named_routes::OutermostUrls, url::UrlValue};
use crate::request::Request;

/// A request as a template sees it, with FastAPI's names.
#[derive(Debug)]
pub(super) struct TemplateRequest {
    method: String,
    pub(super) url: Arc<UrlValue>,
    pub(super) base: Arc<UrlValue>,
    /// The routes of the outermost app, if this app is mounted.
    pub(super) outermost: Option<OutermostUrls>,
    headers: Arc<Pairs>,
    query_params: Arc<Pairs>,
    cookies: Arc<Pairs>,
    client: Option<Value>,
}

impl TemplateRequest {
    pub(super) fn of(request: &Request) -> Self {
        let headers = request.headers().iter().map(|(name, value)| {
            let value = String::from_utf8_lossy(value.as_bytes());
            (name.as_str().to_owned(), value.into_owned())
        });
        let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        let mut cookies = Vec::new();
        request.visit_cookies(&mut |name, value| {
            cookies.push((name.into_owned(), value.into_owned()));
        });
        let client = |address: std::net::SocketAddr| {
            Value::from_pairs([
                ("host", Value::from(address.ip().to_string())),
                ("port", Value::from(address.port())),
            ])
        };
        let base = UrlValue::base(request);
        Self {
            method: request.method().as_str().to_owned(),
            url: Arc::new(base.of(request)),
            base: Arc::new(base),
            outermost: request.extensions().get().cloned(),
            headers: Arc::new(Pairs(headers.collect())),
            query_params: Arc::new(Pairs(request.query_pairs().map(owned).collect())),
            cookies: Arc::new(Pairs(cookies)),
            client: request.client().map(client),
        }
    }
}

impl Object for TemplateRequest {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        match key.as_str()? {
            "method" => Some(Value::from(self.method.clone())),
            "url" => Some(Value::from_dyn_object(self.url.clone())),
            "base_url" => Some(Value::from_dyn_object(self.base.clone())),
            "headers" => Some(Value::from_dyn_object(self.headers.clone())),
            "query_params" => Some(Value::from_dyn_object(self.query_params.clone())),
            "cookies" => Some(Value::from_dyn_object(self.cookies.clone())),
            "client" => Some(self.client.clone().unwrap_or(Value::from(()))),
            _ => None,
        }
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Str(&[
            "method",
            "url",
            "base_url",
            "headers",
            "query_params",
            "cookies",
            "client",
        ])
    }
}

/// Names with values. A name can occur more than once; its last value is used.
#[derive(Debug)]
struct Pairs(Vec<(String, String)>);

impl Pairs {
    fn values(&self, name: &str) -> impl DoubleEndedIterator<Item = Value> {
        let named = move |(known, _): &&(String, String)| known.eq_ignore_ascii_case(name);
        let named = self.0.iter().filter(named);
        named.map(|(_, value)| Value::from(value.clone()))
    }
}

impl Object for Pairs {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.values(key.as_str()?).next_back()
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        let mut names: Vec<&String> = Vec::new();
        for (name, _) in &self.0 {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        Enumerator::Values(
            names
                .into_iter()
                .map(|name| Value::from(name.clone()))
                .collect(),
        )
    }

    fn call_method(
        self: &Arc<Self>,
        _: &mut State<'_, '_>,
        method: &str,
        args: &[Value],
    ) -> Result<Value, Error> {
        match method {
            "get" => {
                let (name, default): (&str, Option<Value>) = from_args(args)?;
                let found = self.values(name).next_back();
                Ok(found.or(default).unwrap_or(Value::from(())))
            }
            "getlist" => {
                let (name,): (&str,) = from_args(args)?;
                Ok(self.values(name).collect())
            }
            _ => Err(Error::from(ErrorKind::UnknownMethod)),
        }
    }
}
