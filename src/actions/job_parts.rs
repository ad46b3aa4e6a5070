//! Parts on a job: taken for it, fitted and taken out by serial number, put aside for it, given back.

mod give_back;
mod take;
mod take_out;

pub use give_back::{GiveBack, give_back, give_back_in};
pub use take::{Take, take, take_in};
pub use take_out::{Destination, TakeOut};

use std::collections::BTreeMap;

use domain::event::Event;
use domain::permission::{SeeParts, WorkJob};
use store::assets::Asset;
use store::jobs::assets::{JobAsset, list_job_assets};
use store::jobs::{Job, find_job};
use store::parts::{PartFilter, find_part, list_parts, list_parts_by_id, list_parts_of_models};
use store::reservations::{Reservation, list_reservations_of_job, set_reservation};
use store::stock::{JobPart, hold_level, list_job_parts, list_levels_at};
use store::stock_places::{StockPlace, find_stock_place, find_van, list_stock_places};
use store::{AnyConnection, Right, Scope};

use crate::actions::parts::{Listed, listed};
use crate::app::App;
use crate::error::{Error, Result};

/// Parts shown to choose from.
const CHOICES: i64 = 30;

/// What the parts of a job's page show.
#[derive(Debug, Clone, Default)]
pub struct JobParts {
    /// What it used, line by line.
    pub used: Vec<JobPart>,
    /// What is put aside for it: the reservation, number and description of the part, the place's name.
    pub reserved: Vec<(Reservation, String, String)>,
}

impl JobParts {
    /// What the parts cost, in pence, as far as costs are known.
    pub fn pence(&self) -> i64 {
        self.used.iter().filter_map(JobPart::line_pence).sum()
    }
}

/// What an engineer needs for taking a part.
#[derive(Debug, Clone)]
pub struct Choices {
    /// The job.
    pub job: Job,
    /// Its assets.
    pub assets: Vec<JobAsset>,
    /// Places that are in use, the engineer's own van first.
    pub places: Vec<StockPlace>,
    /// The engineer's own van.
    pub van: Option<StockPlace>,
    /// Parts that fit the models of the job's assets.
    pub fitting: Vec<Listed>,
    /// What else lies in the van, or was searched for.
    pub others: Vec<Listed>,
    /// What the job has used and put aside so far.
    pub parts: JobParts,
}

/// The parts of a job within the scope.
///
/// # Errors
/// The database's.
pub fn parts_of(conn: &mut AnyConnection, scope: &Scope, job_id: i64) -> Result<JobParts> {
    let rows = list_reservations_of_job(conn, scope, job_id)?;
    let ids: Vec<i64> = rows.iter().map(|row| row.part_id).collect();
    let parts: BTreeMap<i64, String> =
        list_parts_by_id(conn, &ids)?.into_iter().map(|part| (part.id, part.words())).collect();
    let mut reserved = vec![];
    for row in rows {
        let place = find_stock_place(conn, row.place_id)?.name;
        let words = parts.get(&row.part_id).cloned().unwrap_or_default();
        reserved.push((row, words, place));
    }
    Ok(JobParts { used: list_job_parts(conn, scope, job_id)?, reserved })
}

/// What there is to take for a job: what fits first, then what lies in the van, or what words find.
///
/// # Errors
/// Not found.
pub fn find_choices(app: &App, right: &Right<SeeParts>, number: &str, words: &str) -> Result<Choices> {
    let me = right.actor().person_id();
    app.store.read(|conn| {
        let job = find_job(conn, right.scope(), number)?;
        let assets = list_job_assets(conn, &job)?;
        let van = me.map(|id| find_van(conn, id)).transpose()?.flatten();
        let mut places = list_stock_places(conn)?;
        places.retain(|place| !place.archived);
        places.sort_by_key(|place| van.as_ref().is_none_or(|van| van.id != place.id));
        let models: Vec<i64> = assets.iter().filter_map(|asset| asset.model_id).collect();
        let mut fitting = list_parts_of_models(conn, &models)?;
        let mut others = match (words.is_empty(), &van) {
            (true, Some(van)) => {
                let ids: Vec<i64> = list_levels_at(conn, van.id)?
                    .into_iter()
                    .filter(|level| level.quantity > 0)
                    .map(|level| level.part_id)
                    .collect();
                list_parts_by_id(conn, &ids)?
            }
            (true, None) => vec![],
            (false, _) => {
                let filter = PartFilter { words: words.to_owned(), ..PartFilter::default() };
                let found = list_parts(conn, &filter, "", CHOICES)?;
                fitting.retain(|part| found.contains(part));
                found
            }
        };
        others.retain(|part| !fitting.contains(part) && !part.archived);
        Ok(Choices {
            parts: parts_of(conn, right.scope(), job.id)?,
            fitting: listed(conn, fitting)?,
            others: listed(conn, others)?,
            job,
            assets,
            places,
            van,
        })
    })
}

