//! [`Model`] for the types of the standard library and of serde_json.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet, LinkedList, VecDeque};
use std::marker::PhantomData;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};
use std::num::NonZero;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;

use schemars::{JsonSchema, Schema};
use serde::Serialize;

use super::{Model, Report, map_keys};

macro_rules! unchecked {
    ($($type:ty),* $(,)?) => {$(
        impl Model for $type {
            const CHECKED: bool = false;
        }
    )*};
}

macro_rules! through {
    ($([$($head:tt)*] $type:ty => $inner:ty,)*) => {$(
        impl<$($head)*> Model for $type {
            const CHECKED: bool = <$inner as Model>::CHECKED;
            const FILES: bool = <$inner as Model>::FILES;

            fn describe_keys(schema: &mut Schema) {
                <$inner as Model>::describe_keys(schema);
            }

            fn validate(&self, report: &mut Report<'_>) {
                <$inner as Model>::validate(self, report);
            }
        }
    )*};
}

macro_rules! lists {
    ($([$($head:tt)*] $type:ty,)*) => {$(
        impl<T: Model, $($head)*> Model for $type {
            const CHECKED: bool = T::CHECKED;
            const FILES: bool = T::FILES;

            fn describe_keys(schema: &mut Schema) {
                map_keys::inner(schema, &["items"], T::describe_keys);
            }

            fn validate(&self, report: &mut Report<'_>) {
                if T::CHECKED {
                    for (index, item) in self.iter().enumerate() {
                        report.at_index(index, |report| item.validate(report));
                    }
                }
            }
        }
    )*};
}

macro_rules! maps {
    ($([$($head:tt)*] $type:ty,)*) => {$(
        impl<K: Serialize + JsonSchema + Model, V: Model, $($head)*> Model for $type {
            const CHECKED: bool = K::CHECKED || V::CHECKED;
            const FILES: bool = V::FILES;

            fn describe_keys(schema: &mut Schema) {
                map_keys::describe_map::<K>(schema, V::describe_keys);
            }

            fn validate(&self, report: &mut Report<'_>) {
                if Self::CHECKED {
                    for (key, value) in self {
                        if K::CHECKED {
                            report.check_key(key);
                        }
                        report.at_key(key, |report| value.validate(report));
                    }
                }
            }
        }
    )*};
}

macro_rules! tuples {
    ($(($($name:ident $index:tt),+),)*) => {$(
        impl<$($name: Model),+> Model for ($($name,)+) {
            const CHECKED: bool = $($name::CHECKED)||+;
            const FILES: bool = $($name::FILES)||+;

            fn validate(&self, report: &mut Report<'_>) {
                $(report.at_index($index, |report| self.$index.validate(report));)+
            }
        }
    )*};
}

unchecked!((), bool, char, str, String, PathBuf);
unchecked!(
    i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize, f32, f64
);
unchecked!(
    NonZero<i8>,
    NonZero<i16>,
    NonZero<i32>,
    NonZero<i64>,
    NonZero<i128>,
    NonZero<isize>,
    NonZero<u8>,
    NonZero<u16>,
    NonZero<u32>,
    NonZero<u64>,
    NonZero<u128>,
    NonZero<usize>,
);
unchecked!(
    IpAddr,
    Ipv4Addr,
    Ipv6Addr,
    SocketAddr,
    SocketAddrV4,
    SocketAddrV6
);
unchecked!(serde_json::Value, serde_json::Number, serde_json::Map<String, serde_json::Value>);

through! {
    [T: Model + ?Sized] &T => T,
    [T: Model + ?Sized] Box<T> => T,
    [T: Model + ?Sized] Rc<T> => T,
    [T: Model + ?Sized] Arc<T> => T,
    [T: Model + ToOwned + ?Sized] Cow<'_, T> => T,
}

lists! {
    [] Vec<T>,
    [] [T],
    [const N: usize] [T; N],
    [] VecDeque<T>,
    [] LinkedList<T>,
    [] BinaryHeap<T>,
    [] BTreeSet<T>,
    [S] HashSet<T, S>,
}

maps! {
    [] BTreeMap<K, V>,
    [S] HashMap<K, V, S>,
}

tuples! {
    (A 0),
    (A 0, B 1),
    (A 0, B 1, C 2),
    (A 0, B 1, C 2, D 3),
    (A 0, B 1, C 2, D 3, E 4),
    (A 0, B 1, C 2, D 3, E 4, F 5),
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6),
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7),
}

impl<T: ?Sized> Model for PhantomData<T> {
    const CHECKED: bool = false;
}

impl<T: Model> Model for Option<T> {
    const CHECKED: bool = T::CHECKED;
    const FILES: bool = T::FILES;

    fn describe_keys(schema: &mut Schema) {
        T::describe_keys(schema);
    }

    fn validate(&self, report: &mut Report<'_>) {
        if let Some(value) = self {
            value.validate(report);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::LocItem;

    struct Bad;

    impl Model for Bad {
        fn validate(&self, report: &mut Report<'_>) {
            report.custom("bad".to_owned());
        }
    }

    #[test]
    fn everything_inside_is_found_with_its_location() {
        let value = (
            1,
            vec![Some(Box::new(Bad)), None],
            BTreeMap::from([(7, Bad)]),
        );
        let mut report = Report::new();
        value.validate(&mut report);
        let places: Vec<_> = report
            .into_custom()
            .into_iter()
            .map(|(loc, _)| loc)
            .collect();
        let item: Vec<LocItem> = vec![1.into(), 0.into()];
        let entry: Vec<LocItem> = vec![2.into(), "7".to_owned().into()];
        assert_eq!(places, [item, entry]);
    }

    #[test]
    fn a_list_of_scalars_is_not_walked() {
        const { assert!(!<Vec<Option<u8>>>::CHECKED && <Vec<(u8, Bad)>>::CHECKED) };
    }
}
