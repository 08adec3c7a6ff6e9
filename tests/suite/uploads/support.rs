//! Writes multipart bodies by hand.

use fastrs::testing::{TestClient, TestResponse};

pub(super) const MULTIPART: &str = "multipart/form-data; boundary=X";

/// A body with the boundary `X`.
#[derive(Default)]
pub(super) struct Form(Vec<u8>);

impl Form {
    pub(super) fn new() -> Self {
        Self::default()
    }

    /// Adds a part with these headers.
    pub(super) fn part(mut self, headers: &[&str], data: impl AsRef<[u8]>) -> Self {
        self.0.extend_from_slice(b"--X\r\n");
        for header in headers {
            self.0.extend_from_slice(header.as_bytes());
            self.0.extend_from_slice(b"\r\n");
        }
        self.0.extend_from_slice(b"\r\n");
        self.0.extend_from_slice(data.as_ref());
        self.0.extend_from_slice(b"\r\n");
        self
    }

    pub(super) fn field(self, name: &str, value: impl AsRef<[u8]>) -> Self {
        let header = format!("Content-Disposition: form-data; name=\"{name}\"");
        self.part(&[&header], value)
    }

    pub(super) fn file(self, name: &str, filename: &str, data: impl AsRef<[u8]>) -> Self {
        self.typed(name, filename, "application/octet-stream", data)
    }

    pub(super) fn typed(
        self,
        name: &str,
        filename: &str,
        content_type: &str,
        data: impl AsRef<[u8]>,
    ) -> Self {
        let disposition =
            format!("Content-Disposition: form-data; name=\"{name}\"; filename=\"{filename}\"");
        let content_type = format!("Content-Type: {content_type}");
        self.part(&[&disposition, &content_type], data)
    }

    pub(super) fn open(self) -> Vec<u8> {
        self.0
    }

    pub(super) fn end(mut self) -> Vec<u8> {
        self.0.extend_from_slice(b"--X--\r\n");
        self.0
    }

    pub(super) async fn post(self, client: &TestClient, path: &str) -> TestResponse {
        post(client, path, self.end()).await
    }
}

pub(super) async fn post(client: &TestClient, path: &str, body: Vec<u8>) -> TestResponse {
    let request = client.post(path).header("content-type", MULTIPART);
    request.body(body).send().await
}

/// Returns the head of a request with a multipart form.
pub(crate) fn head(path: &str, length: usize) -> String {
    format!(
        "POST {path} HTTP/1.1\r\nhost: test\r\ncontent-type: {MULTIPART}\r\ncontent-length: {length}\r\n\r\n"
    )
}
