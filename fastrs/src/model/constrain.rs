//! Which constraints fit which types, and how decoded values are checked against them.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, LinkedList, VecDeque};
use std::num::NonZero;
use std::rc::Rc;
use std::sync::Arc;

use serde::Serialize;

use super::constraints::Constraints;
use super::number::{Number, is_multiple_of};
use super::pattern;
use super::unique;

/// The kind of a type, which determines the constraints that fit it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// Integers and floats: `ge gt le lt multiple_of`.
    Number,
    /// Decimals: the constraints of numbers, and `max_digits decimal_places`.
    Decimal,
    /// Text: `min_length max_length pattern`.
    Text,
    /// Bytes: `min_length max_length`.
    Bytes,
    /// Lists and sets: `min_items max_items unique`.
    Items,
    /// Maps: `min_items max_items`.
    Map,
    /// Anything else: no constraint, only `validate = path`.
    Other,
}

/// A type that constraints fit.
///
/// A `#[model]` newtype passes its constraints on to the type that it wraps. For any other type, `validate = path`
/// names a function that checks the value.
///
/// ```
/// use fastrs::model::{Constrain, Constraints};
///
/// let short = Constraints::new().min_length(1).max_length(3);
/// assert!("été".satisfies(&short)); // characters, not bytes
/// assert!(Some("").satisfies(&Constraints::NONE) && !Some("").satisfies(&short));
/// ```
#[diagnostic::on_unimplemented(
    message = "no constraint applies to `{Self}`",
    label = "numbers, text, lists, sets, maps and newtypes of these can be constrained",
    note = "check it with your own function: `validate = path`, a `fn(&{Self}) -> Result<(), impl Display>`"
)]
pub trait Constrain {
    /// The kind of the type, which determines the constraints that fit it.
    const KIND: Kind;

    /// Returns whether the value satisfies the constraints; those of another kind are ignored.
    fn satisfies(&self, constraints: &Constraints) -> bool;
}

/// Rejects, at compile time, constraints that do not fit the type.
///
/// # Panics
///
/// Panics in `const` evaluation, with the rule and the fix, if a constraint does not fit.
#[track_caller]
pub const fn fits<T: Constrain + ?Sized>(c: &Constraints) {
    match T::KIND {
        Kind::Number => {
            assert!(
                !c.has_textual(),
                "`min_length`, `max_length` and `pattern` do not apply to a number: use `ge`, `gt`, `le` or `lt`"
            );
            assert!(
                !c.has_item_counts() && !c.unique,
                "`min_items`, `max_items` and `unique` do not apply to a number: use `ge`, `gt`, `le` or `lt`"
            );
            assert!(
                !c.has_digits(),
                "`max_digits` and `decimal_places` apply to decimals: take a `Decimal`, or use `multiple_of`"
            );
        }
        Kind::Decimal => assert!(
            !c.has_textual() && !c.has_item_counts() && !c.unique,
            "lengths, patterns and item counts do not apply to a decimal: use `ge`, `gt`, `le`, `lt`, `max_digits` or `decimal_places`"
        ),
        Kind::Text => {
            assert!(
                !c.has_numeric() && !c.has_digits(),
                "`ge`, `gt`, `le`, `lt` and `multiple_of` do not apply to text: use `min_length`, `max_length` or `pattern`"
            );
            assert!(
                !c.has_item_counts() && !c.unique,
                "`min_items`, `max_items` and `unique` do not apply to text: use `min_length` or `max_length`"
            );
        }
        Kind::Bytes => assert!(
            !c.has_numeric()
                && !c.has_digits()
                && !c.has_item_counts()
                && !c.unique
                && c.pattern.is_none(),
            "only `min_length` and `max_length` apply to bytes"
        ),
        Kind::Items => {
            assert!(
                !c.has_textual(),
                "`min_length`, `max_length` and `pattern` do not apply to a list: use `min_items` or `max_items`"
            );
            assert!(
                !c.has_numeric() && !c.has_digits(),
                "`ge`, `gt`, `le`, `lt` and `multiple_of` do not apply to a list: use `min_items` or `max_items`"
            );
        }
        Kind::Map => {
            assert!(
                !c.has_textual() && !c.has_numeric() && !c.has_digits(),
                "only `min_items` and `max_items` apply to a map"
            );
            assert!(
                !c.unique,
                "`unique` does not apply to a map: its keys are already distinct"
            );
        }
        Kind::Other => assert!(
            c.is_empty(),
            "no constraint applies to this type: check it with `validate = path`"
        ),
    }
    assert!(
        in_order(c.min_length, c.max_length) && in_order(c.min_items, c.max_items),
        "no value satisfies these constraints: the minimum length exceeds the maximum"
    );
}

