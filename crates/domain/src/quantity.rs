//! Exact decimals: readings, lengths and limits are compared as written, never as floats.

use std::fmt::{self, Write};
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

const SCALE: i64 = 1_000_000;
const DIGITS: usize = 6;

/// An exact decimal held in millionths (1e-6); its unit is named by whoever holds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Decimal(i64);

impl Decimal {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// One.
    pub const ONE: Self = Self(SCALE);

    /// Takes a number of millionths, as the database stores it.
    pub const fn from_millionths(millionths: i64) -> Self {
        Self(millionths)
    }

    /// Gives the number of millionths, as the database stores it.
    pub const fn millionths(self) -> i64 {
        self.0
    }

    /// Takes a whole number.
    pub const fn from_whole(whole: u32) -> Self {
        Self(whole as i64 * SCALE)
    }

    /// Takes a number of thousandths; nothing where it is too large to hold (about 9.2e15).
    pub fn from_thousandths(thousandths: i64) -> Option<Self> {
        thousandths.checked_mul(1000).map(Self)
    }

    /// Gives the exact number of thousandths; nothing where a finer part would be lost.
    pub fn thousandths(self) -> Option<i64> {
        (self.0 % 1000 == 0).then_some(self.0 / 1000)
    }

    /// Whether it is below zero.
    pub fn is_negative(self) -> bool {
        self.0 < 0
    }

    /// Adds; nothing where the sum is too large.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// Subtracts; nothing where the difference is too large.
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self)
    }

    /// Multiplies exactly.
    ///
    /// # Errors
    /// Says so where the product is too large or needs more than six decimals.
    pub fn checked_mul(self, other: Self) -> Result<Self, String> {
        let product = i128::from(self.0) * i128::from(other.0);
        if product % i128::from(SCALE) != 0 {
            return Err(format!("{self} x {other} needs more than six decimals"));
        }
        i64::try_from(product / i128::from(SCALE))
            .map(Self)
            .map_err(|_| format!("{self} x {other} is too large"))
    }

    /// Multiplies and drops what is finer than a millionth; nothing where the product is too large.
    ///
    /// A reading has at most six decimals, so `x <= floor(limit)` says the same as `x <= limit`.
    pub fn mul_floor(self, other: Self) -> Option<Self> {
        let product = i128::from(self.0) * i128::from(other.0);
        i64::try_from(product.div_euclid(i128::from(SCALE))).ok().map(Self)
    }

    /// Counts the steps begun in a length: 0 for nothing or less, 1 for up to one `step`, and so on.
    pub fn steps_begun(self, step: Self) -> u32 {
        if self.0 <= 0 || step.0 <= 0 {
            return 0;
        }
        u32::try_from((self.0 - 1) / step.0 + 1).unwrap_or(u32::MAX)
    }
}

impl FromStr for Decimal {
    type Err = String;

    /// Reads "3", "0.1585", ".5" or "-2".
    ///
    /// # Errors
    /// Says what is wrong and what would be right, in words for the person who typed it.
    fn from_str(given: &str) -> Result<Self, String> {
        let text = given.trim();
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, fraction) = match digits.split_once('.') {
            Some((_, "")) => return Err(not_a_number(text)),
            Some(parts) => parts,
            None => (digits, ""),
        };
        let plain = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        if (whole.is_empty() && fraction.is_empty()) || !plain(whole) || !plain(fraction) {
            return Err(not_a_number(text));
        }
        let fraction = fraction.trim_end_matches('0');
        if fraction.len() > DIGITS {
            return Err(format!("{} has more than six decimals; give at most six", quoted(text)));
        }
        let size = assemble(whole, fraction).ok_or_else(|| format!("{} is too large", quoted(text)))?;
        Ok(Self(if negative { -size } else { size }))
    }
}

fn assemble(whole: &str, fraction: &str) -> Option<i64> {
    let whole: i64 = match whole.trim_start_matches('0') {
        "" => 0,
        digits => digits.parse().ok()?,
    };
    let missing = DIGITS.checked_sub(fraction.len())?;
    let digits: i64 = if fraction.is_empty() { 0 } else { fraction.parse().ok()? };
    let fraction = digits * 10i64.pow(u32::try_from(missing).ok()?);
    whole.checked_mul(SCALE)?.checked_add(fraction)
}

