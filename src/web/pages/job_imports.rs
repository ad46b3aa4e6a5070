//! Importing another system's jobs: send a file, look at what it says, publish.

mod section;

pub use section::section;

use actix_multipart::Multipart;
use actix_web::web::{Form as Posted, Path};
use domain::permission::ImportAssets;
use exchange::dates::DateOrder;
use exchange::job_csv::Translations;
use store::imports::delete_staged_file;

use super::assets::choices;
use super::import::{ImportPage, PreviewPage, Trial, Words, chosen, keep_file, person, show_preview, staged};
use crate::actions::import::MOST_BYTES;
use crate::actions::job_imports::{self, Plan, Reading, Report};
use crate::error::Result;
use crate::web::forms::Form;
use crate::web::layout::Chrome;
use crate::web::reply::Reply;
use crate::web::upload::read_upload;
use crate::web::visitor::{Visit, Visitor};

/// `GET /import/jobs`.
///
/// # Errors
/// Forbidden.
pub async fn show_import(visitor: Visitor) -> Result<Reply> {
    visitor.run(|visit| Reply::ok(&page(visit, Form::default())?)).await
}

fn page(visit: &Visit, form: Form) -> Result<ImportPage> {
    visit.right::<ImportAssets>()?;
    let customers = visit.app.store.read(|conn| choices::customers(conn, visit.actor.scope()))?;
    let what = "The jobs of another system as CSV: numbers, dates, status, category and what was wrong.";
    Ok(ImportPage {
        chrome: Chrome::new(visit, "Import jobs"),
        form,
        customers,
        action: "/import/jobs",
        what,
    })
}

/// `POST /import/jobs`: keeps the file for its preview. Who may is settled before a byte of the body is read.
///
/// # Errors
/// Forbidden, not found, too large; a file that is no table shows the form again.
pub async fn upload(asks: Visitor, sends: Visitor, multipart: Multipart) -> Result<Reply> {
    asks.run(|visit| visit.right::<ImportAssets>().map(drop)).await?;
    let upload = read_upload(multipart, "file", MOST_BYTES).await?;
    sends
        .run(move |visit| {
            visit.right::<ImportAssets>()?;
            let mut form = upload.form;
            let look = |bytes: &[u8]| job_imports::read_file(&visit.app, bytes, None, None).map(drop);
            match keep_file(visit, &mut form, (&upload.file_name, &upload.bytes), &look) {
                Ok((customer, code)) => Ok(Reply::see_other(&format!("/import/jobs/{customer}/{code}"), "")),
                Err(error) => {
                    if form.errors().is_empty() {
                        form.take(error)?;
                    }
                    Reply::unprocessable(&page(visit, form)?)
                }
            }
        })
        .await
}

/// `GET /import/jobs/{customer}/{file}`: what the file says, with columns as guessed.
///
/// # Errors
/// Forbidden; not found, also for somebody else's file.
pub async fn preview(visitor: Visitor, path: Path<(i64, String)>) -> Result<Reply> {
    let (customer_id, code) = path.into_inner();
    visitor.run(move |visit| work(visit, customer_id, &code, Form::default())).await
}

/// `POST /import/jobs/{customer}/{file}`: looks again with other columns, or publishes.
///
/// # Errors
/// Forbidden; not found, also for somebody else's file.
pub async fn publish(
    visitor: Visitor,
    path: Path<(i64, String)>,
    pairs: Posted<Vec<(String, String)>>,
) -> Result<Reply> {
    let (customer_id, code) = path.into_inner();
    visitor.run(move |visit| work(visit, customer_id, &code, Form::new(pairs.into_inner()))).await
}

fn work(visit: &Visit, customer_id: i64, code: &str, mut form: Form) -> Result<Reply> {
    let right = visit.right::<ImportAssets>()?;
    let (customer, file) = staged(visit, customer_id, code)?;
    let order = form.code::<DateOrder>("dates");
    let (site_id, source) = (form.id("site"), form.text("source"));
    let statuses = form.long_text("statuses");
    let statuses = Translations::parse(&statuses).unwrap_or_else(|why| {
        form.fail("statuses", why);
        Translations::default()
    });
    let asked = (order, &statuses);
    let mapped = job_imports::read_translated(&visit.app, &file.bytes, Some(&|m| chosen(&form, m)), asked);
    let mut reading = match mapped {
        Ok(reading) => reading,
        Err(error) => {
            form.take(error)?;
            job_imports::read_translated(&visit.app, &file.bytes, None, asked)?
        }
    };
    let publishes = form.value("do") == "publish" && form.errors().is_empty();
    let plan = Plan {
        customer_id,
        site_id,
        source,
        file_name: file.name.clone(),
        file_hash: store::ledger::sha256(&file.bytes),
        skip_refused: form.ticked("skip_refused"),
        dry_run: !publishes,
    };
    let mut report = None;
    if reading.import.questions.is_empty() && form.errors().is_empty() {
        let done = job_imports::publish(&visit.app, &right, &plan, &reading.import, &|_| {})?;
        if done.published {
            let person_id = person(visit)?;
            visit.app.store.keep_house(|tx| delete_staged_file(tx, person_id, code))?;
            return Ok(Reply::see_other(&format!("/jobs?customer={customer_id}&status=closed"), "imported"));
        }
        reading.import.notes.extend(done.differing.iter().cloned());
        report = Some(done);
    }
    let refused = publishes || !form.errors().is_empty();
    let page = preview_page(visit, (customer.id, customer.name), form, (reading, report))?;
    if refused { Reply::unprocessable(&page) } else { Reply::ok(&page) }
}

fn preview_page(
    visit: &Visit,
    customer: (i64, String),
    form: Form,
    (reading, report): (Reading, Option<Report>),
) -> Result<PreviewPage> {
    let trial = report.map(|done| Trial { words: done.words(), refused: done.refused, made: done.made });
    let words = Words {
        back: "/import/jobs",
        kept: "With the description",
        no_site: "The customer's only site, else a new one for them",
        source: true,
    };
    show_preview(visit, customer, form, (&reading.table, reading.import), trial, words)
}
