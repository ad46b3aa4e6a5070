//! A record that waits: a person says which asset it is of, or makes one.

use actix_web::web;
use askama::Template;
use chrono_tz::Tz;
use domain::permission::ImportAssets;
use domain::test_import::Outcome;
use exchange::tester::TestRecord;
use store::assets::AssetFields;
use store::test_imports::{StagedTest, find_staged};

use crate::actions::assets::Draft;
use crate::actions::test_imports::{self as imports, Claim};
use crate::error::{Error, Result};
use crate::web::forms::Form;
use crate::web::layout::Chrome;
use crate::web::pages::assets::choices::{self, Choices};
use crate::web::reply::Reply;
use crate::web::visitor::{Visit, Visitor};

#[derive(Template)]
#[template(path = "test_imports/record.html")]
struct RecordPage {
    chrome: Chrome,
    form: Form,
    import_id: i64,
    row: StagedTest,
    record: TestRecord,
    wheres: Choices,
    categories: Choices,
}

impl RecordPage {
    fn waits(&self) -> bool {
        self.row.outcome.0 == Outcome::Inbox
    }
}

/// `GET /test-imports/{id}/records/{record}`.
///
/// # Errors
/// Forbidden; not found.
pub async fn show_record(visitor: Visitor, path: web::Path<(i64, i64)>) -> Result<Reply> {
    let ids = path.into_inner();
    visitor.run(move |visit| Reply::ok(&page(visit, ids, Form::default())?)).await
}

fn page(visit: &Visit, (import_id, record): (i64, i64), mut form: Form) -> Result<RecordPage> {
    let right = visit.right::<ImportAssets>()?;
    visit.app.store.read(|conn| {
        let import = imports::find(conn, &right, import_id)?;
        let row = find_staged(conn, import.id, record)?;
        let test: TestRecord = serde_json::from_str(&row.body).unwrap_or_default();
        if form.names().next().is_none() {
            form.set("description", &test.description);
        }
        Ok(RecordPage {
            chrome: Chrome::new(visit, format!("Record {record}")),
            form,
            import_id,
            row,
            record: test,
            wheres: choices::wheres(conn, right.scope(), import.customer_id)?,
            categories: choices::categories(conn)?,
        })
    })
}

/// `POST /test-imports/{id}/records/{record}`.
///
/// # Errors
/// Forbidden; not found; a field error or conflict shows the page again.
pub async fn claim_record(
    visitor: Visitor,
    path: web::Path<(i64, i64)>,
    pairs: web::Form<Vec<(String, String)>>,
) -> Result<Reply> {
    let ids = path.into_inner();
    visitor
        .run(move |visit| {
            let right = visit.right::<ImportAssets>()?;
            visit.app.store.read(|conn| imports::find(conn, &right, ids.0).map(drop))?;
            let mut form = Form::new(pairs.into_inner());
            let claimed =
                wanted(visit, &mut form).and_then(|claim| imports::claim(&visit.app, &right, ids, claim));
            match claimed {
                Ok(()) => Ok(Reply::see_other(&format!("/test-imports/{}?outcome=inbox", ids.0), "saved")),
                Err(error) => {
                    if form.errors().is_empty() {
                        form.take(error)?;
                    }
                    Reply::unprocessable(&page(visit, ids, form)?)
                }
            }
        })
        .await
}

fn wanted(visit: &Visit, form: &mut Form) -> Result<Claim> {
    let code = form.text("asset");
    if !code.is_empty() {
        form.check()?;
        return Ok(Claim::Asset(code));
    }
    let Some((site, place)) = place(form.value("where")) else {
        return Err(Error::field("asset", "give a tag or number, or choose where a new asset stands"));
    };
    let category = form.id("category").ok_or_else(|| Error::field("category", "choose the category"))?;
    let today = visit.app.now().with_timezone(&Tz::Europe__London).date_naive();
    let mut fields = AssetFields::blank(category, today);
    (fields.site_id, fields.place_id) = (site, place);
    fields.description = form.text("description");
    form.check()?;
    let draft = Draft { fields, heating: None, surge_suppressors: None, fill_in: true };
    Ok(Claim::New(Box::new(draft)))
}

/// "site" or "site:place".
fn place(text: &str) -> Option<(i64, Option<i64>)> {
    match text.split_once(':') {
        Some((site, place)) => Some((site.parse().ok()?, Some(place.parse().ok()?))),
        None => Some((text.parse().ok()?, None)),
    }
}
