//! The sources of settings: variables, `.env` files and a folder of secrets.

use std::{fmt, marker::PhantomData, path::PathBuf};

use schemars::JsonSchema;
use serde::de::DeserializeOwned;

use super::{
    SettingsError, fields,
    layers::Layers,
    meta::SettingsMeta,
    read::{Loaded, load},
};
use crate::{
    error::HttpError,
    model::{Compiled, Input, InputError, Json, Model, Report, Tape},
    request::Failure,
    schema::TypeSchema,
};

/// The sources that settings are read from: those that `#[settings(..)]` states, unless they are replaced here.
///
/// ```
/// use fastrs::prelude::*;
///
/// #[settings(prefix = "SHOP_", env_file = ".env")]
/// struct Settings {
///     database_url: String,
/// }
///
/// # std::fs::write(std::env::temp_dir().join("staging.env"), "SHOP_DATABASE_URL=sqlite:staging.db").unwrap();
/// # let folder = std::env::temp_dir();
/// let settings = Settings::sources().env_file(folder.join("staging.env")).load()?;
/// assert_eq!(settings.database_url, "sqlite:staging.db");
/// # Ok::<(), fastrs::SettingsError>(())
/// ```
#[must_use = "sources do nothing until `load` is called"]
pub struct Sources<T> {
    meta: &'static SettingsMeta,
    /// The variables that replace the environment.
    vars: Option<Vec<(String, String)>>,
    env_files: Vec<PathBuf>,
    secrets_dir: Option<PathBuf>,
    of: PhantomData<fn() -> T>,
}

impl<T> Sources<T> {
    #[doc(hidden)]
    pub fn new(meta: &'static SettingsMeta) -> Self {
        Self {
            meta,
            vars: None,
            env_files: meta.env_files.iter().map(PathBuf::from).collect(),
            secrets_dir: meta.secrets_dir.map(PathBuf::from),
            of: PhantomData,
        }
    }

    /// Reads these variables instead of the environment.
    pub fn vars<K: Into<String>, V: Into<String>>(
        mut self,
        vars: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        let vars = vars.into_iter();
        self.vars = Some(
            vars.map(|(name, value)| (name.into(), value.into()))
                .collect(),
        );
        self
    }

    /// Reads this `.env` file instead of the ones that were set before.
    pub fn env_file(self, path: impl Into<PathBuf>) -> Self {
        self.env_files([path.into()])
    }

    /// Reads these `.env` files instead of the ones that were set before. A later one takes precedence.
    pub fn env_files<P: Into<PathBuf>>(mut self, paths: impl IntoIterator<Item = P>) -> Self {
        self.env_files = paths.into_iter().map(P::into).collect();
        self
    }

    /// Reads the files of this folder instead of the one that was set before.
    pub fn secrets_dir(mut self, path: impl Into<PathBuf>) -> Self {
        self.secrets_dir = Some(path.into());
        self
    }

    /// Reads only the variables: no `.env` file and no folder of secrets.
    pub fn without_files(mut self) -> Self {
        self.env_files.clear();
        self.secrets_dir = None;
        self
    }

    /// Reads the settings.
    ///
    /// # Errors
    ///
    /// Fails with one error that lists everything that is missing or wrong.
    pub fn load(self) -> Result<T, SettingsError>
    where
        T: DeserializeOwned + JsonSchema + Model,
    {
        let mut value = None;
        let mut target = |tape: &Tape<'_>, report: &mut Report<'_>| -> Result<(), InputError> {
            let read = T::deserialize(Input::Json(Json::whole(tape)))?;
            read.validate(report);
            value = Some(read);
            Ok(())
        };
        let schema = Compiled::of_argument(TypeSchema::of::<T>(), Some(T::describe_keys));
        let loaded = Loaded {
            tree: fields::of::<T>(self.meta),
            schema,
        };
        let (layers, mistakes) =
            Layers::read(self.vars, &self.env_files, self.secrets_dir.as_deref());
        let problems = load(&loaded, &layers, mistakes, &mut target);
        match value {
            Some(value) if problems.is_empty() => Ok(value),
            _ => Err(SettingsError::new(problems)),
        }
    }
}

impl<T> fmt::Debug for Sources<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sources")
            .field("env_files", &self.env_files)
            .field("secrets_dir", &self.secrets_dir)
            .finish_non_exhaustive()
    }
}

/// Loads the settings for an app.
#[doc(hidden)]
pub fn load_for_app<T>(sources: Sources<T>) -> Result<T, Failure>
where
    T: DeserializeOwned + JsonSchema + Model,
{
    sources
        .load()
        .map_err(|error| Failure::of(HttpError::from_status(500).cause(error)))
}
