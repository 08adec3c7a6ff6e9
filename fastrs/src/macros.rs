//! The macros, with examples that compile. They are implemented in `fastrs-macros`, but documented here, where
//! their examples can use the types of fastrs.

/// Makes an `async fn` the handler of `GET` requests.
///
/// ```
/// use fastrs::prelude::*;
/// use fastrs::testing::TestClient;
///
/// #[model]
/// struct Item {
///     name: String,
/// }
///
/// /// Read one item.
/// ///
/// /// Everything after the first paragraph is the operation's description.
/// #[get("/items/<id>", tags = ["items"], responses((404, "No such item")))]
/// async fn read_item(
///     id: u64,
///     q: Option<String>,
///     /// How many reviews to add.
///     #[query(ge = 1, le = 100, default = 10)] limit: u32,
/// ) -> Result<Item> {
///     let name = (id == 1).then(|| format!("Plumbus {q:?} {limit}"));
///     Ok(Item { name: name.or_404("no such item")? })
/// }
///
/// # fastrs::block_on(async {
/// let client = TestClient::start(App::new("Shop", "1.0.0").routes(routes![read_item])).await;
/// assert_eq!(client.get("/items/1").await.json::<Item>().name, "Plumbus None 10");
/// assert_eq!(client.get("/items/2").await.status(), 404);
/// # });
/// ```
///
/// An argument whose name appears in the path as `<name>` is read from it; `<name..>` at the end matches the rest of
/// the path. The keys after the path are `status`, `tags`, `summary`, `description`, `response_description`,
/// `operation_id`, `deprecated`, `include_in_schema`, `responses(..)`, `depends = [..]`, `public`, `blocking`,
/// `cancel_on_disconnect`, `exempt_from_max_in_flight`, `body_limit`, `form_limits` and `timeout = "5m"`.
pub use fastrs_macros::get;

/// Moves a `#[serde(..)]` that is above `#[model]` below it, where it is recognized.
#[doc(hidden)]
pub use fastrs_macros::serde;

/// Makes an `async fn` the handler of `POST` requests. See [`get`](macro@get) for the keys.
///
/// ```
/// use fastrs::prelude::*;
///
/// #[model]
/// struct Item {
///     name: String,
/// }
///
/// #[post("/items", status = 201)]
/// async fn create_item(item: Item) -> Item {
///     item
/// }
/// ```
pub use fastrs_macros::post;

/// Makes an `async fn` the handler of `PUT` requests. See [`get`](macro@get) for the keys.
///
/// ```
/// use fastrs::prelude::*;
///
/// #[put("/items/<id>")]
/// async fn rename_item(id: u64, name: String) -> String {
///     format!("{id}: {name}")
/// }
/// ```
pub use fastrs_macros::put;

/// Makes an `async fn` the handler of `DELETE` requests. See [`get`](macro@get) for the keys.
///
/// ```
/// use fastrs::prelude::*;
///
/// #[delete("/items/<id>", status = 204)]
/// async fn delete_item(id: u64) -> Result<()> {
///     (id == 1).then_some(()).or_404("no such item")
/// }
/// ```
pub use fastrs_macros::delete;

/// Makes an `async fn` the handler of `PATCH` requests. See [`get`](macro@get) for the keys.
///
/// ```
/// use fastrs::prelude::*;
///
/// #[model]
/// struct Item {
///     name: Option<String>,
///     price: Option<u32>,
/// }
///
/// #[patch("/items/<id>")]
/// async fn update_item(id: u64, sent: Partial<Item>) -> Item {
///     let mut stored = Item { name: Some(format!("item {id}")), price: Some(5) };
///     sent.apply_to(&mut stored);
///     stored
/// }
/// ```
pub use fastrs_macros::patch;

/// Makes an `async fn` the handler of `HEAD` requests. See [`get`](macro@get) for the keys.
///
/// ```
/// use fastrs::prelude::*;
///
/// #[head("/items/<id>", status = 204)]
/// async fn item_exists(id: u64) -> Result<()> {
///     (id == 1).then_some(()).or_404("no such item")
/// }
/// ```
///
/// A `GET` route handles `HEAD` automatically; use this macro to handle it differently.
pub use fastrs_macros::head;

