//! Stand-ins for a function that is not a dependency.
//!
//! A dependency has a type of the same name next to it. A macro imports that name as one of those below, which imports
//! the type if there is one. If there is not, the name means what a glob import of [`fallback`](super::fallback)
//! provides, and fastrs, not rustc, reports what is wrong.

/// A function without an attribute.
#[allow(non_camel_case_types)]
#[derive(Debug)]
pub struct plain_function {}

macro_rules! names {
    ($($name:ident)*) => {$(
        pub use plain_function as $name;
    )*};
}

// The dependencies of one function. Any beyond the eighth are left to rustc.
names!(__Named0 __Named1 __Named2 __Named3 __Named4 __Named5 __Named6 __Named7);
names!(__Named8 __Named9 __Named10 __Named11 __Named12 __Named13 __Named14 __Named15);
