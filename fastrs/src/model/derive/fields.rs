//! Reads the fields of a struct by their names. serde's derive generates this for each model; here the code depends
//! only on the types, so two models whose fields have the same types share it.

use std::{fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{
        DeserializeOwned, DeserializeSeed, Error, Expected, IgnoredAny, MapAccess, SeqAccess,
        Visitor,
    },
    forward_to_deserialize_any,
};

/// The names of a struct and of its fields in JSON.
#[derive(Clone, Copy, Debug)]
pub struct Names {
    own: &'static str,
    fields: &'static [&'static str],
}

/// A field that must be present, unless its type allows its absence, as `Option` does.
#[derive(Debug)]
pub struct Needed<T>(Option<T>);

/// A field that may be absent. The code that builds the struct provides a default.
#[derive(Debug)]
pub struct Defaulted<T>(Option<T>);

/// A field that must be present, even if its type is an `Option`.
#[derive(Debug)]
pub struct Required<T>(Option<T>);

/// The fields of a struct that have been read so far: `(Needed<u64>, (Defaulted<String>, ()))`.
pub trait Fields<'de>: Sized {
    /// The values once all fields have been read: `(u64, (Option<String>, ()))`.
    type Values;

    /// No field has been read.
    const NONE: Self;

    /// Reads the value under a key, into the field with the key's index if there is one.
    fn read<A: MapAccess<'de>>(
        &mut self,
        at: usize,
        key: &Key,
        map: &mut A,
    ) -> Result<(), A::Error>;

    /// Reads the values of all fields from this index on, in order.
    fn read_all<A: SeqAccess<'de>>(
        &mut self,
        at: usize,
        of: Names,
        list: &mut A,
    ) -> Result<(), A::Error>;

    /// Returns the values, or the index of the first missing field, counting from `at`.
    fn finish(self, at: usize) -> Result<Self::Values, usize>;
}

/// A type that a model's field may have, since it can be deserialized.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a field of a model",
    label = "serde cannot read it",
    note = "put `#[model]` on `{Self}`, or derive `Serialize`, `Deserialize` and `JsonSchema` for it"
)]
pub trait ReadField<'de>: Deserialize<'de> {}

#[diagnostic::do_not_recommend]
impl<'de, T: Deserialize<'de>> ReadField<'de> for T {}

/// Reads the struct with this name. `build` is `Copy` and therefore never dropped, so no code is compiled for that.
pub fn read_struct<'de, F: Fields<'de>, D: Deserializer<'de>, T>(
    from: D,
    own: &'static str,
    fields: &'static [&'static str],
    build: impl FnOnce(F::Values) -> T + Copy,
) -> Result<T, D::Error> {
    let names = Names { own, fields };
    let reader = Reader::<F>(names, PhantomData);
    match from.deserialize_struct(own, fields, reader) {
        Ok(values) => Ok(build(values)),
        Err(error) => Err(error),
    }
}

struct Reader<F>(Names, PhantomData<F>);

// There are no combinators and no `?` below: each would be compiled again for each type.

impl<'de, F: Fields<'de>> Visitor<'de> for Reader<F> {
    type Value = F::Values;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "struct {}", self.0.own)
    }

    #[inline]
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<F::Values, A::Error> {
        let mut fields = F::NONE;
        let mut key = Key {
            of: self.0,
            at: usize::MAX,
        };
        loop {
            match map.next_key_seed(&mut key) {
                Ok(Some(())) => {}
                Ok(None) => break,
                Err(error) => return Err(error),
            };
            match fields.read(key.at, &key, &mut map) {
                Ok(()) => {}
                Err(error) => return Err(error),
            }
        }
        match fields.finish(0) {
            Ok(values) => Ok(values),
            Err(at) => Err(self.0.missing(at)),
        }
    }

    #[inline]
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<F::Values, A::Error> {
        let mut fields = F::NONE;
        match fields.read_all(0, self.0, &mut list) {
            Ok(()) => {}
            Err(error) => return Err(error),
        }
        match fields.finish(0) {
            Ok(values) => Ok(values),
            Err(at) => Err(self.0.missing(at)),
        }
    }
}

