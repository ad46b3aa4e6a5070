//! The form of a check box.

use actix_web::web;
use askama::Template;
use domain::permission::{EditInstrument, ViewRegister};
use domain::proof_check::{parse_points, write_points};
use store::proof_checks::{CheckBox, CheckBoxFields};

use crate::actions::proof_checks;
use crate::error::Result;
use crate::web::editing::{Conflict, Pairs, Sheet};
use crate::web::forms::Form;
use crate::web::layout::Chrome;
use crate::web::reply::Reply;
use crate::web::visitor::{Visit, Visitor};

#[derive(Template)]
#[template(path = "instruments/box_form.html")]
struct BoxFormPage {
    chrome: Chrome,
    form: Form,
    conflict: Conflict,
}

const SHEET: Sheet<CheckBox, CheckBoxFields> = Sheet { fields: &["name", "points", "retired"], read, fill };

fn form_page(visit: &Visit, title: &str, form: Form, conflict: Conflict) -> Result<BoxFormPage> {
    visit.right::<EditInstrument>()?;
    Ok(BoxFormPage { chrome: Chrome::new(visit, title), form, conflict })
}

/// `GET /check-boxes/new`.
///
/// # Errors
/// Forbidden.
pub async fn new_box(visitor: Visitor) -> Result<Reply> {
    let page = visitor.run(|visit| form_page(visit, "Add a check box", Form::default(), None)).await?;
    Reply::ok(&page)
}

/// `POST /check-boxes/new`.
///
/// # Errors
/// Forbidden; field errors show the form again.
pub async fn add_box(visitor: Visitor, pairs: web::Form<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let add = |fields| {
                proof_checks::add_check_box(&visit.app, &visit.right::<EditInstrument>()?, fields)?;
                Ok("/instruments".to_owned())
            };
            SHEET.add(pairs.into_inner(), add, |form| form_page(visit, "Add a check box", form, None))
        })
        .await
}

/// `GET /check-boxes/{id}/edit`.
///
/// # Errors
/// Forbidden, not found.
pub async fn edit_box(visitor: Visitor, id: web::Path<i64>) -> Result<Reply> {
    let page = visitor
        .run(move |visit| {
            let found = proof_checks::find_check_box(&visit.app, &visit.right::<ViewRegister>()?, *id)?;
            form_page(visit, "Change a check box", fill(&found), None)
        })
        .await?;
    Reply::ok(&page)
}

/// `POST /check-boxes/{id}/edit`.
///
/// # Errors
/// Forbidden, not found; field errors and a concurrent change show the form again.
pub async fn change_box(visitor: Visitor, id: web::Path<i64>, pairs: web::Form<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let find = || proof_checks::find_check_box(&visit.app, &visit.right::<ViewRegister>()?, *id);
            let change = |version, fields| {
                let right = visit.right::<EditInstrument>()?;
                proof_checks::change_check_box(&visit.app, &right, (*id, version), fields)?;
                Ok("/instruments".to_owned())
            };
            let show = |form, conflict| form_page(visit, "Change a check box", form, conflict);
            SHEET.change(pairs.into_inner(), find, change, show)
        })
        .await
}

fn read(form: &mut Form) -> CheckBoxFields {
    let text = form.long_text("points");
    let points = parse_points(&text).unwrap_or_else(|why| {
        form.fail("points", why);
        vec![]
    });
    CheckBoxFields { name: form.required("name"), points, retired: form.ticked("retired") }
}

fn fill(one: &CheckBox) -> Form {
    let mut form = Form::default();
    form.set("name", &one.name).set("points", write_points(&one.points.0));
    form.set("retired", one.retired).set("version", one.version);
    form
}
