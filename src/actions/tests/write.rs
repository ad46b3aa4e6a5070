//! Writing a test: everything in one transaction, the ledger last.

use chrono::NaiveDate;
use domain::asset::Status;
use domain::code::Code;
use domain::equipment::TestKind;
use domain::event::Event;
use domain::evidence::{
    Correction, FORM, InstrumentAsUsed, SequenceUsed, SubjectFacts, TestEvidence, readings_of,
};
use domain::history_link::NOW;
use domain::permission::{RecordTest, Role};
use domain::ruleset_choice::RuleChoice;
use domain::schedule::{NextDue, local_date};
use domain::sequence::Sequence;
use domain::standing::TestRecord;
use domain::verdict::{Judgement, Verdict};
use store::assets::{Asset, find_asset, names_of, reindex_asset};
use store::customers::find_customer;
use store::history_links::Belonging;
use store::marks::marks_for_standing;
use store::sites::find_site;
use store::tests::{self, PreparedTest, TestRow};
use store::types::{Coded, Moment};
use store::{Right, Tx, dues};

use super::request::{Checked, TestRequest};
use super::{Recorded, VerdictDocument, facts, rule_choice};
use crate::actions::dues::{Outcome, settle, time_zone};
use crate::actions::sequences::choose;
use crate::actions::test_photos::attach;
use crate::error::{Error, Result};

