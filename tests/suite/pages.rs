//! Lists that are returned in parts: `Page` and `CursorPage`.

mod cursors;
mod keys;
mod offsets;

use fastrs::testing::TestResponse;

/// Returns the links of a response: each relation with its URL, without the scheme and the host.
fn links(response: &TestResponse) -> Vec<(String, String)> {
    let Some(links) = response.header("link") else {
        return Vec::new();
    };
    links
        .split(", ")
        .map(|link| {
            let (url, relation) = link.split_once("; rel=").expect("a link has a relation");
            let url = url.trim_matches(['<', '>']);
            let path = url.split_once("://").map_or(url, |(_, rest)| {
                &rest[rest.find('/').expect("a URL has a path")..]
            });
            (relation.trim_matches('"').to_owned(), path.to_owned())
        })
        .collect()
}

/// Returns the path in the link with a relation, if there is one.
fn link(response: &TestResponse, relation: &str) -> Option<String> {
    let found = links(response)
        .into_iter()
        .find(|(known, _)| known == relation);
    Some(found?.1)
}
