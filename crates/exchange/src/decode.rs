//! From bytes to text: which encoding a file is in, and what proves it.

use encoding_rs::{UTF_16BE, UTF_16LE, WINDOWS_1252};
use std::borrow::Cow;

domain::codes!(
    /// The encodings people's spreadsheets write.
    Encoding, "encoding", {
    Utf8 = "utf-8", "UTF-8";
    Utf16Le = "utf-16le", "UTF-16 little-endian";
    Utf16Be = "utf-16be", "UTF-16 big-endian";
    Windows1252 = "windows-1252", "Windows-1252";
});

/// A file's text and how it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// The text without its byte order mark.
    pub text: String,
    /// What it was read as.
    pub encoding: Encoding,
    /// Why, in a sentence a person can check.
    pub why: String,
    /// What makes the choice doubtful, if anything.
    pub doubt: Option<String>,
}

/// Reads bytes as text: by the byte order mark, else as UTF-8 if all of it is, else as Windows-1252.
///
/// # Errors
/// The line and what is wrong, where the bytes contradict their own byte order mark.
pub fn decode(bytes: &[u8]) -> Result<Decoded, (usize, String)> {
    match bytes {
        [0xef, 0xbb, 0xbf, rest @ ..] => marked_utf8(rest),
        [0xff, 0xfe, rest @ ..] => marked_utf16(rest, Encoding::Utf16Le, UTF_16LE),
        [0xfe, 0xff, rest @ ..] => marked_utf16(rest, Encoding::Utf16Be, UTF_16BE),
        _ => Ok(unmarked(bytes)),
    }
}

/// A piece of unmarked bytes as text, and whether it is UTF-8; else it is read as Windows-1252.
pub(crate) fn piece(bytes: &[u8]) -> (Cow<'_, str>, bool) {
    match std::str::from_utf8(bytes) {
        Ok(text) => (Cow::Borrowed(text), true),
        Err(_) => (WINDOWS_1252.decode_without_bom_handling(bytes).0, false),
    }
}

/// The physical line, from 1, on which a byte stands; CR, LF and CRLF each end one.
pub(crate) fn line_of(bytes: &[u8], at: usize) -> usize {
    let before = &bytes[..at.min(bytes.len())];
    let ends = before.iter().enumerate().filter(|(i, b)| match **b {
        b'\n' => true,
        b'\r' => before.get(i + 1) != Some(&b'\n'),
        _ => false,
    });
    1 + ends.count()
}

fn marked_utf8(rest: &[u8]) -> Result<Decoded, (usize, String)> {
    let text = std::str::from_utf8(rest).map_err(|e| {
        let line = line_of(rest, e.valid_up_to());
        (
            line,
            "the file is marked as UTF-8 but is not UTF-8 here; save it again as \"CSV UTF-8\"".to_string(),
        )
    })?;
    let why = "the file starts with a UTF-8 byte order mark".into();
    Ok(Decoded { text: text.into(), encoding: Encoding::Utf8, why, doubt: None })
}

fn marked_utf16(
    rest: &[u8],
    encoding: Encoding,
    decoder: &'static encoding_rs::Encoding,
) -> Result<Decoded, (usize, String)> {
    let (text, broken) = decoder.decode_without_bom_handling(rest);
    if broken {
        let at = text.find('\u{fffd}').unwrap_or(text.len());
        let reason = "the file is marked as UTF-16 but is not UTF-16 here; it may have been cut short";
        return Err((line_of(text.as_bytes(), at), reason.into()));
    }
    let why = "the file starts with a UTF-16 byte order mark".into();
    Ok(Decoded { text: text.into_owned(), encoding, why, doubt: None })
}

fn unmarked(bytes: &[u8]) -> Decoded {
    let error = match std::str::from_utf8(bytes) {
        Ok(text) => {
            let why =
                if text.is_ascii() { "every character is plain ASCII" } else { "every byte is valid UTF-8" };
            return Decoded { text: text.into(), encoding: Encoding::Utf8, why: why.into(), doubt: None };
        }
        Err(error) => error,
    };
    let at = error.valid_up_to();
    let why = format!("byte {:02X} on line {} is not UTF-8", bytes[at], line_of(bytes, at));
    // encoding_rs follows browsers, which never fail here: the five unused bytes become control characters.
    let (text, _) = WINDOWS_1252.decode_without_bom_handling(bytes);
    Decoded { text: text.into_owned(), encoding: Encoding::Windows1252, why, doubt: doubt(bytes) }
}

/// Bytes that Windows-1252 does not use, or UTF-8 sequences beside others: the file may be a mixture, or another
/// code page altogether.
fn doubt(bytes: &[u8]) -> Option<String> {
    if let Some(at) = bytes.iter().position(|b| matches!(b, 0x81 | 0x8d | 0x8f | 0x90 | 0x9d)) {
        let line = line_of(bytes, at);
        return Some(format!(
            "byte {:02X} on line {line} means nothing in Windows-1252: check the accents",
            bytes[at]
        ));
    }
    let mut at = 0;
    for chunk in bytes.utf8_chunks() {
        if let Some(found) = chunk.valid().bytes().position(|b| !b.is_ascii()) {
            let line = line_of(bytes, at + found);
            return Some(format!(
                "line {line} looks like UTF-8 though other lines are not: check the accents"
            ));
        }
        at += chunk.valid().len() + chunk.invalid().len();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16(text: &str, little: bool) -> Vec<u8> {
        let units = format!("\u{feff}{text}");
        units.encode_utf16().flat_map(|u| if little { u.to_le_bytes() } else { u.to_be_bytes() }).collect()
    }

    #[test]
    fn each_encoding_is_recognised_and_says_why() {
        let text = "Łódź,Ω\r\n5,≥";
        for (bytes, encoding) in [
            (text.as_bytes().to_vec(), Encoding::Utf8),
            (format!("\u{feff}{text}").into_bytes(), Encoding::Utf8),
            (utf16(text, true), Encoding::Utf16Le),
            (utf16(text, false), Encoding::Utf16Be),
        ] {
            let decoded = decode(&bytes).unwrap();
            assert_eq!((decoded.text.as_str(), decoded.encoding), (text, encoding));
            assert!(!decoded.why.is_empty() && decoded.doubt.is_none());
        }
    }

    #[test]
    fn windows_1252_names_the_byte_that_proves_it() {
        let decoded = decode(b"Item,Room\r\nCaf\xe9 \x80 5,1").unwrap();
        assert_eq!(decoded.text, "Item,Room\r\nCafé € 5,1");
        assert_eq!(decoded.why, "byte E9 on line 2 is not UTF-8");
        assert_eq!(decoded.doubt, None);
    }

    #[test]
    fn mixtures_and_unused_bytes_are_doubted() {
        assert!(decode(b"a\nCaf\xc3\xa9\nCaf\xe9").unwrap().doubt.unwrap().starts_with("line 2 "));
        assert!(decode(b"\x81").unwrap().doubt.unwrap().contains("81"));
    }

    #[test]
    fn broken_promises_name_the_line() {
        assert_eq!(decode(b"\xef\xbb\xbfa\rb\r\xff").unwrap_err().0, 3);
        assert_eq!(decode(b"\xff\xfea\0\n\0b").unwrap_err().0, 2);
    }
}
