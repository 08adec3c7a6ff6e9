//! The public keys of another party (RFC 7517).

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey};
use serde::Deserialize;
use serde_json::Value;

use super::JwtKey;

/// The maximum number of keys in a set.
const MAX_KEYS: usize = 100;

#[derive(Deserialize)]
struct KeySet {
    keys: Vec<Value>,
}

/// Returns the keys of a JWK Set that check signatures. It skips keys for anything else, and those that are unknown,
/// private or secret.
pub(in crate::security) fn read_set(set: &[u8]) -> Result<Vec<JwtKey>, String> {
    let set: KeySet =
        serde_json::from_slice(set).map_err(|error| format!("no JWK Set: {error}"))?;
    if set.keys.len() > MAX_KEYS {
        return Err(format!("more than {MAX_KEYS} keys"));
    }
    let keys: Vec<JwtKey> = set.keys.iter().filter_map(read).collect();
    match keys.is_empty() {
        true => Err("no key that can check signatures".into()),
        false => Ok(keys),
    }
}

fn read(jwk: &Value) -> Option<JwtKey> {
    let text = |name: &str| jwk.get(name).map(|value| value.as_str().unwrap_or(""));
    let is_for_signatures = text("use").is_none_or(|purpose| purpose == "sig");
    let operations = jwk.get("key_ops");
    let verifies = operations.is_none_or(|operations| {
        let operations = operations.as_array().into_iter().flatten();
        operations
            .into_iter()
            .any(|operation| operation == "verify")
    });
    // Whoever publishes a private key lets everybody sign with it.
    let is_private = jwk.get("d").is_some() || jwk.get("k").is_some();
    if !is_for_signatures || !verifies || is_private {
        return None;
    }
    let algorithm = algorithm(text("kty")?, text("crv"), text("alg"))?;
    let check = match text("kty")? {
        "RSA" => {
            let modulus = URL_SAFE_NO_PAD.decode(text("n")?).ok()?;
            let zeros = modulus.iter().take_while(|byte| **byte == 0).count();
            // 2048 to 4096 bits (RFC 7518, 3.3).
            if !(256..=512).contains(&(modulus.len() - zeros)) {
                return None;
            }
            DecodingKey::from_rsa_components(text("n")?, text("e")?)
        }
        "EC" => DecodingKey::from_ec_components(text("x")?, text("y")?),
        _ => DecodingKey::from_ed_components(text("x")?),
    };
    let key = JwtKey::public(algorithm, check).ok()?;
    Some(match text("kid") {
        Some(kid) => key.kid(kid),
        None => key,
    })
}

/// Returns the one algorithm of a key. An RSA key that names none is for RS256, the default of OpenID Connect.
fn algorithm(kty: &str, crv: Option<&str>, alg: Option<&str>) -> Option<Algorithm> {
    let algorithm = match (kty, crv) {
        ("RSA", _) => alg.unwrap_or("RS256"),
        ("EC", Some("P-256")) => "ES256",
        ("EC", Some("P-384")) => "ES384",
        ("OKP", Some("Ed25519")) => "EdDSA",
        _ => return None,
    };
    let is_named =
        alg.is_none_or(|alg| alg == algorithm || (alg, algorithm) == ("Ed25519", "EdDSA"));
    let is_of_kind = kty != "RSA" || algorithm.starts_with("RS") || algorithm.starts_with("PS");
    if !is_named || !is_of_kind {
        return None;
    }
    algorithm.parse().ok()
}
