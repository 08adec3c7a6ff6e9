//! The builder for a test's request.

use std::borrow::Cow;
use std::fmt::Display;
use std::pin::Pin;

use bytes::Bytes;
use http::header::{
    ACCEPT, AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HOST, LOCATION, USER_AGENT,
};
use http::{Extensions, HeaderMap, HeaderValue, Method, Request, Response, StatusCode, Uri};
use http_body::Body as _;
use serde::Serialize;

use super::head::{RequestHead, encode};
use super::{TestClient, TestEvents, TestResponse, TestStream, header};
use crate::body::Body;

const MAX_REDIRECTS: usize = 20;

/// A request builder: add what the request carries, then `.send().await`.
///
/// ```
/// # use fastrs::prelude::*;
/// # use fastrs::testing::TestClient;
/// # #[post("/login")]
/// # async fn login(#[form] name: String) -> String { name }
/// # #[fastrs::main]
/// # async fn main() {
/// # let client = TestClient::start(App::new("Shop", "1.0.0").routes(routes![login])).await;
/// let response = client
///     .post("/login")
///     .header("x-request-id", "7")
///     .form(&[("name", "ada")])
///     .send()
///     .await;
/// assert_eq!(response.status(), 200);
/// # }
/// ```
#[derive(Debug)]
#[must_use = "a request is not sent until it is awaited"]
pub struct TestRequest<'c> {
    client: &'c TestClient,
    method: Method,
    pub(super) head: RequestHead,
    pub(super) body: Body,
    pub(super) content_type: Option<Cow<'static, str>>,
    follow_redirects: bool,
    extensions: Extensions,
}

impl TestClient {
    /// Starts a `GET` request.
    pub fn get(&self, path: &str) -> TestRequest<'_> {
        TestRequest::new(self, Method::GET, path)
    }

    /// Starts a `POST` request.
    pub fn post(&self, path: &str) -> TestRequest<'_> {
        TestRequest::new(self, Method::POST, path)
    }

    /// Starts a `PUT` request.
    pub fn put(&self, path: &str) -> TestRequest<'_> {
        TestRequest::new(self, Method::PUT, path)
    }

    /// Starts a `PATCH` request.
    pub fn patch(&self, path: &str) -> TestRequest<'_> {
        TestRequest::new(self, Method::PATCH, path)
    }

    /// Starts a `DELETE` request.
    pub fn delete(&self, path: &str) -> TestRequest<'_> {
        TestRequest::new(self, Method::DELETE, path)
    }

    /// Starts a `HEAD` request.
    pub fn head(&self, path: &str) -> TestRequest<'_> {
        TestRequest::new(self, Method::HEAD, path)
    }

    /// Starts an `OPTIONS` request.
    pub fn options(&self, path: &str) -> TestRequest<'_> {
        TestRequest::new(self, Method::OPTIONS, path)
    }

    /// Starts a request with any method: `client.request("PURGE", "/cache")`.
    #[track_caller]
    pub fn request(&self, method: &str, path: &str) -> TestRequest<'_> {
        match Method::from_bytes(method.as_bytes()) {
            Ok(method) => TestRequest::new(self, method, path),
            Err(_) => panic!("`{method}` is not a valid HTTP method"),
        }
    }
}

impl<'c> TestRequest<'c> {
    fn new(client: &'c TestClient, method: Method, path: &str) -> Self {
        Self {
            client,
            method,
            head: RequestHead::new(path),
            body: Body::empty(),
            content_type: None,
            follow_redirects: client.follow_redirects,
            extensions: Extensions::new(),
        }
    }

    /// Adds query parameters, encoded: `.query(&[("limit", 10)])`.
    pub fn query<K: AsRef<str>, V: Display>(mut self, pairs: &[(K, V)]) -> Self {
        self.head.query(pairs);
        self
    }

    /// Adds a header. A repeated name sends both headers.
    #[track_caller]
    pub fn header(mut self, name: &str, value: impl Display) -> Self {
        self.head.header(name, &value);
        self
    }

    /// Sends `Authorization: Basic ..` with a user name and a password (RFC 7617).
    #[track_caller]
    pub fn basic(mut self, username: &str, password: &str) -> Self {
        self.head.basic(username, password);
        self
    }

