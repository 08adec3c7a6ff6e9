//! Arguments of handlers, dependencies and jobs: reading, checking and turning them into calls.

mod checks;
mod emit;
mod parse;
mod provider;
mod scheme;
mod spec;

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::{Expr, Ident, Type};

use crate::docs::Docs;
use crate::field_attr::FieldAttr;
use crate::spelled;
use crate::types;

pub(crate) use checks::{fits, is_file};
pub(crate) use emit::Plan;
pub(crate) use parse::read;
pub(crate) use provider::Provider;

/// One argument of a function.
pub(crate) struct Argument {
    /// The name in the request, unless an alias overrides it.
    pub(crate) name: String,
    pub(crate) span: Span,
    pub(crate) ty: Type,
    pub(crate) docs: Docs,
    pub(crate) source: Source,
}

/// Where an argument comes from.
pub(crate) enum Source {
    /// No attribute: the type decides, unless the path has a placeholder of the same name.
    Bare { in_path: bool },
    /// `#[query]` and similar attributes.
    Located(Location, Box<FieldAttr>),
    /// `#[depends(..)]`.
    Depends(Provider),
    /// `#[security(SCHEME)]`.
    Security(Expr),
    /// `&Reply` or `&mut Reply`.
    Reply,
    /// `Yield<T>`.
    Lend(Type),
    /// `#[arg]`: given where the dependency is declared.
    Param,
}

/// The locations that an attribute can name.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Location {
    Path,
    Query,
    Header,
    Cookie,
    Body,
    Form,
    File,
}

impl Location {
    const ALL: [(&'static str, Location); 7] = [
        ("path", Location::Path),
        ("query", Location::Query),
        ("header", Location::Header),
        ("cookie", Location::Cookie),
        ("body", Location::Body),
        ("form", Location::Form),
        ("file", Location::File),
    ];

    fn of(attribute: &str) -> Option<Self> {
        let location = Self::ALL.iter().find(|(name, _)| *name == attribute);
        location.map(|(_, location)| *location)
    }

    /// Returns the marker type from which an argument of type `ty` is read.
    fn marker(self, ty: &Type) -> Ident {
        match self == Location::Form && spelled::is_optional_json(ty) {
            true => Ident::new("OptionalJson", Span::mixed_site()),
            false => self.ident(),
        }
    }

    /// Returns the location's name in the library, which is both a variant of `Location` and a marker type.
    fn ident(self) -> Ident {
        let name = match self {
            Location::Path => "Path",
            Location::Query => "Query",
            Location::Header => "Header",
            Location::Cookie => "Cookie",
            Location::Body => "Body",
            Location::Form => "Form",
            Location::File => "File",
        };
        Ident::new(name, Span::mixed_site())
    }
}

impl Argument {
    /// Returns whether the value comes from the request, which holds for everything except dependencies and the
    /// arguments that the macro handles itself.
    pub(crate) fn is_from_request(&self) -> bool {
        matches!(
            self.source,
            Source::Bare { .. } | Source::Located(..) | Source::Security(_)
        )
    }

    /// Returns whether the argument is a file that is sent in the body, judging by its spelling.
    pub(crate) fn is_upload(&self) -> bool {
        match self.source {
            Source::Located(Location::File, _) => true,
            Source::Bare { .. } => types::mentions_names(&self.ty, &["UploadFile", "Multipart"]),
            _ => false,
        }
    }

    /// Returns whether the function does not run without this credential, judging by the type's spelling.
    pub(crate) fn requires_credential(&self) -> bool {
        matches!(self.source, Source::Security(_)) && !types::ends_in(&self.ty, "Option")
    }

    /// Returns whether the argument may be a WebSocket, judging by its spelling.
    fn may_be_socket(&self) -> bool {
        matches!(self.source, Source::Bare { .. }) && types::ends_in(&self.ty, "WebSocket")
    }

    /// Returns the type with the request's lifetime.
    fn bound(&self) -> TokenStream {
        types::with_request_lifetime(&self.ty).into_token_stream()
    }

    /// Returns the name used in the request.
    pub(crate) fn wire_name(&self) -> String {
        match &self.source {
            Source::Located(_, attr) => attr.literal_alias().unwrap_or_else(|| self.name.clone()),
            _ => self.name.clone(),
        }
    }

    /// Returns whether the document shows the default, if there is one.
    fn has_constant_default(&self) -> bool {
        matches!(&self.source, Source::Located(_, attr) if attr.has_constant_default())
    }

    fn has_default(&self) -> bool {
        matches!(&self.source, Source::Located(_, attr) if attr.default.is_some())
    }

    pub(crate) fn is_path(&self) -> bool {
        matches!(
            self.source,
            Source::Bare { in_path: true } | Source::Located(Location::Path, _)
        )
    }
}