const fn in_order(least: Option<usize>, most: Option<usize>) -> bool {
    match (least, most) {
        (Some(least), Some(most)) => least <= most,
        _ => true,
    }
}

/// This is inlined, so that constraints known at compile time leave only the comparisons that they need.
#[inline(always)]
pub(super) fn number(value: Number, c: &Constraints) -> bool {
    c.ge.is_none_or(|ge| value >= ge)
        && c.gt.is_none_or(|gt| value > gt)
        && c.le.is_none_or(|le| value <= le)
        && c.lt.is_none_or(|lt| value < lt)
        && c.multiple_of.is_none_or(|of| value.is_multiple_of(of))
}

/// Checks a 32-bit float, which is compared as one: `le = 0.3` accepts 0.3.
#[inline(always)]
fn single(value: f32, c: &Constraints) -> bool {
    c.ge.is_none_or(|ge| value >= ge.to_f32())
        && c.gt.is_none_or(|gt| value > gt.to_f32())
        && c.le.is_none_or(|le| value <= le.to_f32())
        && c.lt.is_none_or(|lt| value < lt.to_f32())
        && c.multiple_of.is_none_or(|of| is_multiple_of(value, of))
}

#[inline]
pub(super) fn text(value: &str, c: &Constraints) -> bool {
    has_length(value, c)
        && c.pattern
            .is_none_or(|pattern| pattern::matches(pattern, value))
}

/// Returns whether the length is allowed. A character has one to four bytes, so the number of bytes often decides.
#[inline(always)]
fn has_length(value: &str, c: &Constraints) -> bool {
    let bytes = value.len();
    let long_enough = c.min_length.is_none_or(|least| bytes / 4 >= least);
    let short_enough = c.max_length.is_none_or(|most| bytes <= most);
    if long_enough && short_enough {
        return true;
    }
    c.has_length(value.chars().count())
}

#[inline]
fn count(items: usize, c: &Constraints) -> bool {
    c.min_items.is_none_or(|least| items >= least) && c.max_items.is_none_or(|most| items <= most)
}

/// Returns whether no two items are equal as JSON.
fn differ<'a, T: Serialize + 'a>(items: impl Iterator<Item = &'a T>) -> bool {
    let mut seen = HashSet::new();
    items
        .map(|item| unique::key(serde_json::to_value(item).unwrap_or_default()))
        .all(|key| seen.insert(key))
}

macro_rules! constrain {
    (number: $($type:ty => $variant:ident as $as:ty),*) => {$(
        #[diagnostic::do_not_recommend]
        impl Constrain for $type {
            const KIND: Kind = Kind::Number;

            #[inline]
            fn satisfies(&self, c: &Constraints) -> bool {
                !c.has_numeric() || number(Number::$variant(<$as>::from(*self)), c)
            }
        }
    )*};
    (saturating: $($type:ty),*) => {$(
        #[diagnostic::do_not_recommend]
        impl Constrain for $type {
            const KIND: Kind = Kind::Number;

            #[inline]
            fn satisfies(&self, c: &Constraints) -> bool {
                // A `u128` above `i128::MAX` is compared as `i128::MAX`.
                !c.has_numeric()
                    || number(Number::Int(i128::try_from(*self).unwrap_or(i128::MAX)), c)
            }
        }
    )*};
    (nonzero: $($type:ty),*) => {$(
        #[diagnostic::do_not_recommend]
        impl Constrain for NonZero<$type> {
            const KIND: Kind = Kind::Number;

            #[inline]
            fn satisfies(&self, c: &Constraints) -> bool {
                self.get().satisfies(c)
            }
        }
    )*};
    (text: $($type:ty),*) => {$(
        #[diagnostic::do_not_recommend]
        impl Constrain for $type {
            const KIND: Kind = Kind::Text;

            #[inline]
            fn satisfies(&self, c: &Constraints) -> bool {
                text(self, c)
            }
        }
    )*};
    (list: $([$($head:tt)*] $type:ty,)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<T: Serialize, $($head)*> Constrain for $type {
            const KIND: Kind = Kind::Items;

            #[inline]
            fn satisfies(&self, c: &Constraints) -> bool {
                count(self.len(), c) && (!c.unique || differ(self.iter()))
            }
        }
    )*};
    (counted: $([$($head:tt)*] $type:ty as $kind:ident,)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($head)*> Constrain for $type {
            const KIND: Kind = Kind::$kind;

            #[inline]
            fn satisfies(&self, c: &Constraints) -> bool {
                count(self.len(), c)
            }
        }
    )*};
    (through: $([$($head:tt)*] $type:ty => $inner:ty,)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($head)*> Constrain for $type {
            const KIND: Kind = <$inner as Constrain>::KIND;

            #[inline]
            fn satisfies(&self, c: &Constraints) -> bool {
                <$inner as Constrain>::satisfies(self, c)
            }
        }
    )*};
}

