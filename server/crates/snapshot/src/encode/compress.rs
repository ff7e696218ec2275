//! compress: brotli and gzip bytes, made once at publishing so that serving does no work.
use std::io::{self, Read, Write};

use flate2::{Compression, GzBuilder};

/// How hard brotli tries, by size: small files get the best, big ones must not hold up a build.
fn brotli_quality(bytes: u64) -> i32 {
    match bytes {
        0..=65_536 => 11,
        65_537..=16_777_216 => 9,
        _ => 5,
    }
}

/// Copies `plain`, which is `bytes` bytes long, as a brotli stream; the same input gives the same output.
pub(crate) fn copy_brotli(mut plain: impl Read, bytes: u64, mut out: impl Write) -> io::Result<()> {
    let params = brotli::enc::BrotliEncoderParams {
        quality: brotli_quality(bytes),
        lgwin: 22,
        size_hint: usize::try_from(bytes).unwrap_or(usize::MAX),
        ..Default::default()
    };
    brotli::BrotliCompress(&mut plain, &mut out, &params).map(drop)
}

/// Copies `plain` as a gzip file without name or time stamp; the same input gives the same output.
pub(crate) fn copy_gzip(mut plain: impl Read, out: impl Write) -> io::Result<()> {
    let mut encoder = GzBuilder::new().write(out, Compression::new(6));
    io::copy(&mut plain, &mut encoder)?;
    encoder.finish().map(drop)
}

/// `bytes` as a brotli stream; the same input gives the same output.
pub fn brotli(bytes: &[u8]) -> Vec<u8> {
    in_memory(bytes, |out| copy_brotli(bytes, bytes.len() as u64, out))
}

/// `bytes` as a gzip file without name or time stamp; the same input gives the same output.
pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    in_memory(bytes, |out| copy_gzip(bytes, out))
}

fn in_memory(bytes: &[u8], copy: impl FnOnce(&mut Vec<u8>) -> io::Result<()>) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() / 4 + 64);
    copy(&mut out).expect("compressing from memory to memory does no input or output");
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn both_restore_the_input(bytes in proptest::collection::vec(any::<u8>(), 0..3000)) {
            let mut plain = Vec::new();
            flate2::read::GzDecoder::new(&gzip(&bytes)[..]).read_to_end(&mut plain).unwrap();
            prop_assert_eq!(&plain, &bytes);
            plain.clear();
            brotli::Decompressor::new(&brotli(&bytes)[..], 4096).read_to_end(&mut plain).unwrap();
            prop_assert_eq!(&plain, &bytes);
        }
    }

    #[test]
    fn a_large_compressible_input_shrinks_and_repeats_exactly() {
        let bytes: Vec<u8> = (0..2_000_000_u32)
            .flat_map(|i| (i / 7 % 50).to_le_bytes())
            .collect();
        let first = brotli(&bytes);
        assert!(first.len() < bytes.len() / 4, "{}", first.len());
        assert_eq!(first, brotli(&bytes));
        assert_eq!(gzip(&bytes), gzip(&bytes));
    }
}
