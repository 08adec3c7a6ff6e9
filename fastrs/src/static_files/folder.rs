//! Opens files below a folder, and never a file outside it, even through a link.

use std::{fs, io, path::Path};

/// The file or folder at a path.
pub(super) enum Found {
    File(fs::File),
    Folder,
}

/// Opens what is at a path below the root. Returns `None` if there is nothing that can be sent: nothing at all, a place
/// outside the root, a named pipe, a device, or a file that this process may not read.
///
/// `path` consists of plain names (`FilePath`).
pub(super) fn open(root: &Path, path: &str) -> io::Result<Option<Found>> {
    if path.is_empty() {
        return Ok(Some(Found::Folder));
    }
    match open_beneath(root, path) {
        Ok(found) => Ok(found),
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            tracing::warn!(root = %root.display(), path, "a static file cannot be read");
            Ok(None)
        }
        Err(error) if is_absent(&error) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Returns whether an error means that there is no such file, and not that a resource of the system is exhausted.
fn is_absent(error: &io::Error) -> bool {
    use io::ErrorKind::{
        CrossesDevices, InvalidFilename, InvalidInput, NotADirectory, NotFound, Unsupported,
    };
    matches!(
        error.kind(),
        NotFound | NotADirectory | InvalidInput | InvalidFilename | CrossesDevices | Unsupported
    ) || is_absent_on_linux(error)
}

#[cfg(target_os = "linux")]
fn is_absent_on_linux(error: &io::Error) -> bool {
    use rustix::io::Errno;
    // A loop of symbolic links (`ELOOP`) or a socket (`ENXIO`) is not a file.
    [Errno::LOOP, Errno::NXIO].contains(&Errno::from_io_error(error).unwrap_or(Errno::IO))
}

#[cfg(not(target_os = "linux"))]
fn is_absent_on_linux(_: &io::Error) -> bool {
    false
}

/// Lets the kernel resolve the path, which refuses every step that leaves the root (`openat2(2)`, Linux 5.6). There is
/// no time between a check and its use in which someone could replace a part of the path.
#[cfg(target_os = "linux")]
fn open_beneath(root: &Path, path: &str) -> io::Result<Option<Found>> {
    use rustix::{
        fs::{Mode, OFlags, ResolveFlags, openat2},
        io::Errno,
    };

    let place = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let root_folder = rustix::fs::open(root, place, Mode::empty())?;
    // Otherwise, opening a named pipe would wait for its other end, and a terminal could become the process's own.
    let read = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    let beneath = ResolveFlags::BENEATH | ResolveFlags::NO_MAGICLINKS;
    for _ in 0..RACES {
        match openat2(&root_folder, path, read, Mode::empty(), beneath) {
            Ok(file) => return kind_of(fs::File::from(file)),
            // A part of the path was renamed in the meantime, so the kernel cannot tell whether the result is inside.
            Err(Errno::AGAIN) => {}
            // An older kernel, or a sandbox that does not know the system call.
            Err(Errno::NOSYS | Errno::PERM) => return open_canonical(root, path),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(None)
}

/// How many times a path is resolved again if it keeps changing.
#[cfg(target_os = "linux")]
const RACES: usize = 16;

#[cfg(target_os = "linux")]
fn kind_of(file: fs::File) -> io::Result<Option<Found>> {
    let kind = file.metadata()?.file_type();
    Ok(match (kind.is_file(), kind.is_dir()) {
        (true, _) => Some(Found::File(file)),
        (_, true) => Some(Found::Folder),
        _ => None,
    })
}

#[cfg(not(target_os = "linux"))]
fn open_beneath(root: &Path, path: &str) -> io::Result<Option<Found>> {
    open_canonical(root, path)
}

/// Resolves all links, checks that the result is inside the root, and opens it.
///
/// If someone replaces a part of the path between the check and the opening, another file may be opened. So the path is
/// resolved once more: it must still be the same path, without links, and lead to the file that was opened. To get a
/// file from outside, an attacker has to replace a folder with a link before the file is opened, put the folder back
/// before the path is resolved again, and put the link back before the files are compared. That requires write access
/// to the folder, with which they can publish any file that they can read themselves.
fn open_canonical(root: &Path, path: &str) -> io::Result<Option<Found>> {
    let root = root.canonicalize()?;
    let path = root.join(path).canonicalize()?;
    if !path.starts_with(&root) {
        return Ok(None);
    }
    let expected = fs::symlink_metadata(&path)?;
    if expected.is_dir() {
        return Ok(Some(Found::Folder));
    }
    if !expected.is_file() {
        return Ok(None);
    }
    let file = fs::File::open(&path)?;
    let is_unchanged = path.canonicalize()? == path
        && is_same(&file.metadata()?, &expected)
        && is_same(&expected, &fs::symlink_metadata(&path)?);
    Ok(is_unchanged.then_some(Found::File(file)))
}

#[cfg(unix)]
fn is_same(one: &fs::Metadata, other: &fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    (one.dev(), one.ino()) == (other.dev(), other.ino())
}

/// The standard library has no stable way to compare files on Windows, where only administrators may create links.
#[cfg(not(unix))]
fn is_same(one: &fs::Metadata, other: &fs::Metadata) -> bool {
    one.len() == other.len() && one.created().ok() == other.created().ok()
}

#[cfg(all(test, unix))]
mod tests {
    use std::{fs, io, os::unix::fs::symlink, path::Path, process::Command};

    use super::{Found, open, open_canonical};

    type Open = fn(&Path, &str) -> io::Result<Option<Found>>;

    /// Both ways of opening a file, so that the one for other systems is also tested on Linux.
    const WAYS: [Open; 2] = [open, |root, path| {
        open_canonical(root, path).or_else(|error| match super::is_absent(&error) {
            true => Ok(None),
            false => Err(error),
        })
    }];

    fn found(open: Open, root: &Path, path: &str) -> &'static str {
        match open(root, path) {
            Ok(Some(Found::File(_))) => "file",
            Ok(Some(Found::Folder)) => "folder",
            Ok(None) => "nothing",
            Err(_) => "error",
        }
    }

    #[test]
    fn only_files_inside_the_root_are_opened() {
        let folder = std::env::temp_dir().join(format!("fastrs-folder-{}", std::process::id()));
        let root = folder.join("root");
        fs::create_dir_all(root.join("sub/deep")).unwrap();
        fs::write(root.join("a.txt"), "a").unwrap();
        fs::write(root.join("sub/b.txt"), "b").unwrap();
        fs::write(folder.join("secret"), "s").unwrap();
        fs::create_dir(folder.join("root-2")).unwrap();
        fs::write(folder.join("root-2/x"), "x").unwrap();
        for (target, link) in [
            ("a.txt", "inside"),
            ("../a.txt", "sub/up"),
            ("sub", "folder"),
            ("../secret", "outside"),
            ("../../secret", "sub/outside"),
            ("../root-2", "neighbor"),
            ("..", "parent"),
            ("/etc/passwd", "absolute"),
            ("/", "top"),
            ("loop", "loop"),
            ("missing", "dangling"),
            ("/proc/self/root", "magic"),
        ] {
            symlink(target, root.join(link)).unwrap();
        }
        let pipe = Command::new("mkfifo").arg(root.join("pipe")).status();
        assert!(pipe.unwrap().success());
        let _socket = std::os::unix::net::UnixListener::bind(root.join("socket")).unwrap();
        for open in WAYS {
            for (path, expected) in [
                ("", "folder"),
                ("a.txt", "file"),
                ("sub/b.txt", "file"),
                ("sub", "folder"),
                ("inside", "file"),
                ("sub/up", "file"),
                ("folder/b.txt", "file"),
                ("folder/deep", "folder"),
                ("outside", "nothing"),
                ("sub/outside", "nothing"),
                ("neighbor/x", "nothing"),
                ("neighbor", "nothing"),
                ("parent", "nothing"),
                ("parent/secret", "nothing"),
                ("absolute", "nothing"),
                ("top/etc/passwd", "nothing"),
                ("magic/etc/passwd", "nothing"),
                ("loop", "nothing"),
                ("dangling", "nothing"),
                ("a.txt/b", "nothing"),
                ("missing", "nothing"),
                ("pipe", "nothing"),
                ("socket", "nothing"),
                (&"x".repeat(300), "nothing"),
                (&"x/".repeat(3000), "nothing"),
            ] {
                assert_eq!(found(open, &root, path), expected, "{path:.40}");
            }
            assert_eq!(found(open, &root.join("gone"), "a.txt"), "nothing");
        }
        fs::remove_dir_all(folder).unwrap();
    }
}
