//! Routes whose responses are cached.
//!
//! The cache is around the handler alone. Middleware, guards, arguments and dependencies run for every request, so that
//! no request gets a stored response that it would not have been allowed to compute.

use std::fmt;

use http::{
    HeaderMap, HeaderName, HeaderValue, StatusCode,
    header::{
        AGE, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, ETAG, HOST, IF_NONE_MATCH, SET_COOKIE,
        VARY,
    },
};
use sha2::{Digest, Sha256};

use super::{
    cached_route::{CachedRoute, tag_of},
    finish::{BeforeSending, PendingExits, finish_then, finish_with},
    route::IntoRoutes,
};
#[cfg(feature = "tls")]
use crate::request::ClientCertificate;
#[cfg(feature = "sessions")]
use crate::security::RequestSessions;
use crate::{
    body::{Body, Response},
    cache::{Cache, Found, Key, Leader, Lifetime, NewEntry, Obtained, SECOND, Tags},
    depends::{CacheEntries, DependencyCache, app_value},
    request::{BoxFuture, Context, Reply, Request, release_now},
    response::{ResponseParts, ResponseResult, is_similar, lists},
};

impl Cache {
    /// Removes the responses of these routes, for all paths, queries and clients. What is being computed at the moment
    /// is not stored either.
    ///
    /// ```
    /// use fastrs::prelude::*;
    /// use fastrs::Cache;
    ///
    /// #[get("/users", cache(seconds = 60))]
    /// async fn list_users() -> Vec<String> {
    ///     vec!["Ada".into()]
    /// }
    ///
    /// #[post("/users")]
    /// async fn create_user(#[depends(Cache)] cache: &Cache) {
    ///     // ..
    ///     cache.invalidate_routes(routes![list_users]).await;
    /// }
    /// # let app = App::new("Shop", "1.0.0").routes(routes![list_users, create_user]);
    /// # assert!(app.build().is_ok());
    /// ```
    pub async fn invalidate_routes(&self, routes: impl IntoRoutes) {
        let tags: Vec<_> = routes
            .into_routes()
            .map(|it| tag_of(it.meta.name, it.meta.path))
            .collect();
        for tag in tags {
            self.invalidate(&tag).await;
        }
    }
}

/// What a request says about stored responses (RFC 9111, 5.2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wanted {
    Anything,
    /// `max-age`, in seconds.
    Younger(u64),
    /// `no-cache`.
    Fresh,
    /// `no-store`.
    Unstored,
}

impl Wanted {
    fn of(headers: &HeaderMap) -> Self {
        if !headers.contains_key(CACHE_CONTROL) {
            return Self::Anything;
        }
        match Directives::of(headers) {
            it if it.has("no-store") => Self::Unstored,
            it if it.has("no-cache") => Self::Fresh,
            it => it.seconds("max-age").map_or(Self::Anything, Self::Younger),
        }
    }
}

/// The directives of `Cache-Control`, in lowercase.
struct Directives(Vec<String>);

impl Directives {
    fn of(headers: &HeaderMap) -> Self {
        let values = headers.get_all(CACHE_CONTROL).into_iter();
        let texts = values.filter_map(|value| value.to_str().ok());
        let each = texts.flat_map(|text| text.split(','));
        Self(each.map(|it| it.trim().to_ascii_lowercase()).collect())
    }

    /// Returns whether there is a directive with this name, with or without a value.
    fn has(&self, name: &str) -> bool {
        let mut names = self.0.iter().filter_map(|it| it.split('=').next());
        names.any(|it| it.trim_end() == name)
    }

    fn seconds(&self, name: &str) -> Option<u64> {
        let mut pairs = self.0.iter().filter_map(|it| it.split_once('='));
        let (_, value) = pairs.find(|(it, _)| it.trim_end() == name)?;
        value.trim().trim_matches('"').parse().ok()
    }
}

/// A request to a cached route, from its arguments to its response.
pub struct CacheVisit<'r> {
    route: Option<&'r CachedRoute>,
    step: Step,
    /// What the dependencies have set on the response. It is not stored, because they set it for each request.
    reply: Option<Reply>,
}

