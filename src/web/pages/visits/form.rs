//! Opening and changing a visit.

use actix_web::web;
use askama::Template;
use domain::permission::{RunVisit, ViewRegister};
use domain::schedule::local_date;
use store::customers::list_customers;
use store::sites::list_sites;
use store::visits::{Visit as Row, VisitFields};

use crate::actions::dues::time_zone;
use crate::actions::{sites, visits};
use crate::error::{Error, Result};
use crate::web::forms::Form;
use crate::web::layout::Chrome;
use crate::web::reply::Reply;
use crate::web::visitor::{Visit, Visitor};

#[derive(Template)]
#[template(path = "visits/form.html")]
struct VisitFormPage {
    chrome: Chrome,
    form: Form,
    /// Sites to choose from; none when the visit is there already.
    sites: Vec<(String, String)>,
    engineers: Vec<(String, String)>,
    /// Somebody else's version, when it was changed meanwhile.
    theirs: Option<Row>,
    back: String,
}

/// `GET /visits/new`; `?site=` chooses the site.
///
/// # Errors
/// Forbidden.
pub async fn new_visit(visitor: Visitor, pairs: web::Query<Vec<(String, String)>>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let mut asked = Form::new(pairs.into_inner());
            if let Some(id) = asked.id("site") {
                sites::find_site(&visit.app, &visit.right()?, id)?;
            }
            let mut form = Form::default();
            let today = local_date(visit.app.now(), time_zone("Europe/London")?);
            form.set("site", asked.value("site")).set("starts_on", today).set("ends_on", today);
            form.set_opt("person_id", visit.actor.person_id());
            Reply::ok(&page(visit, "Open a visit", form, None)?)
        })
        .await
}

/// `POST /visits/new`.
///
/// # Errors
/// Not found for a foreign site, forbidden; field errors show the form again.
pub async fn open_visit(visitor: Visitor, pairs: web::Form<Vec<(String, String)>>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let mut form = Form::new(pairs.into_inner());
            let site = form.id("site");
            if form.value("site").is_empty() {
                form.fail("site", "choose the site");
            }
            let right = visit.right::<RunVisit>()?;
            let opened = read(&mut form)
                .and_then(|fields| visits::open_visit(&visit.app, &right, site.unwrap_or_default(), &fields));
            match opened {
                Ok(id) => Ok(Reply::see_other(&format!("/visits/{id}"), "added")),
                Err(error) => {
                    again(&mut form, error)?;
                    Reply::unprocessable(&page(visit, "Open a visit", form, None)?)
                }
            }
        })
        .await
}

/// `GET /visits/{id}/edit`.
///
/// # Errors
/// Not found, forbidden.
pub async fn edit_visit(visitor: Visitor, id: web::Path<i64>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let found = visits::find_visit(&visit.app, &visit.right::<ViewRegister>()?, *id)?.visit;
            Reply::ok(&page(visit, "Change the visit", fill(&found), Some(&found))?)
        })
        .await
}

/// `POST /visits/{id}/edit`.
///
/// # Errors
/// Not found, forbidden; field errors and a concurrent change show the form again.
pub async fn change_visit(
    visitor: Visitor,
    id: web::Path<i64>,
    pairs: web::Form<Vec<(String, String)>>,
) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let mut form = Form::new(pairs.into_inner());
            let version = form.number("version", 1, i64::MAX).unwrap_or(0);
            let (view, run) = (visit.right::<ViewRegister>()?, visit.right::<RunVisit>()?);
            let found = visits::find_visit(&visit.app, &view, *id)?.visit;
            let changed = read(&mut form)
                .and_then(|fields| visits::change_visit(&visit.app, &run, (*id, version), &fields));
            match changed {
                Ok(()) => Ok(Reply::see_other(&format!("/visits/{id}"), "saved")),
                Err(Error::Stale(_)) => {
                    form.set("version", found.version);
                    let page = page(visit, "Changed meanwhile", form, Some(&found))?;
                    Reply::conflict(&VisitFormPage { theirs: Some(found), ..page })
                }
                Err(error) => {
                    again(&mut form, error)?;
                    Reply::unprocessable(&page(visit, "Change the visit", form, Some(&found))?)
                }
            }
        })
        .await
}

fn again(form: &mut Form, error: Error) -> Result<()> {
    if form.errors().is_empty() { form.take(error) } else { Ok(()) }
}

fn read(form: &mut Form) -> Result<VisitFields> {
    let (person_id, starts_on, ends_on) =
        (form.id("person_id"), form.date("starts_on"), form.date("ends_on"));
    for (name, missing) in [("starts_on", starts_on.is_none()), ("ends_on", ends_on.is_none())] {
        if missing && form.error(name).is_none() {
            form.fail(name, "give the day");
        }
    }
    if form.value("person_id").is_empty() {
        form.fail("person_id", "choose an engineer");
    }
    let (order_number, extent, limitations) =
        (form.text("order_number"), form.long_text("extent"), form.long_text("limitations"));
    form.check()?;
    match (person_id, starts_on, ends_on) {
        (Some(person_id), Some(starts_on), Some(ends_on)) => {
            Ok(VisitFields { person_id, starts_on, ends_on, order_number, extent, limitations })
        }
        _ => Err(Error::field("starts_on", "give both days")),
    }
}

fn fill(visit: &Row) -> Form {
    let mut form = Form::default();
    form.set("person_id", visit.person_id).set("starts_on", visit.starts_on).set("ends_on", visit.ends_on);
    form.set("order_number", &visit.order_number).set("extent", &visit.extent);
    form.set("limitations", &visit.limitations).set("version", visit.version);
    form
}

fn page(visit: &Visit, title: &str, form: Form, existing: Option<&Row>) -> Result<VisitFormPage> {
    visit.right::<RunVisit>()?;
    let scope = visit.actor.scope();
    visit.app.store.read(|conn| {
        let engineers = visits::list_engineers(conn)?;
        let mut sites = vec![];
        if existing.is_none() {
            let customers = list_customers(conn, scope)?;
            let of = |id| customers.iter().find(|c| c.id == id).map_or("", |c| c.name.as_str());
            let open = list_sites(conn, scope, None)?.into_iter().filter(|site| !site.archived);
            sites = open.map(|s| (s.id.to_string(), format!("{} / {}", of(s.customer_id), s.name))).collect();
            sites.sort_by(|a, b| a.1.cmp(&b.1));
        }
        Ok(VisitFormPage {
            chrome: Chrome::new(visit, title),
            form,
            sites,
            engineers: engineers.into_iter().map(|(id, name)| (id.to_string(), name)).collect(),
            theirs: None,
            back: existing.map_or("/visits".to_owned(), |visit| format!("/visits/{}", visit.id)),
        })
    })
}
