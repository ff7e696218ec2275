//! format: the encodings of published files, and their names.
use std::fmt;

use tidemark_shared::api::Format;

/// The encodings a format's files exist in; Parquet is compressed already.
#[must_use]
pub const fn encodings(format: Format) -> &'static [Encoding] {
    match format {
        Format::Parquet => &[Encoding::Identity],
        Format::Arrow | Format::Json | Format::Csv => &Encoding::ALL,
    }
}

/// How a published file's bytes are encoded for transfer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Encoding {
    /// As they are.
    Identity,
    /// Brotli.
    Brotli,
    /// Gzip.
    Gzip,
}

impl Encoding {
    /// Every encoding.
    pub const ALL: [Self; 3] = [Self::Identity, Self::Brotli, Self::Gzip];

    /// What is appended to the plain file's name.
    #[must_use]
    pub const fn suffix(self) -> &'static str {
        match self {
            Self::Identity => "",
            Self::Brotli => ".br",
            Self::Gzip => ".gz",
        }
    }

    /// The HTTP content coding's name.
    #[must_use]
    pub const fn coding(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Brotli => "br",
            Self::Gzip => "gzip",
        }
    }
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.coding())
    }
}

/// The name of a mart's file inside a snapshot.
#[must_use]
pub fn mart_file(mart: &str, format: Format, encoding: Encoding) -> String {
    format!("{mart}.{}{}", format.extension(), encoding.suffix())
}
