//! Requests generated from the document, some valid and some not, and what the document declares about each request
//! and its response.

use std::fmt::Write;

use fastrs::http::StatusCode;
use fastrs::{
    App, Value, json,
    testing::{TestClient, TestRequest, TestResponse},
};
use jsonschema::Validator;
use proptest::strategy::{BoxedStrategy, Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::oracle::{TOGETHER, narrowed, oracle, widened};
use crate::engines::values::{Coercion, near};

/// The number of requests for each operation.
const CASES: usize = 192;

/// Makes requests for every operation in the document, and lists where server and document disagree.
pub(super) async fn disagreements(app: App) -> Vec<String> {
    let client = TestClient::start(app).await.follow_redirects(false);
    let document: Value = client.get("/openapi.json").await.json();
    let sides = Sides {
        promised: narrowed(&document),
        allowed: widened(&document),
    };
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let mut wrong = Vec::new();
    for (path, item) in object(&document["paths"]) {
        for (method, operation) in object(item) {
            let operation = Operation::of(&sides, method, path, operation);
            let (mut good, mut bad) = (0, 0);
            for _ in 0..CASES {
                let made = operation.request(&mut runner);
                let answer = made.send(&client, &operation).await;
                match operation.disagreement(&made, &answer) {
                    Some(what) => wrong.push(format!("{method} {path}: {what}: {made:?}")),
                    None if answer.status().is_success() => good += 1,
                    None => bad += 1,
                }
            }
            // Most operations accept some requests and reject others; redirects and the like do not.
            if operation.json.is_some() && (good * 20 < CASES || bad * 40 < CASES) {
                let what = format!("{good} good and {bad} bad requests");
                wrong.push(format!("{method} {path}: {what}"));
            }
        }
    }
    client.stop().await;
    wrong
}

/// The document as clients may rely on it, and as the server is measured against it.
struct Sides {
    promised: Value,
    allowed: Value,
}

/// An operation of the document.
struct Operation<'d> {
    method: &'d str,
    path: &'d str,
    /// Parameters, and the fields of a form.
    fields: Vec<Field<'d>>,
    json: Option<Input>,
    is_body_required: bool,
    is_raw: bool,
    responses: &'d Value,
    /// The JSON bodies by status.
    bodies: Vec<(&'d str, Validator)>,
}

/// An input that is sent as text.
struct Field<'d> {
    name: &'d str,
    location: &'d str,
    is_required: bool,
    input: Input,
}

/// The document's description of an input.
struct Input {
    values: BoxedStrategy<Value>,
    /// What is sure to be accepted.
    promise: Validator,
    /// What may be accepted.
    limit: Validator,
}

impl Input {
    fn of(sides: &Sides, schema: &Value) -> Self {
        Self {
            values: near(schema, &sides.promised, Coercion::Exact),
            promise: oracle(&sides.promised, schema),
            limit: oracle(&sides.allowed, schema),
        }
    }
}

/// One request.
#[derive(Debug, Default)]
struct Made {
    path: String,
    query: Vec<(String, String)>,
    form: Vec<(String, String)>,
    headers: Vec<(String, String)>,
    cookies: Vec<(String, String)>,
    json: Option<Value>,
    /// Whether the document promises that it is accepted.
    is_promised: bool,
    /// Whether the document allows it to be accepted.
    is_allowed: bool,
}

impl<'d> Operation<'d> {
    fn of(sides: &'d Sides, method: &'d str, path: &'d str, operation: &'d Value) -> Self {
        let mut fields = Vec::new();
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            fields.push(Field {
                name: parameter["name"].as_str().expect("a name"),
                location: parameter["in"].as_str().expect("a location"),
                is_required: parameter["required"] == true,
                input: Input::of(sides, &parameter["schema"]),
            });
        }
        let content = &operation["requestBody"]["content"];
        let mut form = &content["application/x-www-form-urlencoded"]["schema"];
        if let Some(reference) = form["$ref"].as_str() {
            form = component(&sides.allowed, reference);
        }
        for (name, schema) in object(&form["properties"]) {
            let required = form["required"].as_array();
            fields.push(Field {
                name,
                location: "form",
                is_required: required.is_some_and(|names| names.iter().any(|other| other == name)),
                input: Input::of(sides, schema),
            });
        }
        let json = content.get("application/json");
        let mut bodies = Vec::new();
        for (status, response) in object(&operation["responses"]) {
            if let Some(content) = response["content"].get("application/json") {
                bodies.push((status, oracle(&sides.allowed, &content["schema"])));
            }
        }
        Self {
            method,
            path,
            fields,
            json: json.map(|content| Input::of(sides, &content["schema"])),
            is_body_required: operation["requestBody"]["required"] == true,
            is_raw: content.get("application/octet-stream").is_some(),
            responses: &operation["responses"],
            bodies,
        }
    }

    fn request(&self, runner: &mut TestRunner) -> Made {
        let mut made = Made {
            path: self.path.to_owned(),
            is_promised: !TOGETHER.contains(&self.path),
            is_allowed: true,
            ..Made::default()
        };
        for field in &self.fields {
            let there = match field.location {
                "path" => 100,
                _ if field.is_required => 97,
                _ => 50,
            };
            let texts = match draw(runner, &(0..100)) < there {
                true => texts(&draw(runner, &field.input.values)),
                false => Vec::new(),
            };
            made.add(field, texts);
        }
        if let Some(input) = &self.json {
            let is_there = draw(runner, &(0..100)) < 97;
            made.json = is_there.then(|| draw(runner, &input.values));
            let accepts = |oracle: &Validator| match &made.json {
                Some(value) => oracle.is_valid(value),
                None => !self.is_body_required,
            };
            made.is_promised &= accepts(&input.promise);
            made.is_allowed &= accepts(&input.limit);
        }
        made
    }

    /// Returns where the document and the server's response differ.
    fn disagreement(&self, made: &Made, answer: &TestResponse) -> Option<String> {
        let status = answer.status();
        if made.is_promised && status == StatusCode::UNPROCESSABLE_ENTITY {
            return Some(format!("promised, but rejected: {}", answer.text()));
        }
        let is_allowed = made.is_allowed || TOGETHER.contains(&self.path);
        if !is_allowed && status.is_success() {
            return Some("not allowed, but accepted".to_owned());
        }
        let key = match self.responses.get(status.as_str()) {
            Some(_) => status.as_str(),
            None => "default",
        };
        let Some(response) = self.responses.get(key) else {
            return Some(format!("{status} is not documented"));
        };
        let Some(media) = answer.header("content-type") else {
            let is_empty = answer.bytes().is_empty() && response.get("content").is_none();
            return (!is_empty).then(|| format!("{status} has a body without a type"));
        };
        let media = media.split(';').next().unwrap_or_default();
        if response["content"].get(media).is_none() {
            return Some(format!("{status} as {media} is not documented"));
        }
        let (_, oracle) = self.bodies.iter().find(|(status, _)| *status == key)?;
        let body: Value = answer.json();
        let error = oracle.iter_errors(&body).next()?;
        Some(format!("{status} with {body}: {error}"))
    }
}

