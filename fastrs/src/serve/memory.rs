//! What the allocator keeps for each thread: filled before the first request, renewed after a burst of them.
//!
//! glibc keeps a list of a few free pieces for each thread and size up to a kilobyte. An allocation from it costs twenty
//! instructions, any other 200 and more. But such a piece counts as in use, and glibc gives back to the system only what is free
//! from there to its heap's end: after a burst of connections the last pieces that were freed keep all the memory that the burst
//! took. Other allocators make as little of what is done here as of any hundred kilobytes.

use std::hint::black_box;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The largest piece that the lists hold.
const LARGEST: usize = 1032;

/// How many pieces of one size a list holds.
const LENGTH: usize = 7;

/// An allocation that makes glibc join what is free and, when it is freed, look whether the heap can be shortened.
const LARGE: usize = 100 * 1024;

/// How long a worker waits for the sweeping thread, at most.
const PATIENCE: Duration = Duration::from_millis(100);

type Pieces = Vec<Vec<u8>>;

/// Gives this thread a few free pieces of each small size.
///
/// A list that is empty when a request asks, since start-up took its pieces, is not always filled by what the request
/// gives back: that may go to the list of the next size. Then every request takes the long way.
pub(super) fn fill_free_lists() {
    drop(pieces(4));
}

/// As many pieces as the lists hold: those that are in them, or as many others.
fn all_pieces() -> Pieces {
    pieces(LENGTH)
}

fn pieces(of_each: usize) -> Pieces {
    let sizes = (24..=LARGEST).step_by(16);
    let pieces = sizes
        .flat_map(|size| std::iter::repeat_n(size, of_each))
        .map(Vec::with_capacity)
        .collect();
    black_box(pieces)
}

/// Where a worker puts the pieces of its lists, for the sweeping thread to free: by itself it would keep them again.
///
/// Neither side allocates for it, since that would be the new end of the heap.
#[derive(Debug, Default)]
pub(super) struct Exchange {
    pieces: Mutex<Option<Pieces>>,
    changed: Condvar,
}

impl Exchange {
    /// Makes this thread's free pieces others than they were, and the heap as short as it can be. Blocks for less than a
    /// millisecond.
    pub(super) fn renew_free_lists(&self) {
        let mut pieces = self.wait_until_taken(self.lock());
        *pieces = Some(all_pieces());
        self.changed.notify_all();
        drop(self.wait_until_taken(pieces));
        drop(black_box(Vec::<u8>::with_capacity(LARGE)));
        fill_free_lists();
    }

    fn wait_until_taken<'a>(
        &self,
        pieces: MutexGuard<'a, Option<Pieces>>,
    ) -> MutexGuard<'a, Option<Pieces>> {
        let waited = self
            .changed
            .wait_timeout_while(pieces, PATIENCE, |pieces| pieces.is_some());
        waited.unwrap_or_else(PoisonError::into_inner).0
    }

    /// The sweeping thread's pause. What comes meanwhile is freed at once, and ends it.
    pub(super) fn pause(&self, length: Duration) {
        let mut pieces = self.lock();
        if pieces.is_none() {
            let waited = self.changed.wait_timeout(pieces, length);
            pieces = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        if pieces.is_some() {
            let mine = all_pieces();
            // Now this thread's lists are full, and what is freed here is free.
            drop(all_pieces());
            drop((mine, pieces.take()));
            self.changed.notify_all();
        }
    }

    pub(super) fn end_pause(&self) {
        self.changed.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, Option<Pieces>> {
        self.pieces.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How many connections hold buffers, as the sweeps saw it: many, then few.
#[derive(Debug, Default)]
pub(super) struct Burst {
    most: usize,
    few_since: Option<u32>,
    told: u32,
}

impl Burst {
    /// The least that are many: what fewer took is not worth looking for.
    const MANY: usize = 8;

    /// For how many milliseconds they are to be few.
    const CALM: u32 = 1_200;

    /// How often it is told that they are, after such a time each: to give memory back takes some, behind what is given back.
    const TIMES: u32 = 3;

    /// Whether memory of those that there were can be given back.
    pub(super) fn is_over(&mut self, connections: usize, now: u32) -> bool {
        self.most = self.most.max(connections);
        if self.most < Self::MANY || connections > self.most / 4 {
            self.few_since = None;
            return false;
        }
        let since = *self.few_since.get_or_insert(now);
        if now.wrapping_sub(since) < Self::CALM {
            return false;
        }
        self.few_since = Some(now);
        self.told += 1;
        if self.told == Self::TIMES {
            *self = Self::default();
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sweeps: so many connections at such a time.
    type Sweeps = [(usize, u32)];

    /// Whether the burst is said to be over, sweep by sweep.
    fn told(sweeps: &Sweeps) -> Vec<bool> {
        let mut burst = Burst::default();
        sweeps
            .iter()
            .map(|&(connections, now)| burst.is_over(connections, now))
            .collect()
    }

    #[test]
    fn a_burst_is_over_when_few_have_been_at_work_for_a_while() {
        let cases: [(&Sweeps, &[bool]); 6] = [
            // Few all the time.
            (&[(7, 0), (0, 2_000), (0, 4_000)], &[false; 3]),
            // Many still: more than a quarter.
            (&[(40, 0), (11, 2_000), (11, 4_000)], &[false; 3]),
            // Three times, then no more.
            (
                &[
                    (40, 0),
                    (10, 1_000),
                    (10, 2_199),
                    (10, 2_200),
                    (0, 3_400),
                    (0, 4_600),
                    (0, 9_000),
                ],
                &[false, false, false, true, true, true, false],
            ),
            // Begun anew in between.
            (
                &[
                    (40, 0),
                    (0, 1_000),
                    (20, 2_000),
                    (0, 2_300),
                    (0, 3_499),
                    (0, 3_500),
                ],
                &[false, false, false, false, false, true],
            ),
            // The clock wraps.
            (
                &[(8, u32::MAX - 9), (2, u32::MAX), (2, 1_198), (2, 1_199)],
                &[false, false, false, true],
            ),
            (&[], &[]),
        ];
        for (sweeps, expected) in cases {
            assert_eq!(told(sweeps), expected, "{sweeps:?}");
        }
    }
}
