//! A response that is read while it is being produced.

use std::sync::{Arc, Weak};

use bytes::Bytes;
use http::{HeaderMap, Response, StatusCode};
use serde::de::DeserializeOwned;

use super::{TestClient, json::from_json, open_body::OpenBody};
use crate::app::AppService;
use crate::body::Body;
use crate::error::{HttpError, Result};

/// A response whose body is read as it is produced. Dropping it has the same effect as a client that disconnects.
///
/// ```
/// use fastrs::prelude::*;
/// use fastrs::testing::TestClient;
///
/// #[get("/numbers")]
/// async fn numbers() -> JsonLines<u32> {
///     JsonLines::generate(|out| async move {
///         for i in 1.. {
///             out.send(i).await?;
///         }
///         Ok(())
///     })
/// }
///
/// #[fastrs::main]
/// async fn main() {
///     let client = TestClient::start(App::new("Numbers", "1.0.0").routes(routes![numbers])).await;
///     let mut numbers = client.get("/numbers").stream().await;
///     assert_eq!(numbers.header("content-type"), Some("application/jsonl"));
///     assert_eq!(numbers.json_line::<u32>().await, Some(1));
///     assert_eq!(numbers.line().await.as_deref(), Some("2"));
/// }
/// ```
#[derive(Debug)]
pub struct TestStream {
    /// Gone once the client is stopped.
    app: Weak<AppService>,
    head: http::response::Parts,
    body: Arc<OpenBody>,
    /// The bytes that have arrived after the last line.
    unread: Vec<u8>,
    path: String,
}

impl TestStream {
    pub(super) fn new(client: &TestClient, response: Response<Body>, path: String) -> Self {
        let (head, body) = response.into_parts();
        let body = OpenBody::new(body);
        client.open.add(&body);
        Self {
            app: Arc::downgrade(&client.app),
            head,
            body,
            unread: Vec::new(),
            path,
        }
    }

    /// Returns the status.
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

    /// Waits for the next bytes; `None` means the end.
    ///
    /// # Panics
    ///
    /// Panics if the response ends early.
    pub async fn chunk(&mut self) -> Option<Bytes> {
        match self.try_chunk().await {
            Ok(chunk) => chunk,
            Err(error) => self.ended_early(&error),
        }
    }

    /// Waits for the next bytes, or for the end.
    ///
    /// # Errors
    ///
    /// Fails if the response ends early, because of an error or a panic after its head.
    pub async fn try_chunk(&mut self) -> Result<Option<Bytes>> {
        if !self.unread.is_empty() {
            return Ok(Some(std::mem::take(&mut self.unread).into()));
        }
        let chunk = self.body.chunk().await?;
        if chunk.is_none() {
            // Exits and background tasks run after the last byte. Once the app stops, `stop` waits for them.
            if let Some(app) = self.app.upgrade().filter(|app| !app.is_stopping()) {
                app.idle().await;
            }
        }
        Ok(chunk)
    }

    /// Waits for the next line, and returns it without its line break; `None` means the end of the response.
    ///
    /// # Panics
    ///
    /// Panics if the response ends early.
    pub async fn line(&mut self) -> Option<String> {
        match self.try_line().await {
            Ok(line) => line,
            Err(error) => self.ended_early(&error),
        }
    }

    /// Waits for the next line, or for the end.
    ///
    /// # Errors
    ///
    /// Fails if the response ends early, even in the middle of a line.
    pub async fn try_line(&mut self) -> Result<Option<String>> {
        loop {
            if let Some(end) = self.unread.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.unread.drain(..=end).collect();
                let line = String::from_utf8_lossy(&line);
                return Ok(Some(line.trim_end_matches(['\r', '\n']).to_owned()));
            }
            let before = std::mem::take(&mut self.unread);
            match self.try_chunk().await? {
                Some(chunk) => self.unread = [&before[..], &chunk].concat(),
                None if before.is_empty() => return Ok(None),
                None => return Ok(Some(String::from_utf8_lossy(&before).into_owned())),
            }
        }
    }

    /// Waits for the next line, and deserializes it from JSON; `None` means the end of the response.
    ///
    /// # Panics
    ///
    /// Panics if the response ends early, or if the line is not JSON of this type.
    pub async fn json_line<T: DeserializeOwned>(&mut self) -> Option<T> {
        let line = self.line().await?;
        let what = format_args!("a line of {}", self.path);
        Some(from_json(&line, what))
    }

    pub(super) fn ended_early(&self, error: &HttpError) -> ! {
        panic!("the response to {} ended early: {error:?}", self.path)
    }
}

impl Drop for TestStream {
    fn drop(&mut self) {
        self.body.disconnect();
    }
}
