//! Which column of a table of tests goes where: guessed, shown, changed, and kept under a name.

use super::fields::TestField;
use super::names::{Named, named};
use super::record::{Measured, TesterVerdict};
use super::value;
use crate::dates::DateOrder;
use crate::words::fold;
use domain::code::Code;
use domain::visual::VisualItem;
use serde::{Deserialize, Serialize};

/// Where a column's cells go; written "asset_code", "reading:earth_continuity", "verdict:polarity", "visual:plug",
/// "visual", "group:test", "unknown" or "ignore".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum TestTarget {
    /// Into a field of the test.
    Field(TestField),
    /// It is the value of a reading.
    Reading(Measured),
    /// It is what the tester made of the last reading of that kind to its left.
    ReadingVerdict(Measured),
    /// It is what the eye found; none is the inspection by eye as a whole.
    Visual(Option<VisualItem>),
    /// The name of a test, which opens a group.
    GroupTest,
    /// The value of the open group.
    GroupResult,
    /// The unit of the open group.
    GroupUnit,
    /// The tester's verdict of the open group.
    GroupStatus,
    /// Kept by its name.
    Unknown,
    /// Left out.
    Ignore,
}

impl From<TestTarget> for String {
    fn from(target: TestTarget) -> Self {
        match target {
            TestTarget::Field(field) => field.code().into(),
            TestTarget::Reading(measured) => format!("reading:{measured}"),
            TestTarget::ReadingVerdict(measured) => format!("verdict:{measured}"),
            TestTarget::Visual(Some(item)) => format!("visual:{item}"),
            TestTarget::Visual(None) => "visual".into(),
            TestTarget::GroupTest => "group:test".into(),
            TestTarget::GroupResult => "group:result".into(),
            TestTarget::GroupUnit => "group:unit".into(),
            TestTarget::GroupStatus => "group:status".into(),
            TestTarget::Unknown => "unknown".into(),
            TestTarget::Ignore => "ignore".into(),
        }
    }
}

impl TryFrom<String> for TestTarget {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Ok(match text.split_once(':') {
            Some(("reading", code)) => Self::Reading(code.parse()?),
            Some(("verdict", code)) => Self::ReadingVerdict(code.parse()?),
            Some(("visual", code)) => Self::Visual(Some(code.parse()?)),
            Some(("group", "test")) => Self::GroupTest,
            Some(("group", "result")) => Self::GroupResult,
            Some(("group", "unit")) => Self::GroupUnit,
            Some(("group", "status")) => Self::GroupStatus,
            _ if text == "visual" => Self::Visual(None),
            _ if text == "unknown" => Self::Unknown,
            _ if text == "ignore" => Self::Ignore,
            _ => Self::Field(TestField::parse_code(&text)?),
        })
    }
}

/// A column and where it goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestColumn {
    /// Its name in the file; a name used twice is "Name (2)".
    pub header: String,
    /// Where its cells go.
    pub target: TestTarget,
    /// The unit of its figures, where neither cell nor name says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
}

/// A column mapping for tables of tests; its serde form can be kept under a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestMapping {
    /// The columns; one that the file has and this has not is kept by its name.
    pub columns: Vec<TestColumn>,
    /// The order of dates in the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date_order: Option<DateOrder>,
    /// What separates the cells, where it is not to be found out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delimiter: Option<char>,
    /// Words that mean a pass, besides those that are known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pass_words: Vec<String>,
    /// Words that mean a fail, besides those that are known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fail_words: Vec<String>,
}

impl TestMapping {
    /// Maps columns by their names; unknown ones are kept by theirs.
    pub fn guess(header: &[String]) -> Self {
        let mut guess = Guess::default();
        let columns = header.iter().map(|name| guess.column(name)).collect();
        let (pass_words, fail_words) = Default::default();
        Self { columns, date_order: None, delimiter: None, pass_words, fail_words }
    }

