//! Asset tags: what is printed under a QR code, typed by hand and scanned by whatever app is at hand.

use crate::codes;

/// Crockford's base 32: no I, L, O (they read as 1, 1, 0) and no U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Characters of a tag of ours, the last of which is the check.
const LENGTH: usize = 8;
/// A prime above the alphabet's size, so that every single slip and every swap of neighbours changes the remainder.
const MODULUS: u64 = 37;
/// Bits carried by the seven characters before the check.
const BITS: u32 = 35;
/// The longest text worth looking up; a QR code of somebody else may hold a whole address.
const LONGEST: usize = 200;

codes!(
    /// Where a tag's text came from; check-digit rules hold for [`TagKind::Ours`] only.
    TagKind, "kind of tag", {
    Ours = "ours", "Issued here";
    Existing = "existing", "Already on the asset";
});

codes!(
    /// Whether a tag may lead to an asset.
    TagState, "state of a tag", {
    Active = "active", "Active";
    Reserved = "reserved", "Printed, not yet on an asset";
    Retired = "retired", "Retired";
});

/// A tag of ours: eight upper-case characters whose check is right.
///
/// `Display`, JSON, addresses, databases and data files carry the bare eight characters; only [`Tag::spoken`]
/// adds a dash, because a dash costs a QR character and lets a spreadsheet take "1DEC-2024" for a date.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Tag([u8; LENGTH]);

impl Tag {
    /// Makes a tag from the low 35 bits; none for the one in seven that is never issued.
    ///
    /// Skipped are those whose check would be one of `*~$=U` (they type badly and leave QR's alphanumeric mode)
    /// and those a spreadsheet would read as a number ("00123456" loses its zeros, "12E34567" becomes infinity).
    pub fn from_random(bits: u64) -> Option<Self> {
        let value = bits & ((1 << BITS) - 1);
        let check = ALPHABET.get((value % MODULUS) as usize)?;
        let mut text = [*check; LENGTH];
        for (place, slot) in text[..LENGTH - 1].iter_mut().rev().enumerate() {
            *slot = ALPHABET[(value >> (5 * place)) as usize & 31];
        }
        (!reads_as_number(&text)).then_some(Self(text))
    }

    /// Draws from a source of random numbers until one makes a tag.
    ///
    /// The attempt is added to the draw so that a source that is stuck, as in a test, still ends.
    pub fn generate(mut random: impl FnMut() -> u64) -> Self {
        let mut attempt = 0u64;
        loop {
            if let Some(tag) = Self::from_random(random().wrapping_add(attempt)) {
                return tag;
            }
            attempt = attempt.wrapping_add(1);
        }
    }

    /// The bare eight characters.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The tag as people read it aloud and copy it: "7K3M-9QXT".
    pub fn spoken(&self) -> String {
        let (front, back) = self.as_str().split_at(LENGTH / 2);
        format!("{front}-{back}")
    }
}

impl std::fmt::Display for Tag {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}

impl std::fmt::Debug for Tag {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Tag({self})")
    }
}

impl From<Tag> for String {
    fn from(tag: Tag) -> Self {
        tag.to_string()
    }
}

impl std::str::FromStr for Tag {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        match read(text) {
            Scan::Ours(tag) => Ok(tag),
            Scan::WrongCheck { text } => {
                Err(format!("the check character of {text} is wrong: read it again"))
            }
            Scan::Other(text) => Err(format!("{text} is not a tag issued here")),
            Scan::Unreadable => Err("that is no tag".into()),
        }
    }
}

impl TryFrom<String> for Tag {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

/// What a scanned or typed text turned out to be.
///
/// Look a [`Scan::WrongCheck`] up among stored existing codes only, by [`fold`]ed form; with no exact hit there it
/// is a misreading of a tag of ours and must never lead to an asset, nor to making one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scan {
    /// Eight characters of our alphabet with the right check.
    Ours(Tag),
    /// Eight characters of our alphabet with another check.
    WrongCheck {
        /// The folded text.
        text: String,
    },
    /// Anything else, folded: perhaps a code the customer had before, perhaps a number of theirs.
    Other(String),
    /// Nothing left after folding, or more than any code holds.
    Unreadable,
}

/// Tells what a scanned or typed text is; it looks nothing up.
pub fn read(text: &str) -> Scan {
    if text.len() > 4 * LONGEST {
        return Scan::Unreadable;
    }
    let folded = fold(text);
    if folded.is_empty() || folded.chars().count() > LONGEST {
        return Scan::Unreadable;
    }
    match (ours(&folded), values(&folded)) {
        (Some(tag), _) => Scan::Ours(tag),
        (None, Some(_)) => Scan::WrongCheck { text: folded },
        (None, None) => Scan::Other(folded),
    }
}

/// The form in which tags are compared and are unique: upper case, O as 0, I and L as 1, no spaces, dashes or
/// control characters, and of an address that has one only what follows its last "/T/".
///
/// Folding twice gives the same text as folding once.
pub fn fold(text: &str) -> String {
    let upper = text.chars().flat_map(char::to_uppercase).filter(|c| !ignored(*c));
    let mut folded: String = upper
        .map(|c| match c {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        })
        .collect();
    while let Some(code) = code_of_address(&folded) {
        folded = code.to_string();
    }
    folded
}

/// The address a label carries, in upper case so that its QR code stays in the small alphanumeric mode.
pub fn label_url(base: &str, tag: Tag) -> String {
    format!("{}/T/{tag}", base.trim_end_matches('/').to_uppercase())
}

fn ignored(c: char) -> bool {
    // Keyboards, word processors and scanners each have a dash, and an invisible character, of their own.
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '-' | '\u{ad}' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{200b}'..='\u{200f}' | '\u{feff}')
}

fn code_of_address(folded: &str) -> Option<&str> {
    let rest = folded.strip_prefix("HTTPS://").or_else(|| folded.strip_prefix("HTTP://"))?;
    let rest = rest.split(['?', '#']).next()?;
    let (_, code) = rest.rsplit_once("/T/")?;
    code.split('/').next()
}

fn values(folded: &str) -> Option<[u64; LENGTH]> {
    let bytes: [u8; LENGTH] = folded.as_bytes().try_into().ok()?;
    let mut found = [0; LENGTH];
    for (slot, byte) in found.iter_mut().zip(bytes) {
        *slot = ALPHABET.iter().position(|a| *a == byte)? as u64;
    }
    Some(found)
}

fn ours(folded: &str) -> Option<Tag> {
    let found = values(folded)?;
    let (check, body) = found.split_last()?;
    let value = body.iter().fold(0, |sum, digit| sum * 32 + digit);
    (value % MODULUS == *check).then_some(Tag(folded.as_bytes().try_into().ok()?))
}

fn reads_as_number(text: &[u8; LENGTH]) -> bool {
    let exponent = text.iter().filter(|b| **b == b'E').count();
    text.iter().all(|b| b.is_ascii_digit() || *b == b'E') && exponent <= 1
}

#[cfg(test)]
#[path = "tag_tests.rs"]
mod tests;
