//! The sources of settings as layers of variables: the folder of secrets, the `.env` files, the environment.

use std::{
    collections::HashMap,
    env,
    ffi::OsString,
    fs,
    io::{self, Read},
    path::{Path, PathBuf},
};

use super::{env_file, merged::Origin};

/// The maximum size of a file, in bytes.
const MAX_SIZE: u64 = 1 << 20;

/// The sources, from the one with the lowest precedence.
pub(super) struct Layers {
    pub(super) all: Vec<Layer>,
    /// The files and folders that do not exist.
    pub(super) absent: Vec<String>,
    /// Whether a quote without an end hides the rest of a file, which may set any variable.
    pub(super) is_cut: bool,
}

/// A source, whose names are in upper case.
pub(super) enum Layer {
    Variables(HashMap<String, Variable>),
    /// Files, which are read when they are needed.
    Folder(HashMap<String, PathBuf>),
}

/// A variable.
pub(super) struct Variable {
    text: Text,
    origin: Origin,
}

/// The text of a variable, or why it cannot be read, unless that is reported already.
pub(super) type Text = Result<String, Option<String>>;

impl Layers {
    /// Reads the sources. Returns what is wrong with whole files.
    pub(super) fn read(
        vars: Option<Vec<(String, String)>>,
        env_files: &[PathBuf],
        secrets_dir: Option<&Path>,
    ) -> (Self, Vec<String>) {
        let mut mistakes = Vec::new();
        let mut layers = Self {
            all: Vec::new(),
            absent: Vec::new(),
            is_cut: false,
        };
        if let Some(folder) = secrets_dir {
            match files_of(folder) {
                Ok(None) => layers.absent.push(folder.display().to_string()),
                Ok(Some(files)) => layers.all.push(Layer::Folder(files)),
                Err(error) => mistakes.push(format!("`{}` {error}.", folder.display())),
            }
        }
        for path in env_files {
            match read_file(path) {
                Ok(None) => layers.absent.push(path.display().to_string()),
                Ok(Some(text)) => layers.add_env_file(path, &text, &mut mistakes),
                Err(error) => mistakes.push(format!("`{}` {error}.", path.display())),
            }
        }
        layers.all.push(match vars {
            Some(vars) => given(vars),
            None => environment(),
        });
        (layers, mistakes)
    }

    fn add_env_file(&mut self, path: &Path, text: &str, mistakes: &mut Vec<String>) {
        let file = env_file::parse(text);
        let path = path.display().to_string();
        for (number, mistake) in file.mistakes {
            mistakes.push(format!("`{path}`, line {number}: {mistake}."));
        }
        self.is_cut |= file.is_cut;
        let mut variables = Vec::new();
        // Of several lines with the same name, the last counts.
        for line in file.lines.into_iter().rev() {
            let origin = Origin::Line(path.clone(), line.number);
            let text = line.value.ok_or(None);
            variables.push((line.name, Variable { text, origin }));
        }
        self.all.push(Layer::Variables(by_name(variables)));
    }
}

impl Layer {
    /// Returns the names of all variables.
    pub(super) fn names(&self) -> Vec<&str> {
        match self {
            Self::Variables(variables) => variables.keys().map(String::as_str).collect(),
            Self::Folder(files) => files.keys().map(String::as_str).collect(),
        }
    }

    /// Returns a variable, unless it is empty, and where it was found.
    pub(super) fn get(&self, name: &str) -> Option<(Text, Origin)> {
        let (text, origin) = match self {
            Self::Variables(variables) => {
                let variable = variables.get(&name.to_uppercase())?;
                (variable.text.clone(), variable.origin.clone())
            }
            Self::Folder(files) => {
                let path = files.get(&name.to_uppercase())?;
                let shown = path.display().to_string();
                let text = match read_file(path) {
                    Ok(text) => Ok(text
                        .unwrap_or_default()
                        .trim_end_matches(['\r', '\n'])
                        .to_owned()),
                    Err(error) => Err(Some(format!("`{shown}` {error}."))),
                };
                (text, Origin::File(shown))
            }
        };
        let is_empty = text.as_ref().is_ok_and(String::is_empty);
        (!is_empty).then_some((text, origin))
    }
}

fn given(vars: Vec<(String, String)>) -> Layer {
    let mut variables = Vec::new();
    for (name, value) in vars {
        let (text, origin) = (Ok(value), Origin::Given);
        variables.push((name, Variable { text, origin }));
    }
    Layer::Variables(by_name(variables))
}

fn environment() -> Layer {
    let mut variables = Vec::new();
    for (name, value) in env::vars_os() {
        let name = name.to_string_lossy().into_owned();
        let text = OsString::into_string(value)
            .map_err(|_| Some(format!("`{name}` in the environment is not valid UTF-8.")));
        let origin = Origin::Environment;
        variables.push((name, Variable { text, origin }));
    }
    Layer::Variables(by_name(variables))
}

/// Returns the entries by their names in upper case. Of several spellings of a name, the one in upper case counts, and
/// otherwise the first.
fn by_name<T>(mut entries: Vec<(String, T)>) -> HashMap<String, T> {
    entries.sort_by_key(|(name, _)| *name != name.to_uppercase());
    let mut by_name = HashMap::new();
    for (name, entry) in entries {
        by_name.entry(name.to_uppercase()).or_insert(entry);
    }
    by_name
}

/// Returns the files of a folder by their names, or `None` if there is no such folder.
fn files_of(folder: &Path) -> Result<Option<HashMap<String, PathBuf>>, String> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(format!("cannot be read: {error}")),
    };
    let mut files = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|error| format!("cannot be read: {error}"))?;
        if let Ok(name) = entry.file_name().into_string() {
            files.push((name, entry.path()));
        }
    }
    // A folder has no order of its own.
    files.sort();
    Ok(Some(by_name(files)))
}

/// Returns the text of a file, or `None` if there is no such file.
fn read_file(path: &Path) -> Result<Option<String>, String> {
    let cannot = |error: io::Error| format!("cannot be read: {error}");
    match fs::metadata(path) {
        Ok(metadata) if !metadata.is_file() => return Err("is not a file".to_owned()),
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(cannot(error)),
    }
    let mut bytes = Vec::new();
    let file = fs::File::open(path).map_err(cannot)?;
    file.take(MAX_SIZE + 1)
        .read_to_end(&mut bytes)
        .map_err(cannot)?;
    if bytes.len() as u64 > MAX_SIZE {
        return Err("is larger than 1 MiB".to_owned());
    }
    let text = String::from_utf8(bytes).map_err(|_| "is not valid UTF-8".to_owned())?;
    Ok(Some(text))
}
