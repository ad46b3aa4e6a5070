//! A maker calls things back: every asset that may be meant, and where it is.

use actix_web::web;
use askama::Template;
use domain::code::Code;
use domain::permission::{DownloadPapers, RetireAsset, ViewRegister};
use domain::recall::Serials;

use crate::actions::recalls::maker::{self, Meant, Notice, by_customer};
use crate::error::{Error, Result};
use crate::web::editing::Pairs;
use crate::web::forms::Form;
use crate::web::layout::Chrome;
use crate::web::pages::assets::asset_url;
use crate::web::pages::due::query_of;
use crate::web::reply::Reply;
use crate::web::visitor::{Visit, Visitor};

const FIELDS: [&str; 5] = ["make", "model", "from", "to", "begin"];
/// Rows shown; the file has them all.
const SHOWN: usize = 300;

#[derive(Template)]
#[template(path = "recalls/maker.html")]
struct MakerPage {
    chrome: Chrome,
    form: Form,
    meant: Option<Vec<Meant>>,
    customers: Vec<(String, usize)>,
    query: String,
    bulk: bool,
}

impl MakerPage {
    fn url(&self, tag: &str) -> String {
        asset_url(tag)
    }

    fn shown<'a>(&self, meant: &'a [Meant]) -> &'a [Meant] {
        meant.get(..SHOWN).unwrap_or(meant)
    }
}

fn read(form: &mut Form) -> Notice {
    let serials = Serials { from: form.text("from"), to: form.text("to"), begin: form.text("begin") };
    Notice { make: form.text("make"), model: form.text("model"), serials }
}

/// `GET /recalls/maker`.
///
/// # Errors
/// What is wrong shows the form again.
pub async fn show_maker(visitor: Visitor, pairs: web::Query<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let right = visit.right::<ViewRegister>()?;
            let mut form = Form::new(pairs.into_inner());
            let notice = read(&mut form);
            if FIELDS.iter().all(|name| form.value(name).is_empty()) {
                return Reply::ok(&page(visit, form, None));
            }
            match form.check().and_then(|()| maker::find_meant(&visit.app, &right, &notice)) {
                Ok(meant) => Reply::ok(&page(visit, form, Some(meant))),
                Err(Error::TooLarge(words)) => {
                    form.fail("make", words);
                    Reply::unprocessable(&page(visit, form, None))
                }
                Err(error) => {
                    crate::web::editing::again(&mut form, error)?;
                    Reply::unprocessable(&page(visit, form, None))
                }
            }
        })
        .await
}

fn page(visit: &Visit, form: Form, meant: Option<Vec<Meant>>) -> MakerPage {
    MakerPage {
        chrome: Chrome::new(visit, "A maker calls things back"),
        query: query_of(&form, &FIELDS),
        customers: by_customer(meant.as_deref().unwrap_or_default()),
        bulk: visit.actor.may::<RetireAsset>(),
        form,
        meant,
    }
}

/// `GET /recalls/maker.csv`.
///
/// # Errors
/// A field error without a make; too large.
pub async fn download_maker(visitor: Visitor, pairs: web::Query<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            visit.right::<DownloadPapers>()?;
            let mut form = Form::new(pairs.into_inner());
            let notice = read(&mut form);
            form.check()?;
            let meant = maker::find_meant(&visit.app, &visit.right::<ViewRegister>()?, &notice)?;
            let mut text = exchange::csv_write::EXCEL_MARK.to_owned();
            text += &exchange::csv_write::record(maker::CSV_HEADER);
            text.extend(meant.iter().map(maker::csv_record));
            Ok(Reply::download("text/csv; charset=utf-8", "maker-recall.csv", text.into_bytes()))
        })
        .await
}
