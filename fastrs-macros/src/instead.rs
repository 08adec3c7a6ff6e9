//! Names that other frameworks use in signatures, and their equivalents here.
//!
//! These names only change the text of an error: a user's own type with one of these names is checked like any other.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use syn::{FnArg, Pat, Path, ReturnType, Signature, Type};

use crate::paths::{emit, private};
use crate::spelled::{self, last, parameters};
use crate::types::{self, ungrouped};

/// Types that wrap another type, and what to write instead.
const WRAPPERS: &[(&str, Advice)] = &[
    ("Path", |inner| {
        format!(
            "a path value is a plain argument with the name of its placeholder: `id: {inner}` for `<id>`"
        )
    }),
    ("Query", |inner| {
        format!(
            "a query parameter is a plain argument, `q: String`, and a struct of query parameters is `#[query] filter: {inner}`"
        )
    }),
    ("Json", |inner| {
        format!(
            "the JSON body is a plain argument: take `item: {inner}`, with `#[model]` on the type, or `#[body] item: {inner}`"
        )
    }),
    ("Form", |inner| {
        format!("a form is a plain argument with an attribute: `#[form] form: {inner}`")
    }),
    ("Header", |inner| {
        format!("a header is a plain argument with an attribute: `#[header] user_agent: {inner}`")
    }),
    ("TypedHeader", |inner| match inner {
        inner if !inner.starts_with("Authorization") => {
            "a header is a plain argument with an attribute: `#[header] user_agent: String`"
                .to_owned()
        }
        inner if inner.contains("Basic") => BASIC.to_owned(),
        _ => BEARER.to_owned(),
    }),
    ("State", state),
    ("Data", state),
    ("Extension", state),
    ("Depends", |inner| {
        format!(
            "a dependency is named in an attribute: `#[depends(provider)] value: &{inner}`, where `provider` is a `#[dependency]` function"
        )
    }),
    ("ConnectInfo", |_| {
        "the client's address is an argument of type `ClientAddr`".to_owned()
    }),
    ("Yield", |inner| {
        format!("a `Yield` is taken by value: `lend: Yield<{inner}>`")
    }),
    ("Request", |_| REQUEST.to_owned()),
    ("WebSocket", socket),
    ("Partial", partial),
    ("Box", unwrapped),
    ("Rc", unwrapped),
    ("Arc", |inner| {
        format!(
            "a shared value comes from a dependency: `#[depends(provider)] value: &{inner}`, where `provider` is a `#[dependency]` function; a value that is read from the request is taken as `{inner}`"
        )
    }),
    ("Result", |inner| {
        format!(
            "an invalid argument results in a 422 before the function runs: take `{inner}`, or `Option<{inner}>` if it may be missing; for anything else that may fail, use a `#[dependency]`"
        )
    }),
];

/// Types without parameters.
const WITHOUT_PARAMETERS: &[(&str, &str)] = &[
    ("Reply", "the reply is borrowed: write `reply: &mut Reply`"),
    (
        "Request",
        "the request is borrowed: write `request: &Request`",
    ),
    (
        "Cookie",
        "`Cookie` is for setting a cookie, with `reply.cookie(..)`; to read one, take `#[cookie] session: String`",
    ),
    (
        "Value",
        "a body of arbitrary JSON needs an attribute: `#[body] value: Value`",
    ),
    (
        "BackgroundTasks",
        "tasks are taken by value: `tasks: BackgroundTasks`",
    ),
    ("Parts", REQUEST),
    (
        "Incoming",
        "the body is an argument of type `Body` (a stream) or `Bytes` (the whole body)",
    ),
    (
        "Duration",
        "a duration in a request is a `fastrs::Duration`, which the prelude exports",
    ),
    ("PathBuf", "a path is read as text: take a `String`"),
    ("HttpBasicCredentials", BASIC),
    ("BasicAuth", BASIC),
    ("HttpAuthorizationCredentials", BEARER),
    ("BearerAuth", BEARER),
    ("OAuth2PasswordRequestForm", PASSWORD_FORM),
    ("OAuth2PasswordRequestFormStrict", PASSWORD_FORM),
    (
        "HttpRequest",
        "the request is an argument of type `&Request`",
    ),
    (
        "CookieJar",
        "a cookie is read with an argument, `#[cookie] session: String`, and set with `reply: &mut Reply`",
    ),
    (
        "Cookies",
        "a cookie is read with an argument, `#[cookie] session: String`, and set with `reply: &mut Reply`",
    ),
];

