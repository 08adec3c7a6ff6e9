//! Mistakes in types that the compiler cannot see: an app with one of them does not start.

use std::collections::HashMap;

use fastrs::Value;
use fastrs::prelude::*;

#[model]
#[derive(PartialEq, Eq, Hash)]
struct Code(#[field(pattern = "(")] String);

#[model]
struct Named {
    #[field(pattern = "^(?!admin)[a-z]+$")]
    name: String,
    nick: Option<Nick>,
}

#[model]
struct Nick {
    #[serde(default)]
    #[field(pattern = "[")]
    text: Option<String>,
}

#[model]
struct Filter {
    #[field(pattern = "*")]
    q: String,
}

#[post("/named")]
async fn named(body: Named) -> bool {
    body.name.is_empty() && body.nick.is_none_or(|nick| nick.text.is_none())
}

#[post("/keyed")]
async fn keyed(body: HashMap<Code, u8>) -> bool {
    body.is_empty()
}

#[get("/arguments/<path>")]
async fn arguments(
    #[path(pattern = "a{2,1}")] path: String,
    #[query(pattern = "[a-z")] q: Option<String>,
    #[header(pattern = "\\")] codes: String,
    #[query] filter: Filter,
) -> bool {
    path.is_empty() && q.is_none() && codes.is_empty() && filter.q.is_empty()
}

#[dependency]
async fn checked(#[query(pattern = ")")] token: String) -> String {
    token
}

#[get("/depends", include_in_schema = false)]
async fn depends(#[depends(checked)] token: String) -> String {
    token
}

#[test]
fn a_pattern_is_a_regular_expression() {
    let app = App::new("Patterns", "1").routes(routes![named, keyed, arguments, depends]);
    let error = app.build().unwrap_err().to_string();
    for line in [
        "`suite::startup::Named`, field `name`: the pattern `^(?!admin)[a-z]+$` is not a valid regular expression for the `regex` crate: look-around",
        "`suite::startup::Nick`, field `text`: the pattern `[` is not",
        "`body`: the pattern `(` is not a valid regular expression for the `regex` crate: unclosed group",
        "`path`: the pattern `a{2,1}` is not",
        "`q`: the pattern `[a-z` is not",
        "`codes`: the pattern `\\` is not",
        "`suite::startup::Filter`, field `q`: the pattern `*` is not",
        "`token`: the pattern `)` is not",
    ] {
        assert!(error.contains(line), "{line}\n\n{error}");
    }
    assert!(error.starts_with("the app cannot start, for "), "{error}");
}

#[model]
enum Kind {
    Pieces(u32),
    Weight { grams: u32 },
    Unknown,
}

#[model]
struct Inner {
    z: u32,
}

#[model]
struct Search {
    inner: Inner,
    kind: Option<Kind>,
    many: Vec<Inner>,
    any: Value,
    ids: Option<Vec<u32>>,
}

#[get("/search")]
async fn search(
    #[query] kind: Kind,
    #[query] search: Search,
    #[header] inner: Option<Kind>,
    #[query] map: HashMap<String, u8>,
    #[query] list: Vec<u8>,
) -> usize {
    let Search {
        inner: Inner { z },
        kind: other,
        many,
        any,
        ids,
    } = search;
    let _ = (kind, z, other, many, any, ids, inner, map, list);
    0
}

#[test]
fn a_parameter_is_what_text_can_express() {
    let error = App::new("Search", "1").routes(routes![search]).build();
    let error = error.unwrap_err().to_string();
    let parameters = [
        "query parameter `kind`",
        "query parameter `inner`",
        "query parameter `many`",
        "header parameter `inner`",
    ];
    for parameter in parameters {
        let line = format!("the {parameter} is neither a scalar nor a list of scalars");
        assert!(error.contains(&line), "{line}\n\n{error}");
    }
    let expected = format!("the app cannot start, for {} reasons", parameters.len());
    assert!(error.starts_with(&expected), "{error}");
}

/// Is a choice among itself, too.
#[model]
#[serde(untagged)]
enum Tree {
    Leaf(u32),
    Boxed(Box<Tree>),
    Nested { tree: Box<Tree> },
}

#[get("/tree")]
async fn tree(#[query] tree: Tree) -> u32 {
    match tree {
        Tree::Leaf(leaf) => leaf,
        Tree::Boxed(_) => 1,
        Tree::Nested { .. } => 2,
    }
}

#[test]
fn a_parameter_that_contains_itself_is_reported() {
    let error = App::new("Tree", "1").routes(routes![tree]).build();
    let error = error.unwrap_err().to_string();
    assert!(
        error.contains("the query parameter `tree` is neither a scalar nor a list of scalars"),
        "{error}"
    );
}

/// Contains itself in so many places that a search of each of them would not end.
#[model]
#[serde(untagged)]
enum Chain {
    End(u8),
    A(Box<Chain>),
    B(Box<Chain>),
    C(Box<Chain>),
    D(Box<Chain>),
    E(Box<Chain>),
    F(Box<Chain>),
    G(Box<Chain>),
    H(Box<Chain>),
    I(Box<Chain>),
    J(Box<Chain>),
    K(Box<Chain>),
    L(Box<Chain>),
}

#[model]
struct Chained {
    chain: Chain,
}

#[post("/chained")]
async fn chained(#[query] query: Chained, #[form] form: Chained) {
    drop((query, form));
}

#[test]
fn a_type_that_contains_itself_is_searched_once() {
    let app = App::new("Chains", "1").routes(routes![chained]);
    assert!(app.build().is_ok());
}

#[model]
struct Order {
    inner: Inner,
    kind: Option<Kind>,
    many: Vec<Inner>,
    any: Value,
    ids: Option<Vec<u32>>,
    map: HashMap<String, u8>,
}

#[post("/order")]
async fn order(#[form] order: Order, #[form] json: Json<Inner>, #[form] one: Kind) -> usize {
    let _ = (order.inner, order.kind, order.many, order.any, order.ids);
    let _ = (order.map, json.0, one);
    0
}

#[test]
fn a_field_of_a_form_is_what_text_can_express() {
    let error = App::new("Orders", "1").routes(routes![order]).build();
    let error = error.unwrap_err().to_string();
    let fields = ["inner", "kind", "many", "map", "one"];
    for field in fields {
        let line = format!("the field `{field}` of the form is neither");
        assert!(error.contains(&line), "{line}\n\n{error}");
    }
    let advice = "`#[form] inner: Json<..>`";
    assert!(error.contains(advice), "{error}");
    let expected = format!("the app cannot start, for {} reasons", fields.len());
    assert!(error.starts_with(&expected), "{error}");
}

#[model]
struct Album {
    #[file(max_size = 2_000)]
    cover: UploadFile,
    #[file(max_size = 999)]
    back: UploadFile,
}

#[post("/album")]
async fn album(#[form] album: Album, #[file(max_size = 1_001)] extra: Option<Bytes>) -> u64 {
    drop(extra);
    album.cover.size() + album.back.size()
}

#[post("/large")]
async fn large(#[file(max_size = 17_000_000)] file: UploadFile) -> u64 {
    file.size()
}

#[post("/text", form_limits = FormLimits::new().max_part_size(3_000_000))]
async fn text(#[form] text: String) -> usize {
    text.len()
}

#[post("/fits", body_limit = 1_000, form_limits = FormLimits::new().max_part_size(1_000))]
async fn fits(#[file(max_size = 1_000)] file: UploadFile) -> u64 {
    file.size()
}

#[test]
fn a_part_of_a_form_is_no_larger_than_the_body() {
    let small = Router::new("/small").body_limit(1_000);
    let app = App::new("Albums", "1")
        .include(small.routes(routes![album]))
        .routes(routes![large, text, fits]);
    let error = app.build().unwrap_err().to_string();
    for line in [
        "the file `cover` may have up to 2000 bytes (`max_size`), but the body only 1000",
        "the file `extra` may have up to 1001 bytes (`max_size`), but the body only 1000",
        "the file `file` may have up to 17000000 bytes (`max_size`), but the body only 16777216",
        "a field may have up to 3000000 bytes (`max_part_size`), but the body only 2097152",
    ] {
        assert!(error.contains(line), "{line}\n\n{error}");
    }
    assert!(
        error.starts_with("the app cannot start, for 4 reasons"),
        "{error}"
    );
}
