//! Text files as streams: byte order marks obeyed, UTF-16 turned into UTF-8, memory bounded.

use crate::decode::piece;
use encoding_rs::{Decoder, UTF_16BE, UTF_16LE};
use std::io::Read;

const CHUNK: usize = 64 * 1024;
/// The longest line taken, in bytes.
pub(crate) const LONGEST_LINE: usize = 256 * 1024;

/// A window onto a stream, in UTF-8 or an unmarked one-byte encoding.
pub(crate) struct Source<R> {
    reader: R,
    bytes: Vec<u8>,
    at: usize,
    started: bool,
    decoder: Option<Decoder>,
    ended: bool,
    error: Option<String>,
}

impl<R: Read> Source<R> {
    pub(crate) fn new(reader: R) -> Self {
        Self { reader, bytes: vec![], at: 0, started: false, decoder: None, ended: false, error: None }
    }

    /// Makes sure that so many bytes lie in the window, unless the file ends before.
    pub(crate) fn fill(&mut self, want: usize) {
        if self.ended || self.bytes.len() - self.at >= want {
            return;
        }
        self.bytes.drain(..self.at);
        self.at = 0;
        while !self.ended && self.bytes.len() < 2 * want {
            self.read_chunk();
        }
    }

    fn read_chunk(&mut self) {
        let mut raw = vec![];
        if let Err(error) = self.reader.by_ref().take(CHUNK as u64).read_to_end(&mut raw) {
            self.error = Some(error.to_string());
        }
        self.ended = raw.len() < CHUNK || self.error.is_some();
        let mut new = raw.as_slice();
        if !self.started {
            self.started = true;
            (new, self.decoder) = match new {
                [0xef, 0xbb, 0xbf, rest @ ..] => (rest, None),
                [0xff, 0xfe, rest @ ..] => (rest, Some(UTF_16LE.new_decoder_without_bom_handling())),
                [0xfe, 0xff, rest @ ..] => (rest, Some(UTF_16BE.new_decoder_without_bom_handling())),
                other => (other, None),
            };
        }
        match &mut self.decoder {
            None => self.bytes.extend_from_slice(new),
            Some(decoder) => {
                let room = decoder.max_utf8_buffer_length(new.len()).unwrap_or(4 * CHUNK);
                let mut text = String::with_capacity(room);
                let _ = decoder.decode_to_string(new, &mut text, self.ended);
                self.bytes.extend_from_slice(text.as_bytes());
            }
        }
    }

    /// What lies in the window.
    pub(crate) fn rest(&self) -> &[u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    /// Leaves so many bytes behind.
    pub(crate) fn consume(&mut self, count: usize) {
        self.at = (self.at + count).min(self.bytes.len());
    }

    /// Whether the window holds all that is left.
    pub(crate) fn ended(&self) -> bool {
        self.ended
    }

    /// Why reading stopped, where it was no end of the file; told once.
    pub(crate) fn take_error(&mut self) -> Option<String> {
        if self.rest().is_empty() { self.error.take() } else { None }
    }
}

/// The physical lines of a text, with their numbers from 1.
pub(crate) struct Lines<R> {
    source: Source<R>,
    line: usize,
}

impl<R: Read> Lines<R> {
    pub(crate) fn new(reader: R) -> Self {
        Self { source: Source::new(reader), line: 0 }
    }
}

impl<R: Read> Iterator for Lines<R> {
    /// A line, or why it cannot be read.
    type Item = (usize, Result<String, String>);

    fn next(&mut self) -> Option<Self::Item> {
        self.source.fill(LONGEST_LINE + 2);
        self.line += 1;
        let line = self.line;
        if self.source.rest().is_empty() {
            return self.source.take_error().map(|error| (line, Err(error)));
        }
        let rest = self.source.rest();
        let window = rest.get(..rest.len().min(LONGEST_LINE)).unwrap_or_default();
        let end = window.iter().position(|b| *b == b'\n' || *b == b'\r');
        if end.is_none() && rest.len() > LONGEST_LINE {
            skip_line(&mut self.source);
            return Some((line, Err(format!("the line is longer than {LONGEST_LINE} bytes"))));
        }
        let end = end.unwrap_or(window.len());
        let text = piece(window.get(..end).unwrap_or_default()).0.into_owned();
        let used = end + line_end(rest.get(end..).unwrap_or_default());
        self.source.consume(used);
        Some((line, Ok(text)))
    }
}

/// How many bytes the line end here has.
pub(crate) fn line_end(bytes: &[u8]) -> usize {
    match bytes {
        [b'\r', b'\n', ..] => 2,
        [b'\r' | b'\n', ..] => 1,
        _ => 0,
    }
}

/// Goes behind the next line end, however far it is.
pub(crate) fn skip_line<R: Read>(source: &mut Source<R>) {
    loop {
        source.fill(CHUNK);
        let rest = source.rest();
        match rest.iter().position(|b| *b == b'\n' || *b == b'\r') {
            Some(at) if at + 1 < rest.len() || source.ended() => {
                let used = at + line_end(rest.get(at..).unwrap_or_default());
                return source.consume(used);
            }
            Some(at) => source.consume(at),
            None => {
                let all = rest.len();
                source.consume(all);
                if source.ended() {
                    return;
                }
            }
        }
    }
}
