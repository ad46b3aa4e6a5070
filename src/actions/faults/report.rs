//! Writing a report: its photos, the hold and the job that follow from a dangerous one, all in one transaction.

use domain::event::Event;
use domain::fault::{NoteKind, Symptom, folded, report_text};
use domain::job::{JobState, Urgency};
use domain::permission::ReportFault;
use domain::standing::HoldWhy;
use domain::text::check_text;
use store::assets::{Asset, find_home};
use store::faults::{Fault, NewFault, find_fault, insert_fault, insert_note, list_open_of_assets};
use store::files::put_file;
use store::history_links::parts_of;
use store::job_files::{On, insert_job_file};
use store::jobs::list_in_states;
use store::people::{NewPerson, insert_person};
use store::types::{Coded, Moment};
use store::{AnyConnection, Right, Tx};

use super::jobs::{open_for_danger, tell_of_danger};
use crate::actions::holds::{NewHold, place_hold};
use crate::actions::photos::{Photo, draw_anew};
use crate::app::{App, new_secret};
use crate::error::{Error, FieldError, Result};
use crate::web::upload::SentFile;

/// Where a job stands that has put its thing right.
pub(super) const PUT_RIGHT: [JobState; 3] = [JobState::Repaired, JobState::Retest, JobState::Returned];

/// What somebody says of a thing.
#[derive(Debug, Default)]
pub struct Report {
    /// What they chose.
    pub symptom: Option<Symptom>,
    /// What they wrote.
    pub words: String,
    /// Where it is, in words.
    pub place: String,
    /// How urgent it is for them; it gets in the way where they did not say.
    pub urgency: Option<Urgency>,
    /// Whether they say that it could hurt somebody.
    pub dangerous: bool,
    /// Their name, where they have no account.
    pub name: String,
    /// How to reach them, where they have no account.
    pub contact: String,
    /// Photos, drawn anew.
    pub photos: Vec<Photo>,
    /// Hash of the secret by which they follow it.
    pub follow_hash: Option<String>,
}

impl Report {
    /// Whether it could hurt somebody, as they say or by what they chose.
    pub fn is_dangerous(&self) -> bool {
        self.dangerous || self.symptom.is_some_and(Symptom::is_dangerous)
    }

    /// Whether it tells of somebody or something that a report of the same does not: who, where, or that they cannot work.
    fn says_more(&self, fault: &Fault) -> bool {
        let told = [&self.name, &self.contact, &self.place];
        let stopped = self.urgency == Some(Urgency::Stopped) && fault.urgency.0 != Urgency::Stopped;
        stopped || told.iter().any(|text| !text.trim().is_empty())
    }

    /// What is written down of it, checked.
    ///
    /// # Errors
    /// Every field that is wrong.
    pub fn text(&self) -> Result<String> {
        let mut errors = vec![];
        let limits = [
            ("words", &self.words, 2000),
            ("place", &self.place, 200),
            ("name", &self.name, 100),
            ("contact", &self.contact, 200),
        ];
        for (field, text, most) in limits {
            errors.extend(check_text(text, most).err().map(|message| (field, message)));
        }
        let text = report_text(self.symptom, &self.words);
        errors.extend(text.clone().err().map(|message| ("words", message)));
        let field = |(field, message): (&str, String)| FieldError { field: field.to_owned(), message };
        match text {
            Ok(text) if errors.is_empty() => Ok(text),
            _ => Err(Error::Invalid(errors.into_iter().map(field).collect())),
        }
    }
}

/// What became of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reported {
    /// The report as it stands now.
    pub fault: Fault,
    /// Whether the same was reported before and it was added there.
    pub known: bool,
}

/// Draws the photos of a report anew; anything that is no picture is refused.
///
/// # Errors
/// A field error on `photo`.
pub fn draw_photos(files: &[SentFile]) -> Result<Vec<Photo>> {
    let draw = |(_, bytes): &SentFile| {
        draw_anew(bytes).map_err(|error| match error {
            Error::Invalid(fields) => {
                let message = fields.into_iter().map(|field| field.message).collect::<Vec<_>>().join("; ");
                Error::field("photo", message)
            }
            other => other,
        })
    };
    files.iter().map(draw).collect()
}

/// Reports a fault of an asset.
///
/// # Errors
/// Not found for a foreign asset; field errors.
pub fn report(app: &App, right: &Right<ReportFault>, asset_id: i64, report: &Report) -> Result<Reported> {
    let what = report.text()?;
    app.store.write(right.actor(), |tx| report_in(tx, asset_id, (&what, report)))
}

/// As [`report()`], within a transaction, with its checked text; the last thing that it does.
///
/// # Errors
/// As [`report()`].
pub fn report_in(
    tx: &mut Tx,
    asset_id: i64,
    (what, report): (&str, &Report),
) -> Result<(Reported, Vec<Event>)> {
    let actor = tx.actor;
    let asset = find_home(tx, actor.scope(), asset_id)?;
    let parts = parts_of(tx, asset.id)?;
    let open = list_not_put_right(tx, &parts.assets)?;
    let same = |fault: &&Fault| {
        let graver = report.is_dangerous() && !fault.dangerous;
        folded(&fault.what) == folded(what) && !graver && !report.says_more(fault)
    };
    if let Some(fault) = open.iter().find(same) {
        let mut events = vec![add(tx, fault, (NoteKind::Affected, ""), report)?];
        events.extend(hold_again(tx, &asset, fault)?);
        return Ok((Reported { fault: fault.clone(), known: true }, events));
    }
    let (person, now) = (reporter(tx, report)?, tx.now.into());
    let id = insert_fault(tx, &row(person, now, &asset, (what, report)))?;
    attach_photos(tx, (id, asset.customer_id), &report.photos)?;
    let fault = find_fault(tx, actor.scope(), id)?;
    let mut events = vec![event_of(&fault, &asset)];
    if fault.dangerous {
        events.extend(open_for_danger(tx, &asset, &fault)?);
        events.push(place_hold(tx, &asset, hold_of(&fault, report.symptom, actor.person_id()))?);
    }
    let fault = find_fault(tx, actor.scope(), id)?;
    Ok((Reported { fault, known: false }, events))
}

