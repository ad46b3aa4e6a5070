//! The little of ZIP that workbooks need: finding a part, reading it within bounds, and packing parts.

use crate::archive::Archive;
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

/// A part being packed; what is written to it is deflated at once.
pub(crate) struct Packing {
    name: &'static str,
    crc: Crc,
    deflate: DeflateEncoder<Vec<u8>>,
}

impl Packing {
    pub(crate) fn new(name: &'static str) -> Self {
        Self { name, crc: Crc::new(), deflate: DeflateEncoder::new(vec![], Compression::default()) }
    }

    /// A whole part.
    pub(crate) fn of(name: &'static str, text: &str) -> std::io::Result<Self> {
        let mut part = Self::new(name);
        part.add(text)?;
        Ok(part)
    }

    pub(crate) fn add(&mut self, text: &str) -> std::io::Result<()> {
        self.crc.update(text.as_bytes());
        self.deflate.write_all(text.as_bytes())
    }
}

/// Packs parts into an archive of at most 4 GB.
pub(crate) fn pack(parts: Vec<Packing>) -> std::io::Result<Vec<u8>> {
    let (mut archive, mut out) = (Archive::default(), vec![]);
    for part in parts {
        let packed = part.deflate.finish()?;
        out.extend(archive.add_deflated(part.name, &part.crc, &packed)?);
    }
    out.extend(archive.end()?);
    Ok(out)
}
