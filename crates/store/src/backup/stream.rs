//! The bytes of a backup: one gzip stream, hashed as it passes, read with bounds.

use std::io::{BufRead, BufReader, Read, Write};

use flate2::Compression;
use flate2::bufread::GzDecoder;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};

use crate::error::{Error, Result};

/// How each backup begins, once unpacked.
pub(super) const MAGIC: &[u8] = b"proofmark-backup 1\n";
/// The largest of the two documents before the rows.
const LARGEST_DOCUMENT: u32 = 1 << 20;
/// What a file may unpack to for each of its bytes, beyond the first 64 MiB: rows of text reach about 30.
const LARGEST_RATIO: u64 = 250;
const FREE: u64 = 64 << 20;
/// Bytes unpacked between two looks at that.
const PIECE: usize = 1 << 20;

/// What a backup file is refused for.
pub(super) fn bad(why: impl Into<String>) -> Error {
    Error::BadFile(why.into())
}

/// Writes a backup.
pub(super) struct Out<W: Write> {
    gzip: GzEncoder<W>,
    hash: Sha256,
}

impl<W: Write> Out<W> {
    pub(super) fn new(out: W) -> Result<Self> {
        let mut gzip = GzEncoder::new(out, Compression::fast());
        gzip.write_all(MAGIC).map_err(unwritten)?;
        Ok(Self { gzip, hash: Sha256::new() })
    }

    /// A document that the hash does not cover.
    pub(super) fn about(&mut self, json: &[u8]) -> Result<()> {
        let length = u32::try_from(json.len()).map_err(|_| bad("the head of the backup is too long"))?;
        self.gzip.write_all(&length.to_be_bytes()).map_err(unwritten)?;
        self.gzip.write_all(json).map_err(unwritten)
    }

    /// A document that it covers.
    pub(super) fn document(&mut self, json: &[u8]) -> Result<()> {
        self.hash.update(json);
        self.about(json)
    }

    pub(super) fn bytes(&mut self, bytes: &[u8]) -> Result<()> {
        self.hash.update(bytes);
        self.gzip.write_all(bytes).map_err(unwritten)
    }

    /// Ends with the hash over everything hashed, and gives it.
    pub(super) fn finish(mut self) -> Result<(String, W)> {
        let hash = self.hash.finalize();
        self.gzip.write_all(&hash).map_err(unwritten)?;
        let out = self.gzip.finish().map_err(unwritten)?;
        Ok((crate::ledger::hex(&hash), out))
    }
}

fn unwritten(error: std::io::Error) -> Error {
    match error.kind() {
        std::io::ErrorKind::StorageFull => Error::Full,
        _ => Error::BadFile(format!("the backup cannot be written: {error}")),
    }
}

/// Counts the packed bytes that were read.
struct Counted<R> {
    inner: R,
    count: u64,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.count += read as u64;
        Ok(read)
    }
}

/// Reads a backup.
pub(super) struct In<R: Read> {
    gzip: BufReader<GzDecoder<BufReader<Counted<R>>>>,
    hash: Sha256,
    raw: u64,
}

impl<R: Read> In<R> {
    /// Looks whether it is a backup at all.
    pub(super) fn new(input: R) -> Result<Self> {
        let packed = BufReader::with_capacity(1 << 16, Counted { inner: input, count: 0 });
        let gzip = BufReader::with_capacity(1 << 16, GzDecoder::new(packed));
        let mut read = Self { gzip, hash: Sha256::new(), raw: 0 };
        let no = || bad("this is no Proofmark backup (proofmark backup FILE makes one)");
        let magic = read.take(MAGIC.len() as u32).map_err(|_| no())?;
        match magic {
            magic if magic == MAGIC => Ok(read),
            magic if magic.starts_with(b"proofmark-backup ") => {
                Err(bad("this backup was made by a newer Proofmark; use that version or a later one"))
            }
            _ => Err(no()),
        }
    }

    /// The next bytes. Memory grows with what is there, not with what is claimed.
    fn take(&mut self, length: u32) -> Result<Vec<u8>> {
        let mut bytes = Vec::with_capacity((length as usize).min(PIECE));
        while bytes.len() < length as usize {
            let piece = (length as usize - bytes.len()).min(PIECE);
            let read = (&mut self.gzip).take(piece as u64).read_to_end(&mut bytes);
            let read = read.map_err(|error| bad(format!("its packing is damaged: {error}")))?;
            if read != piece {
                return Err(bad("it is cut off"));
            }
            self.raw += read as u64;
            if self.raw > FREE + self.packed() * LARGEST_RATIO {
                return Err(bad("it unpacks to far more than any backup does"));
            }
        }
        Ok(bytes)
    }

    /// How many bytes of the file were read.
    pub(super) fn packed(&self) -> u64 {
        self.gzip.get_ref().get_ref().get_ref().count
    }

    pub(super) fn about(&mut self) -> Result<Vec<u8>> {
        let length = self.take(4)?.try_into().map(u32::from_be_bytes).map_err(|_| bad("it is cut off"))?;
        if length > LARGEST_DOCUMENT {
            return Err(bad(format!("its head claims {length} bytes")));
        }
        self.take(length)
    }

    pub(super) fn document(&mut self) -> Result<Vec<u8>> {
        let json = self.about()?;
        self.hash.update(&json);
        Ok(json)
    }

    pub(super) fn bytes(&mut self, length: u32) -> Result<Vec<u8>> {
        let bytes = self.take(length)?;
        self.hash.update(&bytes);
        Ok(bytes)
    }

    /// Checks the hash at the end, and that nothing follows.
    pub(super) fn finish(mut self) -> Result<String> {
        let told = self.take(32)?;
        let hash = self.hash.finalize();
        if told != hash[..] {
            return Err(bad("its content does not fit its own hash: it was altered"));
        }
        let more = |error: std::io::Error| bad(format!("its packing is damaged: {error}"));
        let ends = self.gzip.fill_buf().map_err(more)?.is_empty()
            && self.gzip.get_mut().get_mut().fill_buf().map_err(more)?.is_empty();
        if !ends {
            return Err(bad("something follows its end"));
        }
        Ok(crate::ledger::hex(&hash))
    }
}
