//! Lists that are returned in parts.

#[cfg(feature = "cursors")]
mod cursor;
#[cfg(feature = "cursors")]
mod cursor_keys;
#[cfg(feature = "cursors")]
mod cursor_page;
mod limit;
mod links;
mod page;
mod paging;
mod part;

#[cfg(feature = "cursors")]
pub use cursor::{Cursor, Position};
#[cfg(feature = "cursors")]
pub use cursor_keys::CursorKeys;
#[cfg(feature = "cursors")]
pub use cursor_page::CursorPage;
pub use page::Page;
pub use paging::Paging;
