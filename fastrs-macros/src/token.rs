//! Tokens: methods, names of headers, and the parts of a media type (RFC 9110, 5.6.2).

/// Returns whether a string is a token.
pub(crate) fn is_token(text: &str) -> bool {
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !text.is_empty() && text.bytes().all(is_token)
}
