//! Testers' files: the list of imports and the form that takes a file in.

mod claim;
mod show;

pub use claim::{claim_record, show_record};
pub use show::{act_on_import, show_import};

use std::time::{Duration, Instant};

use actix_multipart::Multipart;
use askama::Template;
use domain::code::Code;
use domain::permission::ImportAssets;
use domain::test_import::{ImportState, Matching, Outcome};
use exchange::dates::DateOrder;
use exchange::tester::{Format, TestField, Texts};
use store::test_imports::{NewImport, TestImport, list_test_imports};

use super::assets::choices::{self, Choices};
use crate::actions::test_imports::{self as imports, Reading};
use crate::app::App;
use crate::error::{Error, Result};
use crate::web::forms::Form;
use crate::web::layout::Chrome;
use crate::web::reply::Reply;
use crate::web::upload::read_upload;
use crate::web::visitor::{Visit, Visitor};

/// The largest file that a page takes, in bytes; the command line takes any.
const MOST_BYTES: usize = 50 << 20;
/// A file up to this many bytes is read while one waits.
const AT_ONCE: usize = 256 << 10;
/// How long one waits for work before it goes on by itself.
const PATIENCE: Duration = Duration::from_millis(1200);
/// Imports listed at once.
const PAGE: i64 = 50;

#[derive(Template)]
#[template(path = "test_imports/list.html")]
struct ListPage {
    chrome: Chrome,
    rows: Vec<(TestImport, String)>,
    next: Option<i64>,
}

#[derive(Template)]
#[template(path = "test_imports/new.html")]
struct NewPage {
    chrome: Chrome,
    form: Form,
    customers: Choices,
    formats: Choices,
    matchings: Choices,
    orders: Choices,
    fields: Choices,
}

/// `GET /test-imports`.
///
/// # Errors
/// Forbidden.
pub async fn list_imports(visitor: Visitor) -> Result<Reply> {
    visitor
        .run(|visit| {
            visit.right::<ImportAssets>()?;
            let before = query(&visit.path, "before").and_then(|text| text.parse().ok());
            let scope = visit.actor.scope();
            let (found, customers) = visit.app.store.read(|conn| {
                let found = list_test_imports(conn, scope, before, PAGE)?;
                Ok::<_, Error>((found, choices::customers(conn, scope)?))
            })?;
            let full = i64::try_from(found.len()).unwrap_or(0) == PAGE;
            let next = found.last().map(|last| last.id).filter(|_| full);
            let name = |id: i64| {
                let id = id.to_string();
                customers.iter().find(|(known, _)| *known == id).map(|(_, name)| name.clone())
            };
            let rows = found.into_iter().map(|row| {
                let customer = name(row.customer_id).unwrap_or_default();
                (row, customer)
            });
            let rows = rows.collect();
            Reply::ok(&ListPage { chrome: Chrome::new(visit, "Tests from testers"), rows, next })
        })
        .await
}

/// One value of an address's query.
pub(super) fn query(path: &str, name: &str) -> Option<String> {
    let pairs = path.split_once('?')?.1.split('&');
    let value = pairs.filter_map(|pair| pair.split_once('=')).find(|(known, _)| *known == name)?.1;
    Some(value.to_owned()).filter(|value| !value.is_empty())
}

/// `GET /test-imports/new`.
///
/// # Errors
/// Forbidden.
pub async fn new_import(visitor: Visitor) -> Result<Reply> {
    visitor.run(|visit| Reply::ok(&new_page(visit, Form::default())?)).await
}

fn new_page(visit: &Visit, form: Form) -> Result<NewPage> {
    visit.right::<ImportAssets>()?;
    let (customers, mappings) = visit.app.store.read(|conn| {
        let customers = choices::customers(conn, visit.actor.scope())?;
        Ok::<_, Error>((customers, store::test_mappings::list_mappings(conn)?))
    })?;
    let known = Format::ALL.iter().filter(|format| **format != Format::Mapped);
    let mut formats: Choices =
        known.map(|format| (format.code().to_owned(), format.label().to_owned())).collect();
    let saved = mappings.into_iter();
    formats.extend(saved.map(|one| (format!("mapped:{}", one.name), format!("Mapping “{}”", one.name))));
    Ok(NewPage {
        chrome: Chrome::new(visit, "Import tests"),
        form,
        customers,
        formats,
        matchings: choices::codes::<Matching>(),
        orders: choices::codes::<DateOrder>(),
        fields: choices::codes::<TestField>(),
    })
}

