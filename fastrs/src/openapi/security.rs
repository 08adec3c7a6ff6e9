//! The security of an operation: schemes, scopes, and the dependencies that require them.

use std::any::TypeId;

use serde_json::Value;

use super::{
    Operation, ParameterLocation, ResponseDoc,
    requirements::{Described, Security, SecurityRequirement},
};
use crate::schema::hints;

impl Operation<'_> {
    /// Adds the requirement of a security scheme, given by its name and its object in the document, with these
    /// scopes and those of the dependencies that are being described.
    pub fn security(&mut self, name: &str, scheme: Value, scopes: &[&str]) {
        self.add_security(name, scheme, scopes, false);
    }

    /// Adds a security scheme. If it is optional, the operation also accepts requests without it.
    pub(crate) fn security_scheme(&mut self, name: &str, scheme: Value, is_optional: bool) {
        self.add_security(name, scheme, &[], is_optional);
    }

    /// Adds a session, given the type of its data. The app names its scheme with
    /// [`name_sessions`](Self::name_sessions).
    #[cfg(feature = "sessions")]
    pub(crate) fn reads_session(&mut self, data: TypeId, name: &str) {
        self.add_security(name, Value::Null, &[], true);
        for security in &mut self.doc.security {
            if security.name == name {
                security.session = Some(data);
            }
        }
    }

    /// Records that the operation requires its sessions.
    #[cfg(feature = "sessions")]
    pub(crate) fn requires_session(&mut self) {
        for security in &mut self.doc.security {
            security.is_optional &= security.session.is_none();
        }
    }

    /// Names the scheme of each session, given the type of its data, and returns these types. Sessions that the app
    /// does not have are returned by the names of their types.
    #[cfg(feature = "sessions")]
    pub(crate) fn name_sessions(
        &mut self,
        scheme: impl Fn(TypeId) -> Option<(String, Value)>,
    ) -> (Vec<TypeId>, Vec<String>) {
        let (mut known, mut unknown) = (Vec::new(), Vec::new());
        for security in &mut self.doc.security {
            let Some(data) = security.session else {
                continue;
            };
            match scheme(data) {
                Some(scheme) => {
                    (security.name, security.scheme) = scheme;
                    known.push(data);
                }
                None => unknown.push(security.name.clone()),
            }
        }
        (known, unknown)
    }

    /// Returns whether the operation reads a credential from a cookie, even an optional one.
    pub(crate) fn reads_cookie_credential(&self) -> bool {
        let mut schemes = self.doc.security.iter();
        schemes.any(|security| security.session.is_some() || security.scheme["in"] == "cookie")
    }

    fn add_security(&mut self, name: &str, scheme: Value, scopes: &[&str], is_optional: bool) {
        self.inputs.described();
        let all = &mut self.doc.security;
        let known = all
            .iter()
            .position(|s| s.name == name && s.scheme == scheme);
        let index = known.unwrap_or_else(|| {
            all.push(Security {
                name: name.to_owned(),
                scheme,
                scopes: Vec::new(),
                is_optional: true,
                session: None,
            });
            all.len() - 1
        });
        all[index].is_optional &= is_optional;
        all[index].add_scopes(scopes);
        all[index].add_scopes(&self.requirements.scopes);
        self.requirements.schemes.push(index);
    }

    /// Runs `describe` for a dependency that requires scopes.
    pub(crate) fn with_scopes(
        &mut self,
        scopes: &'static [&'static str],
        describe: impl FnOnce(&mut Self),
    ) {
        let outer = self.requirements.scopes.len();
        self.requirements.scopes.extend(scopes);
        for scope in scopes {
            if !self.requirements.all_scopes.contains(scope) {
                self.requirements.all_scopes.push(scope);
            }
        }
        describe(self);
        self.requirements.scopes.truncate(outer);
    }

    /// Returns the names of the query parameters that are secret: API keys, and parameters that are a
    /// [`Secret`](crate::Secret).
    pub(crate) fn secrets_in_query(&self) -> Vec<String> {
        let mut names = Vec::new();
        for security in &self.doc.security {
            let key = security.scheme["name"].as_str();
            if security.scheme["in"] == "query" {
                names.extend(key.map(str::to_owned));
            }
        }
        for parameter in &self.doc.parameters {
            let is_secret = parameter.schema.get(hints::SECRET).is_some();
            if parameter.location == ParameterLocation::Query && is_secret {
                names.push(parameter.name.clone());
            }
        }
        names
    }

    /// Returns how often the operation has required a security scheme so far.
    pub(crate) fn scheme_count(&self) -> usize {
        self.requirements.schemes.len()
    }

    /// Records what is wrong with a security scheme.
    pub(crate) fn scheme_mistake(&mut self, mistake: String) {
        self.requirements.mistakes.push(mistake);
    }

    /// Returns what is wrong with the security schemes. Those of sessions are the app's.
    pub(crate) fn scheme_mistakes(&mut self) -> Vec<String> {
        let mut mistakes = std::mem::take(&mut self.requirements.mistakes);
        for security in &self.doc.security {
            if security.session.is_none() {
                mistakes.extend(security.mistake());
            }
        }
        mistakes
    }

    /// Returns the scopes that are not valid (RFC 6749, 3.3).
    pub(crate) fn invalid_scopes(&self) -> impl Iterator<Item = &str> {
        let is_valid = |byte: u8| matches!(byte, 0x21 | 0x23..=0x5b | 0x5d..=0x7e);
        let scopes = self.requirements.all_scopes.iter().copied();
        scopes.filter(move |scope| scope.is_empty() || !scope.bytes().all(is_valid))
    }

    /// Records a guard that reads no credential.
    pub(crate) fn open_guard(&mut self, name: &'static str) {
        self.requirements.open_guards.push(name);
    }

    pub(crate) fn open_guards(&mut self) -> Vec<&'static str> {
        std::mem::take(&mut self.requirements.open_guards)
    }

    /// Returns the security schemes that the operation reads.
    pub(crate) fn requirements(&self) -> Vec<SecurityRequirement> {
        self.doc
            .security
            .iter()
            .map(Security::requirement)
            .collect()
    }

    /// Returns the scopes that the operation requires.
    pub(crate) fn required_scopes(&self) -> Vec<String> {
        let scopes = self.requirements.all_scopes.iter();
        scopes.map(|scope| (*scope).to_owned()).collect()
    }

    /// Returns the scopes that the operation lists if no dependency checks them.
    pub(crate) fn unchecked_scopes(&self) -> Option<String> {
        let requirements = &self.requirements;
        let is_checked = requirements.checks_scopes || requirements.all_scopes.is_empty();
        (!is_checked).then(|| requirements.all_scopes.join(" "))
    }

    /// Returns the scopes that the operation requires of an OAuth 2 scheme that does not declare them, each with the
    /// scheme's name.
    pub(crate) fn undeclared_scopes(&self) -> Vec<(&str, &str)> {
        let mut undeclared = Vec::new();
        for security in &self.doc.security {
            for scope in &security.scopes {
                if !security.declares(scope) {
                    undeclared.push((&*security.name, &**scope));
                }
            }
        }
        undeclared
    }

    /// Records that a function reads the scopes of the operation. If it is a dependency that reads a credential, itself
    /// or through its own dependencies, it checks them, and a 403 is possible. Any other can only show them.
    pub(crate) fn reads_scopes(&mut self) {
        self.reads_nothing();
        self.requirements.reads_scopes = true;
    }

    /// Adds the response to a token without a required scope, if a function checks the scopes.
    pub(crate) fn document_missing_scope(&mut self) {
        if self.requirements.checks_scopes && !self.requirements.all_scopes.is_empty() {
            self.missing_scope();
        }
    }

    /// Adds the response to a token without a scope that the operation requires.
    pub(crate) fn missing_scope(&mut self) {
        let missing = ResponseDoc::challenge().description("Not enough permissions");
        self.response(403, missing);
    }

    /// Describes a dependency once: `dependencies` describes what it depends on, and then `arguments` what it reads. If
    /// it is required again, its schemes also get the scopes that are required there.
    pub(crate) fn dependency(
        &mut self,
        id: TypeId,
        name: &'static str,
        dependencies: fn(&mut Operation<'_>),
        arguments: fn(&mut Operation<'_>),
    ) {
        if let Some(known) = self
            .requirements
            .described
            .iter()
            .find(|known| known.id == id)
        {
            for index in &known.schemes {
                self.doc.security[*index].add_scopes(&self.requirements.scopes);
                self.requirements.schemes.push(*index);
            }
            return;
        }
        let (begin, place) = (
            self.requirements.schemes.len(),
            self.requirements.described.len(),
        );
        self.requirements.described.push(Described {
            id,
            schemes: Vec::new(),
        });
        dependencies(self);
        let outer = self.dependency.replace(name);
        self.requirements.reads_scopes = false;
        arguments(self);
        self.dependency = outer;
        let reads_credential = self.requirements.schemes.len() > begin;
        self.requirements.checks_scopes |= self.requirements.reads_scopes && reads_credential;
        self.requirements.described[place].schemes = self.requirements.schemes[begin..].to_vec();
    }
}