pub(crate) const REQUEST: &str = "the request is an argument of type `&Request`, and its body a separate one: a `#[model]`, `Bytes`, or `Body` for a stream";

/// The text for a type that cannot be read from a file.
pub(crate) const FILE: &str = "a file is an `UploadFile` or `Bytes`, or an `Option` or a `Vec` of them: take one of these, or read a field that is not a file with `#[form]`";

/// The text for a file that is read from something else.
pub(crate) const UPLOAD: &str = "a file is an argument without an attribute or with `#[file]`, `image: UploadFile`, or a field of a model with `#[form]`";

const BASIC: &str = "a user name and a password are read with a security scheme: `#[security(BASIC)] sent: HttpBasicCredentials`, with `const BASIC: HttpBasic = HttpBasic::new();`";

const BEARER: &str = "a token is read with a security scheme: `#[security(BEARER)] token: String`, with `const BEARER: HttpBearer = HttpBearer::new();`";

const PASSWORD_FORM: &str = "a form needs an attribute: `#[form] form: OAuth2PasswordRequestForm`";

/// Security schemes.
const SCHEMES: &[&str] = &[
    "OAuth2PasswordBearer",
    "OAuth2AuthorizationCodeBearer",
    "OAuth2",
    "OpenIdConnect",
    "HttpBasic",
    "HttpBearer",
    "HttpDigest",
    "HttpBase",
    "ApiKeyHeader",
    "ApiKeyQuery",
    "ApiKeyCookie",
];

/// Types of the body in `http::Request<..>`.
const BODIES: &[&str] = &["Body", "Incoming", "Bytes", "String", "BoxBody", "Full"];

const HTTP_RESPONSE: &str = "a handler returns a `#[model]`, `Html`, `PlainText`, or a raw `Response`, and its status is in the attribute: `#[get(\"/..\", status = ..)]`";

const REPLY_HEADERS: &str = "headers are set on the reply: take `reply: &mut Reply`, write `reply.header(name, value)`, and return the value alone, or `(StatusCode, T)`";

const SEVERAL: &str = "an argument holds one value: write one for each, `a: u32, b: u32`";

/// The names that the library's `instead` module defines.
const FOREIGN: &[&str] = &[
    "Path",
    "Query",
    "Form",
    "Header",
    "TypedHeader",
    "State",
    "Data",
    "Extension",
    "Depends",
    "ConnectInfo",
    "HttpRequest",
    "HttpResponse",
    "CookieJar",
    "Cookies",
    "Responder",
    "web",
];

/// References that a request can provide.
const BORROWED: &[&str] = &["str", "Request", "Headers", "HeaderMap"];

/// The types that a request provides by value.
const OWNED: &[&str] = &[
    "Shutdown",
    "BackgroundTasks",
    "ClientAddr",
    "TraceContext",
    "SecurityScopes",
    "Session",
    "Body",
    "Bytes",
    "UploadFile",
    "Multipart",
    "WebSocket",
];

type Advice = fn(&str) -> String;

fn unwrapped(inner: &str) -> String {
    format!("an argument needs no wrapper: write `{inner}`")
}

fn socket(inner: &str) -> String {
    format!(
        "a `WebSocket` with types receives and sends models: put `#[model]` on `{inner}`; one without types receives and sends text and bytes"
    )
}

fn state(inner: &str) -> String {
    format!(
        "state is an app-scoped dependency: `#[dependency(scope = \"app\")] async fn state() -> {inner}`, taken as `#[depends(state)] state: &{inner}`"
    )
}

/// Returns the text for a `Partial<inner>` that does not exist.
fn partial(inner: &str) -> String {
    format!(
        "a `Partial` holds the fields of a struct with `#[model]`: `{inner}` must be one, with named fields, without type parameters, and without functions that read or write its fields (`#[serde(with = ..)]`)"
    )
}

