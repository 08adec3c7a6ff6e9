//! The page on which a user lets a client in (RFC 6749, 4.1.1).

use chrono::{DateTime, Utc};
use fastrs::prelude::*;
use fastrs::templates::Templates;

use super::dependencies::{PageUser, visitor};
use super::templates::templates;
use crate::auth::scopes;
use crate::core::db::{Pool, pool};
use crate::core::settings::Settings;
use crate::core::time::now;
use crate::oauth::clients::is_registered;
use crate::oauth::codes::{self, Grant};
use crate::users::models::User;

pub fn router() -> Router {
    Router::new("").routes(routes![show_authorize, submit_authorize])
}

/// What the client asks for. All of it may be missing, since the answer to a mistake is a page or a redirect.
#[model]
#[derive(Debug)]
struct AuthorizeRequest {
    #[field(default)]
    response_type: String,
    #[field(default)]
    client_id: String,
    #[field(default)]
    redirect_uri: String,
    #[field(default)]
    scope: String,
    state: Option<String>,
    #[field(default)]
    code_challenge: String,
    #[field(default)]
    code_challenge_method: String,
}

/// Why a client is not let in.
#[derive(Debug, HttpError)]
enum AuthorizeError {
    /// Nobody may be redirected to an address that is not registered.
    #[error("The client is not registered with this address")]
    #[status(400)]
    Unregistered,
    /// The user has to log in first.
    #[error("log in first")]
    #[status(303)]
    #[header("Location", "/login?{next}")]
    LoginRequired { next: String },
    /// The client learns what was wrong (RFC 6749, 4.1.2.1).
    #[error("{location}")]
    #[status(303)]
    #[header("Location", "{location}")]
    Refused { location: String },
    #[error(transparent)]
    Other(#[from] HttpError),
}

impl AuthorizeRequest {
    /// Returns the scopes to grant, if the request is in order.
    fn check(&self, settings: &Settings, user: &User) -> Result<String, AuthorizeError> {
        if !is_registered(settings, &self.client_id, &self.redirect_uri) {
            return Err(AuthorizeError::Unregistered);
        }
        let refused = |code| AuthorizeError::Refused {
            location: self.location(settings, "error", code),
        };
        if self.response_type != "code" {
            return Err(refused("unsupported_response_type"));
        }
        // 256 bits in base64: the SHA-256 of a verifier.
        if self.code_challenge_method != "S256" || self.code_challenge.len() != 43 {
            return Err(refused("invalid_request"));
        }
        scopes::granted(&self.scope, scopes::of_role(user.role)).ok_or(refused("invalid_scope"))
    }

    /// Returns the address to which the browser is redirected, with the response for the client and its issuer (RFC
    /// 9207).
    fn location(&self, settings: &Settings, name: &str, value: &str) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair(name, value);
        query.append_pair("iss", &settings.public_url);
        if let Some(state) = &self.state {
            query.append_pair("state", state);
        }
        let separator = if self.redirect_uri.contains('?') {
            '&'
        } else {
            '?'
        };
        format!("{}{separator}{}", self.redirect_uri, query.finish())
    }
}

/// Redirects to the login, and from there back to this page.
fn login_required(request: &Request) -> AuthorizeError {
    let page = request
        .uri()
        .path_and_query()
        .map_or("", |page| page.as_str());
    let mut next = form_urlencoded::Serializer::new(String::new());
    next.append_pair("next", page);
    AuthorizeError::LoginRequired {
        next: next.finish(),
    }
}

/// Ask the user.
#[get("/authorize")]
async fn show_authorize(
    request: &Request,
    #[query] asked: AuthorizeRequest,
    #[depends(visitor)] visitor: &Option<PageUser>,
    #[depends(Settings)] settings: &Settings,
    #[depends(templates)] templates: &Templates,
) -> Result<Html, AuthorizeError> {
    let Some(page) = visitor else {
        return Err(login_required(request));
    };
    let scope = asked.check(settings, &page.user)?;
    let context = json!({"asked": asked, "scope": scope, "email": page.user.email});
    Ok(templates.render(request, "authorize.html", context)?)
}

/// Whether the user lets the client in.
#[model]
#[derive(Debug, PartialEq)]
#[serde(rename_all = "snake_case")]
enum Decision {
    Allow,
    Deny,
}

/// Let the client in, or not.
#[post("/authorize", status = 303)]
async fn submit_authorize(
    request: &Request,
    #[form] asked: AuthorizeRequest,
    #[form] decision: Decision,
    #[depends(visitor)] visitor: &Option<PageUser>,
    #[depends(Settings)] settings: &Settings,
    #[depends(pool)] pool: &Pool,
    #[depends(now)] now: DateTime<Utc>,
) -> Result<Redirect, AuthorizeError> {
    let Some(page) = visitor else {
        return Err(login_required(request));
    };
    let scope = asked.check(settings, &page.user)?;
    if decision == Decision::Deny {
        return Ok(Redirect::to(asked.location(
            settings,
            "error",
            "access_denied",
        )));
    }
    let grant = Grant {
        user_id: page.user.id,
        client_id: asked.client_id.clone(),
        redirect_uri: asked.redirect_uri.clone(),
        scope,
        code_challenge: asked.code_challenge.clone(),
    };
    let code = codes::create(pool, grant, &page.session, now).await?;
    let code = code.ok_or_else(|| login_required(request))?;
    Ok(Redirect::to(asked.location(settings, "code", &code)))
}