impl<'de> Fields<'de> for () {
    type Values = ();

    const NONE: Self = ();

    #[inline]
    fn read<A: MapAccess<'de>>(&mut self, _: usize, _: &Key, map: &mut A) -> Result<(), A::Error> {
        match map.next_value::<IgnoredAny>() {
            Ok(_) => Ok(()),
            Err(error) => Err(error),
        }
    }

    #[inline]
    fn read_all<A: SeqAccess<'de>>(
        &mut self,
        _: usize,
        _: Names,
        _: &mut A,
    ) -> Result<(), A::Error> {
        Ok(())
    }

    #[inline]
    fn finish(self, _: usize) -> Result<(), usize> {
        Ok(())
    }
}

macro_rules! fields {
    ($($kind:ident => $value:ty;)*) => {$(
        impl<'de, T: ReadField<'de>, Rest: Fields<'de>> Fields<'de> for ($kind<T>, Rest) {
            type Values = ($value, Rest::Values);

            const NONE: Self = ($kind(None), Rest::NONE);

            #[inline]
            fn read<A: MapAccess<'de>>(
                &mut self,
                at: usize,
                key: &Key,
                map: &mut A,
            ) -> Result<(), A::Error> {
                if at > 0 {
                    return self.1.read(at - 1, key, map);
                }
                self.0.read(key, map)
            }

            #[inline]
            fn read_all<A: SeqAccess<'de>>(
                &mut self,
                at: usize,
                of: Names,
                list: &mut A,
            ) -> Result<(), A::Error> {
                match self.0.read_next(at, of, list) {
                    Ok(()) => self.1.read_all(at + 1, of, list),
                    Err(error) => Err(error),
                }
            }

            #[inline]
            fn finish(self, at: usize) -> Result<Self::Values, usize> {
                match self.0.finish() {
                    Some(value) => match self.1.finish(at + 1) {
                        Ok(rest) => Ok((value, rest)),
                        Err(at) => Err(at),
                    },
                    None => Err(at),
                }
            }
        }

        impl<'de, T: ReadField<'de>> $kind<T> {
            #[inline]
            fn read<A: MapAccess<'de>>(&mut self, key: &Key, map: &mut A) -> Result<(), A::Error> {
                if self.0.is_some() {
                    return Err(key.again());
                }
                match map.next_value() {
                    Ok(value) => {
                        self.0 = Some(value);
                        Ok(())
                    }
                    Err(error) => Err(error),
                }
            }

            #[inline]
            fn read_next<A: SeqAccess<'de>>(
                &mut self,
                at: usize,
                of: Names,
                list: &mut A,
            ) -> Result<(), A::Error> {
                match list.next_element() {
                    Ok(None) if Self::IS_NEEDED => return Err(A::Error::invalid_length(at, &of)),
                    Ok(value) => self.0 = value,
                    Err(error) => return Err(error),
                }
                Ok(())
            }
        }
    )*};
}

fields! {
    Needed => T;
    Required => T;
    Defaulted => Option<T>;
}

impl<T> Needed<T> {
    const IS_NEEDED: bool = true;

    #[inline]
    fn finish<'de>(self) -> Option<T>
    where
        T: Deserialize<'de>,
    {
        match self.0 {
            Some(value) => Some(value),
            None => missing(),
        }
    }
}

impl<T> Required<T> {
    const IS_NEEDED: bool = true;

    #[inline]
    fn finish(self) -> Option<T> {
        self.0
    }
}

impl<T> Defaulted<T> {
    const IS_NEEDED: bool = false;

    #[inline]
    fn finish(self) -> Option<Option<T>> {
        Some(self.0)
    }
}

