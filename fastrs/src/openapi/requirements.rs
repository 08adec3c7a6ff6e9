//! The security requirements of an operation while it is described.

use std::{any::TypeId, fmt};

use serde_json::Value;

/// A security scheme that an operation requires.
#[derive(Debug)]
pub(super) struct Security {
    pub(super) name: String,
    pub(super) scheme: Value,
    pub(super) scopes: Vec<String>,
    /// Whether the operation also accepts requests without its credential.
    pub(super) is_optional: bool,
    /// The type of the session's data, if it is a session: the app names its scheme.
    pub(super) session: Option<TypeId>,
}

/// A security scheme that a route reads, as [`BuiltApp::routes`](crate::BuiltApp::routes) lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecurityRequirement {
    scheme: String,
    scopes: Vec<String>,
    is_optional: bool,
}

impl SecurityRequirement {
    /// Returns the name of the scheme in the document.
    pub fn scheme(&self) -> &str {
        &self.scheme
    }

    /// Returns the scopes that are required of its credential.
    pub fn scopes(&self) -> &[String] {
        &self.scopes
    }

    /// Returns whether a request without its credential is accepted.
    pub fn is_optional(&self) -> bool {
        self.is_optional
    }
}

/// The scheme with its scopes, and a question mark if it is optional: `OAuth2PasswordBearer(me items)`,
/// `APIKeyHeader?`.
impl fmt::Display for SecurityRequirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.scheme)?;
        if !self.scopes.is_empty() {
            write!(f, "({})", self.scopes.join(" "))?;
        }
        f.write_str(if self.is_optional { "?" } else { "" })
    }
}

/// A dependency that has been described, and the security schemes that it needs, itself or through its own
/// dependencies, by their index in the operation.
#[derive(Debug)]
pub(super) struct Described {
    pub(super) id: TypeId,
    pub(super) schemes: Vec<usize>,
}

/// The requirements of the dependencies of an operation.
#[derive(Debug, Default)]
pub(super) struct Requirements {
    pub(super) described: Vec<Described>,
    /// The schemes required so far, by their index in the operation, with repetitions.
    pub(super) schemes: Vec<usize>,
    /// The scopes that the dependencies being described require, outer ones first.
    pub(super) scopes: Vec<&'static str>,
    /// All scopes that the operation requires.
    pub(super) all_scopes: Vec<&'static str>,
    /// Whether the function being described reads the scopes.
    pub(super) reads_scopes: bool,
    /// Whether a dependency checks the scopes.
    pub(super) checks_scopes: bool,
    /// The guards that read no credential.
    pub(super) open_guards: Vec<&'static str>,
    /// What is wrong with the security schemes themselves.
    pub(super) mistakes: Vec<String>,
}

impl Security {
    pub(super) fn requirement(&self) -> SecurityRequirement {
        SecurityRequirement {
            scheme: self.name.clone(),
            scopes: self.scopes.clone(),
            is_optional: self.is_optional,
        }
    }

    /// Returns why a document cannot contain the scheme (OpenAPI 3.1, 4.8.7).
    pub(super) fn mistake(&self) -> Option<String> {
        let name = &self.name;
        let is_allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
        if name.is_empty() || !name.chars().all(is_allowed) {
            return Some(format!(
                "the security scheme {name:?}: its name must consist of letters, digits, `.`, `-` and `_`"
            ));
        }
        let is_object = self.scheme.is_object();
        (!is_object)
            .then(|| format!("the security scheme `{name}`: `describe` must return a JSON object"))
    }

    /// Returns whether a flow of the scheme lists this scope. Only OAuth2 lists scopes: others allow any.
    pub(super) fn declares(&self, scope: &str) -> bool {
        if self.scheme["type"] != "oauth2" {
            return true;
        }
        let flows = self.scheme["flows"].as_object();
        let mut flows = flows.into_iter().flat_map(|flows| flows.values());
        flows.any(|flow| !flow["scopes"][scope].is_null())
    }

    pub(super) fn add_scopes(&mut self, scopes: &[&str]) {
        for scope in scopes {
            if !self.scopes.iter().any(|known| known == scope) {
                self.scopes.push((*scope).to_owned());
            }
        }
    }
}
