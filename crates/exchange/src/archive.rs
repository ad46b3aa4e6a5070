//! A ZIP archive written file by file: what is not yet written is not in memory.

use std::io;

use flate2::Crc;

const LOCAL: [u8; 4] = *b"PK\x03\x04";
const ENTRY: [u8; 4] = *b"PK\x01\x02";
const END: [u8; 4] = *b"PK\x05\x06";
/// As it is.
const STORED: u16 = 0;
/// Names are UTF-8.
const UTF8: u16 = 1 << 11;
/// Midnight on 1 January 1980: the archive tells no time of its own.
const DAY: u16 = 0x21;

/// An archive being written, of at most 4 GB and 65,535 files.
#[derive(Debug, Default)]
pub struct Archive {
    directory: Vec<u8>,
    written: usize,
    count: u16,
}

impl Archive {
    /// Adds a file as it is, since it is compressed already, and gives the bytes to be sent now.
    ///
    /// # Errors
    /// It would be more than an archive without extensions holds.
    pub fn add(&mut self, name: &str, bytes: &[u8]) -> io::Result<Vec<u8>> {
        let mut crc = Crc::new();
        crc.update(bytes);
        self.put(name, (STORED, crc.sum(), long(bytes.len())?), bytes)
    }

    fn put(
        &mut self,
        name: &str,
        (method, crc, plain): (u16, u32, u32),
        packed: &[u8],
    ) -> io::Result<Vec<u8>> {
        let mut fields = vec![];
        for word in [20, if name.is_ascii() { 0 } else { UTF8 }, method, 0, DAY] {
            fields.extend(word.to_le_bytes());
        }
        for long in [crc, long(packed.len())?, plain] {
            fields.extend(long.to_le_bytes());
        }
        fields.extend(u16::try_from(name.len()).map_err(io::Error::other)?.to_le_bytes());
        fields.extend([0, 0]);
        let start = long(self.written)?;
        let out = [&LOCAL[..], &fields, name.as_bytes(), packed].concat();
        long(self.written + out.len())?;
        self.count = self.count.checked_add(1).ok_or_else(|| io::Error::other("more than 65,535 files"))?;
        self.directory.extend(ENTRY);
        self.directory.extend(20u16.to_le_bytes());
        self.directory.extend(&fields);
        // No comment, one disk, no attributes.
        self.directory.extend([0; 10]);
        self.directory.extend(start.to_le_bytes());
        self.directory.extend(name.as_bytes());
        self.written += out.len();
        Ok(out)
    }

    /// The end, which lists what is in it.
    ///
    /// # Errors
    /// As [`Archive::add`].
    pub fn end(&mut self) -> io::Result<Vec<u8>> {
        let (start, length) = (long(self.written)?, long(self.directory.len())?);
        let mut out = std::mem::take(&mut self.directory);
        out.extend(END);
        out.extend([0; 4]);
        out.extend(self.count.to_le_bytes());
        out.extend(self.count.to_le_bytes());
        out.extend(length.to_le_bytes());
        out.extend(start.to_le_bytes());
        out.extend([0, 0]);
        Ok(out)
    }
}

fn long(number: usize) -> io::Result<u32> {
    u32::try_from(number).map_err(|_| io::Error::other("more than 4 GB"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::zip::Zip;
    use std::io::Read;

    #[test]
    fn what_was_added_is_read_again_whole() {
        let mut archive = Archive::default();
        let mut bytes = archive.add("Küche_1.pdf", b"%PDF-1.7 one").unwrap();
        bytes.extend(archive.add("two.pdf", &[7; 70_000]).unwrap());
        bytes.extend(archive.end().unwrap());
        let zip = Zip::open(bytes).unwrap();
        let read = |name: &str| {
            let mut bytes = vec![];
            zip.part(name).unwrap().unwrap().read_to_end(&mut bytes).unwrap();
            bytes
        };
        assert_eq!(read("Küche_1.pdf"), b"%PDF-1.7 one");
        assert_eq!(read("two.pdf").len(), 70_000);
    }
}
