//! The frames of a super string: start byte, length, checksum, two zeros, payload.

use std::io::Read;

const HEADER: usize = 7;
/// The longest frame: header, a payload of 65,535 bytes and the one byte that lengths lack on test records.
const LONGEST: usize = HEADER + 0xffff + 1;
const CHUNK: usize = 128 * 1024;

/// A frame whose checksum holds.
pub(super) struct Frame {
    pub(super) offset: u64,
    pub(super) payload: Vec<u8>,
}

/// A stretch of bytes that makes no frame.
pub(super) struct BadFrame {
    pub(super) offset: u64,
    pub(super) reason: String,
    pub(super) expected: &'static str,
}

/// Cuts frames out of a stream and finds the next after a broken one.
pub(super) struct Frames<R> {
    reader: R,
    bytes: Vec<u8>,
    /// Running sums of `bytes`: a checksum costs one subtraction, so that no file makes searching slow.
    sums: Vec<u32>,
    at: usize,
    /// Where `bytes` starts in the file.
    base: u64,
    ended: bool,
    failed: Option<String>,
}

/// What the bytes at the current place are.
enum Found {
    Frame(usize),
    Truncated,
    WrongSum,
    NoHeader,
}

impl<R: Read> Frames<R> {
    pub(super) fn new(reader: R) -> Self {
        Self { reader, bytes: vec![], sums: vec![0], at: 0, base: 0, ended: false, failed: None }
    }

    /// Makes sure that the longest frame lies in memory, unless the file ends before.
    fn fill(&mut self) {
        if self.ended || self.bytes.len() - self.at >= LONGEST {
            return;
        }
        self.bytes.drain(..self.at);
        self.base += self.at as u64;
        self.at = 0;
        while !self.ended && self.bytes.len() < LONGEST + CHUNK {
            let room = (LONGEST + CHUNK - self.bytes.len()) as u64;
            let before = self.bytes.len();
            match self.reader.by_ref().take(room).read_to_end(&mut self.bytes) {
                Ok(_) => self.ended = (self.bytes.len() - before) < usize::try_from(room).unwrap_or(0),
                Err(error) => {
                    self.ended = true;
                    self.failed = Some(error.to_string());
                }
            }
        }
        self.sums.clear();
        self.sums.push(0);
        let mut sum = 0u32;
        self.sums.extend(self.bytes.iter().map(|b| {
            sum = sum.wrapping_add(u32::from(*b));
            sum
        }));
    }

    fn rest(&self) -> &[u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    fn look(&self, at: usize) -> Found {
        let rest = self.bytes.get(at..).unwrap_or_default();
        let Some((length, stored)) = header(rest) else { return Found::NoHeader };
        let from = at + HEADER;
        // The length as it stands, then with the byte that test records leave out; exact sums before near ones.
        for allowance in [0, 1] {
            for length in [length, length + 1] {
                if self.sum(from, length).is_some_and(|sum| near(sum, stored, allowance)) {
                    return Found::Frame(length);
                }
            }
        }
        if rest.len() < HEADER + length { Found::Truncated } else { Found::WrongSum }
    }

    fn sum(&self, from: usize, length: usize) -> Option<u16> {
        let sum = self.sums.get(from + length)?.wrapping_sub(*self.sums.get(from)?);
        Some((sum & 0xffff) as u16)
    }

    /// Goes on after a broken frame: where its length says, if a frame is there, else at the next that holds.
    fn skip(&mut self) {
        let length = header(self.rest()).map_or(0, |(length, _)| length);
        for by in [HEADER + length, HEADER + length + 1] {
            if length > 0 && matches!(self.look(self.at + by), Found::Frame(_)) {
                self.at += by;
                return;
            }
        }
        self.at += 1;
        loop {
            self.fill();
            let starts = |b: &u8| matches!(b, 0x54 | 0x55);
            match self.rest().iter().position(starts) {
                None if self.ended => self.at = self.bytes.len(),
                None => self.at = self.bytes.len(),
                Some(by) => {
                    self.at += by;
                    self.fill();
                    if matches!(self.look(self.at), Found::Frame(_)) {
                        return;
                    }
                    self.at += 1;
                }
            }
            if self.ended && self.at >= self.bytes.len() {
                return;
            }
        }
    }
}

/// Length and checksum, where the bytes look like a header.
fn header(bytes: &[u8]) -> Option<(usize, u16)> {
    match bytes {
        [0x54 | 0x55, l0, l1, c0, c1, 0, 0, ..] if (l0, l1) != (&0, &0) => {
            Some((usize::from(u16::from_le_bytes([*l0, *l1])), u16::from_le_bytes([*c0, *c1])))
        }
        _ => None,
    }
}

/// Testers in the field write sums that are one off.
fn near(sum: u16, stored: u16, allowance: u16) -> bool {
    sum.wrapping_sub(stored) == allowance || stored.wrapping_sub(sum) == allowance
}

impl<R: Read> Iterator for Frames<R> {
    type Item = Result<Frame, BadFrame>;

    fn next(&mut self) -> Option<Self::Item> {
        self.fill();
        let rest = self.rest();
        let offset = self.base + self.at as u64;
        // Padding at the end is no record.
        if self.ended && rest.iter().all(|b| *b == 0) {
            self.at = self.bytes.len();
            let reason = self.failed.take()?;
            return Some(Err(BadFrame { offset, reason, expected: "a file that can be read to its end" }));
        }
        let (reason, expected) = match self.look(self.at) {
            Found::Frame(length) => {
                let from = self.at + HEADER;
                self.at = from + length;
                let payload = self.bytes.get(from..self.at).unwrap_or_default().to_vec();
                return Some(Ok(Frame { offset, payload }));
            }
            Found::Truncated => {
                ("the record is longer than what is left of the file", "the whole file, copied again")
            }
            Found::WrongSum => {
                ("the record's checksum does not match its bytes", "a record as the tester wrote it")
            }
            Found::NoHeader => {
                ("no record starts here", "start byte 55 or 54, length, checksum and two zero bytes")
            }
        };
        self.skip();
        Some(Err(BadFrame { offset, reason: reason.to_owned(), expected }))
    }
}
