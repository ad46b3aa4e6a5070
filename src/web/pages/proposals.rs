//! Proposals: what the measured defect rate would bear, to be signed or refused.

use actix_web::web;
use askama::Template;
use domain::defect_rate::{LOW_RATE, Proposal, longest};
use domain::equipment::Environment;
use domain::permission::{SignAssessment, ViewRegister};
use store::sites::list_sites;

use crate::actions::proposals::{self, Group, LOOK_BACK, Measurement, SiteMeasurements, figures, percent};
use crate::error::{Error, Result};
use crate::web::editing::{Pairs, again};
use crate::web::forms::Form;
use crate::web::layout::Chrome;
use crate::web::reply::Reply;
use crate::web::visitor::{Visit, Visitor};

#[derive(Template)]
#[template(path = "proposals.html")]
struct ProposalsPage {
    chrome: Chrome,
    form: Form,
    /// Sites to choose from, with their customers.
    sites: Vec<(String, String)>,
    found: Option<SiteMeasurements>,
    signs: bool,
}

/// A confidence interval drawn: from the left, in the picture's own units.
struct Bar {
    low: u32,
    width: u32,
    rate: u32,
    line: u32,
    words: String,
}

/// Width of the picture, which stands for this share.
const WIDTH: f64 = 300.0;
const WHOLE: f64 = 0.10;

/// `GET /proposals?site=`.
///
/// # Errors
/// Not found for a foreign site.
pub async fn show_proposals(visitor: Visitor, pairs: web::Query<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let mut form = Form::new(pairs.into_inner());
            let site = form.id("site");
            form.check()?;
            Reply::ok(&page(visit, site, form)?)
        })
        .await
}

fn page(visit: &Visit, site: Option<i64>, form: Form) -> Result<ProposalsPage> {
    let right = visit.right::<ViewRegister>()?;
    let found = site.map(|id| proposals::find_measurements(&visit.app, &right, id)).transpose()?;
    let sites = visit.app.store.read(|conn| {
        let names = store::work::list_site_names(conn, visit.actor.scope())?;
        let open = list_sites(conn, visit.actor.scope(), None)?.into_iter().filter(|site| !site.archived);
        let named = |site: store::sites::Site| {
            let customer = names.get(&site.id).map_or("", |(customer, _)| customer.as_str());
            (site.id.to_string(), format!("{customer}, {}", site.name))
        };
        let mut sites: Vec<_> = open.map(named).collect();
        sites.sort_by(|a, b| a.1.cmp(&b.1));
        Ok::<_, Error>(sites)
    })?;
    let signs = visit.actor.may::<SignAssessment>();
    Ok(ProposalsPage { chrome: Chrome::new(visit, "Proposed intervals"), form, sites, found, signs })
}

/// `POST /proposals/take`: makes a draft to be signed.
///
/// # Errors
/// Not found, forbidden; field errors and a conflict show the page again.
pub async fn take_proposal(visitor: Visitor, pairs: web::Form<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let right = visit.right::<SignAssessment>()?;
            let mut form = Form::new(pairs.into_inner());
            let taken = read(&mut form).and_then(|(site, group)| {
                let draft = proposals::take(&visit.app, &right, site, group)?;
                Ok(format!("/assessments/drafts/{draft}"))
            });
            act(visit, form, taken)
        })
        .await
}

/// `POST /proposals/refuse`, with a reason.
///
/// # Errors
/// Not found, forbidden; field errors and a conflict show the page again.
pub async fn refuse_proposal(visitor: Visitor, pairs: web::Form<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let right = visit.right::<SignAssessment>()?;
            let mut form = Form::new(pairs.into_inner());
            let reason = form.text("reason");
            let refused = read(&mut form).and_then(|(site, group)| {
                proposals::refuse(&visit.app, &right, (site, group), &reason)?;
                Ok(format!("/proposals?site={site}"))
            });
            act(visit, form, refused)
        })
        .await
}

/// Reads which proposal is meant: `site`, `category`, `environment`.
///
/// # Errors
/// Field errors, which the form keeps too.
pub fn read(form: &mut Form) -> Result<(i64, Group)> {
    let (site, category, environment) =
        (form.id("site"), form.id("category"), form.code::<Environment>("environment"));
    for (name, missing) in [("site", site.is_none()), ("category", category.is_none())] {
        if missing && form.error(name).is_none() {
            form.fail(name, "choose one");
        }
    }
    form.check()?;
    match (site, category) {
        (Some(site), Some(category_id)) => Ok((site, Group { environment, category_id })),
        _ => Err(Error::field("site", "choose the site")),
    }
}

fn act(visit: &Visit, mut form: Form, done: Result<String>) -> Result<Reply> {
    match done {
        Ok(path) => Ok(Reply::see_other(&path, "saved")),
        Err(error) => {
            again(&mut form, error)?;
            let site = form.value("site").parse().ok();
            Reply::unprocessable(&page(visit, site, form)?)
        }
    }
}

impl ProposalsPage {
    fn bar(&self, row: &Measurement) -> Bar {
        let bounds = row.measured.wilson();
        let at = |share: f64| (share.clamp(0.0, WHOLE) / WHOLE * WIDTH) as u32;
        let (low, high) = (at(bounds.low), at(bounds.high));
        let words = format!("{} The rule asks for less than {}.", figures(row), percent(LOW_RATE));
        let rate = at(row.measured.rate().unwrap_or(0.0));
        Bar { low, width: (high - low).max(2), rate, line: at(LOW_RATE), words }
    }

    fn rate(&self, row: &Measurement) -> String {
        row.measured.rate().map_or_else(|| "nothing measured".to_owned(), percent)
    }

    fn bounds(&self, row: &Measurement) -> String {
        let bounds = row.measured.wilson();
        format!("{} to {}", percent(bounds.low), percent(bounds.high))
    }

    fn says(&self, row: &Measurement) -> String {
        says(row)
    }

    fn assets(&self, row: &Measurement) -> String {
        if row.assets == 1 { "1 asset".to_owned() } else { format!("{} assets", row.assets) }
    }

    fn environment(&self, row: &Measurement) -> &'static str {
        row.group.environment.map_or("", domain::code::Code::code)
    }
}

/// What the figures propose, in words.
pub fn says(row: &Measurement) -> String {
    let most = longest(row.group.environment);
    match row.proposal {
        Proposal::Lengthen { to } => format!("Lengthen to {to} months: surely below 2 %"),
        Proposal::Shorten { to } => format!("Shorten to {to} months: surely above 2 %"),
        Proposal::TooFew { missing } => {
            format!("No proposal yet: {missing} more inspections without a failure would show less than 2 %")
        }
        Proposal::TooFewToShorten { missing } => {
            format!("No proposal yet: {missing} more inspections are needed to be sure of anything")
        }
        Proposal::Unclear => "No proposal: neither surely above nor below 2 %".to_owned(),
        Proposal::AtBound(months) if row.measured.wilson().low > LOW_RATE => {
            format!("No proposal: surely above 2 %, and {months} months is short already")
        }
        Proposal::AtBound(_) => format!("No proposal: none beyond {most} months is made here"),
    }
}
