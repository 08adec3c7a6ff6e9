//! `Json`: a value on a tape.

use crate::model::{JsonRef, NodeId, Tape};

/// A value on a tape.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Json<'s> {
    pub(crate) tape: &'s Tape<'s>,
    pub(crate) id: NodeId,
}

impl<'s> Json<'s> {
    /// Returns the whole value of a tape.
    pub(crate) fn whole(tape: &'s Tape<'s>) -> Self {
        let id = Tape::ROOT;
        Self { tape, id }
    }

    /// Returns the value itself.
    pub(crate) fn at(self) -> JsonRef<'s> {
        self.tape.at(self.id)
    }
}
