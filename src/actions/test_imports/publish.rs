//! Publishing staged rows: a batch is one transaction, the ledger's head is taken once in it and last.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;
use domain::asset::Status;
use domain::equipment::{EquipmentClass, EquipmentType};
use domain::event::{Event, Via};
use domain::evidence::PersonCommitted;
use domain::permission::ImportAssets;
use domain::schedule::{Intervals, local_date};
use domain::standing::{Marks, TestRecord as Recorded};
use domain::test_import::{Counts, ImportState, Outcome};
use exchange::tester::TestRecord;
use store::assets::{Asset, reindex_assets};
use store::marks::marks_of_many;
use store::test_imports::{self as rows, ImportedTest, StagedTest, TestImport, assets_by_ids};
use store::tests::{PreparedTest, histories, insert_tests};
use store::types::Coded;
use store::{Right, Tx, dues};

use super::alike::recorded_alike;
use super::known::Known;
use super::matching::{Match, match_all};
use super::new_assets::Maker;
use super::prepare::{Ground, People, committed, fields_for, prepare};
use super::stage::{BATCH, parse};
use super::{judging, photos};
use crate::actions::dues::{WorkedOut, intervals_of, recompute, work_out, write_down_all};
use crate::actions::test_photos;
use crate::actions::tests::facts;
use crate::app::App;
use crate::error::{Error, Result};

/// What is said of a test that is there already.
pub(super) const THERE: &str = "This test is there already.";

/// A staged row with its record.
type Staged = (StagedTest, TestRecord);

/// Publishes the next batch.
///
/// # Errors
/// Stale when somebody else did; the store's. Nothing of the batch is stored then.
pub(super) fn step(app: &App, right: &Right<ImportAssets>, import: &TestImport) -> Result<TestImport> {
    let limit = i64::try_from(BATCH).unwrap_or(i64::MAX);
    let (known, staged) = app.store.read(|conn| {
        let known = Known::load(conn, right.scope(), import)?;
        Ok::<_, Error>((known, rows::next_staged(conn, import.id, import.done, limit)?))
    })?;
    let last = staged.last().map(|row| row.record);
    let published = staged.into_iter().filter(|row| row.outcome.0.is_published());
    let staged = published.map(|row| Ok((parse(&row.body)?, row))).map(|parsed: Result<_>| {
        let (record, row) = parsed?;
        Ok((row, record))
    });
    let staged: Vec<Staged> = staged.collect::<Result<_>>()?;
    let actor = right.actor().clone().through(Via::Import);
    app.store.write(&actor, |tx| {
        let mut counts = import.counts.0.clone();
        let end = last.map_or((ImportState::Published, 0), |last| (ImportState::Publishing, last));
        let mut events = vec![];
        if !staged.is_empty() {
            events = publish(tx, known, import, staged, &mut counts)?;
        }
        rows::advance(tx, import, end, &counts)?;
        let recorded = counts.recorded - import.counts.0.recorded;
        let event = Event::new("test import", import.id, "published").of_customer(import.customer_id);
        events.push(event.change("tests recorded", "", recorded).change("up to record", "", end.1));
        Ok((rows::find_test_import(tx, right.scope(), import.id)?, events))
    })
}

