//! Making a contract and changing it.

use std::collections::BTreeSet;

use actix_web::web;
use askama::Template;
use chrono::NaiveDate;
use domain::contract::Covers;
use domain::permission::EditContract;
use domain::tag::fold;
use store::Right;
use store::assets::find_asset_by_tag;
use store::contracts::ContractFields;
use store::customers::Customer;

use super::fields::{self, Choices};
use crate::actions::contracts::{self, Agreement, ContractView};
use crate::actions::customers::find_customer;
use crate::actions::dues::today;
use crate::app::App;
use crate::error::{Error, Result};
use crate::web::editing::{Conflict, Pairs, Sheet};
use crate::web::forms::Form;
use crate::web::layout::Chrome;
use crate::web::reply::Reply;
use crate::web::visitor::{Visit, Visitor};

#[derive(Template)]
#[template(path = "contracts/form.html")]
struct ContractFormPage {
    chrome: Chrome,
    form: Form,
    conflict: Conflict,
    customer: Customer,
    sites: Vec<(String, String)>,
    categories: Vec<(String, String)>,
    /// What terms choose from.
    choices: Choices,
    /// Whether the contract is being made, with its first terms.
    new: bool,
    back: String,
}

/// What is typed of a contract.
struct Typed {
    fields: ContractFields,
    covers: Vec<Covers>,
    /// The tags of assets that it covers.
    tags: Vec<String>,
    agreement: Option<Agreement>,
}

const OWN: &[&str] = &["name", "starts_on", "ends_on", "notes", "site", "category", "assets"];
/// With the fields of terms, which a test holds against [`fields::FIELDS`].
const NEW: &[&str] = &[
    "customer",
    "name",
    "starts_on",
    "ends_on",
    "notes",
    "site",
    "category",
    "assets",
    "calendar",
    "response_critical",
    "fix_critical",
    "response_high",
    "fix_high",
    "response_normal",
    "fix_normal",
    "response_low",
    "fix_low",
    "pauses",
    "answer",
    "fixed_when",
    "warn_percent",
];

const ADD: Sheet<ContractView, Typed> = Sheet { fields: NEW, read: read_new, fill };
const CHANGE: Sheet<ContractView, Typed> = Sheet { fields: OWN, read, fill };

/// `GET /contracts/new?customer=`.
///
/// # Errors
/// Not found for a foreign customer, forbidden.
pub async fn new_contract(visitor: Visitor, pairs: web::Query<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            visit.right::<EditContract>()?;
            let mut form = Form::default();
            form.set("starts_on", today(&visit.app));
            fields::fill(&mut form, None, &fields::usual());
            let customer = customer_of(visit, &mut Form::new(pairs.into_inner()))?;
            form.set("customer", customer.id);
            Reply::ok(&page(visit, "Add a contract", (form, None), customer, true)?)
        })
        .await
}

/// `POST /contracts/new`.
///
/// # Errors
/// Not found for a foreign customer, forbidden; field errors show the form again.
pub async fn add_contract(visitor: Visitor, pairs: web::Form<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let (right, pairs) = (visit.right::<EditContract>()?, pairs.into_inner());
            let customer = customer_of(visit, &mut Form::new(pairs.clone()))?;
            let add = |typed: Typed| {
                let covers = covers(&visit.app, &right, customer.id, &typed)?;
                let agreement = typed.agreement.ok_or_else(|| Error::field("calendar", "give the terms"))?;
                let own = (&typed.fields, covers.as_slice());
                let id = contracts::add_contract(&visit.app, &right, customer.id, own, &agreement)?;
                Ok(format!("/contracts/{id}"))
            };
            let show = |form| page(visit, "Add a contract", (form, None), customer.clone(), true);
            ADD.add(pairs, add, show)
        })
        .await
}

/// `GET /contracts/{id}/edit`.
///
/// # Errors
/// Not found, forbidden.
pub async fn edit_contract(visitor: Visitor, id: web::Path<i64>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let view = contracts::find_contract(&visit.app, &visit.right::<EditContract>()?, *id)?;
            let form = fill(&view);
            Reply::ok(&page(visit, "Change a contract", (form, None), view.customer, false)?)
        })
        .await
}

/// `POST /contracts/{id}/edit`.
///
/// # Errors
/// Not found, forbidden; field errors and a concurrent change show the form again.
pub async fn change_contract(visitor: Visitor, id: web::Path<i64>, pairs: web::Form<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let right = visit.right::<EditContract>()?;
            let find = || contracts::find_contract(&visit.app, &right, *id);
            let customer = find()?.customer;
            let change = |version, typed: Typed| {
                let covers = covers(&visit.app, &right, customer.id, &typed)?;
                contracts::change_contract(&visit.app, &right, (*id, version), (&typed.fields, &covers))?;
                Ok(format!("/contracts/{id}"))
            };
            let show =
                |form, conflict| page(visit, "Change a contract", (form, conflict), customer.clone(), false);
            CHANGE.change(pairs.into_inner(), find, change, show)
        })
        .await
}

