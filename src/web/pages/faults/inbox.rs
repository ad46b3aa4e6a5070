//! `/faults`: the reports that wait, and what becomes of them.

use actix_web::web;
use askama::Template;
use domain::code::Code;
use domain::permission::{ViewRegister, WorkJob};

use crate::actions::faults::{OpenJob, Waiting, begin, dismiss, join, list_waiting, open};
use crate::error::{Error, Result};
use crate::web::forms::Form;
use crate::web::layout::Chrome;
use crate::web::pages::assets::asset_url;
use crate::web::reply::Reply;
use crate::web::visitor::{Visit, Visitor};

#[derive(Template)]
#[template(path = "faults/inbox.html")]
struct InboxPage {
    chrome: Chrome,
    form: Form,
    waiting: Vec<Waiting>,
    jobs: Vec<OpenJob>,
    works: bool,
}

/// `GET /faults`.
///
/// # Errors
/// Log in first.
pub async fn list_faults(visitor: Visitor) -> Result<Reply> {
    visitor.run(|visit| Reply::ok(&page(visit, Form::default())?)).await
}

fn page(visit: &Visit, form: Form) -> Result<InboxPage> {
    let (waiting, jobs) = list_waiting(&visit.app, &visit.right::<ViewRegister>()?)?;
    let works = visit.actor.may::<WorkJob>();
    Ok(InboxPage { chrome: Chrome::new(visit, "Reported faults"), form, waiting, jobs, works })
}

/// `POST /faults`: the ticked ones become a job, join one, or are dismissed.
///
/// # Errors
/// Not found, forbidden; field errors and what was dealt with meanwhile show the page again.
pub async fn act_on_faults(visitor: Visitor, pairs: web::Form<Vec<(String, String)>>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let mut form = Form::new(pairs.into_inner());
            match act(visit, &mut form) {
                Ok(reply) => Ok(reply),
                Err(error) => {
                    let meanwhile = matches!(error, Error::Conflict(_));
                    form.take(error)?;
                    let page = page(visit, form)?;
                    if meanwhile { Reply::conflict(&page) } else { Reply::unprocessable(&page) }
                }
            }
        })
        .await
}

fn act(visit: &Visit, form: &mut Form) -> Result<Reply> {
    let (app, right) = (&visit.app, visit.right::<WorkJob>()?);
    let ids = ticked(form)?;
    let job = match form.value("do") {
        "dismiss" => {
            dismiss(app, &right, &ids, form.value("why"))?;
            return Ok(Reply::see_other("/faults", "saved"));
        }
        "begin" => begin(app, &right, &ids)?,
        "job" if form.value("job").is_empty() => open(app, &right, &ids)?,
        "job" => join(app, &right, &ids, form.value("job"))?,
        other => {
            let words = format!("\"{other}\" is nothing that can be done; use job, begin or dismiss");
            return Err(Error::field("do", words));
        }
    };
    Ok(Reply::see_other(&format!("/jobs/{}", job.number), "saved"))
}

fn ticked(form: &mut Form) -> Result<Vec<i64>> {
    let mut ids = vec![];
    for text in form.all("fault").to_vec() {
        match text.parse() {
            Ok(id) => ids.push(id),
            Err(_) => form.fail("fault", format!("\"{text}\" is no number of a report")),
        }
    }
    form.check()?;
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}

impl InboxPage {
    /// The open jobs that a report may join: those of its own site first are named with it.
    fn choices(&self) -> Vec<(String, String)> {
        let site = |id: i64| self.waiting.iter().find(|one| one.line.site_id == id);
        let words = |(number, title, site_id): &OpenJob| {
            let at = site(*site_id).map(|one| format!(" ({})", one.line.site)).unwrap_or_default();
            (number.clone(), format!("{number} {title}{at}"))
        };
        self.jobs.iter().map(words).collect()
    }

    fn url(&self, tag: &str) -> String {
        asset_url(tag)
    }
}

impl Waiting {
    /// The state of its job in words.
    pub fn job_state(&self) -> String {
        self.line.job.as_ref().map(|(_, state)| state.0.noun()).unwrap_or_default()
    }
}