    /// Sends `Authorization: Bearer <token>`.
    #[track_caller]
    pub fn bearer(self, token: impl Display) -> Self {
        self.header("authorization", format_args!("Bearer {token}"))
    }

    /// Sends a cookie with this request, in addition to those that the client has stored.
    pub fn cookie(mut self, name: &str, value: &str) -> Self {
        self.head.cookie(name, value);
        self
    }

    /// Sends a value as JSON.
    #[track_caller]
    pub fn json<T: Serialize + ?Sized>(mut self, value: &T) -> Self {
        match serde_json::to_vec(value) {
            Ok(json) => self.body = json.into(),
            Err(error) => panic!("the value cannot be serialized to JSON: {error}"),
        }
        self.content_type = Some("application/json".into());
        self
    }

    /// Sends fields as a URL-encoded form.
    pub fn form<K: AsRef<str>, V: Display>(mut self, fields: &[(K, V)]) -> Self {
        self.body = encode(fields).into();
        self.content_type = Some("application/x-www-form-urlencoded".into());
        self
    }

    /// Sends raw bytes; set their `content-type` with [`header`](Self::header).
    pub fn body(mut self, body: impl Into<Body>) -> Self {
        self.body = body.into();
        self
    }

    /// Adds an extension to the request.
    #[cfg(feature = "websocket")]
    pub(super) fn extension<T: Clone + Send + Sync + 'static>(mut self, extension: T) -> Self {
        self.extensions.insert(extension);
        self
    }

    /// Sets whether redirects are followed for this request.
    pub fn follow_redirects(mut self, follow: bool) -> Self {
        self.follow_redirects = follow;
        self
    }

    /// Sends the request, follows redirects, and reads the whole response.
    pub async fn send(self) -> TestResponse {
        let client = self.client;
        let (response, path, redirects) = self.exchange().await;
        let response = TestResponse::read(response, path, redirects).await;
        // A streaming response starts its remaining work only after it has been read.
        client.app.idle().await;
        response
    }

    /// Sends the request, follows redirects, and returns the response as soon as its head has arrived, so that its body
    /// can be read while it is produced.
    pub async fn stream(self) -> TestStream {
        let client = self.client;
        let (response, path, _) = self.exchange().await;
        TestStream::new(client, response, path)
    }

    /// Sends the request, and returns the events of its response one by one.
    ///
    /// # Panics
    ///
    /// Panics if the response does not consist of server-sent events; the message shows its status and its body.
    pub async fn sse(self) -> TestEvents {
        TestEvents::of(self.stream().await).await
    }

    /// Sends the request and follows redirects. Returns the response, its path, and the number of redirects.
    async fn exchange(self) -> (Response<Body>, String, usize) {
        let Self {
            client,
            mut method,
            head,
            body,
            content_type,
            extensions,
            ..
        } = self;
        let mut target = Target::parse(&head.target);
        let mut headers = head.headers;
        if let (Some(value), false) = (content_type, headers.contains_key(CONTENT_TYPE)) {
            headers.insert(CONTENT_TYPE, header("content-type", &value).1);
        }
        // A stream can only be sent once; any other body can be sent again after a redirect.
        let (mut stream, mut bytes) = match body.is_streaming() {
            true => (Some(body), Bytes::new()),
            false => (None, body.collect(usize::MAX).await.unwrap_or_default()),
        };
        for redirects in 0..=MAX_REDIRECTS {
            let body = stream.take().unwrap_or_else(|| Body::from(bytes.clone()));
            let mut request = Request::new(body);
            *request.uri_mut() = target.uri();
            *request.method_mut() = method.clone();
            *request.extensions_mut() = extensions.clone();
            *request.headers_mut() =
                with_default_headers(client, &headers, &target, request.body());
            client
                .jar()
                .add_to(request.headers_mut(), target.path(), &head.cookies);

            let response = client.exchange(request).await;
            client.jar().keep(response.headers(), target.path());
            let next = response
                .headers()
                .get(LOCATION)
                .and_then(|to| to.to_str().ok());
            let (true, true, Some(to)) =
                (self.follow_redirects, is_redirect(response.status()), next)
            else {
                return (response, target.path_and_query, redirects);
            };
            let (before, to) = (target.host.clone(), target.join(to));
            target = to;
            if target.host != before {
                headers.remove(AUTHORIZATION);
            }
            if becomes_get(response.status(), &method) {
                method = Method::GET;
                bytes = Bytes::new();
                headers.remove(CONTENT_TYPE);
                headers.remove(CONTENT_LENGTH);
            }
        }
        panic!(
            "more than {MAX_REDIRECTS} redirects, the last of them to {}",
            target.path_and_query
        );
    }
}

