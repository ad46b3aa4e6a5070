//! The little of XML that workbooks use, as a stream of bounded pieces: no document types, no entities but the five.

use std::io::Read;

/// The longest tag or text, in bytes.
const LONGEST: usize = 512 * 1024;
const CHUNK: usize = 32 * 1024;

/// A piece of a document; names are without their namespace's prefix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Event {
    /// A start tag; an empty element is followed by its end.
    Open(Tag),
    /// An end tag.
    Close(String),
    /// Text, its references resolved.
    Text(String),
}

/// A start tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tag {
    pub(crate) name: String,
    attributes: Vec<(String, String)>,
}

impl Tag {
    /// An attribute's value, by its name without prefix.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }
}

/// Cuts a document into pieces.
pub(crate) struct Xml<R> {
    reader: R,
    bytes: Vec<u8>,
    at: usize,
    ended: bool,
    closing: Option<String>,
}

impl<R: Read> Xml<R> {
    pub(crate) fn new(reader: R) -> Self {
        Self { reader, bytes: vec![], at: 0, ended: false, closing: None }
    }

    /// The next piece; none at the end.
    ///
    /// # Errors
    /// Says what is wrong with the document.
    pub(crate) fn next(&mut self) -> Result<Option<Event>, String> {
        loop {
            if let Some(name) = self.closing.take() {
                return Ok(Some(Event::Close(name)));
            }
            self.more(1)?;
            let rest = self.rest();
            if rest.is_empty() {
                return Ok(None);
            }
            if !rest.starts_with(b"<") {
                let text = self.until(b"<", true)?;
                return Ok(Some(Event::Text(unescape(&text))));
            }
            self.more(9)?;
            let rest = self.rest();
            if rest.starts_with(b"<!--") {
                self.until(b"-->", false)?;
            } else if rest.starts_with(b"<![CDATA[") {
                let text = self.until(b"]]>", false)?;
                return Ok(Some(Event::Text(text.get(9..).unwrap_or_default().to_owned())));
            } else if rest.starts_with(b"<?") {
                self.until(b"?>", false)?;
            } else if rest.starts_with(b"<!") {
                return Err("the document has a type declaration, which no workbook needs".to_owned());
            } else {
                return self.tag().map(Some);
            }
        }
    }

    fn rest(&self) -> &[u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    /// Reads until so many bytes lie ahead, or the end.
    fn more(&mut self, want: usize) -> Result<(), String> {
        while !self.ended && self.rest().len() < want {
            self.bytes.drain(..self.at);
            self.at = 0;
            let before = self.bytes.len();
            let read = self.reader.by_ref().take(CHUNK as u64).read_to_end(&mut self.bytes);
            read.map_err(|e| format!("the compressed data is damaged ({e})"))?;
            self.ended = self.bytes.len() == before;
        }
        Ok(())
    }

    /// Takes everything up to a mark; the mark itself is left where `leave`, else dropped.
    fn until(&mut self, mark: &[u8], leave: bool) -> Result<String, String> {
        let mut from = 0;
        loop {
            let rest = self.rest();
            let found = rest.get(from..).and_then(|r| r.windows(mark.len()).position(|w| w == mark));
            if let Some(at) = found {
                let text = lossy(rest.get(..from + at));
                self.at += from + at + if leave { 0 } else { mark.len() };
                return Ok(text);
            }
            let seen = rest.len();
            if self.ended {
                let text = lossy(Some(rest));
                self.at = self.bytes.len();
                return if leave { Ok(text) } else { Err("the document ends within a tag".to_owned()) };
            }
            from = seen.saturating_sub(mark.len() - 1);
            self.bounded(seen)?;
        }
    }

    fn bounded(&mut self, seen: usize) -> Result<(), String> {
        if seen > LONGEST {
            return Err(format!("a tag or text is longer than {LONGEST} bytes"));
        }
        self.more(seen + 1)
    }

    fn tag(&mut self) -> Result<Event, String> {
        let (mut at, mut quote) = (1, None);
        loop {
            match self.rest().get(at).copied() {
                None if self.ended => return Err("the document ends within a tag".to_owned()),
                None => {
                    self.bounded(at)?;
                    continue;
                }
                Some(b'>') if quote.is_none() => break,
                Some(b @ (b'"' | b'\'')) if quote.is_none() => quote = Some(b),
                Some(b) if quote == Some(b) => quote = None,
                Some(_) => {}
            }
            at += 1;
        }
        let text = lossy(self.rest().get(1..at));
        self.at += at + 1;
        if let Some(name) = text.strip_prefix('/') {
            return Ok(Event::Close(local(name.trim()).to_owned()));
        }
        let (body, empty) = text.strip_suffix('/').map_or((text.as_str(), false), |body| (body, true));
        let end = body.find(char::is_whitespace).unwrap_or(body.len());
        let (name, rest) = body.split_at_checked(end).unwrap_or((body, ""));
        let name = local(name).to_owned();
        if empty {
            self.closing = Some(name.clone());
        }
        Ok(Event::Open(Tag { name, attributes: attributes(rest) }))
    }
}

fn lossy(bytes: Option<&[u8]>) -> String {
    String::from_utf8_lossy(bytes.unwrap_or_default()).into_owned()
}

fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

fn attributes(mut text: &str) -> Vec<(String, String)> {
    let mut found = vec![];
    while let Some((name, rest)) = text.split_once('=') {
        let rest = rest.trim_start();
        let Some(quote) = rest.chars().next().filter(|c| *c == '"' || *c == '\'') else { break };
        let Some((value, after)) = rest.get(1..).and_then(|r| r.split_once(quote)) else { break };
        found.push((local(name.trim()).to_owned(), unescape(value)));
        text = after;
    }
    found
}

/// Resolves references; what is none stays as it is.
fn unescape(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut parts = text.split('&');
    out.push_str(parts.next().unwrap_or_default());
    for part in parts {
        match part.split_once(';').and_then(|(name, rest)| Some((reference(name)?, rest))) {
            Some((c, rest)) => {
                out.push(c);
                out.push_str(rest);
            }
            None => {
                out.push('&');
                out.push_str(part);
            }
        }
    }
    out
}

fn reference(name: &str) -> Option<char> {
    Some(match name {
        "lt" => '<',
        "gt" => '>',
        "amp" => '&',
        "quot" => '"',
        "apos" => '\'',
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)?
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn events(text: &str) -> Vec<String> {
        let mut xml = Xml::new(text.as_bytes());
        let mut found = vec![];
        while let Ok(Some(event)) = xml.next() {
            found.push(match event {
                Event::Open(tag) => format!("+{}{:?}", tag.name, tag.attributes),
                Event::Close(name) => format!("-{name}"),
                Event::Text(text) => text,
            });
        }
        found
    }

    #[test]
    fn documents_fall_into_pieces() {
        assert_eq!(
            events(
                "<?xml v?><!-- a>b --><x:r a=\"1>2\" b='&quot;'><c/>a &lt;&#x3a9;&nix;<![CDATA[<&]]></x:r>"
            ),
            [r#"+r[("a", "1>2"), ("b", "\"")]"#, "+c[]", "-c", "a <Ω&nix;", "<&", "-r"]
        );
        assert!(Xml::new(&b"<!DOCTYPE a [<!ENTITY b 'c'>]>"[..]).next().is_err());
        assert!(Xml::new("x".repeat(2 * LONGEST).as_bytes()).next().is_err());
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "(<|>|/|\"|'|=|&|;|!|--|\\[CDATA\\[|\\]|\\?|a|#x|é| ){0,40}") {
            events(&text);
        }
    }
}
