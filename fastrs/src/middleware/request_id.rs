//! An id for every request.

use std::{fmt, mem, sync::Arc};

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Request};

use super::built_in::{Around, Before, BuiltIn, Kept};
use crate::{
    body::{Body, Response},
    request::{Ids, RequestIdValue, RequestSpan},
};

/// Gives every request an id, which is in its response, in [`AccessLog`](super::AccessLog), and in the log of its
/// errors.
///
/// ```
/// use fastrs::middleware::RequestId;
/// use fastrs::prelude::*;
///
/// #[get("/")]
/// async fn home(#[header] x_request_id: &str) -> String {
///     format!("request {x_request_id}")
/// }
///
/// # fastrs::__private::block_on(async {
/// # use fastrs::testing::TestClient;
/// let app = App::new("Home", "1.0.0").routes(routes![home]).layer(RequestId::new());
/// let client = TestClient::start(app).await;
/// let response = client.get("/").header("x-request-id", "from-the-proxy").await;
/// assert_eq!(response.header("x-request-id"), Some("from-the-proxy"));
/// assert_eq!(client.get("/").await.header("x-request-id").map(str::len), Some(32));
/// # });
/// ```
///
/// An id that the client sends is kept if it consists of 1 to 128 letters, digits and characters of `-._~+/=:@`;
/// anything else is replaced, so that it cannot forge a line of a log. A new id is 32 hexadecimal digits. It is unique,
/// but not a secret. The request has the id as well, in the same header.
#[derive(Clone)]
#[must_use]
pub struct RequestId {
    header: HeaderName,
    accepts: bool,
    ids: Arc<Ids>,
}

impl RequestId {
    /// Uses the header `X-Request-Id`.
    pub fn new() -> Self {
        Self {
            header: HeaderName::from_static("x-request-id"),
            accepts: true,
            ids: Arc::new(Ids::new()),
        }
    }

    /// Sets the header.
    pub fn header(mut self, name: HeaderName) -> Self {
        self.header = name;
        self
    }

    /// Sets whether the id of a client is kept. By default, it is.
    pub fn accept(mut self, yes: bool) -> Self {
        self.accepts = yes;
        self
    }
}

impl fmt::Debug for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestId")
            .field("header", &self.header)
            .field("accept", &self.accepts)
            .finish()
    }
}

impl Default for RequestId {
    fn default() -> Self {
        Self::new()
    }
}

impl BuiltIn for RequestId {
    fn before(&self, request: &mut Request<Body>, _: &Around<'_>) -> Before {
        let sent = request.headers().get(&self.header);
        let id = match sent.filter(|id| self.accepts && is_valid(id.as_bytes())) {
            Some(id) => id.clone(),
            None => {
                let id = new_id(&self.ids);
                request.headers_mut().insert(&self.header, id.clone());
                id
            }
        };
        RequestSpan::record_id(request.extensions(), &id);
        request.extensions_mut().insert(RequestIdValue(id.clone()));
        Ok(Kept::Header(id))
    }

    fn after(&self, kept: &mut Kept, response: &mut Response) {
        if let Kept::Header(id) = mem::replace(kept, Kept::Nothing) {
            response.headers_mut().insert(&self.header, id);
        }
    }
}

fn is_valid(id: &[u8]) -> bool {
    let is_allowed = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~+/=:@".contains(byte);
    (1..=128).contains(&id.len()) && id.iter().all(is_allowed)
}

fn new_id(ids: &Ids) -> HeaderValue {
    // The bytes are shared from the start, so that a copy of the value costs no allocation.
    HeaderValue::from_maybe_shared(Bytes::from_owner(Id(ids.next().map(hex))))
        .unwrap_or(HeaderValue::from_static("-"))
}

struct Id([[u8; 16]; 2]);

impl AsRef<[u8]> for Id {
    fn as_ref(&self) -> &[u8] {
        self.0.as_flattened()
    }
}

/// Returns the digits of a number.
fn hex(number: u64) -> [u8; 16] {
    let mut digits = [0; 16];
    for (pair, byte) in digits.chunks_exact_mut(2).zip(number.to_be_bytes()) {
        pair[0] = b"0123456789abcdef"[usize::from(byte >> 4)];
        pair[1] = b"0123456789abcdef"[usize::from(byte & 15)];
    }
    digits
}
