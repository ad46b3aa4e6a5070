//! Importing a list of assets: send a file, look at what it says, publish. What is shown of a file is shared with
//! the import of jobs.

use actix_multipart::Multipart;
use actix_web::web::{Form as Posted, Path};
use askama::Template;
use domain::permission::ImportAssets;
use exchange::columns::{Field, Mapping, Target};
use exchange::csv_table::Table;
use exchange::dates::DateOrder;
use exchange::mapped::{Import, Refusal};
use store::customers::{Customer, find_customer};
use store::imports::{StagedFile, delete_staged_file, find_staged_file, stage_file};

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
pub(super) const REFUSALS: usize = 200;

#[derive(Template)]
#[template(path = "import.html")]
pub(super) struct ImportPage {
    pub chrome: Chrome,
    pub form: Form,
    pub customers: Choices,
    pub action: &'static str,
    pub what: &'static str,
}

/// A column of a file and where it goes.
pub(super) struct Column {
    name: String,
    header: String,
    why: String,
    target: String,
    examples: String,
}

/// What a file says before it is published.
#[derive(Template)]
#[template(path = "import_preview.html")]
pub(super) struct PreviewPage {
    pub chrome: Chrome,
    pub form: Form,
    pub customer: String,
    pub sites: Choices,
    pub columns: Vec<Column>,
    pub targets: Choices,
    pub notes: Vec<String>,
    pub question: Option<String>,
    pub refused: Vec<Refusal>,
    pub more_refused: usize,
    /// What would come of it, in words, and what would be made for it; none while a question is open.
    pub report: Option<(String, Vec<String>)>,
    pub words: Words,
}

/// What would come of a file.
pub(super) struct Trial {
    /// In words.
    pub words: String,
    /// What is refused.
    pub refused: Vec<Refusal>,
    /// What would be made for it.
    pub made: Vec<String>,
}

/// What differs between the lists that are imported.
pub(super) struct Words {
    /// Where another file is sent.
    pub back: &'static str,
    /// What becomes of a column that no field takes.
    pub kept: &'static str,
    /// What becomes of rows without a site.
    pub no_site: &'static str,
    /// Whether the other system may be given a name.
    pub source: bool,
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
    let what = "A list as CSV, from a spreadsheet or another program.";
    Ok(ImportPage { chrome: Chrome::new(visit, "Import assets"), form, customers, action: "/import", what })
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
    let look = |bytes: &[u8]| import::read_file(&visit.app, bytes, None, None).map(drop);
    let (customer_id, code) = keep_file(visit, form, (name, bytes), &look)?;
    Ok(format!("/import/{customer_id}/{code}"))
}

/// Whoever sends a file; it is shown to nobody else.
pub(super) fn person(visit: &Visit) -> Result<i64> {
    visit.actor.person_id().ok_or(Error::LogIn)
}

/// The file that somebody sent for a customer.
///
/// # Errors
/// Not found, also for somebody else's file.
pub(super) fn staged(visit: &Visit, customer_id: i64, code: &str) -> Result<(Customer, StagedFile)> {
    let customer = visit.app.store.read(|conn| find_customer(conn, visit.actor.scope(), customer_id))?;
    Ok((customer, find_staged(visit, code)?))
}

/// The file that somebody sent.
///
/// # Errors
/// Not found, also for somebody else's file.
pub(super) fn find_staged(visit: &Visit, code: &str) -> Result<StagedFile> {
    let person_id = person(visit)?;
    // Ours are hexadecimal; anything else names no file.
    if !code.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(Error::NotFound("file waiting to be imported".to_owned()));
    }
    Ok(visit.app.store.read(|conn| find_staged_file(conn, person_id, code))?)
}

/// Keeps a file for whoever sends it, and gives its code.
///
/// # Errors
/// The store's; that nobody is logged in.
pub(super) fn stage(visit: &Visit, name: &str, bytes: &[u8]) -> Result<String> {
    let (code, person_id) = (new_secret(), person(visit)?);
    visit.app.store.keep_house(|tx| stage_file(tx, &code, person_id, name, bytes))?;
    Ok(code)
}

/// Keeps a file that was looked at, and gives its code.
///
/// # Errors
/// Not found for a foreign customer; a field error when nothing was sent or `look` finds no table in it.
pub(super) fn keep_file(
    visit: &Visit,
    form: &mut Form,
    (name, bytes): (&str, &[u8]),
    look: &dyn Fn(&[u8]) -> Result<()>,
) -> Result<(i64, String)> {
    let customer_id = form.id("customer").ok_or_else(|| Error::field("customer", "choose the customer"))?;
    if bytes.is_empty() {
        return Err(Error::field("file", "choose a CSV file"));
    }
    visit.app.store.read(|conn| find_customer(conn, visit.actor.scope(), customer_id))?;
    look(bytes)?;
    Ok((customer_id, stage(visit, name, bytes)?))
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
    let (customer, file) = staged(visit, customer_id, code)?;
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
            let person_id = person(visit)?;
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
pub(super) fn chosen<F: Field>(form: &Form, mapping: &mut Mapping<F>) -> std::result::Result<(), String> {
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
    let trial = report.map(|done| Trial {
        words: format!(
            "{} to add, {} there already, {} refused",
            done.added, done.already, done.rows_refused
        ),
        refused: done.refused,
        made: done.made,
    });
    let words = Words {
        back: "/import",
        kept: "Custom field",
        no_site: "None: such rows are refused",
        source: false,
    };
    show_preview(visit, (customer_id, customer), form, (&reading.table, reading.import), trial, words)
}

/// The page that shows what a file says, and what came of a trial; none while a question is open.
///
/// # Errors
/// The store's.
pub(super) fn show_preview<R, F: Field>(
    visit: &Visit,
    (customer_id, customer): (i64, String),
    form: Form,
    (table, import): (&Table, Import<R, F>),
    trial: Option<Trial>,
    words: Words,
) -> Result<PreviewPage> {
    let scope = visit.actor.scope();
    let sites = visit.app.store.read(|conn| choices::sites(conn, scope, Some(customer_id)))?;
    let (mut refused, report) = match trial {
        Some(trial) => (trial.refused, Some((trial.words, trial.made))),
        None => (import.refused, None),
    };
    let more_refused = refused.len().saturating_sub(REFUSALS);
    refused.truncate(REFUSALS);
    Ok(PreviewPage {
        chrome: Chrome::new(visit, "What the file says"),
        form,
        customer,
        sites,
        columns: columns(table, &import.mapping),
        targets: choices::codes::<F>(),
        notes: import.notes,
        question: import.questions.first().map(|question| question.column.clone()),
        refused,
        more_refused,
        report,
        words,
    })
}

fn columns<F: Field>(table: &Table, mapping: &Mapping<F>) -> Vec<Column> {
    let mapped = mapping.columns.iter().enumerate();
    mapped
        .map(|(index, column)| {
            let rows = table.rows.iter().take(SHOWN);
            let cells = rows.map(|row| row.cells[index].trim()).filter(|cell| !cell.is_empty());
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
}
