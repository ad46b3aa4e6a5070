//! Adding and changing an asset.

use actix_web::http::StatusCode;
use actix_web::web::{Form as Posted, Path, Query};
use askama::Template;
use chrono::NaiveDate;
use domain::asset::Lifecycle;
use domain::equipment::{EquipmentClass, EquipmentType};
use domain::event::{Change, Event};
use domain::permission::{EditAsset, SetInterval, ViewRegister};
use domain::schedule::local_date;
use store::assets::{Asset, find_asset};
use store::categories::{CustomField, find_category};

use super::choices::{self, Choices};
use super::form_fields::{CUSTOM, fill, read, take, use_defaults};
use super::{asset_url, form_fields};
use crate::actions::assets::{self, NewAsset};
use crate::actions::customers;
use crate::error::{Error, Result};
use crate::web::forms::Form;
use crate::web::layout::Chrome;
use crate::web::reply::Reply;
use crate::web::visitor::{Visit, Visitor};

/// Pairs as a form sends them.
pub type Pairs = Vec<(String, String)>;

/// A custom field and the name it has in the form.
struct Custom {
    key: String,
    field: CustomField,
    choices: Choices,
}

#[derive(Template)]
#[template(path = "assets/form.html")]
struct FormPage {
    chrome: Chrome,
    form: Form,
    /// Whether it is a new one.
    new: bool,
    customers: Choices,
    wheres: Choices,
    categories: Choices,
    models: Choices,
    classes: Choices,
    types: Choices,
    custom: Vec<Custom>,
    intervals: bool,
    /// What somebody else saved meanwhile, beside what was typed.
    theirs: Vec<Change>,
}

/// `GET /assets/new`, with `customer`, `like` (an asset's id) or `tag` where one of them is known.
///
/// # Errors
/// Forbidden; not found for anything outside the scope.
pub async fn new_asset(visitor: Visitor, query: Query<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            visit.right::<EditAsset>()?;
            let mut asked = Form::new(query.into_inner());
            let mut form = Form::default();
            if let Some(id) = asked.id("like") {
                let (asset, names) = assets::find_named_asset(&visit.app, &visit.right()?, id)?;
                form = fill(&asset, &names);
                form.set("version", "")
                    .set("serial", "")
                    .set("customer_number", "")
                    .set("lifecycle", Lifecycle::InService);
                form.set("in_service_on", today(visit));
            } else {
                let customer = asked.id("customer");
                if let Some(id) = customer {
                    customers::find_customer(&visit.app, &visit.right()?, id)?;
                }
                form.set_opt("customer", customer).set_opt("category", asked.id("category"));
                form.set("in_service_on", today(visit));
            }
            form.set("tag", asked.text("tag"));
            Reply::ok(&page(visit, "Add an asset", form, (true, vec![]))?)
        })
        .await
}

/// `POST /assets/new`. The button "defaults" fills in what the category says and asks again.
///
/// # Errors
/// Forbidden; not found for anything outside the scope; field errors show the form again.
pub async fn add_asset(visitor: Visitor, pairs: Posted<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let right = visit.right::<EditAsset>()?;
            let mut form = Form::new(pairs.into_inner());
            if form.value("do") == "defaults" {
                return defaulted(visit, form, "Add an asset", true);
            }
            let added = draft(visit, &mut form, None).and_then(|draft| {
                let customer_id =
                    form.id("customer").ok_or_else(|| Error::field("customer", "choose the customer"))?;
                let tag = Some(form.value("tag").to_owned()).filter(|tag| !tag.is_empty());
                assets::add_asset(&visit.app, &right, NewAsset { customer_id, tag, draft })
            });
            match added {
                Ok(asset) if form.value("do") == "another" => {
                    Ok(Reply::see_other(&format!("/assets/new?like={}", asset.id), "added"))
                }
                Ok(asset) => Ok(Reply::see_other(&asset_url(&asset.tag), "added")),
                Err(error) => {
                    take(&mut form, error)?;
                    Reply::unprocessable(&page(visit, "Add an asset", form, (true, vec![]))?)
                }
            }
        })
        .await
}

/// `GET /assets/{id}/edit`.
///
/// # Errors
/// Forbidden, not found.
pub async fn edit_asset(visitor: Visitor, id: Path<i64>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            visit.right::<EditAsset>()?;
            let (asset, names) = assets::find_named_asset(&visit.app, &visit.right()?, *id)?;
            Reply::ok(&page(visit, "Change an asset", fill(&asset, &names), (false, vec![]))?)
        })
        .await
}

