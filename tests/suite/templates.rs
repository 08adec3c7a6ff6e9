//! Templates: rendering, escaping, `url_for`, and the errors at startup.

use std::{
    fs,
    path::{Path, PathBuf},
};

use fastrs::{
    StaticFiles,
    prelude::*,
    templates::{Templates, Urls, urls},
    testing::TestClient,
};

#[dependency(scope = "app")]
async fn folder() -> PathBuf;

#[dependency(scope = "app")]
async fn templates(
    #[depends(folder)] folder: &PathBuf,
    #[depends(urls)] urls: &Urls,
) -> Result<Templates> {
    Ok(Templates::load_with(folder, urls, |env| {
        env.add_filter("euros", |cents: u64| {
            format!("{}.{:02} €", cents / 100, cents % 100)
        });
    })?)
}

/// Renders the template that the query names, with the query's text as `text`.
#[get("/render/<name>")]
async fn render(
    req: &Request,
    name: &str,
    text: Option<&str>,
    #[depends(templates)] templates: &Templates,
) -> Result<Html> {
    templates.render(req, name, json!({ "text": text, "cents": 1950 }))
}

#[get("/items/<id>")]
async fn read_item(id: u64) -> u64 {
    id
}

#[get("/files/<path..>")]
async fn read_file(path: String) -> String {
    path
}

#[get("/compare/<from>...<to>")]
async fn compare(from: String, to: String) -> String {
    from + &to
}

fn app(folder: &Path) -> App {
    App::new("Pages", "1")
        .provide::<folder>(folder.to_owned())
        .routes(routes![render, read_item, read_file, compare])
}

