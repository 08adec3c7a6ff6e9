//! What is known of serde_json's errors by their sentences alone.

/// Whether a type was refused since one of its fields came twice.
pub(crate) fn is_duplicate_field(sentence: &str) -> bool {
    sentence.starts_with("duplicate field")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serde_says_so() {
        #[derive(Debug, serde::Deserialize)]
        struct Item {
            #[allow(dead_code)]
            id: u8,
        }
        let sentence = |json| serde_json::from_str::<Item>(json).unwrap_err().to_string();
        assert!(is_duplicate_field(&sentence(r#"{"id": 1, "id": 2}"#)));
        assert!(!is_duplicate_field(&sentence(r#"{"id": "1"}"#)));
        assert!(!is_duplicate_field(&sentence("{}")));
    }
}
