//! Publishing staged rows: a batch is one transaction, the ledger's head is taken once in it and last.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;
use domain::asset::Status;
use domain::equipment::{EquipmentClass, EquipmentType};
use domain::event::{Event, Via};
use domain::evidence::PersonCommitted;
use domain::permission::ImportAssets;
use domain::schedule::{Intervals, local_date};
use domain::standing::{Release, TestRecord as Recorded};
use domain::test_import::{Counts, ImportState, Outcome};
use exchange::tester::TestRecord;
use store::assets::{Asset, reindex_asset};
use store::test_imports::{self as rows, ImportedTest, StagedTest, TestImport, assets_by_ids};
use store::tests::{PreparedTest, histories, insert_tests, releases_of_many};
use store::types::Coded;
use store::{Right, Tx, dues};

use super::alike::recorded_alike;
use super::known::Known;
use super::matching::{Match, match_all};
use super::new_assets::Maker;
use super::prepare::{Ground, People, committed, fields_for, prepare};
use super::stage::{BATCH, parse};
use super::{judging, photos};
use crate::actions::dues::{WorkedOut, intervals_of, work_out, write_down};
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
    let (targets, made) = find_targets(tx, &known, import, &staged, &mut maker)?;
    let ids: Vec<i64> = targets.iter().filter_map(|target| target.as_ref().ok().copied()).collect();
    let ids: Vec<i64> = ids.into_iter().collect::<BTreeSet<_>>().into_iter().collect();
    dues::hold_assets(tx, &ids)?;
    let before = assets_by_ids(tx, import.customer_id, &ids)?;
    for ((row, record), target) in staged.iter().zip(&targets) {
        if let Some(asset) = target.as_ref().ok().and_then(|id| before.get(id))
            && !made.contains_key(&row.record)
        {
            // Filled by the record before, it has another version now.
            let actor = tx.actor;
            let asset = store::assets::find_asset(tx, actor.scope(), asset.id)?;
            maker.bring_up_to_date(tx, &asset, (record, row.outcome.0))?;
        }
    }
    let (more, mut events) = (maker.made_ground(), maker.finish());
    if more {
        let scope = tx.actor.scope().clone();
        known = Known::load(tx, &scope, import)?;
    }
    let assets = assets_by_ids(tx, import.customer_id, &ids)?;
    let of = staged.iter().zip(&targets).map(|((_, record), target)| {
        let asset = target.as_ref().ok().and_then(|id| assets.get(id))?;
        Some((asset, record))
    });
    let alike = recorded_alike(tx, (&known, import), &of.collect::<Vec<_>>())?;
    let contents: Vec<String> = staged.iter().map(|(_, record)| judging::content_of(record)).collect();
    let all = contents.iter().map(String::as_str).collect();
    let mut batch = Batch::load(tx, (&known, import), &ids, &all)?;
    let each = staged.into_iter().zip(targets).zip(contents.iter().cloned()).zip(alike);
    for ((((row, record), target), content), alike) in each {
        let outcome = match target {
            Ok(_) if alike => Some((Outcome::Duplicate, THERE.to_owned())),
            Ok(id) => {
                let made_version = made.get(&row.record).copied();
                batch.take(tx, (&row, &record, content), id, made_version)?
            }
            Err(why) => Some((Outcome::Inbox, why)),
        };
        if let Some((outcome, why)) = outcome {
            restage(tx, row, (outcome, why), counts)?;
        }
    }
    counts.made += i64::try_from(made.len()).unwrap_or(0);
    counts.recorded += i64::try_from(batch.prepared.len()).unwrap_or(0);
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

/// The assets of a batch of records; or why one has none. With the version of each that a record made.
type Targets = (Vec<std::result::Result<i64, String>>, HashMap<i64, i64>);

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
                        made.insert(row.record, 1);
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
    Ok((targets, made))
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
    releases: HashMap<i64, Vec<Release>>,
    intervals: HashMap<IntervalKey, Intervals>,
    instruments: HashMap<(i64, NaiveDate), facts::Used>,
    there: BTreeSet<(i64, String)>,
    worked_out: BTreeMap<i64, WorkedOut>,
    prepared: Vec<PreparedTest>,
    imported: Vec<ImportedTest>,
    photos: Vec<(i64, i64, String, i64)>,
}

impl<'a> Batch<'a> {
    fn load(
        tx: &mut Tx,
        (known, import): (&'a Known, &'a TestImport),
        ids: &[i64],
        contents: &BTreeSet<&str>,
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
            assets: assets_by_ids(tx, import.customer_id, ids)?,
            history: histories(tx, ids)?,
            releases: releases_of_many(tx, ids)?,
            intervals: HashMap::new(),
            instruments: HashMap::new(),
            there: rows::imported_contents(tx, import.customer_id, ids, contents)?,
            worked_out: BTreeMap::new(),
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
        made_version: Option<i64>,
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
            self.known.rules(Some(asset.site_id)),
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
        });
        let key = interval_key(asset);
        if !self.intervals.contains_key(&key) {
            self.intervals.insert(key.clone(), intervals_of(tx, asset)?);
        }
        let Some(intervals) = self.intervals.get(&key) else { return Ok(None) };
        let releases = self.releases.get(&asset_id).map_or(&[][..], Vec::as_slice);
        let outcome = work_out(asset, history, releases, (zone, intervals));
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
            made_version: made_version.map(|_| asset.version),
        });
        if !record.photo_names.is_empty() {
            self.photos.push((row.record, asset_id, test.row.id.clone(), test.row.person_id));
        }
        self.prepared.push(test);
        Ok(None)
    }

    fn write(self, tx: &mut Tx) -> Result<Vec<Event>> {
        let mut events = vec![];
        for (asset_id, outcome) in &self.worked_out {
            let Some(asset) = self.assets.get(asset_id) else { continue };
            let Some(intervals) = self.intervals.get(&interval_key(asset)) else { continue };
            write_down(tx, asset, outcome, intervals)?;
            if outcome.standing.locked.is_some() != asset.lock_cause.is_some() {
                reindex_asset(tx, *asset_id)?;
            }
        }
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
