//! What stands on a certificate: plain values, already judged; `render` sets them on paper.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

pub use crate::certificate_site::*;
use crate::colour::Colour;
use crate::wording::Language;

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
    /// The colour of headings and lines; black unless given.
    pub accent: Option<Colour>,
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
    /// In which it is written.
    pub language: Language,
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
    /// The fingerprint of the key that signs the heads of this ledger; empty before it first signed one.
    pub signed_by: String,
}

impl LedgerHead {
    /// As it is printed, with as much of the hash as a person compares.
    pub fn new(sequence: i64, hash: &str, signed_by: &str) -> Self {
        let short_hash = hash.chars().take(12).collect();
        Self { sequence: u64::try_from(sequence).unwrap_or(0), short_hash, signed_by: signed_by.to_owned() }
    }
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
    /// Each revision and what changed with it, the first one first; printed from the second on.
    pub history: Vec<Revision>,
}

/// One revision of a certificate.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Revision {
    /// Counts from 1.
    pub number: u32,
    /// When it was issued.
    pub issued: Option<NaiveDate>,
    /// What changed, in sentences.
    pub change: String,
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
    /// Photos of the item.
    pub photos: Vec<Photo>,
    /// Photos that there was no room for.
    pub photos_left_out: usize,
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
