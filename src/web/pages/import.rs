//! Importing a list of assets: send a file, look at what it says, publish.

use actix_multipart::Multipart;
use actix_web::web::{Form as Posted, Path};
use askama::Template;
use domain::permission::ImportAssets;
use exchange::asset_csv::{AssetField, Mapping, Refusal, Target};
use exchange::dates::DateOrder;
use store::imports::{delete_staged_file, find_staged_file, stage_file};

use super::assets::choices::{self, Choices};
use crate::actions::import::{self, MOST_BYTES, Plan, Reading, Report};
use crate::app::new_secret;
use crate::error::{Error, Result};
use crate::web::forms::Form;
use crate::web::layout::Chrome;
use crate::web::reply::Reply;
use crate::web::upload::read_upload;
use crate::web::visitor::{Visit, Visitor};

/// Rows shown of a file.
const SHOWN: usize = 5;
/// Refusals shown.
const REFUSALS: usize = 200;

#[derive(Template)]
#[template(path = "import.html")]
struct ImportPage {
    chrome: Chrome,
    form: Form,
    customers: Choices,
}

/// A column of the file and where it goes.
struct Column {
    name: String,
    header: String,
    why: String,
    target: String,
    examples: String,
}

#[derive(Template)]
#[template(path = "import_preview.html")]
struct PreviewPage {
    chrome: Chrome,
    form: Form,
    customer: String,
    sites: Choices,
    columns: Vec<Column>,
    targets: Choices,
    notes: Vec<String>,
    question: Option<String>,
    refused: Vec<Refusal>,
    more_refused: usize,
    report: Option<Report>,
}

/// `GET /import`.
///
/// # Errors
/// Forbidden.
pub async fn show_import(visitor: Visitor) -> Result<Reply> {
    visitor.run(|visit| Reply::ok(&page(visit, Form::default())?)).await
}

fn page(visit: &Visit, form: Form) -> Result<ImportPage> {
    visit.right::<ImportAssets>()?;
    let customers = visit.app.store.read(|conn| choices::customers(conn, visit.actor.scope()))?;
    Ok(ImportPage { chrome: Chrome::new(visit, "Import assets"), form, customers })
}

/// `POST /import`: keeps the file for its preview. Who may is settled before a byte of the body is read.
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
            match keep(visit, &mut form, &upload.file_name, &upload.bytes) {
                Ok(path) => Ok(Reply::see_other(&path, "")),
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

fn keep(visit: &Visit, form: &mut Form, name: &str, bytes: &[u8]) -> Result<String> {
    let customer_id = form.id("customer").ok_or_else(|| Error::field("customer", "choose the customer"))?;
    if bytes.is_empty() {
        return Err(Error::field("file", "choose a CSV file"));
    }
    visit.app.store.read(|conn| store::customers::find_customer(conn, visit.actor.scope(), customer_id))?;
    import::read_file(&visit.app, bytes, None, None)?;
    let (code, person_id) = (new_secret(), person(visit)?);
    visit.app.store.keep_house(|tx| stage_file(tx, &code, person_id, name, bytes))?;
    Ok(format!("/import/{customer_id}/{code}"))
}

fn person(visit: &Visit) -> Result<i64> {
    visit.actor.person_id().ok_or(Error::LogIn)
}

/// `GET /import/{customer}/{file}`: what the file says, with columns as guessed.
///
/// # Errors
/// Forbidden; not found, also for somebody else's file.
pub async fn preview(visitor: Visitor, path: Path<(i64, String)>) -> Result<Reply> {
    let (customer_id, code) = path.into_inner();
    visitor.run(move |visit| work(visit, customer_id, &code, Form::default())).await
}

/// `POST /import/{customer}/{file}`: looks again with other columns, or publishes.
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
    let person_id = person(visit)?;
    let scope = visit.actor.scope();
    // Ours are hexadecimal; anything else names no file.
    if !code.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(Error::NotFound("file waiting to be imported".to_owned()));
    }
    let (customer, file) = visit.app.store.read(|conn| {
        let customer = store::customers::find_customer(conn, scope, customer_id)?;
        Ok::<_, Error>((customer, find_staged_file(conn, person_id, code)?))
    })?;
    let order = form.code::<DateOrder>("dates");
    let site_id = form.id("site");
    let reading = match import::read_file(&visit.app, &file.bytes, Some(&|m| chosen(&form, m)), order) {
        Ok(reading) => reading,
        Err(error) => {
            form.take(error)?;
            import::read_file(&visit.app, &file.bytes, None, order)?
        }
    };
    let publishes = form.value("do") == "publish" && form.errors().is_empty();
    let plan = Plan {
        customer_id,
        site_id,
        file_name: file.name.clone(),
        file_hash: store::ledger::sha256(&file.bytes),
        skip_refused: form.ticked("skip_refused"),
        dry_run: !publishes,
    };
    let mut report = None;
    if reading.import.questions.is_empty() && form.errors().is_empty() {
        let done = import::publish(&visit.app, &right, &plan, &reading.import, &|_| {})?;
        if done.published {
            visit.app.store.keep_house(|tx| delete_staged_file(tx, person_id, code))?;
            return Ok(Reply::see_other(&format!("/assets?customer={customer_id}"), "imported"));
        }
        report = Some(done);
    }
    let refused = publishes || !form.errors().is_empty();
    let page = preview_page(visit, (customer.id, customer.name), form, (reading, report))?;
    if refused { Reply::unprocessable(&page) } else { Reply::ok(&page) }
}

