//! Numbers on a tape: nodes that hold them, and the digits of those that no node can hold.

use super::{JsonRef, Node, NodeId, Tape};
use crate::model::number::Number;

impl Tape<'_> {
    /// Returns the number at a node as serde_json would: an integer that does not fit into 64 bits becomes a float.
    pub(in crate::model) fn number(&self, id: NodeId) -> Option<serde_json::Number> {
        match self.nodes[id.0 as usize] {
            Node::Int(int) => Some(int.into()),
            Node::Whole(int) => Some(int.into()),
            Node::Float(float) => serde_json::Number::from_f64(float),
            Node::Digits(_) | Node::OwnDigits(_) => self.digits(id)?.parse().ok(),
            Node::Moved(id) => self.number(id),
            _ => None,
        }
    }

    /// Returns the number at a node as the nearest float, if it has been parsed.
    #[inline]
    pub(in crate::model) fn float(&self, id: NodeId) -> Option<f64> {
        match self.nodes[id.0 as usize] {
            Node::Int(int) => Some(int as f64),
            Node::Float(float) => Some(float),
            _ => None,
        }
    }

    /// Returns the integer at a node, if it has been parsed and fits into 64 bits.
    #[inline]
    pub(in crate::model) fn int(&self, id: NodeId) -> Option<i64> {
        match self.nodes[id.0 as usize] {
            Node::Int(int) => Some(int),
            _ => None,
        }
    }

    /// Returns the digits of a number that no other node can hold: an integer beyond 64 bits, or a float that would be
    /// rounded twice on the way to 32 bits.
    pub(crate) fn digits(&self, id: NodeId) -> Option<&str> {
        match self.nodes[id.0 as usize] {
            Node::Digits(span) => Some(self.written(span)),
            Node::OwnDigits(index) => Some(&self.own[index as usize]),
            Node::Moved(id) => self.digits(id),
            _ => None,
        }
    }

    /// Returns the digits of an integer that does not fit into 64 bits.
    pub(crate) fn long_integer(&self, id: NodeId) -> Option<&str> {
        self.digits(id)
            .filter(|digits| is_integer(digits) && read(digits).is_none())
    }

    /// Returns the number at a node as a float.
    pub(crate) fn double(&self, id: NodeId) -> Option<f64> {
        match self.at(id) {
            JsonRef::Number(number) => Some(number.to_f64()),
            _ => None,
        }
    }

    /// Returns the number at a node as a 32-bit float, rounded once; infinite if it is out of range.
    pub(crate) fn single(&self, id: NodeId) -> Option<f32> {
        match self.nodes[id.0 as usize] {
            Node::Int(int) => Some(int as f32),
            Node::Whole(int) => Some(int as f32),
            Node::Float(float) => Some(float as f32),
            Node::Digits(_) | Node::OwnDigits(_) => self.digits(id)?.parse().ok(),
            Node::Moved(id) => self.single(id),
            _ => None,
        }
    }

    /// Parses a number whose digits have not been parsed, so that later reads need not parse them again.
    #[inline]
    pub(in crate::model) fn parse_number(&mut self, id: NodeId) {
        if let Node::Digits(span) = self.nodes[id.0 as usize]
            && let Some(node) = read(self.written(span))
        {
            self.nodes[id.0 as usize] = node;
        }
    }

    /// Parses the digits at a node: an integer beyond 128 bits becomes a float.
    pub(super) fn read_digits(&self, id: NodeId) -> Number {
        let digits = self.digits(id).unwrap_or_default();
        match read(digits) {
            Some(Node::Int(int)) => Number::Int(int.into()),
            Some(Node::Whole(int)) => Number::Int(int.into()),
            _ => match digits.parse() {
                Ok(int) if is_integer(digits) => Number::Int(int),
                _ => Number::Float(digits.parse().unwrap_or_default()),
            },
        }
    }

    /// Returns a node for a number whose digits are not part of the JSON text.
    pub(super) fn own_digits(&mut self, digits: String) -> Node {
        if let Some(node) = read(&digits) {
            return node;
        }
        let own = self.own.to_mut();
        own.push(digits);
        Node::OwnDigits(own.len() as u32 - 1)
    }

    /// Returns whether the JSON text may contain an integer that does not fit into 64 bits.
    pub(in crate::model) fn has_long_integer(&self) -> bool {
        self.has_long_integer
    }
}

/// Returns the node for a number. There is none for an integer beyond 64 bits, or for a float that rounding twice could
/// change ([`rounds_to_f32`]).
fn read(digits: &str) -> Option<Node> {
    if is_integer(digits) {
        return match (digits.parse(), digits.parse()) {
            // This is how serde_json and JavaScript read it.
            (Ok(0), _) if digits.starts_with('-') => Some(Node::Float(-0.0)),
            (Ok(int), _) => Some(Node::Int(int)),
            (_, Ok(int)) => Some(Node::Whole(int)),
            _ => None,
        };
    }
    let float: f64 = digits.parse().ok()?;
    rounds_to_f32(float).then_some(Node::Float(float))
}

fn is_integer(digits: &str) -> bool {
    !digits.contains(['.', 'e', 'E'])
}

/// Returns whether rounding a number to 64 bits and then to 32 bits gives the nearest 32-bit float. It may not if the
/// 64-bit float is halfway between two 32-bit ones.
#[inline]
pub(super) fn rounds_to_f32(float: f64) -> bool {
    const REST: u64 = (1 << 29) - 1;
    const MIDDLE: u64 = 1 << 28;
    let is_small = float.abs() < f64::from(f32::MIN_POSITIVE) && float != 0.0;
    !is_small && float.to_bits() & REST != MIDDLE
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tape(text: &str) -> Tape<'_> {
        let mut tape = Tape::read(text.as_bytes()).unwrap();
        tape.parse_number(Tape::ROOT);
        tape
    }

    #[test]
    fn digits_are_kept_if_no_node_can_hold_the_number() {
        for (text, is_long) in [
            ("18446744073709551615", false),
            ("18446744073709551616", true),
            ("-9223372036854775808", false),
            ("-9223372036854775809", true),
            ("18446744073709551616.0", false),
            ("1e30", false),
        ] {
            let found = tape(text).long_integer(Tape::ROOT).map(str::to_owned);
            assert_eq!(found.as_deref(), is_long.then_some(text), "{text}");
        }
    }

    #[test]
    fn a_32_bit_float_is_rounded_once() {
        // This is just above the midpoint of 1 and the next 32-bit float, and 64 bits round it to that midpoint.
        let above = "1.0000000596046447753906250000000001";
        assert_eq!((above.parse::<f64>().unwrap() as f32), 1.0);
        for text in [above, "1.1", "16777217", "1e-40", "3.4028235e38", "0.0"] {
            assert_eq!(tape(text).single(Tape::ROOT), text.parse().ok(), "{text}");
        }
        assert_eq!(tape("1e39").single(Tape::ROOT), Some(f32::INFINITY));
    }
}
