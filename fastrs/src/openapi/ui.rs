//! Code shared by the documentation pages: it escapes text, and computes addresses that work behind a proxy.

/// Escapes text for an element or a quoted attribute.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

/// Returns the address of `to` on a page at `from`. It is relative, so it works under any prefix that a proxy or a
/// mount adds to both.
pub(super) fn relative(from: &str, to: &str) -> String {
    let Some(target) = to.strip_prefix('/') else {
        return to.to_owned();
    };
    let mut folders: Vec<&str> = from.trim_start_matches('/').split('/').collect();
    folders.pop();
    let mut target: Vec<&str> = target.split('/').collect();
    let file = target.pop().unwrap_or_default();
    let common = folders
        .iter()
        .zip(&target)
        .take_while(|(a, b)| a == b)
        .count();
    let mut address = "../".repeat(folders.len() - common);
    for folder in &target[common..] {
        address.push_str(folder);
        address.push('/');
    }
    address.push_str(file);
    // `a:b` would be parsed as a scheme, and an empty address as the page itself.
    if address.is_empty()
        || address
            .split('/')
            .next()
            .is_some_and(|first| first.contains(':'))
    {
        address.insert_str(0, "./");
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_relative_to_the_page() {
        let cases = [
            ("/docs", "/openapi.json", "openapi.json"),
            ("/docs", "/docs/swagger-ui.css", "docs/swagger-ui.css"),
            ("/docs/", "/docs/swagger-ui.css", "swagger-ui.css"),
            ("/api/v1/docs", "/api/openapi.json", "../openapi.json"),
            ("/", "/openapi.json", "openapi.json"),
            ("/docs", "/", "./"),
            (
                "/docs",
                "https://example.com/openapi.json",
                "https://example.com/openapi.json",
            ),
        ];
        for (from, to, expected) in cases {
            assert_eq!(relative(from, to), expected, "{from} -> {to}");
        }
    }

    #[test]
    fn text_cannot_end_an_element_or_an_attribute() {
        assert_eq!(
            escape(r#"<a b="c">'&"#),
            "&lt;a b=&quot;c&quot;&gt;&#39;&amp;"
        );
    }
}
