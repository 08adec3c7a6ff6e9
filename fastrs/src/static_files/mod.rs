//! Static files: a folder whose files are sent as they are.

mod files;
mod folder;
mod handler;
mod navigation;
mod path;
mod router;
mod source;

pub use files::StaticFiles;

pub(crate) use router::mistake;
#[cfg(feature = "templates")]
pub(crate) use router::url_name;