/// Puts aside so many of a part for a job, in place of what was put aside there before; none takes it back.
///
/// # Errors
/// Not found, a field error, a conflict once the job is closed.
pub fn reserve(
    app: &App,
    right: &Right<WorkJob>,
    number: &str,
    (part_id, place_id, quantity): (i64, i64, i64),
) -> Result<()> {
    app.store.write(right.actor(), |tx| {
        let job = find_open(tx, right.scope(), number)?;
        let part = find_part(tx, part_id)?;
        let place = find_stock_place(tx, place_id)?;
        if quantity > 0 {
            check_usable(&place)?;
        }
        if !(0..=domain::stock::MOST).contains(&quantity) {
            return Err(Error::field("quantity", format!("give 0 to {}", domain::stock::MOST)));
        }
        // Whoever takes the last one must see that it is put aside, or this must see that it is gone.
        hold_level(tx, (part.id, place.id))?;
        let before = set_reservation(tx, (job.id, job.customer_id), (part.id, place.id), quantity)?;
        let event = Event::new("job", &job.number, "part put aside")
            .of_customer(job.customer_id)
            .change("part", "", part.words())
            .change("place", "", place.name)
            .change("quantity", before, quantity);
        Ok(((), vec![event]))
    })
}

/// Sees that what lies at a place may be used on a job.
fn check_usable(place: &StockPlace) -> Result<()> {
    let words = match (place.archived, place.kind.0.is_usable()) {
        (true, _) => format!("{} is archived; choose another place", place.name),
        (false, false) => format!("{} holds what goes back: no job can use it", place.name),
        (false, true) => return Ok(()),
    };
    Err(Error::field("from", words))
}

/// A job that parts may still be taken for.
fn find_open(conn: &mut AnyConnection, scope: &Scope, number: &str) -> Result<Job> {
    let job = find_job(conn, scope, number)?;
    match job.is_open() {
        true => Ok(job),
        false => {
            Err(Error::Conflict(format!("{} is closed; open it again to take parts for it.", job.number)))
        }
    }
}

/// Sees that the asset that a piece is in by the books is the one that is meant: the one named, else one of the job's.
fn check_meant(
    conn: &mut AnyConnection,
    job: &Job,
    (named, asset): (Option<i64>, &Asset),
    (field, serial): (&str, &str),
) -> Result<()> {
    let of_job = list_job_assets(conn, job)?.iter().any(|one| one.id == asset.id);
    if of_job && named.is_none_or(|id| id == asset.id) {
        return Ok(());
    }
    let cure = if of_job { "choose that one" } else { "add that one to the job first" };
    let words = format!("{serial} is in {} {} by the books: {cure}", asset.description, asset.tag);
    Err(Error::field(field, words))
}

/// The asset of a job that something is for: the one named, or the only one it has.
fn asset_of(conn: &mut AnyConnection, job: &Job, named: Option<i64>) -> Result<Option<JobAsset>> {
    let mut assets = list_job_assets(conn, job)?;
    match named {
        Some(id) => match assets.into_iter().find(|asset| asset.id == id) {
            Some(asset) => Ok(Some(asset)),
            None => Err(Error::NotFound("asset of this job".to_owned())),
        },
        None if assets.len() == 1 => Ok(assets.pop()),
        None => Ok(None),
    }
}