impl<'c> IntoFuture for TestRequest<'c> {
    type Output = TestResponse;
    type IntoFuture = Pin<Box<dyn Future<Output = TestResponse> + Send + 'c>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

/// Adds the headers that every client sends.
fn with_default_headers(
    client: &TestClient,
    own: &HeaderMap,
    target: &Target,
    body: &Body,
) -> HeaderMap {
    let mut headers = own.clone();
    for name in client
        .headers
        .keys()
        .filter(|name| !own.contains_key(*name))
    {
        for value in client.headers.get_all(name) {
            headers.append(name, value.clone());
        }
    }
    headers
        .entry(HOST)
        .or_insert_with(|| header("host", &target.host).1);
    headers
        .entry(ACCEPT)
        .or_insert(HeaderValue::from_static("*/*"));
    headers
        .entry(USER_AGENT)
        .or_insert(HeaderValue::from_static("testclient"));
    if let Some(length) = body.size_hint().exact().filter(|length| *length > 0) {
        headers.entry(CONTENT_LENGTH).or_insert(length.into());
    }
    headers
}

fn is_redirect(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}

/// Returns whether a redirect changes the method to `GET`, as in browsers and httpx (RFC 9110, 15.4).
fn becomes_get(status: StatusCode, method: &Method) -> bool {
    match status.as_u16() {
        301 => *method == Method::POST,
        302 | 303 => *method != Method::HEAD && *method != Method::GET,
        _ => false,
    }
}

/// The target of a request, which always goes to the app, whatever the host is.
struct Target {
    host: String,
    path_and_query: String,
}

impl Target {
    fn parse(text: &str) -> Self {
        Self {
            host: "testserver".to_owned(),
            path_and_query: "/".to_owned(),
        }
        .join(text)
    }

    /// Resolves a reference relative to this target (RFC 3986, 5.2).
    fn join(&self, reference: &str) -> Self {
        let reference = reference.split('#').next().unwrap_or_default();
        let authority = reference
            .strip_prefix("http://")
            .or_else(|| reference.strip_prefix("https://"))
            .or_else(|| reference.strip_prefix("//"));
        if let Some(rest) = authority {
            let end = rest.find(['/', '?']).unwrap_or(rest.len());
            let (host, path) = rest.split_at(end);
            let slash = if path.starts_with('/') { "" } else { "/" };
            return Self {
                host: host.to_owned(),
                path_and_query: format!("{slash}{path}"),
            };
        }
        let path = self.path();
        let path_and_query = match reference.as_bytes().first() {
            None => self.path_and_query.clone(),
            Some(b'/') => reference.to_owned(),
            Some(b'?') => format!("{path}{reference}"),
            Some(_) => {
                let (to, query) =
                    reference.split_at(reference.find('?').unwrap_or(reference.len()));
                let folder = &path[..=path.rfind('/').unwrap_or(0)];
                format!("{}{query}", without_dots(&format!("{folder}{to}")))
            }
        };
        Self {
            host: self.host.clone(),
            path_and_query,
        }
    }

    fn path(&self) -> &str {
        self.path_and_query.split('?').next().unwrap_or_default()
    }

    fn uri(&self) -> Uri {
        match self.path_and_query.parse() {
            Ok(uri) => uri,
            Err(error) => panic!("`{}` is not a valid path: {error}", self.path_and_query),
        }
    }
}

/// Returns a path without its `.` and `..` segments (RFC 3986, 5.2.4).
fn without_dots(path: &str) -> String {
    let mut kept = Vec::new();
    let mut segments = path.split('/').skip(1).peekable();
    while let Some(segment) = segments.next() {
        if segment == ".." {
            kept.pop();
        }
        match (segment, segments.peek()) {
            ("." | "..", Some(_)) => {}
            ("." | "..", None) => kept.push(String::new()),
            (segment, _) => kept.push(segment.to_owned()),
        }
    }
    format!("/{}", kept.join("/"))
}
