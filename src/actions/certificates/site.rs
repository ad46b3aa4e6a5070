//! What the certificate of a visit or of a site's period says: one line an item, failures first.

use std::collections::BTreeMap;

use domain::certificate::{Failure, NotFound, Outcome, Row, SiteCertificate, Totals};
use domain::code::Code;
use domain::equipment::{EquipmentClass, TestKind};
use domain::evidence::TestEvidence;
use domain::quantity::Decimal;
use domain::reading::ReadingTest;
use domain::schedule::local_date;
use domain::standing::{TestRecord, standing, weight};
use domain::verdict::Verdict;
use domain::visual::VisualResult;
use store::AnyConnection;
use store::certificates::{Whereabouts, list_whereabouts};
use store::tests::RecordedTest;
use store::visits::Expected;

use super::draft::{Ground, by_asset};
use super::heads::Common;
use super::single::shown_tag;
use super::words;
use crate::error::Result;

/// An item with the test that stands for it.
struct Item<'a> {
    /// The result: quarantined counts as failed, whatever was tested afterwards.
    test: &'a RecordedTest,
    /// Fails that a later test released.
    repaired: Vec<&'a RecordedTest>,
}

pub(super) fn certificate(
    conn: &mut AnyConnection,
    ground: &Ground,
    tests: &[RecordedTest],
    (not_found, common): (Vec<(Expected, String)>, Common),
) -> Result<SiteCertificate> {
    let items: Vec<Item> = by_asset(tests).into_iter().map(item).collect();
    let troubled: Vec<i64> = items
        .iter()
        .filter(|item| item.test.row.verdict.0 != Verdict::Pass)
        .map(|item| item.test.row.asset_id)
        .collect();
    let places = list_whereabouts(conn, &troubled)?;
    let places: BTreeMap<i64, &Whereabouts> = places.iter().map(|one| (one.asset_id, one)).collect();
    let of = |verdict: Verdict| {
        let some = items.iter().filter(|item| item.test.row.verdict.0 == verdict);
        some.map(|item| failure(item.test, places.get(&item.test.row.asset_id).copied())).collect()
    };
    let names = place_names(conn, &not_found)?;
    let mut register: Vec<Row> = items.iter().map(|item| row(item.test)).collect();
    register.sort_by(|a, b| (&a.location, &a.tag).cmp(&(&b.location, &b.tag)));
    Ok(SiteCertificate {
        totals: count(items.iter().map(|item| item.test.row.verdict.0), not_found.len()),
        failures: of(Verdict::Fail),
        incomplete: of(Verdict::Incomplete),
        not_found: not_found.into_iter().map(|(asset, note)| missing(asset, &note, &names)).collect(),
        register,
        repairs: items.iter().flat_map(|item| repairs(item, ground)).collect(),
        head: common.head,
        closing: common.closing,
    })
}

/// Counts outcomes.
pub(super) fn count(verdicts: impl Iterator<Item = Verdict>, not_found: usize) -> Totals {
    let mut totals = Totals { not_found, ..Totals::default() };
    for verdict in verdicts {
        totals.tested += 1;
        match verdict {
            Verdict::Pass => totals.passed += 1,
            Verdict::Fail => totals.failed += 1,
            Verdict::Incomplete => totals.incomplete += 1,
        }
    }
    totals
}

/// What stands for an item: a fail that nothing released, else a last word that is no pass, else the pass that
/// covers most.
fn item(tests: Vec<&RecordedTest>) -> Item<'_> {
    let records: Vec<TestRecord> = tests.iter().map(|test| record(test)).collect();
    let locked = standing(&records, &[]).locked.map(|lock| lock.sequence);
    let last = tests.last().copied().filter(|last| last.row.verdict.0 != Verdict::Pass);
    let failed = tests.iter().copied().find(|test| Some(test.row.seq) == locked);
    let heaviest = tests.iter().copied().max_by_key(|test| {
        (test.row.verdict.0 == Verdict::Pass, weight(test.row.kind.0), test.row.performed_at)
    });
    let test = failed.or(last).or(heaviest).unwrap_or(tests[0]);
    let repaired = match test.row.verdict.0 {
        Verdict::Pass => tests.into_iter().filter(|test| test.row.verdict.0 == Verdict::Fail).collect(),
        _ => vec![],
    };
    Item { test, repaired }
}

fn record(test: &RecordedTest) -> TestRecord {
    TestRecord {
        sequence: test.row.seq,
        kind: test.row.kind.0,
        verdict: test.row.verdict.0,
        performed_at: test.row.performed_at.utc(),
        supersedes: None,
        withdrawn: false,
    }
}

