//! Gathers what a job sheet says.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDateTime, Utc};
use chrono_tz::Tz;
use domain::certificate::{Outcome, Photo};
use domain::checklist::ChecklistVerdict;
use domain::code::Code;
use domain::job_sheet::*;
use domain::schedule::local_date;
use domain::verdict::Verdict;
use store::checklists::fills::list_fills_of_job;
use store::customers::find_customer;
use store::fault_words::words_by_id;
use store::files::find_file;
use store::findings::list_findings;
use store::job_entries::{Entry, list_entries};
use store::job_files::list_files_of_job;
use store::job_sheets::{self, list_signatures};
use store::jobs::Job;
use store::jobs::assets::list_job_assets;
use store::people::find_person;
use store::places::list_places;
use store::referrals::{Line, Of, list_referrals};
use store::stock::list_job_parts;
use store::types::Moment;
use store::{AnyConnection, Scope};

use crate::actions::certificates::firm;
use crate::actions::dues::time_zone;
use crate::actions::photos::draw_small;
use crate::error::Result;

/// More photos than this make a file that no mail box takes; the rest stay with the job.
const MOST_PHOTOS: usize = 12;
/// No job refers more things than this.
const MOST_REFERRALS: i64 = 500;

/// A sheet but for its photos, and the hash of what would be signed for.
#[derive(Debug, Clone)]
pub struct Gathered {
    /// The job.
    pub job: Job,
    /// What the sheet says.
    pub sheet: JobSheet,
    /// SHA-256 of the record on it.
    pub record_hash: String,
    /// The photos for the customer's eyes, still without their bytes.
    pub photos: Vec<Photo>,
}

/// Gathers a job's sheet, with the last signature.
///
/// # Errors
/// Not found, also when outside the scope.
pub fn gather(
    conn: &mut AnyConnection,
    scope: &Scope,
    (number, now, base_url): (&str, DateTime<Utc>, &str),
) -> Result<Gathered> {
    let job = store::jobs::find_job(conn, scope, number)?;
    let customer = find_customer(conn, scope, job.customer_id)?;
    let site = store::sites::find_site(conn, scope, job.site_id)?;
    let zone = time_zone(&site.time_zone)?;
    let at = |moment: Moment| moment.utc().with_timezone(&zone).naive_local();
    let record = record(conn, scope, &job, zone)?;
    let record_hash = store::ledger::sha256(record.canonical().as_bytes());
    let engineer = match job.assignee_id {
        Some(id) => find_person(conn, id)?.map(|person| person.name).unwrap_or_default(),
        None => String::new(),
    };
    let sheet = JobSheet {
        firm: firm(conn)?,
        customer: customer.name,
        contact: if site.contact.is_empty() { customer.contact } else { site.contact },
        site: site.name,
        site_address: site.address,
        title: job.title.clone(),
        description: job.description.clone(),
        kind: job.kind.label().to_owned(),
        priority: job.priority.label().to_owned(),
        order_number: job.order_number.clone(),
        engineer,
        outcome: job.outcome.map_or(job.state.label(), |outcome| outcome.0.label()).to_owned(),
        reported: at(job.opened_at),
        response: target(&at, (job.responded_at, job.response_due, job.response_met)),
        fix: target(&at, (job.fixed_at, job.fix_due, job.fix_met)),
        closed: job.closed_at.map(at),
        signature: signature(conn, &job, &record_hash, &at)?,
        url: format!("{base_url}/jobs/{}", job.number),
        drawn: now.with_timezone(&zone).naive_local(),
        version: job.version,
        record,
        ..JobSheet::default()
    };
    let photos = photos(conn, &job, zone)?;
    Ok(Gathered { job, sheet, record_hash, photos })
}

fn target(
    at: &impl Fn(Moment) -> NaiveDateTime,
    (happened, due, met): (Option<Moment>, Option<Moment>, Option<bool>),
) -> SheetTarget {
    SheetTarget { at: happened.map(at), due: due.map(at), met }
}

