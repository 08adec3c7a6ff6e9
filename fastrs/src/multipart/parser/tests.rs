//! The parser gives the same events however the body is cut into chunks.

use super::*;

/// A part: its name, its file name and its data.
pub(super) type Part = (String, Option<String>, Vec<u8>);

/// Returns the parts of a body, and checks along the way what the parser holds.
pub(super) fn parse(
    boundary: &str,
    body: &[u8],
    chunk: usize,
    limits: FormLimits,
) -> Result<Vec<Part>, FormError> {
    let mut parser = Parser::new(boundary.as_bytes(), limits);
    let mut parts: Vec<Part> = Vec::new();
    let mut open = false;
    for chunk in body.chunks(chunk) {
        parser.push(Bytes::copy_from_slice(chunk));
        while let Some(event) = parser.next()? {
            match event {
                PartEvent::Head(head) => {
                    assert!(!std::mem::replace(&mut open, true));
                    parts.push((head.name, head.filename, Vec::new()));
                }
                PartEvent::Data(data) => {
                    assert!(open && !data.is_empty());
                    parts.last_mut().unwrap().2.extend_from_slice(&data);
                }
                PartEvent::End => assert!(std::mem::replace(&mut open, false)),
            }
        }
        let head = parser.limits.part_head_size() + 2;
        assert!(parser.held.len() <= head.max(parser.delimiter.needle().len() + PADDING + 2));
    }
    parser.finish()?;
    assert!(!open);
    Ok(parts)
}

#[track_caller]
fn same_in_all_chunks(boundary: &str, body: &[u8]) -> Result<Vec<Part>, FormError> {
    let in_chunks = |chunk| parse(boundary, body, chunk, FormLimits::new());
    let whole = in_chunks(usize::MAX);
    for chunk in 1..=body.len().min(200) {
        assert_eq!(in_chunks(chunk), whole, "in chunks of {chunk}");
    }
    whole
}

/// Returns a part with a name and data.
fn part(name: &str, data: &str) -> String {
    format!("--X\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{data}\r\n")
}

fn malformed(body: &str) {
    let found = same_in_all_chunks("X", body.as_bytes());
    assert!(
        matches!(found, Err(FormError::Malformed(_))),
        "{body:?}: {found:?}"
    );
}

#[test]
fn parts_are_found_in_chunks_of_any_size() {
    let body = "\r\n--X\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--X \t\r\ncontent-type: text/plain\r\nContent-Disposition: form-data; name=\"f\"; filename=\"g\"\r\n\r\n\r\n--Xy\r\n--X-\r\n--\r\n--X--after";
    let found = same_in_all_chunks("X", body.as_bytes()).unwrap();
    let field = ("a".to_owned(), None, b"1".to_vec());
    let file = (
        "f".to_owned(),
        Some("g".to_owned()),
        b"\r\n--Xy\r\n--X-\r\n--".to_vec(),
    );
    assert_eq!(found, [field, file]);
}

#[test]
fn data_may_contain_everything_but_the_delimiter() {
    for data in [
        "",
        "\r",
        "\r\n",
        "\r\n--",
        "\r\n--x",
        "\r\r\n",
        "\n--X\r\n",
        "\r\n--X\r",
        "\r\n--X\r\r\n-",
        "--X--",
        "\0\u{ff}",
    ] {
        let body = part("a", data) + "--X--\r\n";
        let found = same_in_all_chunks("X", body.as_bytes()).unwrap();
        assert_eq!(
            found,
            [("a".to_owned(), None, data.as_bytes().to_vec())],
            "{data:?}"
        );
    }
    let boundary = "'()+_,-./:=? ".repeat(5) + "12345";
    assert_eq!(boundary.len(), 70);
    let body = part("a", "\r\n--'()+_,-./:").replace("--X\r\n", &format!("--{boundary}\r\n"));
    let body = format!("{body}--{boundary}--");
    assert_eq!(
        same_in_all_chunks(&boundary, body.as_bytes())
            .unwrap()
            .len(),
        1
    );
}

#[test]
fn a_body_without_parts_is_an_empty_form() {
    for body in ["", "\r\n", "--X--", "--X--\r\n", "\r\n\r\n--X--"] {
        assert_eq!(
            same_in_all_chunks("X", body.as_bytes()),
            Ok(Vec::new()),
            "{body:?}"
        );
    }
}

#[test]
fn what_is_not_a_form_is_refused() {
    let whole = part("a", "1") + "--X--";
    malformed("-");
    malformed("hello");
    malformed(&format!("preamble\r\n{whole}"));
    malformed(&whole.replace("\r\n", "\n"));
    malformed(&whole.replace("--X", "--Y"));
    malformed(&whole.replace("Content-", "Content "));
    malformed(&whole.replace(": form-data", " form-data"));
    malformed(&whole.replace("name=", "\r\n name="));
    malformed(&whole.replace("name=", "\0name="));
    malformed(&whole.replace("name=\"a\"", &"x".repeat(9000)));
    malformed(&whole.replace("name=\"a\"", &"name=\"a\"\r\nx: y".repeat(33)));
    malformed(&format!("--X{}x\r\n", " "));
    malformed(&format!("--X{}\r\n", " ".repeat(17)));
    malformed("--X\r\n");
    malformed("--X\r\nContent-Dis");
    for end in 1..whole.len() {
        malformed(&whole[..end]);
    }
    let nameless = whole.replace("name=\"a\"", "title=\"a\"");
    assert_eq!(
        same_in_all_chunks("X", nameless.as_bytes()),
        Err(FormError::NoName)
    );
}

#[test]
fn data_is_not_copied() {
    let body = Bytes::from(part("a", &"d".repeat(100_000)) + "--X--");
    let mut parser = Parser::new(b"X", FormLimits::new());
    parser.push(body.clone());
    let Some(PartEvent::Head(_)) = parser.next().unwrap() else {
        panic!("no head");
    };
    let Some(PartEvent::Data(data)) = parser.next().unwrap() else {
        panic!("no data");
    };
    assert_eq!(data.len(), 100_000);
    assert!(body.as_ptr_range().contains(&data.as_ptr()));
}