fn customer_of(visit: &Visit, form: &mut Form) -> Result<Customer> {
    let id = form.id("customer");
    if form.value("customer").is_empty() {
        form.fail("customer", "choose the customer on its page");
    }
    form.check()?;
    find_customer(&visit.app, &visit.right()?, id.unwrap_or_default())
}

/// What was chosen and what the typed tags name, within the customer.
fn covers(app: &App, right: &Right<EditContract>, customer_id: i64, typed: &Typed) -> Result<Vec<Covers>> {
    let (own, mut covers) = (right.scope().within(customer_id), typed.covers.clone());
    app.store.read(|conn| {
        for tag in &typed.tags {
            match find_asset_by_tag(conn, &own, &fold(tag)) {
                Ok(asset) => covers.push(Covers::Asset(asset.id)),
                Err(store::Error::NotFound(_)) => {
                    return Err(Error::field(
                        "assets",
                        format!("this customer has no asset with the tag {tag}"),
                    ));
                }
                Err(other) => return Err(other.into()),
            }
        }
        Ok(())
    })?;
    Ok(covers.into_iter().collect::<BTreeSet<_>>().into_iter().collect())
}

fn read(form: &mut Form) -> Typed {
    let name = form.required("name");
    let (starts_on, ends_on) = (form.date("starts_on"), form.date("ends_on"));
    if form.value("starts_on").is_empty() {
        form.fail("starts_on", "give the first day");
    }
    let notes = form.long_text("notes");
    let mut covers = ids(form, "site").into_iter().map(Covers::Site).collect::<Vec<_>>();
    covers.extend(ids(form, "category").into_iter().map(Covers::Category));
    let text = form.long_text("assets");
    let tags = text.split([',', ';', '\n']).map(str::trim).filter(|tag| !tag.is_empty());
    let fields = ContractFields { name, starts_on: starts_on.unwrap_or(NaiveDate::MIN), ends_on, notes };
    Typed { fields, covers, tags: tags.map(str::to_owned).collect(), agreement: None }
}

fn read_new(form: &mut Form) -> Typed {
    let typed = read(form);
    Typed { agreement: fields::read(form), ..typed }
}

fn ids(form: &mut Form, name: &str) -> Vec<i64> {
    let mut found = vec![];
    for text in form.all(name).to_vec() {
        match text.parse::<i64>() {
            Ok(id) if id > 0 => found.push(id),
            _ => form.fail(
                name,
                format!("\"{}\" is not one of the list", text.chars().take(40).collect::<String>()),
            ),
        }
    }
    found
}

fn fill(view: &ContractView) -> Form {
    let (contract, mut form) = (&view.contract, Form::default());
    form.set("name", &contract.name)
        .set("starts_on", contract.starts_on)
        .set_opt("ends_on", contract.ends_on);
    form.set("notes", &contract.notes).set("version", contract.version);
    let of = |pick: fn(&Covers) -> Option<i64>| view.covers.iter().filter_map(move |line| pick(&line.covers));
    form.set_all("site", of(|one| if let Covers::Site(id) = one { Some(*id) } else { None }));
    form.set_all("category", of(|one| if let Covers::Category(id) = one { Some(*id) } else { None }));
    let tags: Vec<&str> = view.covers.iter().filter_map(|line| line.tag.as_deref()).collect();
    form.set("assets", tags.join("\n"));
    form
}

fn page(
    visit: &Visit,
    title: &str,
    (form, conflict): (Form, Conflict),
    customer: Customer,
    new: bool,
) -> Result<ContractFormPage> {
    let back = match visit.path.split('?').next().and_then(|path| path.strip_suffix("/edit")) {
        Some(contract) => contract.to_owned(),
        None => format!("/contracts?customer={}", customer.id),
    };
    visit.app.store.read(|conn| {
        let (sites, categories) = contracts::list_coverable(conn, visit.actor.scope(), customer.id)?;
        let choices = Choices::load(conn)?;
        let chrome = Chrome::new(visit, title);
        Ok(ContractFormPage { chrome, form, conflict, customer, sites, categories, choices, new, back })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_contract_takes_its_own_fields_and_those_of_terms() {
        let all: Vec<_> = ["customer"].iter().chain(OWN).chain(&fields::FIELDS).collect();
        assert_eq!(all, NEW.iter().collect::<Vec<_>>());
    }
}
