//! Quantities as people write them: "13 amp", "1.5mm²", "2kW".

use crate::money::currency_of;
use crate::numbers::{ONE, is_mark, millionths};
use domain::quantity::Decimal;

/// Why a cell was not understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// What is wrong with it.
    pub reason: String,
    /// What would be right, by example.
    pub expected: &'static str,
}

impl Wrong {
    pub(crate) fn new(reason: impl Into<String>, expected: &'static str) -> Self {
        Self { reason: reason.into(), expected }
    }
}

/// A rating plate's figure, in whichever unit it is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rating {
    /// Watts.
    Power(Decimal),
    /// Amperes.
    Current(Decimal),
}

/// A unit people write, and what one of it is in the measure's own unit.
struct Unit {
    names: &'static [&'static str],
    times: i64,
    over: i64,
    /// Whether "2,000" of it is two thousand; of metres it is two.
    thousands: bool,
}

/// A measure: its units, its own first, and its bounds in millionths.
struct Measure {
    units: &'static [Unit],
    least: i64,
    most: i64,
    expected: &'static str,
}

const fn unit(names: &'static [&'static str], times: i64, over: i64, thousands: bool) -> Unit {
    Unit { names, times, over, thousands }
}

const POWER: Measure = Measure {
    units: &[
        unit(&["w", "watt", "watts", "va"], 1, 1, true),
        unit(&["kw", "kilowatt", "kilowatts", "kva"], 1000, 1, false),
    ],
    least: 1,
    most: 1_000_000 * ONE,
    expected: "watts, such as 2000W or 2kW",
};
const CURRENT: Measure = Measure {
    units: &[
        unit(&["a", "amp", "amps", "ampere", "amperes", "afuse", "ampfuse"], 1, 1, false),
        unit(&["ma", "milliamp", "milliamps"], 1, 1000, false),
    ],
    least: 1,
    most: 1000 * ONE,
    expected: "amperes, such as 13A",
};
const LENGTH: Measure = Measure {
    units: &[
        unit(&["m", "metre", "metres", "meter", "meters", "mtr", "mtrs"], 1, 1, false),
        unit(&["cm"], 1, 100, false),
        unit(&["mm"], 1, 1000, false),
    ],
    least: 1,
    most: 500 * ONE,
    expected: "metres, such as 2m or 1.5",
};
const CONDUCTOR: Measure = Measure {
    units: &[unit(&["mm2", "mm", "sqmm", "mmsq", "squaremm", "qmm"], 1, 1, false)],
    least: ONE / 10,
    most: 100 * ONE,
    expected: "square millimetres, such as 1.5mm2 or 0.75",
};

/// Reads rated power in watts; apparent power (VA) counts as watts, as rating plates of power supplies give it.
///
/// # Errors
/// Says what is wrong. As with each measure here, a word for nothing ("n/a") and a zero mean "not recorded".
pub fn power_w(text: &str, header_unit: Option<&str>) -> Result<Option<Decimal>, Wrong> {
    POWER.read(text, header_unit)
}

/// Reads a current or a fuse in amperes.
///
/// # Errors
/// As [`power_w`].
pub fn current_a(text: &str, header_unit: Option<&str>) -> Result<Option<Decimal>, Wrong> {
    CURRENT.read(text, header_unit)
}

/// Reads a length in metres.
///
/// # Errors
/// As [`power_w`].
pub fn length_m(text: &str, header_unit: Option<&str>) -> Result<Option<Decimal>, Wrong> {
    LENGTH.read(text, header_unit)
}

/// Reads a conductor's cross-section in square millimetres; "3x1.5", "3G1.5" and "3 core 1.5" give that of one core.
///
/// # Errors
/// As [`power_w`].
pub fn conductor_mm2(text: &str, header_unit: Option<&str>) -> Result<Option<Decimal>, Wrong> {
    let lower = text.trim().to_lowercase();
    let cores = lower.split_once(['x', '×', 'g', '*']).or_else(|| lower.split_once("core"));
    let size = match cores {
        Some((cores, size)) if matches!(cores.trim().parse(), Ok(2..=7)) => {
            size.trim_start_matches(['s', ' '])
        }
        _ => lower.as_str(),
    };
    CONDUCTOR.read(size, header_unit)
}

