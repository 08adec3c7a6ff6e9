//! The limits of a form.

/// The limits of a form: how many fields and files it may have, and how large its parts may be.
///
/// A limit that is not set is taken from the outer router, from the app, and finally from the defaults. The size of the
/// whole form is limited by `body_limit`. A form that exceeds a limit gets a 400 with FastAPI's error text. A limit of
/// 0 forbids whatever it limits.
///
/// ```
/// use fastrs::{FormLimits, prelude::*};
///
/// #[post("/notes", form_limits = FormLimits::new().max_part_size(4 * 1024 * 1024), body_limit = 5_000_000)]
/// async fn create_note(#[form] text: String) -> usize {
///     text.len()
/// }
///
/// # fn app() -> App {
/// App::new("Notes", "1.0.0")
///     .form_limits(FormLimits::new().max_fields(20).max_files(5))
///     .routes(routes![create_note])
/// # }
/// # assert!(app().build().is_ok());
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[must_use]
pub struct FormLimits {
    max_fields: Option<usize>,
    max_files: Option<usize>,
    max_part_size: Option<usize>,
    max_part_headers: Option<usize>,
    max_part_head_size: Option<usize>,
}

impl FormLimits {
    /// Creates limits, none of which is set.
    pub const fn new() -> Self {
        Self {
            max_fields: None,
            max_files: None,
            max_part_size: None,
            max_part_headers: None,
            max_part_head_size: None,
        }
    }

    /// Sets the maximum number of fields that are not files. The default is 1000.
    pub const fn max_fields(mut self, fields: usize) -> Self {
        self.max_fields = Some(fields);
        self
    }

    /// Sets the maximum number of files. The default is 1000.
    pub const fn max_files(mut self, files: usize) -> Self {
        self.max_files = Some(files);
        self
    }

    /// Sets the maximum size of a field that is not a file, in bytes. The default is 1 MiB.
    pub const fn max_part_size(mut self, bytes: usize) -> Self {
        self.max_part_size = Some(bytes);
        self
    }

    /// Sets the maximum number of headers of a part in a multipart form. The default is 32.
    pub const fn max_part_headers(mut self, headers: usize) -> Self {
        self.max_part_headers = Some(headers);
        self
    }

    /// Sets the maximum size of the headers of a part in a multipart form, in bytes. The default is 8 KiB.
    pub const fn max_part_head_size(mut self, bytes: usize) -> Self {
        self.max_part_head_size = Some(bytes);
        self
    }

    /// Returns these limits, with `outer`'s limit for each that is not set.
    pub(crate) fn or(self, outer: Self) -> Self {
        Self {
            max_fields: self.max_fields.or(outer.max_fields),
            max_files: self.max_files.or(outer.max_files),
            max_part_size: self.max_part_size.or(outer.max_part_size),
            max_part_headers: self.max_part_headers.or(outer.max_part_headers),
            max_part_head_size: self.max_part_head_size.or(outer.max_part_head_size),
        }
    }

    /// Returns the maximum size of a field, if one was set.
    pub(crate) fn own_part_size(self) -> Option<usize> {
        self.max_part_size
    }

    pub(crate) fn fields(self) -> usize {
        self.max_fields.unwrap_or(1000)
    }

    pub(crate) fn part_size(self) -> usize {
        self.max_part_size.unwrap_or(1024 * 1024)
    }
}

#[cfg(feature = "multipart")]
impl FormLimits {
    pub(crate) fn files(self) -> usize {
        self.max_files.unwrap_or(1000)
    }

    pub(crate) fn part_headers(self) -> usize {
        self.max_part_headers.unwrap_or(32)
    }

    pub(crate) fn part_head_size(self) -> usize {
        self.max_part_head_size.unwrap_or(8 * 1024)
    }

    /// Returns the maximum size of all fields together, since they are all in memory.
    pub(crate) fn text(self) -> usize {
        self.part_size().max(8 * 1024 * 1024)
    }
}
