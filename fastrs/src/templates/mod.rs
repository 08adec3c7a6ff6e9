//! Templates, which minijinja renders. No other module uses minijinja.

mod escape;
mod folder;
mod named_routes;
mod request;
mod url;
mod url_for;

pub use folder::TemplateError;
pub use minijinja::{self, Environment, context};
pub(crate) use named_routes::NamedRoute;
pub use named_routes::{UrlError, Urls, urls};

use std::{fmt, path::Path};

use minijinja::{
    AutoEscape, Value,
    value::{Serde, ValueKind, merge_maps},
};
use serde::Serialize;

use self::request::TemplateRequest;
use crate::{
    error::{HttpError, Result},
    request::Request,
    response::Html,
};

/// A folder of Jinja templates: FastAPI's `Jinja2Templates`.
///
/// An app-scoped dependency loads it, so that a template that is missing or invalid stops the app from starting.
///
/// ```no_run
/// use fastrs::{prelude::*, templates::{Templates, Urls, urls}};
///
/// #[dependency(scope = "app")]
/// async fn templates(#[depends(urls)] urls: &Urls) -> Result<Templates> {
///     Ok(Templates::load("templates", urls)?)
/// }
///
/// #[get("/items/<id>")]
/// async fn read_item(req: &Request, id: u64, #[depends(templates)] templates: &Templates) -> Result<Html> {
///     templates.render(req, "item.html", json!({ "id": id }))
/// }
/// ```
///
/// A template can use `request` and `url_for`: `{{ url_for("read_item", id=7) }}`.
#[derive(Clone)]
pub struct Templates {
    environment: Environment<'static>,
}

impl Templates {
    /// Loads all files in a folder and in the folders below it, except those whose names begin with a dot. A relative
    /// path is resolved against the working directory. The name of a template is its path in the folder:
    /// `"items/list.html"`.
    ///
    /// A debug build loads a template again when its file has changed. A release build reads no files after loading.
    ///
    /// # Errors
    ///
    /// Fails if the folder cannot be read, or with a list of all files that are not valid templates, each with the line
    /// of its mistake.
    pub fn load(folder: impl AsRef<Path>, urls: &Urls) -> Result<Self, TemplateError> {
        Self::load_with(folder, urls, |_| {})
    }

    /// Loads a folder into an environment with your own filters, functions and settings.
    ///
    /// ```no_run
    /// # use fastrs::{prelude::*, templates::{Templates, Urls, urls}};
    /// #[dependency(scope = "app")]
    /// async fn templates(#[depends(urls)] urls: &Urls) -> Result<Templates> {
    ///     let templates = Templates::load_with("templates", urls, |env| {
    ///         env.add_filter("euros", |cents: u64| format!("{}.{:02} €", cents / 100, cents % 100));
    ///         env.add_global("site", "The shop");
    ///     })?;
    ///     Ok(templates)
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// Fails like [`load`](Self::load).
    pub fn load_with(
        folder: impl AsRef<Path>,
        urls: &Urls,
        configure: impl FnOnce(&mut Environment<'static>),
    ) -> Result<Self, TemplateError> {
        let mut environment = Environment::new();
        environment.set_auto_escape_callback(escape::by_extension);
        environment.set_formatter(escape::write);
        environment.add_function("url_for", url_for::url_for(urls.clone()));
        configure(&mut environment);
        folder::load(&mut environment, folder.as_ref())?;
        Ok(Self { environment })
    }

    /// Renders a template as the response to a request. The context is a struct or a map: a `#[model]`, `json!({ .. })`
    /// or [`context!`].
    ///
    /// # Errors
    ///
    /// Returns a 500, whose cause is logged: a template that does not exist or is not HTML, a function that fails, a
    /// value that cannot be rendered, and so on.
    pub fn render(&self, request: &Request, name: &str, context: impl Serialize) -> Result<Html> {
        let request = Value::from_object(TemplateRequest::of(request));
        self.render_value(name, Value::from(Serde(context)), Some(request))
            .map(Html)
    }

    /// Renders a template outside a request, for example for an email. It can use neither `request` nor `url_for`.
    ///
    /// # Errors
    ///
    /// Fails like [`render`](Self::render), but the template need not be HTML.
    pub fn render_text(&self, name: &str, context: impl Serialize) -> Result<String> {
        self.render_value(name, Value::from(Serde(context)), None)
    }

    fn render_value(&self, name: &str, context: Value, request: Option<Value>) -> Result<String> {
        if !matches!(context.kind(), ValueKind::Map | ValueKind::None) {
            let kind = context.kind();
            let message =
                format!("the context of `{name}` must be a struct or a map, not a {kind}");
            return Err(HttpError::from_status(500).cause(message));
        }
        let template = self.environment.get_template(name).map_err(failed)?;
        // A browser would read the values of other templates as HTML.
        if request.is_some() && *template.new_state().auto_escape() != AutoEscape::Html {
            let message = format!("`{name}` is not an HTML template: use `render_text`");
            return Err(HttpError::from_status(500).cause(message));
        }
        let request = request.map(|request| Value::from_pairs([("request", request)]));
        let values = merge_maps(request.into_iter().chain([context]));
        template.render(values).map_err(failed)
    }
}

fn failed(error: minijinja::Error) -> HttpError {
    HttpError::from_status(500).cause(error)
}

impl fmt::Debug for Templates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Templates").finish_non_exhaustive()
    }
}