/// Returns the text for a field or a response of this type, if it is a `Partial`.
pub(crate) fn of_partial(ty: &Type) -> Option<String> {
    let model = types::only_parameter(ty).filter(|_| types::ends_in(ty, "Partial"))?;
    Some(partial(&spelled::text(model)))
}

/// Returns the text for an argument of this type, for when the library cannot read it. Returns `None` where the
/// library's own text is enough.
pub(crate) fn of_argument(ty: &Type) -> Option<TokenStream> {
    let ty = ungrouped(ty);
    let text = match ty {
        Type::Reference(reference) => match advice(&reference.elem) {
            Some(text) => text,
            None if is_borrowed(&reference.elem) => return None,
            None if is_owned(&reference.elem) => {
                let inner = spelled::text(&reference.elem);
                let borrowed = match reference.mutability {
                    Some(_) => "&mut",
                    None => "&",
                };
                format!("`{inner}` is taken by value: write `{inner}`, without the `{borrowed}`")
            }
            None => {
                let text = spelled::text(&without_lifetime(ty));
                format!("`{text}` is borrowed from a dependency: name it, `#[depends(provider)] value: {text}`, where `provider` is a `#[dependency]` function; a value that is read from the request is taken by value")
            }
        },
        Type::Tuple(tuple) if tuple.elems.is_empty() => "`()` holds no value: to run a dependency for its effect, name it in the route's attribute, `depends = [verify]`".to_owned(),
        Type::Tuple(_) => SEVERAL.to_owned(),
        ty => match (spelled::result(ty).or(Some(ty)).and_then(advice), optional(ty)) {
            (Some(text), _) => text,
            (None, Some(inner @ Type::Reference(_))) => return of_argument(inner),
            (None, _) => return feature(ty),
        },
    };
    Some(emit!(#text))
}

/// Returns the name of a security scheme's type, if the path is one, judging by its spelling.
pub(crate) fn scheme(path: &Path) -> Option<&'static str> {
    let last = &path.segments.last()?.ident;
    SCHEMES.iter().find(|name| last == *name).copied()
}

/// Returns whether the type is a request of the `http` crate, `Request<Body>`, judging by its spelling.
pub(crate) fn is_foreign_request(ty: &Type) -> bool {
    let Some(segment) = last(ty).filter(|segment| segment.ident == "Request") else {
        return false;
    };
    match parameters(segment)[..] {
        [Type::Tuple(unit)] => unit.elems.is_empty(),
        [body] => BODIES.iter().any(|name| types::ends_in(body, name)),
        _ => false,
    }
}

/// Returns the text for a type that cannot be read from the text of a placeholder.
pub(crate) fn of_placeholder(ty: &Type) -> String {
    let ty = spelled::text(ty);
    format!(
        "a placeholder's value is a single string, but `{ty}` is read from JSON: take the placeholder as a number or a `String`"
    )
}

/// Returns the text for a list whose items cannot each be read from text.
pub(crate) fn of_list(item: &Type, list: &Type) -> String {
    let (item, list) = (spelled::text(item), spelled::text(list));
    format!(
        "each item of the list is a single string, but `{item}` is read from JSON: read the `{list}` from the body, without an attribute or with `#[body]`"
    )
}

/// Returns the text for an argument that is destructured in the signature: `Path(id): Path<u64>`.
pub(crate) fn of_pattern(pattern: &Pat, ty: &Type) -> String {
    let text = match pattern {
        _ if is_several(ty) => SEVERAL,
        Pat::Wild(_) => "an argument needs a name: write `_name`",
        _ => {
            "an argument's name is its name in the request: write a plain name, and destructure it in the body"
        }
    };
    advice(ungrouped(ty)).unwrap_or_else(|| text.to_owned())
}

/// Returns whether the type holds several values.
pub(crate) fn is_several(ty: &Type) -> bool {
    matches!(ungrouped(ty), Type::Tuple(tuple) if !tuple.elems.is_empty())
}

/// Returns the text for a response of this type.
pub(crate) fn of_response(ty: &Type) -> Option<TokenStream> {
    if let Type::Tuple(tuple) = ungrouped(ty)
        && tuple.elems.iter().any(is_headers)
    {
        return Some(emit!(#REPLY_HEADERS));
    }
    let name = last(ty)?.ident.to_string();
    match (name == "HttpResponse", of_partial(ty)) {
        (true, _) => Some(emit!(#HTTP_RESPONSE)),
        (_, Some(text)) => Some(emit!(#text)),
        _ => feature(types::sides_of_result(ty).0.unwrap_or(ty)),
    }
}

/// Returns the text for the type inside containers that needs a feature to be enabled.
fn feature(ty: &Type) -> Option<TokenStream> {
    let leaf = spelled::leaves(ty)
        .into_iter()
        .find(|leaf| spelled::is_optional(leaf))?;
    let otherwise = format!("fastrs cannot read or write `{}`", spelled::text(ty));
    Some(spelled::or_feature(leaf, &otherwise))
}

fn advice(ty: &Type) -> Option<String> {
    let segment = last(ty)?;
    let (name, parameters) = (segment.ident.to_string(), parameters(segment));
    let known = WITHOUT_PARAMETERS.iter().find(|(known, _)| *known == name);
    if let (Some((_, text)), true) = (known, parameters.is_empty()) {
        return Some((*text).to_owned());
    }
    if SCHEMES.contains(&&*name) {
        return Some(format!(
            "a security scheme is a constant, and an argument is read with it: `#[security(SCHEME)] token: String`, with `const SCHEME: {name} = {name}::new(..);`"
        ));
    }
    let (_, write) = WRAPPERS.iter().find(|(known, _)| *known == name)?;
    let inner = match parameters.first().map(|ty| ungrouped(ty))? {
        Type::Tuple(tuple) if name == "Path" && !tuple.elems.is_empty() => {
            return Some("path values are plain arguments, one for each placeholder: `a: u32, b: u32` for `<a>` and `<b>`".to_owned());
        }
        // A socket has two types.
        _ if name == "WebSocket" => {
            let types: BTreeSet<String> = parameters.iter().map(|ty| spelled::text(ty)).collect();
            Vec::from_iter(types).join("` and `")
        }
        inner if types::ends_in(inner, "str") => "String".to_owned(),
        inner => spelled::text(inner),
    };
    Some(write(&inner))
}

/// Returns the `T` of an `Option<T>`.
fn optional(ty: &Type) -> Option<&Type> {
    let segment = last(ty).filter(|segment| segment.ident == "Option")?;
    parameters(segment).first().map(|ty| ungrouped(ty))
}

fn is_headers(ty: &Type) -> bool {
    ["HeaderMap", "Headers", "AppendHeaders"]
        .iter()
        .any(|name| types::ends_in(ty, name))
}

fn is_borrowed(ty: &Type) -> bool {
    matches!(ungrouped(ty), Type::Slice(_))
        || last(ty).is_some_and(|segment| BORROWED.iter().any(|name| segment.ident == name))
}

fn is_owned(ty: &Type) -> bool {
    last(ty).is_some_and(|segment| OWNED.iter().any(|name| segment.ident == name))
}

fn without_lifetime(ty: &Type) -> Type {
    let mut ty = ty.clone();
    if let Type::Reference(reference) = &mut ty {
        reference.lifetime = None;
    }
    ty
}

/// Imports the names of other frameworks that appear in the signature, so that rustc does not stop at an unresolved
/// name. Anything the user defines or imports under the same name takes precedence.
pub(crate) fn names(sig: &Signature) -> Option<TokenStream> {
    let inputs = sig.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(arg) => Some(&*arg.ty),
        FnArg::Receiver(_) => None,
    });
    let output = match &sig.output {
        ReturnType::Type(_, ty) => Some(&**ty),
        ReturnType::Default => None,
    };
    let p = private();
    inputs
        .chain(output)
        .any(|ty| types::mentions_names(ty, FOREIGN))
        .then(|| {
            emit! {
                #[allow(unused_imports)]
                use #p::instead::*;
            }
        })
}
