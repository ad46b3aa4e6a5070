//! Customers.

use actix_web::web;
use askama::Template;
use domain::code::Code;
use domain::permission::{EditRegister, ViewRegister};
use domain::ruleset::RuleSet;
use domain::ruleset_choice::{RuleChoice, RuleSetting};
use domain::wording::Language;
use store::customers::{Customer, CustomerFields};

use crate::actions::customers;
use crate::actions::sites::{self, CountedSite};
use crate::error::Result;
use crate::web::editing::{Conflict, Pairs, Sheet};
use crate::web::forms::Form;
use crate::web::layout::Chrome;
use crate::web::reply::Reply;
use crate::web::visitor::{Visit, Visitor};

#[derive(Template)]
#[template(path = "customers.html")]
struct CustomersPage {
    chrome: Chrome,
    customers: Vec<Customer>,
}

#[derive(Template)]
#[template(path = "customer.html")]
struct CustomerPage {
    chrome: Chrome,
    customer: Customer,
    sites: Vec<CountedSite>,
}

#[derive(Template)]
#[template(path = "customer_form.html")]
struct CustomerFormPage {
    chrome: Chrome,
    form: Form,
    conflict: Conflict,
    rulesets: Vec<(String, String)>,
    back: String,
}

const SHEET: Sheet<Customer, CustomerFields> = Sheet {
    fields: &[
        "name",
        "contact",
        "email",
        "phone",
        "address",
        "notes",
        "ruleset",
        "language",
        "repair_ruleset",
        "label_next_due",
        "public_reports",
        "archived",
    ],
    read,
    fill,
};

/// `GET /customers`.
///
/// # Errors
/// Log in first.
pub async fn list_customers(visitor: Visitor) -> Result<Reply> {
    let page = visitor
        .run(|visit| {
            let customers = customers::list_customers(&visit.app, &visit.right::<ViewRegister>()?)?;
            Ok(CustomersPage { chrome: Chrome::new(visit, "Customers"), customers })
        })
        .await?;
    Reply::ok(&page)
}

/// `GET /customers/{id}`.
///
/// # Errors
/// Not found.
pub async fn show_customer(visitor: Visitor, id: web::Path<i64>) -> Result<Reply> {
    let page = visitor
        .run(move |visit| {
            let right = visit.right::<ViewRegister>()?;
            let (customer, sites) = sites::find_customer_with_sites(&visit.app, &right, *id)?;
            Ok(CustomerPage { chrome: Chrome::new(visit, customer.name.clone()), customer, sites })
        })
        .await?;
    Reply::ok(&page)
}

/// `GET /customers/new`.
///
/// # Errors
/// Forbidden.
pub async fn new_customer(visitor: Visitor) -> Result<Reply> {
    let page = visitor.run(|visit| form_page(visit, None, Form::default(), None)).await?;
    Reply::ok(&page)
}

/// `POST /customers/new`.
///
/// # Errors
/// Forbidden; field errors show the form again.
pub async fn add_customer(visitor: Visitor, pairs: web::Form<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let add = |fields| {
                let id = customers::add_customer(&visit.app, &visit.right::<EditRegister>()?, &fields)?;
                Ok(format!("/customers/{id}"))
            };
            SHEET.add(pairs.into_inner(), add, |form| form_page(visit, None, form, None))
        })
        .await
}

/// `GET /customers/{id}/edit`.
///
/// # Errors
/// Not found, forbidden.
pub async fn edit_customer(visitor: Visitor, id: web::Path<i64>) -> Result<Reply> {
    let page = visitor
        .run(move |visit| {
            let customer = customers::find_customer(&visit.app, &visit.right::<ViewRegister>()?, *id)?;
            form_page(visit, Some(*id), fill(&customer), None)
        })
        .await?;
    Reply::ok(&page)
}

/// `POST /customers/{id}/edit`.
///
/// # Errors
/// Not found, forbidden; field errors and a concurrent change show the form again.
pub async fn change_customer(visitor: Visitor, id: web::Path<i64>, pairs: web::Form<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let find = || customers::find_customer(&visit.app, &visit.right::<ViewRegister>()?, *id);
            let change = |version, fields| {
                let right = visit.right::<EditRegister>()?;
                customers::change_customer(&visit.app, &right, (*id, version), &fields)?;
                Ok(format!("/customers/{id}"))
            };
            let show = |form, conflict| form_page(visit, Some(*id), form, conflict);
            SHEET.change(pairs.into_inner(), find, change, show)
        })
        .await
}

fn form_page(visit: &Visit, id: Option<i64>, form: Form, conflict: Conflict) -> Result<CustomerFormPage> {
    visit.right::<EditRegister>()?;
    let (title, back) = match id {
        Some(id) => ("Change a customer", format!("/customers/{id}")),
        None => ("Add a customer", "/customers".to_owned()),
    };
    Ok(CustomerFormPage {
        chrome: Chrome::new(visit, title),
        form,
        conflict,
        rulesets: ruleset_choices(),
        back,
    })
}

/// Every rule set: code, and name with edition.
pub fn ruleset_choices() -> Vec<(String, String)> {
    RuleSet::all().iter().map(|rules| (rules.code.clone(), rules.full_name())).collect()
}

impl CustomerPage {
    fn language(&self) -> &'static str {
        Language::of_customer(&self.customer.language, &self.customer.ruleset).label()
    }

    /// The rule set for tests, and the one by which what failed returns to service.
    fn rules(&self) -> (String, String) {
        match RuleChoice::of(RuleSetting::default(), self.customer.rules()) {
            Ok(choice) => (choice.ruleset.full_name(), choice.repair.full_name()),
            Err(why) => (why.clone(), why),
        }
    }
}

fn read(form: &mut Form) -> CustomerFields {
    CustomerFields {
        name: form.required("name"),
        contact: form.text("contact"),
        email: form.text("email"),
        phone: form.text("phone"),
        address: form.long_text("address"),
        notes: form.long_text("notes"),
        ruleset: form.ruleset("ruleset"),
        language: form.code::<Language>("language").map(|one| one.code().to_owned()).unwrap_or_default(),
        repair_ruleset: form.ruleset("repair_ruleset").unwrap_or_default(),
        label_next_due: form.ticked("label_next_due"),
        public_reports: form.ticked("public_reports"),
        archived: form.ticked("archived"),
    }
}

fn fill(customer: &Customer) -> Form {
    let mut form = Form::default();
    form.set("name", &customer.name).set("contact", &customer.contact).set("email", &customer.email);
    form.set("phone", &customer.phone).set("address", &customer.address).set("notes", &customer.notes);
    form.set("ruleset", &customer.ruleset)
        .set("language", &customer.language)
        .set("repair_ruleset", &customer.repair_ruleset);
    form.set("label_next_due", customer.label_next_due).set("archived", customer.archived);
    form.set("public_reports", customer.public_reports);
    form.set("version", customer.version);
    form
}