#[derive(Default)]
enum Step {
    /// The response is for this request only.
    #[default]
    Apart,
    Found(Found),
    Lead(Box<Leading>),
}

/// The computation of a response that may be stored.
struct Leading {
    cache: Cache,
    leader: Leader,
}

impl<'r> CacheVisit<'r> {
    /// Creates the state of a request to this route.
    pub fn new(route: Option<&'r CachedRoute>) -> Self {
        Self {
            route,
            step: Step::Apart,
            reply: None,
        }
    }
}

impl fmt::Debug for CacheVisit<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CacheVisit")
    }
}

/// Returns the stored response to a request, if there is one. Otherwise, the handler has to compute the response.
#[inline]
pub async fn look_up<'r>(
    cx: &mut Context<'r>,
    visit: &mut CacheVisit<'r>,
) -> Option<ResponseResult> {
    let route = visit.route?;
    let cache = app_value::<Cache>(cx.state())?;
    visit.reply = cx.take_reply();
    let wanted = Wanted::of(cx.request().headers());
    let key = route.key(cache, cx.request());
    if wanted == Wanted::Anything
        && let Some(found) = cache.find_fresh(key)
    {
        let result = stored(&found);
        visit.step = Step::Found(found);
        return Some(result);
    }
    obtain(route, cache, key, wanted, cx, visit).await
}

/// Waits for a response that someone else computes, or prepares to compute it. Its future is boxed, so that the futures
/// of requests that find a response do not grow.
fn obtain<'x, 'r>(
    route: &'r CachedRoute,
    cache: &'x Cache,
    key: Key,
    wanted: Wanted,
    cx: &'x mut Context<'r>,
    visit: &'x mut CacheVisit<'r>,
) -> BoxFuture<'x, Option<ResponseResult>> {
    Box::pin(async move {
        let (tags, lifetime) = (route.tags(cx.request()), route.lifetime);
        let obtained = match wanted {
            Wanted::Unstored => Obtained::NotStored,
            Wanted::Fresh => Obtained::Missing(cache.lead_anew(key, &tags, lifetime).await),
            Wanted::Anything => cache.obtain(key, &tags, lifetime).await,
            Wanted::Younger(seconds) => match cache.obtain(key, &tags, lifetime).await {
                Obtained::Found(found) if found.age > seconds => {
                    Obtained::Missing(cache.lead_anew(key, &tags, lifetime).await)
                }
                Obtained::Stale(found, leader) if found.age > seconds => Obtained::Missing(leader),
                obtained => obtained,
            },
        };
        let lead = |leader| {
            let cache = cache.clone();
            Step::Lead(Box::new(Leading { cache, leader }))
        };
        match obtained {
            Obtained::NotStored => {}
            Obtained::Missing(leader) => visit.step = lead(leader),
            Obtained::Found(found) => {
                let result = stored(&found);
                visit.step = Step::Found(found);
                return Some(result);
            }
            Obtained::Stale(found, leader) => {
                visit.step = Step::Found(found.clone());
                let response = stored(&found).map(ResponseParts::into_response);
                let response = visit.complete(cx, response.unwrap_or_default());
                release_now(response, cx.work().count_exits(), cx.work()).await;
                cx.set_responded();
                visit.step = lead(leader);
            }
        }
        None
    })
}

/// Returns a stored response, without the headers that [`CacheVisit::complete`] adds.
fn stored(found: &Found) -> ResponseResult {
    let entry = &found.entry;
    let body = Body::from(entry.body.clone());
    let parts = match &entry.content_type {
        Some(content_type) => ResponseParts::typed(body, content_type.clone()),
        None => ResponseParts::new(Response::new(body)),
    };
    Ok(parts.with_status(entry.status))
}