/// `POST /assets/{id}/edit`.
///
/// # Errors
/// Forbidden, not found; field errors and a concurrent change show the form again.
pub async fn change_asset(visitor: Visitor, id: Path<i64>, pairs: Posted<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let right = visit.right::<EditAsset>()?;
            let mut form = Form::new(pairs.into_inner());
            let old = assets::find_asset(&visit.app, &visit.right::<ViewRegister>()?, *id)?;
            form.set("customer", old.customer_id);
            if form.value("do") == "defaults" {
                return defaulted(visit, form, "Change an asset", false);
            }
            let version = form.number("version", 1, i64::MAX).unwrap_or(0);
            let draft = draft(visit, &mut form, Some(&old));
            let fields = draft.as_ref().ok().map(|draft| draft.fields.clone());
            let changed = draft
                .and_then(|draft| assets::change_asset(&visit.app, &right, (*id, version), draft.fields));
            match (changed, fields) {
                (Ok(asset), _) => Ok(Reply::see_other(&asset_url(&asset.tag), "saved")),
                (Err(Error::Stale(_)), Some(fields)) => conflict(visit, form, *id, fields),
                (Err(error), _) => {
                    take(&mut form, error)?;
                    Reply::unprocessable(&page(visit, "Change an asset", form, (false, vec![]))?)
                }
            }
        })
        .await
}

/// `GET /assets/defaults?category=&make=&model=`: the defaults as JSON, field by field.
///
/// # Errors
/// Not found for a category that there is not.
pub async fn show_defaults(visitor: Visitor, query: Query<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            visit.right::<ViewRegister>()?;
            let mut form = Form::new(query.into_inner());
            let category_id =
                form.id("category").ok_or_else(|| Error::field("category", "choose the category"))?;
            let today = today(visit);
            visit.app.store.read(|conn| {
                let category = find_category(conn, category_id)?;
                form_fields::use_defaults(conn, &mut form, &category, today)
            })?;
            let names: Vec<&str> = form.names().collect();
            let values: std::collections::BTreeMap<&str, &str> =
                names.into_iter().map(|name| (name, form.value(name))).collect();
            Reply::json(StatusCode::OK, &values)
        })
        .await
}

fn today(visit: &Visit) -> NaiveDate {
    local_date(visit.app.now(), chrono_tz::Europe::London)
}

fn draft(visit: &Visit, form: &mut Form, old: Option<&Asset>) -> Result<assets::Draft> {
    let today = today(visit);
    visit.app.store.read(|conn| read(conn, visit.actor.scope(), form, (old, today)))
}

fn defaulted(visit: &Visit, mut form: Form, title: &str, new: bool) -> Result<Reply> {
    let today = today(visit);
    match form.id("category") {
        None => form.fail("category", "choose the category"),
        Some(id) => visit.app.store.read(|conn| {
            let category = find_category(conn, id)?;
            use_defaults(conn, &mut form, &category, today)
        })?,
    }
    Reply::ok(&page(visit, title, form, (new, vec![]))?)
}

/// Both versions side by side; saving again means having seen both.
fn conflict(visit: &Visit, mut form: Form, id: i64, fields: store::assets::AssetFields) -> Result<Reply> {
    let (version, changes) = visit.app.store.read(|conn| {
        let theirs = find_asset(conn, visit.actor.scope(), id)?;
        let mine = theirs.with_fields(fields);
        let event = assets::changes(conn, Event::new("asset", id, "changed"), &theirs, &mine)?;
        Ok::<_, Error>((theirs.version, event.changes))
    })?;
    form.set("version", version);
    Reply::conflict(&page(visit, "Changed meanwhile", form, (false, changes))?)
}

fn page(visit: &Visit, title: &str, mut form: Form, (new, theirs): (bool, Vec<Change>)) -> Result<FormPage> {
    let scope = visit.actor.scope();
    visit.app.store.read(|conn| {
        let customers = choices::customers(conn, scope)?;
        if let [(only, _)] = customers.as_slice()
            && form.value("customer").is_empty()
        {
            form.set("customer", only);
        }
        let customer = form.value("customer").parse().ok();
        let category = form.value("category").parse().ok();
        let models = store::models::list_models(conn)?;
        Ok(FormPage {
            chrome: Chrome::new(visit, title),
            new,
            customers,
            wheres: customer.map_or(Ok(vec![]), |id| choices::wheres(conn, scope, id))?,
            categories: choices::categories(conn)?,
            models: models.into_iter().map(|model| (model.name, model.make)).collect(),
            classes: choices::codes::<EquipmentClass>(),
            types: choices::codes::<EquipmentType>(),
            custom: match category {
                Some(id) => find_category(conn, id).map(|category| custom(category.fields.0))?,
                None => vec![],
            },
            intervals: visit.actor.may::<SetInterval>(),
            theirs,
            form,
        })
    })
}

fn custom(fields: Vec<CustomField>) -> Vec<Custom> {
    let choices = |field: &CustomField| field.choices.iter().map(|one| (one.clone(), one.clone())).collect();
    fields
        .into_iter()
        .map(|field| Custom { key: format!("{CUSTOM}{}", field.name), choices: choices(&field), field })
        .collect()
}
