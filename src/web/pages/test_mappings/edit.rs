//! A saved column mapping: each column's place chosen, shown on a sample's first rows, saved or deleted.

use actix_web::web;
use askama::Template;
use chrono::Datelike;
use domain::code::Code;
use domain::event::Event;
use domain::permission::ImportAssets;
use domain::visual::VisualItem;
use exchange::csv_table::Table;
use exchange::dates::DateOrder;
use exchange::tester::{Format, Measured, TestField, TestMapping, TestRecord, TesterFile, TesterOptions};
use store::imports::find_staged_file;
use store::test_mappings::{SavedMapping, delete_mapping, find_mapping, update_mapping};

use super::{name, to_text};
use crate::error::{Error, Result};
use crate::web::forms::Form;
use crate::web::layout::Chrome;
use crate::web::pages::assets::choices::{self, Choices};
use crate::web::pages::test_imports::query;
use crate::web::reply::Reply;
use crate::web::visitor::{Visit, Visitor};

/// Rows shown of a sample.
const SHOWN: usize = 5;

/// A column of the mapping, with what stands in it in the sample.
struct Column {
    /// The name of the field that says where it goes.
    goes: String,
    /// The name of the field that says its unit.
    unit: String,
    header: String,
    examples: String,
}

#[derive(Template)]
#[template(path = "test_mappings/edit.html")]
struct EditPage {
    chrome: Chrome,
    form: Form,
    columns: Vec<Column>,
    targets: Choices,
    orders: Choices,
    sampled: bool,
    rows: Vec<String>,
}

/// `GET /test-mappings/{id}/edit`.
///
/// # Errors
/// Forbidden; not found.
pub async fn edit_mapping(visitor: Visitor, id: web::Path<i64>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            visit.right::<ImportAssets>()?;
            let saved = visit.app.store.read(|conn| find_mapping(conn, *id))?;
            let mapping = parse(&saved)?;
            let form = fill(&saved, &mapping);
            Reply::ok(&page(visit, form, &mapping)?)
        })
        .await
}

fn parse(saved: &SavedMapping) -> Result<TestMapping> {
    serde_json::from_str(&saved.mapping).map_err(|error| Error::Internal(error.to_string()))
}

fn goes(index: usize) -> String {
    format!("column{index}")
}

fn unit(index: usize) -> String {
    format!("unit{index}")
}

fn fill(saved: &SavedMapping, mapping: &TestMapping) -> Form {
    let mut form = Form::default();
    form.set("name", &saved.name).set("version", saved.version);
    form.set_opt("dates", mapping.date_order.map(Code::code));
    form.set("pass_words", mapping.pass_words.join(", ")).set("fail_words", mapping.fail_words.join(", "));
    for (index, column) in mapping.columns.iter().enumerate() {
        form.set(&goes(index), String::from(column.target));
        form.set_opt(&unit(index), column.unit.as_deref());
    }
    form
}

/// What the form says over what was there; errors are left in the form.
fn apply(form: &mut Form, mapping: &mut TestMapping) {
    mapping.date_order = form.code::<DateOrder>("dates");
    mapping.pass_words = words(form, "pass_words");
    mapping.fail_words = words(form, "fail_words");
    for (index, column) in mapping.columns.iter_mut().enumerate() {
        let field = goes(index);
        match form.text(&field).try_into() {
            Ok(target) => column.target = target,
            Err(_) => form.fail(&field, format!("say where the column {} goes", column.header)),
        }
        column.unit = Some(form.text(&unit(index))).filter(|unit| !unit.is_empty());
    }
    if let Err(wrong) = mapping.check() {
        form.fail("columns", wrong.join("; "));
    }
}

