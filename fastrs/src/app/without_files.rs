//! Compile errors about static files while their feature is off.

use super::App;
use crate::routing::Router;

/// Static files without their feature. Nothing implements it.
#[diagnostic::on_unimplemented(
    message = "serving static files needs the feature `files`",
    label = "needs the feature `files`",
    note = "turn it on: `cargo add fastrs --features files`"
)]
pub trait NeedsFiles {}

macro_rules! refuse_static_files {
    ($($name:ident),*) => {$(
        impl $name {
            #[doc(hidden)]
            pub fn static_files<F: NeedsFiles>(self, _: &str, _: F) -> Self {
                self
            }

            #[doc(hidden)]
            pub fn frontend<F: NeedsFiles>(self, _: &str, _: F) -> Self {
                self
            }
        }
    )*};
}

refuse_static_files!(App, Router);
