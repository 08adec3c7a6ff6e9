//! The names of components and operations, and the titles that Python would give them.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

use super::errors;

/// Returns the name of a type without the number that a generator adds to a name that is already taken.
pub(super) fn base(name: &str, id: Option<&str>, definitions: &Map<String, Value>) -> String {
    let base = name.trim_end_matches(|c: char| c.is_ascii_digit());
    let numbered = base.len() < name.len() && definitions.contains_key(base);
    let own = id.and_then(|id| path(id).split("::").last());
    if numbered && own.is_some_and(|own| own != name) {
        base.to_owned()
    } else {
        name.to_owned()
    }
}

/// Returns unique names for components, without characters that OpenAPI does not allow. Types that share a name are
/// all qualified with their modules, so that no name depends on the order of the routes.
pub(super) fn unique(models: &[(&str, Option<&str>)]) -> Vec<String> {
    let mut count: HashMap<String, usize> = HashMap::new();
    let mut taken: HashSet<String> = HashSet::new();
    for (name, _) in errors::SCHEMAS {
        count.insert(name.to_owned(), 1);
        taken.insert(name.to_owned());
    }
    for (base, _) in models {
        *count.entry(component(base)).or_default() += 1;
    }
    let mut names = Vec::with_capacity(models.len());
    for (base, id) in models {
        let base = component(base);
        let wanted = match id {
            Some(id) if count[&base] > 1 => qualified(&base, id),
            _ => base,
        };
        let mut name = wanted.clone();
        for number in 2.. {
            if taken.insert(name.clone()) {
                break;
            }
            name = format!("{wanted}{number}");
        }
        names.push(name);
    }
    names
}

/// Qualifies a name: `shop::orders::Item` becomes `shop__orders__Item`. The arguments of a generic type are included.
fn qualified(base: &str, id: &str) -> String {
    let mut name = match path(id).rsplit_once("::") {
        Some((modules, _)) => format!("{}__{base}", modules.replace("::", "__")),
        None => base.to_owned(),
    };
    if let Some((_, arguments)) = id.split_once('<') {
        let arguments = arguments.trim_end_matches('>').replace("::", "__");
        name.push('_');
        name.push_str(&arguments);
    }
    component(&name)
}

/// Returns a type's path without its generic arguments.
fn path(id: &str) -> &str {
    id.split('<').next().unwrap_or(id)
}

fn component(name: &str) -> String {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    name.chars()
        .map(|c| if allowed(c) { c } else { '_' })
        .collect()
}

/// Returns the operation id that FastAPI generates: `read_item_items__item_id__get`.
pub(super) fn fastapi_operation(name: &str, path: &str, method: &str) -> String {
    let mut id = String::with_capacity(name.len() + path.len() + 8);
    for c in name.chars().chain(path.chars()) {
        id.push(if c.is_alphanumeric() { c } else { '_' });
    }
    id.push('_');
    id.push_str(&method.to_ascii_lowercase());
    id
}

/// Applies Python's `str.title` and replaces underscores with spaces: `item_id` becomes `Item Id`, `x-token` becomes
/// `X-Token`.
pub(super) fn title(name: &str) -> String {
    let mut title = String::with_capacity(name.len());
    let mut inside = false;
    for c in name.chars() {
        if inside {
            title.extend(c.to_lowercase());
        } else {
            title.extend(c.to_uppercase());
        }
        inside = c.is_alphabetic();
    }
    title.replace('_', " ")
}

/// Returns the name of a generic type as Python writes it: `Page_Item_` becomes `Page[Item]`.
pub(super) fn class(base: &str) -> String {
    let generic = base.strip_suffix('_').and_then(|name| name.split_once('_'));
    match generic {
        Some((name, arguments)) => format!("{name}[{}]", class(arguments)),
        None => base.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_written_as_in_python() {
        let titles = [
            ("item_id", "Item Id"),
            ("x-token", "X-Token"),
            ("userAgent", "Useragent"),
            ("m2m_key", "M2M Key"),
            ("Response_read_items__get", "Response Read Items  Get"),
        ];
        for (name, expected) in titles {
            assert_eq!(title(name), expected);
        }
    }

    #[test]
    fn types_with_the_same_name_are_all_qualified() {
        let models = [
            ("Item", Some("shop::a::Item")),
            ("Item", Some("shop::b::Item")),
            ("User", Some("shop::User")),
            ("Page_Item_", Some("shop::Page_{T}_<shop::a::Item>")),
            ("Page_Item_", Some("shop::Page_{T}_<shop::b::Item>")),
            ("ValidationError", Some("shop::ValidationError")),
        ];
        assert_eq!(
            unique(&models),
            [
                "shop__a__Item",
                "shop__b__Item",
                "User",
                "shop__Page_Item__shop__a__Item",
                "shop__Page_Item__shop__b__Item",
                "shop__ValidationError",
            ]
        );
    }

    #[test]
    fn names_without_a_path_are_numbered() {
        assert_eq!(unique(&[("Item", None), ("Item", None)]), ["Item", "Item2"]);
        assert_eq!(unique(&[("Page<Item>", None)]), ["Page_Item_"]);
    }

    #[test]
    fn only_a_numbered_name_loses_its_number() {
        let definitions: Map<String, Value> = ["Item", "Item2"]
            .map(|name| (name.to_owned(), Value::Null))
            .into_iter()
            .collect();
        assert_eq!(base("Item2", Some("shop::b::Item"), &definitions), "Item");
        assert_eq!(base("Item2", Some("shop::Item2"), &definitions), "Item2");
        assert_eq!(base("Item2", None, &definitions), "Item2");
    }

    #[test]
    fn a_generic_type_is_written_as_in_python() {
        assert_eq!(class("Page_Item_"), "Page[Item]");
        assert_eq!(class("Page_Page_Item__"), "Page[Page[Item]]");
        assert_eq!(class("Order_Line"), "Order_Line");
    }

    #[test]
    fn an_operation_id_matches_fastapi() {
        let id = fastapi_operation("read_item", "/items/{item_id}", "GET");
        assert_eq!(id, "read_item_items__item_id__get");
    }
}