impl CachedRoute {
    /// Returns the key of a request: everything on which its response may depend.
    fn key(&self, cache: &Cache, request: &Request) -> Key {
        let (mut hasher, headers, uri) = (cache.hasher(), request.headers(), request.uri());
        hasher.part(self.name.as_bytes());
        hasher.part(uri.scheme_str().unwrap_or_default().as_bytes());
        let authority = uri.authority().map(|it| it.as_str().as_bytes());
        hasher.part(authority.unwrap_or_default());
        let host = headers.get(HOST).map(HeaderValue::as_bytes);
        hasher.part(host.unwrap_or_default());
        hasher.part(request.root_path().as_bytes());
        hasher.part(request.path().as_bytes());
        hasher.part(request.raw_query().as_bytes());
        for name in &self.headers {
            for value in headers.get_all(name) {
                hasher.part(value.as_bytes());
            }
            // No value of a header contains this byte.
            hasher.part(b"\n");
        }
        if !self.cookies.is_empty() {
            request.visit_cookies(&mut |name, value| {
                if self.cookies.iter().any(|known| *known == name) {
                    hasher.part(name.as_bytes());
                    hasher.part(value.as_bytes());
                }
            });
            hasher.part(b"\n");
        }
        #[cfg(feature = "sessions")]
        if self.sessions
            && let Some(sessions) = request.extensions().get::<RequestSessions>()
        {
            for session in &sessions.0 {
                hasher.part(&session.identity());
            }
        }
        #[cfg(feature = "tls")]
        if self.certificate
            && let Some(certificate) = request.extensions().get::<ClientCertificate>()
        {
            hasher.part(certificate.der());
        }
        hasher.finish()
    }

    fn tags(&self, request: &Request) -> Tags {
        let tags = self.tags.iter().map(|tag| tag.fill(request).into());
        tags.collect()
    }

    /// Returns what to store of a response, if it may be stored, and the response.
    fn entry(
        &self,
        cx: &Context<'_>,
        cache: &Cache,
        mut response: Response,
    ) -> (Response, Option<NewEntry>) {
        let own = match self.lifetime_of(cx, &response) {
            Ok(lifetime) => lifetime,
            Err(why) => {
                tracing::debug!(route = self.name, why, "a response is not cached");
                return (response, None);
            }
        };
        let body = std::mem::take(response.body_mut());
        let body = match body.into_ready(cache.max_entry_bytes() as u64) {
            Ok(body) => body,
            Err(body) => {
                *response.body_mut() = body;
                return (response, None);
            }
        };
        *response.body_mut() = Body::from(body.clone());
        let headers = response.headers_mut();
        headers.remove(CONTENT_LENGTH);
        if !headers.contains_key(ETAG) {
            headers.insert(ETAG, entity_tag(&body));
        }
        if let Some(vary) = &self.vary
            && !headers.contains_key(VARY)
        {
            headers.insert(VARY, vary.clone());
        }
        let new = NewEntry {
            status: response.status(),
            headers: response.headers().clone(),
            body,
            lifetime: own,
        };
        (response, Some(new))
    }

