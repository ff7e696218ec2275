//! stream: sends files from the disk in pieces, within a budget of bytes in memory.
//!
//! A client that reads slowly holds one piece, not the file. The more bytes are in flight, the
//! smaller the next pieces are, so that many slow clients neither fill the memory nor make the
//! others wait for it.
use std::future::Future;
use std::io;
use std::os::unix::fs::FileExt;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::{Body, HttpBody};
use bytes::Bytes;
use hyper::body::{Frame, SizeHint};
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use crate::checked::CheckedFile;

/// Pieces while little is in flight, while half of the budget is, and from three quarters on.
const PIECES: [usize; 3] = [128 * 1024, 16 * 1024, 4 * 1024];
/// Longest time the disk may take for one piece.
const DISK_TIMEOUT: Duration = Duration::from_secs(30);

/// The bytes of files that are in memory, on their way to clients.
pub(crate) struct Budget {
    bytes: usize,
    in_flight: AtomicUsize,
}

impl Budget {
    pub(crate) fn new(bytes: usize) -> Arc<Self> {
        Arc::new(Self {
            bytes,
            in_flight: AtomicUsize::new(0),
        })
    }

    /// Bytes in flight now.
    pub(crate) fn in_flight(&self) -> usize {
        self.in_flight.load(Ordering::Relaxed)
    }

    /// Takes memory for the next piece of a file; never waits.
    fn lease(self: &Arc<Self>, remaining: u64) -> Lease {
        let in_flight = self.in_flight();
        let largest = if in_flight < self.bytes / 2 {
            PIECES[0]
        } else if in_flight < self.bytes / 4 * 3 {
            PIECES[1]
        } else {
            PIECES[2]
        };
        let bytes = usize::try_from(remaining).map_or(largest, |rest| rest.min(largest));
        self.in_flight.fetch_add(bytes, Ordering::Relaxed);
        Lease {
            budget: Arc::clone(self),
            bytes,
        }
    }
}

