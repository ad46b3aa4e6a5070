//! Setting up and changing a plan.

use actix_web::web;
use askama::Template;
use domain::code::Code;
use domain::permission::{PlanWork, ViewRegister};
use domain::plan::{Anchor, EveryUnit, MOST_COUNT, MOST_LEAD_DAYS};
use domain::tag::fold;
use store::assets::find_asset_by_tag;
use store::customers::list_customers;
use store::plans::PlanFields;
use store::sites::list_sites;
use store::types::Coded;

use crate::actions::checklists::list_in;
use crate::actions::plans::{self, PlanView};
use crate::actions::{dues, visits};
use crate::error::{Error, Result};
use crate::web::editing::{Conflict, Pairs, Sheet};
use crate::web::forms::{Form, options};
use crate::web::layout::Chrome;
use crate::web::reply::Reply;
use crate::web::visitor::{Visit, Visitor};

#[derive(Template)]
#[template(path = "plans/form.html")]
struct PlanFormPage {
    chrome: Chrome,
    form: Form,
    conflict: Conflict,
    /// Sites to choose from; none when the plan is there already.
    sites: Vec<(String, String)>,
    categories: Vec<(String, String)>,
    models: Vec<(String, String)>,
    engineers: Vec<(String, String)>,
    units: Vec<(String, String)>,
    anchors: Vec<(String, String)>,
    checklists: Vec<(String, String)>,
    back: String,
}

/// A plan as it was typed: the site, the tag of its asset, the rest.
type Typed = (Option<i64>, String, PlanFields);

const SHEET: Sheet<PlanView, Typed> = Sheet {
    fields: &[
        "site",
        "asset",
        "category",
        "model",
        "title",
        "notes",
        "checklist",
        "every_count",
        "every_unit",
        "anchor",
        "first_on",
        "due_on",
        "lead_days",
        "assignee",
        "minutes",
    ],
    read,
    fill,
};

/// `GET /plans/new`; `?site=` or `?asset=` chooses where.
///
/// # Errors
/// Forbidden; not found for a foreign site.
pub async fn new_plan(visitor: Visitor, pairs: web::Query<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let mut asked = Form::new(pairs.into_inner());
            let mut form = Form::default();
            let tag = asked.text("asset");
            let mut site = asked.id("site");
            asked.check()?;
            if !tag.is_empty() {
                let find = |conn: &mut store::AnyConnection| {
                    find_asset_by_tag(conn, visit.actor.scope(), &fold(&tag))
                };
                let asset = visit.app.store.read(find)?;
                site = Some(asset.site_id);
                form.set("asset", asset.tag);
            }
            if let Some(id) = site {
                crate::actions::sites::find_site(&visit.app, &visit.right()?, id)?;
            }
            let today = dues::today(&visit.app);
            form.set_opt("site", site).set("every_count", 3).set("every_unit", EveryUnit::Months.code());
            form.set("anchor", Anchor::Fixed.code()).set("first_on", today).set("lead_days", 7);
            Reply::ok(&page(visit, None, form, None)?)
        })
        .await
}

/// `POST /plans/new`.
///
/// # Errors
/// Not found for a foreign site, forbidden; field errors show the form again.
pub async fn add_plan(visitor: Visitor, pairs: web::Form<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let right = visit.right::<PlanWork>()?;
            let add = |(site, tag, mut fields): Typed| {
                let site = site.ok_or_else(|| Error::field("site", "choose the site"))?;
                fields.asset_id = asset_of(visit, &tag)?;
                let id = plans::add_plan(&visit.app, &right, site, &fields)?;
                Ok(format!("/plans/{id}"))
            };
            SHEET.add(pairs.into_inner(), add, |form| page(visit, None, form, None))
        })
        .await
}

/// `GET /plans/{id}/edit`.
///
/// # Errors
/// Not found, forbidden.
pub async fn edit_plan(visitor: Visitor, id: web::Path<i64>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let view = plans::find_plan(&visit.app, &visit.right::<ViewRegister>()?, *id)?;
            Reply::ok(&page(visit, Some(*id), fill(&view), None)?)
        })
        .await
}

/// `POST /plans/{id}/edit`.
///
/// # Errors
/// Not found, forbidden; field errors and a concurrent change show the form again.
pub async fn change_plan(visitor: Visitor, id: web::Path<i64>, pairs: web::Form<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let (view, right) = (visit.right::<ViewRegister>()?, visit.right::<PlanWork>()?);
            let find = || plans::find_plan(&visit.app, &view, *id);
            let change = |version, (_, tag, mut fields): Typed| {
                fields.asset_id = asset_of(visit, &tag)?;
                plans::change_plan(&visit.app, &right, (*id, version), &fields)?;
                Ok(format!("/plans/{id}"))
            };
            SHEET.change(pairs.into_inner(), find, change, |form, conflict| {
                page(visit, Some(*id), form, conflict)
            })
        })
        .await
}

