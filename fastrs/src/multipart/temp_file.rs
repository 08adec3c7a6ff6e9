//! A temporary file without a name, which disappears when it is closed, even if the process is killed.

use std::{
    fs::{File, OpenOptions},
    io,
    path::{Path, PathBuf},
};

/// An open file without a folder entry.
#[derive(Debug)]
pub(super) struct TempFile {
    file: platform::Unlisted,
}

impl TempFile {
    /// Creates a file in the folder for temporary files, which only this process can open.
    pub(super) fn create() -> io::Result<Self> {
        let folder = std::env::temp_dir();
        loop {
            let path = random_name(&folder, "fastrs-upload");
            let mut options = OpenOptions::new();
            options.read(true).write(true).create_new(true);
            platform::restrict(&mut options);
            match options.open(&path) {
                Ok(file) => {
                    let file = platform::Unlisted::new(file, path)?;
                    return Ok(Self { file });
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
    }

    pub(super) fn write_all_at(&self, data: &[u8], offset: u64) -> io::Result<()> {
        self.file.write_all_at(data, offset)
    }

    /// Fills the buffer from the file.
    pub(super) fn read_exact_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()> {
        self.file.read_exact_at(buffer, offset)
    }
}

/// Returns a path in a folder, with a name that nobody can guess.
pub(super) fn random_name(folder: &Path, prefix: &str) -> PathBuf {
    folder.join(format!("{prefix}-{:016x}", crate::random::number()))
}

/// Creates a new file for the whole content, in the same folder as `path`.
pub(super) fn create_beside(path: &Path) -> io::Result<(File, PathBuf)> {
    let folder = path.parent().unwrap_or(Path::new(""));
    // This does not include the file's own name, which may already have the maximum length.
    let beside = random_name(folder, ".fastrs-upload");
    let mut options = OpenOptions::new();
    let file = options.write(true).create_new(true).open(&beside)?;
    Ok((file, beside))
}

#[cfg(unix)]
mod platform {
    use std::{
        fs::{self, File, OpenOptions},
        io,
        os::unix::fs::{FileExt, OpenOptionsExt},
        path::PathBuf,
    };

    #[derive(Debug)]
    pub(super) struct Unlisted(File);

    pub(super) fn restrict(options: &mut OpenOptions) {
        options.mode(0o600);
    }

    impl Unlisted {
        pub(super) fn new(file: File, path: PathBuf) -> io::Result<Self> {
            fs::remove_file(path)?;
            Ok(Self(file))
        }

        pub(super) fn write_all_at(&self, data: &[u8], offset: u64) -> io::Result<()> {
            self.0.write_all_at(data, offset)
        }

        pub(super) fn read_exact_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()> {
            self.0.read_exact_at(buffer, offset)
        }
    }
}

#[cfg(not(unix))]
mod platform {
    use std::{
        fs::{self, File, OpenOptions},
        io::{self, Read, Seek, SeekFrom, Write},
        path::PathBuf,
        sync::{Mutex, MutexGuard, PoisonError},
    };

    /// A file that is removed when it is closed, since an open file cannot be removed.
    #[derive(Debug)]
    pub(super) struct Unlisted {
        file: Option<Mutex<File>>,
        path: PathBuf,
    }

    pub(super) fn restrict(_: &mut OpenOptions) {}

    impl Unlisted {
        pub(super) fn new(file: File, path: PathBuf) -> io::Result<Self> {
            let file = Some(Mutex::new(file));
            Ok(Self { file, path })
        }

        pub(super) fn write_all_at(&self, data: &[u8], offset: u64) -> io::Result<()> {
            self.at(offset)?.write_all(data)
        }

        pub(super) fn read_exact_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()> {
            self.at(offset)?.read_exact(buffer)
        }

        fn at(&self, offset: u64) -> io::Result<MutexGuard<'_, File>> {
            let file = self.file.as_ref().ok_or(io::ErrorKind::NotFound)?;
            let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
            file.seek(SeekFrom::Start(offset))?;
            Ok(file)
        }
    }

    impl Drop for Unlisted {
        fn drop(&mut self) {
            self.file = None;
            // There is nobody to whom an error could be reported.
            fs::remove_file(&self.path).ok();
        }
    }
}