/// Sends columns where the form says.
fn chosen(form: &Form, mapping: &mut Mapping) -> std::result::Result<(), String> {
    for index in 0..mapping.columns.len() {
        let value = form.value(&format!("column{index}")).to_owned();
        if !value.is_empty() {
            let target = Target::try_from(value)?;
            if target != mapping.columns[index].target {
                mapping.set(index, target)?;
            }
        }
    }
    Ok(())
}

fn preview_page(
    visit: &Visit,
    (customer_id, customer): (i64, String),
    form: Form,
    (reading, report): (Reading, Option<Report>),
) -> Result<PreviewPage> {
    let scope = visit.actor.scope();
    let sites = visit.app.store.read(|conn| choices::sites(conn, scope, Some(customer_id)))?;
    let mut refused =
        report.as_ref().map_or_else(|| reading.import.refused.clone(), |done| done.refused.clone());
    let more_refused = refused.len().saturating_sub(REFUSALS);
    refused.truncate(REFUSALS);
    let question = reading.import.questions.first().map(|question| question.column.clone());
    let columns = columns(&reading);
    Ok(PreviewPage {
        chrome: Chrome::new(visit, "What the file says"),
        form,
        customer,
        sites,
        columns,
        targets: choices::codes::<AssetField>(),
        notes: reading.import.notes,
        question,
        refused,
        more_refused,
        report,
    })
}

fn columns(reading: &Reading) -> Vec<Column> {
    let rows = &reading.table.rows;
    let mapped = reading.import.mapping.columns.iter().enumerate();
    mapped
        .map(|(index, column)| {
            let cells =
                rows.iter().take(SHOWN).map(|row| row.cells[index].trim()).filter(|cell| !cell.is_empty());
            let examples: Vec<String> = cells.map(|cell| cell.chars().take(40).collect()).collect();
            Column {
                name: format!("column{index}"),
                header: column.header.clone(),
                why: column.why.clone(),
                target: String::from(column.target.clone()),
                examples: examples.join(" · "),
            }
        })
        .collect()
}

impl Column {
    fn is(&self, target: &str) -> bool {
        self.target == target
    }

    /// What the column is called as a custom field.
    fn custom(&self) -> String {
        if self.target.starts_with("custom:") {
            return self.target.clone();
        }
        format!("custom:{}", self.header.chars().take(59).collect::<String>().trim())
    }
}

impl PreviewPage {
    fn orders(&self) -> Choices {
        choices::codes::<DateOrder>()
    }

    fn rows_word(&self) -> String {
        let label = |n: usize, word: &str| format!("{n} {word}");
        self.report.as_ref().map_or(String::new(), |done| {
            [
                label(done.added, "to add"),
                label(done.already, "there already"),
                label(done.rows_refused, "refused"),
            ]
            .join(", ")
        })
    }
}