/// Publishes rows within a write under way; what cannot be published after all goes to the inbox.
pub(super) fn publish(
    tx: &mut Tx,
    mut known: Known,
    import: &TestImport,
    staged: Vec<Staged>,
    counts: &mut Counts,
) -> Result<Vec<Event>> {
    let mut maker = Maker::new(&known, import);
    let Targets { found: targets, made, assets: mut current } =
        find_targets(tx, &known, import, &staged, &mut maker)?;
    let ids: Vec<i64> = targets.iter().filter_map(|target| target.as_ref().ok().copied()).collect();
    let ids: Vec<i64> = ids.into_iter().collect::<BTreeSet<_>>().into_iter().collect();
    if dues::hold_assets(tx, &ids)? {
        current.clear();
    }
    let unread: Vec<i64> = ids.iter().copied().filter(|id| !current.contains_key(id)).collect();
    current.extend(assets_by_ids(tx, import.customer_id, &unread)?);
    for ((row, record), target) in staged.iter().zip(&targets) {
        if let Some(asset) = target.as_ref().ok().and_then(|id| current.get(id))
            && !made.contains_key(&row.record)
            && let Some(changed) = maker.bring_up_to_date(tx, asset, (record, row.outcome.0))?
        {
            // The next record meets it with its new version.
            current.insert(changed.id, changed);
        }
    }
    let (more, mut events) = (maker.made_ground(), maker.finish());
    if more {
        let scope = tx.actor.scope().clone();
        known = Known::load(tx, &scope, import)?;
    }
    let of = staged.iter().zip(&targets).map(|((_, record), target)| {
        let asset = target.as_ref().ok().and_then(|id| current.get(id))?;
        Some((asset, record))
    });
    let alike = recorded_alike(tx, (&known, import), &of.collect::<Vec<_>>())?;
    let contents: Vec<String> = staged.iter().map(|(_, record)| judging::content_of(record)).collect();
    let pairs = targets.iter().zip(&contents);
    let pairs = pairs.filter_map(|(target, content)| Some((*target.as_ref().ok()?, content.as_str())));
    let mut batch = Batch::load(tx, (&known, import), (&ids, current), &pairs.collect())?;
    let each = staged.into_iter().zip(targets).zip(contents.iter().cloned()).zip(alike);
    for ((((row, record), target), content), alike) in each {
        let outcome = match target {
            Ok(_) if alike => Some((Outcome::Duplicate, THERE.to_owned())),
            Ok(id) => batch.take(tx, (&row, &record, content), id, made.contains_key(&row.record))?,
            Err(why) => Some((Outcome::Inbox, why)),
        };
        if let Some((outcome, why)) = outcome {
            restage(tx, row, (outcome, why), counts)?;
        }
    }
    counts.made += i64::try_from(made.len()).unwrap_or(0);
    counts.recorded += i64::try_from(batch.prepared.len()).unwrap_or(0);
    batch.made = made.values().copied().collect();
    events.extend(batch.write(tx)?);
    Ok(events)
}

/// Puts a row that could not be published where it belongs.
fn restage(
    tx: &mut Tx,
    row: StagedTest,
    (outcome, why): (Outcome, String),
    counts: &mut Counts,
) -> Result<()> {
    *counts.outcomes.entry(row.outcome.0).or_default() -= 1;
    *counts.outcomes.entry(outcome).or_default() += 1;
    if let Some(cause) = row.cause.filter(|_| outcome == Outcome::Duplicate) {
        *counts.causes.entry(cause.0).or_default() -= 1;
    }
    let cause = row.cause.filter(|_| outcome != Outcome::Duplicate);
    rows::delete_staged(tx, row.import_id, (row.record, row.record))?;
    let row = StagedTest { outcome: Coded(outcome), why: judging::clean(&why, 600), cause, ..row };
    Ok(rows::insert_staged(tx, &[row])?)
}

/// What the records of a batch are of.
struct Targets {
    /// The asset of each; or why it has none.
    found: Vec<std::result::Result<i64, String>>,
    /// The assets that were made, by the record that made them.
    made: HashMap<i64, i64>,
    /// The assets that were there, as they are at the beginning of this write.
    assets: HashMap<i64, Asset>,
}

fn find_targets(
    tx: &mut Tx,
    known: &Known,
    import: &TestImport,
    staged: &[Staged],
    maker: &mut Maker,
) -> Result<Targets> {
    let records: Vec<&TestRecord> = staged.iter().map(|(_, record)| record).collect();
    // Between preview and publishing somebody may have made, tagged or retired the thing.
    let matches = match_all(tx, known, import, &records)?;
    let (mut targets, mut made) = (vec![], HashMap::new());
    for ((row, record), found) in staged.iter().zip(matches.found) {
        targets.push(match (found, row.asset_id) {
            (Match::Asset(id), None) => Ok(id),
            (Match::Asset(id), Some(shown)) if id == shown => Ok(id),
            (Match::Inbox(why) | Match::Gone(_, why), _) => Err(why),
            (_, Some(_)) => Err("Its asset was changed since the preview; look at it again.".to_owned()),
            (Match::New, None) => match maker.make(tx, record) {
                Ok((id, new)) => {
                    if new {
                        made.insert(row.record, id);
                    }
                    Ok(id)
                }
                Err(error @ (Error::Invalid(_) | Error::Conflict(_) | Error::NotFound(_))) => {
                    Err(format!("No asset could be made. {}", error.detail()))
                }
                Err(error) => return Err(error),
            },
        });
    }
    Ok(Targets { found: targets, made, assets: matches.assets })
}

