//! The settings, which are read from the environment.

use std::path::PathBuf;

use fastrs::prelude::*;

/// How the model is run.
#[settings(prefix = "PENGUINS_")]
pub struct Settings {
    /// Another model with the same input and output. Without it, the program uses the one that it contains.
    pub model: Option<PathBuf>,
    /// How many penguins the model gets at once at most. 1 turns batches off.
    #[field(default = 32, ge = 1)]
    pub max_batch: usize,
    /// How long the model waits for more penguins, in milliseconds. It uses the CPU, so it gains nothing by waiting.
    #[field(default = 0)]
    pub max_delay_ms: u64,
}