impl Made {
    /// Adds the texts to send for a parameter or a field.
    fn add(&mut self, field: &Field<'_>, mut texts: Vec<String>) {
        let name = field.name;
        texts.retain(|text| can_be_sent(field.location, text));
        if field.location == "path" {
            let text = texts.pop().unwrap_or_else(|| "x".to_owned());
            let encoded = encoded(&text);
            self.path = self.path.replace(&format!("{{{name}}}"), &encoded);
            texts = vec![text];
        } else {
            let pairs = match field.location {
                "query" => &mut self.query,
                "header" => &mut self.headers,
                "cookie" => &mut self.cookies,
                _ => &mut self.form,
            };
            pairs.extend(texts.iter().map(|text| (name.to_owned(), text.clone())));
        }
        let accepts = |oracle: &Validator| match texts.as_slice() {
            [] => !field.is_required,
            texts => readings(texts).iter().any(|value| oracle.is_valid(value)),
        };
        self.is_promised &= accepts(&field.input.promise);
        self.is_allowed &= accepts(&field.input.limit);
    }

    async fn send(&self, client: &TestClient, operation: &Operation<'_>) -> TestResponse {
        client.clear_cookies();
        let method = operation.method.to_ascii_uppercase();
        let mut request: TestRequest<'_> = client.request(&method, &self.path).query(&self.query);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        for (name, value) in &self.cookies {
            request = request.cookie(name, value);
        }
        if !self.form.is_empty() {
            request = request.form(&self.form);
        }
        if operation.is_raw {
            request = request.body("\0\u{1}");
        }
        match &self.json {
            Some(value) => request.json(value).await,
            None => request.await,
        }
    }
}

/// Returns a value as texts under one name, or none if it cannot be written in a query.
fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::Array(items) => {
            let mut all = Vec::new();
            for item in items {
                if !item.is_array() {
                    all.append(&mut texts(item));
                }
            }
            all
        }
        Value::Null | Value::Object(_) => Vec::new(),
        Value::String(text) => vec![text.clone()],
        other => vec![other.to_string()],
    }
}

/// Returns whether a text arrives as it was sent: an empty form field counts as missing, spaces around a header are not
/// part of it, and a cookie is plain ASCII.
fn can_be_sent(location: &str, text: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_graphic() && !"\",;\\%".contains(c);
    match location {
        "query" => true,
        "header" | "cookie" => !text.is_empty() && text.chars().all(is_plain),
        _ => !text.is_empty(),
    }
}

/// Returns the values that texts may represent.
fn readings(texts: &[String]) -> Vec<Value> {
    let parsed = |text: &String| match serde_json::from_str(text) {
        Ok(value @ (Value::Number(_) | Value::Bool(_))) => value,
        _ => json!(text),
    };
    let boolean = |text: &String| match text.as_str() {
        "1" => json!(true),
        "0" => json!(false),
        _ => json!(text),
    };
    let mut readings = Vec::new();
    for list in [
        texts.iter().map(|text| json!(text)).collect::<Vec<_>>(),
        texts.iter().map(parsed).collect(),
        texts.iter().map(boolean).collect(),
    ] {
        readings.extend(list.last().cloned());
        readings.push(list.into());
    }
    readings
}

fn encoded(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        match byte.is_ascii_alphanumeric() {
            true => encoded.push(byte.into()),
            false => write!(encoded, "%{byte:02X}").expect("a string accepts any value"),
        }
    }
    encoded
}

fn component<'v>(document: &'v Value, reference: &str) -> &'v Value {
    let component = document.pointer(reference.trim_start_matches('#'));
    component.unwrap_or_else(|| panic!("{reference} cannot be resolved"))
}

fn draw<S: Strategy>(runner: &mut TestRunner, values: &S) -> S::Value {
    let tree = values.new_tree(runner).expect("no value is filtered out");
    tree.current()
}

fn object(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    let members = value.as_object().into_iter().flatten();
    members.map(|(name, value)| (name.as_str(), value))
}
