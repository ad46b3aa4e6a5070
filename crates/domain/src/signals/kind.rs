//! What signals there are, from where on each is told, and what may well explain it.

use serde::{Deserialize, Serialize};

use crate::codes;

codes!(
    /// What was noticed.
    SignalKind, "kind of signal", {
    Pace = "pace", "Many tests within an hour";
    Cloned = "cloned", "The same readings many times";
    Twins = "twins", "Perhaps one appliance under several tags";
    Night = "night", "Tests at night";
    Future = "future", "Dated after they were received";
    BeforePurchase = "before_purchase", "Tested before it was bought";
    TwoSites = "two_sites", "Two addresses within minutes";
    Unqualified = "unqualified", "No qualification on file";
});

impl SignalKind {
    /// What may well explain it, and is worth checking first.
    pub fn explanations(self) -> &'static [&'static str] {
        match self {
            Self::Pace => &[
                "The clock of the tester was wrong, or its file gives times to the hour only.",
                "Several people worked under one name or with one tester.",
                "Many small things of one sort, such as leads, were tested on one bench.",
            ],
            Self::Cloned => &[
                "Things of one model, all new, read alike where the instrument shows few digits.",
                "The instrument held its last reading: look at its proof checks.",
                "The rows of a file were filled in from one another before it came here.",
            ],
            Self::Twins => &[
                "One serial number was written down for a whole series, such as the model's number.",
                "The appliance was given a new tag, and both tags were kept.",
                "Several things of one model were tested one after the other.",
            ],
            Self::Night => &[
                "The customer asked for work at night.",
                "The clock of the tester was wrong, or runs by another time zone.",
                "The site's time zone is set wrongly.",
            ],
            Self::Future => &[
                "The clock of the tester or phone is ahead.",
                "The dates of a file were read month first instead of day first.",
            ],
            Self::BeforePurchase => &[
                "The date of purchase was mistyped, or is that of a replacement.",
                "The dates of a file were read month first instead of day first.",
            ],
            Self::TwoSites => &[
                "The sites are neighbours: write their addresses alike, and this is not told any more.",
                "Two people tested under one name.",
                "Results were typed in later, from a list.",
            ],
            Self::Unqualified => &[
                "The qualification was never entered: it stands with the user.",
                "The name came with a tester's file, and nobody has a user for it.",
                "Somebody qualified was there and is answerable for the work.",
            ],
        }
    }
}

/// From where on something is worth a look. Nought switches a signal off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Thresholds {
    /// Measured tests within an hour. The trade's own figure is 30 to 50; 60 is ours.
    pub per_hour: u32,
    /// Tests of a day with the same figures (ours).
    pub same_readings: u32,
    /// Tests one after the other whose readings are nearly alike, under as many tags (ours).
    pub alike_tests: u32,
    /// Minutes between tests of what looks like one appliance (ours).
    pub twin_minutes: u32,
    /// Hour at which night begins, by the site's clock (ours).
    pub night_from: u32,
    /// Hour at which it ends; the same hour as it begins is no night.
    pub night_until: u32,
    /// Minutes between tests at two addresses (ours).
    pub site_minutes: u32,
    /// Whether tests by somebody without a qualification on file are told.
    pub unqualified: bool,
    /// Rises with each change, for concurrent edits.
    pub version: i64,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self {
            per_hour: 60,
            same_readings: 5,
            alike_tests: 6,
            twin_minutes: 15,
            night_from: 23,
            night_until: 5,
            site_minutes: 10,
            unqualified: true,
            version: 0,
        }
    }
}