fn not_a_number(text: &str) -> String {
    match text {
        "" => "a number is missing; write one such as 0.08".to_owned(),
        // 1,234 is a thousand to some and one and a bit to others: nothing guesses.
        _ if text.contains(',') => {
            format!("{} has a comma; write the decimals after a point, such as 1.5", quoted(text))
        }
        _ => format!("{} is not a number; write one such as 3 or 0.1585", quoted(text)),
    }
}

/// Quotes what was typed, cut short so that an error never repeats a flood of input.
pub(crate) fn quoted(text: &str) -> String {
    let cut: String = text.chars().take(40).collect();
    if cut.len() < text.len() { format!("\"{cut}...\"") } else { format!("\"{cut}\"") }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let size = self.0.unsigned_abs();
        let (whole, mut part) = (size / SCALE.unsigned_abs(), size % SCALE.unsigned_abs());
        // Set on the stack: a verdict shows several numbers, and a String for each is a tenth of its time.
        let mut text = Short::default();
        if part == 0 {
            write!(text, "{sign}{whole}")?;
        } else {
            let mut digits = DIGITS;
            while part.is_multiple_of(10) {
                (part, digits) = (part / 10, digits - 1);
            }
            write!(text, "{sign}{whole}.{part:0digits$}")?;
        }
        f.pad(text.as_str())
    }
}

/// The longest text of a number: a sign, 13 digits, the point and six digits.
#[derive(Default)]
struct Short {
    bytes: [u8; 24],
    length: usize,
}

impl Short {
    fn as_str(&self) -> &str {
        self.bytes.get(..self.length).and_then(|b| std::str::from_utf8(b).ok()).unwrap_or_default()
    }
}

impl fmt::Write for Short {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let end = self.length + text.len();
        self.bytes.get_mut(self.length..end).ok_or(fmt::Error)?.copy_from_slice(text.as_bytes());
        self.length = end;
        Ok(())
    }
}

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NumberVisitor)
    }
}

/// The text of a string, or of a JSON number as its shortest exact spelling ("0.08", never "0.0800000001").
pub(crate) struct NumberText(pub(crate) String);

impl<'de> Deserialize<'de> for NumberText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextVisitor).map(Self)
    }
}

struct TextVisitor;

impl de::Visitor<'_> for TextVisitor {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number, best as a string such as \"0.08\"")
    }
    fn visit_str<E: de::Error>(self, text: &str) -> Result<String, E> {
        Ok(text.to_owned())
    }
    fn visit_i64<E: de::Error>(self, number: i64) -> Result<String, E> {
        Ok(number.to_string())
    }
    fn visit_u64<E: de::Error>(self, number: u64) -> Result<String, E> {
        Ok(number.to_string())
    }
    // Not arithmetic: the shortest text that reads back as the same number is what the sender wrote.
    fn visit_f64<E: de::Error>(self, number: f64) -> Result<String, E> {
        Ok(number.to_string())
    }
}

struct NumberVisitor;

impl de::Visitor<'_> for NumberVisitor {
    type Value = Decimal;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        TextVisitor.expecting(f)
    }
    fn visit_str<E: de::Error>(self, text: &str) -> Result<Decimal, E> {
        text.parse().map_err(E::custom)
    }
    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Decimal, E> {
        self.visit_str(&number.to_string())
    }
    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Decimal, E> {
        self.visit_str(&number.to_string())
    }
    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Decimal, E> {
        self.visit_str(&number.to_string())
    }
}

/// Reads an optional quantity that cannot be below zero (a length, a power, a size); for serde fields.
///
/// # Errors
/// Refuses a negative number and whatever [`Decimal`] refuses.
pub fn not_negative<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Decimal>, D::Error> {
    match Option::<Decimal>::deserialize(deserializer)? {
        Some(number) if number.is_negative() => {
            Err(de::Error::custom(format!("{number} is negative; give zero or more")))
        }
        number => Ok(number),
    }
}

#[cfg(test)]
#[path = "quantity_tests.rs"]
mod tests;
