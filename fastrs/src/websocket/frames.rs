//! The boundaries of frames in the bytes that are read.

/// Follows the frames that are read (RFC 6455, 5.2). tungstenite does not report whether it has read part of one.
#[derive(Default)]
pub(super) struct Frames {
    /// The part of a frame's opcode and length that has been read.
    head: [u8; 10],
    head_read: usize,
    /// The number of bytes of the mask and the payload that have not been read.
    rest: u64,
    /// Whether further fragments of a message follow.
    is_fragmented: bool,
}

impl Frames {
    /// Follows the next bytes.
    pub(super) fn advance(&mut self, mut bytes: &[u8]) {
        loop {
            let rest = usize::try_from(self.rest).unwrap_or(usize::MAX);
            let skipped = rest.min(bytes.len());
            self.rest -= skipped as u64;
            let Some((byte, others)) = bytes[skipped..].split_first() else {
                return;
            };
            bytes = others;
            self.head[self.head_read] = *byte;
            self.head_read += 1;
            if let Some(rest) = rest_of(&self.head[..self.head_read]) {
                self.rest = rest;
                self.head_read = 0;
                let (is_final, is_control) = (self.head[0] & 0x80 != 0, self.head[0] & 0x08 != 0);
                if !is_control {
                    self.is_fragmented = !is_final;
                }
            }
        }
    }

    /// Returns whether the last byte was the last of a message.
    pub(super) fn is_between_messages(&self) -> bool {
        self.head_read == 0 && self.rest == 0 && !self.is_fragmented
    }
}

/// Returns the number of bytes that follow a head; `None` if it is not complete.
fn rest_of(head: &[u8]) -> Option<u64> {
    let (second, extended) = head.get(1..)?.split_first()?;
    let mask: u64 = if second & 0x80 != 0 { 4 } else { 0 };
    let length = match second & 0x7f {
        126 => u16::from_be_bytes(extended.try_into().ok()?).into(),
        127 => u64::from_be_bytes(extended.try_into().ok()?),
        length => length.into(),
    };
    Some(mask.saturating_add(length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_ends_with_its_last_byte() {
        let cases = [
            ("a text", [&[0x81, 0x85, 1, 2, 3, 4][..], b"hello"].concat()),
            ("an empty message without a mask", vec![0x82, 0]),
            (
                "a length of two bytes",
                [&[0x82, 0xfe, 1, 0][..], &[7; 4 + 256]].concat(),
            ),
            (
                "a length of eight bytes",
                [&[0x82, 0xff, 0, 0, 0, 0, 0, 1, 0, 0][..], &[7; 4 + 65_536]].concat(),
            ),
            (
                "fragments around a ping",
                vec![0x01, 1, b'a', 0x89, 1, 0, 0x00, 0, 0x80, 1, b'b'],
            ),
        ];
        for (case, bytes) in cases {
            let mut whole = Frames::default();
            whole.advance(&bytes);
            assert!(whole.is_between_messages(), "{case}");
            whole.advance(&bytes[..bytes.len() - 1]);
            assert!(!whole.is_between_messages(), "{case}");

            let mut split = Frames::default();
            for (at, byte) in bytes.iter().enumerate() {
                assert_eq!(split.is_between_messages(), at == 0, "{case}: {at}");
                split.advance(&[*byte]);
            }
            assert!(split.is_between_messages(), "{case}");
        }
    }
}
