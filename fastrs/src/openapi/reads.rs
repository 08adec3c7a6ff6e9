//! Records what the arguments of an operation read.

use super::Operation;

impl Operation<'_> {
    /// Returns how often arguments have described something, for [`end_argument`](Self::end_argument).
    pub(crate) fn begin_argument(&self) -> usize {
        self.inputs.count
    }

    /// Records that an argument has been described. If it has described nothing, it may read anything.
    pub(crate) fn end_argument(&mut self, begun_at: usize, name: &str) {
        if self.inputs.count == begun_at {
            let unknown = match self.dependency {
                Some(dependency) => format!("`{name}` of the dependency `{dependency}`"),
                None => format!("`{name}`"),
            };
            self.inputs.unknown.push(unknown);
        }
    }

    /// Records that an argument depends on nothing that the client sends.
    pub(crate) fn reads_nothing(&mut self) {
        self.inputs.described();
    }

    /// Records a security scheme of the app's own.
    pub(crate) fn custom_scheme(&mut self, name: &str) {
        self.inputs.custom_schemes.push(format!("`{name}`"));
    }

    /// Records the security schemes that `describe` adds as those of the handler and of its dependencies.
    pub(crate) fn of_handler(&mut self, describe: impl FnOnce(&mut Self)) {
        let before = self.scheme_count();
        describe(self);
        self.inputs.of_handler |= self.scheme_count() > before;
    }
}

/// For the key of a stored response.
#[cfg(feature = "cache")]
impl Operation<'_> {
    /// Returns the arguments that may read anything.
    pub(crate) fn unknown_inputs(&self) -> &[String] {
        &self.inputs.unknown
    }

    /// Returns the security schemes that may read something else than they describe.
    pub(crate) fn custom_schemes(&self) -> &[String] {
        &self.inputs.custom_schemes
    }

    /// Returns whether the handler or its dependencies read a credential.
    pub(crate) fn passes_credential(&self) -> bool {
        self.inputs.of_handler
    }

    /// Returns where the credentials are: the location and the name of each.
    pub(crate) fn credentials(&self) -> Vec<CredentialPlace> {
        let schemes = self.doc.security.iter();
        let place = |security: &super::requirements::Security| {
            let name = || {
                security.scheme["name"]
                    .as_str()
                    .unwrap_or_default()
                    .to_owned()
            };
            let scheme = &security.scheme;
            match (scheme["type"].as_str(), scheme["in"].as_str()) {
                _ if security.session.is_some() => CredentialPlace::Session,
                (Some("apiKey"), Some("query")) => CredentialPlace::Query,
                (Some("apiKey"), Some("cookie")) => CredentialPlace::Cookie(name()),
                (Some("apiKey"), _) => CredentialPlace::Header(name()),
                (Some("mutualTLS"), _) => CredentialPlace::Certificate,
                _ => CredentialPlace::Header("authorization".to_owned()),
            }
        };
        schemes.map(place).collect()
    }
}

/// Where a credential is.
#[cfg(feature = "cache")]
#[derive(Debug)]
pub(crate) enum CredentialPlace {
    Header(String),
    Cookie(String),
    Query,
    Session,
    Certificate,
}