/// Determines whether a type has a value if its field is missing. This works for every type.
#[derive(Debug)]
pub struct WhenMissing<T>(PhantomData<T>);

impl<T: DeserializeOwned> WhenMissing<T> {
    /// Returns whether the type has a value if its field is missing.
    pub const IS_VALUE: fn() -> bool = || missing::<T>().is_some();
}

/// The fallback for a type that cannot be deserialized; another check reports it.
pub trait NeverRead {
    #[doc(hidden)]
    const IS_VALUE: fn() -> bool = || false;
}

impl<T> NeverRead for WhenMissing<T> {}

/// Returns the value of a type whose field is missing; only an `Option` has one.
#[cold]
fn missing<'de, T: Deserialize<'de>>() -> Option<T> {
    T::deserialize(Missing).ok()
}

impl Names {
    #[cold]
    fn missing<E: Error>(self, at: usize) -> E {
        E::missing_field(self.field(at))
    }

    fn field(self, at: usize) -> &'static str {
        self.fields.get(at).copied().unwrap_or_default()
    }
}

impl Expected for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (own, count) = (self.own, self.fields.len());
        let plural = if count == 1 { "" } else { "s" };
        write!(f, "struct {own} with {count} element{plural}")
    }
}

/// The deserializer of a missing field.
struct Missing;

/// The error for a missing field.
#[derive(Debug)]
struct IsMissing;

impl fmt::Display for IsMissing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a field is missing")
    }
}

impl std::error::Error for IsMissing {}

impl Error for IsMissing {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

impl<'de> Deserializer<'de> for Missing {
    type Error = IsMissing;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, IsMissing> {
        Err(IsMissing)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, IsMissing> {
        visitor.visit_none()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

/// A key, stored as the index of its field. The index of an unknown key is beyond the last field.
#[derive(Debug)]
pub struct Key {
    of: Names,
    at: usize,
}

impl Key {
    /// Finds the field of the next key. Fields usually come in order.
    #[inline]
    fn find(&mut self, name: &[u8]) {
        let fields = self.of.fields;
        let next = self.at.wrapping_add(1);
        self.at = match fields.get(next) {
            Some(field) if is_same(field.as_bytes(), name) => next,
            _ => position(fields, name),
        };
    }

    #[cold]
    fn again<E: Error>(&self) -> E {
        E::duplicate_field(self.of.field(self.at))
    }
}

/// Compares byte strings that are usually short, without a call.
#[inline]
fn is_same(a: &[u8], b: &[u8]) -> bool {
    match a.len() {
        len if len != b.len() => false,
        len @ 1..4 => (a[0], a[len / 2], a[len - 1]) == (b[0], b[len / 2], b[len - 1]),
        4..8 => (a.first_chunk::<4>(), a.last_chunk::<4>()) == (b.first_chunk(), b.last_chunk()),
        8..=16 => (a.first_chunk::<8>(), a.last_chunk::<8>()) == (b.first_chunk(), b.last_chunk()),
        _ => a == b,
    }
}

fn position(fields: &[&str], name: &[u8]) -> usize {
    let found = fields.iter().position(|field| field.as_bytes() == name);
    found.unwrap_or(fields.len())
}

impl<'de> DeserializeSeed<'de> for &mut Key {
    type Value = ();

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_identifier(self)
    }
}

impl Visitor<'_> for &mut Key {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("field identifier")
    }

    #[inline]
    fn visit_u64<E: Error>(self, index: u64) -> Result<(), E> {
        self.at = usize::try_from(index).unwrap_or(usize::MAX - 1);
        Ok(())
    }

    #[inline]
    fn visit_str<E: Error>(self, name: &str) -> Result<(), E> {
        self.find(name.as_bytes());
        Ok(())
    }

    #[inline]
    fn visit_bytes<E: Error>(self, name: &[u8]) -> Result<(), E> {
        self.find(name);
        Ok(())
    }
}