fn folder_of(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

/// Renders a template in an app of its own.
async fn rendered(template: &str, path: &str) -> String {
    let folder = folder_of(&[("t.html", template)]);
    let client = TestClient::start(app(folder.path())).await;
    let answer = client.get(path).await;
    assert_eq!(answer.status(), 200, "{}", answer.text());
    answer.text()
}

#[tokio::test]
async fn a_page_is_html() {
    let folder = folder_of(&[("t.html", "<p>{{ text }}</p>")]);
    let client = TestClient::start(app(folder.path())).await;
    let answer = client.get("/render/t.html?text=hi").await;
    assert_eq!(answer.text(), "<p>hi</p>");
    assert_eq!(
        answer.header("content-type"),
        Some("text/html; charset=utf-8")
    );
}

/// The characters and their replacements are those of Jinja2.
#[tokio::test]
async fn values_are_escaped_by_the_type_of_the_template() {
    let text = r#"<b>"a" & 'b'/c"#;
    let query = "?text=%3Cb%3E%22a%22%20%26%20'b'/c";
    let html = "&lt;b&gt;&#34;a&#34; &amp; &#39;b&#39;/c";
    for (name, expected) in [
        ("t.html", html),
        ("t.htm", html),
        ("t.xml", html),
        ("t.svg", html),
        ("t", html),
        ("t.jinja", html),
        ("t.html.j2", html),
        ("t.txt", text),
        ("t.md", text),
        ("t.txt.jinja", text),
        ("t.json", r#""<b>\"a\" & 'b'/c""#),
    ] {
        let folder = folder_of(&[(name, "{{ text }}")]);
        let urls = known_urls(folder.path()).await;
        let templates = Templates::load(folder.path(), &urls).unwrap();
        let rendered = templates.render_text(name, json!({ "text": text }));
        assert_eq!(rendered.unwrap(), expected, "{name}");
        let client = TestClient::start(app(folder.path())).await;
        let answer = client.get(&format!("/render/{name}{query}")).await;
        // What is not escaped for HTML is never sent as HTML.
        match expected == html {
            true => assert_eq!(answer.text(), html, "{name}"),
            false => assert_eq!(answer.status(), 500, "{name}"),
        }
    }
    for (template, expected) in [
        ("{{ text|safe }}", text),
        ("{% autoescape false %}{{ text }}{% endautoescape %}", text),
        ("{% set x %}{{ text }}{% endset %}{{ x }}", html),
        (
            "{{ none }} {{ undefined_name }}{{ 1.5 }}{{ true }}",
            "None 1.5True",
        ),
        ("{{ [text]|length }}{{ cents|euros }}", "119.50 €"),
    ] {
        let answer = rendered(template, &format!("/render/t.html{query}")).await;
        assert_eq!(answer, expected, "{template}");
    }
}

#[tokio::test]
async fn templates_extend_include_and_import_each_other() {
    let folder = folder_of(&[
        (
            "base.html",
            "<title>{% block title %}{% endblock %}</title>",
        ),
        (
            "parts/link.html",
            "{% macro link(id) %}<a href=\"{{ url_for('read_item', id=id) }}\">{{ id }}</a>{% endmacro %}",
        ),
        ("parts/path.html", "{{ request.url.path }}"),
        (
            "t.html",
            "{% extends 'base.html' %}{% from 'parts/link.html' import link %}{% block title %}{% from 'parts/link.html' import link %}{{ link(7) }} {% include 'parts/path.html' %}{% endblock %}",
        ),
    ]);
    let client = TestClient::start(app(folder.path())).await;
    assert_eq!(
        client.get("/render/t.html").await.text(),
        "<title><a href=\"http://testserver/items/7\">7</a> /render/t.html</title>"
    );
}

#[tokio::test]
async fn url_for_is_the_url_of_a_handler() {
    for (call, expected) in [
        ("url_for('read_item', id=7)", "http://testserver/items/7"),
        ("url_for('read_item', id=7).path", "/items/7"),
        (
            "url_for('read_file', path='/a b/ü&.txt').path",
            "/files/a%20b/%C3%BC%26.txt",
        ),
        ("url_for('read_file', path='').path", "/files/"),
        (
            "url_for('compare', from='a?', to='\"<b').path",
            "/compare/a%3F...%22%3Cb",
        ),
        (
            "url_for('read_item', id=7).include_query_params(q='a b', page=2)",
            "http://testserver/items/7?q=a+b&amp;page=2",
        ),
        (
            "request.url.include_query_params(page=3)",
            "http://testserver/render/t.html?text=x&amp;page=3",
        ),
        (
            "'next: ' ~ url_for('read_item', id=8).path",
            "next: /items/8",
        ),
    ] {
        let path = "/render/t.html?text=x&page=1";
        let answer = rendered(&format!("{{{{ {call} }}}}"), path).await;
        assert_eq!(answer, expected, "{call}");
    }
}

#[websocket("/rooms/<id>/ws")]
async fn room(id: u64, mut socket: WebSocket) -> Result<()> {
    Ok(socket.send(id.to_string()).await?)
}

/// As in Starlette.
#[tokio::test]
async fn url_for_a_websocket_has_its_scheme() {
    let page = "{{ url_for('room', id=1) }} {{ url_for('room', id=1).scheme }} {{ url_for('room', id=1).path }}";
    let folder = folder_of(&[("t.html", page)]);
    let client = TestClient::start(app(folder.path()).routes(routes![room])).await;
    assert_eq!(
        client.get("/render/t.html").await.text(),
        "ws://testserver/rooms/1/ws ws /rooms/1/ws"
    );
}

#[tokio::test]
async fn url_for_is_the_url_of_a_static_file() {
    let folder = folder_of(&[(
        "t.html",
        "{{ url_for('static', path='/css/a b.css') }} {{ url_for('logos', path='').path }}",
    )]);
    let logos = StaticFiles::new(folder.path()).name("logos");
    let app = app(folder.path())
        .static_files("/static", folder.path())
        .include(Router::new("/assets").static_files("/img", logos));
    let client = TestClient::start(app).await;
    assert_eq!(
        client.get("/render/t.html").await.text(),
        "http://testserver/static/css/a%20b.css /assets/img/"
    );
}

#[tokio::test]
async fn url_for_says_what_is_wrong() {
    for (call, expected) in [
        (
            "url_for('read_itm')",
            "no route has a handler named `read_itm`",
        ),
        (
            "url_for('read_item')",
            "the path of `read_item`, `/items/{id}`, takes `id`, but is given nothing",
        ),
        (
            "url_for('read_item', item_id=1)",
            "the path of `read_item`, `/items/{id}`, takes `id`, but is given `item_id`",
        ),
        (
            "url_for('read_item', id=missing)",
            "\"\" cannot be the value of `id` in the path of `read_item`, `/items/{id}`",
        ),
        ("url_for('read_item', id=none)", "\"\" cannot be the value"),
        (
            "url_for('read_item', id='a/b')",
            "\"a/b\" cannot be the value",
        ),
        (
            "url_for('read_item', id='..')",
            "\"..\" cannot be the value",
        ),
        (
            "url_for('read_file', path='a/../b')",
            "\"a/../b\" cannot be the value",
        ),
    ] {
        let folder = folder_of(&[("t.html", &format!("{{{{ {call} }}}}"))]);
        let urls = known_urls(folder.path()).await;
        let templates = Templates::load(folder.path(), &urls).unwrap();
        let error = probe(templates, "t.html").await;
        assert!(error.contains(expected), "{call}: {error}");
        assert!(error.contains("(in t.html:1)"), "{error}");
    }
}

#[tokio::test]
async fn a_request_shows_what_the_client_sent() {
    let template = "{{ request.method }} {{ request.url }} {{ request.url.query }} \
        {{ request.query_params.text }} {{ request.query_params.get('b', 'none') }} \
        {{ request.query_params.getlist('a')|join('+') }} {{ request.headers['X-Token'] }} \
        {{ request.headers.get('user-agent') is none }} {{ request.cookies.c }} {{ request.base_url }}";
    let folder = folder_of(&[("t.html", template)]);
    let client = TestClient::start(app(folder.path())).await;
    let answer = client
        .get("/render/t.html?a=1&text=x&a=2")
        .header("x-token", "t<")
        .cookie("c", "v")
        .await;
    assert_eq!(
        answer.text(),
        "GET http://testserver/render/t.html?a=1&amp;text=x&amp;a=2 a=1&amp;text=x&amp;a=2 x none 1+2 t&lt; \
         False v http://testserver/"
    );
}

/// A page must not repeat a `Host` header that is not a host.
#[tokio::test]
async fn a_url_without_a_valid_host_begins_with_its_path() {
    for (host, expected) in [
        ("example.com:8080", "http://example.com:8080/items/1"),
        ("[::1]:80", "http://[::1]:80/items/1"),
        ("a/b?", "/items/1"),
        ("a@b", "/items/1"),
    ] {
        let folder = folder_of(&[("t.html", "{{ url_for('read_item', id=1) }}")]);
        let client = TestClient::start(app(folder.path())).await;
        let answer = client.get("/render/t.html").header("host", host).await;
        assert_eq!(answer.text(), expected, "{host}");
    }
}

#[tokio::test]
async fn a_mounted_app_finds_its_routes_below_the_mount() {
    let folder = folder_of(&[(
        "t.html",
        "{{ url_for('read_item', id=1) }} {{ request.url.path }} {{ request.base_url.path }}",
    )]);
    let inner = app(folder.path()).into_service().await.unwrap();
    let client = TestClient::start(App::new("Outer", "1").mount("/a b", inner)).await;
    assert_eq!(
        client.get("/a%20b/render/t.html").await.text(),
        "http://testserver/a%20b/items/1 /a%20b/render/t.html /a%20b/"
    );
}

#[get("/users/<id>")]
async fn read_user(id: u64) -> u64 {
    id
}

#[get("/about")]
async fn about() {}

/// An app whose page has these URLs, each by the arguments of `url_for`.
fn linking(folder: &tempfile::TempDir, calls: &[&str]) -> App {
    let calls = calls
        .iter()
        .map(|call| format!("{{{{ url_for({call}) }}}}\n"));
    let page: String = calls.collect();
    fs::write(folder.path().join("t.html"), page).unwrap();
    app(folder.path())
}

#[tokio::test]
async fn apps_find_the_routes_of_the_apps_around_and_below_them() {
    let folders = [(); 3].map(|()| tempfile::tempdir().unwrap());
    let innermost = linking(
        &folders[0],
        &["'about'", "'read_item', id=1", "'r/m:in n:read_user', id=2"],
    );
    let innermost = innermost
        .routes(routes![read_user, room])
        .static_files("/static", folders[0].path());
    let middle = linking(
        &folders[1],
        &["'read_user', id=1", "'in n:read_item', id=2", "'about'"],
    );
    let middle = middle.mount("/in n", innermost.into_service().await.unwrap());
    let outer = linking(
        &folders[2],
        &[
            "'r/m:in n:read_user', id=1",
            "'in n:read_user', id=2",
            "'read_user', id=3",
            "'read_item', id=4",
            "'r/m:read_item', id=5",
            "'r/m:in n:room', id=6",
            "'r/m:in n:static', path='/a.css'",
        ],
    );
    let outer = outer
        .routes(routes![about])
        .include(Router::new("/r").mount("/m", middle.into_service().await.unwrap()));
    let client = TestClient::start(outer).await;
    for (path, expected) in [
        (
            "/r/m/in%20n/",
            "/about /r/m/in%20n/items/1 /r/m/in%20n/users/2",
        ),
        ("/r/m/", "/r/m/in%20n/users/1 /r/m/in%20n/items/2 /about"),
        (
            "/",
            "/r/m/in%20n/users/1 /r/m/in%20n/users/2 /r/m/in%20n/users/3 /items/4 /r/m/items/5 \
             ws /r/m/in%20n/rooms/6/ws /r/m/in%20n/static/a.css",
        ),
    ] {
        let page = client.get(&format!("{path}render/t.html")).await.text();
        let found = page.lines().map(|url| {
            let url = url.replace("http://testserver", "");
            url.replace("ws://testserver", "ws ")
        });
        assert_eq!(found.collect::<Vec<_>>().join(" "), expected, "{path}");
    }
}

#[tokio::test]
async fn an_app_inside_axum_finds_the_routes_around_it() {
    let folder = tempfile::tempdir().unwrap();
    let inner = linking(&folder, &["'about'", "'read_item', id=1"]);
    let inner = inner.into_service().await.unwrap();
    let axum = axum::Router::new().nest_service("/inner", inner);
    let outer = App::new("Outer", "1")
        .routes(routes![about])
        .mount("/axum", axum);
    let client = TestClient::start(outer).await;
    assert_eq!(
        client.get("/axum/inner/render/t.html").await.text(),
        "http://testserver/about\nhttp://testserver/axum/items/1"
    );
}

#[tokio::test]
async fn an_error_is_a_500_that_says_nothing() {
    let folder = folder_of(&[("t.html", "{{ 1 / text }} {{ secret }}")]);
    let client = TestClient::start(app(folder.path())).await;
    for (path, status, detail) in [
        ("/render/t.html", 500, "Internal Server Error"),
        ("/render/missing.html", 500, "Internal Server Error"),
        ("/render/..%2ft.html", 404, "Not Found"),
    ] {
        let answer = client.get(path).await;
        assert_eq!(answer.status(), status, "{path}");
        let sent: fastrs::Value = answer.json();
        assert_eq!(sent, fastrs::json!({ "detail": detail }), "{path}");
    }
    let templates = Templates::load(folder.path(), &known_urls(folder.path()).await).unwrap();
    let error = templates.render_text("t.html", ()).unwrap_err();
    assert!(error.to_string().contains("(in t.html:1)"), "{error}");
    let error = templates.render_text("missing.html", ()).unwrap_err();
    assert!(error.to_string().contains("missing.html"), "{error}");
    let error = templates.render_text("t.html", [1]).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("the context of `t.html` must be a struct or a map"),
        "{error}"
    );
}

#[tokio::test]
async fn a_model_is_a_context_and_an_email_needs_no_request() {
    #[model]
    struct Welcome {
        name: String,
    }
    let folder = folder_of(&[
        ("mail.txt", "Hello {{ name }} & co"),
        ("url.txt", "{{ url_for('read_item', id=1) }}"),
    ]);
    let templates = Templates::load(folder.path(), &known_urls(folder.path()).await).unwrap();
    let name = "<Rick>".to_owned();
    let mail = templates.render_text("mail.txt", Welcome { name }).unwrap();
    assert_eq!(mail, "Hello <Rick> & co");
    let error = templates.render_text("url.txt", ()).unwrap_err();
    assert!(
        error.to_string().contains("`url_for` needs a request"),
        "{error}"
    );
}

#[tokio::test]
async fn invalid_templates_prevent_startup() {
    let folder = folder_of(&[
        ("good.html", "{{ a }}"),
        ("bad.html", "line\n{% if %}"),
        ("parts/worse.html", "{{ a"),
        (".hidden.html", "{% if %}"),
    ]);
    fs::write(folder.path().join("logo.png"), b"\x89PNG\xff").unwrap();
    let error = TestClient::try_start(app(folder.path()))
        .await
        .err()
        .unwrap();
    let text = error.to_string();
    for part in [
        "the app-scoped dependency `templates` failed to start",
        "(in bad.html:2)",
        "(in parts/worse.html:1)",
        "logo.png: not a template, because it is not UTF-8; serve such files with `static_files`",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!text.contains("hidden"), "{text}");
}

#[tokio::test]
async fn a_missing_folder_prevents_startup() {
    let error = TestClient::try_start(app(Path::new("no/such/folder"))).await;
    let text = error.err().unwrap().to_string();
    let current = std::env::current_dir().unwrap();
    let expected = format!("`no/such/folder` in {} cannot be read: ", current.display());
    assert!(text.contains(&expected), "{text}");
}

/// In a debug build. A release build does not read its files again.
#[tokio::test]
async fn a_changed_template_is_loaded_again() {
    let folder = folder_of(&[
        ("t.html", "one"),
        ("base.html", "{% block b %}{% endblock %}"),
    ]);
    let client = TestClient::start(app(folder.path())).await;
    assert_eq!(client.get("/render/t.html").await.text(), "one");
    fs::write(
        folder.path().join("t.html"),
        "{% extends 'base.html' %}{% block b %}two{% endblock %}",
    )
    .unwrap();
    let (changed, broken) = match cfg!(debug_assertions) {
        true => ("two", 500),
        false => ("one", 200),
    };
    assert_eq!(client.get("/render/t.html").await.text(), changed);
    fs::write(folder.path().join("base.html"), "{% block b %}").unwrap();
    assert_eq!(client.get("/render/t.html").await.status(), broken);
    fs::write(
        folder.path().join("base.html"),
        "{% block b %}{% endblock %}!",
    )
    .unwrap();
    assert_eq!(client.get("/render/t.html").await.status(), 200);
}

/// Returns the URLs of the app.
async fn known_urls(folder: &Path) -> Urls {
    #[fastrs::job]
    async fn take(#[depends(urls)] urls: &Urls) -> Result<Urls> {
        Ok(urls.clone())
    }
    app(folder).run::<take>().await.unwrap()
}

/// Returns the cause of the error that rendering a template in a request results in.
async fn probe(templates: Templates, name: &'static str) -> String {
    #[dependency(scope = "app")]
    async fn given() -> Templates;

    #[get("/<name>")]
    async fn page(req: &Request, name: &str, #[depends(given)] given: &Templates) -> PlainText {
        match given.render(req, name, ()) {
            Ok(Html(page)) => PlainText(page),
            Err(error) => PlainText(error.to_string()),
        }
    }
    let app = App::new("Probe", "1")
        .provide::<given>(templates)
        .routes(routes![page]);
    let client = TestClient::start(app).await;
    client.get(&format!("/{name}")).await.text()
}
