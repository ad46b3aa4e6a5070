//! Findings of a job: symptom, cause and fix, written down, corrected and taken back.

use std::collections::BTreeMap;

use domain::event::Event;
use domain::known_fix::FaultWordKind;
use domain::permission::{ViewRegister, WorkJob};
use domain::text::check_text;
use store::fault_words::words_by_id;
use store::findings::settle::settle_job;
use store::findings::{self, Finding, NewFinding, find_finding, list_findings, names_of_finders};
use store::jobs::assets::{JobAsset, list_job_assets};
use store::jobs::{Job, find_job};
use store::types::Moment;
use store::{AnyConnection, Right, Tx};

use crate::actions::fault_words::choose_word;
use crate::app::App;
use crate::error::{Error, FieldError, Result};

/// The most characters of a finding's own words.
const LONGEST: usize = 2000;
/// The most findings of one job.
const MOST: usize = 200;

/// A finding as it is asked for: words of the lists by id, or written out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FindingRequest {
    /// Tag or id of the asset; blank where the job has but one.
    pub asset: String,
    /// What it showed.
    pub symptom: String,
    /// What was wrong.
    pub cause: String,
    /// What helped.
    pub fix: String,
    /// More, in words.
    pub words: String,
    /// The finding that it corrects.
    pub supersedes: Option<i64>,
}

/// A finding with the words behind its ids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindingView {
    /// The finding.
    pub finding: Finding,
    /// What it showed.
    pub symptom: String,
    /// What was wrong.
    pub cause: String,
    /// What helped.
    pub fix: String,
    /// Tag of the asset; blank without one.
    pub tag: String,
    /// Who wrote it down.
    pub who: String,
}

/// The findings of a job by its number.
///
/// # Errors
/// Not found, also when outside the scope.
pub fn list_of_job(app: &App, right: &Right<ViewRegister>, number: &str) -> Result<Vec<FindingView>> {
    app.store.read(|conn| {
        let job = find_job(conn, right.scope(), number)?;
        views_in(conn, &job)
    })
}

/// As [`list_of_job`], on a connection at hand, of a job found within the scope.
///
/// # Errors
/// The store's.
pub fn views_in(conn: &mut AnyConnection, job: &Job) -> Result<Vec<FindingView>> {
    let found = list_findings(conn, job.id)?;
    if found.is_empty() {
        return Ok(vec![]);
    }
    let (words, names) = (words_by_id(conn)?, names_of_finders(conn, &found)?);
    let things = list_job_assets(conn, job)?;
    let tags: BTreeMap<i64, String> = things.into_iter().map(|thing| (thing.id, thing.tag)).collect();
    let word = |id: i64| words.get(&id).cloned().unwrap_or_default();
    let view = |finding: Finding| FindingView {
        symptom: word(finding.symptom_id),
        cause: word(finding.cause_id),
        fix: word(finding.fix_id),
        tag: finding.asset_id.and_then(|id| tags.get(&id).cloned()).unwrap_or_default(),
        who: finding.person_id.and_then(|id| names.get(&id).cloned()).unwrap_or_default(),
        finding,
    };
    Ok(found.into_iter().map(view).collect())
}

/// Writes down a finding of a job, or corrects one.
///
/// # Errors
/// Not found, field errors, a conflict when it stands there already or was corrected meanwhile.
pub fn record_finding(
    app: &App,
    right: &Right<WorkJob>,
    number: &str,
    request: &FindingRequest,
) -> Result<i64> {
    app.store.write(right.actor(), |tx| {
        let job = find_job(tx, right.scope(), number)?;
        record_in(tx, &job, request)
    })
}

/// As [`record_finding`], within a transaction, of a job just found within the scope.
///
/// # Errors
/// As [`record_finding`].
pub fn record_in(tx: &mut Tx, job: &Job, request: &FindingRequest) -> Result<(i64, Vec<Event>)> {
    let old = request.supersedes.map(|id| find_finding(tx, job.id, id)).transpose()?;
    let things = list_job_assets(tx, job)?;
    let (chosen, asset) = check(tx, (request, old.as_ref()), &things)?;
    let now = Moment::from(tx.now);
    let new = NewFinding {
        customer_id: job.customer_id,
        job_id: job.id,
        asset_id: asset.map(|thing| thing.id),
        symptom_id: chosen[0].0,
        cause_id: chosen[1].0,
        fix_id: chosen[2].0,
        words: request.words.trim().to_owned(),
        person_id: tx.actor.person_id(),
        at: now,
        found_at: old.as_ref().map_or(now, |old| old.found_at),
        supersedes: request.supersedes,
        withdrawn: false,
    };
    refuse_twice(&list_findings(tx, job.id)?, &new)?;
    let id = findings::insert_finding(tx, &new)?;
    settle_job(tx, job.id)?;
    let action = if old.is_some() { "corrected" } else { "written down" };
    let event = Event::new("finding", id, action).change("job", "", &job.number);
    let event = match asset {
        Some(thing) => event.of_asset(job.customer_id, thing.id),
        None => event.of_customer(job.customer_id),
    };
    let event = event.change("symptom", "", &chosen[0].1).change("cause", "", &chosen[1].1);
    Ok((id, vec![event.change("fix", "", &chosen[2].1).change("words", "", &new.words)]))
}

