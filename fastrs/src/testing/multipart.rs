//! Multipart forms in tests.

use std::fmt::Display;

use super::TestRequest;
use crate::body::Body;

/// A multipart form for a test's request, with fields and files.
///
/// ```
/// # use fastrs::prelude::*;
/// use fastrs::testing::{TestClient, TestForm};
/// # #[post("/avatar")]
/// # async fn upload(image: UploadFile, #[form] caption: String) -> String {
/// #     format!("{} {}: {caption}", image.filename(), image.size())
/// # }
/// # #[fastrs::main]
/// # async fn main() {
/// # let client = TestClient::start(App::new("Shop", "1.0.0").routes(routes![upload])).await;
/// let form = TestForm::new().field("caption", "Me").file("image", "me.png", "image/png", "bytes");
/// let response = client.post("/avatar").multipart(form).await;
/// assert_eq!(response.json::<String>(), "me.png 5: Me");
/// # }
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct TestForm {
    boundary: String,
    body: Vec<u8>,
}

impl Default for TestForm {
    fn default() -> Self {
        Self::new()
    }
}

impl TestForm {
    /// Creates a form without parts.
    pub fn new() -> Self {
        let random = crate::random::number();
        Self {
            boundary: format!("fastrs-{random:016x}"),
            body: Vec::new(),
        }
    }

    /// Adds a field.
    pub fn field(self, name: &str, value: impl Display) -> Self {
        self.part(&disposition(name), value.to_string().as_bytes())
    }

    /// Adds a file.
    pub fn file(
        self,
        name: &str,
        filename: &str,
        content_type: &str,
        data: impl AsRef<[u8]>,
    ) -> Self {
        let (disposition, filename) = (disposition(name), escaped(filename));
        let head =
            format!("{disposition}; filename=\"{filename}\"\r\nContent-Type: {content_type}");
        self.part(&head, data.as_ref())
    }

    fn part(mut self, head: &str, data: &[u8]) -> Self {
        let head = format!("--{}\r\n{head}\r\n\r\n", self.boundary);
        self.body.extend_from_slice(head.as_bytes());
        self.body.extend_from_slice(data);
        self.body.extend_from_slice(b"\r\n");
        self
    }
}

impl TestRequest<'_> {
    /// Sends a multipart form.
    pub fn multipart(mut self, form: TestForm) -> Self {
        let TestForm { boundary, mut body } = form;
        body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
        self.body = Body::from(body);
        self.content_type = Some(format!("multipart/form-data; boundary={boundary}").into());
        self
    }
}

fn disposition(name: &str) -> String {
    format!("Content-Disposition: form-data; name=\"{}\"", escaped(name))
}

/// Escapes a name as browsers do.
fn escaped(name: &str) -> String {
    name.replace('"', "%22")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}
