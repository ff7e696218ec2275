//! Opens a raw file as a stream of UTF-8 text: unpacked, decoded, and bounded.

use std::fs::File;
use std::io::{self, BufReader, Read};

use encoding_rs::Encoding;
use encoding_rs_io::DecodeReaderBytesBuilder;
use flate2::bufread::MultiGzDecoder;

use crate::LandingError;
use crate::dialect::FileDialect;
use crate::discover::{Packing, RawFile};

/// A file may unpack to this many bytes whatever its size.
const UNPACKED_FREELY: u64 = 256 << 20;

/// Beyond that, to this many times its size: text of real records packs to between a tenth and a fiftieth.
const UNPACKED_RATIO: u64 = 250;

/// The most that a file of `size` bytes may unpack to.
pub(crate) fn unpacked_limit(size: u64) -> u64 {
    size.saturating_mul(UNPACKED_RATIO).max(UNPACKED_FREELY)
}

/// Why a file that unpacks too far is not read.
pub(crate) fn unpacks_too_far(limit: u64) -> String {
    format!(
        "it unpacks to more than {} MiB, {UNPACKED_RATIO} times its size, which no export of records does; \
         land it unpacked if it is one",
        limit >> 20
    )
}

/// Opens a file as text.
pub(crate) fn open(file: &RawFile, dialect: &FileDialect) -> Result<Box<dyn Read>, LandingError> {
    let bytes = File::open(&file.path).map_err(|error| unreadable(file, error.to_string()))?;
    let size = bytes.metadata().map_or(0, |metadata| metadata.len());
    let unpacked: Box<dyn Read> = match file.packing {
        Packing::Plain => Box::new(bytes),
        Packing::Gzip => {
            let packed = BufReader::with_capacity(1 << 16, bytes);
            Box::new(Bounded::new(MultiGzDecoder::new(packed), size))
        }
        Packing::Zstd => {
            let decoder = zstd::Decoder::new(bytes).map_err(|error| broken(file, &error))?;
            Box::new(Bounded::new(decoder, size))
        }
    };
    decoded(file, unpacked, dialect)
}

/// Text in UTF-8, whatever encoding a byte order mark or the settings name. Bytes of files that name none are
/// passed on as they are, so that a record which is no UTF-8 goes to quarantine by itself.
fn decoded(
    file: &RawFile,
    mut bytes: Box<dyn Read>,
    dialect: &FileDialect,
) -> Result<Box<dyn Read>, LandingError> {
    let mut start = Vec::with_capacity(3);
    (&mut bytes)
        .take(3)
        .read_to_end(&mut start)
        .map_err(|error| broken(file, &error))?;
    let mark = Encoding::for_bom(&start).map(|(encoding, _)| encoding);
    let label = dialect.dialect.encoding.as_deref();
    let named = label.and_then(|label| Encoding::for_label(label.as_bytes()));
    let bytes = io::Cursor::new(start).chain(bytes);
    Ok(match mark.or(named) {
        Some(encoding) if encoding != encoding_rs::UTF_8 => {
            dialect.notice_decoding();
            Box::new(
                DecodeReaderBytesBuilder::new()
                    .encoding(Some(encoding))
                    .build(bytes),
            )
        }
        _ => Box::new(bytes),
    })
}

/// A reader that ends with an error where a file unpacks too far.
struct Bounded<R> {
    inner: R,
    limit: u64,
    left: u64,
}

impl<R> Bounded<R> {
    fn new(inner: R, size: u64) -> Self {
        let limit = unpacked_limit(size);
        Self {
            inner,
            limit,
            left: limit,
        }
    }
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        match self.left.checked_sub(read as u64) {
            Some(left) => self.left = left,
            None => return Err(io::Error::new(TOO_FAR, unpacks_too_far(self.limit))),
        }
        Ok(read)
    }
}

/// The kind of error by which [`Bounded`] is told from damaged data.
const TOO_FAR: io::ErrorKind = io::ErrorKind::FileTooLarge;

pub(crate) fn unreadable(file: &RawFile, cause: String) -> LandingError {
    LandingError::Unreadable {
        file: file.name.clone(),
        cause,
    }
}

/// A file whose bytes end too early or cannot be unpacked.
pub(crate) fn broken(file: &RawFile, error: &io::Error) -> LandingError {
    let cause = match file.packing {
        _ if error.kind() == TOO_FAR => error.to_string(),
        Packing::Plain => error.to_string(),
        Packing::Gzip => format!("the gzip data is cut off or damaged ({error})"),
        Packing::Zstd => format!("the zstd data is cut off or damaged ({error})"),
    };
    unreadable(file, cause)
}
