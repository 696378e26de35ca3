//! Work on many items at once.

use crate::error::Result;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// Does the work for each item, so many at a time; the results in the order of the items. Threads of
/// their own and not rayon's: typst shares work out by rayon, and a thread of it that waits there would begin another report
/// on top of this one, and another, until its stack is full.
pub fn side_by_side<T: Sync, D: Send>(
    items: &[T],
    at_once: usize,
    work: impl Fn(&T) -> Result<D> + Sync,
) -> Result<Vec<D>> {
    let (next, done) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let is_failed = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for _ in 0..at_once.min(items.len()) {
            scope.spawn(|| {
                while let Some((place, item)) = {
                    let place = next.fetch_add(1, Ordering::Relaxed);
                    items.get(place).filter(|_| !is_failed.load(Ordering::Relaxed)).map(|item| (place, item))
                } {
                    let result = work(item);
                    is_failed.fetch_or(result.is_err(), Ordering::Relaxed);
                    done.lock().unwrap_or_else(PoisonError::into_inner).push((place, result));
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(place, _)| *place);
    done.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;

    /// 589 centres in rayon's pool had hundreds of reports begun on the stack of one thread.
    #[test]
    fn work_that_shares_itself_out_by_rayon_is_not_begun_on_top_of_other_work() {
        let (running, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let items: Vec<usize> = (0..200).collect();
        let done = side_by_side(&items, 3, |item| {
            most.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            let parts = (0..64).map(|part| part * item);
            let sum: usize = rayon::iter::ParallelIterator::sum(rayon::iter::ParallelBridge::par_bridge(parts));
            running.fetch_sub(1, Ordering::SeqCst);
            Ok(sum)
        });
        let expected: Vec<usize> = items.iter().map(|item| 63 * 64 / 2 * item).collect();
        assert_eq!(done.unwrap(), expected, "in the order of the items");
        assert!(most.into_inner() <= 3);
    }

    #[test]
    fn the_first_error_stops_the_work() {
        let begun = AtomicUsize::new(0);
        let items: Vec<usize> = (0..100_000).collect();
        let done = side_by_side(&items, 3, |item| {
            begun.fetch_add(1, Ordering::SeqCst);
            if *item == 3 { Err(Error::usage("no-report")) } else { Ok(()) }
        });
        assert_eq!(done.unwrap_err().id, "no-report");
        assert!(begun.into_inner() < 100_000);
    }
}
