//! A recall of an instrument: begun from two days and a reason, shown with all that it affects.

use actix_web::web;
use askama::Template;
use chrono::{DateTime, NaiveDate};
use domain::code::Code;
use domain::permission::{DownloadPapers, EditInstrument, ViewRegister};
use store::instruments::Instrument;
use store::recalls::{Affected, Recall};
use store::types::Moment;

use crate::actions::dues::today;
use crate::actions::instruments;
use crate::actions::recalls::{self, NewRecall, Whole};
use crate::error::{Error, Result};
use crate::web::editing::{Pairs, again, refuse_unknown};
use crate::web::forms::Form;
use crate::web::layout::Chrome;
use crate::web::pages::assets::asset_url;
use crate::web::reply::Reply;
use crate::web::visitor::{Visit, Visitor};

/// Rows of a page.
const PAGE: usize = 50;
/// A download holds this many rows.
const MOST_ROWS: usize = 100_000;

#[derive(Template)]
#[template(path = "recalls/list.html")]
struct RecallsPage {
    chrome: Chrome,
    recalls: Vec<Recall>,
    instruments: Vec<Instrument>,
    edits: bool,
}

#[derive(Template)]
#[template(path = "recalls/new.html")]
struct NewPage {
    chrome: Chrome,
    form: Form,
    instrument: Instrument,
    good: Option<NaiveDate>,
    affected: Option<Affected>,
}

#[derive(Template)]
#[template(path = "recalls/show.html")]
struct RecallPage {
    chrome: Chrome,
    whole: Whole,
    form: Form,
    days: (NaiveDate, NaiveDate),
    edits: bool,
    next: Option<String>,
}

impl RecallPage {
    fn time(&self, at: &Moment) -> String {
        at.utc().format("%-d %b %Y").to_string()
    }

    fn url(&self, tag: &str) -> String {
        asset_url(tag)
    }
}

impl RecallsPage {
    fn days(&self, recall: &Recall) -> String {
        let (from, to) = recalls::days_of(recall);
        format!("{from} to {to}")
    }
}

/// `GET /recalls`.
///
/// # Errors
/// Log in first.
pub async fn list_recalls(visitor: Visitor) -> Result<Reply> {
    visitor
        .run(|visit| {
            let right = visit.right::<ViewRegister>()?;
            let edits = visit.actor.may::<EditInstrument>();
            let all = instruments::list_instruments(&visit.app, &right)?;
            Reply::ok(&RecallsPage {
                chrome: Chrome::new(visit, "Recalls"),
                recalls: recalls::list_recalls(&visit.app, &right, None)?,
                instruments: all.into_iter().map(|one| one.instrument).collect(),
                edits,
            })
        })
        .await
}

/// `GET /recalls/new?instrument=`: with both days filled in it says how much is affected.
///
/// # Errors
/// Forbidden, not found; days that cannot be show the form again.
pub async fn new_recall(visitor: Visitor, pairs: web::Query<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let mut form = Form::new(pairs.into_inner());
            let page = page(visit, form.clone())?;
            if form.value("from").is_empty() {
                return Reply::ok(&page);
            }
            let right = visit.right::<EditInstrument>()?;
            match read(&mut form).and_then(|new| recalls::preview(&visit.app, &right, &new)) {
                Ok(affected) => Reply::ok(&NewPage { affected: Some(affected), ..page }),
                Err(error) => {
                    again(&mut form, error)?;
                    Reply::unprocessable(&NewPage { form, ..page })
                }
            }
        })
        .await
}

fn page(visit: &Visit, mut form: Form) -> Result<NewPage> {
    let right = visit.right::<EditInstrument>()?;
    let id = form.id("instrument").ok_or_else(|| Error::NotFound("instrument".to_owned()))?;
    let instrument = instruments::find_instrument(&visit.app, &visit.right::<ViewRegister>()?, id)?;
    let good = recalls::suggest(&visit.app, &right, id)?;
    if form.value("from").is_empty() {
        form.set_opt("from", good);
    }
    if form.value("to").is_empty() {
        form.set("to", today(&visit.app));
    }
    Ok(NewPage { chrome: Chrome::new(visit, "Recall an instrument"), form, instrument, good, affected: None })
}

fn read(form: &mut Form) -> Result<NewRecall> {
    refuse_unknown(form, &["instrument", "from", "to", "reason"]);
    let instrument = form.id("instrument");
    form.required("from");
    form.required("to");
    let (from, to) = (form.date("from"), form.date("to"));
    let reason = form.long_text("reason");
    form.check()?;
    match (instrument, from, to) {
        (Some(instrument_id), Some(from), Some(to)) => Ok(NewRecall { instrument_id, from, to, reason }),
        _ => Err(Error::field("from", "choose an instrument and two days")),
    }
}

