//! What stands on a certificate: plain values, already judged; `render` sets them on paper.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// How something came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Within its limit.
    Pass,
    /// Beyond its limit.
    Fail,
    /// Something required is missing or proves nothing.
    Incomplete,
    /// The reading as given proves nothing against the limit.
    NotProven,
    /// Required and not recorded.
    Missing,
    /// Recorded for information.
    NotJudged,
    /// Does not apply to this equipment.
    NotApplicable,
}

impl Outcome {
    /// The word printed.
    pub fn word(self) -> &'static str {
        match self {
            Self::Pass => "Pass",
            Self::Fail => "FAIL",
            Self::Incomplete => "Incomplete",
            Self::NotProven => "Not proven",
            Self::Missing => "Missing",
            Self::NotJudged => "Recorded",
            Self::NotApplicable => "n/a",
        }
    }
}

/// The firm that issues the certificate.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Firm {
    /// Its name.
    pub name: String,
    /// Its address, a line each.
    pub address: String,
    /// Telephone, mail, web.
    pub contact: String,
    /// Such as a scheme and membership number.
    pub accreditation: String,
    /// PNG or JPEG bytes.
    pub logo: Option<Vec<u8>>,
}

/// An engineer.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Tester {
    /// Full name.
    pub name: String,
    /// What entitles them.
    pub qualification: String,
}

/// An instrument as it stood on the day of the test.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Instrument {
    /// Maker.
    pub make: String,
    /// Model.
    pub model: String,
    /// Serial number.
    pub serial: String,
    /// Number of the calibration certificate.
    pub calibration_certificate: String,
    /// When calibration was due.
    pub calibration_due: Option<NaiveDate>,
}

/// Whether this paper still counts.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It does.
    #[default]
    Current,
    /// Another one took its place; its number, if known.
    Superseded(String),
    /// Reissued without personal data, and why.
    Redacted(String),
}

/// The head of every certificate.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Head {
    /// The firm.
    pub firm: Firm,
    /// Certificate number.
    pub number: String,
    /// Counts from 1.
    pub revision: u32,
    /// Whether it still counts.
    pub state: State,
    /// When it was issued.
    pub issued: Option<NaiveDate>,
    /// The customer.
    pub customer: String,
    /// The site.
    pub site: String,
    /// The site's address, a line each.
    pub site_address: String,
    /// Who to ask for there.
    pub contact: String,
    /// The customer's order.
    pub order_number: String,
    /// First day of testing.
    pub from: Option<NaiveDate>,
    /// Last day of testing.
    pub to: Option<NaiveDate>,
    /// Who tested.
    pub testers: Vec<Tester>,
    /// Such as "IET Code of Practice".
    pub standard: String,
    /// Such as "5th edition".
    pub edition: String,
    /// What they tested with.
    pub instruments: Vec<Instrument>,
    /// What was to be tested.
    pub extent: String,
    /// What was not, and why.
    pub limitations: String,
}

/// A signature.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Signature {
    /// In what capacity, such as "Tested by".
    pub role: String,
    /// Who signed.
    pub name: String,
    /// When.
    pub date: Option<NaiveDate>,
    /// PNG or JPEG bytes; a line to sign on when absent.
    pub image: Option<Vec<u8>>,
}

/// The ledger's head when the certificate was issued.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct LedgerHead {
    /// Its sequence number.
    pub sequence: u64,
    /// The first characters of its hash.
    pub short_hash: String,
}

/// The end of every certificate.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Closing {
    /// What is declared.
    pub declaration: String,
    /// Who declares it.
    pub signatures: Vec<Signature>,
    /// The page that shows the current status; printed as a QR code too.
    pub verify_url: String,
    /// The ledger's head.
    pub ledger: Option<LedgerHead>,
}

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
    /// Repairs done on the visit, a line each.
    pub repairs: Vec<String>,
    /// End.
    pub closing: Closing,
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

/// An item that did not pass.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Failure {
    /// Tag.
    pub tag: String,
    /// What it is.
    pub description: String,
    /// Where it stands.
    pub location: String,
    /// Why it failed.
    pub reason: String,
    /// What was done or must be.
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

/// One line of the register; each value as printed, units included, empty when not measured.
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
    pub visual: String,
    /// Earth continuity in ohms.
    pub earth: String,
    /// Its limit.
    pub earth_limit: String,
    /// Insulation resistance in megohms.
    pub insulation: String,
    /// At which voltage.
    pub insulation_voltage: String,
    /// Leakage in milliamperes, of whichever kind.
    pub leakage: String,
    /// Polarity.
    pub polarity: String,
    /// RCD trip time in milliseconds.
    pub rcd: String,
    /// Functional check.
    pub functional: String,
    /// Verdict; nothing is printed when absent.
    pub result: Option<Outcome>,
    /// When it is due next.
    pub next_due: Option<NaiveDate>,
    /// Remarks.
    pub notes: String,
}

/// The certificate of one test.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SingleCertificate {
    /// Head.
    pub head: Head,
    /// Pairs of label and value that describe the asset, in order; blank values are left out.
    pub asset: Vec<(String, String)>,
    /// Tag, shown large.
    pub tag: String,
    /// What it is, shown large.
    pub description: String,
    /// Kind of inspection.
    pub kind: String,
    /// When it was done, in the site's local time, as printed.
    pub performed: String,
    /// The verdict.
    pub verdict: Option<Outcome>,
    /// Why, in one sentence.
    pub verdict_reason: String,
    /// Visual items.
    pub visual: Vec<VisualItem>,
    /// Readings.
    pub readings: Vec<Reading>,
    /// Next due by kind of inspection, and why then.
    pub next_due: Vec<NextDue>,
    /// Remarks.
    pub note: String,
    /// End.
    pub closing: Closing,
}

/// One visual item.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VisualItem {
    /// What was looked at.
    pub item: String,
    /// What was found.
    pub outcome: Outcome,
}

/// One reading; each value as printed, units included.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    /// Which test.
    pub test: String,
    /// The conditions, such as "500 V DC" or "socket 2".
    #[serde(default)]
    pub conditions: String,
    /// The value as the instrument gave it.
    pub value: String,
    /// The limit computed.
    #[serde(default)]
    pub limit: String,
    /// The distance to the limit.
    #[serde(default)]
    pub margin: String,
    /// The verdict.
    pub outcome: Outcome,
    /// Why.
    #[serde(default)]
    pub reason: String,
}

/// When an inspection is due next.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NextDue {
    /// Kind of inspection.
    pub kind: String,
    /// The day.
    pub date: NaiveDate,
    /// Why then.
    #[serde(default)]
    pub reason: String,
}
