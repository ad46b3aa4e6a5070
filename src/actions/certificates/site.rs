//! What the certificate of a visit or of a site's period says: failures first, then everything.

use std::collections::BTreeMap;

use domain::certificate::{Corrected, Decision, Failure, NotFound, Repair, SiteCertificate, Totals};
use domain::schedule::local_date;
use domain::standing::{Marks, TestRecord, standing, weight};
use domain::verdict::Verdict;
use domain::wording::{Language, fill};
use store::AnyConnection;
use store::certificates::{Whereabouts, list_people, list_whereabouts};
use store::history_links::Belonging;
use store::tests::{RecordedTest, list_releases_of};
use store::visits::Expected;

use super::draft::{Ground, by_asset};
use super::heads::{Common, name_of};
use super::register::register;
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
    let items: Vec<Item> = by_asset(tests).into_iter().filter_map(item).collect();
    let troubled: Vec<i64> = items
        .iter()
        .filter(|item| item.test.row.verdict.0 != Verdict::Pass)
        .map(|item| item.test.row.asset_id)
        .collect();
    let places = list_whereabouts(conn, &troubled)?;
    let places: BTreeMap<i64, &Whereabouts> = places.iter().map(|one| (one.asset_id, one)).collect();
    let of = |verdict: Verdict| {
        let some = items.iter().filter(|item| item.test.row.verdict.0 == verdict);
        some.map(|item| failure(ground, item.test, places.get(&item.test.row.asset_id).copied())).collect()
    };
    let names = place_names(conn, &not_found)?;
    let (register, footnotes) = register(ground, items.iter().map(|item| item.test));
    Ok(SiteCertificate {
        totals: count(items.iter().map(|item| item.test.row.verdict.0), not_found.len()),
        failures: of(Verdict::Fail),
        incomplete: of(Verdict::Incomplete),
        not_found: not_found.into_iter().map(|(asset, note)| missing(asset, &note, &names)).collect(),
        register,
        footnotes,
        repairs: items.iter().flat_map(|item| repairs(item, ground)).collect(),
        corrections: corrections(conn, ground, tests)?,
        decisions: decisions(conn, ground, &items)?,
        photos: vec![],
        photos_left_out: 0,
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

/// What stands for an item: what keeps it from being a pass, else the pass that covers most. Nothing where only its
/// user checked it, which is no inspection.
fn item(tests: Vec<&RecordedTest>) -> Option<Item<'_>> {
    let records: Vec<TestRecord> = tests.iter().map(|test| record(test)).collect();
    let standing = standing(&records, &Marks::default());
    standing.verdict?;
    let against = tests.iter().copied().find(|test| Some(test.row.seq) == standing.against);
    let heaviest = tests.iter().copied().max_by_key(|test| {
        (test.row.verdict.0 == Verdict::Pass, weight(test.row.kind.0), test.row.performed_at)
    });
    let test = against.or(heaviest)?;
    let repaired = match test.row.verdict.0 {
        Verdict::Pass => tests.into_iter().filter(|test| test.row.verdict.0 == Verdict::Fail).collect(),
        _ => vec![],
    };
    Some(Item { test, repaired })
}

fn record(test: &RecordedTest) -> TestRecord {
    TestRecord {
        sequence: test.row.seq,
        kind: test.row.kind.0,
        verdict: test.row.verdict.0,
        performed_at: test.row.performed_at.utc(),
        supersedes: None,
        withdrawn: false,
        returns: test.row.returns,
        away: test.away.clone(),
    }
}

fn failure(ground: &Ground, test: &RecordedTest, now: Option<&Whereabouts>) -> Failure {
    let asset = &test.evidence.asset;
    Failure {
        tag: shown_tag(&asset.tag),
        description: asset.description.clone(),
        location: asset.place.clone().unwrap_or_default(),
        reason: words::reason_in(ground.language, &test.evidence),
        action: now.map(|now| whereabouts(ground.language, now)).unwrap_or_default(),
    }
}

fn whereabouts(language: Language, now: &Whereabouts) -> String {
    let words = language.words();
    let state = if now.locked { words.quarantined } else { language.name(now.lifecycle) };
    let place = now.place.as_ref().map(|place| format!(", {place}")).unwrap_or_default();
    let out = if now.signed_out { format!(", {}", words.signed_out) } else { String::new() };
    format!("{state}, {}{out}", fill(words.now_at, &[&format!("{}{place}", now.site)]))
}

fn day(ground: &Ground, test: &RecordedTest) -> String {
    ground.language.day(local_date(test.row.performed_at.utc(), ground.zone))
}

fn repairs(item: &Item, ground: &Ground) -> Vec<Repair> {
    let language = ground.language;
    let line = |fail: &&RecordedTest| {
        let asset = &fail.evidence.asset;
        let mut passed = format!("{}, {}", day(ground, item.test), language.name(item.test.evidence.kind));
        if !item.test.evidence.note.is_empty() {
            passed.push_str(&format!(": {}", item.test.evidence.note));
        }
        Repair {
            tag: shown_tag(&asset.tag),
            description: asset.description.clone(),
            failed: format!("{}: {}", day(ground, fail), words::reason_in(language, &fail.evidence)),
            passed,
        }
    };
    item.repaired.iter().map(line).collect()
}

/// Records that took the place of others, with the reason and who corrected.
fn corrections(conn: &mut AnyConnection, ground: &Ground, tests: &[RecordedTest]) -> Result<Vec<Corrected>> {
    let corrected: Vec<_> =
        tests.iter().filter_map(|test| test.evidence.supersedes.as_ref().map(|by| (test, by))).collect();
    let ids: Vec<i64> = corrected.iter().map(|(_, correction)| correction.by.id).collect();
    let people = list_people(conn, &ids)?;
    let line = |(test, correction): &(&RecordedTest, &domain::evidence::Correction)| {
        let asset = &test.evidence.asset;
        let by = people.iter().find(|one| one.id == correction.by.id).map(name_of).unwrap_or_default();
        Corrected {
            tag: shown_tag(&asset.tag),
            description: asset.description.clone(),
            test: format!("{}, {}", ground.language.name(test.evidence.kind), day(ground, test)),
            reason: if by.is_empty() {
                correction.reason.clone()
            } else {
                format!("{} ({by})", correction.reason)
            },
        }
    };
    Ok(corrected.iter().map(line).collect())
}

/// What was decided about the items since the first of these tests of theirs.
fn decisions(conn: &mut AnyConnection, ground: &Ground, items: &[Item]) -> Result<Vec<Decision>> {
    let Some(first) = items
        .iter()
        .flat_map(|item| item.repaired.iter().copied().chain([item.test]))
        .map(|test| test.row.performed_at)
        .min()
    else {
        return Ok(vec![]);
    };
    let by_id: BTreeMap<i64, &RecordedTest> =
        items.iter().map(|item| (item.test.row.asset_id, item.test)).collect();
    let ids: Vec<i64> = by_id.keys().copied().collect();
    let belonging = Belonging::load(conn, &ids)?;
    let releases = list_releases_of(conn, &belonging.assets, first)?;
    let line = |release: &store::tests::ReleaseRow| {
        let asset = &by_id.get(&belonging.home(release.asset_id))?.evidence.asset;
        Some(Decision {
            tag: shown_tag(&asset.tag),
            description: asset.description.clone(),
            on: Some(local_date(release.at.utc(), ground.zone)),
            words: release.reason.clone(),
        })
    };
    Ok(releases.iter().filter_map(line).collect())
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
