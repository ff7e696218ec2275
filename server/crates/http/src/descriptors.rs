//! descriptors: how many connections the process may hold open, as the system sees it.

/// File descriptors reserved for published files, the listener, the log and the run history.
const RESERVED: u64 = 128;

/// Returns how many connections the process may hold: as many as wanted, or as many as the system
/// allows.
///
/// Systems start programs with some 1,000 file descriptors and allow many more on request. Without
/// the request, a thousand idle clients would leave none to read a published file with.
pub(crate) fn connections(wanted: usize) -> usize {
    let needed = (wanted as u64).saturating_add(RESERVED);
    match rlimit::increase_nofile_limit(needed) {
        Ok(allowed) => within(wanted, allowed),
        Err(error) => {
            tracing::warn!(%error, "cannot ask for more file descriptors");
            wanted
        }
    }
}

fn within(wanted: usize, allowed: u64) -> usize {
    // Half at least, where even the reserved ones are more than there are.
    let room = allowed.saturating_sub(RESERVED).max(allowed / 2).max(1);
    let room = usize::try_from(room).unwrap_or(usize::MAX);
    if room < wanted {
        tracing::warn!(
            connections = room,
            file_descriptors = allowed,
            "the system allows fewer connections than are wanted; raise the limit of open files (ulimit -n, or LimitNOFILE of the service)"
        );
    }
    room.min(wanted)
}

#[cfg(test)]
mod tests {
    use super::within;

    #[test]
    fn files_can_be_read_however_many_clients_there_are() {
        assert_eq!(within(10_000, 20_000), 10_000);
        assert_eq!(within(10_000, 1_024), 1_024 - 128);
        assert_eq!(within(10_000, 100), 50);
        assert_eq!(within(10_000, 0), 1);
        assert_eq!(within(10, u64::MAX), 10);
    }
}
