//! A response that has been read completely.

use bytes::Bytes;
use http::header::SET_COOKIE;
use http::{HeaderMap, Response, StatusCode};
use serde::de::DeserializeOwned;

use super::cookies;
use crate::body::Body;

/// A complete response.
///
/// ```
/// # use fastrs::prelude::*;
/// # use fastrs::testing::TestClient;
/// # #[get("/tags")]
/// # async fn tags() -> Vec<String> { vec!["new".into()] }
/// # #[fastrs::main]
/// # async fn main() {
/// # let client = TestClient::start(App::new("Shop", "1.0.0").routes(routes![tags])).await;
/// let response = client.get("/tags").send().await;
/// assert_eq!(response.header("content-type"), Some("application/json"));
/// assert_eq!(response.text(), r#"["new"]"#);
/// assert_eq!(response.json::<Vec<String>>(), ["new"]);
/// # }
/// ```
#[derive(Debug)]
pub struct TestResponse {
    head: http::response::Parts,
    body: Bytes,
    path: String,
    redirects: usize,
}

impl TestResponse {
    pub(super) async fn read(response: Response<Body>, path: String, redirects: usize) -> Self {
        let (head, body) = response.into_parts();
        match body.collect(usize::MAX).await {
            Ok(body) => Self {
                head,
                body,
                path,
                redirects,
            },
            Err(error) => panic!("the response to {path} ended early: {error:?}"),
        }
    }

    /// Returns the status, which can be compared with a number: `assert_eq!(response.status(), 201)`.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.head.status
    }

    /// Returns all headers.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.head.headers
    }

    /// Returns the first header with this name, if it is text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.headers.get(name)?.to_str().ok()
    }

    /// Returns the body.
    #[must_use]
    pub fn bytes(&self) -> &Bytes {
        &self.body
    }

    /// Returns the body as text; invalid UTF-8 is replaced.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// Deserializes the body from JSON, into a model or a `serde_json::Value`.
    ///
    /// A model is read as if a client had sent it: a `read_only` field gets its default, and a `write_only` field,
    /// which no response has, is missing. Read such a response into a `Value`, or into a struct in the test that has
    /// only the fields to check.
    ///
    /// # Panics
    ///
    /// Panics if the body is not JSON of this type; the message shows the status and the body.
    #[must_use]
    #[track_caller]
    pub fn json<T: DeserializeOwned>(&self) -> T {
        match serde_json::from_slice(&self.body) {
            Ok(value) => value,
            Err(error) => panic!(
                "the response is not JSON of type {}: {error}\n{} {}\n{}",
                std::any::type_name::<T>(),
                self.head.status,
                self.path,
                self.text(),
            ),
        }
    }

    /// Returns the cookies that this response sets, as pairs of name and value.
    #[must_use]
    pub fn cookies(&self) -> Vec<(String, String)> {
        let mut pairs = Vec::new();
        for line in self.head.headers.get_all(SET_COOKIE) {
            if let Some(pair) = line.to_str().ok().and_then(cookies::pair) {
                pairs.push(pair);
            }
        }
        pairs
    }

    /// Returns the path and query of the request; after redirects, of the last request.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Returns how many redirects were followed.
    #[must_use]
    pub fn redirects(&self) -> usize {
        self.redirects
    }
}
