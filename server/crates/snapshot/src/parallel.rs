//! parallel: a handful of jobs spread over the machine's cores.
use std::sync::Mutex;
use std::thread;

/// Runs `job` on every item, on as many threads as there are cores; results in the order of the items.
///
/// Items are started in order, so put the longest first.
pub(crate) fn map<T: Send, R: Send>(items: Vec<T>, job: impl Fn(T) -> R + Sync) -> Vec<R> {
    let count = items.len();
    let workers = thread::available_parallelism()
        .map_or(1, usize::from)
        .min(count);
    let queue = Mutex::new(items.into_iter().enumerate());
    let next = || {
        queue
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner())
            .next()
    };
    let mut results: Vec<(usize, R)> = thread::scope(|scope| {
        let work = || {
            let mut done = Vec::new();
            while let Some((index, item)) = next() {
                done.push((index, job(item)));
            }
            done
        };
        let handles: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        let joined = handles.into_iter().flat_map(|handle| match handle.join() {
            Ok(done) => done,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        joined.collect()
    });
    results.sort_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn results_keep_the_order_of_the_items() {
        let doubled = super::map((0..100).collect(), |i: i32| i * 2);
        assert_eq!(doubled, (0..100).map(|i| i * 2).collect::<Vec<_>>());
        assert!(super::map(Vec::<i32>::new(), |i| i).is_empty());
    }
}