/// Makes an `async fn` the handler of `OPTIONS` requests. See [`get`](macro@get) for the keys.
///
/// ```
/// use fastrs::prelude::*;
///
/// #[options("/items", status = 204)]
/// async fn item_options(reply: &mut Reply) {
///     reply.header("allow", "GET, POST");
/// }
/// ```
pub use fastrs_macros::options;

/// Makes an `async fn` the handler of `TRACE` requests. See [`get`](macro@get) for the keys.
///
/// ```
/// use fastrs::prelude::*;
///
/// #[trace("/")]
/// async fn echo(request: &Request) -> PlainText {
///     PlainText(format!("{} {}", request.method(), request.path()))
/// }
/// ```
pub use fastrs_macros::trace;

/// Makes an `async fn` the handler of any method or of several methods. See [`get`](macro@get) for the other keys.
///
/// ```
/// use fastrs::prelude::*;
///
/// #[route("/cache/<key>", method = "PURGE", status = 204)]
/// async fn purge(key: String) {
///     println!("forget {key}");
/// }
///
/// #[route("/search", methods = ["GET", "POST"])]
/// async fn search(q: String) -> Vec<String> {
///     vec![q]
/// }
/// ```
pub use fastrs_macros::route;

/// Makes a function a dependency, which arguments request with `#[depends(name)]`.
///
/// ```
/// use fastrs::prelude::*;
/// use fastrs::testing::TestClient;
///
/// struct User {
///     name: String,
///     roles: Vec<String>,
/// }
///
/// #[dependency]
/// async fn current_user(#[header] x_user: Option<String>) -> Result<User> {
///     let name = x_user.or_status(401, "who are you?")?;
///     Ok(User { name, roles: vec!["reader".into()] })
/// }
///
/// #[dependency(scope = "app")]
/// async fn greeting() -> String; // given by `App::provide::<greeting>(value)`
///
/// #[dependency]
/// async fn has_role(#[depends(current_user)] user: &User, #[arg] role: &'static str) -> Result<()> {
///     user.roles.iter().any(|own| own == role).then_some(()).or_status(403, "not allowed")
/// }
///
/// #[get("/", depends = [has_role(role = "reader")])]
/// async fn home(#[depends(current_user)] user: &User, #[depends(greeting)] greeting: &String) -> String {
///     format!("{greeting}, {}", user.name)
/// }
///
/// # fastrs::block_on(async {
/// let app = App::new("Home", "1.0.0").provide::<greeting>("Hello".to_owned()).routes(routes![home]);
/// let client = TestClient::start(app).await;
/// assert_eq!(client.get("/").header("x-user", "ada").await.json::<String>(), "Hello, ada");
/// assert_eq!(client.get("/").await.status(), 401);
/// # });
/// ```
///
/// Its value is created once per request, or only once with `scope = "app"`. With a `lend: Yield<T>` argument, it
/// lends a `T` and resumes when the handler has returned.
pub use fastrs_macros::dependency;

/// Makes a function a job, which uses the app's dependencies outside requests: `app.run::<nightly>()`.
///
/// ```
/// use fastrs::prelude::*;
///
/// #[dependency(scope = "app")]
/// async fn rows() -> Vec<u32> {
///     vec![1, 2, 3]
/// }
///
/// #[fastrs::job]
/// async fn nightly(#[depends(rows)] rows: &Vec<u32>) -> Result<u32> {
///     Ok(rows.iter().sum())
/// }
///
/// # fastrs::block_on(async {
/// assert_eq!(App::new("Shop", "1.0.0").run::<nightly>().await.unwrap(), 6);
/// # });
/// ```
pub use fastrs_macros::job;

