//! An answer that was read to its end.

use bytes::Bytes;
use http::header::SET_COOKIE;
use http::{HeaderMap, Response, StatusCode};
use serde::de::DeserializeOwned;

use super::cookies;
use crate::body::Body;

/// An answer, whole.
///
/// ```
/// # use fastrs::prelude::*;
/// # use fastrs::TestClient;
/// # #[get("/tags")]
/// # async fn tags() -> Vec<String> { vec!["new".into()] }
/// # #[fastrs::main]
/// # async fn main() {
/// # let client = TestClient::start(App::new("Shop", "1.0.0").routes(routes![tags])).await;
/// let answer = client.get("/tags").send().await;
/// assert_eq!(answer.header("content-type"), Some("application/json"));
/// assert_eq!(answer.text(), r#"["new"]"#);
/// assert_eq!(answer.json::<Vec<String>>(), ["new"]);
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
    pub(super) async fn read(answer: Response<Body>, path: String, redirects: usize) -> Self {
        let (head, body) = answer.into_parts();
        match body.collect(usize::MAX).await {
            Ok(body) => Self {
                head,
                body,
                path,
                redirects,
            },
            Err(error) => panic!("the answer to {path} broke off: {error:?}"),
        }
    }

    /// The status. It compares with numbers: `assert_eq!(answer.status(), 201)`.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.head.status
    }

    /// All headers.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.head.headers
    }

    /// The first header of this name, if it is text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.headers.get(name)?.to_str().ok()
    }

    /// The body.
    #[must_use]
    pub fn bytes(&self) -> &Bytes {
        &self.body
    }

    /// The body as text; what is no UTF-8 is replaced.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body read as JSON: into a model, or into `serde_json::Value`.
    ///
    /// # Panics
    ///
    /// If the body is no JSON of this type; the message shows the status and the body.
    #[must_use]
    #[track_caller]
    pub fn json<T: DeserializeOwned>(&self) -> T {
        match serde_json::from_slice(&self.body) {
            Ok(value) => value,
            Err(error) => panic!(
                "the answer is not JSON of type {}: {error}\n{} {}\n{}",
                std::any::type_name::<T>(),
                self.head.status,
                self.path,
                self.text(),
            ),
        }
    }

    /// The cookies that this answer sets, as name and value.
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

    /// The path and query that answered: after redirects, the last one.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// How many redirects were followed.
    #[must_use]
    pub fn redirects(&self) -> usize {
        self.redirects
    }
}
