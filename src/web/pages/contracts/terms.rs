//! Agreeing other terms of a contract.

use actix_web::web;
use askama::Template;
use chrono::{DateTime, NaiveDateTime, TimeZone, Utc};
use domain::permission::EditContract;

use super::fields::{self, Choices};
use crate::actions::calendars::find_calendar;
use crate::actions::contracts::{self, Agreement, ContractView};
use crate::actions::dues::{FIRM_ZONE, time_zone};
use crate::error::{Error, Result};
use crate::web::editing::{Pairs, again, refuse_unknown};
use crate::web::forms::Form;
use crate::web::layout::Chrome;
use crate::web::reply::Reply;
use crate::web::visitor::{Visit, Visitor};

#[derive(Template)]
#[template(path = "contracts/terms.html")]
struct TermsPage {
    chrome: Chrome,
    form: Form,
    view: ContractView,
    choices: Choices,
}

/// `GET /contracts/{id}/terms`.
///
/// # Errors
/// Not found, forbidden.
pub async fn new_terms(visitor: Visitor, id: web::Path<i64>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let view = contracts::find_contract(&visit.app, &visit.right::<EditContract>()?, *id)?;
            let mut form = Form::default();
            let zone = match view.in_force(visit.app.now()) {
                Some((row, calendar)) => {
                    fields::fill(&mut form, Some(row.calendar_id), &row.terms.0);
                    time_zone(&calendar.time_zone)?
                }
                None => FIRM_ZONE,
            };
            let now = visit.app.now().with_timezone(&zone);
            form.set("since", now.format("%Y-%m-%dT%H:%M"));
            Reply::ok(&page(visit, form, view)?)
        })
        .await
}

/// `POST /contracts/{id}/terms`.
///
/// # Errors
/// Not found, forbidden; field errors show the form again.
pub async fn add_terms(visitor: Visitor, id: web::Path<i64>, pairs: web::Form<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let right = visit.right::<EditContract>()?;
            let view = contracts::find_contract(&visit.app, &right, *id)?;
            let mut form = Form::new(pairs.into_inner());
            let known: Vec<&str> = ["since"].into_iter().chain(fields::FIELDS).collect();
            refuse_unknown(&mut form, &known);
            let agreement = fields::read(&mut form);
            let since = local_time(&mut form);
            let added = form.check().and_then(|()| match (since, agreement) {
                (Some(since), Some(agreement)) => add(visit, *id, since, &agreement),
                _ => Err(Error::field("since", "give the moment from which they hold")),
            });
            match added {
                Ok(()) => Ok(Reply::see_other(&format!("/contracts/{id}"), "saved")),
                Err(error) => {
                    again(&mut form, error)?;
                    Reply::unprocessable(&page(visit, form, view)?)
                }
            }
        })
        .await
}

fn add(visit: &Visit, id: i64, since: NaiveDateTime, agreement: &Agreement) -> Result<()> {
    let right = visit.right::<EditContract>()?;
    let calendar = find_calendar(&visit.app, &right, agreement.calendar_id).map_err(|error| match error {
        Error::NotFound(_) => Error::field("calendar", "choose a calendar from the list"),
        other => other,
    })?;
    let zone = time_zone(&calendar.time_zone)?;
    let at: Option<DateTime<Utc>> = zone.from_local_datetime(&since).earliest().map(|at| at.to_utc());
    let at =
        at.ok_or_else(|| Error::field("since", "the clocks skip this time on that day; choose another"))?;
    contracts::add_terms(&visit.app, &right, id, at, agreement)
}

/// The moment that was typed, by the calendar's clock.
fn local_time(form: &mut Form) -> Option<NaiveDateTime> {
    let text = form.value("since").to_owned();
    if text.is_empty() {
        form.fail("since", "give the moment from which they hold");
        return None;
    }
    let read = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"]
        .iter()
        .find_map(|format| NaiveDateTime::parse_from_str(&text, format).ok())
        .filter(|at| (1950..=2200).contains(&chrono::Datelike::year(at)));
    if read.is_none() {
        form.fail(
            "since",
            format!(
                "\"{}\" is not a moment; write it as 2026-12-01 09:00",
                text.chars().take(40).collect::<String>()
            ),
        );
    }
    read
}

fn page(visit: &Visit, form: Form, view: ContractView) -> Result<TermsPage> {
    let choices = visit.app.store.read(Choices::load)?;
    Ok(TermsPage { chrome: Chrome::new(visit, "Agree other terms"), form, view, choices })
}
