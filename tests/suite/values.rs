//! Scalars are read exactly, or refused: numbers, dates, decimals, lists of texts, keys of maps; and what a field says of
//! how it is read.

mod bytes;
mod fields;
mod keys;
mod lists;
mod numbers;
mod pydantic;
mod rows;
