//! What stands on the certificate of a visit or of a site's period, and on a collection of such.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::certificate::{Closing, Head, Outcome};

/// The certificate of a site over a period.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SiteCertificate {
    /// Head.
    pub head: Head,
    /// Counts.
    pub totals: Totals,
    /// What failed, shown on page 1.
    pub failures: Vec<Failure>,
    /// What could not be finished, and why.
    pub incomplete: Vec<Failure>,
    /// What was not found.
    pub not_found: Vec<NotFound>,
    /// Everything tested.
    pub register: Vec<Row>,
    /// What rows of the register point at: warnings, such as a calibration that had lapsed.
    pub footnotes: Vec<String>,
    /// What failed and passed again within the time.
    pub repairs: Vec<Repair>,
    /// Records that were corrected.
    pub corrections: Vec<Corrected>,
    /// What a manager decided about items covered.
    pub decisions: Vec<Decision>,
    /// Photos, in print order.
    pub photos: Vec<Photo>,
    /// Photos that there was no room for.
    pub photos_left_out: usize,
    /// End.
    pub closing: Closing,
}

/// The certificates of many sites in one file.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Collection {
    /// Head; it has no number of its own.
    pub head: Head,
    /// Each site's certificate, in print order.
    pub sites: Vec<SiteCertificate>,
}

/// Counts of items.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Totals {
    /// Passed, failed and incomplete together.
    pub tested: usize,
    /// Passed.
    pub passed: usize,
    /// Failed.
    pub failed: usize,
    /// Neither.
    pub incomplete: usize,
    /// Expected and not seen.
    pub not_found: usize,
}

impl std::iter::Sum for Totals {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), |sum, one| Self {
            tested: sum.tested + one.tested,
            passed: sum.passed + one.passed,
            failed: sum.failed + one.failed,
            incomplete: sum.incomplete + one.incomplete,
            not_found: sum.not_found + one.not_found,
        })
    }
}

/// An item that did not pass.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Failure {
    /// Tag.
    pub tag: String,
    /// What it is.
    pub description: String,
    /// Where it stood when it was tested.
    pub location: String,
    /// Why it failed.
    pub reason: String,
    /// What was done or must be, and where it is now.
    pub action: String,
}

/// An item that was expected and not seen.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct NotFound {
    /// Tag.
    pub tag: String,
    /// What it is.
    pub description: String,
    /// Where it was last known.
    pub location: String,
}

/// An item that failed and passed again.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Repair {
    /// Tag.
    pub tag: String,
    /// What it is.
    pub description: String,
    /// The day it failed, and why.
    pub failed: String,
    /// The day it passed, in which kind of test, and the engineer's note.
    pub passed: String,
}

/// A record that took another's place.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Corrected {
    /// Tag.
    pub tag: String,
    /// What it is.
    pub description: String,
    /// The kind and day of the test.
    pub test: String,
    /// Why.
    pub reason: String,
}

/// A manager's recorded decision about an item.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Decision {
    /// Tag.
    pub tag: String,
    /// What it is.
    pub description: String,
    /// The day.
    pub on: Option<NaiveDate>,
    /// What was decided, and why.
    pub words: String,
}

/// A photo.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Photo {
    /// Tag of the item.
    pub tag: String,
    /// What it shows.
    pub caption: String,
    /// When it was attached.
    pub on: Option<NaiveDate>,
    /// SHA-256 of the photo that is kept.
    pub hash: String,
    /// JPEG bytes, already small.
    pub image: Vec<u8>,
}

/// What was measured of one kind: each value as printed with its limit, a line each.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Measured {
    /// As printed; empty when not measured.
    pub text: String,
    /// Whether a value is beyond its limit.
    pub failed: bool,
}

/// One line of the register; each value as printed, empty when not measured.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Row {
    /// Tag.
    pub tag: String,
    /// The customer's own number.
    pub customer_number: String,
    /// What it is.
    pub description: String,
    /// Maker, model and serial number.
    pub make_model_serial: String,
    /// Where it stands.
    pub location: String,
    /// Equipment class, short.
    pub class: String,
    /// Equipment type, short.
    pub equipment_type: String,
    /// Fuse in amperes.
    pub fuse: String,
    /// Visual inspection.
    pub visual: Measured,
    /// Earth continuity in ohms.
    pub earth: Measured,
    /// Insulation resistance in megohms, and at which voltage.
    pub insulation: Measured,
    /// Leakage in milliamperes, and of which kind.
    pub leakage: Measured,
    /// Polarity.
    pub polarity: Measured,
    /// RCD trip time in milliseconds.
    pub rcd: Measured,
    /// Functional check.
    pub functional: Measured,
    /// Verdict; nothing is printed when absent.
    pub result: Option<Outcome>,
    /// Numbers of the footnotes that belong to it.
    pub footnotes: Vec<usize>,
    /// When it was tested.
    pub tested: Option<NaiveDate>,
    /// When it is due next.
    pub next_due: Option<NaiveDate>,
    /// Remarks.
    pub notes: String,
}
