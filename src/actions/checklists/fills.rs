//! Filling a checklist on the phone: each save keeps, and what is finished stays as it is.

use std::collections::BTreeMap;

use domain::checklist::{Checklist, ChecklistVerdict, ItemKind};
use domain::checklist_answers::{Answers, ItemState, JudgedChecklist};
use domain::code::Code;
use domain::event::Event;
use domain::permission::{ViewRegister, WorkJob};
use domain::tag::fold;
use store::assets::{Asset, find_asset, find_asset_by_tag};
use store::checklists::fills::{
    self, ChecklistFile, Fill, FillOf, find_checklist_file, find_fill, insert_checklist_file, insert_fill,
    list_fills_of_asset, list_fills_of_job, update_fill,
};
use store::files::{self, File, put_file};
use store::jobs::assets::list_job_assets;
use store::jobs::{Job, find_job, find_job_by_id};
use store::{AnyConnection, Right, Scope, Tx};

use super::find_in_use;
use crate::actions::photos::Photo;
use crate::app::App;
use crate::error::{Error, FieldError, Result};

/// The most photos of one item.
const MOST_PHOTOS: usize = 20;
/// Filled checklists of an asset that are looked through for the one being filled.
const LOOKED_AT: i64 = 50;

/// What a checklist is filled for: a job, one asset of it, or an asset without a job.
#[derive(Debug, Clone)]
pub struct Ground {
    /// The job.
    pub job: Option<Job>,
    /// The asset.
    pub asset: Option<Asset>,
}

impl Ground {
    fn of(&self) -> Result<FillOf> {
        let customer_id = self.job.as_ref().map(|job| job.customer_id);
        let customer_id = customer_id.or(self.asset.as_ref().map(|asset| asset.customer_id));
        Ok(FillOf {
            customer_id: customer_id.ok_or_else(|| Error::NotFound("job".to_owned()))?,
            job_id: self.job.as_ref().map(|job| job.id),
            asset_id: self.asset.as_ref().map(|asset| asset.id),
        })
    }
}

/// Answers as they are sent.
#[derive(Debug, Default)]
pub struct FillRequest {
    /// What was ticked, chosen or typed, by the keys of the items.
    pub given: BTreeMap<String, String>,
    /// New photos: the key of the item, the name, the photo.
    pub photos: Vec<(String, String, Photo)>,
    /// The version that was shown; 0 for one that is not begun.
    pub version: i64,
    /// The finished one that this corrects.
    pub supersedes: Option<i64>,
    /// Of an asset without a job: the last that was finished when this one was begun.
    pub after: Option<i64>,
    /// Whether it is finished with this.
    pub finish: bool,
}

/// What came of a save.
#[derive(Debug, Clone)]
pub struct Saved {
    /// The checklist as it is kept now.
    pub fill: Fill,
    /// What must be answered before it can be finished, where that was asked for: by key, in words.
    pub open: Vec<FieldError>,
}

/// A job's ground: the asset asked for by its id, else the only one it has.
///
/// # Errors
/// Not found; a field error where the job has several assets and none is named, or another than its own.
pub fn ground_of_job(
    conn: &mut AnyConnection,
    scope: &Scope,
    number: &str,
    asset_id: Option<i64>,
) -> Result<Ground> {
    let job = find_job(conn, scope, number)?;
    let things = list_job_assets(conn, &job)?;
    let chosen = match (asset_id, things.as_slice()) {
        (None, []) => None,
        (None, [one]) => Some(one.id),
        (None, _) => return Err(Error::field("asset", "choose the asset of the job")),
        (Some(id), _) if things.iter().any(|thing| thing.id == id) => Some(id),
        (Some(_), _) => return Err(Error::NotFound("asset of this job".to_owned())),
    };
    let asset = chosen.map(|id| find_asset(conn, &scope.within(job.customer_id), id)).transpose()?;
    Ok(Ground { job: Some(job), asset })
}

/// An asset's own ground, without a job.
///
/// # Errors
/// Not found.
pub fn ground_of_asset(conn: &mut AnyConnection, scope: &Scope, tag: &str) -> Result<Ground> {
    Ok(Ground { job: None, asset: Some(find_asset_by_tag(conn, scope, &fold(tag))?) })
}