/// All of an asset that its intervals are chosen by: things that agree in it are asked about once.
type IntervalKey =
    ((i64, Option<i64>, i64), (Option<EquipmentClass>, Option<EquipmentType>), [Option<i64>; 3], String);

fn interval_key(asset: &Asset) -> IntervalKey {
    (
        (asset.site_id, asset.place_id, asset.category_id),
        (asset.equipment_class.map(|class| class.0), asset.equipment_type.map(|kind| kind.0)),
        [asset.user_check_months, asset.formal_visual_months, asset.combined_months],
        asset.interval_reason.clone(),
    )
}

/// What has been judged of a batch and waits to be written.
struct Batch<'a> {
    known: &'a Known,
    import: &'a TestImport,
    importer: Option<PersonCommitted>,
    people: People,
    assets: HashMap<i64, Asset>,
    history: HashMap<i64, Vec<Recorded>>,
    marks: HashMap<i64, Marks>,
    intervals: HashMap<IntervalKey, Intervals>,
    instruments: HashMap<(i64, NaiveDate), facts::Used>,
    there: BTreeSet<(i64, String)>,
    worked_out: BTreeMap<i64, WorkedOut>,
    made: BTreeSet<i64>,
    prepared: Vec<PreparedTest>,
    imported: Vec<ImportedTest>,
    photos: Vec<(i64, i64, String, i64)>,
}

impl<'a> Batch<'a> {
    fn load(
        tx: &mut Tx,
        (known, import): (&'a Known, &'a TestImport),
        (ids, assets): (&[i64], HashMap<i64, Asset>),
        contents: &BTreeSet<(i64, &str)>,
    ) -> Result<Self> {
        let importer = match tx.actor.person_id() {
            Some(id) => Some(committed(tx, id)?),
            None => None,
        };
        Ok(Self {
            known,
            import,
            importer,
            people: People::default(),
            assets,
            history: histories(tx, ids)?,
            marks: marks_of_many(tx, ids)?,
            intervals: HashMap::new(),
            instruments: HashMap::new(),
            there: rows::imported_contents(tx, import.customer_id, contents)?,
            worked_out: BTreeMap::new(),
            made: BTreeSet::new(),
            prepared: vec![],
            imported: vec![],
            photos: vec![],
        })
    }

