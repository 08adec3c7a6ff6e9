//! The form of OAuth 2's password flow.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

use crate::{
    model::{Model, Report, Secret},
    schema::hints,
};

/// The only value of `grant_type`.
const PASSWORD: &str = "password";

macro_rules! forms {
    ($($(#[$doc:meta])* $form:ident, $grant_type:ty: $is_password:expr, $required:tt, $schema:tt;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, Deserialize, Serialize)]
        #[non_exhaustive]
        pub struct $form {
            /// `password`, the only grant type that this form is for.
            pub grant_type: $grant_type,
            /// The user's name.
            pub username: String,
            /// The user's password.
            pub password: Secret<String>,
            /// The scopes that the client asks for, separated by spaces.
            #[serde(default)]
            pub scope: String,
            /// The client's id. Clients should send it with HTTP Basic instead.
            #[serde(default)]
            pub client_id: Option<String>,
            /// The client's secret. Clients should send it with HTTP Basic instead.
            #[serde(default)]
            pub client_secret: Option<Secret<String>>,
        }

        impl $form {
            /// Returns the scopes that the client asks for.
            pub fn scopes(&self) -> impl Iterator<Item = &str> {
                self.scope.split_whitespace()
            }
        }

        impl Model for $form {
            fn validate(&self, report: &mut Report<'_>) {
                let is_password: fn(&$grant_type) -> bool = $is_password;
                if !is_password(&self.grant_type) {
                    report.at_field("grant_type", |report| report.fail());
                }
            }
        }

        impl JsonSchema for $form {
            fn schema_name() -> Cow<'static, str> {
                stringify!($form).into()
            }

            fn schema_id() -> Cow<'static, str> {
                concat!("fastrs::security::", stringify!($form)).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({
                    "type": "object",
                    "properties": {
                        "grant_type": $schema,
                        "username": {"type": "string"},
                        "password": {"type": "string", "format": "password", (hints::SECRET): true},
                        "scope": {"type": "string", "default": ""},
                        "client_id": {"type": ["string", "null"]},
                        "client_secret": {
                            "type": ["string", "null"], "format": "password", (hints::SECRET): true,
                        },
                    },
                    "required": $required,
                    (hints::ARGUMENTS): true,
                })
            }
        }
    )*};
}

forms! {
    /// The form that a client of the password flow sends to get a token: FastAPI's class of that name.
    ///
    /// The response is a token of type `bearer` (RFC 6749, 5.1).
    ///
    /// ```
    /// use fastrs::prelude::*;
    /// use fastrs::security::OAuth2PasswordRequestForm;
    ///
    /// #[model]
    /// struct Token {
    ///     access_token: String,
    ///     token_type: String,
    /// }
    ///
    /// #[post("/token")]
    /// async fn login(#[form] form: OAuth2PasswordRequestForm) -> Result<Token> {
    ///     if form.username != "alice" || form.password != Secret::from("wonderland".to_owned()) {
    ///         return Err(HttpError::new(400, "Incorrect username or password"));
    ///     }
    ///     Ok(Token { access_token: "alices-token".into(), token_type: "bearer".into() })
    /// }
    /// # let _ = login;
    /// ```
    OAuth2PasswordRequestForm, Option<String>:
        |sent| sent.as_deref().is_none_or(|sent| sent == PASSWORD),
        ["username", "password"],
        {"type": ["string", "null"], "pattern": "^password$"};
    /// The same form as [`OAuth2PasswordRequestForm`], for an app that requires `grant_type`, as RFC 6749 does.
    OAuth2PasswordRequestFormStrict, String:
        |sent| sent == PASSWORD,
        ["grant_type", "username", "password"],
        {"type": "string", "pattern": "^password$"};
}
