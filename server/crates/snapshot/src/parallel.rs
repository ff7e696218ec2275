//! parallel: a handful of jobs spread over the machine's cores.
use std::sync::{Mutex, PoisonError};
use std::thread;

/// Runs `job` on every item, on as many threads as there are cores; results in no order.
///
/// Items are started in order, so put the longest first. After a failure no further job is started.
///
/// # Errors
/// What a job failed with; of several, any.
pub(crate) fn try_map<T: Send, R: Send, E: Send>(
    items: Vec<T>,
    job: impl Fn(T) -> Result<R, E> + Sync,
) -> Result<Vec<R>, E> {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let workers = cores.min(items.len());
    let queue = Mutex::new(items.into_iter());
    let queue = || queue.lock().unwrap_or_else(PoisonError::into_inner);
    let work = || {
        let mut done = Vec::new();
        loop {
            // Bound first: a lock taken in the loop's condition would be held during the job.
            let item = queue().next();
            let Some(item) = item else { return Ok(done) };
            match job(item) {
                Ok(result) => done.push(result),
                Err(error) => {
                    queue().by_ref().for_each(drop);
                    return Err(error);
                }
            }
        }
    };
    let results: Result<Vec<Vec<R>>, E> = thread::scope(|scope| {
        let handles: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        let joined = handles.into_iter().map(|handle| match handle.join() {
            Ok(done) => done,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        joined.collect()
    });
    Ok(results?.into_iter().flatten().collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    #[test]
    fn every_item_is_worked_on_once() {
        let mut doubled = try_map((0..100).collect(), |i: i32| Ok::<_, ()>(i * 2)).unwrap();
        doubled.sort();
        assert_eq!(doubled, (0..100).map(|i| i * 2).collect::<Vec<_>>());
        assert_eq!(
            try_map(Vec::new(), |(): ()| Err::<(), _>("never")),
            Ok(vec![])
        );
    }

    #[test]
    fn a_failure_keeps_the_rest_from_starting() {
        let started = AtomicUsize::new(0);
        let result = try_map((0..1000).collect(), |item: usize| {
            started.fetch_add(1, Ordering::Relaxed);
            if item == 0 {
                return Err("out of luck");
            }
            thread::sleep(Duration::from_millis(1));
            Ok(())
        });
        assert_eq!(result, Err("out of luck"));
        assert!(started.into_inner() < 1000);
    }
}