/// Makes a function middleware, which is around everything that answers a request: FastAPI's `@app.middleware("http")`.
///
/// The function takes the request, [`Next`](crate::Next), and app-scoped dependencies. It returns a
/// [`Response`](crate::Response), or a `Result` of one, whose error is in the document of the routes below and goes through
/// the exception handlers.
///
/// ```
/// use fastrs::prelude::*;
/// use fastrs::http;
///
/// struct Maintenance(bool);
///
/// #[dependency(scope = "app")]
/// async fn maintenance() -> Maintenance {
///     Maintenance(true)
/// }
///
/// #[derive(Debug, HttpError)]
/// #[error("We will be back in a minute")]
/// #[status(503)]
/// #[header("Retry-After", "60")]
/// struct Closed;
///
/// #[middleware]
/// async fn open(
///     request: http::Request<Body>,
///     next: Next,
///     #[depends(maintenance)] maintenance: &Maintenance,
/// ) -> Result<Response, Closed> {
///     match maintenance.0 {
///         true => Err(Closed),
///         false => Ok(next.run(request).await),
///     }
/// }
///
/// #[get("/items", middleware = [open])]
/// async fn items() -> String {
///     "hammer".into()
/// }
///
/// # fastrs::__private::block_on(async {
/// # use fastrs::testing::TestClient;
/// let app = App::new("Shop", "1.0.0").routes(routes![items]);
/// assert!(app.document()["paths"]["/items"]["get"]["responses"]["503"].is_object());
/// let response = TestClient::start(app).await.get("/items").await;
/// assert_eq!((response.status().as_u16(), response.header("retry-after")), (503, Some("60")));
/// # });
/// ```
pub use fastrs_macros::middleware;

/// Makes a type a model: it is deserialized from JSON, validated, serialized as JSON, and documented.
///
/// ```
/// use fastrs::prelude::*;
///
/// /// An item as the shop sells it.
/// #[model]
/// #[derive(Debug, Clone)]
/// struct Item {
///     #[field(read_only)]
///     id: u64,
///     #[field(min_length = 1, max_length = 80)]
///     name: String,
///     /// In euros.
///     #[field(gt = 0.0)]
///     price: f64,
///     #[field(default)]
///     tags: Vec<String>,
/// }
/// ```
///
/// Place it above other derives, and above `#[serde(..)]`, which keeps its meaning. Its keys are `strict`,
/// `literal`, `title`, `description`, `examples` and `validate`.
pub use fastrs_macros::model;

/// Makes an enum the error type of a handler: each variant is a response, and is documented as one.
///
/// ```
/// use fastrs::prelude::*;
/// use fastrs::testing::TestClient;
///
/// #[derive(Debug, HttpError)]
/// enum ItemError {
///     /// There is none.
///     #[error("no item {0}")]
///     #[status(404)]
///     NotFound(u64),
///     #[error("the stock: {0}")]
///     #[status(500)]
///     Stock(#[from] std::io::Error), // logged in full, sent as "Internal Server Error"
/// }
///
/// #[get("/items/<id>")]
/// async fn read_item(id: u64) -> Result<String, ItemError> {
///     Err(ItemError::NotFound(id))
/// }
///
/// # fastrs::block_on(async {
/// let client = TestClient::start(App::new("Shop", "1.0.0").routes(routes![read_item])).await;
/// assert_eq!(client.get("/items/3").await.text(), r#"{"detail":"no item 3"}"#);
/// # });
/// ```
///
/// The derive also implements `Display`, `Error` and, for `#[from]`, `From`. `#[error(transparent)]` displays the
/// variant's only field; `#[source]` marks a cause without a `From`. `#[header("retry-after", "{seconds}")]` adds a
/// header to the response.
pub use fastrs_macros::HttpError;

/// Makes an enum a response in which each variant has its own type and status.
///
/// ```
/// use fastrs::prelude::*;
///
/// #[derive(IntoResponse)]
/// enum Upsert {
///     #[status(200)]
///     Updated(String),
///     #[status(201)]
///     Created(String),
/// }
///
/// #[put("/items/<id>")]
/// async fn upsert(id: u64, name: String) -> Upsert {
///     if id == 1 { Upsert::Updated(name) } else { Upsert::Created(name) }
/// }
/// ```
pub use fastrs_macros::IntoResponse;

