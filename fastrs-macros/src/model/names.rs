//! serde's `rename_all` rules.

/// A rule of `rename_all`.
#[derive(Clone, Copy, Default, PartialEq)]
pub(crate) enum Rule {
    /// As written.
    #[default]
    None,
    Lower,
    Upper,
    Pascal,
    Camel,
    Snake,
    ScreamingSnake,
    Kebab,
    ScreamingKebab,
}

impl Rule {
    pub(super) const NAMES: &[&'static str] = &[
        "lowercase",
        "UPPERCASE",
        "PascalCase",
        "camelCase",
        "snake_case",
        "SCREAMING_SNAKE_CASE",
        "kebab-case",
        "SCREAMING-KEBAB-CASE",
    ];

    /// Returns the rule of this name. An unknown name is reported by `serde_keys`.
    pub(super) fn of(name: &str) -> Self {
        Self::named(name).unwrap_or_default()
    }

    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "lowercase" => Self::Lower,
            "UPPERCASE" => Self::Upper,
            "PascalCase" => Self::Pascal,
            "camelCase" => Self::Camel,
            "snake_case" => Self::Snake,
            "SCREAMING_SNAKE_CASE" => Self::ScreamingSnake,
            "kebab-case" => Self::Kebab,
            "SCREAMING-KEBAB-CASE" => Self::ScreamingKebab,
            _ => return None,
        })
    }

    /// Returns this rule, or the other one if there is none.
    pub(super) fn or(self, other: Self) -> Self {
        match self {
            Self::None => other,
            rule => rule,
        }
    }

    /// Renames a field, which is written in snake case.
    pub(super) fn field(self, name: &str) -> String {
        match self {
            Self::None | Self::Lower | Self::Snake => name.to_owned(),
            Self::Upper | Self::ScreamingSnake => name.to_ascii_uppercase(),
            Self::Pascal => name.split('_').map(capitalised).collect(),
            Self::Camel => uncapitalised(&Self::Pascal.field(name)),
            Self::Kebab => name.replace('_', "-"),
            Self::ScreamingKebab => name.to_ascii_uppercase().replace('_', "-"),
        }
    }

    /// Renames a variant, which is written in Pascal case.
    pub(super) fn variant(self, name: &str) -> String {
        match self {
            Self::None | Self::Pascal => name.to_owned(),
            Self::Lower => name.to_ascii_lowercase(),
            Self::Upper => name.to_ascii_uppercase(),
            Self::Camel => uncapitalised(name),
            Self::Snake => snake(name),
            Self::ScreamingSnake => snake(name).to_ascii_uppercase(),
            Self::Kebab => snake(name).replace('_', "-"),
            Self::ScreamingKebab => snake(name).to_ascii_uppercase().replace('_', "-"),
        }
    }
}

fn capitalised(word: &str) -> String {
    let mut chars = word.chars();
    let first = chars.next().map(|c| c.to_ascii_uppercase());
    first.into_iter().chain(chars).collect()
}

fn uncapitalised(word: &str) -> String {
    let mut chars = word.chars();
    let first = chars.next().map(|c| c.to_ascii_lowercase());
    first.into_iter().chain(chars).collect()
}

fn snake(name: &str) -> String {
    let mut snake = String::new();
    for (i, c) in name.char_indices() {
        if i > 0 && c.is_uppercase() {
            snake.push('_');
        }
        snake.push(c.to_ascii_lowercase());
    }
    snake
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_and_variants_are_renamed_as_serde_does() {
        for (rule, field, variant) in [
            ("lowercase", "out_of_stock", "outofstock"),
            ("UPPERCASE", "OUT_OF_STOCK", "OUTOFSTOCK"),
            ("PascalCase", "OutOfStock", "OutOfStock"),
            ("camelCase", "outOfStock", "outOfStock"),
            ("snake_case", "out_of_stock", "out_of_stock"),
            ("SCREAMING_SNAKE_CASE", "OUT_OF_STOCK", "OUT_OF_STOCK"),
            ("kebab-case", "out-of-stock", "out-of-stock"),
            ("SCREAMING-KEBAB-CASE", "OUT-OF-STOCK", "OUT-OF-STOCK"),
        ] {
            assert_eq!(Rule::of(rule).field("out_of_stock"), field);
            assert_eq!(Rule::of(rule).variant("OutOfStock"), variant);
        }
    }
}
