//! The message about a variable that is not set: which similar one is set, and which files do not exist.

use super::{
    fields::{Field, Kind, Tree},
    layers::{Layer, Layers},
    merged::Origin,
};

/// Says that a variable is not set, and why that may be.
pub(super) fn not_set(variable: &str, tree: &Tree, layers: &Layers) -> String {
    let mut text = format!("`{variable}` is not set");
    let mut by_precedence = layers.all.iter().rev();
    if let Some((name, origin)) = by_precedence.find_map(|layer| similar(variable, tree, layer)) {
        text.push_str(&format!(", but `{name}`{origin} is"));
    }
    if !layers.absent.is_empty() {
        let absent: Vec<_> = layers
            .absent
            .iter()
            .map(|path| format!("`{path}`"))
            .collect();
        text.push_str(&format!(", and there is no {}", absent.join(" or ")));
    }
    text.push('.');
    text
}

/// Returns a variable of a source that may have been meant as the one that is not set: one that belongs to no field,
/// and whose name is the same except for a typo, the underscores or the prefix.
fn similar(variable: &str, tree: &Tree, layer: &Layer) -> Option<(String, Origin)> {
    let wanted = variable.to_uppercase();
    let bare = wanted.strip_prefix(&tree.prefix.to_uppercase());
    let mut names = layer.names();
    names.sort();
    for name in names {
        let is_similar = is_typo(&wanted, name) || bare == Some(name);
        if is_similar
            && !is_variable(&tree.fields, name)
            && let Some((_, origin)) = layer.get(name)
        {
            return Some((name.to_owned(), origin));
        }
    }
    None
}

/// Returns whether a name is that of a field's variable.
fn is_variable(fields: &[Field], name: &str) -> bool {
    fields.iter().any(|field| {
        let is_inner = match &field.kind {
            Kind::Struct { fields, .. } => is_variable(fields, name),
            _ => false,
        };
        is_inner || field.variable.to_uppercase() == name
    })
}

/// Returns whether two names differ only in their underscores, or by one typo: an extra, missing or different
/// character, or two swapped ones. Short names would be similar by chance.
fn is_typo(a: &str, b: &str) -> bool {
    let letters = |name: &str| name.chars().filter(|c| *c != '_').collect::<Vec<_>>();
    let (a, b) = (letters(a), letters(b));
    let same =
        |pairs: &mut dyn Iterator<Item = (&char, &char)>| pairs.take_while(|(x, y)| x == y).count();
    let start = same(&mut a.iter().zip(&b));
    let (a, b) = (&a[start..], &b[start..]);
    let end = same(&mut a.iter().rev().zip(b.iter().rev()));
    let is_long = start + a.len() > 4;
    match (&a[..a.len() - end], &b[..b.len() - end]) {
        ([], []) => true,
        ([] | [_], [] | [_]) => is_long,
        ([x, y], [z, w]) => is_long && (x, y) == (w, z),
        _ => false,
    }
}
