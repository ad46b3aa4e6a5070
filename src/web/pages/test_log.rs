//! The inspection log as a file: chosen here, one row a test.

use actix_web::web;
use askama::Template;
use domain::permission::DownloadPapers;
use store::Right;

use crate::actions::output::{Format, Trouble};
use crate::actions::test_log;
use crate::actions::test_walk::Asked;
use crate::error::{Error, Result};
use crate::web::editing::{Pairs, again};
use crate::web::forms::Form;
use crate::web::layout::Chrome;
use crate::web::pages::assets::choices::Choices;
use crate::web::reply::Reply;
use crate::web::visitor::{Visit, Visitor};

/// A download holds this many rows: one reader cannot fill the memory. The command line has no bound.
pub(super) const MOST_ROWS: usize = 50_000;

#[derive(Template)]
#[template(path = "test_log.html")]
struct LogPage {
    chrome: Chrome,
    form: Form,
    places: Choices,
}

/// `GET /log`.
///
/// # Errors
/// Log in first.
pub async fn show_log(visitor: Visitor, pairs: web::Query<Pairs>) -> Result<Reply> {
    visitor.run(move |visit| Reply::ok(&page(visit, Form::new(pairs.into_inner()))?)).await
}

/// `GET /log.csv`.
///
/// # Errors
/// Not found; what is wrong shows the form again; too large beyond 50,000 tests.
pub async fn download_csv(visitor: Visitor, pairs: web::Query<Pairs>) -> Result<Reply> {
    visitor.run(move |visit| download(visit, Form::new(pairs.into_inner()), Format::Csv)).await
}

/// `GET /log.xlsx`.
///
/// # Errors
/// As the CSV.
pub async fn download_xlsx(visitor: Visitor, pairs: web::Query<Pairs>) -> Result<Reply> {
    visitor.run(move |visit| download(visit, Form::new(pairs.into_inner()), Format::Xlsx)).await
}

fn download(visit: &Visit, mut form: Form, format: Format) -> Result<Reply> {
    let right = visit.right::<DownloadPapers>()?;
    let mut bytes = vec![];
    let written = read(&mut form).map_err(Trouble::from).and_then(|asked| {
        test_log::write_log(&visit.app, &right, &asked, (format, MOST_ROWS, &mut bytes), &|_| {})
    });
    match written {
        Ok(_) => Ok(file(format, "inspection-log", bytes)),
        Err(Trouble::App(error @ Error::Invalid(_))) => {
            again(&mut form, error)?;
            Reply::unprocessable(&page(visit, form)?)
        }
        Err(Trouble::App(error)) => Err(error),
        Err(Trouble::Output(error)) => Err(Error::Internal(error.to_string())),
    }
}

/// A table as a download.
pub(super) fn file(format: Format, name: &str, bytes: Vec<u8>) -> Reply {
    Reply::download(format.media_type(), &format!("{name}.{}", format.extension()), bytes)
}

/// Reads `of`, `from` and `until`.
pub(super) fn read(form: &mut Form) -> Result<Asked> {
    let of = of(form);
    let (from, until) = (form.date("from"), form.date("until"));
    form.check()?;
    let (customer_id, site_id) = of?;
    Ok(Asked { customer_id, site_id, from, until })
}

/// Reads `of`: "customer" or "customer:site".
pub(super) fn of(form: &mut Form) -> Result<(i64, Option<i64>)> {
    let of = form.required("of");
    let (customer, site) = of.split_once(':').map_or((of.as_str(), None), |(c, s)| (c, Some(s)));
    let number = |text: &str| text.parse().map_err(|_| Error::field("of", "choose a customer or a site"));
    Ok((number(customer)?, site.map(number).transpose()?))
}

fn page(visit: &Visit, form: Form) -> Result<LogPage> {
    let right = visit.right::<DownloadPapers>()?;
    let places = places(visit, &right)?;
    Ok(LogPage { chrome: Chrome::new(visit, "Inspection log"), form, places })
}

/// Number and words of each customer, and of each of its sites as "customer:site".
pub(super) fn places(visit: &Visit, right: &Right<DownloadPapers>) -> Result<Choices> {
    Ok(visit.app.store.read(|conn| {
        let customers = store::customers::list_customers(conn, right.scope())?;
        let sites = store::sites::list_sites(conn, right.scope(), None)?;
        let mut places = vec![];
        for customer in customers {
            places.push((customer.id.to_string(), customer.name.clone()));
            let own = sites.iter().filter(|site| site.customer_id == customer.id);
            let place = |site: &store::sites::Site| {
                (format!("{}:{}", customer.id, site.id), format!("{}, {}", customer.name, site.name))
            };
            places.extend(own.map(place));
        }
        Ok::<_, store::Error>(places)
    })?)
}
