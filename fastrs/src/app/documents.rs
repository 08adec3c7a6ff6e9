//! The documents of an app, written when they are first requested.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use serde_json::Value;

use crate::{
    openapi::{Asset, Document, Server},
    request::{MountPath, encode},
};

/// The source of the documents, behind a lock because two threads must not access schemars' settings at the same
/// time.
pub(super) struct Documents {
    document: Mutex<Document>,
    pub(super) dialect: Dialect,
}

pub(super) type Dialect = fn(&Document) -> Value;

impl Documents {
    pub(super) fn new(document: Document, dialect: Dialect) -> Self {
        Self {
            document: Mutex::new(document),
            dialect,
        }
    }

    /// Writes the document. If the app is mounted, the first server is the path of the mount, unless the app already
    /// lists that path.
    pub(super) fn write(&self, dialect: Dialect, mount: Option<&MountPath>) -> Value {
        let mut document = lock(&self.document);
        let url = encode(mount.map_or("", MountPath::as_str));
        if url.is_empty() || document.has_server(&url) {
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

/// A document as an asset: one for the app itself, and one for each path at which it is mounted.
pub(super) struct AppDocument {
    documents: Arc<Documents>,
    dialect: Dialect,
    own: OnceLock<Asset>,
    mounted: Mutex<Vec<(MountPath, Asset)>>,
}

impl AppAsset {
    pub(super) fn document(documents: &Arc<Documents>, dialect: Dialect) -> Self {
        Self::Document(AppDocument {
            documents: documents.clone(),
            dialect,
            own: OnceLock::new(),
            mounted: Mutex::default(),
        })
    }

    /// Returns the asset for a request that came through this mount.
    pub(super) fn get(&self, mount: Option<&MountPath>) -> Asset {
        match self {
            Self::Page(page) => page.clone(),
            Self::Document(document) => document.get(mount),
        }
    }
}

impl AppDocument {
    fn get(&self, mount: Option<&MountPath>) -> Asset {
        let write = || Asset::json(&self.documents.write(self.dialect, mount));
        let Some(mount) = mount else {
            return self.own.get_or_init(write).clone();
        };
        let mut mounted = lock(&self.mounted);
        if let Some((_, asset)) = mounted.iter().find(|(path, _)| path == mount) {
            return asset.clone();
        }
        let asset = write();
        mounted.push((mount.clone(), asset.clone()));
        asset
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