/// A word of the list: its id and itself.
type Chosen = (i64, String);

fn check<'a>(
    tx: &mut Tx,
    (request, old): (&FindingRequest, Option<&Finding>),
    things: &'a [JobAsset],
) -> Result<([Chosen; 3], Option<&'a JobAsset>)> {
    let mut errors: Vec<FieldError> = vec![];
    let mut chosen: [Chosen; 3] = Default::default();
    let given = [
        (FaultWordKind::Symptom, "symptom", &request.symptom, old.map(|old| old.symptom_id)),
        (FaultWordKind::Cause, "cause", &request.cause, old.map(|old| old.cause_id)),
        (FaultWordKind::Fix, "fix", &request.fix, old.map(|old| old.fix_id)),
    ];
    for (slot, (kind, field, text, before)) in chosen.iter_mut().zip(given) {
        match choose_word(tx, (kind, field), text) {
            // A correction may keep a word that is no longer offered.
            Ok(word) if word.archived && before != Some(word.id) => {
                let message = format!("\"{}\" is no longer used; choose another", word.word);
                errors.push(FieldError { field: field.to_owned(), message });
            }
            Ok(word) => *slot = (word.id, word.word),
            Err(Error::Invalid(wrong)) => errors.extend(wrong),
            Err(other) => return Err(other),
        }
    }
    if let Err(message) = check_text(&request.words, LONGEST) {
        errors.push(FieldError { field: "words".to_owned(), message });
    }
    let asset = choose_asset(request, things).map_err(|message| {
        errors.push(FieldError { field: "asset".to_owned(), message });
    });
    match (errors.is_empty(), asset) {
        (true, Ok(asset)) => Ok((chosen, asset)),
        _ => Err(Error::Invalid(errors)),
    }
}

fn choose_asset<'a>(
    request: &FindingRequest,
    things: &'a [JobAsset],
) -> std::result::Result<Option<&'a JobAsset>, String> {
    let given = request.asset.trim();
    let is_it = |thing: &&JobAsset| thing.tag == given || thing.id.to_string() == given;
    match (given, things) {
        ("", []) => Ok(None),
        ("", [one]) => Ok(Some(one)),
        ("", _) => Err("choose which asset of the job this was found on".to_owned()),
        _ => match things.iter().find(is_it) {
            Some(thing) => Ok(Some(thing)),
            None => Err("this asset is not on the job; add it first".to_owned()),
        },
    }
}

fn refuse_twice(standing: &[Finding], new: &NewFinding) -> Result<()> {
    let same = |old: &&Finding| {
        let of = (old.asset_id, old.symptom_id, old.cause_id, old.fix_id, &old.words);
        of == (new.asset_id, new.symptom_id, new.cause_id, new.fix_id, &new.words)
    };
    if standing.iter().any(|old| same(&old)) {
        return Err(Error::Conflict("This finding is written down already.".to_owned()));
    }
    match standing.len() >= MOST {
        true => Err(Error::Conflict(format!("A job has at most {MOST} findings."))),
        false => Ok(()),
    }
}

/// Takes a finding back; it stays to be read in the records.
///
/// # Errors
/// Not found, a conflict when it was corrected meanwhile.
pub fn withdraw_finding(app: &App, right: &Right<WorkJob>, number: &str, id: i64) -> Result<()> {
    app.store.write(right.actor(), |tx| {
        let job = find_job(tx, right.scope(), number)?;
        let old = find_finding(tx, job.id, id)?;
        let new = NewFinding {
            customer_id: old.customer_id,
            job_id: old.job_id,
            asset_id: old.asset_id,
            symptom_id: old.symptom_id,
            cause_id: old.cause_id,
            fix_id: old.fix_id,
            words: String::new(),
            person_id: tx.actor.person_id(),
            at: Moment::from(tx.now),
            found_at: old.found_at,
            supersedes: Some(old.id),
            withdrawn: true,
        };
        findings::insert_finding(tx, &new)?;
        settle_job(tx, job.id)?;
        let event = Event::new("finding", id, "taken back").change("job", "", &job.number);
        Ok((
            (),
            vec![match old.asset_id {
                Some(asset) => event.of_asset(job.customer_id, asset),
                None => event.of_customer(job.customer_id),
            }],
        ))
    })
}
