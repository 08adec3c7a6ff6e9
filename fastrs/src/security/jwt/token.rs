//! Tokens as text: three parts in base64, separated by dots (RFC 7515, 7.1).

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::{JwtError, JwtKey, error::Reason, header::Header, key::PROVIDER};
use crate::error::{HttpError, Result};

/// The longest token that is read, in bytes.
const MAX: usize = 8 * 1024;

/// The parts of a token. The header and the claims are still encoded.
pub(super) struct Parts<'t> {
    /// The header and the claims, which are signed as they are.
    signed: &'t str,
    header: &'t str,
    claims: &'t str,
    signature: Vec<u8>,
}

impl<'t> Parts<'t> {
    pub(super) fn of(token: &'t str) -> Result<Self, JwtError> {
        if token.len() > MAX {
            return Err(malformed("it is too long"));
        }
        let split = || {
            let (signed, signature) = token.rsplit_once('.')?;
            let (header, claims) = signed.split_once('.')?;
            (!claims.contains('.')).then_some((signed, header, claims, signature))
        };
        let Some((signed, header, claims, signature)) = split() else {
            return Err(malformed("it does not have three parts"));
        };
        Ok(Self {
            signed,
            header,
            claims,
            signature: decode(signature)?,
        })
    }

    pub(super) fn header(&self) -> Result<Header, JwtError> {
        let header = decode_object(self.header)?;
        let header: Header =
            serde_json::from_str(&header).map_err(|_| malformed("its header is invalid"))?;
        match header.has_extensions() {
            true => Err(malformed("it uses an extension")),
            false => Ok(header),
        }
    }
}

/// Returns the claims of a token if it is signed with this key.
pub(super) fn verify(key: &JwtKey, parts: &Parts<'_>) -> Result<String, JwtError> {
    let invalid = |_| JwtError::new(Reason::Signature);
    let verifier = (PROVIDER.verifier_factory)(&key.algorithm, &key.check).map_err(invalid)?;
    let verified = verifier.verify(parts.signed.as_bytes(), &parts.signature);
    verified.map_err(|_| JwtError::new(Reason::Signature))?;
    decode_object(parts.claims)
}

/// Returns the token of this type with these claims.
pub(super) fn sign(key: &JwtKey, typ: &str, claims: &Value) -> Result<String> {
    let Some(private) = &key.sign else {
        return Err(HttpError::from_status(500).cause("the key of `Jwt` can only check tokens"));
    };
    let mut header = json!({"typ": typ, "alg": key.algorithm});
    if let Some(kid) = &key.kid {
        header["kid"] = kid.as_str().into();
    }
    let mut token = URL_SAFE_NO_PAD.encode(serde_json::to_vec(&header)?);
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(serde_json::to_vec(claims)?, &mut token);
    let signer = (PROVIDER.signer_factory)(&key.algorithm, private)?;
    let signature = signer.try_sign(token.as_bytes())?;
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(signature, &mut token);
    match token.len() > MAX {
        true => Err(HttpError::from_status(500).cause("the claims of a token are too long")),
        false => Ok(token),
    }
}

fn decode(part: &str) -> Result<Vec<u8>, JwtError> {
    let decoded = URL_SAFE_NO_PAD.decode(part);
    decoded.map_err(|_| malformed("a part is not base64"))
}

/// Decodes a JSON object. serde would also read a list into a struct, and skip what is not UTF-8.
fn decode_object(part: &str) -> Result<String, JwtError> {
    let decoded = String::from_utf8(decode(part)?).map_err(|_| malformed("a part is not UTF-8"))?;
    match decoded.trim_ascii_start().starts_with('{') {
        true => Ok(decoded),
        false => Err(malformed("a part is not an object")),
    }
}

fn malformed(what: &'static str) -> JwtError {
    JwtError::new(Reason::Malformed(what))
}
