//! How values are written into a template.

use minijinja::{
    AutoEscape, Error, Output, State, Value, default_auto_escape_callback, escape_formatter,
    value::ValueKind,
};

/// Extensions of templates that are plain text.
const TEXT: [&str; 4] = [".txt", ".text", ".md", ".csv"];

/// Extensions that say nothing about the content: `item.html.j2`.
const IGNORED: [&str; 3] = [".j2", ".jinja2", ".jinja"];

/// Returns how a template escapes values. A template of an unknown type is treated as HTML.
pub(super) fn by_extension(name: &str) -> AutoEscape {
    let stripped = IGNORED.iter().find_map(|end| name.strip_suffix(end));
    let name = stripped.unwrap_or(name);
    if TEXT.iter().any(|end| name.ends_with(end)) {
        return AutoEscape::None;
    }
    match default_auto_escape_callback(name) {
        AutoEscape::None => AutoEscape::Html,
        known => known,
    }
}

/// Writes a value as Jinja2 does in HTML. minijinja's own escaping also replaces `/`, which makes URLs hard to read.
pub(super) fn write(
    out: &mut Output<'_>,
    state: &mut State<'_, '_>,
    value: &Value,
) -> Result<(), Error> {
    use ValueKind::{Bool, None, Number, Undefined};
    let needs_no_escaping =
        value.is_safe() || matches!(value.kind(), Bool | None | Number | Undefined);
    if needs_no_escaping || !matches!(state.auto_escape(), AutoEscape::Html) {
        return escape_formatter(out, state, value);
    }
    match value.as_str() {
        Some(text) => write_html(out, text),
        Option::None => write_html(out, &value.to_string()),
    }
    .map_err(Error::from)
}

fn write_html(out: &mut Output<'_>, mut text: &str) -> std::fmt::Result {
    while let Some(at) = text.find(['&', '<', '>', '"', '\'']) {
        out.write_str(&text[..at])?;
        out.write_str(match text.as_bytes()[at] {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&#34;",
            _ => "&#39;",
        })?;
        text = &text[at + 1..];
    }
    out.write_str(text)
}