fn signature(
    conn: &mut AnyConnection,
    job: &Job,
    record_hash: &str,
    at: &impl Fn(Moment) -> NaiveDateTime,
) -> Result<Option<SheetSignature>> {
    let Some((row, person)) = list_signatures(conn, job.id)?.into_iter().next() else { return Ok(None) };
    let (name, role, image) =
        person.map(|one| (one.name, one.qualification, one.signature)).unwrap_or_default();
    let before_later_entries = row.record_hash != record_hash;
    Ok(Some(SheetSignature { name, role, at: at(row.at), image, before_later_entries }))
}

fn record(conn: &mut AnyConnection, scope: &Scope, job: &Job, zone: Tz) -> Result<SheetRecord> {
    let at = |moment: Moment| moment.utc().with_timezone(&zone).naive_local();
    let places: BTreeMap<i64, String> =
        list_places(conn, scope, job.site_id)?.into_iter().map(|place| (place.id, place.path)).collect();
    let assets = list_job_assets(conn, job)?.into_iter().map(|asset| SheetAsset {
        tag: asset.tag,
        description: asset.description,
        make: [asset.make, asset.model].join(" ").trim().to_owned(),
        serial: asset.serial,
        place: asset.place_id.and_then(|id| places.get(&id).cloned()).unwrap_or_default(),
    });
    let faults = job_sheets::list_faults(conn, job.id)?.into_iter().map(|fault| SheetFault {
        at: at(fault.at),
        what: fault.what,
        tag: fault.tag.unwrap_or_default(),
    });
    let entries = list_entries(conn, job)?.into_iter().filter(is_shown).map(|entry| SheetEntry {
        at: at(entry.row.at),
        kind: entry.row.kind.label().to_owned(),
        by: entry.who,
        minutes: entry.row.minutes,
        text: entry.row.text,
        id: entry.row.id,
    });
    let tests = job_sheets::list_tests(conn, job)?.into_iter().map(|(test, certificate)| SheetTest {
        tag: test.tag,
        kind: test.kind.label().to_owned(),
        at: at(test.at),
        by: test.who,
        outcome: outcome(test.verdict.0),
        certificate: certificate.unwrap_or_default(),
    });
    let parts = list_job_parts(conn, scope, job.id)?.into_iter().map(|part| SheetPart {
        number: part.number,
        name: part.description,
        count: part.quantity,
        tag: part.asset_tag.unwrap_or_default(),
        serial_in: part.fitted.unwrap_or_default(),
        serial_out: part.taken_out.unwrap_or_default(),
    });
    Ok(SheetRecord {
        number: job.number.clone(),
        assets: assets.collect(),
        faults: faults.collect(),
        entries: entries.collect(),
        parts: parts.collect(),
        findings: findings_of(conn, job)?,
        referrals: referrals_of(conn, scope, job)?,
        checklists: checklists_of(conn, job, &at)?,
        tests: tests.collect(),
    })
}

/// What went to third parties.
fn referrals_of(conn: &mut AnyConnection, scope: &Scope, job: &Job) -> Result<Vec<SheetReferral>> {
    let lines = list_referrals(conn, scope, Of::Job(job.id), (0, MOST_REFERRALS))?;
    let one = |line: Line| {
        let Line { referral, supplier, tag, .. } = line;
        let result = [referral.state.label(), referral.result.trim()];
        let result: Vec<&str> = result.into_iter().filter(|words| !words.is_empty()).collect();
        SheetReferral {
            tag: tag.unwrap_or_default(),
            what: referral.what,
            serial: referral.serial,
            supplier,
            rma: referral.rma,
            sent_on: referral.sent_on,
            ended_on: referral.ended_on,
            result: result.join(": "),
        }
    };
    Ok(lines.into_iter().map(one).collect())
}

