//! Importing a list of parts: send a file, look at what would come of it, import.

use actix_multipart::Multipart;
use actix_web::web::{Form as Posted, Path};
use askama::Template;
use domain::permission::EditPart;
use exchange::mapped::Refusal;
use store::imports::delete_staged_file;

use crate::actions::import::MOST_BYTES;
use crate::actions::part_import::{Plan, publish, read_file};
use crate::error::{Error, Result};
use crate::web::forms::Form;
use crate::web::layout::Chrome;
use crate::web::pages::import::{REFUSALS, find_staged, person, stage};
use crate::web::reply::Reply;
use crate::web::upload::read_upload;
use crate::web::visitor::{Visit, Visitor};

#[derive(Template)]
#[template(path = "parts/import.html")]
struct ImportPage {
    chrome: Chrome,
    form: Form,
}

#[derive(Template)]
#[template(path = "parts/import_preview.html")]
struct PreviewPage {
    chrome: Chrome,
    form: Form,
    notes: Vec<String>,
    outcome: String,
    made: Vec<String>,
    refused: Vec<Refusal>,
    more_refused: usize,
}

/// `GET /parts/import`: choose a file.
///
/// # Errors
/// Forbidden.
pub async fn new_import(visitor: Visitor) -> Result<Reply> {
    visitor.run(|visit| Reply::ok(&page(visit, Form::default())?)).await
}

/// `POST /parts/import`: keeps the file for its preview. Who may is settled before a byte of the body is read.
///
/// # Errors
/// Forbidden, too large; a file that is no table shows the form again.
pub async fn send_import(asks: Visitor, sends: Visitor, multipart: Multipart) -> Result<Reply> {
    asks.run(|visit| visit.right::<EditPart>().map(drop)).await?;
    let upload = read_upload(multipart, "file", MOST_BYTES).await?;
    sends
        .run(move |visit| {
            visit.right::<EditPart>()?;
            let kept = upload.file("file").and_then(|bytes| {
                read_file(&visit.app, bytes)?;
                stage(visit, &upload.file_name, bytes)
            });
            match kept {
                Ok(code) => Ok(Reply::see_other(&format!("/parts/import/{code}"), "")),
                Err(error) => {
                    let mut form = Form::default();
                    form.take(error)?;
                    Reply::unprocessable(&page(visit, form)?)
                }
            }
        })
        .await
}

fn page(visit: &Visit, form: Form) -> Result<ImportPage> {
    visit.right::<EditPart>()?;
    Ok(ImportPage { chrome: Chrome::new(visit, "Import parts"), form })
}

/// `GET /parts/import/{file}`: what would come of the file.
///
/// # Errors
/// Forbidden; not found, also for somebody else's file.
pub async fn preview_import(visitor: Visitor, path: Path<String>) -> Result<Reply> {
    visitor.run(move |visit| work(visit, &path, Form::default())).await
}

/// `POST /parts/import/{file}`: looks again, or imports.
///
/// # Errors
/// As [`preview_import`].
pub async fn publish_import(
    visitor: Visitor,
    path: Path<String>,
    pairs: Posted<Vec<(String, String)>>,
) -> Result<Reply> {
    visitor.run(move |visit| work(visit, &path, Form::new(pairs.into_inner()))).await
}

fn work(visit: &Visit, code: &str, mut form: Form) -> Result<Reply> {
    let right = visit.right::<EditPart>()?;
    let file = find_staged(visit, code)?;
    let import = read_file(&visit.app, &file.bytes)?;
    let publishes = form.value("do") == "publish";
    let plan = Plan {
        file_name: file.name.clone(),
        skip_refused: form.ticked("skip_refused"),
        update: form.ticked("update"),
        dry_run: !publishes,
    };
    let report = publish(&visit.app, &right, &plan, &import)?;
    if report.published {
        let person_id = person(visit)?;
        visit.app.store.keep_house(|tx| delete_staged_file(tx, person_id, code))?;
        return Ok(Reply::see_other("/parts", "saved"));
    }
    if publishes {
        let words = "Nothing was imported: correct the lines below and send the file again, or import the others without them.";
        form.take(Error::field("", words))?;
    }
    let outcome = report.words();
    let more_refused = report.rows_refused.saturating_sub(REFUSALS);
    let refused = report.refused.into_iter().take(REFUSALS).collect();
    let chrome = Chrome::new(visit, format!("Import {}", file.name));
    let page =
        PreviewPage { chrome, form, notes: import.notes, outcome, made: report.made, refused, more_refused };
    if publishes { Reply::unprocessable(&page) } else { Reply::ok(&page) }
}