    /// Returns how long a response may be stored, or why it may not (RFC 9111, 3).
    fn lifetime_of(&self, cx: &Context<'_>, response: &Response) -> Result<Lifetime, &'static str> {
        let headers = response.headers();
        if !self.statuses.contains(&response.status()) {
            return Err("its status is not among those that are stored");
        }
        if response.body().is_streaming() {
            return Err("it is a stream");
        }
        if headers.contains_key(SET_COOKIE) {
            return Err("it sets a cookie");
        }
        #[cfg(feature = "sessions")]
        if let Some(sessions) = cx.request().extensions().get::<RequestSessions>()
            && sessions.0.iter().any(|session| session.is_changed())
        {
            return Err("the handler has changed the session");
        }
        #[cfg(not(feature = "sessions"))]
        let _ = cx;
        let listed = headers.get_all(VARY).iter();
        let mut listed = listed.flat_map(|value| value.as_bytes().split(|byte| *byte == b','));
        let is_key = |name: &[u8]| {
            let name = name.trim_ascii();
            let mut known = self.headers.iter().map(HeaderName::as_str);
            name.is_empty() || known.any(|known| known.as_bytes().eq_ignore_ascii_case(name))
        };
        if !listed.all(is_key) {
            return Err("its `Vary` names a header that the route neither reads nor has in `by`");
        }
        let directives = Directives::of(headers);
        let forbidden = ["no-store", "no-cache", "private"];
        if forbidden.iter().any(|name| directives.has(name)) {
            return Err("its `Cache-Control` forbids it");
        }
        match directives.seconds("max-age") {
            Some(0) => Err("its `Cache-Control` forbids it"),
            Some(seconds) => Ok(Lifetime {
                fresh: self.lifetime.fresh.min(seconds.saturating_mul(SECOND)),
                ..self.lifetime
            }),
            None => Ok(self.lifetime),
        }
    }

    /// Adds what the client needs to cache the response itself, and turns it into a 304 if the client has it.
    fn send(&self, request: &Request, response: &mut Response, found: &Found) {
        let headers = response.headers_mut();
        if headers.contains_key(CACHE_CONTROL) {
            headers.insert(AGE, found.age.into());
        } else {
            headers.insert(CACHE_CONTROL, self.cache_control(found.fresh_for));
        }
        if request.headers().contains_key(IF_NONE_MATCH)
            && response.status() == StatusCode::OK
            && is_known(request, response.headers())
        {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            *response.body_mut() = Body::empty();
            response.headers_mut().remove(CONTENT_TYPE);
        }
    }

    fn cache_control(&self, seconds: u64) -> HeaderValue {
        let mut digits = itoa::Buffer::new();
        let start = match self.is_private {
            true => "private, max-age=",
            false => "max-age=",
        };
        let text = [start, digits.format(seconds)].concat();
        HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static("no-cache"))
    }
}

fn is_known(request: &Request, headers: &HeaderMap) -> bool {
    let etag = headers.get(ETAG).and_then(|etag| etag.to_str().ok());
    lists(request.headers(), &IF_NONE_MATCH, etag, is_similar)
}

/// Returns a strong entity tag: a hash of the body.
fn entity_tag(body: &[u8]) -> HeaderValue {
    let hash = Sha256::digest(body);
    let half = hash.first_chunk().copied().map_or(0, u128::from_be_bytes);
    HeaderValue::try_from(format!("\"{half:032x}\"")).unwrap_or(HeaderValue::from_static("\"\""))
}

impl BeforeSending for CacheVisit<'_> {
    fn complete(&mut self, cx: &Context<'_>, mut response: Response) -> Response {
        let reply = self.reply.take();
        let sets_status = reply.as_ref().is_some_and(Reply::sets_status);
        match (std::mem::take(&mut self.step), self.route) {
            (Step::Found(found), Some(route)) => {
                for (name, value) in &found.entry.headers {
                    response.headers_mut().append(name, value.clone());
                }
                route.send(cx.request(), &mut response, &found);
            }
            (Step::Lead(leading), Some(route)) if !sets_status => {
                let Leading { cache, leader } = *leading;
                let (returned, new) = route.entry(cx, &cache, response);
                response = returned;
                match new {
                    Some(new) => {
                        let found = cache.store(leader, new);
                        route.send(cx.request(), &mut response, &found);
                    }
                    None => cache.do_not_store(leader),
                }
            }
            (Step::Lead(leading), _) => {
                let Leading { cache, leader } = *leading;
                cache.do_not_store(leader);
            }
            (Step::Apart | Step::Found(_), _) => {}
        }
        if let Some(reply) = reply {
            reply.apply_below(&mut response);
        }
        response
    }
}

/// Finishes a request to a cached route that has no exits.
pub fn finish_cached(
    cx: &mut Context<'_>,
    result: ResponseResult,
    mut visit: CacheVisit<'_>,
) -> Response {
    finish_then(cx, result, &mut visit)
}

/// Finishes a request to a cached route that has exits.
pub fn finish_cached_with_exits<'x, 'r, S: CacheEntries>(
    cx: &'x mut Context<'r>,
    values: &'x mut DependencyCache<S>,
    exits: PendingExits<'r>,
    result: ResponseResult,
    visit: CacheVisit<'x>,
) -> BoxFuture<'x, Response> {
    finish_with(cx, values, exits, result, Box::new(visit))
}
