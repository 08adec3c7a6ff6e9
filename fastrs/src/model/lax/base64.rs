//! Base64 (RFC 4648): reads either alphabet, with or without padding, and reports errors as the crate that Pydantic
//! uses does.

const STANDARD: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const URL_SAFE: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Decodes text in either alphabet; an error refers to the standard alphabet.
pub(in crate::model) fn decode(text: &str) -> Result<Vec<u8>, String> {
    decode_with(STANDARD, text).or_else(|reason| decode_with(URL_SAFE, text).map_err(|_| reason))
}

/// Encodes with the URL-safe alphabet and padding, as Pydantic does.
pub(in crate::model) fn encode(bytes: &[u8]) -> String {
    encode_with(URL_SAFE, bytes)
}

/// Encodes with the standard alphabet and padding.
pub(crate) fn encode_standard(bytes: &[u8]) -> String {
    encode_with(STANDARD, bytes)
}

fn encode_with(alphabet: &[u8; 64], bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let byte = |at: usize| u32::from(chunk.get(at).copied().unwrap_or_default());
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for at in 0..4 {
            let symbol = alphabet[(bits >> (18 - 6 * at) & 63) as usize];
            text.push(if at > chunk.len() { '=' } else { symbol.into() });
        }
    }
    text
}

fn decode_with(alphabet: &[u8; 64], text: &str) -> Result<Vec<u8>, String> {
    let data = text.trim_end_matches('=').as_bytes();
    // The last byte, usually a line feed, is the one that the crate reports first.
    if let ([.., last], 1) = (data, text.len() % 4)
        && data.len() == text.len()
        && !alphabet.contains(last)
    {
        return Err(invalid(*last, data.len() - 1));
    }
    let mut bytes = Vec::with_capacity(data.len() / 4 * 3 + 2);
    let (mut bits, mut count) = (0_u32, 0);
    for (offset, symbol) in data.iter().enumerate() {
        let value = alphabet.iter().position(|known| known == symbol);
        let value = value.ok_or_else(|| invalid(*symbol, offset))?;
        bits = bits << 6 | value as u32;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    let (rest, padding) = (data.len() % 4, text.len() - data.len());
    if padding > 0 && (rest < 2 || rest + padding > 4) {
        return Err(invalid(b'=', data.len()));
    }
    if rest == 1 {
        return Err(format!("Invalid input length: {}", text.len()));
    }
    let last = bits & 63;
    if last & ((1 << count) - 1) != 0 {
        let (offset, symbol) = (data.len() - 1, data[data.len() - 1]);
        let name = char::from(symbol);
        return Err(format!(
            "Invalid last symbol 0x{symbol:02X} ('{name}') at offset {offset}, decoded as {last:#010b}."
        ));
    }
    Ok(bytes)
}

fn invalid(symbol: u8, offset: usize) -> String {
    format!("Invalid symbol {symbol}, offset {offset}.")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The expected values come from Pydantic 2.14.
    #[test]
    fn text_is_read_as_pydantic_reads_it() {
        let good: [(&str, &[u8]); 8] = [
            ("aGVsbG8=", b"hello"),
            ("aGVsbG8", b"hello"),
            ("-_8=", b"\xfb\xff"),
            ("+/8=", b"\xfb\xff"),
            ("", b""),
            ("abc", b"i\xb7"),
            ("abcd", b"i\xb7\x1d"),
            ("YQ=", b"a"),
        ];
        for (text, bytes) in good {
            assert_eq!(decode(text).as_deref(), Ok(bytes), "{text}");
        }
        let bad = [
            ("+_8=", "Invalid symbol 95, offset 1."),
            ("a", "Invalid input length: 1"),
            ("YWJjZ", "Invalid input length: 5"),
            (
                "ab",
                "Invalid last symbol 0x62 ('b') at offset 1, decoded as 0b00011011.",
            ),
            (
                "YR==",
                "Invalid last symbol 0x52 ('R') at offset 1, decoded as 0b00010001.",
            ),
            ("abc!", "Invalid symbol 33, offset 3."),
            ("a=b=", "Invalid symbol 61, offset 1."),
            ("====", "Invalid symbol 61, offset 0."),
            ("YQ==\n", "Invalid symbol 10, offset 4."),
            (" YQ==", "Invalid symbol 32, offset 0."),
            ("YQ===", "Invalid symbol 61, offset 2."),
            ("YWI==", "Invalid symbol 61, offset 3."),
            ("YWJj=", "Invalid symbol 61, offset 4."),
            ("é", "Invalid symbol 195, offset 0."),
        ];
        for (text, reason) in bad {
            assert_eq!(decode(text), Err(reason.to_owned()), "{text}");
        }
    }

    #[test]
    fn what_is_written_is_read() {
        assert_eq!(encode(b"\xfb\xff\xfe?"), "-__-Pw==");
        let all: Vec<u8> = (0..=255).collect();
        for len in 0..=256 {
            assert_eq!(decode(&encode(&all[..len])).as_deref(), Ok(&all[..len]));
        }
    }
}
