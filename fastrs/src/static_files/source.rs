//! The source of static files: a folder, or the program itself.

use std::{
    borrow::Cow,
    collections::HashMap,
    fmt, io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use super::folder::{Found, open};
use crate::{error::Result, openapi::fingerprint, response::File};

#[derive(Clone)]
pub(super) enum Source {
    Folder(PathBuf),
    Embedded(Arc<Embedded>),
}

/// The function that returns the bytes of an embedded file.
type GetFile = Arc<dyn Fn(&str) -> Option<Cow<'static, [u8]>> + Send + Sync>;

pub(super) struct Embedded {
    get: GetFile,
    /// The entity tags of bytes in the program, by their address and length.
    etags: Mutex<HashMap<(usize, usize), String>>,
}

/// The file or folder at a path.
pub(super) enum Entry {
    File(File),
    /// A folder, or nothing if the files are embedded: an embedded folder is known only by its files.
    Folder,
}

impl Entry {
    fn open(root: &Path, path: &str) -> io::Result<Option<Self>> {
        Ok(match open(root, path)? {
            None => None,
            Some(Found::Folder) => Some(Self::Folder),
            Some(Found::File(file)) => Some(Self::File(File::from_std(file, path)?)),
        })
    }
}

impl Source {
    pub(super) fn embedded(get: GetFile) -> Self {
        Self::Embedded(Arc::new(Embedded {
            get,
            etags: Mutex::default(),
        }))
    }

    /// Returns what is at a path of plain names.
    pub(super) async fn find(&self, path: &str) -> Result<Option<Entry>> {
        match self {
            Self::Folder(root) => {
                let (root, path) = (root.clone(), path.to_owned());
                let opened = tokio::task::spawn_blocking(move || Entry::open(&root, &path));
                Ok(opened.await??)
            }
            Self::Embedded(files) => Ok(Some(files.get(path).map_or(Entry::Folder, Entry::File))),
        }
    }

    /// Returns why the files cannot be served, if they cannot. `page` must be one of them.
    pub(super) fn mistake(&self, page: Option<&str>) -> Option<String> {
        let has_page = match self {
            Self::Folder(root) => {
                if let Err(error) = root.read_dir() {
                    return Some(format!("the folder {self} cannot be read: {error}"));
                }
                let open = |page| open(root, page);
                page.is_none_or(|page| matches!(open(page), Ok(Some(Found::File(_)))))
            }
            Self::Embedded(files) => page.is_none_or(|page| (files.get)(page).is_some()),
        };
        let page = page.filter(|_| !has_page)?;
        Some(format!(
            "the fallback page `{page}` does not exist in {self}"
        ))
    }
}

impl Embedded {
    fn get(&self, path: &str) -> Option<File> {
        Some(match (self.get)(path)? {
            Cow::Borrowed(bytes) => File::from_bytes(bytes, path).etag(&self.etag(bytes)),
            // In a debug build, `rust-embed` reads the file each time.
            Cow::Owned(bytes) => {
                let etag = etag_of(&bytes);
                File::from_bytes(bytes, path).etag(&etag)
            }
        })
    }

    fn etag(&self, bytes: &'static [u8]) -> String {
        let key = (bytes.as_ptr() as usize, bytes.len());
        let mut etags = self.etags.lock().unwrap_or_else(PoisonError::into_inner);
        etags.entry(key).or_insert_with(|| etag_of(bytes)).clone()
    }
}

fn etag_of(bytes: &[u8]) -> String {
    format!("{:016x}", fingerprint(bytes))
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let root = match self {
            Self::Embedded(_) => return f.write_str("the embedded files"),
            Self::Folder(root) => root,
        };
        write!(f, "`{}`", root.display())?;
        match std::env::current_dir() {
            Ok(current) if root.is_relative() => write!(f, " in {}", current.display()),
            _ => Ok(()),
        }
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