/// Makes an `async fn` the handler of a WebSocket.
///
/// ```
/// use fastrs::prelude::*;
/// use fastrs::testing::TestClient;
///
/// #[websocket("/echo")]
/// async fn echo(mut socket: WebSocket) -> Result<()> {
///     while let Some(message) = socket.recv().await? {
///         socket.send(message).await?;
///     }
///     Ok(())
/// }
///
/// # fastrs::block_on(async {
/// let client = TestClient::start(App::new("Echo", "1.0.0").routes(routes![echo])).await;
/// let mut socket = client.websocket("/echo").await;
/// socket.send("hello").await;
/// assert_eq!(socket.recv_text().await, "hello");
/// # });
/// ```
///
/// It takes arguments and dependencies like any other handler, but no body. If one of them fails, the client gets an
/// ordinary response: the connection is only upgraded once all of them have succeeded, and then the function runs. When
/// it returns, the socket is closed: with 1000, with the code of its error ([`WebSocketError`](crate::WebSocketError)),
/// or, after a panic, with 1011.
///
/// The keys after the path are `protocols = ["chat.v1"]`, `max_message_size`, `tags`, `summary`, `description`,
/// `include_in_schema`, `depends = [..]`, `public`, and `cancel_on_disconnect`, which drops the handler when the socket
/// closes.
#[cfg(feature = "websocket")]
pub use fastrs_macros::websocket;

/// Names the feature that `#[websocket]` needs.
#[cfg(not(feature = "websocket"))]
#[doc(hidden)]
pub use fastrs_macros::websocket_without_feature as websocket;

/// Makes a struct the settings of a program: its fields are read from the environment.
///
/// ```
/// use fastrs::prelude::*;
/// use fastrs::testing::TestClient;
///
/// #[settings(prefix = "SHOP_", env_file = ".env")]
/// struct Settings {
///     /// Where the data is.
///     #[field(default = "sqlite:shop.db")]
///     database_url: String,
///     secret_key: Secret<String>,
///     #[field(default = 30, ge = 1)]
///     token_minutes: u32,
///     #[field(default)]
///     cors_origins: Vec<Url>,
/// }
///
/// #[get("/minutes")]
/// async fn minutes(#[depends(Settings)] settings: &Settings) -> u32 {
///     settings.token_minutes
/// }
///
/// # fastrs::block_on(async {
/// let settings = Settings::from_vars([("SHOP_SECRET_KEY", "k"), ("SHOP_TOKEN_MINUTES", "15")]).unwrap();
/// let app = App::new("Shop", "1.0.0").provide::<Settings>(settings).routes(routes![minutes]);
/// assert_eq!(TestClient::start(app).await.get("/minutes").await.text(), "15");
/// # });
/// ```
///
/// The struct is a [`model`](macro@model), and the app-scoped dependency of its own name: unless the app is given a
/// value by [`App::provide`](crate::App::provide), it is read when the app starts. The struct gets the functions
/// `load()`, `from_vars(vars)`, [`sources()`](crate::settings::Sources) and `env_example()`.
///
/// A field is read from the variable of its name in upper case after the `prefix`, or of its `alias`. The environment
/// takes precedence over the `.env` files of `env_file` (a path, or a list of them), these over the files in
/// `secrets_dir`, and these over the default. `validate = function` checks the settings as a whole.
pub use fastrs_macros::settings;

/// Lists handlers, by name, for a router or an app.
///
/// ```
/// use fastrs::prelude::*;
///
/// #[get("")]
/// async fn list() -> Vec<String> {
///     vec![]
/// }
///
/// let router = Router::new("/items").routes(routes![list]);
/// # drop(router);
/// ```
pub use fastrs_macros::routes;

/// Declares serde's attributes for a model that derives neither of serde's traits.
#[doc(hidden)]
pub use fastrs_macros::Attributes;

/// Replaces its item with the contents of the attribute.
#[doc(hidden)]
pub use fastrs_macros::items;

/// Runs an `async fn main` on the server's runtime.
///
/// ```no_run
/// use fastrs::prelude::*;
///
/// #[fastrs::main]
/// async fn main() -> Result<(), StartError> {
///     App::new("Shop", "1.0.0").launch().await
/// }
/// ```
pub use fastrs_macros::main;