/// The checklist that is being filled on a ground, or else the one that was finished last.
///
/// # Errors
/// The store's.
pub fn current_in(conn: &mut AnyConnection, ground: &Ground, code: &str) -> Result<Option<Fill>> {
    let of = ground.of()?;
    let fills = match (of.job_id, of.asset_id) {
        (Some(job), _) => list_fills_of_job(conn, job)?,
        (None, Some(asset)) => list_fills_of_asset(conn, asset, LOOKED_AT)?,
        (None, None) => vec![],
    };
    let same =
        |fill: &Fill| (fill.code.as_str(), fill.job_id, fill.asset_id) == (code, of.job_id, of.asset_id);
    let mut fills: Vec<Fill> = fills.into_iter().filter(same).collect();
    fills.sort_by_key(|fill| fill.finished_at.is_some());
    Ok(fills.into_iter().next())
}

/// Keeps answers on a job, and finishes the checklist where asked to and nothing that is required is left.
///
/// # Errors
/// Not found, stale, field errors by the keys of the items; a conflict once the job is closed.
pub fn save_on_job(
    app: &App,
    right: &Right<WorkJob>,
    (number, asset_id, code): (&str, Option<i64>, &str),
    request: FillRequest,
) -> Result<Saved> {
    app.store.write(right.actor(), |tx| {
        let ground = ground_of_job(tx, right.scope(), number, asset_id)?;
        if ground.job.as_ref().is_some_and(|job| !job.is_open()) {
            return Err(Error::Conflict(
                "This job is closed; open it again to fill its checklists.".to_owned(),
            ));
        }
        save_in(tx, &ground, code, request)
    })
}

/// Keeps answers of an asset without a job. What is finished stays, and another one can be begun.
///
/// # Errors
/// Not found, stale, field errors by the keys of the items.
pub fn save_on_asset(
    app: &App,
    right: &Right<WorkJob>,
    (tag, code): (&str, &str),
    request: FillRequest,
) -> Result<Saved> {
    app.store.write(right.actor(), |tx| {
        let ground = ground_of_asset(tx, right.scope(), tag)?;
        save_in(tx, &ground, code, request)
    })
}

/// As [`save_on_job`], within a transaction, on a ground found within the scope.
///
/// # Errors
/// Stale, field errors.
pub fn save_in(
    tx: &mut Tx,
    ground: &Ground,
    code: &str,
    request: FillRequest,
) -> Result<(Saved, Vec<Event>)> {
    let of = ground.of()?;
    let current = current_in(tx, ground, code)?;
    // On an asset the next one is begun where a job would have its one corrected.
    let anew = of.job_id.is_none() && request.supersedes.is_none();
    let done = current.as_ref().filter(|fill| anew && fill.finished_at.is_some()).map(|fill| fill.id);
    if done.is_some() && done != request.after {
        return Err(Error::Conflict(
            "This checklist was finished a moment ago. Finish it again only if it was done once more."
                .to_owned(),
        ));
    }
    let current = current.filter(|fill| !anew || fill.finished_at.is_none());
    let fill = begin_or_go_on(tx, of, (code, current), &request)?;
    let mut answers = Answers { given: request.given, photos: fill.answers.0.photos.clone() };
    // What is blank is not answered.
    answers.given.retain(|_, text| !text.trim().is_empty());
    for (item, name, photo) in &request.photos {
        let ids = answers.photos.entry(item.clone()).or_default();
        if ids.len() >= MOST_PHOTOS {
            return Err(Error::field(item.clone(), format!("keep at most {MOST_PHOTOS} photos here")));
        }
        let hash = put_file(tx, "image/jpeg", &photo.large)?;
        let small = put_file(tx, "image/jpeg", &photo.small)?;
        ids.push(insert_checklist_file(tx, &fill, item, (&hash, &small, name))?);
    }
    let checklist = &fill.checklist.0;
    let wrong = checklist.wrong_answers(&answers);
    if !wrong.is_empty() {
        let error = |(field, message)| FieldError { field, message };
        return Err(Error::Invalid(wrong.into_iter().map(error).collect()));
    }
    let judged = checklist.judge(&answers);
    let open = if request.finish { open_items(checklist, &judged) } else { vec![] };
    let finish = request.finish && judged.verdict != ChecklistVerdict::Incomplete;
    update_fill(tx, &fill, &answers, finish)?;
    let event = event_of(ground, &fill, (judged.verdict, finish));
    let scope = tx.actor.scope();
    let fill = find_fill(tx, scope, fill.id)?;
    Ok((Saved { fill, open: if finish { vec![] } else { open } }, vec![event]))
}

