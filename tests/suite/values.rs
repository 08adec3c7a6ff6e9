//! Scalars are read exactly or rejected: numbers, dates, decimals, lists of texts, map keys; and how a field's
//! attributes change the way it is read.

mod byte_lengths;
mod bytes;
mod depth;
mod fields;
mod generics;
mod key_types;
mod keys;
mod lists;
mod numbers;
mod pydantic;
mod rows;
mod variant_fields;
mod variant_locations;
