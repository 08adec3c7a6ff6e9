//! The templates of the pages.

use fastrs::prelude::*;
use fastrs::templates::{Templates, Urls, urls};

/// The pages are read from the source folder, so that changes appear when the browser reloads them.
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/auth/browser/templates");

#[dependency(scope = "app")]
pub async fn templates(#[depends(urls)] urls: &Urls) -> Result<Templates> {
    Ok(Templates::load(FOLDER, urls)?)
}
