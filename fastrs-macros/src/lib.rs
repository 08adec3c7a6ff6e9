//! The attribute macros of fastrs. Use them through the `fastrs` crate, which documents what they mean
//! together and has the types that they name.
//!
//! A macro reads its item, checks what the text alone can tell, and emits the item unchanged beside calls
//! into `::fastrs::__private`. What a type is, traits decide.

mod arguments;
mod dependency;
mod docs;
#[cfg(test)]
mod emitted;
mod errors;
mod fallback;
mod function;
mod http_error;
mod into_response;
mod job;
mod keys;
mod main_fn;
mod model;
mod paths;
mod route;
mod routes;
mod status;
mod types;
mod vocabulary;

use proc_macro::TokenStream;

/// Makes an `async fn` the handler of `GET` requests.
///
/// ```ignore
/// /// Read one item.
/// #[get("/items/<id>", responses((404, "No such item")))]
/// async fn read_item(id: u64, #[query(ge = 1, le = 100, default = 10)] limit: u32) -> Result<Item> {
///     find(id, limit).or_404("no such item")
/// }
/// ```
///
/// An argument whose name stands in the path as `<name>` is read from it; `<name..>` at the end takes the
/// rest. The keys after the path are `status`, `tags`, `summary`, `description`, `response_description`,
/// `operation_id`, `deprecated`, `include_in_schema`, `responses(..)`, `depends = [..]`, `blocking`,
/// `cancel_on_disconnect` and `body_limit`.
#[proc_macro_attribute]
pub fn get(attr: TokenStream, item: TokenStream) -> TokenStream {
    route::expand(Some("GET"), attr.into(), item.into()).into()
}

/// Makes an `async fn` the handler of `POST` requests. [`get`](macro@get) has the keys.
///
/// ```ignore
/// #[post("/items", status = 201)]
/// async fn create_item(item: Item, #[depends(transaction)] tx: &mut Transaction) -> Result<Item> {
///     tx.insert(item).await
/// }
/// ```
#[proc_macro_attribute]
pub fn post(attr: TokenStream, item: TokenStream) -> TokenStream {
    route::expand(Some("POST"), attr.into(), item.into()).into()
}

/// Makes an `async fn` the handler of `PUT` requests. [`get`](macro@get) has the keys.
///
/// ```ignore
/// #[put("/items/<id>")]
/// async fn replace_item(id: u64, item: Item) -> Result<Item> {
///     store(id, item).await
/// }
/// ```
#[proc_macro_attribute]
pub fn put(attr: TokenStream, item: TokenStream) -> TokenStream {
    route::expand(Some("PUT"), attr.into(), item.into()).into()
}

/// Makes an `async fn` the handler of `DELETE` requests. [`get`](macro@get) has the keys.
///
/// ```ignore
/// #[delete("/items/<id>", status = 204)]
/// async fn delete_item(id: u64) -> Result<()> {
///     remove(id).await
/// }
/// ```
#[proc_macro_attribute]
pub fn delete(attr: TokenStream, item: TokenStream) -> TokenStream {
    route::expand(Some("DELETE"), attr.into(), item.into()).into()
}

/// Makes an `async fn` the handler of `PATCH` requests. [`get`](macro@get) has the keys.
///
/// ```ignore
/// #[patch("/items/<id>")]
/// async fn update_item(id: u64, sent: Sent<Item>) -> Result<Item> {
///     let mut item = find(id).or_404("no such item")?;
///     sent.apply_to(&mut item);
///     Ok(item)
/// }
/// ```
#[proc_macro_attribute]
pub fn patch(attr: TokenStream, item: TokenStream) -> TokenStream {
    route::expand(Some("PATCH"), attr.into(), item.into()).into()
}

/// Makes an `async fn` the handler of `HEAD` requests. [`get`](macro@get) has the keys.
///
/// A route of `GET` answers `HEAD` by itself; this is for one that answers it otherwise.
///
/// ```ignore
/// #[head("/items/<id>")]
/// async fn item_exists(id: u64) -> Result<()> {
///     exists(id).or_404("no such item")
/// }
/// ```
#[proc_macro_attribute]
pub fn head(attr: TokenStream, item: TokenStream) -> TokenStream {
    route::expand(Some("HEAD"), attr.into(), item.into()).into()
}

/// Makes an `async fn` the handler of `OPTIONS` requests. [`get`](macro@get) has the keys.
///
/// ```ignore
/// #[options("/items")]
/// async fn item_options(reply: &mut Reply) {
///     reply.header("allow", "GET, POST");
/// }
/// ```
#[proc_macro_attribute]
pub fn options(attr: TokenStream, item: TokenStream) -> TokenStream {
    route::expand(Some("OPTIONS"), attr.into(), item.into()).into()
}

/// Makes an `async fn` the handler of `TRACE` requests. [`get`](macro@get) has the keys.
///
/// ```ignore
/// #[trace("/")]
/// async fn echo(request: &Request) -> PlainText {
///     PlainText(format!("{request:?}"))
/// }
/// ```
#[proc_macro_attribute]
pub fn trace(attr: TokenStream, item: TokenStream) -> TokenStream {
    route::expand(Some("TRACE"), attr.into(), item.into()).into()
}

