//! The function `url_for` of a template.

use minijinja::{Error, ErrorKind, State, Value, value::Kwargs};

use super::{
    named_routes::{UrlError, Urls},
    request::TemplateRequest,
};

/// Returns the function `url_for(name, **values)`.
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
        let own = urls.find(name, &values);
        let (url, is_websocket) = match own {
            Some(own) => own.map(|(path, is_websocket)| (base.join(&path), is_websocket)),
            None => match outermost.as_ref().and_then(|urls| urls.find(name, &values)) {
                Some(outer) => outer.map(|(path, is_websocket)| (base.at(path), is_websocket)),
                None => Err(UrlError::unknown(name)),
            },
        }
        .map_err(|error| invalid(error.to_string()))?;
        Ok(Value::from_object(if is_websocket {
            url.into_websocket()
        } else {
            url
        }))
    }
}

fn invalid(message: impl Into<std::borrow::Cow<'static, str>>) -> Error {
    Error::new(ErrorKind::InvalidOperation, message)
}