fn failure(test: &RecordedTest, now: Option<&Whereabouts>) -> Failure {
    let asset = &test.evidence.asset;
    Failure {
        tag: shown_tag(&asset.tag),
        description: asset.description.clone(),
        location: asset.place.clone().unwrap_or_default(),
        reason: words::reason(&test.evidence),
        action: now.map(whereabouts).unwrap_or_default(),
    }
}

fn whereabouts(now: &Whereabouts) -> String {
    let state = if now.locked { "Quarantined" } else { now.lifecycle.label() };
    let place = now.place.as_ref().map(|place| format!(", {place}")).unwrap_or_default();
    let out = if now.signed_out { ", signed out" } else { "" };
    format!("{state}. Now at {}{place}{out}", now.site)
}

fn repairs(item: &Item, ground: &Ground) -> Vec<String> {
    let day = |test: &RecordedTest| {
        local_date(test.row.performed_at.utc(), ground.zone).format("%-d %b %Y").to_string()
    };
    let line = |fail: &&RecordedTest| {
        let asset = &fail.evidence.asset;
        format!(
            "{} {}: failed on {} ({}), passed on {}",
            shown_tag(&asset.tag),
            asset.description,
            day(fail),
            words::reason(&fail.evidence).trim_end_matches('.'),
            day(item.test)
        )
    };
    item.repaired.iter().map(line).collect()
}

fn place_names(conn: &mut AnyConnection, lost: &[(Expected, String)]) -> Result<BTreeMap<i64, String>> {
    let ids: Vec<i64> = lost.iter().map(|(asset, _)| asset.id).collect();
    let places = list_whereabouts(conn, &ids)?;
    Ok(places.into_iter().map(|one| (one.asset_id, one.place.unwrap_or(one.site))).collect())
}

fn missing(asset: Expected, note: &str, places: &BTreeMap<i64, String>) -> NotFound {
    let place = places.get(&asset.id).cloned().unwrap_or_default();
    let location = if note.is_empty() { place } else { format!("{place} ({note})") };
    NotFound { tag: shown_tag(&asset.tag), description: asset.description, location }
}

fn row(test: &RecordedTest) -> Row {
    let evidence = &test.evidence;
    let (asset, subject) = (&evidence.asset, &evidence.subject);
    let value = |tests: &[ReadingTest]| words::worst(evidence, tests).map(words::given).unwrap_or_default();
    let earth = words::worst(evidence, &[ReadingTest::EarthContinuity]);
    let insulation = words::worst(evidence, &[ReadingTest::InsulationResistance]);
    let leakage =
        [ReadingTest::ProtectiveConductorCurrent, ReadingTest::TouchCurrent, ReadingTest::SubstituteLeakage];
    Row {
        tag: shown_tag(&asset.tag),
        customer_number: asset.customer_number.clone().unwrap_or_default(),
        description: asset.description.clone(),
        make_model_serial: make_model_serial(evidence),
        location: asset.place.clone().unwrap_or_default(),
        class: class(subject.equipment_class).to_owned(),
        equipment_type: subject.equipment_type.label().to_owned(),
        fuse: asset
            .fuse_ma
            .and_then(Decimal::from_thousandths)
            .map(|amps| amps.to_string())
            .unwrap_or_default(),
        visual: visual(evidence).to_owned(),
        earth: value(&[ReadingTest::EarthContinuity]),
        earth_limit: earth.and_then(|r| r.limit()).map(|limit| limit.value.to_string()).unwrap_or_default(),
        insulation: value(&[ReadingTest::InsulationResistance]),
        insulation_voltage: insulation
            .and_then(|r| r.voltage_v)
            .map(|volts| format!("{volts} V"))
            .unwrap_or_default(),
        leakage: value(&leakage),
        polarity: value(&[ReadingTest::Polarity]),
        rcd: value(&[ReadingTest::RcdTripTime]),
        functional: value(&[ReadingTest::Functional]),
        result: Some(words::outcome(evidence.verdict)),
        // Only a pass renews: what is owed after anything else is no date to plan by.
        next_due: evidence.next_due.earliest().filter(|_| evidence.verdict == Verdict::Pass),
        notes: notes(evidence),
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

fn visual(evidence: &TestEvidence) -> &'static str {
    match evidence.visual.values().any(|result| *result == VisualResult::Fail) {
        true => Outcome::Fail.word(),
        false if evidence.visual.is_empty() => "",
        false => Outcome::Pass.word(),
    }
}

/// Remarks on one line; a lighter inspection than the full one says so.
fn notes(evidence: &TestEvidence) -> String {
    let remarks = words::remarks(evidence).replace('\n', "; ");
    let kind = match evidence.kind {
        TestKind::Combined => "",
        other => other.label(),
    };
    [kind, remarks.as_str()].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("; ")
}
