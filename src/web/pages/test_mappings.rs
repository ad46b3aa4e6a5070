//! Saved column mappings for tables of tests: the list, and one made from a sample's headings.

mod edit;

pub use edit::{change_mapping, edit_mapping};

use actix_multipart::Multipart;
use askama::Template;
use domain::event::Event;
use domain::permission::ImportAssets;
use exchange::csv_table::Table;
use exchange::tester::TestMapping;
use store::imports::stage_file;
use store::test_mappings::{SavedMapping, insert_mapping, list_mappings as saved};

use crate::app::new_secret;
use crate::error::{Error, Result};
use crate::web::forms::Form;
use crate::web::layout::Chrome;
use crate::web::reply::Reply;
use crate::web::upload::read_upload;
use crate::web::visitor::{Visit, Visitor};

/// How much of a sample is looked at and kept for a day, in bytes.
const SAMPLE: usize = 64 << 10;
/// The largest sample sent, in bytes.
const MOST_BYTES: usize = 50 << 20;

#[derive(Template)]
#[template(path = "test_mappings/list.html")]
struct ListPage {
    chrome: Chrome,
    mappings: Vec<SavedMapping>,
}

#[derive(Template)]
#[template(path = "test_mappings/new.html")]
struct NewPage {
    chrome: Chrome,
    form: Form,
}

/// `GET /test-mappings`.
///
/// # Errors
/// Forbidden.
pub async fn list_mappings(visitor: Visitor) -> Result<Reply> {
    visitor
        .run(|visit| {
            visit.right::<ImportAssets>()?;
            let mappings = visit.app.store.read(saved)?;
            Reply::ok(&ListPage { chrome: Chrome::new(visit, "Column mappings"), mappings })
        })
        .await
}

/// `GET /test-mappings/new`.
///
/// # Errors
/// Forbidden.
pub async fn new_mapping(visitor: Visitor) -> Result<Reply> {
    visitor.run(|visit| Reply::ok(&new_page(visit, Form::default())?)).await
}

fn new_page(visit: &Visit, form: Form) -> Result<NewPage> {
    visit.right::<ImportAssets>()?;
    Ok(NewPage { chrome: Chrome::new(visit, "Make a column mapping"), form })
}

/// `POST /test-mappings/new`: makes a mapping from the headings of a sample.
///
/// # Errors
/// Forbidden, too large; a sample that is no table shows the form again.
pub async fn upload_sample(asks: Visitor, sends: Visitor, multipart: Multipart) -> Result<Reply> {
    asks.run(|visit| visit.right::<ImportAssets>().map(drop)).await?;
    let upload = read_upload(multipart, "file", MOST_BYTES).await?;
    sends
        .run(move |visit| {
            let mut form = upload.form;
            match make(visit, &mut form, &upload.file_name, &upload.bytes) {
                Ok(path) => Ok(Reply::see_other(&path, "")),
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

fn make(visit: &Visit, form: &mut Form, file_name: &str, bytes: &[u8]) -> Result<String> {
    let right = visit.right::<ImportAssets>()?;
    let name = name(form);
    if bytes.is_empty() {
        form.fail("file", "choose a file");
    }
    form.check()?;
    let sample = sample(bytes);
    let table = Table::read(sample).map_err(|error| Error::field("file", error.to_string()))?;
    let text = to_text(&TestMapping::guess(&table.header))?;
    let id = visit.app.store.write(right.actor(), |tx| {
        let id = insert_mapping(tx, &name, &text)?;
        Ok::<_, Error>((id, vec![Event::new("column mapping", id, "added").change("name", "", &name)]))
    })?;
    let (code, person_id) = (new_secret(), visit.actor.person_id().ok_or(Error::LogIn)?);
    visit.app.store.keep_house(|tx| stage_file(tx, &code, person_id, file_name, sample))?;
    Ok(format!("/test-mappings/{id}/edit?sample={code}"))
}

fn to_text(mapping: &TestMapping) -> Result<String> {
    serde_json::to_string(mapping).map_err(|error| Error::Internal(error.to_string()))
}

/// What a mapping is called; it is chosen as "mapped:NAME".
fn name(form: &mut Form) -> String {
    let name = form.required("name");
    if name.contains(':') {
        form.fail("name", "leave out the colon");
    }
    name
}

/// The beginning of a file up to its last whole line.
fn sample(bytes: &[u8]) -> &[u8] {
    let Some(head) = bytes.get(..SAMPLE).filter(|_| bytes.len() > SAMPLE) else { return bytes };
    let end = head.iter().rposition(|byte| *byte == b'\n').map_or(SAMPLE, |at| at + 1);
    head.get(..end).unwrap_or(head)
}