fn begin_or_go_on(
    tx: &mut Tx,
    of: FillOf,
    (code, current): (&str, Option<Fill>),
    request: &FillRequest,
) -> Result<Fill> {
    let stale = || Error::Stale("checklist".to_owned());
    match current {
        Some(fill) if fill.finished_at.is_none() => match fill.version == request.version {
            true => Ok(fill),
            false => Err(stale()),
        },
        Some(finished) if request.supersedes != Some(finished.id) => {
            Err(Error::Conflict("This checklist is finished; correct it instead.".to_owned()))
        }
        None if request.supersedes.is_some() => Err(stale()),
        finished if request.version == 0 => {
            // A correction begins with what it corrects: the photos stay where they are.
            let (checklist, answers) = match finished {
                Some(fill) => (fill.checklist.0, fill.answers.0),
                None => (find_in_use(tx, code)?, Answers::default()),
            };
            let id = insert_fill(tx, of, (&checklist, &answers), request.supersedes)?;
            let scope = tx.actor.scope();
            Ok(find_fill(tx, scope, id)?)
        }
        _ => Err(stale()),
    }
}

fn open_items(checklist: &Checklist, judged: &JudgedChecklist) -> Vec<FieldError> {
    let open = checklist.items.iter().zip(&judged.items).filter(|(_, state)| **state == ItemState::Open);
    let words = |kind: ItemKind| match kind {
        ItemKind::Photo => "add a photo before you finish",
        ItemKind::Wipe => "give the method and the proof before you finish",
        ItemKind::Tick => "tick this before you finish",
        _ => "answer this before you finish",
    };
    open.map(|(item, _)| FieldError { field: item.key.clone(), message: words(item.kind).to_owned() })
        .collect()
}

fn event_of(ground: &Ground, fill: &Fill, (verdict, finish): (ChecklistVerdict, bool)) -> Event {
    let action = match (finish, fill.supersedes) {
        (false, _) => "saved",
        (true, None) => "finished",
        (true, Some(_)) => "corrected",
    };
    let event = Event::new("checklist", fill.id, action).change("checklist", "", &fill.checklist.0.name);
    let event = match &ground.job {
        Some(job) => event.change("job", "", &job.number),
        None => event,
    };
    let event = if finish { event.change("verdict", "", verdict.label()) } else { event };
    match &ground.asset {
        Some(asset) => event.of_asset(fill.customer_id, asset.id),
        None => event.of_customer(fill.customer_id),
    }
}

/// A filled checklist with what it was filled for.
///
/// # Errors
/// Not found, also when outside the scope.
pub fn find_filled(app: &App, right: &Right<ViewRegister>, id: i64) -> Result<(Fill, Ground)> {
    app.store.read(|conn| {
        let fill = find_fill(conn, right.scope(), id)?;
        let job = fill.job_id.map(|id| find_job_by_id(conn, right.scope(), id)).transpose()?;
        let asset = fill.asset_id.map(|id| find_asset(conn, right.scope(), id)).transpose()?;
        Ok((fill, Ground { job, asset }))
    })
}

/// The bytes of a photo of a checklist, or of its small one, with its name.
///
/// # Errors
/// Not found, also when outside the scope.
pub fn read_photo(app: &App, right: &Right<ViewRegister>, id: i64, small: bool) -> Result<(File, String)> {
    app.store.read(|conn| {
        let photo: ChecklistFile = find_checklist_file(conn, right.scope(), id)?;
        let hash = if small { &photo.thumbnail_hash } else { &photo.hash };
        Ok((files::find_file(conn, hash)?, photo.name))
    })
}

/// What a job still demands before it is closed, in words; the caller has found it within the scope.
///
/// # Errors
/// The store's.
pub fn missing_words(conn: &mut AnyConnection, job_id: i64) -> Result<Option<String>> {
    let missing = fills::missing_checklists(conn, job_id)?;
    if missing.is_empty() {
        return Ok(None);
    }
    let known = super::list_in(conn)?;
    let name = |code: &str| {
        known.iter().find(|one| one.code == code).map_or(code.to_owned(), |one| one.name.clone())
    };
    let words = missing.iter().map(|one| match one.tag.is_empty() {
        true => name(&one.code),
        false => format!("{} of {}", name(&one.code), one.tag),
    });
    let words: Vec<String> = words.take(5).collect();
    Ok(Some(format!("finish the checklist first: {}", words.join("; "))))
}
