//! What a macro states about a struct of settings.

/// What `#[settings(..)]` states about a struct.
#[doc(hidden)]
#[derive(Debug)]
pub struct SettingsMeta {
    /// The prefix of every variable.
    pub prefix: &'static str,
    /// The `.env` files, relative to the working directory. A later one takes precedence.
    pub env_files: &'static [&'static str],
    /// The folder with one file for each secret.
    pub secrets_dir: Option<&'static str>,
    /// The fields' `alias`es, which are whole names of variables.
    pub aliases: &'static [&'static str],
}
