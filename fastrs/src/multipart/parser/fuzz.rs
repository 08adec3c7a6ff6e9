//! A fuzzer for the parser, which needs no other tool: `FASTRS_FUZZ_SECONDS=600 cargo test -p fastrs --lib fuzz`.
//!
//! It mutates the files in `corpus/`, and compares the parser, fed in chunks, with a simple reference parser that sees
//! the whole body. Each difference is printed, so that it can be added to the corpus.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    time::{Duration, Instant},
};

use super::{
    tests::{Part, parse},
    *,
};

const CORPUS: [&[u8]; 10] = [
    include_bytes!("corpus/fields"),
    include_bytes!("corpus/files"),
    include_bytes!("corpus/empty"),
    include_bytes!("corpus/near_delimiters"),
    include_bytes!("corpus/nested"),
    include_bytes!("corpus/padding"),
    include_bytes!("corpus/bare_lf"),
    include_bytes!("corpus/headers"),
    include_bytes!("corpus/truncated"),
    include_bytes!("corpus/preamble"),
];

/// The byte strings that mutations insert.
const TOKENS: [&[u8]; 20] = [
    b"\r\n--X\r\n",
    b"\r\n--X--",
    b"\r\n--X",
    b"--X\r\n",
    b"\r\n\r\n",
    b"\r\n",
    b"\r",
    b"\n",
    b"--",
    b"-",
    b" \t",
    b"\"",
    b"\\",
    b";",
    b"=",
    b":",
    b"name=\"a\"",
    b"; filename=\"f\"",
    b"Content-Disposition: form-data; name=b\r\n",
    b"\0\xff",
];

/// The number of iterations in an ordinary test run.
const FEW: u64 = 4000;

#[test]
fn the_parser_agrees_with_a_simple_one_on_any_input() {
    let seconds = std::env::var("FASTRS_FUZZ_SECONDS").ok();
    let seconds = seconds.map(|text| Duration::from_secs(text.parse().expect("a number")));
    let (begin, mut random, mut runs) = (Instant::now(), Random(0x9e37_79b9_7f4a_7c15), 0);
    while seconds.map_or(runs < FEW, |limit| begin.elapsed() < limit) {
        let body = mutated(&mut random);
        let chunks = random.below(40) + 1;
        let found = catch_unwind(AssertUnwindSafe(|| check(&body, chunks)));
        assert!(
            found.is_ok(),
            "in chunks of {chunks}: {}",
            body.escape_ascii()
        );
        runs += 1;
    }
    if seconds.is_some() {
        eprintln!("{runs} bodies in {:?}", begin.elapsed());
    }
}

#[test]
fn the_corpus_is_read_in_chunks_of_any_size() {
    for body in CORPUS {
        for chunk in 1..=body.len() {
            check(body, chunk);
        }
    }
}

fn check(body: &[u8], chunk: usize) {
    let limits = FormLimits::new()
        .max_part_head_size(200)
        .max_part_headers(4);
    let parsed = parse("X", body, chunk, limits);
    let expected = reference(body, limits).ok_or(());
    assert_eq!(parsed.map_err(|_| ()), expected);
}

/// Parses a whole body; `None` if it is malformed.
fn reference(body: &[u8], limits: FormLimits) -> Option<Vec<Part>> {
    let empty = body
        .iter()
        .take_while(|byte| b"\r\n".contains(byte))
        .count();
    if empty == body.len() {
        return Some(Vec::new());
    }
    let text = [b"\r\n", &body[empty..]].concat();
    let (_, mut after) = delimiter_at_or_after(&text, 0, false)?;
    let mut parts = Vec::new();
    while let Some(from) = after {
        let (head, length) = head(&text[from..], limits)?;
        let data_from = from + length;
        let (end, next) = delimiter_at_or_after(&text, data_from, true)?;
        parts.push((head.name, head.filename, text[data_from..end].to_vec()));
        after = next;
    }
    Some(parts)
}

/// Returns where the next delimiter begins, and where its part begins unless it is the last.
fn delimiter_at_or_after(
    text: &[u8],
    from: usize,
    anywhere: bool,
) -> Option<(usize, Option<usize>)> {
    for at in from..text.len() {
        if let Some(rest) = text[at..].strip_prefix(b"\r\n--X") {
            if rest.starts_with(b"--") {
                return Some((at, None));
            }
            let blanks = rest.iter().take_while(|byte| b" \t".contains(byte)).count();
            if rest[blanks..].starts_with(b"\r\n") && blanks <= PADDING {
                return Some((at, Some(at + 5 + blanks + 2)));
            }
            if blanks > 0 {
                return None;
            }
        }
        if !anywhere {
            return None;
        }
    }
    None
}

/// Returns the head of a part, and its length.
fn head(text: &[u8], limits: FormLimits) -> Option<(PartHead, usize)> {
    let mut end = 0;
    loop {
        let line = text[end..].iter().position(|byte| *byte == b'\n')? + 1;
        end += line;
        if end > limits.part_head_size() + 2 || !text[..end].ends_with(b"\r\n") {
            return None;
        }
        if line == 2 {
            let head = PartHead::parse(&text[..end], limits.part_headers());
            return head.ok().map(|head| (head, end));
        }
    }
}

fn mutated(random: &mut Random) -> Vec<u8> {
    let mut body = CORPUS[random.below(CORPUS.len())].to_vec();
    for _ in 0..random.below(8) {
        let at = random.below(body.len() + 1);
        let length = random.below(12).min(body.len() - at);
        match random.below(6) {
            0 => drop(body.splice(at..at, TOKENS[random.below(TOKENS.len())].iter().copied())),
            1 => drop(body.drain(at..at + length)),
            2 => body.truncate(at),
            3 if at < body.len() => body[at] = random.next() as u8,
            4 => {
                let piece = body[at..at + length].to_vec();
                let to = random.below(body.len() + 1);
                drop(body.splice(to..to, piece));
            }
            _ => {
                let other = CORPUS[random.below(CORPUS.len())];
                let cut = random.below(other.len() + 1);
                body.truncate(at);
                body.extend_from_slice(&other[cut..]);
            }
        }
    }
    body
}

/// xorshift64, so that a run can be repeated.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit.max(1) as u64) as usize
    }
}