/// What a test is recorded for.
pub(super) enum Target<'a> {
    /// The asset with this tag.
    Asset(&'a str),
    /// The asset of a test that it takes the place of.
    Correction { id: &'a str, reason: String },
}

/// Why nothing was written.
pub(super) enum Stop {
    /// It is there already.
    Repeated(Box<Recorded>),
    /// It cannot be.
    Error(Error),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

impl From<store::Error> for Stop {
    fn from(error: store::Error) -> Self {
        Self::Error(error.into())
    }
}

/// All that is known when the verdict is.
struct Judged {
    asset: Asset,
    checked: Checked,
    judgement: Judgement,
    instrument: Option<InstrumentAsUsed>,
    person_id: i64,
    visit_id: Option<i64>,
    corrects: Option<(TestRow, String)>,
    warnings: Vec<String>,
    /// Whether a pass of it returns the asset to service.
    returns: bool,
    /// The sequence it was taken by.
    sequence: Option<Sequence>,
    /// The day it was done, at the site.
    on: NaiveDate,
}

impl Judged {
    /// The dates to announce: what an incomplete test left unproven is owed, and no next date.
    fn next_due(&self, next: NextDue) -> NextDue {
        let incomplete = self.judgement.verdict == Verdict::Incomplete;
        let to_come = |day: &NaiveDate| !incomplete || *day > self.on;
        next.filter(to_come)
    }
}

pub(super) fn record(
    tx: &mut Tx,
    right: &Right<RecordTest>,
    target: &Target,
    request: &TestRequest,
) -> std::result::Result<(Recorded, Vec<Event>), Stop> {
    let author = right.actor().person_id();
    let author = author.ok_or_else(|| Error::Forbidden("record tests without being a person".to_owned()))?;
    let (asset, corrects) = find_target(tx, right, target)?;
    // From here on a second test of this asset waits, and then sees this one.
    dues::hold_asset(tx, asset.id)?;
    let asset = find_asset(tx, right.scope(), asset.id)?;
    let id = request.checked_id()?;
    let hash = request.hash(&id, asset.id)?;
    if let Some(known) = tests::find_repeated(tx, &id)? {
        let recorded_of = corrects.as_ref().map_or(asset.id, |(old, _)| old.asset_id);
        return Err(repeated(known, recorded_of, &hash));
    }
    let judged = judge_it(tx, right, (asset.clone(), corrects), (author, request))?;
    let (recorded, mut events) = write(tx, author, judged, (id, hash))?;
    let photos = request.photos.iter().map(AsRef::as_ref);
    events.extend(attach(tx, (&asset, Some(&recorded.id)), photos)?.1);
    Ok((recorded, events))
}

fn find_target(
    tx: &mut Tx,
    right: &Right<RecordTest>,
    target: &Target,
) -> Result<(Asset, Option<(TestRow, String)>)> {
    match target {
        Target::Asset(tag) => Ok((super::find_asset(tx, right.scope(), tag)?, None)),
        Target::Correction { id, reason } => {
            let old = tests::find_test(tx, right.scope(), id)?;
            let own = right.actor().person_id() == Some(old.person_id);
            if !own && right.actor().role() < Role::Manager {
                return Err(Error::Forbidden("correct another engineer's record".to_owned()));
            }
            // Told anew of the thing that it is known to belong to by now.
            let home = Belonging::load(tx, &[old.asset_id])?.test_at((old.asset_id, &old.id), NOW);
            let asset = find_asset(tx, right.scope(), home)?;
            Ok((asset, Some((old, reason.clone()))))
        }
    }
}

fn repeated(known: TestRow, asset_id: i64, hash: &str) -> Stop {
    let same = known.asset_id == asset_id && known.request_hash.as_deref() == Some(hash);
    match (same, known.response) {
        (true, Some(document)) => {
            let (id, verdict) = (known.id, known.verdict.0);
            Stop::Repeated(Box::new(Recorded { id, verdict, document, repeated: true }))
        }
        _ => Stop::Error(Error::KeyReused),
    }
}

fn judge_it(
    tx: &mut Tx,
    right: &Right<RecordTest>,
    (asset, corrects): (Asset, Option<(TestRow, String)>),
    (author, request): (i64, &TestRequest),
) -> Result<Judged> {
    if let Some((old, _)) = &corrects
        && tests::find_correction(tx, &old.id)?.is_some()
    {
        return Err(Error::Conflict("This record was corrected already; correct the newer one.".to_owned()));
    }
    if let Some((old, _)) = &corrects
        && store::withdrawals::find_withdrawal(tx, &old.id)?.is_some()
    {
        return Err(Error::Conflict("This record was withdrawn; record the test anew.".to_owned()));
    }
    facts::check_life(&asset)?;
    let customer = find_customer(tx, right.scope(), asset.customer_id)?;
    let site = find_site(tx, right.scope(), asset.site_id)?;
    let choice = rule_choice(&site, &customer)?;
    let checked = request.check(&choice, tx.now)?;
    let may_return = returns(&choice, &checked, corrects.as_ref().map(|(old, _)| old));
    let known = facts::facts_of(tx, right.scope(), &asset)?;
    let instrument = facts::find_instrument(tx, request.instrument.as_deref())?;
    // A correction is told by somebody else; whoever tested stays the same.
    let person_id = corrects.as_ref().map_or(author, |(old, _)| old.person_id);
    let zone = time_zone(&names_of(tx, &asset)?.time_zone)?;
    let on = local_date(checked.performed_at, zone);
    let visit_id = match (&corrects, request.visit) {
        (Some((old, _)), None) => old.visit_id,
        (_, asked) => facts::choose_visit(tx, right.scope(), &asset, (asked, person_id, on))?,
    };
    let measured = checked.input.readings.iter().any(|reading| reading.test.unit().is_some());
    let used = instrument.map(|instrument| facts::as_used(tx, instrument, on)).transpose()?;
    let about = (checked.rules, &known.subject, checked.input.kind);
    let chosen = choose(tx, &asset, about, request.sequence.as_deref())?;
    let judgement = known.judge(checked.rules, &checked.input, &chosen);
    facts::refuse_doubtful(tx, used.as_ref(), judgement.verdict)?;
    let mut warnings = known.warnings;
    warnings.extend(facts::warnings(used.as_ref(), measured));
    let instrument = used.map(|used| used.instrument);
    let expected = choice.for_kind(checked.input.kind);
    if checked.rules.code != expected.code {
        let (by, set) = (checked.rules.full_name(), expected.full_name());
        warnings.push(format!("Judged by {by}; set for this kind of test here is {set}."));
    }
    let sequence = chosen.sequence.filter(|_| checked.input.kind.measures());
    let changed =
        if may_return { facts::changed_since_failed(tx, &asset, &judgement.subject)? } else { None };
    let returns = may_return && changed.is_none();
    warnings.extend(changed);
    Ok(Judged {
        asset,
        checked,
        judgement,
        instrument,
        person_id,
        visit_id,
        corrects,
        warnings,
        returns,
        sequence,
        on,
    })
}

/// Whether a pass returns the asset to service: a test after repair under the rule set set for that, and no other
/// test told anew as one.
fn returns(choice: &RuleChoice, checked: &Checked, corrects: Option<&TestRow>) -> bool {
    checked.input.kind == TestKind::AfterRepair
        && checked.rules.code == choice.repair.code
        && corrects.is_none_or(|old| old.returns)
}

fn write(
    tx: &mut Tx,
    author: i64,
    judged: Judged,
    (id, hash): (String, String),
) -> Result<(Recorded, Vec<Event>)> {
    let outcome = move_standing(tx, &judged)?;
    let status = Status::of(judged.asset.lifecycle.0, outcome.standing.locked.is_some());
    if status != judged.asset.status() {
        reindex_asset(tx, judged.asset.id)?;
    }
    if let Some(visit) = judged.visit_id {
        // Tested, and so found after all.
        store::visits::delete_not_found(tx, visit, judged.asset.id)?;
    }
    let evidence = evidence(tx, author, &judged, &id, (&outcome, status))?;
    let document = serde_json::to_string(&VerdictDocument::from(&evidence))
        .map_err(|error| Error::Internal(error.to_string()))?;
    let events = vec![event(&judged, &evidence)];
    let row = row(tx.now.into(), judged, (id.clone(), hash, document.clone()));
    let verdict = row.verdict.0;
    match tests::insert_test(tx, PreparedTest::new(row, &evidence)) {
        // The same id for another asset, sent at the same moment.
        Err(store::Error::Taken(_)) => Err(Error::KeyReused),
        other => Ok(other.map(|_| (Recorded { id, verdict, document, repeated: false }, events))?),
    }
}

/// Locks or releases the asset and moves its due dates, as if the test stood in the ledger already.
fn move_standing(tx: &mut Tx, judged: &Judged) -> Result<Outcome> {
    let mut history = tests::tests_for_standing(tx, judged.asset.id)?;
    history.push(TestRecord {
        sequence: i64::MAX,
        kind: judged.checked.input.kind,
        verdict: judged.judgement.verdict,
        performed_at: judged.checked.performed_at,
        supersedes: judged.corrects.as_ref().map(|(old, _)| old.seq),
        withdrawn: false,
        returns: judged.returns,
        away: vec![],
    });
    let marks = marks_for_standing(tx, judged.asset.id)?;
    settle(tx, &judged.asset, &history, &marks)
}

fn evidence(
    tx: &mut Tx,
    author: i64,
    judged: &Judged,
    id: &str,
    (outcome, status): (&Outcome, Status),
) -> Result<TestEvidence> {
    let (asset, checked, judgement) = (&judged.asset, &judged.checked, &judged.judgement);
    let supersedes = match &judged.corrects {
        Some((old, reason)) => {
            let by = facts::committed(tx, author)?;
            Some(Correction { id: old.id.clone(), reason: reason.clone(), by })
        }
        None => None,
    };
    let names = names_of(tx, asset)?;
    Ok(TestEvidence {
        form: FORM,
        id: id.to_owned(),
        customer_id: asset.customer_id,
        asset: facts::as_tested(asset, names),
        kind: checked.input.kind,
        performed_at: checked.performed_at,
        received_at: Moment::from(tx.now).utc(),
        ruleset: judgement.ruleset.clone(),
        edition: judgement.edition.clone(),
        ruleset_version: judgement.version,
        subject: SubjectFacts::from(&judgement.subject),
        visual: checked.input.visual.clone(),
        insulation_unsuitable: checked.input.insulation_unsuitable.clone(),
        readings: readings_of(&checked.input, judgement),
        returns: judged.returns,
        sequence: judged.sequence.as_ref().map(SequenceUsed::from),
        reasons: judgement.reasons.clone(),
        verdict: judgement.verdict,
        instrument: judged.instrument.clone(),
        warnings: judged.warnings.clone(),
        person: facts::committed(tx, judged.person_id)?,
        visit_id: judged.visit_id,
        note: checked.note.clone(),
        supersedes,
        source: None,
        next_due: judged.next_due(outcome.next_due),
        asset_status: status,
    })
}

fn row(now: Moment, judged: Judged, (id, hash, document): (String, String, String)) -> TestRow {
    let asset = &judged.asset;
    TestRow {
        id,
        customer_id: asset.customer_id,
        seq: 0,
        site_id: asset.site_id,
        place_id: asset.place_id,
        // A correction stands with what it corrects: where that goes, it goes.
        asset_id: judged.corrects.as_ref().map_or(asset.id, |(old, _)| old.asset_id),
        kind: Coded(judged.checked.input.kind),
        performed_at: judged.checked.performed_at.into(),
        received_at: now,
        person_id: judged.person_id,
        instrument_id: judged.instrument.as_ref().map(|instrument| instrument.id),
        visit_id: judged.visit_id,
        ruleset: judged.judgement.ruleset.clone(),
        verdict: Coded(judged.judgement.verdict),
        supersedes: judged.corrects.as_ref().map(|(old, _)| old.id.clone()),
        request_hash: Some(hash),
        response: Some(document),
        returns: judged.returns,
    }
}

fn event(judged: &Judged, evidence: &TestEvidence) -> Event {
    let asset = &judged.asset;
    let verb = if judged.corrects.is_some() { "corrected" } else { "recorded" };
    let verdict = |verdict: Verdict| verdict.label();
    let old = judged.corrects.as_ref().map_or("", |(old, _)| verdict(old.verdict.0));
    Event::new("test", &evidence.id, verb)
        .of_asset(asset.customer_id, asset.id)
        .change("kind", "", evidence.kind.label())
        .change("verdict", old, verdict(evidence.verdict))
        .change("status", asset.status().label(), evidence.asset_status.label())
}
