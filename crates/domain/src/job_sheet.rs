//! Job sheets: what was reported, done, fitted and tested, as the customer signs it.

use std::collections::BTreeSet;

use chrono::{NaiveDate, NaiveDateTime};
use serde::Serialize;

use crate::certificate::{Firm, Outcome, Photo};

/// An asset of the job.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct SheetAsset {
    /// Its tag.
    pub tag: String,
    /// What it is; it may be called otherwise later, which is no later work.
    #[serde(skip)]
    pub description: String,
    /// Make and model.
    #[serde(skip)]
    pub make: String,
    /// Serial number.
    pub serial: String,
    /// Where it stands; it may be moved later.
    #[serde(skip)]
    pub place: String,
}

/// A fault as it was reported.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct SheetFault {
    /// When, by the site's clock.
    pub at: NaiveDateTime,
    /// The words.
    pub what: String,
    /// The tag of what it is about; empty where nobody knew.
    pub tag: String,
}

/// Something that was to happen by a time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SheetTarget {
    /// When it happened, by the site's clock.
    pub at: Option<NaiveDateTime>,
    /// By when it was to happen.
    pub due: Option<NaiveDateTime>,
    /// Whether it did in time; none where nothing is agreed or it is still open.
    pub met: Option<bool>,
}

/// Something done.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct SheetEntry {
    /// The entry's id, which stays when its author is erased.
    pub id: String,
    /// When, by the site's clock.
    pub at: NaiveDateTime,
    /// The kind, as a word.
    pub kind: String,
    /// By whom.
    #[serde(skip)]
    pub by: String,
    /// For how long.
    pub minutes: i64,
    /// What.
    pub text: String,
}

/// A part fitted or taken out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct SheetPart {
    /// The part number.
    pub number: String,
    /// What it is.
    pub name: String,
    /// How many.
    pub count: i64,
    /// The tag of what it was fitted to.
    pub tag: String,
    /// Serial number of what was fitted.
    pub serial_in: String,
    /// Serial number of what was taken out.
    pub serial_out: String,
}

/// What was found on an asset.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct SheetFinding {
    /// Its tag.
    pub tag: String,
    /// How it showed.
    pub symptom: String,
    /// Why.
    pub cause: String,
    /// What helped.
    pub fix: String,
}

/// A checklist that was finished, such as the wiping of its data.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct SheetChecklist {
    /// The tag of what it was filled for; empty for the job as a whole.
    pub tag: String,
    /// Its name.
    pub name: String,
    /// When it was finished, by the site's clock.
    pub at: NaiveDateTime,
    /// By whom.
    #[serde(skip)]
    pub by: String,
    /// Whether everything in it is as it should be.
    pub complete: bool,
    /// What was asked and what was answered.
    pub answers: Vec<(String, String)>,
}

/// What went to a third party.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct SheetReferral {
    /// The tag of what went; empty where it has none.
    pub tag: String,
    /// What went.
    pub what: String,
    /// Its serial number.
    pub serial: String,
    /// To whom.
    pub supplier: String,
    /// Their number for it.
    pub rma: String,
    /// On which day it went.
    pub sent_on: Option<NaiveDate>,
    /// On which day it came back or was given up.
    pub ended_on: Option<NaiveDate>,
    /// Where it stands, as a word, and what they did.
    pub result: String,
}

/// A test after the repair.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SheetTest {
    /// The tag of what was tested.
    pub tag: String,
    /// The kind, as a word.
    pub kind: String,
    /// When, by the site's clock.
    pub at: NaiveDateTime,
    /// By whom.
    #[serde(skip)]
    pub by: String,
    /// How it came out.
    pub outcome: Outcome,
    /// The number of its certificate; empty where none was issued.
    #[serde(skip)]
    pub certificate: String,
}

/// The customer's signature.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SheetSignature {
    /// Who signed.
    pub name: String,
    /// In what capacity.
    pub role: String,
    /// When, by the site's clock.
    pub at: NaiveDateTime,
    /// PNG bytes; none where the person was erased.
    pub image: Option<Vec<u8>>,
    /// Whether something was recorded since.
    pub before_later_entries: bool,
}

/// What the customer signs for: everything of the sheet but names, and what happens to the job around it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct SheetRecord {
    /// The job's number.
    pub number: String,
    /// Its assets.
    pub assets: Vec<SheetAsset>,
    /// The faults.
    pub faults: Vec<SheetFault>,
    /// The log, without what is internal or was superseded.
    pub entries: Vec<SheetEntry>,
    /// The parts.
    pub parts: Vec<SheetPart>,
    /// What was found.
    pub findings: Vec<SheetFinding>,
    /// What went to third parties.
    pub referrals: Vec<SheetReferral>,
    /// The checklists that were finished.
    pub checklists: Vec<SheetChecklist>,
    /// The tests after repair.
    pub tests: Vec<SheetTest>,
}

impl SheetRecord {
    /// The text whose hash is kept with a signature: the same as long as nothing is recorded that the sheet shows.
    /// Names are not in it, so that erasing a person changes nothing.
    pub fn canonical(&self) -> String {
        serde_json::to_string(self).expect("a job sheet holds nothing that JSON cannot")
    }

