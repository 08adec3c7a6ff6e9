//! The documentation of a type, a variant or a field in the source: its doc comment, and whether it is deprecated.

use schemars::Schema;

/// A doc comment. As in schemars, a heading at its start becomes the title.
#[derive(Clone, Copy, Debug)]
pub(super) struct Docs {
    pub(super) text: &'static str,
    pub(super) is_deprecated: bool,
    /// Writes what `#[schemars(..)]` says.
    pub(super) schemars_attr: Option<fn(&mut Schema)>,
}

impl Docs {
    pub(super) const NONE: Self = Self {
        text: "",
        is_deprecated: false,
        schemars_attr: None,
    };

    pub(super) fn is_empty(&self) -> bool {
        self.text.trim_ascii().is_empty() && !self.is_deprecated && self.schemars_attr.is_none()
    }

    pub(super) fn write(&self, schema: &mut Schema) {
        let (title, description) = self.parts();
        for (key, text) in [("title", title), ("description", description)] {
            if !text.is_empty() {
                schema.insert(key.to_owned(), text.into());
            }
        }
        if self.is_deprecated {
            schema.insert("deprecated".to_owned(), true.into());
        }
    }

    /// Writes what `#[schemars(..)]` says. This runs last, because it may change anything in the schema.
    pub(super) fn write_schemars_attr(&self, schema: &mut Schema) {
        if let Some(write) = self.schemars_attr {
            write(schema);
        }
    }

    fn parts(&self) -> (&'static str, &'static str) {
        let text = self.text.trim_ascii();
        let (title, description) = match text.starts_with('#') {
            true => text.split_once('\n').unwrap_or((text, "")),
            false => ("", text),
        };
        let title = title.trim_start_matches('#').trim_ascii();
        (title, description.trim_ascii())
    }
}

/// The setters of everything that may have a doc comment.
macro_rules! documented {
    ($type:ident $(<$life:lifetime>)?) => {
        impl $(<$life>)? $type $(<$life>)? {
            /// Sets the doc comment.
            #[must_use]
            pub const fn docs(mut self, text: &'static str) -> Self {
                self.docs.text = text;
                self
            }

            /// Marks it as deprecated: `#[deprecated]`.
            #[must_use]
            pub const fn deprecated(mut self) -> Self {
                self.docs.is_deprecated = true;
                self
            }

            /// Sets the function that writes what `#[schemars(..)]` says.
            #[must_use]
            pub const fn schemars_attr(mut self, schemars_attr: fn(&mut Schema)) -> Self {
                self.docs.schemars_attr = Some(schemars_attr);
                self
            }
        }
    };
}
pub(super) use documented;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heading_at_the_start_is_the_title() {
        for (text, title, description) in [
            ("", "", ""),
            ("An item.\nOf two lines.", "", "An item.\nOf two lines."),
            ("# Item", "Item", ""),
            ("\n ## Item \n\nOf a shop. ", "Item", "Of a shop."),
            ("An item\n# of a shop", "", "An item\n# of a shop"),
        ] {
            let docs = Docs { text, ..Docs::NONE };
            assert_eq!(docs.parts(), (title, description), "{text}");
        }
    }
}