/// Reads a rating in watts or in amperes, whichever unit the cell or its header names.
///
/// # Errors
/// As [`power_w`], and where no unit says which it is.
pub fn rating(text: &str, header_unit: Option<&str>) -> Result<Option<Rating>, Wrong> {
    if means_nothing(text) {
        return Ok(None);
    }
    let named = split(text).1;
    let unit = if named.is_empty() { header_unit.unwrap_or_default() } else { &named };
    if POWER.unit(unit).is_some() {
        Ok(power_w(text, header_unit)?.map(Rating::Power))
    } else if CURRENT.unit(unit).is_some() {
        Ok(current_a(text, header_unit)?.map(Rating::Current))
    } else {
        Err(Wrong::new(
            "it has no unit, so it may be watts or amperes",
            "a number with its unit, such as 2000W or 13A",
        ))
    }
}

/// Reads a count, such as of socket outlets.
///
/// # Errors
/// Says what is wrong.
pub fn count(text: &str) -> Result<Option<u32>, Wrong> {
    if means_nothing(text) {
        return Ok(None);
    }
    let (number, unit) = split(text);
    let known = matches!(unit.as_str(), "" | "way" | "gang" | "sockets" | "socket" | "outlets");
    match number.parse() {
        Ok(count @ 0..=100) if known => Ok(Some(count)),
        _ => Err(Wrong::new("it is not a count", "a whole number from 0 to 100")),
    }
}

/// Finds the unit a header names, such as "kw" for "Power (kW)" and for "Power kW", and the header without it.
pub(crate) fn header_unit(header: &str) -> Option<(String, String)> {
    let header = header.trim();
    let (name, unit) = match header.strip_suffix([')', ']']).and_then(|h| h.rsplit_once(['(', '['])) {
        Some(parts) => parts,
        None => header.rsplit_once([' ', '_', '/', '-'])?,
    };
    let measures = [POWER, CURRENT, LENGTH, CONDUCTOR];
    let folded = fold_unit(unit);
    let known = measures.iter().any(|m| m.unit(&folded).is_some());
    if known {
        return Some((name.to_string(), folded));
    }
    matches!(currency_of(unit.trim()), Ok(Some(_))).then(|| (name.to_string(), unit.trim().to_string()))
}

/// Whether a cell says that nothing is recorded.
pub(crate) fn means_nothing(text: &str) -> bool {
    const WORDS: [&str; 14] = [
        "",
        "na",
        "none",
        "nil",
        "null",
        "unknown",
        "notknown",
        "tbc",
        "tbd",
        "notapplicable",
        "nofuse",
        "unfused",
        "nolead",
        "notfitted",
    ];
    let folded = crate::words::fold(text);
    let only_marks = text.chars().all(|c| c.is_whitespace() || "-–—?./_*".contains(c));
    WORDS.contains(&folded.as_str()) && (!folded.is_empty() || only_marks)
}

impl Measure {
    fn unit(&self, folded: &str) -> Option<&'static Unit> {
        self.units.iter().find(|u| u.names.contains(&folded))
    }

    fn read(&self, text: &str, header_unit: Option<&str>) -> Result<Option<Decimal>, Wrong> {
        let wrong = |reason: String| Wrong::new(reason, self.expected);
        if means_nothing(text) {
            return Ok(None);
        }
        let (number, named) = split(text);
        if number.is_empty() {
            return Err(wrong("it does not start with a number".into()));
        }
        let unit = match named.as_str() {
            "" => header_unit.and_then(|u| self.unit(u)).or(self.units.first()),
            named => self.unit(named),
        };
        let unit = unit.ok_or_else(|| wrong(format!("\"{named}\" is no unit for it")))?;
        let given = millionths(&number, unit.thousands).map_err(wrong)?;
        let scaled = given.checked_mul(unit.times).filter(|s| s % unit.over == 0).map(|s| s / unit.over);
        match scaled {
            Some(0) => Ok(None),
            Some(size) if (self.least..=self.most).contains(&size) => {
                Ok(Some(Decimal::from_millionths(size)))
            }
            _ => Err(wrong("it is out of range: perhaps the unit is another".into())),
        }
    }
}

/// The leading number and the folded rest.
fn split(text: &str) -> (String, String) {
    let text = text.trim();
    let end = text.find(|c: char| !(c.is_ascii_digit() || is_mark(c))).unwrap_or(text.len());
    (text[..end].trim().to_string(), fold_unit(&text[end..]))
}

fn fold_unit(text: &str) -> String {
    crate::words::fold(&text.replace('²', "2"))
}

#[cfg(test)]
#[path = "measures_tests.rs"]
mod tests;
