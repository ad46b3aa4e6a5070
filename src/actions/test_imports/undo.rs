//! Undoing an import while nothing is built on it: its tests are withdrawn in the ledger, nothing is deleted.

use std::collections::{BTreeMap, BTreeSet};

use domain::asset::Lifecycle;
use domain::event::{Event, Via};
use domain::evidence::FORM;
use domain::evidence_source::WithdrawalEvidence;
use domain::history_link::NOW;
use domain::permission::ImportAssets;
use domain::standing::standing;
use domain::test_import::{Counts, ImportState};
use store::assets::{Asset, find_asset, reindex_asset};
use store::history_links::Belonging;
use store::marks::marks_of_many;
use store::test_imports::{self as rows, ImportedTest, TestImport};
use store::tests::{histories, sequences};
use store::types::{Coded, Moment};
use store::undo::{certificates_over, corrected, untouched};
use store::withdrawals::{WithdrawalRow, insert_withdrawals};
use store::{AnyConnection, Right, Tx, dues};

use super::photos;
use super::prepare::committed;
use super::stage::BATCH;
use crate::actions::assets::change_in;
use crate::actions::dues::recompute;
use crate::actions::test_photos;
use crate::app::App;
use crate::error::{Error, Result};

/// The reason written down with each withdrawal.
const REASON: &str = "The import was undone.";
/// How much of what stands in the way is named.
const NAMED: usize = 20;

/// Something that was built on a test of an import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Built {
    /// A certificate over it, by number.
    Certificate(String),
    /// A correction of it, by the corrected test's id.
    Correction(String),
    /// A manager's release that settled its fail, by the asset's tag.
    Release(String),
    /// An asset that it returned to service, by tag.
    Returned(String),
    /// An asset whose history was merged or split since, by tag.
    Linked(String),
}

impl Built {
    /// What stands in the way of undoing, in words; none where nothing does.
    pub fn words(built: &[Self]) -> Option<String> {
        let one = |built: &Self| match built {
            Self::Certificate(number) => format!("certificate {number} was issued over one of its tests"),
            Self::Correction(id) => format!("test {id} was corrected"),
            Self::Release(tag) => format!("the lock of {tag}, which a fail of it set, was released"),
            Self::Returned(tag) => format!("one of its tests released {tag}, which would be locked again"),
            Self::Linked(tag) => format!("the history of {tag} was merged or split; undo that first"),
        };
        if built.is_empty() {
            return None;
        }
        let named: Vec<String> = built.iter().take(NAMED).map(one).collect();
        let more = match built.len() > NAMED {
            true => "; and more",
            false => "",
        };
        Some(format!("This import cannot be undone: {}{more}.", named.join("; ")))
    }
}

/// What was built on the tests of an import.
///
/// # Errors
/// The store's.
pub fn built_on(app: &App, right: &Right<ImportAssets>, import: &TestImport) -> Result<Vec<Built>> {
    let limit = i64::try_from(BATCH).unwrap_or(i64::MAX);
    let (mut after, mut built) = (0, vec![]);
    app.store.read(|conn| {
        rows::find_test_import(conn, right.scope(), import.id)?;
        loop {
            let tests = rows::list_imported(conn, import.id, after, limit)?;
            let Some(last) = tests.last() else { return Ok(built) };
            after = last.record;
            built.extend(built_on_batch(conn, import, &tests)?);
            if built.len() > NAMED {
                return Ok(built);
            }
        }
    })
}

fn built_on_batch(
    conn: &mut AnyConnection,
    import: &TestImport,
    tests: &[ImportedTest],
) -> Result<Vec<Built>> {
    let ids: Vec<&str> = tests.iter().map(|test| test.test_id.as_str()).collect();
    let seqs = sequences(conn, &ids)?;
    let numbers: BTreeSet<i64> = seqs.values().copied().collect();
    let over = certificates_over(conn, import.customer_id, &numbers)?;
    let mut built: Vec<Built> = over.into_iter().map(Built::Certificate).collect();
    built.extend(corrected(conn, &ids)?.into_iter().map(Built::Correction));
    let asset_ids: BTreeSet<i64> = tests.iter().map(|test| test.asset_id).collect();
    let asset_ids: Vec<i64> = asset_ids.into_iter().collect();
    let assets = rows::assets_by_ids(conn, import.customer_id, &asset_ids)?;
    let belonging = Belonging::load(conn, &asset_ids)?;
    if !belonging.homes.is_empty() {
        let gone = |asset: &&Asset| belonging.home(asset.id) != asset.id;
        built.extend(assets.values().filter(gone).map(|asset| Built::Linked(asset.tag.clone())));
        let recorded = tests.iter().map(|test| (test, (test.asset_id, test.test_id.as_str())));
        let moved = recorded.filter(|(_, at)| belonging.homes.test_at(*at, NOW) != belonging.home(at.0));
        let tag = |test: &ImportedTest| assets.get(&test.asset_id).map(|asset| asset.tag.clone());
        built.extend(moved.filter_map(|(test, _)| tag(test)).map(Built::Linked));
    }
    let mut all_marks = marks_of_many(conn, &asset_ids)?;
    for (id, history) in histories(conn, &asset_ids)? {
        let marks = all_marks.remove(&id).unwrap_or_default();
        let Some(tag) = assets.get(&id).map(|asset| asset.tag.clone()) else { continue };
        let without: Vec<_> = history
            .iter()
            .cloned()
            .map(|mut test| {
                test.withdrawn |= numbers.contains(&test.sequence);
                test
            })
            .collect();
        let fails = history.iter().filter(|test| numbers.contains(&test.sequence));
        let mut fails = fails.filter(|test| test.verdict == domain::verdict::Verdict::Fail);
        if fails.any(|fail| marks.releases.iter().any(|release| release.sequence > fail.sequence)) {
            built.push(Built::Release(tag));
        } else if returned(&history, &without, &numbers, &marks) {
            built.push(Built::Returned(tag));
        }
    }
    Ok(built)
}

