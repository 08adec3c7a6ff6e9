//! How many calls are handed to a function together.

use std::{
    fmt::Write,
    sync::{
        Arc,
        atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed},
    },
};

/// The upper bounds of the buckets of `fastrs_batch_size`.
const BOUNDS: [usize; 11] = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];

/// What a batcher counts.
#[derive(Debug, Default)]
pub(crate) struct BatchCounts {
    queued: AtomicUsize,
    refused: AtomicU64,
    /// The batches in each bucket, but not in those before it. The last one has no upper bound.
    sizes: [AtomicU64; BOUNDS.len() + 1],
    inputs: AtomicU64,
}

impl BatchCounts {
    pub(crate) fn set_queued(&self, inputs: usize) {
        self.queued.store(inputs, Relaxed);
    }

    pub(crate) fn refuse(&self, inputs: usize) {
        self.refused.fetch_add(inputs as u64, Relaxed);
    }

    /// Counts a batch with so many inputs.
    pub(crate) fn observe(&self, inputs: usize) {
        let bucket = BOUNDS.partition_point(|bound| *bound < inputs);
        self.sizes[bucket].fetch_add(1, Relaxed);
        self.inputs.fetch_add(inputs as u64, Relaxed);
    }
}

/// The batchers of an app, each with its name.
pub(super) type Batchers = Vec<(String, Arc<BatchCounts>)>;

const QUEUE: &str = "fastrs_batch_queue";
const REFUSED: &str = "fastrs_batch_refused_total";
const SIZE: &str = "fastrs_batch_size";

/// Returns whether a metric of the program would be mistaken for one of these.
pub(super) fn is_name(name: &str) -> bool {
    name == QUEUE || name == REFUSED || name.starts_with(SIZE)
}

/// Writes the metrics of the batchers, if there are any.
pub(super) fn render(batchers: &Batchers, text: &mut String) {
    if batchers.is_empty() {
        return;
    }
    let label = |name: &str| {
        let name = name.replace('\\', "\\\\").replace('"', "\\\"");
        format!(r#"batcher="{}""#, name.replace('\n', "\\n"))
    };
    let heads = [
        (QUEUE, "gauge", "Inputs that wait for their batch"),
        (
            REFUSED,
            "counter",
            "Inputs refused because too many were waiting",
        ),
        (SIZE, "histogram", "Inputs of a batch"),
    ];
    // Writing to a `String` cannot fail.
    for (name, kind, help) in heads {
        let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}");
        for (batcher, counts) in batchers {
            let label = label(batcher);
            let value = match name {
                QUEUE => counts.queued.load(Relaxed) as u64,
                REFUSED => counts.refused.load(Relaxed),
                _ => {
                    push_sizes(text, &label, counts);
                    continue;
                }
            };
            let _ = writeln!(text, "{name}{{{label}}} {value}");
        }
    }
}

fn push_sizes(text: &mut String, label: &str, counts: &BatchCounts) {
    let mut so_far = 0;
    let bounds = BOUNDS.iter().map(usize::to_string);
    let bounds = bounds.chain(["+Inf".to_owned()]);
    for (bound, count) in bounds.zip(&counts.sizes) {
        so_far += count.load(Relaxed);
        let _ = writeln!(text, r#"{SIZE}_bucket{{{label},le="{bound}"}} {so_far}"#);
    }
    let inputs = counts.inputs.load(Relaxed);
    let _ = writeln!(
        text,
        "{SIZE}_sum{{{label}}} {inputs}\n{SIZE}_count{{{label}}} {so_far}"
    );
}
