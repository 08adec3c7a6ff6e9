//! The paths of the documents.

/// The paths of the documents; `None` disables one.
#[derive(Debug, Clone)]
pub(super) struct DocumentUrls {
    pub(super) openapi: Option<String>,
    pub(super) openapi30: Option<String>,
    pub(super) asyncapi: Option<String>,
    pub(super) docs: Option<String>,
    pub(super) redoc: Option<String>,
}

impl DocumentUrls {
    /// Returns each path with the name of its setting.
    pub(super) fn by_name(&self) -> [(&'static str, Option<&str>); 5] {
        [
            ("openapi_url", self.openapi.as_deref()),
            ("openapi30_url", self.openapi30.as_deref()),
            ("asyncapi_url", self.asyncapi.as_deref()),
            ("docs_url", self.docs.as_deref()),
            ("redoc_url", self.redoc.as_deref()),
        ]
    }
}

/// Returns the path of a document. As in FastAPI, an empty path disables it.
pub(super) fn path_of(url: Option<&str>) -> Option<String> {
    url.filter(|url| !url.is_empty()).map(str::to_owned)
}