    /// A cell with the file's own word for a result told in ours; a figure is never taken for a word.
    pub(crate) fn in_our_words<'a>(&self, target: TestTarget, cell: &'a str) -> &'a str {
        let result = match target {
            TestTarget::Field(field) => field == TestField::Verdict,
            TestTarget::Reading(measured) => measured.test().is_some() && measured.unit_code().is_empty(),
            TestTarget::ReadingVerdict(_) | TestTarget::Visual(_) | TestTarget::GroupStatus => true,
            _ => false,
        };
        let is_one = |words: &[String]| words.iter().any(|word| same(word, cell));
        match (is_one(&self.fail_words), is_one(&self.pass_words)) {
            (true, _) if result => "Fail",
            (_, true) if result => "Pass",
            _ => cell,
        }
    }

    /// The column of this name.
    pub(crate) fn column(&self, header: &str) -> Option<&TestColumn> {
        let name = header.to_lowercase();
        self.columns.iter().find(|c| c.header.to_lowercase() == name)
    }

    /// Checks that it can give tests.
    ///
    /// # Errors
    /// One sentence for each thing that is wrong.
    pub fn check(&self) -> Result<(), Vec<String>> {
        let mut wrong = vec![];
        let goes_to = |field| self.columns.iter().filter(|c| c.target == TestTarget::Field(field)).count();
        if goes_to(TestField::TestDate) == 0 {
            wrong.push("no column is the date of the test; a test without a date is no evidence".to_owned());
        }
        let many = |f: &&TestField| !matches!(f, TestField::Comments | TestField::Photo) && goes_to(**f) > 1;
        for field in TestField::ALL.iter().filter(many) {
            wrong.push(format!("more than one column fills {}", field.label()));
        }
        wrong.extend(self.wrong_words());
        if wrong.is_empty() { Ok(()) } else { Err(wrong) }
    }

    /// No word may mean both, and none that is known may mean something else.
    fn wrong_words(&self) -> Vec<String> {
        let known = |word: &str| value::verdict(word);
        let all = || self.pass_words.iter().chain(&self.fail_words);
        let nothing = all().filter(|word| known(word) == Ok(None));
        let fails = |word: &&String| {
            known(word) == Ok(Some(TesterVerdict::Fail))
                || self.fail_words.iter().any(|fail| same(fail, word))
        };
        let pass = self.pass_words.iter().filter(fails);
        let fail = self.fail_words.iter().filter(|word| known(word) == Ok(Some(TesterVerdict::Pass)));
        let nothing = nothing.map(|word| format!("\"{word}\" means nothing, neither a pass nor a fail"));
        let pass = pass.map(|word| format!("\"{word}\" means a fail and cannot mean a pass"));
        let fail = fail.map(|word| format!("\"{word}\" means a pass and cannot mean a fail"));
        nothing.chain(pass).chain(fail).collect()
    }
}

/// Whether a cell is a word, in capitals or not.
fn same(word: &str, cell: &str) -> bool {
    word.trim().to_lowercase() == cell.trim().to_lowercase()
}

#[derive(Default)]
struct Guess {
    taken: Vec<TestField>,
    group: bool,
    last: Option<Measured>,
}

impl Guess {
    fn column(&mut self, header: &str) -> TestColumn {
        let (name, unit) = with_unit(header);
        TestColumn { header: header.to_owned(), target: self.target(name, header), unit }
    }

    fn target(&mut self, name: &str, header: &str) -> TestTarget {
        // "Result (2)" and "Result 2" are "Result" again.
        let folded = fold(header);
        match folded.trim_end_matches(|c: char| c.is_ascii_digit()) {
            "test" => {
                self.group = true;
                return TestTarget::GroupTest;
            }
            "result" if self.group => return TestTarget::GroupResult,
            "unit" | "units" if self.group => return TestTarget::GroupUnit,
            "status" if self.group => return TestTarget::GroupStatus,
            _ => {}
        }
        if let Some(field) = TestField::named(header).or_else(|| TestField::named(name)) {
            if self.taken.contains(&field) {
                return TestTarget::Unknown;
            }
            self.taken.push(field);
            return TestTarget::Field(field);
        }
        let verdict = ["result", "status", "passfail"].iter().any(|w| folded.ends_with(w));
        match named(name) {
            Some(Named::Reading(measured)) if verdict && self.last == Some(measured) => {
                TestTarget::ReadingVerdict(measured)
            }
            Some(Named::Reading(measured)) if measured != Measured::Other => {
                self.last = Some(measured);
                TestTarget::Reading(measured)
            }
            Some(Named::Visual(item)) => TestTarget::Visual(item),
            _ => TestTarget::Unknown,
        }
    }
}

