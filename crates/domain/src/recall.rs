//! From an instrument in doubt to what was tested with it, and from a maker's recall to the things it means.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::certificate::Firm;

/// What a recall is about: the readings of an instrument from one moment up to (not with) another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Doubt {
    /// The recall's number.
    pub recall_id: i64,
    /// The instrument.
    pub instrument_id: i64,
    /// The first moment in doubt.
    pub since: DateTime<Utc>,
    /// The first moment that is not.
    pub until: DateTime<Utc>,
}

impl Doubt {
    /// Whether a test made with an instrument at a moment is affected.
    pub fn affects(&self, instrument_id: Option<i64>, performed_at: DateTime<Utc>) -> bool {
        instrument_id == Some(self.instrument_id) && self.since <= performed_at && performed_at < self.until
    }
}

/// One piece of evidence on how an instrument stood on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    /// The day.
    pub on: NaiveDate,
    /// Whether it was found right, as it came.
    pub right: bool,
    /// Whether it was right when it left: a laboratory that adjusts it makes it so.
    pub left_right: bool,
}

/// The last day on which an instrument is known to have been right before it was last found wrong; with nothing found
/// wrong, the last such day of all. From then on its readings are in doubt.
pub fn last_good(found: &[Found]) -> Option<NaiveDate> {
    let wrong = found.iter().filter(|one| !one.right).map(|one| one.on).max();
    // On the day itself the check that failed may have come before or after: that day is in doubt.
    let before = |one: &&Found| one.left_right && wrong.is_none_or(|wrong| one.on < wrong);
    found.iter().filter(before).map(|one| one.on).max()
}

/// A letter to a customer about what was tested with an instrument in doubt.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Letter {
    /// Who writes.
    pub firm: Firm,
    /// To whom.
    pub customer: String,
    /// The person to ask for there.
    pub contact: String,
    /// The address, a line each.
    pub address: String,
    /// The day.
    pub date: Option<NaiveDate>,
    /// Number of the recall.
    pub number: i64,
    /// What it is about.
    pub subject: String,
    /// What is said before the lists.
    pub opening: Vec<String>,
    /// The things affected.
    pub items: Vec<LetterItem>,
    /// Certificates that rest on tests in doubt.
    pub certificates: Vec<String>,
    /// What is said after the lists.
    pub closing: Vec<String>,
}

/// A thing in a letter.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct LetterItem {
    /// Its tag.
    pub tag: String,
    /// What it is.
    pub description: String,
    /// Site and place.
    pub place: String,
    /// When it was tested.
    pub tested: String,
    /// What it came to then.
    pub result: String,
    /// How it stands now.
    pub now: String,
}

/// Which serial numbers a maker calls back.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Serials {
    /// The first, or none for all from the beginning.
    pub from: String,
    /// The last, or none for all to the end.
    pub to: String,
    /// What they begin with: a batch.
    pub begin: String,
}

impl Serials {
    /// Whether a serial number is among them. Digits count as numbers, case does not matter; where a range is given,
    /// a thing without a serial number may be one of them, so it is not left out.
    pub fn hold(&self, serial: &str) -> bool {
        let serial = serial.trim();
        if serial.is_empty() {
            return true;
        }
        let begins = serial.to_uppercase().starts_with(&self.begin.trim().to_uppercase());
        let key = parts(serial);
        let after = self.from.trim().is_empty() || parts(&self.from) <= key;
        let before = self.to.trim().is_empty() || key <= parts(&self.to);
        begins && after && before
    }
}

/// A part of a serial number: digits as a number, whatever stands between as text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Number(usize, String),
    Text(String),
}

fn parts(serial: &str) -> Vec<Part> {
    let mut found: Vec<Part> = vec![];
    let (mut digits, mut text) = (String::new(), String::new());
    for c in serial.trim().to_uppercase().chars().chain(['\0']) {
        if c.is_ascii_digit() {
            if !text.is_empty() {
                found.push(Part::Text(std::mem::take(&mut text)));
            }
            digits.push(c);
            continue;
        }
        if !digits.is_empty() {
            let plain = digits.trim_start_matches('0').to_owned();
            // Longer is larger: no number is too long to compare.
            found.push(Part::Number(plain.len(), plain));
            digits.clear();
        }
        if c != '\0' {
            text.push(c);
        }
    }
    if !text.is_empty() {
        found.push(Part::Text(text));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn serials(from: &str, to: &str, begin: &str) -> Serials {
        Serials { from: from.to_owned(), to: to.to_owned(), begin: begin.to_owned() }
    }

    #[test]
    fn ranges_count_digits_as_numbers() {
        for (serials, serial, among) in [
            (serials("A100", "A200", ""), "A150", true),
            (serials("A100", "A200", ""), "a99", false),
            (serials("A100", "A200", ""), "A1000", false),
            (serials("A100", "A200", ""), "A100", true),
            (serials("A100", "A200", ""), "A200", true),
            (serials("A100", "A200", ""), "B150", false),
            (serials("", "", "K7-"), "k7-0001", true),
            (serials("", "", "K7-"), "K8-0001", false),
            (serials("9", "11", ""), "0010", true),
            (serials("A100", "A200", ""), "", true),
            (serials("", "", ""), "anything", true),
        ] {
            assert_eq!(serials.hold(serial), among, "{serial} in {serials:?}");
        }
    }

    #[test]
    fn doubt_begins_with_the_last_good_day_before_the_last_bad_one() {
        let day = |text: &str| -> NaiveDate { text.parse().unwrap() };
        let found = |on: &str, right, left_right| Found { on: day(on), right, left_right };
        let good = |on: &str| found(on, true, true);
        let bad = |on: &str| found(on, false, false);
        for (found, expected) in [
            (vec![], None),
            (vec![bad("2026-05-01")], None),
            (vec![good("2026-04-01"), good("2026-05-01")], Some("2026-05-01")),
            (vec![good("2026-04-01"), bad("2026-05-01")], Some("2026-04-01")),
            (vec![good("2026-04-01"), bad("2026-05-01"), good("2026-05-08")], Some("2026-04-01")),
            (vec![good("2026-05-01"), bad("2026-05-01")], None),
            (vec![found("2026-01-01", false, true), bad("2026-05-01")], Some("2026-01-01")),
            (vec![good("2025-01-01"), found("2026-01-01", false, true)], Some("2025-01-01")),
        ] {
            assert_eq!(last_good(&found), expected.map(day), "{found:?}");
        }
    }

    proptest! {
        #[test]
        fn a_range_holds_its_ends_and_nothing_beyond(a in 0u64..5000, b in 0u64..5000, c in 0u64..5000) {
            let (low, high) = (a.min(b), a.max(b));
            let range = serials(&format!("SN{low}"), &format!("SN{high}"), "");
            prop_assert_eq!(range.hold(&format!("SN{c:06}")), (low..=high).contains(&c));
        }
    }
}
