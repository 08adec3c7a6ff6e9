//! The files of a form, by name.

use super::{ParamSpec, source::Source};
use crate::{
    model::{ErrorDetail, LocItem},
    multipart::UploadFile,
    request::{Context, FormBody},
};

/// Returns the files with a name, without those that browsers send if no file was chosen.
pub(super) fn files_named<'f>(
    form: &'f FormBody,
    name: &str,
) -> impl Iterator<Item = &'f UploadFile> {
    let files = form.files.iter().filter(move |(of, _)| of == name);
    files
        .map(|(_, file)| file)
        .filter(|file| !file.is_unchosen())
}

/// Rejects a file that was sent in place of a field, and returns whether there is one.
pub(super) fn reject_file(spec: &ParamSpec, form: &FormBody, cx: &mut Context<'_>) -> bool {
    let source = Source::Form(&form.query, &form.raw);
    let is_file = files_named(form, spec.name()).next().is_some() && !source.has(spec.name());
    if is_file {
        let message = "Input should be a valid string";
        cx.reject(ErrorDetail::new("string_type", loc(spec), message));
    }
    is_file
}

/// Returns the `loc` of a file, whether or not its argument has an attribute.
pub(super) fn loc(spec: &ParamSpec) -> Vec<LocItem> {
    vec!["body".into(), spec.name().into()]
}
