//! The application: its routes and its page.

use fastrs::prelude::*;

use crate::config::{Settings, settings};
use crate::routes::{files, live, messages};

/// The page is read from the source folder, so that changes appear when the browser reloads it.
const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/chat/static");

/// Returns the chat with these settings.
pub fn app(with: Settings) -> App {
    let api = Router::new("/api")
        .include(messages::router())
        .include(files::router())
        .include(live::router());
    App::new("Chat", "1.0.0")
        .description("Rooms in which people talk. A room exists as soon as someone enters it or sends a message.")
        .provide::<settings>(with)
        .include(api)
        .frontend("/", PAGE)
}