/// Words with commas between them.
fn words(form: &mut Form, field: &str) -> Vec<String> {
    let text = form.text(field);
    text.split(',').map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

fn page(visit: &Visit, form: Form, mapping: &TestMapping) -> Result<EditPage> {
    let sample = sample(visit)?;
    let table = sample.as_deref().and_then(|bytes| Table::read(bytes).ok());
    let columns = mapping.columns.iter().enumerate().map(|(index, column)| Column {
        goes: goes(index),
        unit: unit(index),
        header: column.header.clone(),
        examples: table.as_ref().map(|table| examples(table, &column.header)).unwrap_or_default(),
    });
    Ok(EditPage {
        columns: columns.collect(),
        chrome: Chrome::new(visit, "Change a column mapping"),
        form,
        targets: targets(),
        orders: choices::codes::<DateOrder>(),
        sampled: sample.is_some(),
        rows: sample.map(|bytes| first_rows(visit, mapping, &bytes)).unwrap_or_default(),
    })
}

/// What stands in a column of the first rows.
fn examples(table: &Table, header: &str) -> String {
    let Some(index) = table.header.iter().position(|name| name == header) else { return String::new() };
    let cells = table.rows.iter().take(SHOWN).filter_map(|row| row.cells.get(index));
    let cells = cells.map(|cell| cell.trim().chars().take(30).collect::<String>());
    cells.filter(|cell| !cell.is_empty()).collect::<Vec<_>>().join(" · ")
}

/// The sample that this person sent, while it is kept.
fn sample(visit: &Visit) -> Result<Option<Vec<u8>>> {
    let code = query(&visit.path, "sample").filter(|code| code.bytes().all(|b| b.is_ascii_alphanumeric()));
    let (Some(code), Some(person_id)) = (code, visit.actor.person_id()) else { return Ok(None) };
    match visit.app.store.read(|conn| find_staged_file(conn, person_id, &code)) {
        Ok(file) => Ok(Some(file.bytes)),
        Err(store::Error::NotFound(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// What the first rows of a sample say through a mapping.
fn first_rows(visit: &Visit, mapping: &TestMapping, bytes: &[u8]) -> Vec<String> {
    let (year_now, mapping) = (visit.app.now().year(), Some(mapping.clone()));
    let options = TesterOptions { year_now, mapping, ..TesterOptions::default() };
    match TesterFile::open(Format::Mapped, bytes, &options) {
        Ok(file) => {
            let rows = file.take(SHOWN).map(|item| match item {
                Ok(record) => told(&record),
                Err(refusal) => format!("Refused: {refusal}"),
            });
            rows.collect()
        }
        Err(error) => vec![error.to_string()],
    }
}

/// A record in one line: its asset, its day, what the tester said of it, and what was measured.
fn told(record: &TestRecord) -> String {
    let readings = record.readings.iter().map(|r| format!("{} {} {}", r.measured.label(), r.given, r.unit));
    let own = [
        record.asset_code.clone(),
        record.description.clone(),
        record.site.clone(),
        record.location.clone(),
        record.performed_on.to_string(),
    ];
    let verdict = record.verdict.map(|verdict| format!("tester said {}", verdict.label()));
    let seen = record.visual.iter().map(|seen| {
        let result = seen.result.map_or(seen.note.as_str(), |result| result.label());
        format!("{}: {result}", seen.item.unwrap_or(VisualItem::Overall).label())
    });
    let parts = own.into_iter().chain(verdict).chain(seen).chain(readings).map(|part| part.trim().to_owned());
    parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}

/// Where a column may go.
fn targets() -> Choices {
    let own = |code: &str, label: &str| (code.to_owned(), label.to_owned());
    let mut all = vec![own("unknown", "Kept by its name"), own("ignore", "Left out")];
    all.extend(choices::codes::<TestField>());
    for measured in Measured::ALL {
        all.push((format!("reading:{measured}"), format!("Reading: {}", measured.label())));
        all.push((format!("verdict:{measured}"), format!("Its result: {}", measured.label())));
    }
    all.push(own("visual", "Visual inspection as a whole"));
    let items = VisualItem::ALL.iter().filter(|item| **item != VisualItem::Overall);
    all.extend(items.map(|item| (format!("visual:{item}"), format!("Visual: {}", item.label()))));
    all.push(own("group:test", "Group: name of a test"));
    all.push(own("group:result", "Group: its value"));
    all.push(own("group:unit", "Group: its unit"));
    all.push(own("group:status", "Group: its result"));
    all
}

/// `POST /test-mappings/{id}/edit`: saves what the form says, deletes the mapping, or only shows how rows would read.
///
/// # Errors
/// Forbidden; not found; field errors and a concurrent change show the form again.
pub async fn change_mapping(
    visitor: Visitor,
    id: web::Path<i64>,
    pairs: web::Form<Vec<(String, String)>>,
) -> Result<Reply> {
    visitor
        .run(move |visit| {
            visit.right::<ImportAssets>()?;
            let saved = visit.app.store.read(|conn| find_mapping(conn, *id))?;
            let (mut form, mut mapping) = (Form::new(pairs.into_inner()), parse(&saved)?);
            if form.value("do") == "look" {
                apply(&mut form, &mut mapping);
                return Reply::ok(&page(visit, form, &mapping)?);
            }
            match act(visit, &saved, &mut form, &mut mapping) {
                Ok(()) => Ok(Reply::see_other("/test-mappings", "saved")),
                Err(error) => {
                    if form.errors().is_empty() {
                        form.take(error)?;
                    }
                    Reply::unprocessable(&page(visit, form, &mapping)?)
                }
            }
        })
        .await
}

fn act(visit: &Visit, saved: &SavedMapping, form: &mut Form, mapping: &mut TestMapping) -> Result<()> {
    let right = visit.right::<ImportAssets>()?;
    let version = form.number("version", 0, i64::MAX).unwrap_or(-1);
    if form.value("do") == "delete" {
        form.check()?;
        return visit.app.store.write(right.actor(), |tx| {
            delete_mapping(tx, (saved.id, version)).map_err(stale)?;
            let event = Event::new("column mapping", saved.id, "deleted").change("name", &saved.name, "");
            Ok::<_, Error>(((), vec![event]))
        });
    }
    let name = name(form);
    apply(form, mapping);
    form.check()?;
    let text = to_text(mapping)?;
    visit.app.store.write(right.actor(), |tx| {
        update_mapping(tx, (saved.id, version), &name, &text).map_err(stale)?;
        let event = Event::new("column mapping", saved.id, "changed").change("name", &saved.name, &name);
        Ok::<_, Error>(((), vec![event.change("mapping", &saved.mapping, &text)]))
    })
}

fn stale(error: store::Error) -> Error {
    match error {
        store::Error::Stale(_) => {
            Error::field("version", "somebody changed this mapping meanwhile; open it again")
        }
        other => other.into(),
    }
}
