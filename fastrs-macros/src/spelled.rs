//! Types as they are spelled. What a type is, traits decide; its spelling only tells where to look closer, and how to
//! word a mistake.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{GenericArgument, PathArguments, PathSegment, Type};

use crate::paths::{emit, private};
use crate::types::ungrouped;

/// Scalars that every model may hold.
const SCALARS: &[&str] = &[
    "bool", "char", "i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16", "u32", "u64", "u128",
    "usize", "f32", "f64", "String", "EmailStr", "Url",
];

/// Containers that a model may hold if it may hold what is in them.
const CONTAINERS: &[&str] = &[
    "Option", "Vec", "VecDeque", "Box", "Arc", "HashMap", "BTreeMap", "HashSet", "BTreeSet",
    "IndexMap", "Secret", "Partial", "Partial",
];

/// Types of the crates that a feature of fastrs makes known: the feature, and whether it is off.
const OPTIONAL: &[(&str, &str)] = &[
    ("Uuid", "uuid"),
    ("Decimal", "decimal"),
    ("DateTime", "chrono"),
    ("NaiveDate", "chrono"),
    ("NaiveTime", "chrono"),
    ("NaiveDateTime", "chrono"),
];

/// The last name of a type, `Uuid` of `uuid::Uuid`, with its parameters.
pub(crate) fn last(ty: &Type) -> Option<&PathSegment> {
    match ungrouped(ty) {
        Type::Path(path) if path.qself.is_none() => path.path.segments.last(),
        _ => None,
    }
}

/// The types between a segment's angle brackets.
pub(crate) fn parameters(segment: &PathSegment) -> Vec<&Type> {
    match &segment.arguments {
        PathArguments::AngleBracketed(list) => {
            let types = list.args.iter().filter_map(|arg| match arg {
                GenericArgument::Type(ty) => Some(ty),
                _ => None,
            });
            types.collect()
        }
        _ => Vec::new(),
    }
}

/// What a type is made of as far as that is not known by its spelling: `Address` of `Option<Vec<Address>>`, and nothing
/// of `Vec<String>`.
pub(crate) fn leaves(ty: &Type) -> Vec<&Type> {
    let Some(segment) = last(ty) else {
        return vec![ungrouped(ty)];
    };
    let (name, parameters) = (segment.ident.to_string(), parameters(segment));
    if parameters.is_empty() && SCALARS.contains(&name.as_str()) {
        return Vec::new();
    }
    let holds = !parameters.is_empty() && !parameters.iter().any(|ty| is_unsized(ty));
    match holds && CONTAINERS.contains(&name.as_str()) {
        true => parameters.into_iter().flat_map(leaves).collect(),
        false => vec![ungrouped(ty)],
    }
}

/// Whether it only stands behind a pointer, which is judged with it.
fn is_unsized(ty: &Type) -> bool {
    match ungrouped(ty) {
        Type::Slice(_) | Type::TraitObject(_) => true,
        ty => last(ty).is_some_and(|segment| segment.ident == "str"),
    }
}

/// A type as the user reads it.
pub(crate) fn text(ty: &Type) -> String {
    let tokens = ungrouped(ty).to_token_stream().to_string();
    let tight = [" <", "< ", " >", " ::", ":: ", "& ", "( ", " )", " ,", " ;"];
    tight.iter().fold(tokens, |text, spaced| {
        text.replace(spaced, spaced.trim_matches(' '))
    })
}

/// Whether a feature makes a type of this name known.
pub(crate) fn is_optional(ty: &Type) -> bool {
    let name = last(ty).map(|segment| segment.ident.to_string());
    OPTIONAL
        .iter()
        .any(|(known, _)| name.as_deref() == Some(known))
}

/// `otherwise` as a constant text, unless the type is one that a feature makes known, and which is off.
pub(crate) fn or_feature(ty: &Type, otherwise: &str) -> TokenStream {
    let name = last(ty).map(|segment| segment.ident.to_string());
    let feature = OPTIONAL
        .iter()
        .find(|(known, _)| name.as_deref() == Some(known));
    let Some((name, feature)) = feature else {
        return otherwise.to_token_stream();
    };
    let p = private();
    let needs = format!(
        "`{name}` needs the feature `{feature}` of fastrs: `cargo add fastrs --features {feature}`"
    );
    emit!(#p::unless_off(#feature, #needs, #otherwise))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaves_of(ty: Type) -> Vec<String> {
        leaves(&ty).into_iter().map(text).collect()
    }

    #[test]
    fn a_type_is_made_of_what_its_containers_hold() {
        assert_eq!(
            leaves_of(syn::parse_quote!(Option<Vec<shop::Address>>)),
            ["shop::Address"]
        );
        assert_eq!(
            leaves_of(syn::parse_quote!(HashMap<Uuid, Page<Item>>)),
            ["Uuid", "Page<Item>"]
        );
        assert_eq!(leaves_of(syn::parse_quote!(Vec<String>)), [""; 0]);
        assert_eq!(leaves_of(syn::parse_quote!(&'a str)), ["&'a str"]);
    }
}
