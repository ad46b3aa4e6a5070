//! The little of ZIP that workbooks need: finding a part, reading it within bounds, and packing parts.

use crate::inflate;
use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc};
use std::collections::HashMap;
use std::io::{Cursor, Read, Write};

/// The most parts of an archive.
const MOST_PARTS: usize = 10_000;
const END: [u8; 4] = *b"PK\x05\x06";
const ENTRY: [u8; 4] = *b"PK\x01\x02";
const LOCAL: [u8; 4] = *b"PK\x03\x04";

/// A part as it lies in the archive.
struct Part {
    deflated: bool,
    size: usize,
    local: usize,
}

/// An archive in memory.
pub(crate) struct Zip {
    bytes: Vec<u8>,
    parts: HashMap<String, Part>,
}

impl Zip {
    /// Reads the directory at the end; nothing is unpacked yet.
    ///
    /// # Errors
    /// Says why it is no archive.
    pub(crate) fn open(bytes: Vec<u8>) -> Result<Self, String> {
        let cut = || "the archive's directory is damaged or cut short".to_owned();
        // The end record stands last, before a comment of at most 65,535 bytes.
        let from = bytes.len().saturating_sub(22 + 0xffff);
        let tail = bytes.get(from..).unwrap_or_default();
        let end = tail.windows(4).rposition(|w| w == END).ok_or_else(cut)? + from;
        let count = u16_at(&bytes, end + 10).ok_or_else(cut)?;
        let mut at = u32_at(&bytes, end + 16).ok_or_else(cut)?;
        if count > MOST_PARTS {
            return Err(format!("the archive has more than {MOST_PARTS} parts"));
        }
        let mut parts = HashMap::new();
        for _ in 0..count {
            let (name, part, next) = entry(&bytes, at).ok_or_else(cut)?;
            parts.insert(name, part);
            at = next;
        }
        Ok(Self { bytes, parts })
    }

    /// Opens a part for reading as it inflates; none where there is no such part.
    pub(crate) fn part(&self, name: &str) -> Option<Result<Box<dyn Read>, String>> {
        let part = self.parts.get(name)?;
        let packed = self.packed(part).ok_or_else(|| format!("the part {name} is damaged or cut short"));
        Some(packed.map(|packed| -> Box<dyn Read> {
            let packed = Cursor::new(packed.to_vec());
            if part.deflated { Box::new(inflate::deflate(packed)) } else { Box::new(packed) }
        }))
    }

    fn packed(&self, part: &Part) -> Option<&[u8]> {
        self.bytes.get(part.local..)?.strip_prefix(&LOCAL)?;
        let from =
            part.local + 30 + u16_at(&self.bytes, part.local + 26)? + u16_at(&self.bytes, part.local + 28)?;
        self.bytes.get(from..from.checked_add(part.size)?)
    }
}

fn entry(bytes: &[u8], at: usize) -> Option<(String, Part, usize)> {
    bytes.get(at..)?.strip_prefix(&ENTRY)?;
    let method = u16_at(bytes, at + 10)?;
    let size = u32_at(bytes, at + 20)?;
    let (name, extra, comment) = (u16_at(bytes, at + 28)?, u16_at(bytes, at + 30)?, u16_at(bytes, at + 32)?);
    let local = u32_at(bytes, at + 42)?;
    let text = String::from_utf8_lossy(bytes.get(at + 46..at + 46 + name)?).into_owned();
    // Neither encrypted parts nor other methods occur in workbooks: such a part has no bytes.
    let known = (method == 0 || method == 8) && u16_at(bytes, at + 8)? & 1 == 0;
    let part = Part { deflated: method == 8, size: if known { size } else { usize::MAX }, local };
    Some((text, part, at + 46 + name + extra + comment))
}

fn u16_at(bytes: &[u8], at: usize) -> Option<usize> {
    bytes.get(at..)?.first_chunk::<2>().map(|b| usize::from(u16::from_le_bytes(*b)))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<usize> {
    bytes.get(at..)?.first_chunk::<4>().and_then(|b| usize::try_from(u32::from_le_bytes(*b)).ok())
}

/// Counts what goes through it.
struct Counted<W> {
    out: W,
    bytes: u64,
}

impl<W: Write> Write for Counted<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.out.flush()
    }
}

