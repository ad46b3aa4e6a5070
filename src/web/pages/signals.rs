//! Signals, for managers: what in the records asks for a second look, with the records behind each.

mod thresholds;

pub use thresholds::{change_thresholds, show_thresholds};

use actix_web::web;
use askama::Template;
use chrono::{Days, NaiveDate};
use domain::code::Code;
use domain::evidence::ReadingEvidence;
use domain::permission::{ChangeSettings, ReviewSignals};
use domain::signals::SignalKind;
use store::signals::{Around, SignalRow};
use store::tests::RecordedTest;

use crate::actions::dues::{time_zone, today};
use crate::actions::signals::{self, Found, LOOK_BACK, Look};
use crate::error::Result;
use crate::web::editing::{Pairs, again, refuse_unknown};
use crate::web::forms::Form;
use crate::web::layout::Chrome;
use crate::web::pages::assets::asset_url;
use crate::web::reply::Reply;
use crate::web::visitor::{Visit, Visitor};

#[derive(Template)]
#[template(path = "signals/list.html")]
struct SignalsPage {
    chrome: Chrome,
    form: Form,
    found: Vec<(SignalRow, String)>,
    next: Option<String>,
    looked_at: bool,
    last: Option<Look>,
    busy: bool,
    /// Whether the reader sees everybody's records, and so may have them looked through.
    looks: bool,
    sets: bool,
}

#[derive(Template)]
#[template(path = "signals/show.html")]
struct SignalPage {
    chrome: Chrome,
    form: Form,
    found: Found,
}

impl SignalPage {
    fn kind(&self) -> SignalKind {
        self.found.row.kind.0
    }

    /// How many tests are counted and not shown.
    fn rest(&self) -> i64 {
        self.found.row.test_count.saturating_sub(i64::try_from(self.found.tests.len()).unwrap_or(0))
    }

    fn url(&self, tag: &str) -> String {
        asset_url(tag)
    }

    /// When a test was done, by the site's clock.
    fn done(&self, around: &Around) -> Result<String> {
        let zone = time_zone(&around.time_zone)?;
        Ok(around.test.performed_at.utc().with_timezone(&zone).format("%Y-%m-%d %H:%M").to_string())
    }

    /// When it arrived, by the site's clock.
    fn received(&self, around: &Around) -> Result<String> {
        let zone = time_zone(&around.time_zone)?;
        Ok(around.test.received_at.utc().with_timezone(&zone).format("%Y-%m-%d %H:%M").to_string())
    }

    fn readings(&self, test: &RecordedTest) -> String {
        let shown = |reading: &ReadingEvidence| {
            let given = reading.given.as_deref()?;
            let unit = reading.unit.map(Code::label).unwrap_or_default();
            Some(format!("{} {given} {unit}", reading.test.label()).trim_end().to_owned())
        };
        test.evidence.readings.iter().filter_map(shown).collect::<Vec<_>>().join(", ")
    }
}

/// `GET /signals`; `?looked=yes` those that somebody has looked at, `&before=` goes on behind one.
///
/// # Errors
/// Forbidden.
pub async fn list_signals(visitor: Visitor, pairs: web::Query<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let page = page(visit, Form::new(pairs.into_inner()))?;
            let reply = Reply::ok(&page)?;
            // Without a script the page asks again by itself.
            Ok(if page.busy { reply.header("refresh", "2") } else { reply })
        })
        .await
}

fn page(visit: &Visit, mut form: Form) -> Result<SignalsPage> {
    let right = visit.right::<ReviewSignals>()?;
    let looked_at = form.value("looked") == "yes";
    let before = form.value("before").split_once('_').and_then(|(day, id)| {
        let day: NaiveDate = day.parse().ok()?;
        Some((day, id.to_owned()))
    });
    let (found, next) = signals::list_signals(&visit.app, &right, (looked_at, None), before.as_ref())?;
    let looked = if looked_at { "looked=yes&" } else { "" };
    let next = next.map(|(day, id)| format!("/signals?{looked}before={day}_{id}"));
    let last = signals::find_look(&visit.app)?;
    let today = today(&visit.app);
    if form.value("from").is_empty() && form.errors().is_empty() {
        form.set("from", today - Days::new(LOOK_BACK - 1)).set("to", today);
    }
    Ok(SignalsPage {
        chrome: Chrome::new(visit, "Signals"),
        form,
        found,
        next,
        looked_at,
        busy: last.is_some_and(|look| look.is_busy(visit.app.now())),
        last,
        looks: visit.actor.scope().customers().is_none(),
        sets: visit.actor.may::<ChangeSettings>(),
    })
}

/// `POST /signals/look`: has the records of some days looked through, behind the answer.
///
/// # Errors
/// Forbidden; days that cannot be and a look under way show the page again.
pub async fn begin_look(visitor: Visitor, pairs: web::Form<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let right = visit.right::<ReviewSignals>()?;
            let mut form = Form::new(pairs.into_inner());
            refuse_unknown(&mut form, &["from", "to"]);
            form.required("from");
            form.required("to");
            let days = form.date("from").zip(form.date("to"));
            let begun = form.check().and_then(|()| match days {
                Some(days) => signals::begin_look(&visit.app, &right, days),
                None => Err(crate::error::Error::field("from", "fill this in")),
            });
            match begun {
                Ok(look) => {
                    visit.behind("signals", move |app, _| signals::go_on(app, look).map(drop))?;
                    Ok(Reply::see_other("/signals", ""))
                }
                Err(error) => {
                    again(&mut form, error)?;
                    Reply::unprocessable(&page(visit, form)?)
                }
            }
        })
        .await
}

/// `GET /signals/{id}`.
///
/// # Errors
/// Forbidden, not found.
pub async fn show_signal(visitor: Visitor, id: web::Path<String>) -> Result<Reply> {
    visitor.run(move |visit| Reply::ok(&signal_page(visit, &id, Form::default())?)).await
}

fn signal_page(visit: &Visit, id: &str, form: Form) -> Result<SignalPage> {
    let found = signals::find_signal(&visit.app, &visit.right::<ReviewSignals>()?, id)?;
    Ok(SignalPage { chrome: Chrome::new(visit, found.row.kind.0.label()), form, found })
}

/// `POST /signals/{id}`: what a manager found when looking at it.
///
/// # Errors
/// Forbidden, not found; a missing note and a signal that somebody has looked at show the page again.
pub async fn look_at_signal(
    visitor: Visitor,
    id: web::Path<String>,
    pairs: web::Form<Pairs>,
) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let right = visit.right::<ReviewSignals>()?;
            let mut form = Form::new(pairs.into_inner());
            refuse_unknown(&mut form, &["note"]);
            let note = form.long_text("note");
            match form.check().and_then(|()| signals::look_at(&visit.app, &right, &id, &note)) {
                Ok(()) => Ok(Reply::see_other(&format!("/signals/{id}"), "saved")),
                Err(error) => {
                    again(&mut form, error)?;
                    Reply::unprocessable(&signal_page(visit, &id, form)?)
                }
            }
        })
        .await
}
