//! The URL of a route, by the name of its handler.

use minijinja::{Error, ErrorKind, State, Value, value::Kwargs};

use super::{
    named_routes::{OutermostUrls, UrlError, Urls},
    request::TemplateRequest,
    url::UrlValue,
};
use crate::request::{Request, RootPath};

impl Urls {
    /// Returns the URL of the route whose handler has this name: FastAPI's `request.url_for`. It has the scheme and the
    /// host of the request, and the app's [root path](crate::App::root_path). In a mounted app, it also finds the
    /// handlers of the outermost app.
    ///
    /// ```
    /// use fastrs::{prelude::*, templates::{Urls, urls}};
    /// # use fastrs::testing::TestClient;
    ///
    /// #[get("/items/<id>")]
    /// async fn read_item(id: u64) -> u64 {
    ///     id
    /// }
    ///
    /// #[get("/latest")]
    /// async fn latest(req: &Request, #[depends(urls)] urls: &Urls) -> Result<Redirect> {
    ///     Ok(Redirect::to(urls.url_for(req, "read_item", &[("id", "7")])?))
    /// }
    ///
    /// # fastrs::__private::block_on(async {
    /// let app = App::new("Shop", "1.0.0").root_path("/api").routes(routes![read_item, latest]);
    /// let client = TestClient::start(app).await;
    /// let answer = client.get("/latest").header("host", "shop.example").follow_redirects(false).await;
    /// assert_eq!(answer.header("location"), Some("http://shop.example/api/items/7"));
    /// # });
    /// ```
    ///
    /// The client names the host, so a URL that another user receives, for example by email, must not come from this
    /// function unless the app knows its hosts. If the request has no host, the URL begins with its path.
    ///
    /// # Errors
    ///
    /// Fails like [`path_for`](Self::path_for).
    pub fn url_for(
        &self,
        request: &Request,
        name: &str,
        values: &[(&str, &str)],
    ) -> Result<String, UrlError> {
        let base = UrlValue::base(request);
        let outermost = request.extensions().get();
        find(self, &base, outermost, name, values).map(|url| url.to_string())
    }
}

/// Finds a route in an app, or else in the outermost one.
fn find(
    urls: &Urls,
    base: &UrlValue,
    outermost: Option<&OutermostUrls>,
    name: &str,
    values: &[(&str, &str)],
) -> Result<UrlValue, UrlError> {
    let (url, is_websocket) = match (urls.find(name, values), outermost) {
        (Some(own), _) => own.map(|(path, is_websocket)| (base.join(&path), is_websocket)),
        (None, Some(OutermostUrls { urls, root_path })) => {
            let root_path = root_path.as_ref().map_or("".into(), RootPath::encoded);
            let found = urls
                .find(name, values)
                .ok_or_else(|| UrlError::unknown(name));
            found?.map(|(path, is_websocket)| (base.below(&root_path, &path), is_websocket))
        }
        (None, None) => Err(UrlError::unknown(name)),
    }?;
    Ok(match is_websocket {
        true => url.into_websocket(),
        false => url,
    })
}

/// Returns the function `url_for(name, **values)` of a template.
pub(super) fn url_for(
    urls: Urls,
) -> impl Fn(&State<'_, '_>, &str, Kwargs) -> Result<Value, Error> + Send + Sync + 'static {
    move |state, name, kwargs| {
        let request = state.lookup("request");
        let request = request.as_ref().and_then(Value::downcast_object_ref);
        let Some(TemplateRequest {
            base, outermost, ..
        }) = request
        else {
            return Err(invalid(
                "`url_for` needs a request: use `Templates::render`",
            ));
        };
        let mut values = Vec::new();
        for parameter in kwargs.args() {
            let value: Value = kwargs.get(parameter)?;
            // `none` becomes an empty string, which is an error for every placeholder except `<..>`.
            let text = if value.is_none() {
                String::new()
            } else {
                value.to_string()
            };
            values.push((parameter, text));
        }
        let values: Vec<_> = values.iter().map(|(name, text)| (*name, &**text)).collect();
        let url = find(&urls, base, outermost.as_ref(), name, &values);
        let url = url.map_err(|error| invalid(error.to_string()))?;
        Ok(Value::from_object(url))
    }
}

fn invalid(message: impl Into<std::borrow::Cow<'static, str>>) -> Error {
    Error::new(ErrorKind::InvalidOperation, message)
}
