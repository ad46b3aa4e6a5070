//! Sites.

use actix_web::web;
use askama::Template;
use domain::code::Code;
use domain::permission::{EditRegister, ViewRegister};
use serde::Deserialize;
use store::customers::Customer;
use store::sites::{Site, SiteFields};

use crate::actions::places::{self, PlaceInTree};
use crate::actions::{customers, sites};
use crate::error::{Error, Result};
use crate::web::editing::{Conflict, Pairs, Sheet};
use crate::web::forms::Form;
use crate::web::layout::Chrome;
use crate::web::pages::customers::ruleset_choices;
use crate::web::pages::plans::part;
use crate::web::reply::Reply;
use crate::web::visitor::{Visit, Visitor};

#[derive(Template)]
#[template(path = "site.html")]
struct SitePage {
    chrome: Chrome,
    site: Site,
    customer: Customer,
    tree: Vec<PlaceInTree>,
    /// Its planned work, drawn.
    plans: String,
}

#[derive(Template)]
#[template(path = "site_form.html")]
struct SiteFormPage {
    chrome: Chrome,
    form: Form,
    conflict: Conflict,
    back: String,
    zones: Vec<&'static str>,
    rulesets: Vec<(String, String)>,
}

const SHEET: Sheet<Site, SiteFields> = Sheet {
    fields: &[
        "name",
        "address",
        "contact",
        "access_notes",
        "time_zone",
        "ruleset",
        "repair_ruleset",
        "archived",
    ],
    read,
    fill,
};

/// Whose a new site is.
#[derive(Deserialize)]
pub struct Of {
    customer: Option<i64>,
}

impl Of {
    /// The customer named. Asked after the log-in, so that a stranger is sent there whatever the address lacks.
    fn customer(&self) -> Result<i64> {
        self.customer.ok_or_else(|| Error::NotFound("customer".to_owned()))
    }
}

/// `GET /sites/{id}`.
///
/// # Errors
/// Not found.
pub async fn show_site(visitor: Visitor, id: web::Path<i64>) -> Result<Reply> {
    let page = visitor
        .run(move |visit| {
            let right = visit.right::<ViewRegister>()?;
            let (site, customer) = sites::find_site(&visit.app, &right, *id)?;
            let tree = places::list_tree(&visit.app, &right, *id)?;
            let plans = visit.app.store.read(|conn| part::of_site(conn, visit, *id))?;
            Ok(SitePage { chrome: Chrome::new(visit, site.name.clone()), site, customer, tree, plans })
        })
        .await?;
    Reply::ok(&page)
}

/// `GET /sites/new?customer=`.
///
/// # Errors
/// Not found, forbidden.
pub async fn new_site(visitor: Visitor, of: web::Query<Of>) -> Result<Reply> {
    let page = visitor
        .run(move |visit| {
            let customer_id = of.customer()?;
            let customer =
                customers::find_customer(&visit.app, &visit.right::<ViewRegister>()?, customer_id)?;
            let mut form = Form::default();
            form.set("time_zone", "Europe/London");
            form.set("address", customer.address).set("contact", customer.contact);
            form_page(visit, ("Add a site", format!("/customers/{}", customer_id)), form, None)
        })
        .await?;
    Reply::ok(&page)
}

/// `POST /sites/new?customer=`.
///
/// # Errors
/// Not found, forbidden; field errors show the form again.
pub async fn add_site(visitor: Visitor, of: web::Query<Of>, pairs: web::Form<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let customer_id = of.customer()?;
            customers::find_customer(&visit.app, &visit.right::<ViewRegister>()?, customer_id)?;
            let add = |fields: SiteFields| {
                let right = visit.right::<EditRegister>()?;
                let id = sites::add_site(&visit.app, &right, customer_id, &fields)?;
                Ok(format!("/sites/{id}"))
            };
            let back = format!("/customers/{}", customer_id);
            SHEET.add(pairs.into_inner(), add, |form| form_page(visit, ("Add a site", back), form, None))
        })
        .await
}

/// `GET /sites/{id}/edit`.
///
/// # Errors
/// Not found, forbidden.
pub async fn edit_site(visitor: Visitor, id: web::Path<i64>) -> Result<Reply> {
    let page = visitor
        .run(move |visit| {
            let (site, _) = sites::find_site(&visit.app, &visit.right::<ViewRegister>()?, *id)?;
            form_page(visit, ("Change a site", format!("/sites/{id}")), fill(&site), None)
        })
        .await?;
    Reply::ok(&page)
}

/// `POST /sites/{id}/edit`.
///
/// # Errors
/// Not found, forbidden; field errors and a concurrent change show the form again.
pub async fn change_site(visitor: Visitor, id: web::Path<i64>, pairs: web::Form<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let back = format!("/sites/{id}");
            let find = || Ok(sites::find_site(&visit.app, &visit.right::<ViewRegister>()?, *id)?.0);
            let change = |version, fields: SiteFields| {
                let right = visit.right::<EditRegister>()?;
                sites::change_site(&visit.app, &right, (*id, version), &fields)?;
                Ok(back.clone())
            };
            let show = |form, conflict| form_page(visit, ("Change a site", back.clone()), form, conflict);
            SHEET.change(pairs.into_inner(), find, change, show)
        })
        .await
}

fn form_page(
    visit: &Visit,
    (title, back): (&str, String),
    form: Form,
    conflict: Conflict,
) -> Result<SiteFormPage> {
    visit.right::<EditRegister>()?;
    let zones =
        chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name()).filter(|name| name.contains('/')).collect();
    Ok(SiteFormPage {
        chrome: Chrome::new(visit, title),
        form,
        conflict,
        back,
        zones,
        rulesets: ruleset_choices(),
    })
}

fn read(form: &mut Form) -> SiteFields {
    SiteFields {
        name: form.required("name"),
        address: form.long_text("address"),
        contact: form.text("contact"),
        access_notes: form.long_text("access_notes"),
        time_zone: form.required("time_zone"),
        ruleset: form.ruleset("ruleset").unwrap_or_default(),
        repair_ruleset: form.ruleset("repair_ruleset").unwrap_or_default(),
        archived: form.ticked("archived"),
    }
}

fn fill(site: &Site) -> Form {
    let mut form = Form::default();
    form.set("name", &site.name).set("address", &site.address).set("contact", &site.contact);
    form.set("access_notes", &site.access_notes).set("time_zone", &site.time_zone);
    form.set("ruleset", &site.ruleset).set("repair_ruleset", &site.repair_ruleset);
    form.set("archived", site.archived).set("version", site.version);
    form
}
