//! Parts on a job: taken in a few taps, with serial numbers by scan, given back, put aside.

mod read;
mod section;

pub use section::draw_parts;

use actix_web::web;
use askama::Template;
use domain::money::Currency;
use domain::permission::{SeeParts, WorkJob};
use domain::stock::read_scan;
use store::jobs::assets::JobAsset;
use store::part_units::list_units_by_serial;
use store::parts::{PartFilter, find_part_by_number};
use store::stock::JobPart;

use crate::actions::job_parts::{self, Choices};
use crate::actions::parts::{self, Listed};
use crate::actions::settings::find_firm;
use crate::actions::stock::new_request_id;
use crate::error::{Error, Result};
use crate::web::editing::{Pairs, again, refuse_unknown};
use crate::web::forms::Form;
use crate::web::layout::Chrome;
use crate::web::reply::Reply;
use crate::web::visitor::{Visit, Visitor};

use read::{FIELDS, read_back, read_reservation, read_take};

#[derive(Template)]
#[template(path = "job_parts.html")]
struct JobPartsPage {
    chrome: Chrome,
    form: Form,
    choices: Choices,
    /// The part that was chosen.
    part: Option<Listed>,
    works: bool,
    currency: Currency,
}

/// `GET /jobs/{number}/parts`: `part`, or `q` that is scanned or typed.
///
/// # Errors
/// Not found, forbidden.
pub async fn show_parts(
    visitor: Visitor,
    number: web::Path<String>,
    pairs: web::Query<Vec<(String, String)>>,
) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let mut form = Form::new(pairs.into_inner());
            form.set("id", new_request_id());
            scan(visit, &mut form)?;
            Reply::ok(&page(visit, &number, form)?)
        })
        .await
}

/// What was scanned may be the label of a part, of a piece, or a piece's own serial number.
fn scan(visit: &Visit, form: &mut Form) -> Result<()> {
    if form.value("q").is_empty() || !form.value("part").is_empty() {
        return Ok(());
    }
    let scanned = read_scan(form.value("q"));
    let found = visit.app.store.read(|conn| {
        let by_number = match find_part_by_number(conn, &scanned.text) {
            Ok(part) => Some((part.id, scanned.serial.clone())),
            Err(store::Error::NotFound(_)) => None,
            Err(error) => return Err(error),
        };
        if by_number.is_some() {
            return Ok(by_number);
        }
        let units = list_units_by_serial(conn, &scanned.text)?;
        Ok(match units.as_slice() {
            [unit] => Some((unit.part_id, Some(unit.serial.clone()))),
            _ => None,
        })
    })?;
    if let Some((part, serial)) = found {
        form.set("part", part).set_opt("serial", serial);
    }
    Ok(())
}

/// `POST /jobs/{number}/parts`: takes a part, and what comes out in its place.
///
/// # Errors
/// Not found, forbidden; field errors and shortages show the form again.
pub async fn take_part(
    visitor: Visitor,
    number: web::Path<String>,
    pairs: web::Form<Pairs>,
) -> Result<Reply> {
    act(visitor, number, pairs, |visit, form, number| {
        let take = read_take(visit, form, number)?;
        job_parts::take(&visit.app, &visit.right::<WorkJob>()?, number, &take)
    })
    .await
}

/// `POST /jobs/{number}/parts/return`: gives back what was not used.
///
/// # Errors
/// As [`take_part`].
pub async fn return_part(
    visitor: Visitor,
    number: web::Path<String>,
    pairs: web::Form<Pairs>,
) -> Result<Reply> {
    act(visitor, number, pairs, |visit, form, number| {
        let back = read_back(form)?;
        job_parts::give_back(&visit.app, &visit.right::<WorkJob>()?, number, &back)
    })
    .await
}

/// `POST /jobs/{number}/parts/reserve`: puts aside so many, none takes it back.
///
/// # Errors
/// As [`take_part`].
pub async fn reserve_part(
    visitor: Visitor,
    number: web::Path<String>,
    pairs: web::Form<Pairs>,
) -> Result<Reply> {
    act(visitor, number, pairs, |visit, form, number| {
        let asked = read_reservation(form)?;
        job_parts::reserve(&visit.app, &visit.right::<WorkJob>()?, number, asked)
    })
    .await
}

async fn act(
    visitor: Visitor,
    number: web::Path<String>,
    pairs: web::Form<Pairs>,
    work: impl FnOnce(&Visit, &mut Form, &str) -> Result<()> + Send + 'static,
) -> Result<Reply> {
    visitor
        .run(move |visit| {
            visit.right::<WorkJob>()?;
            let mut form = Form::new(pairs.into_inner());
            refuse_unknown(&mut form, &FIELDS);
            match work(visit, &mut form, &number) {
                Ok(()) => Ok(Reply::see_other(&format!("/jobs/{number}/parts"), "saved")),
                Err(error @ (Error::Invalid(_) | Error::Conflict(_))) => {
                    again(&mut form, error)?;
                    Reply::unprocessable(&page(visit, &number, form)?)
                }
                Err(error) => Err(error),
            }
        })
        .await
}