/// "Earth (ohm)" is "Earth" in ohms.
fn with_unit(header: &str) -> (&str, Option<String>) {
    let bare = header.trim().strip_suffix([')', ']']).and_then(|h| h.rsplit_once(['(', '[']));
    match bare {
        Some((name, unit)) if unit.chars().any(char::is_alphabetic) => {
            (name.trim(), Some(unit.trim().to_owned()))
        }
        _ => (header.trim(), None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn targets(header: &[&str]) -> Vec<String> {
        let header: Vec<String> = header.iter().map(|h| (*h).to_owned()).collect();
        TestMapping::guess(&header).columns.into_iter().map(|c| c.target.into()).collect()
    }

    #[test]
    fn names_find_their_targets() {
        assert_eq!(
            targets(&[
                "Asset ID",
                "Client",
                "Date",
                "Result",
                "Notes",
                "Earth (ohm)",
                "Insulation (Mohm)",
                "Polarity",
                "Colour"
            ]),
            [
                "asset_code",
                "customer",
                "test_date",
                "verdict",
                "comments",
                "reading:earth_continuity",
                "reading:insulation_resistance",
                "reading:polarity",
                "unknown"
            ]
        );
        let groups = targets(&[
            "Pass/Fail",
            "Test",
            "Result",
            "Unit",
            "Status",
            "Test (2)",
            "Result (2)",
            "Unit (2)",
            "Status (2)",
        ]);
        assert_eq!(groups[..3], ["verdict", "group:test", "group:result"]);
        assert_eq!(groups[5..], ["group:test", "group:result", "group:unit", "group:status"]);
    }

    #[test]
    fn every_target_is_written_and_read() {
        let mut all: Vec<String> = TestField::ALL.iter().map(|f| f.code().to_owned()).collect();
        all.extend(Measured::ALL.iter().flat_map(|m| [format!("reading:{m}"), format!("verdict:{m}")]));
        all.extend(VisualItem::ALL.iter().map(|i| format!("visual:{i}")));
        all.extend(
            ["visual", "group:test", "group:result", "group:unit", "group:status", "unknown", "ignore"]
                .map(String::from),
        );
        for code in all {
            assert_eq!(TestTarget::try_from(code.clone()).map(String::from), Ok(code));
        }
        assert!(TestTarget::try_from("reading:colour".to_owned()).is_err());
    }

    #[test]
    fn a_mapping_without_a_date_or_with_two_codes_is_refused() {
        let header = ["Asset ID", "Weight"].map(String::from);
        let mut mapping = TestMapping::guess(&header);
        assert!(mapping.check().unwrap_err()[0].contains("date"));
        mapping.columns[1].target = TestTarget::Field(TestField::AssetCode);
        assert_eq!(mapping.check().unwrap_err().len(), 2);
    }

    #[test]
    fn a_files_own_words_are_told_in_ours_and_never_turn_a_fail() {
        let mut mapping = TestMapping::guess(&["Date".to_owned()]);
        (mapping.pass_words, mapping.fail_words) = (vec!["1".into(), "Godkänd".into()], vec!["0".into()]);
        assert_eq!(mapping.check(), Ok(()));
        let told = |target: &str, cell| mapping.in_our_words(target.to_owned().try_into().unwrap(), cell);
        assert_eq!((told("verdict", "GODKÄND"), told("visual:plug", "0")), ("Pass", "Fail"));
        assert_eq!((told("reading:polarity", "1"), told("reading:earth_continuity", "1")), ("Pass", "1"));
        assert_eq!((told("group:result", "0"), told("comments", "1"), told("verdict", "F")), ("0", "1", "F"));
        mapping.pass_words = vec!["Failed".into(), "0".into(), "-".into()];
        assert_eq!(mapping.check().unwrap_err().len(), 3, "known as a fail, named as a fail, means nothing");
    }
}
