//! Serializes the fields of a struct by their names. serde's derive generates this for each model.

use serde::ser::{Serialize, SerializeStruct, Serializer};

/// A field: its name in JSON, and its value.
#[derive(Debug)]
pub struct Member<'a, T: ?Sized>(pub &'static str, pub &'a T);

/// The fields of a struct: `(Member("id", &self.id), (Member("name", &self.name), ()))`.
pub trait Members {
    /// The number of fields.
    const COUNT: usize;

    /// Writes the fields, in order.
    fn write<S: SerializeStruct>(&self, to: &mut S) -> Result<(), S::Error>;
}

/// A type that a model's field may have, since it can be serialized.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a field of a model",
    label = "serde cannot write it",
    note = "put `#[model]` on `{Self}`, or derive `Serialize`, `Deserialize` and `JsonSchema` for it"
)]
pub trait WrittenField: Serialize {}

#[diagnostic::do_not_recommend]
impl<T: Serialize + ?Sized> WrittenField for T {}

/// Writes the struct with this name.
#[inline]
pub fn write_struct<S: Serializer, M: Members>(
    to: S,
    name: &'static str,
    members: M,
) -> Result<S::Ok, S::Error> {
    // There is no `?`: it would be compiled again for each type.
    match to.serialize_struct(name, M::COUNT) {
        Ok(mut to) => match members.write(&mut to) {
            Ok(()) => to.end(),
            Err(error) => Err(error),
        },
        Err(error) => Err(error),
    }
}

impl Members for () {
    const COUNT: usize = 0;

    #[inline]
    fn write<S: SerializeStruct>(&self, _: &mut S) -> Result<(), S::Error> {
        Ok(())
    }
}

impl<T: WrittenField + ?Sized, Rest: Members> Members for (Member<'_, T>, Rest) {
    const COUNT: usize = Rest::COUNT + 1;

    #[inline]
    fn write<S: SerializeStruct>(&self, to: &mut S) -> Result<(), S::Error> {
        let (Member(name, value), rest) = self;
        match to.serialize_field(name, *value) {
            Ok(()) => rest.write(to),
            Err(error) => Err(error),
        }
    }
}