    /// The tags that it names.
    pub fn tags(&self) -> BTreeSet<String> {
        let lists: [Vec<&String>; 7] = [
            self.assets.iter().map(|one| &one.tag).collect(),
            self.faults.iter().map(|one| &one.tag).collect(),
            self.parts.iter().map(|one| &one.tag).collect(),
            self.findings.iter().map(|one| &one.tag).collect(),
            self.referrals.iter().map(|one| &one.tag).collect(),
            self.checklists.iter().map(|one| &one.tag).collect(),
            self.tests.iter().map(|one| &one.tag).collect(),
        ];
        lists.into_iter().flatten().filter(|tag| !tag.is_empty()).cloned().collect()
    }

    /// Leaves out what is about things other than these: for whoever sees some of the customer's sites alone.
    pub fn keep_to(&mut self, seen: &BTreeSet<String>) {
        let kept = |tag: &str| tag.is_empty() || seen.contains(tag);
        self.assets.retain(|one| kept(&one.tag));
        self.faults.retain(|one| kept(&one.tag));
        self.parts.retain(|one| kept(&one.tag));
        self.findings.retain(|one| kept(&one.tag));
        self.referrals.retain(|one| kept(&one.tag));
        self.checklists.retain(|one| kept(&one.tag));
        self.tests.retain(|one| kept(&one.tag));
    }

    /// All time logged, in minutes.
    pub fn minutes(&self) -> i64 {
        self.entries.iter().map(|entry| entry.minutes).sum()
    }
}

/// A job sheet as it goes to paper.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct JobSheet {
    /// The firm.
    pub firm: Firm,
    /// The customer.
    pub customer: String,
    /// The site.
    pub site: String,
    /// The site's address, a line each.
    pub site_address: String,
    /// Who to ask for there.
    pub contact: String,
    /// The job in a few words.
    pub title: String,
    /// More of it.
    pub description: String,
    /// The kind of job, as a word.
    pub kind: String,
    /// The priority, as a word.
    pub priority: String,
    /// The customer's order.
    pub order_number: String,
    /// Who is responsible.
    pub engineer: String,
    /// How it ended, as a word; where it stands otherwise.
    pub outcome: String,
    /// When it was reported, by the site's clock.
    pub reported: NaiveDateTime,
    /// The response.
    pub response: SheetTarget,
    /// The repair.
    pub fix: SheetTarget,
    /// When it was closed.
    pub closed: Option<NaiveDateTime>,
    /// What was recorded.
    pub record: SheetRecord,
    /// The signature.
    pub signature: Option<SheetSignature>,
    /// Photos that are for the customer.
    pub photos: Vec<Photo>,
    /// Photos that are not printed.
    pub photos_left_out: usize,
    /// The job's page; printed as a QR code.
    pub url: String,
    /// When it was drawn.
    pub drawn: NaiveDateTime,
    /// The job's version then.
    pub version: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_sees_some_things_reads_of_those_and_of_what_is_about_none() {
        let asset = |tag: &str| SheetAsset { tag: tag.to_owned(), ..SheetAsset::default() };
        let fault = |tag: &str| SheetFault { tag: tag.to_owned(), ..SheetFault::default() };
        let part = |tag: &str| SheetPart { tag: tag.to_owned(), ..SheetPart::default() };
        let finding = |tag: &str| SheetFinding { tag: tag.to_owned(), ..SheetFinding::default() };
        let mut record = SheetRecord {
            assets: vec![asset("A"), asset("B")],
            faults: vec![fault("B"), fault("")],
            parts: vec![part("A"), part("C")],
            findings: vec![finding("B")],
            checklists: vec![SheetChecklist { tag: "B".to_owned(), ..SheetChecklist::default() }],
            referrals: vec![SheetReferral { tag: "A".to_owned(), ..SheetReferral::default() }],
            ..SheetRecord::default()
        };
        assert_eq!(record.tags().into_iter().collect::<String>(), "ABC");
        record.keep_to(&BTreeSet::from(["A".to_owned()]));
        assert_eq!((record.assets, record.faults), (vec![asset("A")], vec![fault("")]));
        assert_eq!((record.parts, record.findings), (vec![part("A")], vec![]));
        assert_eq!((record.checklists.len(), record.referrals.len()), (0, 1));
    }

    #[test]
    fn a_signature_is_for_what_was_recorded_and_not_for_names() {
        let entry = SheetEntry {
            id: "1".to_owned(),
            by: "Anna Carter".to_owned(),
            minutes: 30,
            ..SheetEntry::default()
        };
        let record = SheetRecord {
            number: "J-000001".to_owned(),
            entries: vec![entry.clone()],
            ..SheetRecord::default()
        };
        let moved = SheetAsset { place: "Cellar".to_owned(), ..SheetAsset::default() };
        let here = SheetRecord { assets: vec![SheetAsset::default()], ..record.clone() };
        let there = SheetRecord { assets: vec![moved], ..record.clone() };
        assert_eq!(here.canonical(), there.canonical(), "where it stands is no work");
        let erased = SheetEntry { by: "erased (person 3)".to_owned(), ..entry.clone() };
        let same = SheetRecord { entries: vec![erased], ..record.clone() };
        assert_eq!(record.canonical(), same.canonical());
        assert!(!record.canonical().contains("Anna"));
        let more = SheetRecord { entries: vec![entry.clone(), entry], ..record.clone() };
        assert_ne!(record.canonical(), more.canonical());
        assert_eq!(more.minutes(), 60);
    }
}