/// Memory taken from the budget; given back when it is dropped.
struct Lease {
    budget: Arc<Budget>,
    bytes: usize,
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.budget
            .in_flight
            .fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

/// A piece of a file, in flight until the last byte of it is written to the client.
struct Piece {
    content: Vec<u8>,
    _lease: Lease,
}

impl AsRef<[u8]> for Piece {
    fn as_ref(&self) -> &[u8] {
        &self.content
    }
}

type Reading = Pin<Box<dyn Future<Output = io::Result<Bytes>> + Send>>;

/// A response body that is a file.
struct FileBody {
    checked: Arc<CheckedFile>,
    position: u64,
    length: u64,
    budget: Arc<Budget>,
    reading: Option<Reading>,
}

/// The body of a response that sends a checked file of `length` bytes. Reads nothing before it is
/// polled, so a HEAD request costs no memory.
pub(crate) fn body(checked: CheckedFile, length: u64, budget: &Arc<Budget>) -> Body {
    Body::new(FileBody {
        checked: Arc::new(checked),
        position: 0,
        length,
        budget: Arc::clone(budget),
        reading: None,
    })
}

impl FileBody {
    fn read_next(&self) -> Reading {
        let lease = self.budget.lease(self.length - self.position);
        let (checked, position) = (Arc::clone(&self.checked), self.position);
        let last = position + lease.bytes as u64 == self.length;
        Box::pin(async move {
            let read = spawn_blocking(move || {
                let mut content = vec![0; lease.bytes];
                checked.file.read_exact_at(&mut content, position)?;
                // A client must not take a file that changed on the way for a whole one.
                if last && !checked.is_unchanged()? {
                    return Err(io::Error::other("the file changed while it was sent"));
                }
                Ok(Bytes::from_owner(Piece {
                    content,
                    _lease: lease,
                }))
            });
            match timeout(DISK_TIMEOUT, read).await {
                Ok(Ok(piece)) => piece,
                Ok(Err(error)) => Err(io::Error::other(error)),
                Err(_) => Err(io::ErrorKind::TimedOut.into()),
            }
        })
    }
}

impl HttpBody for FileBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if self.position == self.length {
            return Poll::Ready(None);
        }
        if self.reading.is_none() {
            let reading = self.read_next();
            self.reading = Some(reading);
        }
        let Some(reading) = &mut self.reading else {
            return Poll::Ready(None);
        };
        let piece = ready!(reading.as_mut().poll(context));
        self.reading = None;
        Poll::Ready(Some(match piece {
            Ok(piece) => {
                self.position += piece.len() as u64;
                Ok(Frame::data(piece))
            }
            Err(error) => {
                tracing::error!(%error, "a response was cut off: its file could not be read to the end");
                self.position = self.length;
                Err(error)
            }
        }))
    }

    fn is_end_stream(&self) -> bool {
        self.position == self.length
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.length - self.position)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http_body_util::BodyExt;
    use std::fs::File;
    use std::path::PathBuf;
    use tidemark_snapshot::SnapshotError;

    /// A file that was published with this content.
    fn file(folder: &tempfile::TempDir, content: &[u8]) -> (PathBuf, CheckedFile) {
        let path = folder.path().join("file");
        std::fs::write(&path, content).unwrap();
        let published = content.to_vec();
        let name = path.clone();
        let check = move |_: &File| {
            let same = std::fs::read(&name).unwrap() == published;
            same.then_some(())
                .ok_or(SnapshotError::BadId(String::new()))
        };
        let checked = CheckedFile::new(File::open(&path).unwrap(), check).unwrap();
        (path, checked)
    }

    #[tokio::test]
    async fn a_file_arrives_whole_and_holds_one_piece_of_memory_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let content: Vec<u8> = (0..1_000_000_u32).map(|byte| byte as u8).collect();
        let (_, checked) = file(&folder, &content);
        let budget = Budget::new(1_000_000);
        let mut body = body(checked, content.len() as u64, &budget);
        assert_eq!(budget.in_flight(), 0);
        let mut received = Vec::new();
        while let Some(frame) = body.frame().await {
            let piece = frame.unwrap().into_data().unwrap();
            assert_eq!(budget.in_flight(), piece.len());
            received.extend_from_slice(&piece);
        }
        assert_eq!(received, content);
        assert_eq!(budget.in_flight(), 0);
    }

    #[tokio::test]
    async fn pieces_shrink_while_much_is_in_flight_and_are_never_waited_for() {
        let budget = Budget::new(1024 * 1024);
        let mut leases = Vec::new();
        for _ in 0..1_000 {
            leases.push(budget.lease(u64::MAX));
        }
        assert_eq!(leases[0].bytes, PIECES[0]);
        assert_eq!(leases[999].bytes, PIECES[2]);
        assert!(budget.in_flight() < 1024 * 1024 + 1_000 * PIECES[2]);
        drop(leases);
        assert_eq!(budget.in_flight(), 0);
        assert_eq!(budget.lease(7).bytes, 7);
    }

    #[tokio::test]
    async fn a_file_that_changes_on_the_way_is_cut_off() {
        let folder = tempfile::tempdir().unwrap();
        let (path, checked) = file(&folder, &[1; 300_000]);
        let mut body = body(checked, 300_000, &Budget::new(1_000_000));
        assert!(body.frame().await.unwrap().is_ok());
        let changed = std::fs::OpenOptions::new().write(true).open(&path).unwrap();
        changed.write_at(&[2], 299_999).unwrap();
        // Whatever the clock's resolution: a size changes the stamp for certain.
        changed.set_len(300_001).unwrap();
        assert!(body.frame().await.unwrap().is_ok());
        assert!(body.frame().await.unwrap().is_err());
        assert!(body.frame().await.is_none());
    }

    #[tokio::test]
    async fn a_file_that_is_linked_into_another_snapshot_meanwhile_arrives_whole() {
        let folder = tempfile::tempdir().unwrap();
        let (path, checked) = file(&folder, &[1; 300_000]);
        let body = body(checked, 300_000, &Budget::new(1_000_000));
        std::fs::hard_link(&path, folder.path().join("link")).unwrap();
        assert_eq!(body.collect().await.unwrap().to_bytes().len(), 300_000);
    }
}
