//! The trace that a request belongs to: W3C Trace Context.

use std::sync::{Arc, LazyLock};

use http::{HeaderMap, HeaderName};

use super::Ids;

const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");
const TRACESTATE: HeaderName = HeaderName::from_static("tracestate");

/// The length of a `traceparent` of version 00. Later versions may only add to it.
const LENGTH: usize = 55;

/// The longest `tracestate` that every participant has to pass on (Trace Context, 3.3.1.5), and its most members.
const LONGEST_STATE: usize = 512;
const MOST_MEMBERS: usize = 32;

/// The trace that a request belongs to, by [W3C Trace Context](https://www.w3.org/TR/trace-context/): a handler passes
/// it on to the services that it calls.
///
/// ```
/// use fastrs::prelude::*;
///
/// #[get("/")]
/// async fn home(trace: TraceContext) -> String {
///     let request = http::Request::get("http://stock.internal/items").header("traceparent", trace.traceparent());
///     // Send the request.
/// #   drop(request);
///     trace.trace_id()
/// }
/// # use fastrs::http;
///
/// # fastrs::__private::block_on(async {
/// # use fastrs::testing::TestClient;
/// let client = TestClient::start(App::new("Home", "1.0.0").routes(routes![home])).await;
/// let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
/// let response = client.get("/").header("traceparent", parent).await;
/// assert_eq!(response.json::<String>(), "0af7651916cd43dd8448eb211c80319c");
/// # });
/// ```
///
/// If the client sends no `traceparent`, or an invalid one, or more than one, the request begins a new trace, which is
/// sampled. All arguments of this type in a request, including those of its dependencies, are the same.
///
/// An app that exports its spans with OpenTelemetry passes on the context of its tracer instead: see the chapter
/// on tracing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TraceContext {
    trace_id: u128,
    /// `None` if the trace begins here.
    parent_id: Option<u64>,
    span_id: u64,
    is_sampled: bool,
    state: Option<Arc<str>>,
}

impl TraceContext {
    /// Continues the trace of a request, or begins one.
    pub(super) fn of(headers: &HeaderMap) -> Self {
        static IDS: LazyLock<Ids> = LazyLock::new(Ids::new);
        // An id of zeros is invalid.
        let [high, low] = IDS.next();
        let [_, span_id] = IDS.next();
        let span_id = span_id.max(1);
        match TraceParent::of(headers) {
            Some(parent) => Self {
                trace_id: parent.trace_id,
                parent_id: Some(parent.span_id),
                span_id,
                is_sampled: parent.is_sampled,
                state: state_of(headers),
            },
            None => Self {
                trace_id: (u128::from(high) << 64 | u128::from(low)).max(1),
                parent_id: None,
                span_id,
                is_sampled: true,
                state: None,
            },
        }
    }

    /// Returns the id of the trace: 32 hexadecimal digits.
    pub fn trace_id(&self) -> String {
        format!("{:032x}", self.trace_id)
    }

    /// Returns the id of the span in which the client sent the request: 16 hexadecimal digits. It is `None` if the
    /// trace begins with this request.
    pub fn parent_id(&self) -> Option<String> {
        self.parent_id.map(|id| format!("{id:016x}"))
    }

    /// Returns the id of this request in the trace: 16 hexadecimal digits. It is the parent of the requests that are
    /// sent with [`traceparent`](Self::traceparent).
    pub fn span_id(&self) -> String {
        format!("{:016x}", self.span_id)
    }

    /// Returns whether the client may have recorded the trace.
    pub fn is_sampled(&self) -> bool {
        self.is_sampled
    }

    /// Returns the header `traceparent` for a request to another service.
    pub fn traceparent(&self) -> String {
        let (trace_id, span_id) = (self.trace_id, self.span_id);
        format!(
            "00-{trace_id:032x}-{span_id:016x}-{:02x}",
            u8::from(self.is_sampled)
        )
    }

    /// Returns the header `tracestate` for a request to another service, if the client sent a valid one.
    pub fn tracestate(&self) -> Option<&str> {
        self.state.as_deref()
    }
}

/// What a client says about its own span.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TraceParent {
    pub(super) trace_id: u128,
    pub(super) span_id: u64,
    is_sampled: bool,
}