/// Makes an `async fn` the handler of any method, or of several. [`get`](macro@get) has the other keys.
///
/// ```ignore
/// #[route("/cache/<key>", method = "PURGE")]
/// async fn purge(key: String) -> Result<()> {
///     forget(&key).await
/// }
///
/// #[route("/search", methods = ["GET", "POST"])]
/// async fn search(q: String) -> Vec<Item> {
///     find_all(&q).await
/// }
/// ```
#[proc_macro_attribute]
pub fn route(attr: TokenStream, item: TokenStream) -> TokenStream {
    route::expand(None, attr.into(), item.into()).into()
}

/// Makes a function a dependency, which signatures ask for with `#[depends(name)]`.
///
/// ```ignore
/// #[dependency]
/// async fn current_user(#[header] authorization: String) -> Result<User, AuthError> {
///     User::of_token(&authorization)
/// }
///
/// #[dependency(scope = "app")]
/// async fn settings() -> Settings; // given by `App::provide::<settings>(value)`
///
/// #[dependency]
/// async fn has_role(#[depends(current_user)] user: &User, #[arg] role: &'static str) -> Result<()> {
///     user.roles.contains(role).then_some(()).or_status(403, "not allowed")
/// }
/// ```
///
/// Its value is made once a request, or once with `scope = "app"`. A `lend: Yield<T>` argument makes it one
/// that lends a `T` and goes on when the handler has returned.
#[proc_macro_attribute]
pub fn dependency(attr: TokenStream, item: TokenStream) -> TokenStream {
    dependency::expand(attr.into(), item.into()).into()
}

/// Makes a function a job: it runs on the app's dependencies, outside requests, by `app.run::<nightly>()`.
///
/// ```ignore
/// #[fastrs::job]
/// async fn nightly(#[depends(pool)] pool: Pool) -> Result<()> {
///     pool.vacuum().await
/// }
/// ```
#[proc_macro_attribute]
pub fn job(attr: TokenStream, item: TokenStream) -> TokenStream {
    job::expand(attr.into(), item.into()).into()
}

/// Makes a type a model: read from JSON, checked, written as JSON, and documented.
///
/// ```ignore
/// /// An item as the shop sells it.
/// #[model]
/// struct Item {
///     #[field(read_only)]
///     id: u64,
///     #[field(min_length = 1, max_length = 80)]
///     name: String,
///     #[field(gt = 0.0)]
///     price: f64,
///     #[field(default)]
///     tags: Vec<String>,
/// }
/// ```
///
/// It stands above other derives, and above `#[serde(..)]`, which keeps its meaning. Its keys are `strict`,
/// `literal`, `title`, `description`, `examples` and `validate`.
#[proc_macro_attribute]
pub fn model(attr: TokenStream, item: TokenStream) -> TokenStream {
    model::expand(attr.into(), item.into()).into()
}

/// Makes an enum the errors of a handler: each variant is an answer, and is documented as one.
///
/// ```ignore
/// #[derive(Debug, HttpError)]
/// enum ItemError {
///     #[error("no item {0}")]
///     #[status(404)]
///     NotFound(u64),
///     #[error("database: {0}")]
///     #[status(500)]
///     Database(#[from] sqlx::Error), // logged whole, sent as "Internal Server Error"
/// }
/// ```
///
/// `Display`, `Error` and, for `#[from]`, `From` are included. `#[error(transparent)]` says what the one
/// field says; `#[source]` marks a cause without a `From`.
#[proc_macro_derive(HttpError, attributes(error, status, from, source))]
pub fn http_error(item: TokenStream) -> TokenStream {
    http_error::expand(item.into()).into()
}

/// Makes an enum an answer with one type a status.
///
/// ```ignore
/// #[derive(IntoResponse)]
/// enum Upsert {
///     #[status(200)]
///     Updated(Item),
///     #[status(201)]
///     Created(Item),
/// }
/// ```
#[proc_macro_derive(IntoResponse, attributes(status))]
pub fn into_response(item: TokenStream) -> TokenStream {
    into_response::expand(item.into()).into()
}

/// Lists handlers for a router or an app, by their names.
///
/// ```ignore
/// Router::new("/items").routes(routes![read_item, items::create])
/// ```
#[proc_macro]
pub fn routes(handlers: TokenStream) -> TokenStream {
    routes::expand(handlers.into()).into()
}

/// Runs an `async fn main` on the runtime that serves.
///
/// ```ignore
/// #[fastrs::main]
/// async fn main() -> Result<(), StartError> {
///     app().serve("127.0.0.1:8000").await
/// }
/// ```
#[proc_macro_attribute]
pub fn main(attr: TokenStream, item: TokenStream) -> TokenStream {
    main_fn::expand(attr.into(), item.into()).into()
}
