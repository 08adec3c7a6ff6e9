//! Multipart forms (RFC 7578): the parser, the parts as they arrive, and uploaded files.

mod content_type;
mod disposition;
mod error;
mod file_rule;
mod head;
mod parser;
mod parts;
mod spool;
mod stream;
mod temp_file;
mod upload_file;

pub use self::stream::{Multipart, Part};
pub use self::upload_file::UploadFile;

pub(crate) use self::content_type::is_multipart;
pub(crate) use self::error::FormError;
pub(crate) use self::file_rule::FileRule;
pub(crate) use self::head::PartHead;
pub(crate) use self::parser::PartEvent;
pub(crate) use self::parts::Parts;
pub(crate) use self::spool::Spool;