/// The open reports of assets, but for those whose job has put the thing right: what is wrong with it now is new.
///
/// # Errors
/// The store's.
pub(super) fn list_not_put_right(conn: &mut AnyConnection, assets: &[i64]) -> Result<Vec<Fault>> {
    let mut open = list_open_of_assets(conn, assets)?;
    let jobs: Vec<i64> = open.iter().filter_map(|fault| fault.job_id).collect();
    let right = list_in_states(conn, &jobs, &PUT_RIGHT)?;
    open.retain(|fault| fault.job_id.is_none_or(|job| !right.contains(&job)));
    Ok(open)
}

/// Holds a thing again of which somebody reports the danger that it was let go with.
///
/// # Errors
/// The store's.
pub(super) fn hold_again(tx: &mut Tx, asset: &Asset, fault: &Fault) -> Result<Vec<Event>> {
    if !fault.dangerous || asset.lock_cause.is_some() {
        return Ok(vec![]);
    }
    tell_of_danger(tx, asset, fault)?;
    let (said, person) = (Symptom::of(&fault.what), tx.actor.person_id());
    let hold = NewHold { at: tx.now, ..hold_of(fault, said, person) };
    Ok(vec![place_hold(tx, asset, hold)?])
}

/// Adds words, photos or another who is affected to a report.
///
/// # Errors
/// The store's.
pub(super) fn add(
    tx: &mut Tx,
    fault: &Fault,
    (kind, text): (NoteKind, &str),
    report: &Report,
) -> Result<Event> {
    insert_note(tx, fault, (kind, text), report.follow_hash.as_deref())?;
    attach_photos(tx, (fault.id, fault.customer_id), &report.photos)?;
    let verb = if kind == NoteKind::Affected { "reported again" } else { "added to" };
    let event = Event::new("fault", fault.id, verb);
    let event = match fault.asset_id {
        Some(asset) => event.of_asset(fault.customer_id, asset),
        None => event.of_customer(fault.customer_id),
    };
    Ok(event.change("words", "", text).change("photos", "", count(report.photos.len())))
}

fn attach_photos(tx: &mut Tx, (fault_id, customer_id): (i64, i64), photos: &[Photo]) -> Result<()> {
    for (photo, number) in photos.iter().zip(1..) {
        let large = put_file(tx, "image/jpeg", &photo.large)?;
        let small = put_file(tx, "image/jpeg", &photo.small)?;
        // The name that a file had on somebody's phone may be anything; nobody needs it.
        let name = format!("Photo {number}");
        insert_job_file(tx, customer_id, On::Fault(fault_id), (&large, Some(&small)), &name)?;
    }
    Ok(())
}

/// Whoever reports: the user, else somebody of this report alone, where they gave a name.
fn reporter(tx: &mut Tx, report: &Report) -> Result<Option<i64>> {
    let name = report.name.trim();
    match tx.actor.person_id() {
        Some(id) => Ok(Some(id)),
        None if name.is_empty() => Ok(None),
        None => {
            let (initials, qualification) = (String::new(), String::new());
            let person =
                NewPerson { salt: new_secret(), name: name.to_owned(), email: None, initials, qualification };
            Ok(Some(insert_person(tx, &person)?.id))
        }
    }
}

fn row(person_id: Option<i64>, at: Moment, asset: &Asset, (what, report): (&str, &Report)) -> NewFault {
    NewFault {
        customer_id: asset.customer_id,
        site_id: asset.site_id,
        asset_id: Some(asset.id),
        what: what.to_owned(),
        place: report.place.trim().to_owned(),
        urgency: Coded(report.urgency.unwrap_or(Urgency::Hindered)),
        dangerous: report.is_dangerous(),
        person_id,
        contact: report.contact.trim().to_owned(),
        follow_hash: report.follow_hash.clone(),
        at,
    }
}

/// Only words of the program's own stay for good: what somebody wrote can be erased.
fn hold_of(fault: &Fault, symptom: Option<Symptom>, person_id: Option<i64>) -> NewHold {
    use domain::code::Code;
    let said = symptom.filter(|one| *one != Symptom::Other).map_or("Said to be dangerous", Code::label);
    NewHold {
        why: HoldWhy::Reported,
        at: fault.at.utc(),
        person_id,
        source: format!("fault {}", fault.id),
        reason: said.to_owned(),
    }
}

fn event_of(fault: &Fault, asset: &Asset) -> Event {
    use domain::code::Code;
    Event::new("fault", fault.id, "reported")
        .of_asset(asset.customer_id, asset.id)
        .change("what", "", &fault.what)
        .change("urgency", "", fault.urgency.0.label())
        .change("dangerous", "", if fault.dangerous { "yes" } else { "" })
}

fn count(photos: usize) -> String {
    if photos == 0 { String::new() } else { photos.to_string() }
}
