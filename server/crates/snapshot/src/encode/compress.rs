//! compress: brotli and gzip bytes, made once at publishing so that serving does no work.
use std::io::{self, Write};

use flate2::{Compression, GzBuilder};

/// How hard brotli tries, by size: small files get the best, big ones must not hold up a build.
fn brotli_quality(bytes: usize) -> i32 {
    match bytes {
        0..=65_536 => 11,
        65_537..=262_144 => 9,
        262_145..=1_048_576 => 7,
        _ => 5,
    }
}

/// `bytes` as a brotli stream; the same input gives the same output.
pub fn brotli(bytes: &[u8]) -> Vec<u8> {
    let params = brotli::enc::BrotliEncoderParams {
        quality: brotli_quality(bytes.len()),
        lgwin: 22,
        size_hint: bytes.len(),
        ..Default::default()
    };
    let mut out = Vec::with_capacity(bytes.len() / 4 + 64);
    let mut reader = bytes;
    let written: io::Result<usize> = brotli::BrotliCompress(&mut reader, &mut out, &params);
    written.expect("compressing from memory to memory does no input or output");
    out
}

/// `bytes` as a gzip file without name or time stamp; the same input gives the same output.
pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let out = Vec::with_capacity(bytes.len() / 4 + 64);
    let mut encoder = GzBuilder::new().write(out, Compression::new(6));
    let finished = encoder.write_all(bytes).and_then(|()| encoder.finish());
    finished.expect("compressing from memory to memory does no input or output")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::Read;

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
