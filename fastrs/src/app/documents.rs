//! The documents of an app, written when they are first requested.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use serde_json::Value;

use super::App;
#[cfg(feature = "websocket")]
use crate::openapi::asyncapi;
use crate::{
    openapi::{Asset, Document, ReDoc, Server, openapi30},
    request::RootPath,
};

/// The source of the documents, behind a lock because two threads must not access schemars' settings at the same
/// time.
pub(super) struct Documents {
    document: Mutex<Document>,
    pub(super) dialect: Dialect,
    /// Whether the root path is one of the servers.
    root_path_in_servers: bool,
}

pub(super) type Dialect = fn(&Document) -> Value;

impl Documents {
    pub(super) fn new(document: Document, dialect: Dialect, root_path_in_servers: bool) -> Self {
        Self {
            document: Mutex::new(document),
            dialect,
            root_path_in_servers,
        }
    }

    /// Writes the document. The first server is the root path, unless the app already lists that path.
    pub(super) fn write(&self, dialect: Dialect, root_path: Option<&RootPath>) -> Value {
        let mut document = lock(&self.document);
        let url = root_path.map_or("".into(), RootPath::encoded);
        if url.is_empty() || !self.root_path_in_servers || document.has_server(&url) {
            return dialect(&document);
        }
        document.servers.insert(0, Server::new(url));
        let written = dialect(&document);
        document.servers.remove(0);
        written
    }
}

/// A document or a page of an app.
pub(super) enum AppAsset {
    Page(Asset),
    Document(AppDocument),
}

/// A document as an asset: one without a root path, and one for each of the root paths that were used last.
pub(super) struct AppDocument {
    documents: Arc<Documents>,
    dialect: Dialect,
    bare: OnceLock<Asset>,
    by_root_path: Mutex<Vec<(RootPath, Asset)>>,
}

/// The number of root paths for which a document is kept. A proxy names the root path, so there could be any number.
const KEPT: usize = 16;

impl AppAsset {
    pub(super) fn document(documents: &Arc<Documents>, dialect: Dialect) -> Self {
        Self::Document(AppDocument {
            documents: documents.clone(),
            dialect,
            bare: OnceLock::new(),
            by_root_path: Mutex::default(),
        })
    }

    /// Returns the asset for a request with this root path.
    pub(super) fn get(&self, root_path: Option<&RootPath>) -> Asset {
        match self {
            Self::Page(page) => page.clone(),
            Self::Document(document) => document.get(root_path),
        }
    }
}

impl AppDocument {
    fn get(&self, root_path: Option<&RootPath>) -> Asset {
        let write = || Asset::json(&self.documents.write(self.dialect, root_path));
        let Some(root_path) = root_path else {
            return self.bare.get_or_init(write).clone();
        };
        let mut kept = lock(&self.by_root_path);
        if let Some((_, asset)) = kept.iter().find(|(path, _)| path == root_path) {
            return asset.clone();
        }
        let asset = write();
        if kept.len() == KEPT {
            kept.remove(0);
        }
        kept.push((root_path.clone(), asset.clone()));
        asset
    }
}

impl App {
    /// Returns the document of the WebSockets, with its path, if there are any. FastAPI does not have one.
    #[cfg(feature = "websocket")]
    pub(super) fn asyncapi(&self, channels: Document) -> Option<(String, AppAsset)> {
        let url = self.urls.asyncapi.as_ref()?;
        if channels.is_empty() || self.fastapi_documents {
            return None;
        }
        let documents = Arc::new(Documents::new(
            channels,
            asyncapi::render,
            self.root_path_in_servers,
        ));
        let written = AppAsset::document(&documents, asyncapi::render);
        Some((url.clone(), written))
    }

    /// Returns the documents and their pages, with their paths. A document is written when it is first requested,
    /// because for a large app this takes longer than the rest of the startup.
    pub(super) fn assets(&self, documents: &Arc<Documents>) -> Vec<(String, AppAsset)> {
        let mut assets = Vec::new();
        if let Some(url) = &self.urls.openapi30 {
            let written = AppAsset::document(documents, openapi30::render);
            assets.push((url.clone(), written));
        }
        let Some(openapi) = &self.urls.openapi else {
            return assets;
        };
        let written = AppAsset::document(documents, documents.dialect);
        assets.push((openapi.clone(), written));
        let mut pages = Vec::new();
        #[cfg(feature = "docs-ui")]
        if let Some(docs) = &self.urls.docs {
            let mut ui = crate::openapi::SwaggerUi::new(&self.info.title, docs, openapi);
            if let Some(options) = &self.init_oauth {
                ui = ui.init_oauth(options.clone());
            }
            pages.append(&mut ui.assets());
        }
        if let Some(redoc) = &self.urls.redoc {
            pages.append(&mut ReDoc::new(&self.info.title, redoc, openapi).assets());
        }
        for (url, page) in pages {
            assets.push((url, AppAsset::Page(page)));
        }
        assets
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