/// Whether an asset may be used because of these tests: without them a fail of another source locks it.
fn returned(
    history: &[domain::standing::TestRecord],
    without: &[domain::standing::TestRecord],
    own: &BTreeSet<i64>,
    marks: &domain::standing::Marks,
) -> bool {
    let (now, then) = (standing(history, marks), standing(without, marks));
    // A fail of the import itself stays a lock when it is withdrawn: that is no reason to keep it.
    let foreign = then.open.iter().any(|lock| !own.contains(&lock.sequence));
    now.locked.is_none() && foreign
}

/// Withdraws the next tests of an import; with none left, it is undone.
///
/// # Errors
/// A conflict when something was built on one of them meanwhile.
pub(super) fn step(app: &App, right: &Right<ImportAssets>, import: &TestImport) -> Result<TestImport> {
    let limit = i64::try_from(BATCH).unwrap_or(i64::MAX);
    let actor = right.actor().clone().through(Via::Import);
    app.store.write(&actor, |tx| {
        let tests = rows::list_imported(tx, import.id, 0, limit)?;
        let mut events = vec![];
        let mut end = (ImportState::Undone, 0);
        let mut counts: Counts = import.counts.0.clone();
        if let (Some(first), Some(last)) = (tests.first(), tests.last()) {
            let built = built_on_batch(tx, import, &tests)?;
            if let Some(words) = Built::words(&built) {
                return Err(Error::Conflict(words));
            }
            let ends = (first.record, last.record);
            end = (ImportState::Undoing, import.done + i64::try_from(tests.len()).unwrap_or(0));
            counts.recorded -= i64::try_from(tests.len()).unwrap_or(0);
            events = withdraw(tx, import, &tests, ends)?;
        } else {
            rows::delete_staged(tx, import.id, (0, i64::MAX))?;
        }
        rows::advance(tx, import, end, &counts)?;
        let event = Event::new("test import", import.id, "undone").of_customer(import.customer_id);
        events.push(event.change("tests withdrawn", "", tests.len()));
        Ok((rows::find_test_import(tx, right.scope(), import.id)?, events))
    })
}

fn withdraw(
    tx: &mut Tx,
    import: &TestImport,
    tests: &[ImportedTest],
    ends: (i64, i64),
) -> Result<Vec<Event>> {
    let asset_ids: BTreeSet<i64> = tests.iter().map(|test| test.asset_id).collect();
    let asset_ids: Vec<i64> = asset_ids.into_iter().collect();
    dues::hold_assets(tx, &asset_ids)?;
    let withdrawn = photos::withdraw(tx, import.id, ends)?;
    rows::delete_imported(tx, import.id, ends)?;
    let ids: Vec<&str> = tests.iter().map(|test| test.test_id.as_str()).collect();
    let seqs = sequences(tx, &ids)?;
    let person = match tx.actor.person_id() {
        Some(id) => Some(committed(tx, id)?),
        None => None,
    };
    let at = Moment::from(tx.now);
    let batch = tests.iter().map(|test| {
        let evidence = WithdrawalEvidence {
            form: FORM,
            id: uuid::Uuid::now_v7().to_string(),
            customer_id: test.customer_id,
            asset_id: test.asset_id,
            test_id: test.test_id.clone(),
            test_seq: seqs.get(&test.test_id).copied().unwrap_or_default(),
            import_id: Some(import.id),
            at: at.utc(),
            person: person.clone(),
            reason: REASON.to_owned(),
        };
        let row = WithdrawalRow {
            id: evidence.id.clone(),
            customer_id: test.customer_id,
            seq: 0,
            asset_id: test.asset_id,
            test_id: test.test_id.clone(),
            import_id: Some(import.id),
            person_id: person.as_ref().map(|person| person.id),
            at,
            reason: REASON.to_owned(),
        };
        (row, evidence.canonical())
    });
    insert_withdrawals(tx, import.customer_id, batch.collect())?;
    test_photos::withdraw(tx, import.customer_id, &withdrawn)?;
    let mut events = vec![];
    let made: BTreeMap<i64, i64> =
        tests.iter().filter_map(|test| Some((test.asset_id, test.made_version?))).collect();
    for id in &asset_ids {
        recompute(tx, *id)?;
        reindex_asset(tx, *id)?;
        if let Some(version) = made.get(id) {
            events.extend(retire(tx, *id, *version)?);
        }
    }
    Ok(events)
}

/// Disposes of an asset that the import made and that nothing else touched.
fn retire(tx: &mut Tx, id: i64, version: i64) -> Result<Option<Event>> {
    if !untouched(tx, id, version)? {
        return Ok(None);
    }
    let actor = tx.actor;
    let asset = find_asset(tx, actor.scope(), id)?;
    let mut fields = asset.fields();
    fields.lifecycle = Coded(Lifecycle::Disposed);
    let (_, event) = change_in(tx, actor, (id, asset.version), fields, "disposed of: its import was undone")?;
    Ok(Some(event))
}
