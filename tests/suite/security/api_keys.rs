//! `ApiKey`: keys that the app issues.

use std::collections::HashSet;

use fastrs::security::ApiKey;

#[test]
fn a_key_is_verified_by_its_hash() {
    let (key, other) = (
        ApiKey::generate("shop").unwrap(),
        ApiKey::generate("shop").unwrap(),
    );
    assert!(ApiKey::verify(key.expose(), key.hash()));
    assert!(!ApiKey::verify(key.expose(), other.hash()));
    assert!(!ApiKey::verify(other.expose(), key.hash()));
    let sent = key.expose();
    for wrong in [
        "".to_owned(),
        key.id().to_owned(),
        key.hash().to_owned(),
        sent.to_uppercase(),
        format!("{sent} "),
        format!(" {sent}"),
        sent[..sent.len() - 1].to_owned(),
    ] {
        assert!(!ApiKey::verify(&wrong, key.hash()), "{wrong:?}");
    }
    for stored in ["", sent, &key.hash()[1..], &format!("{}0", key.hash())] {
        assert!(!ApiKey::verify(sent, stored), "{stored:?}");
    }
    assert!(!ApiKey::verify("", ""));
}

/// `hashlib.sha256(b"a key from elsewhere").hexdigest()`
#[test]
fn the_hash_is_that_of_other_languages() {
    let stored = "993678d3ed93eee8a80754b2073d1d6671d75f417903d787b6d47f7bc4755006";
    assert!(ApiKey::verify("a key from elsewhere", stored));
}

#[test]
fn a_key_begins_with_its_id() {
    for prefix in ["shop", "shop_live", "x", "A-1", &"p".repeat(32)] {
        let key = ApiKey::generate(prefix).unwrap();
        let (id, secret) = key.expose().rsplit_once('_').unwrap();
        assert_eq!((id, secret.len()), (key.id(), 64));
        assert_eq!(id.rsplit_once('_').unwrap().0, prefix);
        assert_eq!(ApiKey::id_of(key.expose()), Some(key.id()));
        assert!(key.expose().bytes().all(|byte| byte.is_ascii_graphic()));
    }
    let sent = ApiKey::generate("shop").unwrap().expose().to_owned();
    for wrong in [
        "",
        "_",
        "shop",
        &sent[..sent.len() - 1],
        &format!("{sent}0"),
        &sent.replace('_', "-"),
        &sent.to_uppercase(),
    ] {
        assert_eq!(ApiKey::id_of(wrong), None, "{wrong:?}");
    }
}

#[test]
fn a_prefix_is_short_and_fits_into_a_header() {
    for prefix in ["", "a b", "a\n", "ü", "a.b", "a:b", "\0", &"p".repeat(33)] {
        let error = ApiKey::generate(prefix).unwrap_err();
        assert_eq!(error.status(), 500, "{prefix:?}");
        assert!(
            error.to_string().contains("the prefix of an API key"),
            "{error}"
        );
    }
}

#[test]
fn no_two_keys_are_alike() {
    let keys: Vec<ApiKey> = (0..1000).map(|_| ApiKey::generate("k").unwrap()).collect();
    let ids: HashSet<&str> = keys.iter().map(ApiKey::id).collect();
    let hashes: HashSet<&str> = keys.iter().map(ApiKey::hash).collect();
    let secrets: HashSet<&str> = keys
        .iter()
        .map(|key| &key.expose()[key.id().len()..])
        .collect();
    assert_eq!((ids.len(), hashes.len(), secrets.len()), (1000, 1000, 1000));
}

#[test]
fn a_key_is_not_printed() {
    let key = ApiKey::generate("shop").unwrap();
    let shown = format!("{key:?} {key:#?}");
    assert!(shown.contains(key.id()), "{shown}");
    assert!(
        !shown.contains(key.expose()) && !shown.contains(&key.expose()[key.id().len()..]),
        "{shown}"
    );
}
