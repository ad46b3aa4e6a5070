//! The PATGuard sheet and the pack of a site as files: chosen here.

use actix_web::web;
use askama::Template;
use domain::permission::DownloadPapers;

use super::test_log::{MOST_ROWS, file, of, places, read};
use crate::actions::output::{Format, Trouble};
use crate::actions::{patguard, site_pack};
use crate::error::{Error, Result};
use crate::web::editing::{Pairs, again};
use crate::web::forms::Form;
use crate::web::layout::Chrome;
use crate::web::pages::assets::choices::Choices;
use crate::web::reply::Reply;
use crate::web::visitor::{Visit, Visitor};

#[derive(Template)]
#[template(path = "patguard.html")]
struct PatguardPage {
    chrome: Chrome,
    form: Form,
    places: Choices,
}

/// `GET /patguard?of=` or `?customer=&site=`, as other pages name where they are.
///
/// # Errors
/// Log in first.
pub async fn show_patguard(visitor: Visitor, pairs: web::Query<Pairs>) -> Result<Reply> {
    visitor.run(move |visit| Reply::ok(&page(visit, Form::new(pairs.into_inner()))?)).await
}

fn page(visit: &Visit, mut form: Form) -> Result<PatguardPage> {
    let right = visit.right::<DownloadPapers>()?;
    let places = places(visit, &right)?;
    if form.value("of").is_empty() {
        let site = format!(":{}", form.value("site"));
        let at_site = places.iter().find(|(of, _)| site != ":" && of.ends_with(&site));
        let place = at_site.map_or(form.value("customer"), |(of, _)| of).to_owned();
        form.set("of", place);
    }
    Ok(PatguardPage { chrome: Chrome::new(visit, "PATGuard sheet and site pack"), form, places })
}

/// `GET /patguard.csv`.
///
/// # Errors
/// Not found; what is wrong shows the form again; too large beyond 50,000 tests.
pub async fn download_sheet_csv(visitor: Visitor, pairs: web::Query<Pairs>) -> Result<Reply> {
    visitor.run(move |visit| sheet(visit, Form::new(pairs.into_inner()), Format::Csv)).await
}

/// `GET /patguard.xlsx`.
///
/// # Errors
/// As the CSV.
pub async fn download_sheet_xlsx(visitor: Visitor, pairs: web::Query<Pairs>) -> Result<Reply> {
    visitor.run(move |visit| sheet(visit, Form::new(pairs.into_inner()), Format::Xlsx)).await
}

/// `GET /site-pack.csv`.
///
/// # Errors
/// Not found; what is wrong shows the form again; too large beyond 50,000 assets.
pub async fn download_pack_csv(visitor: Visitor, pairs: web::Query<Pairs>) -> Result<Reply> {
    visitor.run(move |visit| pack(visit, Form::new(pairs.into_inner()), Format::Csv)).await
}

/// `GET /site-pack.xlsx`.
///
/// # Errors
/// As the CSV.
pub async fn download_pack_xlsx(visitor: Visitor, pairs: web::Query<Pairs>) -> Result<Reply> {
    visitor.run(move |visit| pack(visit, Form::new(pairs.into_inner()), Format::Xlsx)).await
}

fn sheet(visit: &Visit, mut form: Form, format: Format) -> Result<Reply> {
    let right = visit.right::<DownloadPapers>()?;
    let mut bytes = vec![];
    let written = read(&mut form).map_err(Trouble::from).and_then(|asked| {
        let out = (format, MOST_ROWS, &mut bytes);
        patguard::write_sheet(&visit.app, &right, &asked, out, &|_, _| {})
    });
    answer(visit, form, written, || file(format, "patguard", bytes))
}

fn pack(visit: &Visit, mut form: Form, format: Format) -> Result<Reply> {
    let right = visit.right::<DownloadPapers>()?;
    let mut bytes = vec![];
    let written = read_pack(&mut form).map_err(Trouble::from).and_then(|asked| {
        let out = (format, MOST_ROWS, &mut bytes);
        site_pack::write_pack(&visit.app, &right, asked, out, &|_, _| {})
    });
    answer(visit, form, written, || file(format, "site-pack", bytes))
}

fn read_pack(form: &mut Form) -> Result<site_pack::Asked> {
    let (of, due_by) = (of(form), form.date("due_by"));
    form.check()?;
    let (customer_id, site_id) = of?;
    Ok(site_pack::Asked { customer_id, site_id, due_by })
}

fn answer(
    visit: &Visit,
    mut form: Form,
    written: std::result::Result<usize, Trouble>,
    file: impl FnOnce() -> Reply,
) -> Result<Reply> {
    match written {
        Ok(_) => Ok(file()),
        Err(Trouble::App(error @ Error::Invalid(_))) => {
            again(&mut form, error)?;
            Reply::unprocessable(&page(visit, form)?)
        }
        Err(Trouble::App(error)) => Err(error),
        Err(Trouble::Output(error)) => Err(Error::Internal(error.to_string())),
    }
}