/// `POST /test-imports/new`: takes a file in. Who may is settled before a byte of the body is read.
///
/// # Errors
/// Forbidden, not found, too large; a file that cannot be read shows the form again.
pub async fn upload_import(asks: Visitor, sends: Visitor, multipart: Multipart) -> Result<Reply> {
    asks.run(|visit| visit.right::<ImportAssets>().map(drop)).await?;
    let upload = read_upload(multipart, "file", MOST_BYTES).await?;
    sends
        .run(move |visit| {
            let mut form = upload.form;
            match take_in(visit, &mut form, &upload.file_name, upload.bytes) {
                Ok(id) => Ok(Reply::see_other(&format!("/test-imports/{id}"), "")),
                Err(error) => {
                    if form.errors().is_empty() {
                        form.take(error)?;
                    }
                    Reply::unprocessable(&new_page(visit, form)?)
                }
            }
        })
        .await
}

fn take_in(visit: &Visit, form: &mut Form, name: &str, bytes: Vec<u8>) -> Result<i64> {
    let right = visit.right::<ImportAssets>()?;
    let customer_id = form.id("customer").ok_or_else(|| Error::field("customer", "choose the customer"))?;
    visit.app.store.read(|conn| store::customers::find_customer(conn, right.scope(), customer_id))?;
    if bytes.is_empty() {
        return Err(Error::field("file", "choose a file"));
    }
    let order = form.code::<DateOrder>("dates");
    let matching = form.code::<Matching>("matching");
    let mut texts = Texts::default();
    for (slot, number) in texts.iter_mut().zip(1..) {
        *slot = form.code::<TestField>(&format!("text{number}"));
    }
    form.check()?;
    let reading = imports::reading(&visit.app, form.value("format"), (&bytes, name), (order, texts))?;
    let new = NewImport {
        customer_id,
        file_name: name.to_owned(),
        file_hash: store::ledger::sha256(&bytes),
        format: reading.kept(),
    };
    let mut options = imports::plain_options();
    options.matching = matching.unwrap_or(options.matching);
    options.visual_done = form.ticked("visual_done");
    let import = imports::begin(&visit.app, &right, &new, &options)?;
    if import.state.0 != ImportState::Reading {
        return Ok(import.id);
    }
    let id = import.id;
    if bytes.len() <= AT_ONCE {
        let read = imports::read_held(&visit.app, &right, &import, (&bytes, &reading));
        if read.is_err() {
            imports::drop_import(&visit.app, &right, id)?;
        }
        return read.map(|()| id);
    }
    visit.behind("import of tests", move |app, actor| {
        let right = actor.right::<ImportAssets>()?;
        read_or_drop(app, &right, (&import, &reading), &bytes)
    })?;
    Ok(id)
}

fn read_or_drop(
    app: &App,
    right: &store::Right<ImportAssets>,
    (import, reading): (&TestImport, &Reading),
    bytes: &[u8],
) -> Result<()> {
    let read = imports::read_held(app, right, import, (bytes, reading));
    if let Err(Error::Invalid(_)) = &read {
        imports::drop_import(app, right, import.id)?;
    }
    read
}

/// Works on an import for as long as one waits; the rest goes on by itself.
fn carry_on(visit: &Visit, id: i64) -> Result<()> {
    let right = visit.right::<ImportAssets>()?;
    let started = Instant::now();
    let import = imports::work(&visit.app, &right, id, &mut |_| started.elapsed() < PATIENCE)?;
    if !imports::has_work(&import) {
        return Ok(());
    }
    visit.behind("import of tests", move |app, actor| {
        let right = actor.right::<ImportAssets>()?;
        imports::work(app, &right, id, &mut |_| true).map(drop)
    })
}