constrain!(number: i8 => Int as i128, i16 => Int as i128, i32 => Int as i128, i64 => Int as i128, i128 => Int as i128);
constrain!(number: u8 => Int as i128, u16 => Int as i128, u32 => Int as i128, u64 => Int as i128);
constrain!(number: f64 => Float as f64);
constrain!(saturating: u128, usize, isize);
constrain!(nonzero: i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize);
constrain!(text: str, String);
constrain!(list: [] Vec<T>, [] [T], [const N: usize] [T; N], [] VecDeque<T>, [] LinkedList<T>,);
constrain!(counted: [T, S] HashSet<T, S> as Items, [T] BTreeSet<T> as Items,);
constrain!(counted: [K, V, S] HashMap<K, V, S> as Map, [K, V] BTreeMap<K, V> as Map, [] serde_json::Map<String, serde_json::Value> as Map,);
constrain!(through:
    [T: Constrain + ?Sized] &T => T,
    [T: Constrain + ?Sized] Box<T> => T,
    [T: Constrain + ?Sized] Rc<T> => T,
    [T: Constrain + ?Sized] Arc<T> => T,
    [T: Constrain + ToOwned + ?Sized] Cow<'_, T> => T,
);

#[diagnostic::do_not_recommend]
impl Constrain for f32 {
    const KIND: Kind = Kind::Number;

    #[inline]
    fn satisfies(&self, c: &Constraints) -> bool {
        single(*self, c)
    }
}

#[diagnostic::do_not_recommend]
impl<T: Constrain> Constrain for Option<T> {
    const KIND: Kind = T::KIND;

    #[inline]
    fn satisfies(&self, c: &Constraints) -> bool {
        self.as_ref().is_none_or(|value| value.satisfies(c))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(feature = "regex")]
    #[test]
    fn each_kind_checks_its_own() {
        let c = Constraints::new()
            .ge(Number::Int(2))
            .lt(Number::Float(4.5))
            .min_length(2)
            .pattern("^a")
            .min_items(1)
            .max_items(2)
            .unique();
        assert!(2.satisfies(&c) && !1.satisfies(&c) && 4.satisfies(&c) && !5u8.satisfies(&c));
        assert!(4.4.satisfies(&c) && !4.5f32.satisfies(&c) && !f64::NAN.satisfies(&c));
        let third = Constraints::new()
            .ge(Number::Float(0.3))
            .le(Number::Float(0.3));
        assert!(0.3f32.satisfies(&third) && 0.3.satisfies(&third));
        assert!(!u128::MAX.satisfies(&c) && 3usize.satisfies(&c));
        assert!("aé".satisfies(&c) && !"a".satisfies(&c) && !"ba".satisfies(&c));
        assert!(vec![1, 2].satisfies(&c) && !vec![1, 1].satisfies(&c) && ![0; 0].satisfies(&c));
        assert!(BTreeSet::from([1]).satisfies(&c) && !BTreeMap::<u8, u8>::new().satisfies(&c));
        assert!(None::<u8>.satisfies(&c) && !Some(1).satisfies(&c));
        assert!(Cow::Borrowed("ab").satisfies(&c) && !Box::new(1).satisfies(&c));
    }

    #[test]
    fn what_fits_is_accepted() {
        const {
            fits::<Option<u8>>(&Constraints::new().ge(Number::Int(1)));
            fits::<Cow<'static, str>>(&Constraints::new().min_length(1));
            fits::<Vec<String>>(&Constraints::new().unique().max_items(2));
            fits::<HashMap<String, u8>>(&Constraints::new().max_items(2));
        }
    }

    #[test]
    fn a_constraint_that_does_not_apply_is_an_error_with_the_fix() {
        let cases: [(fn(), &str); 4] = [
            (|| fits::<u8>(&Constraints::new().min_length(1)), "use `ge`"),
            (
                || fits::<str>(&Constraints::new().ge(Number::Int(1))),
                "use `min_length`",
            ),
            (
                || fits::<[u8]>(&Constraints::new().max_length(1)),
                "use `min_items`",
            ),
            (
                || fits::<str>(&Constraints::new().min_length(2).max_length(1)),
                "no value",
            ),
        ];
        for (call, expected) in cases {
            let panic = std::panic::catch_unwind(call).unwrap_err();
            let text = panic.downcast_ref::<&str>().copied().unwrap_or_default();
            assert!(text.contains(expected), "{text}");
        }
    }
}
