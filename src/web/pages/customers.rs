//! Customers.

use actix_web::web;
use askama::Template;
use domain::permission::{EditRegister, ViewRegister};
use store::customers::{Customer, CustomerFields};

use crate::actions::customers;
use crate::error::{Error, Result};
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
#[template(path = "customer_form.html")]
struct CustomerFormPage {
    chrome: Chrome,
    form: Form,
    /// Somebody else's version, when it was changed meanwhile: shown beside what was typed.
    theirs: Option<Customer>,
}

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

/// `GET /customers/new`.
///
/// # Errors
/// Forbidden.
pub async fn new_customer(visitor: Visitor) -> Result<Reply> {
    let page = visitor.run(|visit| form_page(visit, "Add a customer", Form::default(), None)).await?;
    Reply::ok(&page)
}

/// `POST /customers/new`.
///
/// # Errors
/// Forbidden; field errors show the form again.
pub async fn add_customer(visitor: Visitor, pairs: web::Form<Vec<(String, String)>>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let mut form = Form::new(pairs.into_inner());
            let fields = read(&mut form);
            let added = form
                .check()
                .and_then(|()| customers::add_customer(&visit.app, &visit.right::<EditRegister>()?, &fields));
            match added {
                Ok(_) => Ok(Reply::see_other("/customers", "added")),
                Err(error) => {
                    again(&mut form, error)?;
                    Reply::unprocessable(&form_page(visit, "Add a customer", form, None)?)
                }
            }
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
            form_page(visit, "Change a customer", fill(&customer), None)
        })
        .await?;
    Reply::ok(&page)
}

/// `POST /customers/{id}/edit`.
///
/// # Errors
/// Not found, forbidden; field errors and a concurrent change show the form again.
pub async fn change_customer(
    visitor: Visitor,
    id: web::Path<i64>,
    pairs: web::Form<Vec<(String, String)>>,
) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let mut form = Form::new(pairs.into_inner());
            let fields = read(&mut form);
            let version = form.number("version", 1, i64::MAX).unwrap_or(0);
            let right = visit.right::<EditRegister>()?;
            let changed = form
                .check()
                .and_then(|()| customers::change_customer(&visit.app, &right, (*id, version), &fields));
            match changed {
                Ok(()) => Ok(Reply::see_other("/customers", "saved")),
                Err(Error::Stale(_)) => {
                    let theirs = customers::find_customer(&visit.app, &visit.right()?, *id)?;
                    // Saving again now means: having seen both.
                    form.set("version", theirs.version);
                    let page = form_page(visit, "Changed meanwhile", form, Some(theirs))?;
                    Reply::conflict(&page)
                }
                Err(error) => {
                    again(&mut form, error)?;
                    Reply::unprocessable(&form_page(visit, "Change a customer", form, None)?)
                }
            }
        })
        .await
}

fn again(form: &mut Form, error: Error) -> Result<()> {
    if form.errors().is_empty() { form.take(error) } else { Ok(()) }
}

fn form_page(visit: &Visit, title: &str, form: Form, theirs: Option<Customer>) -> Result<CustomerFormPage> {
    visit.right::<EditRegister>()?;
    Ok(CustomerFormPage { chrome: Chrome::new(visit, title), form, theirs })
}

fn read(form: &mut Form) -> CustomerFields {
    CustomerFields {
        name: form.required("name"),
        contact: form.text("contact"),
        email: form.text("email"),
        phone: form.text("phone"),
        address: form.long_text("address"),
        notes: form.long_text("notes"),
        label_next_due: form.ticked("label_next_due"),
        archived: form.ticked("archived"),
    }
}

fn fill(customer: &Customer) -> Form {
    let mut form = Form::default();
    form.set("name", &customer.name).set("contact", &customer.contact).set("email", &customer.email);
    form.set("phone", &customer.phone).set("address", &customer.address).set("notes", &customer.notes);
    form.set("label_next_due", customer.label_next_due).set("archived", customer.archived);
    form.set("version", customer.version);
    form
}
