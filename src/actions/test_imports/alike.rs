//! Whether a record is a test that was recorded already, in whatever way: the same asset, moment and findings.

use std::collections::{BTreeMap, HashMap};

use domain::code::Code;
use domain::evidence::TestEvidence;
use domain::history_link::NOW;
use domain::quantity::Decimal;
use domain::reading::Reading;
use domain::verdict::Verdict;
use domain::visual::{VisualItem, VisualResult};
use exchange::tester::TestRecord;
use store::AnyConnection;
use store::assets::Asset;
use store::history_links::Belonging;
use store::test_imports::TestImport;
use store::tests::{TestRow, list_tests_of_assets, with_evidence};
use store::types::Moment;

use super::judging::input_of;
use super::known::Known;
use super::prepare::fields_for;
use crate::error::Result;

/// A day either way of a record's own moment: the clocks of two sites differ by less.
const DAY: chrono::Duration = chrono::Duration::days(1);

/// What was found: what was seen, and each reading in an order of its own.
type Findings = (BTreeMap<VisualItem, VisualResult>, Vec<String>);

/// Which of these records, each with the asset it is of, were recorded before. A record without a time is none of them:
/// two tests of a day may well find the same.
pub(super) fn recorded_alike(
    conn: &mut AnyConnection,
    (known, import): (&Known, &TestImport),
    records: &[Option<(&Asset, &TestRecord)>],
) -> Result<Vec<bool>> {
    let timed = || records.iter().flatten().filter(|(_, record)| record.performed_time.is_some());
    let moments = || timed().map(|(_, record)| record.performed_at().and_utc());
    let (Some(first), Some(last)) = (moments().min(), moments().max()) else {
        return Ok(vec![false; records.len()]);
    };
    let mut ids: Vec<i64> = timed().map(|(asset, _)| asset.id).collect();
    ids.sort_unstable();
    ids.dedup();
    let between = (Moment::from(first - DAY), Moment::from(last + DAY));
    let mut found: HashMap<(i64, String), Vec<TestRow>> = HashMap::new();
    let belonging = Belonging::load(conn, &ids)?;
    for test in list_tests_of_assets(conn, (import.customer_id, &belonging.assets), between)? {
        let local = test.performed_at.utc().with_timezone(&known.zone(Some(test.site_id))).naive_local();
        let home = belonging.test_at((test.asset_id, &test.id), NOW);
        found.entry((home, to_the_second(local))).or_default().push(test);
    }
    let mut alike = Vec::with_capacity(records.len());
    for record in records {
        let same = record.and_then(|(asset, record)| {
            record.performed_time?;
            let tests = found.get(&(asset.id, to_the_second(record.performed_at())))?;
            let class = fields_for(known, import, Some(asset), record).equipment_class.map(|class| class.0);
            let input = input_of(record, class).ok()?;
            Some((tests.clone(), (findings(input.visual, &input.readings), record.tester_failed())))
        });
        alike.push(match same {
            Some((tests, of)) => with_evidence(conn, tests)?.iter().any(|test| is_that(&test.evidence, &of)),
            None => false,
        });
    }
    Ok(alike)
}

fn to_the_second(at: chrono::NaiveDateTime) -> String {
    at.format("%Y-%m-%d %H:%M:%S").to_string()
}

/// Whether a recorded test found this. What its tester failed is never taken for a test that is no fail.
fn is_that(evidence: &TestEvidence, (found, failed): &(Findings, bool)) -> bool {
    let fails = evidence.verdict == Verdict::Fail;
    let input = evidence.judged_again().map(|(_, input)| findings(input.visual, &input.readings));
    (fails || !failed) && input.as_ref() == Ok(found)
}

/// What was found, but for the words beside a reading, which not every format keeps.
fn findings(visual: BTreeMap<VisualItem, VisualResult>, readings: &[Reading]) -> Findings {
    let decimal = |value: Option<Decimal>| value.map(|value| value.to_string()).unwrap_or_default();
    let mut told: Vec<String> = readings
        .iter()
        .map(|reading| {
            let (form, value) = reading.value.stored();
            let numbers = [reading.test_current_a, reading.rated_ma, reading.multiplier].map(decimal);
            format!(
                "{} {} {} {:?} {:?} {numbers:?}",
                reading.test.code(),
                form.code(),
                decimal(value),
                reading.voltage_v,
                reading.socket
            )
        })
        .collect();
    told.sort_unstable();
    (visual, told)
}
