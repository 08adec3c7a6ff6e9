//! What the allocator keeps for each thread, filled before the first request.

use std::hint::black_box;

/// Gives this thread a few free pieces of each small size.
///
/// glibc keeps a list of a few free pieces for each thread and size up to a kilobyte. An allocation from it costs twenty
/// instructions, any other 200 and more. A list that is empty when a request asks, since start-up took its pieces, is not
/// always filled by what the request gives back: that may go to the list of the next size. Then every request takes the
/// long way.
pub(super) fn fill_free_lists() {
    let sizes = (24..=1032).step_by(16);
    let pieces: Vec<Vec<u8>> = sizes
        .flat_map(|size| std::iter::repeat_n(size, 4))
        .map(Vec::with_capacity)
        .collect();
    drop(black_box(pieces));
}