/// `POST /recalls/new`.
///
/// # Errors
/// Forbidden, not found; field errors show the form again.
pub async fn begin_recall(visitor: Visitor, pairs: web::Form<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let right = visit.right::<EditInstrument>()?;
            let mut form = Form::new(pairs.into_inner());
            match read(&mut form).and_then(|new| recalls::begin_recall(&visit.app, &right, &new)) {
                Ok(id) => Ok(Reply::see_other(&format!("/recalls/{id}"), "recorded")),
                Err(error) => {
                    again(&mut form, error)?;
                    Reply::unprocessable(&page(visit, form)?)
                }
            }
        })
        .await
}

/// `GET /recalls/{id}`; `?after=` goes on behind a test.
///
/// # Errors
/// Not found.
pub async fn show_recall(visitor: Visitor, id: web::Path<i64>, pairs: web::Query<Pairs>) -> Result<Reply> {
    visitor.run(move |visit| Reply::ok(&recall_page(visit, *id, Form::new(pairs.into_inner()))?)).await
}

fn recall_page(visit: &Visit, id: i64, form: Form) -> Result<RecallPage> {
    let right = visit.right::<ViewRegister>()?;
    let after = form.value("after").split_once('_').and_then(|(at, test)| {
        let at = DateTime::from_timestamp_micros(at.parse().ok()?)?;
        Some((Moment::from(at), test.to_owned()))
    });
    let whole = recalls::find_recall(&visit.app, &right, id, (after, PAGE))?;
    let next = whole
        .next
        .as_ref()
        .map(|(at, test)| format!("/recalls/{id}?after={}_{test}", at.utc().timestamp_micros()));
    let edits = visit.actor.may::<EditInstrument>() && visit.actor.scope().customers().is_none();
    let days = recalls::days_of(&whole.recall);
    let chrome = Chrome::new(visit, format!("Recall {id}"));
    Ok(RecallPage { chrome, whole, form, days, edits, next })
}

/// `GET /recalls/{id}.csv`.
///
/// # Errors
/// Not found; too large beyond 100,000 rows.
pub async fn download_recall(visitor: Visitor, id: web::Path<i64>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            visit.right::<DownloadPapers>()?;
            let right = visit.right::<ViewRegister>()?;
            let mut text = exchange::csv_write::EXCEL_MARK.to_owned();
            text += &exchange::csv_write::record(recalls::CSV_HEADER);
            let mut rows = 0;
            recalls::each_affected(&visit.app, &right, *id, |row| {
                rows += 1;
                text += &recalls::csv_record(&row);
                let words = format!("More than {MOST_ROWS} records are affected; choose shorter days.");
                if rows > MOST_ROWS { Err(Error::TooLarge(words)) } else { Ok(()) }
            })?;
            Ok(Reply::download("text/csv; charset=utf-8", &format!("recall-{id}.csv"), text.into_bytes()))
        })
        .await
}

/// `GET /recalls/{id}/letters.pdf`: a letter for each customer.
///
/// # Errors
/// Not found; too large beyond 20,000 records.
pub async fn download_letters(visitor: Visitor, id: web::Path<i64>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let right = visit.right::<DownloadPapers>()?;
            let pdf = recalls::write_letters(&visit.app, &right, *id)?;
            Ok(Reply::download("application/pdf", &format!("recall-{id}-letters.pdf"), pdf))
        })
        .await
}

/// `POST /recalls/{id}/retests`: makes every affected asset that was not tested again due now.
///
/// # Errors
/// Forbidden, not found, a conflict when the recall has ended.
pub async fn ask_retests(visitor: Visitor, id: web::Path<i64>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            recalls::ask_retests(&visit.app, &visit.right::<EditInstrument>()?, *id)?;
            Ok(Reply::see_other(&format!("/recalls/{id}"), "saved"))
        })
        .await
}

/// `POST /recalls/{id}/end`.
///
/// # Errors
/// Forbidden, not found; a missing reason shows the page again.
pub async fn end_recall(visitor: Visitor, id: web::Path<i64>, pairs: web::Form<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let right = visit.right::<EditInstrument>()?;
            let mut form = Form::new(pairs.into_inner());
            refuse_unknown(&mut form, &["reason"]);
            let reason = form.long_text("reason");
            let done = form.check().and_then(|()| recalls::end_recall(&visit.app, &right, *id, &reason));
            match done {
                Ok(()) => Ok(Reply::see_other(&format!("/recalls/{id}"), "ended")),
                Err(error) => {
                    again(&mut form, error)?;
                    Reply::unprocessable(&recall_page(visit, *id, form)?)
                }
            }
        })
        .await
}
