//! Intervals that the figures propose, for the customer to agree to.

use actix_web::web;
use askama::Template;
use domain::permission::ViewPortal;

use super::options;
use crate::actions::portal;
use crate::actions::proposals::{self, LOOK_BACK, Measurement, SiteMeasurements, figures};
use crate::error::Result;
use crate::web::editing::{Pairs, again, refuse_unknown};
use crate::web::forms::Form;
use crate::web::layout::Chrome;
use crate::web::pages::proposals::{read, says};
use crate::web::reply::Reply;
use crate::web::visitor::{Visit, Visitor};

#[derive(Template)]
#[template(path = "portal/intervals.html")]
struct IntervalsPage {
    chrome: Chrome,
    form: Form,
    sites: Vec<(String, String)>,
    found: Option<SiteMeasurements>,
}

/// `GET /portal/intervals?site=`.
///
/// # Errors
/// Not found for a site that is not theirs.
pub async fn show_intervals(visitor: Visitor, pairs: web::Query<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let mut form = Form::new(pairs.into_inner());
            let site = form.id("site");
            form.check()?;
            Reply::ok(&page(visit, site, form)?)
        })
        .await
}

fn page(visit: &Visit, site: Option<i64>, mut form: Form) -> Result<IntervalsPage> {
    let right = visit.right::<ViewPortal>()?;
    let sites = portal::list_sites(&visit.app, &right)?;
    // With one site there is nothing to choose.
    let site = site.or(if let [only] = sites.as_slice() { Some(only.id) } else { None });
    let found = site.map(|id| proposals::find_own_measurements(&visit.app, &right, id)).transpose()?;
    form.set_opt("site", site);
    Ok(IntervalsPage {
        chrome: Chrome::new(visit, "Proposed intervals"),
        form,
        sites: options(&sites),
        found,
    })
}

/// `POST /portal/intervals`: agrees to one, with a `note`.
///
/// # Errors
/// Not found for a site that is not theirs; field errors and a conflict show the page again.
pub async fn agree_interval(visitor: Visitor, pairs: web::Form<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let mut form = Form::new(pairs.into_inner());
            refuse_unknown(&mut form, &["site", "category", "environment", "note"]);
            let note = form.text("note");
            let agreed = read(&mut form).and_then(|(site, group)| {
                proposals::agree(&visit.app, &visit.right()?, (site, group), &note)?;
                Ok(format!("/portal/intervals?site={site}"))
            });
            match agreed {
                Ok(path) => Ok(Reply::see_other(&path, "recorded")),
                Err(error) => {
                    again(&mut form, error)?;
                    let site = form.value("site").parse().ok();
                    Reply::unprocessable(&page(visit, site, form)?)
                }
            }
        })
        .await
}

impl IntervalsPage {
    fn proposed<'a>(&self, found: &'a SiteMeasurements) -> Vec<&'a Measurement> {
        found.rows.iter().filter(|row| row.proposed().is_some() && row.refused.is_none()).collect()
    }

    fn says(&self, row: &Measurement) -> String {
        says(row)
    }

    fn figures(&self, row: &Measurement) -> String {
        figures(row)
    }

    fn environment(&self, row: &Measurement) -> &'static str {
        row.group.environment.map_or("", domain::code::Code::code)
    }
}
