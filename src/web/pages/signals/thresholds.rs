//! From where on the records give a signal, for administrators.

use actix_web::web;
use askama::Template;
use domain::permission::ChangeSettings;
use domain::signals::Thresholds;

use crate::actions::signals;
use crate::error::Result;
use crate::web::editing::{Conflict, Pairs, Sheet};
use crate::web::forms::Form;
use crate::web::layout::Chrome;
use crate::web::reply::Reply;
use crate::web::visitor::{Visit, Visitor};

#[derive(Template)]
#[template(path = "signals/thresholds.html")]
struct ThresholdsPage {
    chrome: Chrome,
    form: Form,
    conflict: Conflict,
}

const SHEET: Sheet<Thresholds, Thresholds> = Sheet {
    fields: &[
        "per_hour",
        "same_readings",
        "alike_tests",
        "twin_minutes",
        "night_from",
        "night_until",
        "site_minutes",
        "unqualified",
    ],
    read,
    fill,
};

/// `GET /signals/thresholds`.
///
/// # Errors
/// Forbidden.
pub async fn show_thresholds(visitor: Visitor) -> Result<Reply> {
    visitor.run(|visit| Reply::ok(&page(visit, fill(&find(visit)?), None)?)).await
}

/// `POST /signals/thresholds`.
///
/// # Errors
/// Forbidden; field errors and a concurrent change show the form again.
pub async fn change_thresholds(visitor: Visitor, pairs: web::Form<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let right = visit.right::<ChangeSettings>()?;
            let change = |version, new| {
                signals::change_thresholds(&visit.app, &right, version, new)?;
                Ok("/signals".to_owned())
            };
            let show = |form, conflict| page(visit, form, conflict);
            SHEET.change(pairs.into_inner(), || find(visit), change, show)
        })
        .await
}

fn find(visit: &Visit) -> Result<Thresholds> {
    visit.app.store.read(signals::find_thresholds)
}

fn page(visit: &Visit, form: Form, conflict: Conflict) -> Result<ThresholdsPage> {
    visit.right::<ChangeSettings>()?;
    Ok(ThresholdsPage { chrome: Chrome::new(visit, "From where on signals are told"), form, conflict })
}

fn read(form: &mut Form) -> Thresholds {
    let mut number = |name: &str, most: i64| {
        form.required(name);
        form.number(name, 0, most).and_then(|n| u32::try_from(n).ok()).unwrap_or(0)
    };
    Thresholds {
        per_hour: number("per_hour", 10_000),
        same_readings: number("same_readings", 10_000),
        alike_tests: number("alike_tests", 10_000),
        twin_minutes: number("twin_minutes", 1440),
        night_from: number("night_from", 23),
        night_until: number("night_until", 23),
        site_minutes: number("site_minutes", 1440),
        unqualified: form.ticked("unqualified"),
        version: 0,
    }
}

fn fill(thresholds: &Thresholds) -> Form {
    let mut form = Form::default();
    form.set("per_hour", thresholds.per_hour).set("same_readings", thresholds.same_readings);
    form.set("alike_tests", thresholds.alike_tests).set("twin_minutes", thresholds.twin_minutes);
    form.set("night_from", thresholds.night_from).set("night_until", thresholds.night_until);
    form.set("site_minutes", thresholds.site_minutes).set("unqualified", thresholds.unqualified);
    form.set("version", thresholds.version);
    form
}
