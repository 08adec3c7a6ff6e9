//! The texts that contain a secret.

use std::sync::Mutex;

use fastrs::{Base64Bytes, prelude::*};

use super::{CANARY, PASSWORD};

/// The texts that contain a secret.
#[derive(Default)]
pub(super) struct Leaks(Mutex<Vec<String>>);

impl Leaks {
    /// Looks for a secret in a text, also in base64.
    pub(super) fn look(&self, what: &str, text: &str) {
        let encoded = json!(Base64Bytes::from(format!("alice:{PASSWORD}").into_bytes()));
        let encoded = encoded.as_str().unwrap();
        if text.contains(CANARY) || text.contains(encoded) {
            self.0.lock().unwrap().push(format!("{what}: {text}"));
        }
    }

    #[track_caller]
    pub(super) fn assert_none(self) {
        let found = self.0.into_inner().unwrap();
        assert!(found.is_empty(), "{}", found.join("\n"));
    }
}