/// An archive of at most 4 GB being written; nothing of its parts is kept but their names and sizes.
pub(crate) struct Stream<W: Write> {
    out: Counted<W>,
    directory: Vec<u8>,
    count: u16,
}

/// A part being packed; what is written to it is deflated and goes out at once.
pub(crate) struct Packing<W: Write> {
    name: &'static str,
    offset: u32,
    plain: u64,
    crc: Crc,
    deflate: DeflateEncoder<Counted<W>>,
    directory: Vec<u8>,
    count: u16,
}

/// Version 2.0; sizes follow the part (bit 3), for they are not known before; deflate; midnight on 1 January 1980: an
/// archive's bytes tell no time.
const ABOUT: [u16; 5] = [20, 8, 8, 0, 0x21];
/// Begins the sizes that follow a part.
const SIZES: [u8; 4] = *b"PK\x07\x08";

impl<W: Write> Stream<W> {
    pub(crate) fn new(out: W) -> Self {
        Self { out: Counted { out, bytes: 0 }, directory: vec![], count: 0 }
    }

    /// Begins a part.
    pub(crate) fn begin(mut self, name: &'static str) -> std::io::Result<Packing<W>> {
        let offset = size(self.out.bytes)?;
        let mut local = LOCAL.to_vec();
        ABOUT.iter().for_each(|word| local.extend(word.to_le_bytes()));
        local.extend([0; 12]);
        local.extend(u16::try_from(name.len()).map_err(std::io::Error::other)?.to_le_bytes());
        local.extend([0, 0]);
        local.extend(name.as_bytes());
        self.out.write_all(&local)?;
        let deflate = DeflateEncoder::new(self.out, Compression::default());
        let (directory, count) = (self.directory, self.count);
        Ok(Packing { name, offset, plain: 0, crc: Crc::new(), deflate, directory, count })
    }

    /// Adds a whole part.
    pub(crate) fn whole(self, name: &'static str, text: &str) -> std::io::Result<Self> {
        let mut part = self.begin(name)?;
        part.add(text)?;
        part.end()
    }

    /// Writes the directory and gives back what was written to.
    pub(crate) fn finish(mut self) -> std::io::Result<W> {
        let (start, length) = (size(self.out.bytes)?, size(self.directory.len() as u64)?);
        let mut end = self.directory;
        end.extend(END);
        end.extend([0; 4]);
        end.extend([self.count.to_le_bytes(), self.count.to_le_bytes()].concat());
        end.extend([length.to_le_bytes(), start.to_le_bytes()].concat());
        end.extend([0, 0]);
        self.out.write_all(&end)?;
        self.out.flush()?;
        Ok(self.out.out)
    }
}

impl<W: Write> Packing<W> {
    pub(crate) fn add(&mut self, text: &str) -> std::io::Result<()> {
        self.crc.update(text.as_bytes());
        self.plain += text.len() as u64;
        self.deflate.write_all(text.as_bytes())
    }

    /// Ends the part.
    pub(crate) fn end(mut self) -> std::io::Result<Stream<W>> {
        let mut out = self.deflate.finish()?;
        let begun = u64::from(self.offset) + 30 + self.name.len() as u64;
        let sizes = [self.crc.sum(), size(out.bytes - begun)?, size(self.plain)?];
        let sizes: Vec<u8> = sizes.into_iter().flat_map(u32::to_le_bytes).collect();
        out.write_all(&SIZES)?;
        out.write_all(&sizes)?;
        self.directory.extend(ENTRY);
        self.directory.extend(20u16.to_le_bytes());
        ABOUT.iter().for_each(|word| self.directory.extend(word.to_le_bytes()));
        self.directory.extend(sizes);
        self.directory.extend(u16::try_from(self.name.len()).map_err(std::io::Error::other)?.to_le_bytes());
        self.directory.extend([0; 12]);
        self.directory.extend(self.offset.to_le_bytes());
        self.directory.extend(self.name.as_bytes());
        Ok(Stream { out, directory: self.directory, count: self.count + 1 })
    }
}

fn size(length: u64) -> std::io::Result<u32> {
    u32::try_from(length).map_err(|_| std::io::Error::other("the workbook is larger than 4 GB"))
}