impl TraceParent {
    /// Reads the header of a request. If there are several, nobody knows which is right.
    pub(super) fn of(headers: &HeaderMap) -> Option<Self> {
        let mut values = headers.get_all(TRACEPARENT).into_iter();
        let value = values.next()?;
        if values.next().is_some() {
            return None;
        }
        Self::parse(value.to_str().ok()?)
    }

    /// Reads `00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01` (Trace Context, 3.2).
    fn parse(text: &str) -> Option<Self> {
        let (known, rest) = text.split_at_checked(LENGTH)?;
        let mut fields = known.split('-');
        let mut next = |digits| fields.next().filter(|field| is_hex(field, digits));
        let (version, trace_id, span_id, flags) = (next(2)?, next(32)?, next(16)?, next(2)?);
        let is_valid = match version {
            "ff" => false,
            "00" => rest.is_empty(),
            _ => rest.is_empty() || rest.starts_with('-'),
        };
        let parent = Self {
            trace_id: u128::from_str_radix(trace_id, 16).ok()?,
            span_id: u64::from_str_radix(span_id, 16).ok()?,
            is_sampled: u8::from_str_radix(flags, 16).ok()? & 1 == 1,
        };
        (is_valid && parent.trace_id != 0 && parent.span_id != 0).then_some(parent)
    }
}

fn is_hex(text: &str, digits: usize) -> bool {
    let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    text.len() == digits && text.bytes().all(is_digit)
}

/// Returns the members of all `tracestate` headers (Trace Context, 3.3). A list with an invalid member, or with too many,
/// is discarded as a whole: it was damaged on its way.
fn state_of(headers: &HeaderMap) -> Option<Arc<str>> {
    let mut members = Vec::new();
    for value in headers.get_all(TRACESTATE) {
        let list = value.to_str().ok()?.split(',').map(str::trim);
        members.extend(list.filter(|member| !member.is_empty()));
    }
    let state = members.join(",");
    let is_valid = (1..=MOST_MEMBERS).contains(&members.len())
        && state.len() <= LONGEST_STATE
        && members.into_iter().all(is_member);
    is_valid.then(|| state.into())
}

/// Checks `key=value` (Trace Context Level 2, 3.3.1.3). Its keys include those of Level 1.
fn is_member(member: &str) -> bool {
    let Some((key, value)) = member.split_once('=') else {
        return false;
    };
    let is_letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let is_key = |byte: u8| is_letter(byte) || b"_-*/@".contains(&byte);
    let is_value = |byte: u8| matches!(byte, b' '..=b'~') && byte != b'=';
    (1..=256).contains(&key.len())
        && key.bytes().all(is_key)
        && key.bytes().next().is_some_and(is_letter)
        && (1..=256).contains(&value.len())
        && value.bytes().all(is_value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parent_is_read_strictly() {
        let parent = TraceParent {
            trace_id: 0x0af7651916cd43dd8448eb211c80319c,
            span_id: 0xb7ad6b7169203331,
            is_sampled: true,
        };
        let (trace, span) = ("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331");
        for text in [
            format!("00-{trace}-{span}-01"),
            format!("00-{trace}-{span}-ff"),
            format!("01-{trace}-{span}-01"),
            format!("fe-{trace}-{span}-01-and-more"),
        ] {
            assert_eq!(TraceParent::parse(&text).as_ref(), Some(&parent), "{text}");
        }
        let unsampled = TraceParent::parse(&format!("00-{trace}-{span}-02"));
        assert!(!unsampled.unwrap().is_sampled);
        let upper = trace.to_uppercase();
        for text in [
            String::new(),
            format!("ff-{trace}-{span}-01"),
            format!("00-{trace}-{span}-01-"),
            format!("00-{trace}-{span}-01-more"),
            format!("01-{trace}-{span}-01.more"),
            format!("00-{trace}-{span}-1"),
            format!("00-{trace}-{span}-0g"),
            format!("0x-{trace}-{span}-01"),
            format!("00-{upper}-{span}-01"),
            format!("00-{trace}-{}-01", span.to_uppercase()),
            format!("00-{trace}-{}-01", "0".repeat(16)),
            format!("00-{}-{span}-01", "0".repeat(32)),
            format!("00-{trace}0-{}-01", &span[1..]),
            format!("00-+{}-{span}-01", &trace[1..]),
            format!("00_{trace}_{span}_01"),
            format!(" 00-{trace}-{span}-0"),
            format!("00-{trace}-{span}-é"),
        ] {
            assert_eq!(TraceParent::parse(&text), None, "{text}");
        }
    }
}