/// The checklists that were finished, the first first, each answer as people read it.
fn checklists_of(
    conn: &mut AnyConnection,
    job: &Job,
    at: &impl Fn(Moment) -> NaiveDateTime,
) -> Result<Vec<SheetChecklist>> {
    let tags = tags_of(conn, job)?;
    let mut found = vec![];
    for fill in list_fills_of_job(conn, job.id)?.into_iter().rev() {
        let Some(finished) = fill.finished_at else { continue };
        let by = match fill.person_id {
            Some(id) => find_person(conn, id)?.map(|person| person.name).unwrap_or_default(),
            None => String::new(),
        };
        let items = fill.checklist.0.items.iter().map(|item| (item.ask.clone(), fill.answers.0.words(item)));
        found.push(SheetChecklist {
            tag: fill.asset_id.and_then(|id| tags.get(&id).cloned()).unwrap_or_default(),
            name: fill.checklist.0.name.clone(),
            at: at(finished),
            by,
            complete: fill.verdict.0 == ChecklistVerdict::Complete,
            answers: items.filter(|(_, answer)| !answer.is_empty()).collect(),
        });
    }
    Ok(found)
}

/// The tags of a job's assets by their ids.
fn tags_of(conn: &mut AnyConnection, job: &Job) -> Result<BTreeMap<i64, String>> {
    Ok(list_job_assets(conn, job)?.into_iter().map(|asset| (asset.id, asset.tag)).collect())
}

/// What was found, in the words of the firm's lists.
fn findings_of(conn: &mut AnyConnection, job: &Job) -> Result<Vec<SheetFinding>> {
    let words = words_by_id(conn)?;
    let word = |id: i64| words.get(&id).cloned().unwrap_or_default();
    let tags = tags_of(conn, job)?;
    let findings = list_findings(conn, job.id)?.into_iter().map(|finding| SheetFinding {
        tag: finding.asset_id.and_then(|id| tags.get(&id).cloned()).unwrap_or_default(),
        symptom: word(finding.symptom_id),
        cause: word(finding.cause_id),
        fix: word(finding.fix_id),
    });
    Ok(findings.collect())
}

/// What is internal, and what was corrected, is not for the customer's eyes.
fn is_shown(entry: &Entry) -> bool {
    !entry.corrected && !entry.row.internal
}

fn outcome(verdict: Verdict) -> Outcome {
    match verdict {
        Verdict::Pass => Outcome::Pass,
        Verdict::Fail => Outcome::Fail,
        Verdict::Incomplete => Outcome::Incomplete,
    }
}

/// The photos of the job that did not come with an entry kept from the customer's eyes.
fn photos(conn: &mut AnyConnection, job: &Job, zone: Tz) -> Result<Vec<Photo>> {
    let entries = list_entries(conn, job)?;
    let words = |id: &str| entries.iter().find(|entry| entry.row.id == id);
    let files = list_files_of_job(conn, job.id)?.into_iter().filter(|file| file.thumbnail_hash.is_some());
    let mut found = vec![];
    for file in files {
        let entry = file.entry_id.as_deref().and_then(words);
        if entry.is_some_and(|entry| !is_shown(entry)) {
            continue;
        }
        let told = entry.map(|entry| entry.row.text.chars().take(200).collect());
        found.push(Photo {
            tag: String::new(),
            caption: told
                .unwrap_or_else(|| if file.fault_id.is_some() { "As reported" } else { "" }.to_owned()),
            on: Some(local_date(file.at.utc(), zone)),
            hash: file.hash,
            image: vec![],
        });
    }
    Ok(found)
}

/// Adds the first photos with their bytes, drawn small.
///
/// # Errors
/// The store's; a photo that cannot be drawn.
pub fn add_photos(conn: &mut AnyConnection, found: &mut Gathered) -> Result<()> {
    let mut photos = std::mem::take(&mut found.photos);
    found.sheet.photos_left_out = photos.len().saturating_sub(MOST_PHOTOS);
    photos.truncate(MOST_PHOTOS);
    for photo in &mut photos {
        photo.image = draw_small(&find_file(conn, &photo.hash)?.bytes)?;
    }
    found.sheet.photos = photos;
    Ok(())
}