/// The asset that a typed tag names.
fn asset_of(visit: &Visit, tag: &str) -> Result<Option<i64>> {
    if tag.is_empty() {
        return Ok(None);
    }
    let found = visit.app.store.read(|conn| find_asset_by_tag(conn, visit.actor.scope(), &fold(tag)));
    match found {
        Ok(asset) => Ok(Some(asset.id)),
        Err(store::Error::NotFound(_)) => {
            Err(Error::field("asset", "there is no such asset, or it is not yours to see"))
        }
        Err(error) => Err(error.into()),
    }
}

fn read(form: &mut Form) -> Typed {
    let first_on = form.date("first_on");
    if first_on.is_none() && form.error("first_on").is_none() {
        form.fail("first_on", "give the day of the first one");
    }
    let first_on = first_on.unwrap_or_default();
    let every_count = form.number("every_count", 1, MOST_COUNT);
    if every_count.is_none() && form.error("every_count").is_none() {
        form.fail("every_count", format!("give a number between 1 and {MOST_COUNT}"));
    }
    let fields = PlanFields {
        asset_id: None,
        category_id: form.id("category"),
        model_id: form.id("model"),
        title: form.required("title"),
        notes: form.long_text("notes"),
        checklist: form.text("checklist"),
        every_count: every_count.unwrap_or(1),
        every_unit: Coded(form.required_code("every_unit").unwrap_or(EveryUnit::Months)),
        anchor: Coded(form.required_code("anchor").unwrap_or(Anchor::Fixed)),
        first_on,
        // A new plan is due on its first day; a change may say another.
        due_on: form.date("due_on").unwrap_or(first_on),
        lead_days: form.number("lead_days", 0, MOST_LEAD_DAYS).unwrap_or(0),
        assignee_id: form.id("assignee"),
        minutes: form.number("minutes", 0, 10_000).unwrap_or(0),
    };
    (form.id("site"), form.text("asset"), fields)
}

fn fill(view: &PlanView) -> Form {
    let plan = &view.line.plan;
    let mut form = Form::default();
    form.set_opt("asset", view.line.asset.as_ref().map(|(tag, _)| tag));
    form.set_opt("category", plan.category_id).set_opt("model", plan.model_id);
    form.set("title", &plan.title).set("notes", &plan.notes).set("checklist", &plan.checklist);
    form.set("every_count", plan.every_count).set("every_unit", plan.every_unit.code());
    form.set("anchor", plan.anchor.code()).set("first_on", plan.first_on).set("due_on", plan.due_on);
    form.set("lead_days", plan.lead_days).set("minutes", plan.minutes);
    form.set_opt("assignee", plan.assignee_id).set("version", plan.version);
    form
}

fn page(visit: &Visit, id: Option<i64>, form: Form, conflict: Conflict) -> Result<PlanFormPage> {
    visit.right::<PlanWork>()?;
    let scope = visit.actor.scope();
    visit.app.store.read(|conn| {
        let mut sites = vec![];
        if id.is_none() {
            let customers = list_customers(conn, scope)?;
            let of = |id| customers.iter().find(|c| c.id == id).map_or("", |c| c.name.as_str());
            let open = list_sites(conn, scope, None)?.into_iter().filter(|site| !site.archived);
            sites = open.map(|s| (s.id.to_string(), format!("{} / {}", of(s.customer_id), s.name))).collect();
            sites.sort_by(|a, b| a.1.cmp(&b.1));
        }
        let categories = store::categories::list_categories(conn)?;
        let models = store::models::list_models(conn)?;
        let engineers = visits::list_engineers(conn)?;
        Ok(PlanFormPage {
            chrome: Chrome::new(visit, if id.is_some() { "Change the plan" } else { "Plan a check" }),
            form,
            conflict,
            sites,
            categories: categories.into_iter().map(|one| (one.id.to_string(), one.name)).collect(),
            models: models
                .into_iter()
                .map(|one| (one.id.to_string(), format!("{} {}", one.make, one.name)))
                .collect(),
            engineers: engineers.into_iter().map(|(id, name)| (id.to_string(), name)).collect(),
            units: options::<EveryUnit>(),
            anchors: options::<Anchor>(),
            checklists: list_in(conn)?.into_iter().map(|one| (one.code, one.name)).collect(),
            back: id.map_or("/plans".to_owned(), |id| format!("/plans/{id}")),
        })
    })
}
