//! The files of a folder of templates.

use std::{
    fmt, fs, io,
    path::{Path, PathBuf},
};

use minijinja::{Environment, path_loader};

/// The error for templates that were not loaded: the folder cannot be read, or files in it are not valid templates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateError {
    problems: Vec<String>,
}

impl TemplateError {
    /// Returns the problems, each as one message.
    pub fn problems(&self) -> &[String] {
        &self.problems
    }
}

impl fmt::Display for TemplateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.problems.join("; "))
    }
}

impl std::error::Error for TemplateError {}

/// How deep folders may be nested. A symbolic link can lead back to a folder that contains it.
const MAX_DEPTH: usize = 16;

/// Adds every template in the folder. A debug build reads them again when they change.
pub(super) fn load(
    environment: &mut Environment<'static>,
    folder: &Path,
) -> Result<(), TemplateError> {
    let mut problems = Vec::new();
    let mut names = Vec::new();
    collect(folder, "", MAX_DEPTH, &mut names, &mut problems);
    if cfg!(debug_assertions) {
        environment.set_loader(path_loader(folder));
    }
    for name in names {
        let path = folder.join(&name);
        let added = match fs::read(&path).map(String::from_utf8) {
            Err(error) => Err(format!("{}: {error}", path.display())),
            Ok(Err(_)) => Err(format!(
                "{}: not a template, because it is not UTF-8; serve such files with `static_files`",
                path.display()
            )),
            // The loader compiles it.
            Ok(Ok(_)) if cfg!(debug_assertions) => environment
                .get_template(&name)
                .map(|_| ())
                .map_err(|error| error.to_string()),
            Ok(Ok(text)) => environment
                .add_template_owned(name, text)
                .map_err(|error| error.to_string()),
        };
        problems.extend(added.err());
    }
    match problems.is_empty() {
        true => Ok(()),
        false => Err(TemplateError { problems }),
    }
}

/// Lists the files in a folder and below it, by their paths relative to the first folder.
fn collect(
    folder: &Path,
    prefix: &str,
    depth: usize,
    names: &mut Vec<String>,
    problems: &mut Vec<String>,
) {
    let entries = match entries(folder) {
        Ok(entries) => entries,
        Err(error) => return problems.push(unreadable(folder, &error)),
    };
    for (name, path) in entries {
        match fs::metadata(&path) {
            Ok(file) if file.is_file() => names.push(format!("{prefix}{name}")),
            Ok(inner) if inner.is_dir() && depth > 0 => {
                collect(
                    &path,
                    &format!("{prefix}{name}/"),
                    depth - 1,
                    names,
                    problems,
                );
            }
            Ok(inner) if inner.is_dir() => {
                problems.push(format!("{}: folders are nested too deeply", path.display()));
            }
            Ok(_) => {}
            Err(error) => problems.push(unreadable(&path, &error)),
        }
    }
}

/// Returns the entries of a folder in order, without those whose names begin with a dot.
fn entries(folder: &Path) -> io::Result<Vec<(String, PathBuf)>> {
    let mut entries = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if !name.starts_with('.') {
            entries.push((name, entry.path()));
        }
    }
    entries.sort();
    Ok(entries)
}

/// Names a path that cannot be read, and the working directory if the path is relative.
fn unreadable(path: &Path, error: &io::Error) -> String {
    let from = match std::env::current_dir() {
        Ok(current) if path.is_relative() => format!(" in {}", current.display()),
        _ => String::new(),
    };
    format!("`{}`{from} cannot be read: {error}", path.display())
}
