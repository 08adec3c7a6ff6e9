//! The edges of the leeway, at a fixed time.

use serde_json::{Value, json};

use super::*;

const NOW: Duration = Duration::from_secs(1_800_000_000);

fn decoded(leeway: u64, claims: Value) -> Result<Value, JwtError> {
    let jwt = Jwt::hs256([7; 32])
        .unwrap()
        .leeway(Duration::from_secs(leeway));
    let token = token::sign(&jwt.keys[0], "JWT", &claims).unwrap();
    jwt.decode_at(&token, NOW)
}

#[test]
fn times_are_compared_with_the_leeway() {
    let now = NOW.as_secs();
    let valid = |claims| decoded(30, claims).is_ok();
    for (exp, expected) in [
        (now - 31, false),
        (now - 30, false),
        (now - 29, true),
        (now, true),
    ] {
        assert_eq!(valid(json!({"exp": exp})), expected, "{exp}");
    }
    for name in ["nbf", "iat"] {
        for (time, expected) in [(now + 31, false), (now + 30, true), (now + 29, true)] {
            assert_eq!(
                valid(json!({"exp": now + 60, name: time})),
                expected,
                "{name} {time}"
            );
        }
    }
    assert!(valid(json!({"exp": now as f64 + 0.5})));
    assert!(decoded(0, json!({"exp": now})).unwrap_err().is_expired());
}

#[test]
fn a_time_must_be_a_number_of_this_era() {
    for exp in [
        json!(-1),
        json!("1900000000"),
        json!(null),
        json!([1_900_000_000]),
        json!(1e300),
        json!(u64::MAX),
        json!(true),
    ] {
        let error = decoded(30, json!({"exp": exp})).unwrap_err();
        assert!(!error.is_expired(), "{exp}");
    }
}
