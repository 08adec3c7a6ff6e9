//! API keys in a header, the query or a cookie.

use std::borrow::Cow;

use serde_json::{Value, json};

use super::{
    SecurityScheme,
    http::{described, only_value},
};
use crate::{error::Result, request::Request};

macro_rules! api_keys {
    ($($(#[$doc:meta])* $scheme:ident = $name:literal in $place:literal, $credential:ty: $read:expr;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $scheme {
            key: &'static str,
            name: &'static str,
            description: Option<&'static str>,
        }

        impl $scheme {
            /// Creates the scheme, given the name that the key has in the request.
            pub const fn new(key: &'static str) -> Self {
                Self { key, name: $name, description: None }
            }

            documented!();
        }

        impl SecurityScheme for $scheme {
            const IS_BUILT_IN: bool = true;
            type Credential<'r> = $credential;

            fn name(&self) -> &str {
                self.name
            }

            fn describe(&self) -> Value {
                let scheme = json!({"type": "apiKey", "in": $place, "name": self.key});
                described(scheme, self.description)
            }

            fn challenge(&self) -> String {
                "APIKey".into()
            }

            /// An empty key counts as none, as in FastAPI.
            fn read<'r>(&self, request: &'r Request) -> Result<Option<$credential>> {
                let read: fn(&'r Request, &str) -> Option<$credential> = $read;
                Ok(read(request, self.key).filter(|key| !key.is_empty()))
            }
        }
    )*};
}

api_keys! {
    /// An API key in a header.
    ///
    /// ```
    /// use fastrs::prelude::*;
    /// use fastrs::security::ApiKeyHeader;
    ///
    /// const KEY: ApiKeyHeader = ApiKeyHeader::new("x-api-key");
    ///
    /// #[get("/items")]
    /// async fn items(#[security(KEY)] key: &str) -> Result<Vec<String>> {
    ///     match key {
    ///         "secret" => Ok(vec!["hammer".into()]),
    ///         _ => Err(HttpError::from_status(403)),
    ///     }
    /// }
    /// # let _ = items;
    /// ```
    ApiKeyHeader = "APIKeyHeader" in "header", &'r str: only_value;
    /// An API key in the query. A URL ends up in logs and histories, so a header is the better place.
    ApiKeyQuery = "APIKeyQuery" in "query", &'r str: |request, key| {
        let mut values = request.query_pairs().filter(|(name, _)| *name == key);
        match (values.next(), values.next()) {
            (Some((_, value)), None) => Some(value),
            _ => None,
        }
    };
    /// An API key in a cookie. A cookie that is sent twice counts as none: another app of the same domain can set one
    /// with the same name.
    ApiKeyCookie = "APIKeyCookie" in "cookie", String: |request, key| {
        let mut found = Vec::new();
        request.visit_cookies(&mut |name, value| {
            if name == key {
                found.push(value);
            }
        });
        match found.len() {
            1 => found.pop().map(Cow::into_owned),
            _ => None,
        }
    };
}
