//! Integrity signals, for managers: what asks for a second look, with the records behind it.

use actix_web::web;
use askama::Template;
use chrono::NaiveDate;
use domain::code::Code;
use domain::permission::ReviewLock;

use crate::actions::signals::{self, Found};
use crate::error::{Error, Result};
use crate::web::editing::{Pairs, again, refuse_unknown};
use crate::web::forms::Form;
use crate::web::layout::Chrome;
use crate::web::pages::assets::asset_url;
use crate::web::reply::Reply;
use crate::web::visitor::{Visit, Visitor};

/// Tests named of one signal; the rest are counted.
const NAMED: usize = 12;

#[derive(Template)]
#[template(path = "signals.html")]
struct SignalsPage {
    chrome: Chrome,
    form: Form,
    open: Vec<Found>,
    aside: Vec<Found>,
    more: bool,
    dismisses: bool,
}

impl SignalsPage {
    fn named<'a>(&self, found: &'a Found) -> &'a [(String, String, String, String)] {
        found.tests.get(..NAMED).unwrap_or(&found.tests)
    }

    fn rest(&self, found: &Found) -> usize {
        found.tests.len().saturating_sub(NAMED)
    }

    fn url(&self, tag: &str) -> String {
        asset_url(tag)
    }
}

/// `GET /signals?from=&to=`: the last seven days unless asked otherwise.
///
/// # Errors
/// Forbidden; days that cannot be show the form again.
pub async fn list_signals(visitor: Visitor, pairs: web::Query<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let form = Form::new(pairs.into_inner());
            let page = page(visit, form)?;
            if page.form.errors().is_empty() { Reply::ok(&page) } else { Reply::unprocessable(&page) }
        })
        .await
}

fn page(visit: &Visit, mut form: Form) -> Result<SignalsPage> {
    let right = visit.right::<ReviewLock>()?;
    let (first, last) = signals::first_days(&visit.app);
    let (from, to): (Option<NaiveDate>, Option<NaiveDate>) = (form.date("from"), form.date("to"));
    let found = form
        .check()
        .and_then(|()| {
            let to = to.unwrap_or(last);
            signals::find_signals(&visit.app, &right, (from.unwrap_or(first.min(to)), to))
        });
    let (found, more) = match found {
        Ok(found) => found,
        Err(error) => {
            again(&mut form, error)?;
            (vec![], false)
        }
    };
    if form.errors().is_empty() {
        form.set("from", from.unwrap_or(first)).set("to", to.unwrap_or(last));
    }
    let (aside, open) = found.into_iter().partition(|one| one.dismissed.is_some());
    let dismisses = visit.actor.scope().customers().is_none();
    Ok(SignalsPage { chrome: Chrome::new(visit, "Signals"), form, open, aside, more, dismisses })
}

/// `POST /signals`: lays one aside, with a reason.
///
/// # Errors
/// Forbidden, not found; a missing reason shows the page again.
pub async fn dismiss_signal(visitor: Visitor, pairs: web::Form<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let right = visit.right::<ReviewLock>()?;
            let mut form = Form::new(pairs.into_inner());
            refuse_unknown(&mut form, &["day", "signal", "reason"]);
            form.required("day");
            let (day, reason) = (form.date("day"), form.long_text("reason"));
            let signal = form.value("signal").to_owned();
            let done = form.check().and_then(|()| {
                let day = day.ok_or_else(|| Error::field("day", "fill this in"))?;
                signals::dismiss(&visit.app, &right, (day, &signal, &reason)).map(|()| day)
            });
            match done {
                Ok(day) => Ok(Reply::see_other(&format!("/signals?from={day}&to={day}"), "saved")),
                Err(error) => {
                    again(&mut form, error)?;
                    Reply::unprocessable(&page(visit, form)?)
                }
            }
        })
        .await
}
