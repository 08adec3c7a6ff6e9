//! Types by their spelling. Traits decide what a type is; its spelling only shows where to look closer and how to word
//! an error.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{GenericArgument, PathArguments, PathSegment, Type};

use crate::paths::{emit, private};
use crate::types::{self, ungrouped};

/// Scalars that every model may hold.
const SCALARS: &[&str] = &[
    "bool", "char", "i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16", "u32", "u64", "u128",
    "usize", "f32", "f64", "String", "EmailStr", "Url",
];

/// Containers that a model may hold if it may hold their contents.
const CONTAINERS: &[&str] = &[
    "Option", "Vec", "VecDeque", "Box", "Arc", "HashMap", "BTreeMap", "HashSet", "BTreeSet",
    "IndexMap", "Secret",
];

/// Containers whose default is empty, whatever they contain.
const EMPTY: &[&str] = &[
    "Option", "Vec", "VecDeque", "HashMap", "BTreeMap", "HashSet", "BTreeSet",
];

/// Containers that hold a list of items.
const LISTS: &[&str] = &["Vec", "VecDeque", "HashSet", "BTreeSet"];

/// Containers of values by their keys.
const MAPS: &[&str] = &["HashMap", "BTreeMap", "IndexMap"];

/// Types from the crates that a fastrs feature enables: the feature, and whether it is off.
const OPTIONAL: &[(&str, &str)] = &[
    ("Uuid", "uuid"),
    ("Decimal", "decimal"),
    ("DateTime", "chrono"),
    ("NaiveDate", "chrono"),
    ("NaiveTime", "chrono"),
    ("NaiveDateTime", "chrono"),
    ("File", "files"),
];

/// Returns the last segment of a type's path, such as `Uuid` in `uuid::Uuid`, with its parameters.
pub(crate) fn last(ty: &Type) -> Option<&PathSegment> {
    match ungrouped(ty) {
        Type::Path(path) if path.qself.is_none() => path.path.segments.last(),
        _ => None,
    }
}

/// Returns whether the default of a type is empty, whatever its parameters are.
pub(crate) fn is_empty_by_default(ty: &Type) -> bool {
    last(ty).is_some_and(|segment| EMPTY.iter().any(|name| segment.ident == name))
}

/// Returns the types between a segment's angle brackets.
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

/// Returns the parts of a type that are not recognized by their spelling: `Address` in `Option<Vec<Address>>`, and none
/// in `Vec<String>`.
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

/// Returns whether a type contains a type that is not recognized by its spelling, besides itself.
pub(crate) fn has_inner_leaves(ty: &Type) -> bool {
    let ty = ungrouped(ty);
    leaves(ty).into_iter().any(|leaf| !std::ptr::eq(leaf, ty))
}

/// Returns the `T` of a list, `Option<Vec<T>>`.
pub(crate) fn item(ty: &Type) -> Option<&Type> {
    let segment = last(ty)?;
    let only = parameters(segment).into_iter().next()?;
    match LISTS.iter().any(|name| segment.ident == name) {
        true => Some(only),
        false if segment.ident == "Option" => item(only),
        false => None,
    }
}

/// Returns the maps in a type whose key is not recognized by its spelling: `HashMap<Item, u64>` of an `Option` of it.
pub(crate) fn keyed(ty: &Type) -> Vec<&Type> {
    let ty = ungrouped(ty);
    let Some(segment) = last(ty) else {
        return Vec::new();
    };
    let parameters = parameters(segment);
    let is_keyed = MAPS.iter().any(|name| segment.ident == name)
        && parameters
            .first()
            .is_some_and(|key| !leaves(key).is_empty());
    let inside = parameters.into_iter().flat_map(keyed);
    is_keyed.then_some(ty).into_iter().chain(inside).collect()
}

/// Returns whether the type is a map, `Option<HashMap<K, V>>`.
pub(crate) fn is_map(ty: &Type) -> bool {
    last(ty).is_some_and(|segment| match parameters(segment)[..] {
        [only] => segment.ident == "Option" && is_map(only),
        _ => MAPS.iter().any(|name| segment.ident == name),
    })
}

/// Returns whether a type is an `Option<Json<T>>`.
pub(crate) fn is_optional_json(ty: &Type) -> bool {
    types::ends_in(ty, "Option")
        && types::only_parameter(ty).is_some_and(|inner| types::ends_in(inner, "Json"))
}

/// Returns the `Result` in a type, `Option<Result<T>>`.
pub(crate) fn result(ty: &Type) -> Option<&Type> {
    let is_result = |ty: &&Type| last(ty).is_some_and(|segment| segment.ident == "Result");
    leaves(ty).into_iter().find(is_result)
}

/// Returns whether the type only occurs behind a pointer, in which case it is checked with the pointer.
fn is_unsized(ty: &Type) -> bool {
    match ungrouped(ty) {
        Type::Slice(_) | Type::TraitObject(_) => true,
        ty => last(ty).is_some_and(|segment| segment.ident == "str"),
    }
}

/// Returns a type as the user reads it.
pub(crate) fn text(ty: &Type) -> String {
    let tokens = ungrouped(ty).to_token_stream().to_string();
    let tight = [" <", "< ", " >", " ::", ":: ", "& ", "( ", " )", " ,", " ;"];
    tight.iter().fold(tokens, |text, spaced| {
        text.replace(spaced, spaced.trim_matches(' '))
    })
}

/// Returns whether a feature adds support for a type of this name.
pub(crate) fn is_optional(ty: &Type) -> bool {
    let name = last(ty).map(|segment| segment.ident.to_string());
    OPTIONAL
        .iter()
        .any(|(known, _)| name.as_deref() == Some(known))
}

/// Returns `otherwise` as a constant string, unless the type needs a feature that is off.
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
    fn the_leaves_of_a_type_are_found_in_its_containers() {
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
