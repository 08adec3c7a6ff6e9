//! Recognizes the errors of serde that can be identified only by their messages.

/// Returns whether a type was rejected because one of its fields occurred twice.
pub(crate) fn is_duplicate_field(message: &str) -> bool {
    message.starts_with("duplicate field")
}

/// Rewords, for clients, the messages about a value that serde's derive and serde_json pass to `custom`.
pub(super) fn reworded(message: &str) -> Option<&'static str> {
    if message.starts_with("data did not match any variant") {
        return Some("expected one of the allowed forms");
    }
    let is_number = matches!(message, "JSON number out of range" | "number out of range");
    is_number.then_some("the number is too large")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::{
        Deserialize,
        de::value::{Error, U128Deserializer},
    };

    #[test]
    fn serde_uses_these_messages() {
        #[derive(Debug, serde::Deserialize)]
        struct Item {
            #[allow(dead_code)]
            id: u8,
        }
        let message = |json| serde_json::from_str::<Item>(json).unwrap_err().to_string();
        assert!(is_duplicate_field(&message(r#"{"id": 1, "id": 2}"#)));
        assert!(!is_duplicate_field(&message(r#"{"id": "1"}"#)));
        assert!(!is_duplicate_field(&message("{}")));
    }

    #[test]
    fn serdes_messages_about_a_value() {
        #[derive(Debug, serde::Deserialize)]
        #[serde(untagged)]
        enum Either {
            #[allow(dead_code)]
            Number(u8),
        }
        let error = serde_json::from_str::<Either>("\"a\"").unwrap_err();
        assert!(reworded(&error.to_string()).is_some());
        let error = serde_json::Number::deserialize(U128Deserializer::<Error>::new(u128::MAX));
        assert!(reworded(&error.unwrap_err().to_string()).is_some());
        assert_eq!(reworded("not a prime"), None);
    }
}
