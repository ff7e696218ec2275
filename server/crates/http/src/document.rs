//! document: small JSON documents made at run time, each compressed at most once per content.
//!
//! The validator follows from the plain bytes, so a 304 costs no compression. Compressing happens
//! beside the async workers and goes on when the client that asked first is gone.
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use tidemark_snapshot::{Encoding, compress, sha256_hex};
use tokio::sync::OnceCell;

use crate::blocking::computing;
use crate::problem::ApiError;

/// Documents remembered at once: the lists, the description and the runs that are being followed.
const REMEMBERED: usize = 32;

/// One content, with its encoded forms as far as they were asked for.
pub(crate) struct Document {
    plain: Bytes,
    sha256: String,
    brotli: OnceCell<Bytes>,
    gzip: OnceCell<Bytes>,
}

impl Document {
    /// A document of these bytes; encodes nothing yet.
    pub(crate) fn new(plain: impl Into<Bytes>) -> Arc<Self> {
        let plain = plain.into();
        let sha256 = sha256_hex(&plain);
        Arc::new(Self {
            plain,
            sha256,
            brotli: OnceCell::new(),
            gzip: OnceCell::new(),
        })
    }

    /// What names the content in one encoding: encoding is deterministic, so the plain checksum
    /// and the coding say which bytes are sent.
    pub(crate) fn validator(&self, encoding: Encoding) -> String {
        let digits = &self.sha256[..32];
        match encoding {
            Encoding::Identity => digits.to_owned(),
            Encoding::Brotli | Encoding::Gzip => format!("{digits}-{}", encoding.coding()),
        }
    }

    /// The bytes in one encoding.
    pub(crate) async fn encoded(self: &Arc<Self>, encoding: Encoding) -> Result<Bytes, ApiError> {
        if encoding == Encoding::Identity {
            return Ok(self.plain.clone());
        }
        if let Some(bytes) = self.cell(encoding).get() {
            return Ok(bytes.clone());
        }
        let document = Arc::clone(self);
        // A task of its own: a client that leaves must not make the next one begin again.
        let encoding_task = tokio::spawn(async move {
            let plain = document.plain.clone();
            let compress = || computing(move || compressed(&plain, encoding));
            let cell = document.cell(encoding);
            cell.get_or_try_init(compress).await.cloned()
        });
        encoding_task.await.map_err(|error| {
            tracing::error!(%error, "compressing a document failed");
            ApiError::Internal
        })?
    }

    fn cell(&self, encoding: Encoding) -> &OnceCell<Bytes> {
        match encoding {
            Encoding::Gzip => &self.gzip,
            Encoding::Brotli | Encoding::Identity => &self.brotli,
        }
    }
}

fn compressed(plain: &Bytes, encoding: Encoding) -> Bytes {
    match encoding {
        Encoding::Identity => plain.clone(),
        Encoding::Brotli => compress::brotli(plain).into(),
        Encoding::Gzip => compress::gzip(plain).into(),
    }
}

/// The documents sent most recently, so that the same content is compressed once.
#[derive(Default)]
pub(crate) struct Documents(Mutex<VecDeque<Arc<Document>>>);

impl Documents {
    /// The document of these bytes: the remembered one if there is one.
    pub(crate) fn of_content(&self, plain: Vec<u8>) -> Arc<Document> {
        let document = Document::new(plain);
        let mut recent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = recent.iter().position(|old| old.sha256 == document.sha256);
        let document = match known.and_then(|place| recent.remove(place)) {
            Some(old) => old,
            None => document,
        };
        recent.push_front(Arc::clone(&document));
        recent.truncate(REMEMBERED);
        document
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_same_content_is_compressed_once_and_old_content_is_forgotten() {
        let documents = Documents::default();
        let first = documents.of_content(b"[1]".to_vec());
        let bytes = first.encoded(Encoding::Gzip).await;
        let bytes = bytes.unwrap_or_else(|error| panic!("{error}"));
        let again = documents.of_content(b"[1]".to_vec());
        assert!(Arc::ptr_eq(&first, &again));
        assert_eq!(again.gzip.get(), Some(&bytes));
        assert_eq!(again.brotli.get(), None, "no client asked for it");
        for number in 0..REMEMBERED {
            documents.of_content(number.to_string().into_bytes());
        }
        let later = documents.of_content(b"[1]".to_vec());
        assert!(!Arc::ptr_eq(&first, &later));
        assert_eq!(
            later.validator(Encoding::Gzip),
            first.validator(Encoding::Gzip)
        );
    }

    #[tokio::test]
    async fn a_client_that_leaves_does_not_stop_the_compression() {
        let document = Document::new(b"x".repeat(40_000));
        let asked = document.encoded(Encoding::Brotli);
        let left = tokio::time::timeout(std::time::Duration::from_micros(1), asked).await;
        assert!(left.is_err(), "the client left before the answer");
        while document.brotli.get().is_none() {
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        }
    }
}
