//! stall: a connection that ends when its peer takes too little of a response.
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep};

/// Passes reads through. Writes fail once the peer has made them wait for `limit` and took fewer
/// than `rate` bytes a second meanwhile.
pub(crate) struct Stall<T> {
    inner: T,
    limit: Duration,
    /// Least bytes to be taken while writes wait for `limit` in all.
    least: u64,
    timer: Pin<Box<Sleep>>,
    /// Since when a write waits.
    waiting: Option<Instant>,
    /// How long writes have waited in this window, and how much was taken in it.
    waited: Duration,
    taken: u64,
}

impl<T> Stall<T> {
    pub(crate) fn new(inner: T, limit: Duration, rate: u64) -> Self {
        let least = rate.saturating_mul(limit.as_millis() as u64) / 1000;
        Self {
            inner,
            limit,
            least: least.max(1),
            timer: Box::pin(sleep(limit)),
            waiting: None,
            waited: Duration::ZERO,
            taken: 0,
        }
    }

    /// Counts the time while the peer makes a write wait, and the bytes it takes.
    fn watch<R>(
        &mut self,
        context: &mut Context<'_>,
        result: Poll<io::Result<R>>,
        taken: impl FnOnce(&R) -> usize,
    ) -> Poll<io::Result<R>> {
        let now = Instant::now();
        if let Poll::Ready(result) = result {
            if let Some(since) = self.waiting.take() {
                self.waited += now - since;
            }
            // A window begins with its first wait: what went into empty buffers says nothing.
            if self.waited > Duration::ZERO {
                self.taken += result.as_ref().map_or(0, |value| taken(value) as u64);
            }
            return Poll::Ready(result);
        }
        if self.waiting.is_none() {
            self.waiting = Some(now);
            let left = self.limit.saturating_sub(self.waited);
            self.timer.as_mut().reset(now + left);
        }
        while self.timer.as_mut().poll(context).is_ready() {
            if self.taken < self.least {
                return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
            }
            (self.waited, self.taken) = (Duration::ZERO, 0);
            self.waiting = Some(now);
            self.timer.as_mut().reset(now + self.limit);
        }
        Poll::Pending
    }
}

impl<T: AsyncRead + Unpin> AsyncRead for Stall<T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_read(context, buffer)
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for Stall<T> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.inner).poll_write(context, bytes);
        self.watch(context, result, |count| *count)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.inner).poll_write_vectored(context, slices);
        self.watch(context, result, |count| *count)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let result = Pin::new(&mut self.inner).poll_flush(context);
        self.watch(context, result, |()| 0)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let result = Pin::new(&mut self.inner).poll_shutdown(context);
        self.watch(context, result, |()| 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    const LIMIT: Duration = Duration::from_millis(300);

    #[tokio::test]
    async fn a_peer_that_takes_nothing_ends_the_connection() {
        let (ours, _theirs) = tokio::io::duplex(16);
        let mut stall = Stall::new(ours, LIMIT, 1);
        let started = Instant::now();
        let error = stall.write_all(&[0; 64]).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        assert!(started.elapsed() >= LIMIT);
    }

    /// Writes `pieces` of 16 bytes to a peer that takes one every 20 ms.
    async fn write_to_slow_peer(pieces: usize, rate: u64) -> io::Result<()> {
        let (ours, mut theirs) = tokio::io::duplex(16);
        let mut stall = Stall::new(ours, LIMIT, rate);
        let taking = tokio::spawn(async move {
            let mut piece = [0; 16];
            while theirs.read_exact(&mut piece).await.is_ok() {
                sleep(Duration::from_millis(20)).await;
            }
        });
        let written = stall.write_all(&vec![0; pieces * 16]).await;
        taking.abort();
        written
    }

    #[tokio::test]
    async fn a_slow_peer_gets_everything_and_one_below_the_rate_does_not() {
        // Some 800 bytes a second, for longer in all than the limit.
        assert!(write_to_slow_peer(50, 30).await.is_ok());
        // It takes a piece well within each limit, as a client does that wants to hold the place.
        let error = write_to_slow_peer(500, 4_000).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }
}
