//! The register of a site: one line an item, every reading with its limit, footnotes for warnings.

use domain::certificate::{Measured, Outcome, Row};
use domain::equipment::{EquipmentClass, TestKind};
use domain::evidence::TestEvidence;
use domain::quantity::Decimal;
use domain::reading::ReadingTest;
use domain::ruleset::RuleSet;
use domain::schedule::local_date;
use domain::verdict::Verdict;
use domain::visual::VisualResult;
use domain::wording::{Language, fill};
use store::tests::RecordedTest;

use super::draft::Ground;
use super::single::shown_tag;
use super::words;

const LEAKAGE: [ReadingTest; 4] = [
    ReadingTest::ProtectiveConductorCurrent,
    ReadingTest::TouchCurrent,
    ReadingTest::SubstituteLeakage,
    ReadingTest::MicrowaveLeakage,
];

/// Rows by place and tag, and the notes that they point at.
pub(super) fn register<'a>(
    ground: &Ground,
    tests: impl Iterator<Item = &'a RecordedTest>,
) -> (Vec<Row>, Vec<String>) {
    let tests: Vec<&RecordedTest> = tests.collect();
    let usual = usual_ruleset(&tests);
    let mut notes: Vec<String> = vec![];
    let mut rows: Vec<Row> = vec![];
    for test in tests {
        let mut row = row(ground, test, usual.as_deref());
        for warning in &test.evidence.warnings {
            let known = notes.iter().position(|note| note == warning).unwrap_or_else(|| {
                notes.push(warning.clone());
                notes.len() - 1
            });
            row.footnotes.push(known + 1);
        }
        rows.push(row);
    }
    rows.sort_by(|a, b| (&a.location, &a.tag).cmp(&(&b.location, &b.tag)));
    (rows, notes)
}

/// The rule set that judged most; a row judged by another says so.
fn usual_ruleset(tests: &[&RecordedTest]) -> Option<String> {
    let mut counts: std::collections::BTreeMap<&str, usize> = Default::default();
    for test in tests {
        *counts.entry(&test.evidence.ruleset).or_default() += 1;
    }
    counts.into_iter().max_by_key(|(_, count)| *count).map(|(code, _)| code.to_owned())
}

fn row(ground: &Ground, test: &RecordedTest, usual: Option<&str>) -> Row {
    let (evidence, language) = (&test.evidence, ground.language);
    let (asset, subject) = (&evidence.asset, &evidence.subject);
    let measured = |tests: &[ReadingTest]| words::measured(language, evidence, tests);
    let fuse = asset.fuse_ma.and_then(Decimal::from_thousandths).map(|amps| amps.to_string());
    Row {
        tag: shown_tag(&asset.tag),
        customer_number: asset.customer_number.clone().unwrap_or_default(),
        description: asset.description.clone(),
        make_model_serial: make_model_serial(evidence),
        location: asset.place.clone().unwrap_or_default(),
        class: class(subject.equipment_class).to_owned(),
        equipment_type: language.name(subject.equipment_type).to_owned(),
        fuse: language.figure(&fuse.unwrap_or_default()),
        visual: visual(language, evidence),
        earth: measured(&[ReadingTest::EarthContinuity]),
        insulation: measured(&[ReadingTest::InsulationResistance]),
        leakage: measured(&LEAKAGE),
        polarity: measured(&[ReadingTest::Polarity]),
        rcd: measured(&[ReadingTest::RcdTripTime]),
        functional: measured(&[ReadingTest::Functional]),
        result: Some(words::outcome(evidence.verdict)),
        footnotes: vec![],
        tested: Some(local_date(test.row.performed_at.utc(), ground.zone)),
        // Only a pass renews: what is owed after anything else is no date to plan by.
        next_due: evidence.next_due.earliest().filter(|_| evidence.verdict == Verdict::Pass),
        notes: notes(language, evidence, usual),
    }
}

fn make_model_serial(evidence: &TestEvidence) -> String {
    let asset = &evidence.asset;
    let model = format!("{} {}", asset.make, asset.model);
    let parts = [model.trim(), asset.serial.as_str()];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

fn class(class: EquipmentClass) -> &'static str {
    match class {
        EquipmentClass::I => "I",
        EquipmentClass::II => "II",
        EquipmentClass::IIFe => "II FE",
        EquipmentClass::III => "III",
    }
}

fn visual(language: Language, evidence: &TestEvidence) -> Measured {
    let failed = evidence.visual.values().any(|result| *result == VisualResult::Fail);
    let outcome = if failed { Outcome::Fail } else { Outcome::Pass };
    let text = if evidence.visual.is_empty() { "" } else { language.outcome(outcome) };
    Measured { text: text.to_owned(), failed }
}

/// Remarks on one line; a lighter inspection than the full one, and another rule set than the usual, say so.
fn notes(language: Language, evidence: &TestEvidence, usual: Option<&str>) -> String {
    let mut parts: Vec<String> = vec![];
    if evidence.kind != TestKind::Combined {
        parts.push(language.name(evidence.kind).to_owned());
    }
    if usual != Some(evidence.ruleset.as_str()) {
        let rules = RuleSet::find(&evidence.ruleset);
        let name = rules.map_or(evidence.ruleset.as_str(), RuleSet::short_name);
        parts.push(fill(language.words().judged_by, &[name]));
    }
    let load = evidence.readings.iter().filter(|reading| reading.test == ReadingTest::Load);
    parts.extend(load.map(|reading| {
        let load = words::reading(language, reading);
        format!("{} {}", load.test, load.value)
    }));
    parts.extend(words::remarks(language, evidence).into_iter().map(|text| text.replace('\n', "; ")));
    parts.join("; ")
}