    /// Judges a record and prepares its test; or says where it belongs instead.
    fn take(
        &mut self,
        tx: &mut Tx,
        (row, record, content): (&StagedTest, &TestRecord, String),
        asset_id: i64,
        made: bool,
    ) -> Result<Option<(Outcome, String)>> {
        if !self.there.insert((asset_id, content.clone())) {
            return Ok(Some((Outcome::Duplicate, THERE.to_owned())));
        }
        let Some(asset) = self.assets.get(&asset_id) else {
            return Ok(Some((Outcome::Inbox, "Its asset is gone.".to_owned())));
        };
        if let Err(error) = facts::check_life(asset) {
            return Ok(Some((Outcome::Inbox, error.detail())));
        }
        let zone = self.known.zone(Some(asset.site_id));
        let fields = fields_for(self.known, self.import, Some(asset), record);
        let judged = judging::judge_record(
            (self.known.rules(Some(asset.site_id)), self.known.sequence(fields.category_id)),
            (&fields, zone),
            (record, self.import),
            tx.now,
        );
        let judged = match judged {
            Ok(judged) => judged,
            Err(refusal) => return Ok(Some((Outcome::Inbox, refusal.to_string()))),
        };
        let on = local_date(judged.performed_at, zone);
        let used = match self.known.instrument(&record.instrument.serial) {
            Some(instrument) => Some(match self.instruments.get(&(instrument.id, on)) {
                Some(used) => used.clone(),
                None => facts::as_used(tx, instrument.clone(), on)?,
            }),
            None => None,
        };
        if let Some(used) = &used {
            self.instruments.insert((used.instrument.id, on), used.clone());
        }
        if let Err(error) = facts::refuse_doubtful(tx, used.as_ref(), judged.judgement.verdict) {
            return Ok(Some((Outcome::Inbox, error.detail())));
        }
        let history = self.history.entry(asset_id).or_default();
        history.push(Recorded {
            // Behind all that the ledger holds, in the order of the file.
            sequence: i64::MAX / 2 + row.record,
            kind: judged.input.kind,
            verdict: judged.judgement.verdict,
            performed_at: judged.performed_at,
            supersedes: None,
            withdrawn: false,
            // What failed returns to service only by a test recorded here after its repair.
            returns: false,
            away: vec![],
        });
        let key = interval_key(asset);
        if !self.intervals.contains_key(&key) {
            self.intervals.insert(key.clone(), intervals_of(tx, asset)?);
        }
        let Some(intervals) = self.intervals.get(&key) else { return Ok(None) };
        let marks = self.marks.entry(asset_id).or_default();
        let outcome = work_out(asset, history, marks, (zone, intervals));
        let status = Status::of(asset.lifecycle.0, outcome.standing.locked.is_some());
        let next_due = outcome.due.days();
        self.worked_out.insert(asset_id, outcome);
        let tester = self.people.find(tx, self.import.customer_id, &record.tester)?;
        let importer = self.importer.clone();
        let (known, import, now) = (self.known, self.import, tx.now);
        let ground = Ground { known, import, asset, tester, importer, used, now };
        let test = prepare(ground, (row.record, record), judged, (next_due, status));
        self.imported.push(ImportedTest {
            customer_id: self.import.customer_id,
            asset_id,
            content,
            test_id: test.row.id.clone(),
            import_id: self.import.id,
            record: row.record,
            made_version: made.then_some(asset.version),
        });
        if !record.photo_names.is_empty() {
            self.photos.push((row.record, asset_id, test.row.id.clone(), test.row.person_id));
        }
        self.prepared.push(test);
        Ok(None)
    }

    /// Writes what the tests make of their assets; of one that was made and got no test after all, what falls due.
    fn settle(&self, tx: &mut Tx) -> Result<()> {
        let with_intervals = |(id, outcome)| {
            let asset = self.assets.get(id)?;
            Some((asset, outcome, self.intervals.get(&interval_key(asset))?))
        };
        let all: Vec<_> = self.worked_out.iter().filter_map(with_intervals).collect();
        write_down_all(tx, &all)?;
        let turned = all.iter().filter(|(asset, outcome, _)| {
            outcome.standing.locked.is_some() != asset.lock_cause.is_some() || self.made.contains(&asset.id)
        });
        let mut unindexed: Vec<i64> = turned.map(|(asset, ..)| asset.id).collect();
        for id in self.made.iter().filter(|id| !self.worked_out.contains_key(id)) {
            recompute(tx, *id)?;
            unindexed.push(*id);
        }
        Ok(reindex_assets(tx, &unindexed)?)
    }

    fn write(self, tx: &mut Tx) -> Result<Vec<Event>> {
        let mut events = vec![];
        self.settle(tx)?;
        let mut attached = vec![];
        for (record, asset_id, test_id, person_id) in &self.photos {
            if let Some(asset) = self.assets.get(asset_id) {
                let ids = (self.import.id, *record);
                let (ids, told) = photos::attach(tx, ids, (asset, test_id, *person_id))?;
                attached.extend(ids);
                events.extend(told);
            }
        }
        insert_tests(tx, self.import.customer_id, self.prepared)?;
        test_photos::prove(tx, self.import.customer_id, &attached)?;
        rows::insert_imported_tests(tx, &self.imported)?;
        Ok(events)
    }
}
