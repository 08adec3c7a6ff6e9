//! Scalars are read exactly, or refused: numbers, dates, decimals, lists of texts, keys of maps.

mod lists;
mod numbers;
mod pydantic;