fn page(visit: &Visit, number: &str, mut form: Form) -> Result<JobPartsPage> {
    let right = visit.right::<SeeParts>()?;
    let words = if form.value("part").is_empty() { read_scan(form.value("q")).text } else { String::new() };
    let choices = job_parts::find_choices(&visit.app, &right, number, &words)?;
    let part = match form.id("part") {
        Some(id) => {
            let filter = PartFilter { only: Some(vec![id]), archived: true, ..PartFilter::default() };
            let mut found = parts::list_parts(&visit.app, &right, &filter, false, ("", 1))?;
            Some(found.pop().ok_or_else(|| Error::NotFound("part".to_owned()))?)
        }
        None => None,
    };
    if form.value("quantity").is_empty() {
        form.set("quantity", 1);
    }
    if form.value("from").is_empty() {
        // The engineer's own van where it has some, else wherever there are most.
        let of_van = choices.van.as_ref().map(|van| van.id);
        let places = part.iter().flat_map(|part| &part.places);
        let best = places.max_by_key(|(place, quantity)| (Some(place.id) == of_van, *quantity));
        form.set_opt("from", best.map(|(place, _)| place.id).or(of_van));
    }
    let title = format!("Parts for {}", choices.job.number);
    Ok(JobPartsPage {
        chrome: Chrome::new(visit, title),
        form,
        part,
        works: visit.actor.may::<WorkJob>(),
        currency: find_firm(&visit.app)?.currency,
        choices,
    })
}

impl JobPartsPage {
    /// Places to take from: those that have some first, with how many.
    fn from(&self) -> Vec<(String, String)> {
        let has = |id: i64| {
            let places = self.part.iter().flat_map(|part| &part.places);
            places.into_iter().find(|(place, _)| place.id == id).map_or(0, |(_, quantity)| *quantity)
        };
        let usable = self.choices.places.iter().filter(|place| place.kind.is_usable());
        let name = |place: &store::stock_places::StockPlace| {
            let mine = self.choices.van.as_ref().is_some_and(|van| van.id == place.id);
            let whose = if mine { "My van: " } else { "" };
            (place.id.to_string(), format!("{whose}{} ({} there)", place.name, has(place.id)))
        };
        usable.map(name).collect()
    }

    /// Places that something goes back to.
    fn back(&self) -> Vec<(String, String)> {
        self.choices.places.iter().map(|place| (place.id.to_string(), place.name.clone())).collect()
    }

    /// Where a piece goes that is taken out.
    fn destinations(&self) -> Vec<(String, String)> {
        let mut places: Vec<_> = self.choices.places.iter().collect();
        places.sort_by_key(|place| place.kind.is_usable());
        let words = |place: &&store::stock_places::StockPlace| {
            let what = if place.kind.is_usable() { "It works: back into" } else { "It goes back by way of" };
            (format!("place:{}", place.id), format!("{what} {}", place.name))
        };
        let mut all = vec![("scrap".to_owned(), "Scrap".to_owned())];
        all.extend(places.iter().map(words));
        all.push(("asset".to_owned(), "Into another asset".to_owned()));
        all
    }

    fn assets(&self) -> Vec<(String, String)> {
        let name = |asset: &JobAsset| format!("{} {}", asset.description, asset.tag);
        self.choices.assets.iter().map(|asset| (asset.id.to_string(), name(asset))).collect()
    }

    fn url(&self, one: &Listed) -> String {
        format!("/jobs/{}/parts?part={}#take", self.choices.job.number, one.part.id)
    }

    /// How many of a part are in the van, and how many elsewhere.
    fn stock(&self, one: &Listed) -> String {
        let van = self.choices.van.as_ref();
        let mine = one.places.iter().find(|(place, _)| van.is_some_and(|van| van.id == place.id));
        let mine = mine.map_or(0, |(_, quantity)| *quantity);
        match (van, mine, one.total - mine) {
            (_, 0, 0) => "none anywhere".to_owned(),
            (None, _, total) => format!("{total} in stock"),
            (Some(_), mine, 0) => format!("{mine} in my van"),
            (Some(_), 0, others) => format!("none in my van, {others} elsewhere"),
            (Some(_), mine, others) => format!("{mine} in my van, {others} elsewhere"),
        }
    }

    fn is_short(&self) -> bool {
        self.form.errors().iter().any(|error| error.field.is_empty()) || !self.form.value("reason").is_empty()
    }

    fn cost(&self, line: &JobPart) -> String {
        let pence = line.line_pence().filter(|_| line.quantity > 0);
        pence.map(|pence| self.currency.show(pence)).unwrap_or_default()
    }

    fn total(&self) -> String {
        self.currency.show(self.choices.parts.pence())
    }

    fn new_id(&self) -> String {
        new_request_id()
    }

    fn is_open(&self) -> bool {
        self.works && self.choices.job.is_open()
    }
}
