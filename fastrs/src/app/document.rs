//! Serves the documents of an app.

use http::{
    HeaderMap, HeaderValue, StatusCode,
    header::{
        ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE,
        ETAG, IF_NONE_MATCH, VARY, X_CONTENT_TYPE_OPTIONS,
    },
};

use crate::{
    body::{Body, Response},
    openapi::Asset,
    response::{is_similar, lists},
};

/// Responds with a ready asset: 304 if the client already has it, gzip if the client accepts it.
pub(super) fn serve_asset(asset: &Asset, headers: &HeaderMap) -> Response {
    let gzip = headers
        .get(ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok())
        .is_some_and(takes_gzip);
    let etag = if gzip {
        asset.etag_gzip()
    } else {
        asset.etag()
    };
    let mut response = Response::new(Body::empty());
    if lists(headers, &IF_NONE_MATCH, Some(etag), is_similar) {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    } else {
        *response.body_mut() = if gzip {
            asset.gzip()
        } else {
            asset.uncompressed()
        }
        .into();
        if gzip {
            response
                .headers_mut()
                .insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        response
            .headers_mut()
            .insert(CONTENT_TYPE, HeaderValue::from_static(asset.content_type()));
    }
    let headers = response.headers_mut();
    let policy = asset
        .csp()
        .and_then(|policy| HeaderValue::try_from(policy).ok());
    if let Some(policy) = policy {
        headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
    if let Ok(etag) = HeaderValue::try_from(etag) {
        headers.insert(ETAG, etag);
    }
    headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
    headers.insert(
        CACHE_CONTROL,
        HeaderValue::from_static(asset.cache_control()),
    );
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// Returns whether `Accept-Encoding` lists gzip with a weight above zero (RFC 9110, 12.5.3).
fn takes_gzip(accepted: &str) -> bool {
    accepted.split(',').any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, "q=1"));
        let refused = weight
            .trim()
            .trim_start_matches("q=")
            .parse::<f32>()
            .is_ok_and(|weight| weight == 0.0);
        name.trim().eq_ignore_ascii_case("gzip") && !refused
    })
}
