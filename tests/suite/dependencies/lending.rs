//! How often a dependency runs (once per tree, per use, or per set of arguments), and how its value is lent.

use fastrs::{Value, prelude::*, testing::TestClient};

use crate::journal::{Journal, journal};

fn app() -> (App, Journal) {
    let notes = Journal::new();
    let app = App::new("Lending", "1")
        .provide::<journal>(notes.clone())
        .routes(routes![in_a_tree, anew, by_arguments, each_way, one_basket,]);
    (app, notes)
}

/// A number that distinguishes one call from another.
#[dependency]
async fn number(#[depends(journal)] journal: &Journal) -> usize {
    journal.write("number");
    journal.count("number")
}

#[dependency]
async fn left(#[depends(number)] number: usize) -> usize {
    number
}

#[dependency]
async fn right(#[depends(left)] left: usize, #[depends(number)] number: usize) -> (usize, usize) {
    (left, number)
}

#[get("/tree")]
async fn in_a_tree(
    #[depends(left)] left: usize,
    #[depends(right)] right: (usize, usize),
    #[depends(number)] number: usize,
) -> Vec<usize> {
    vec![left, right.0, right.1, number]
}

#[tokio::test]
async fn all_users_of_a_dependency_get_one_value() {
    let (app, notes) = app();
    let client = TestClient::start(app).await;
    assert_eq!(
        client.get("/tree").await.json::<Value>(),
        json!([1, 1, 1, 1])
    );
    assert_eq!(notes.take(), ["number"]);
    assert_eq!(
        client.get("/tree").await.json::<Value>(),
        json!([1, 1, 1, 1]),
        "each request has its own value"
    );
}

#[dependency]
async fn fresh(#[depends(number, use_cache = false)] number: usize) -> usize {
    number
}

#[get("/anew")]
async fn anew(
    #[depends(number)] number: usize,
    #[depends(fresh)] fresh: usize,
    #[depends(left)] left: usize,
    #[depends(right, use_cache = false)] right: (usize, usize),
) -> Vec<usize> {
    vec![number, fresh, left, right.0, right.1]
}

#[tokio::test]
async fn without_the_cache_a_value_is_created_again_only_for_that_argument() {
    let client = TestClient::start(app().0).await;
    assert_eq!(
        client.get("/anew").await.json::<Value>(),
        json!([1, 2, 1, 1, 1])
    );
}

#[dependency]
async fn greeting(
    #[arg] word: &'static str,
    #[arg] times: usize,
    #[depends(journal)] journal: &Journal,
) -> String {
    journal.write(word);
    word.repeat(times)
}

#[dependency]
async fn twice(#[depends(greeting(word = "hi", times = 2))] greeting: &String) -> String {
    greeting.clone()
}

#[get("/arguments")]
async fn by_arguments(
    #[depends(twice)] twice: String,
    #[depends(greeting(word = "hi", times = 2))] again: &String,
    #[depends(greeting(times = 1, word = "ho"))] other: &mut String,
) -> Vec<String> {
    other.push('!');
    vec![twice, again.clone(), other.clone()]
}

#[tokio::test]
async fn arguments_distinguish_values() {
    let (app, notes) = app();
    let client = TestClient::start(app).await;
    assert_eq!(
        client.get("/arguments").await.json::<Value>(),
        json!(["hihi", "hihi", "ho!"])
    );
    assert_eq!(notes.take(), ["hi", "ho"], "once for each set of arguments");
}

#[tokio::test]
async fn one_function_cannot_depend_twice_on_one_value() {
    #[get("/duplicate")]
    async fn duplicate(
        #[depends(greeting(word = "hi", times = 1))] a: &String,
        #[depends(greeting(times = 1, word = "hi"))] b: &mut String,
    ) -> String {
        format!("{a}{b}")
    }
    let app = App::new("Lending", "1")
        .provide::<journal>(Journal::new())
        .routes(routes![duplicate]);
    let error = app.build().unwrap_err().to_string();
    assert!(
        error.contains("`duplicate` (tests/suite/dependencies/lending.rs:"),
        "{error}"
    );
    assert!(
        error.contains("depends on `greeting` twice with the same arguments"),
        "{error}"
    );
}

#[derive(Debug, Clone)]
struct Note(String);

#[dependency]
async fn note() -> Note {
    Note("one".to_owned())
}

#[dependency]
async fn reader(#[depends(note)] note: &Note) -> String {
    format!("read {}", note.0)
}

#[dependency]
async fn copier(#[depends(note)] mut note: Note) -> String {
    note.0.push_str(", of my own");
    note.0
}

#[dependency]
async fn writer(#[depends(note)] note: &mut Note) {
    note.0.push_str(", two");
}

#[get("/each-way", depends = [reader, copier, writer])]
async fn each_way(
    #[depends(copier)] copy: String,
    #[depends(reader)] read: &String,
    #[depends(note)] note: Note,
) -> Vec<String> {
    vec![read.clone(), copy, note.0]
}

#[tokio::test]
async fn the_argument_determines_how_a_value_is_lent() {
    let client = TestClient::start(app().0).await;
    let answer: Value = client.get("/each-way").await.json();
    assert_eq!(answer, json!(["read one", "one, of my own", "one, two"]));
}

/// Not `Clone`, so every user sees the same value.
struct Basket(Vec<&'static str>);

#[dependency]
async fn basket() -> Result<Basket> {
    Ok(Basket(vec!["made"]))
}

#[dependency]
async fn filled(#[depends(basket)] basket: &mut Basket) -> usize {
    basket.0.push("filled");
    basket.0.len()
}

#[get("/basket")]
async fn one_basket(
    #[depends(filled)] filled: usize,
    #[depends(basket)] basket: &mut Basket,
) -> (usize, Vec<&'static str>) {
    basket.0.push("handled");
    (filled, basket.0.clone())
}

#[tokio::test]
async fn what_a_dependency_changes_is_what_the_handler_sees() {
    let client = TestClient::start(app().0).await;
    let answer: Value = client.get("/basket").await.json();
    assert_eq!(answer, json!([2, ["made", "filled", "handled"]]));
}
