//! One referral: what became of it, and what can be done with it.

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;
use domain::code::Code;
use domain::money::Currency;
use domain::permission::{ViewRegister, WorkJob};
use domain::referral::{ReferralState, ReferralStepKind};
use store::jobs::Job;
use store::referral_batches::batch_numbers;
use store::referrals::Step;

use super::list::status_of;
use super::{read_end, works};
use crate::actions::dues::{FIRM_ZONE, today};
use crate::actions::referrals::{self, ReferralLine};
use crate::actions::settings::find_firm;
use crate::error::{Error, Result};
use crate::web::editing::{Pairs, again};
use crate::web::forms::Form;
use crate::web::layout::Chrome;
use crate::web::reply::Reply;
use crate::web::visitor::{Visit, Visitor};

#[derive(Template)]
#[template(path = "referrals/show.html")]
struct ReferralPage {
    chrome: Chrome,
    form: Form,
    line: ReferralLine,
    job: Job,
    steps: Vec<Step>,
    batch: Option<String>,
    today: String,
    works: bool,
    currency: Currency,
}

impl ReferralPage {
    fn status(&self) -> (&'static str, String) {
        status_of(&self.line)
    }

    fn cost(&self) -> String {
        self.line.line.referral.cost_pence.map(|cost| self.currency.show(cost)).unwrap_or_default()
    }

    fn typed_cost(&self) -> String {
        self.line.line.referral.cost_pence.map(domain::money::plain).unwrap_or_default()
    }

    fn ended_attributes(&self) -> String {
        format!("type=date required max={}", self.today)
    }

    fn is_open(&self) -> bool {
        self.works && self.line.line.referral.state.0.is_open()
    }

    fn is_to_send(&self) -> bool {
        self.line.line.referral.state.0 == ReferralState::ToSend
    }

    /// How it may end, with what the button says.
    fn ends(&self) -> Vec<(&'static str, &'static str)> {
        let state = self.line.line.referral.state.0;
        let all = [ReferralState::ReceivedBack, ReferralState::Refused, ReferralState::WrittenOff];
        let may = all.into_iter().filter(|end| self.works && state.may_become(*end));
        may.map(|end| (end.code(), end.label())).collect()
    }

    fn title(&self, step: &Step) -> String {
        match step.kind.0 {
            ReferralStepKind::State => ReferralState::parse_code(&step.to)
                .map_or_else(|_| step.to.clone(), |state| state.label().to_owned()),
            ReferralStepKind::Chased => format!("Asked; again on {}", step.to),
            ReferralStepKind::Cost if step.to.is_empty() => "Cost taken back".to_owned(),
            ReferralStepKind::Cost => format!("Cost noted: {}{}", self.currency.sign(), step.to),
            ReferralStepKind::Due if step.to.is_empty() => "No date is promised any more".to_owned(),
            ReferralStepKind::Due => format!("Promised for {}", step.to),
        }
    }

    fn time(&self, step: &Step) -> String {
        step.at.utc().with_timezone(&FIRM_ZONE).format("%a %-d %b %Y, %H:%M").to_string()
    }
}

/// `GET /referrals/{id}`.
///
/// # Errors
/// Not found.
pub async fn show_referral(visitor: Visitor, id: web::Path<i64>) -> Result<Reply> {
    visitor.run(move |visit| Reply::ok(&page(visit, *id, Form::default())?)).await
}

fn page(visit: &Visit, id: i64, mut form: Form) -> Result<ReferralPage> {
    let (line, job, steps) = referrals::find_referral(&visit.app, &visit.right::<ViewRegister>()?, id)?;
    let batch = match line.line.referral.batch_id {
        Some(batch) => visit.app.store.read(|conn| batch_numbers(conn, &[batch]))?.pop(),
        None => None,
    };
    let today = today(&visit.app).to_string();
    if form.value("ended_on").is_empty() {
        form.set("ended_on", &today);
    }
    Ok(ReferralPage {
        chrome: Chrome::new(visit, format!("Referral: {}", line.line.referral.what)),
        batch: batch.map(|(_, number)| number),
        works: works(visit),
        currency: find_firm(&visit.app)?.currency,
        form,
        line,
        job,
        steps,
        today,
    })
}

/// `POST /referrals/{id}/cost`: what it cost, also after it ended.
///
/// # Errors
/// Not found, forbidden, stale; field errors show the referral again.
pub async fn note_cost(visitor: Visitor, id: web::Path<i64>, pairs: web::Form<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let right = visit.right::<WorkJob>()?;
            let mut form = Form::new(pairs.into_inner());
            let (version, cost) = (version(&mut form), form.pence("cost"));
            let done =
                form.check().and_then(|()| referrals::note_cost(&visit.app, &right, (*id, version), cost));
            match done {
                Ok(_) => Ok(Reply::see_other(&format!("/referrals/{id}"), "saved")),
                Err(error) => refused(visit, *id, form, error),
            }
        })
        .await
}

/// The page with what was refused.
fn refused(visit: &Visit, id: i64, mut form: Form, error: Error) -> Result<Reply> {
    let status = match &error {
        Error::Conflict(_) => StatusCode::CONFLICT,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    again(&mut form, error)?;
    Reply::page(status, &page(visit, id, form)?)
}

fn version(form: &mut Form) -> i64 {
    let version = form.number("version", 0, i64::MAX);
    if version.is_none() && form.error("version").is_none() {
        form.fail("version", "open the referral again, then try once more");
    }
    version.unwrap_or(-1)
}

/// `POST /referrals/{id}/send`.
///
/// # Errors
/// Not found, forbidden, stale; field errors show the referral again.
pub async fn send_referral(visitor: Visitor, id: web::Path<i64>, pairs: web::Form<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let right = visit.right::<WorkJob>()?;
            let mut form = Form::new(pairs.into_inner());
            let (version, sent_on) = (version(&mut form), form.date("sent_on"));
            let done = form.check().and_then(|()| {
                let sent_on = sent_on.ok_or_else(|| Error::field("sent_on", "give the day"))?;
                referrals::send_referral(&visit.app, &right, (*id, version), sent_on)
            });
            match done {
                Ok(_) => Ok(Reply::see_other(&format!("/referrals/{id}"), "saved")),
                Err(error) => refused(visit, *id, form, error),
            }
        })
        .await
}

/// `POST /referrals/{id}/chase`: they were asked today. `back=list` goes back to the list.
///
/// # Errors
/// Not found, forbidden; field errors show the referral.
pub async fn chase_referral(visitor: Visitor, id: web::Path<i64>, pairs: web::Form<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let right = visit.right::<WorkJob>()?;
            let mut form = Form::new(pairs.into_inner());
            let (note, again_on) = (form.text("note"), form.date("chase_on"));
            let done = form
                .check()
                .and_then(|()| referrals::chase_referral(&visit.app, &right, *id, (&note, again_on)));
            let back = if form.value("back") == "list" {
                "/referrals".to_owned()
            } else {
                format!("/referrals/{id}")
            };
            match done {
                Ok(_) => Ok(Reply::see_other(&back, "saved")),
                Err(error) => refused(visit, *id, form, error),
            }
        })
        .await
}

/// `POST /referrals/{id}/end`: received back, refused or written off.
///
/// # Errors
/// Not found, forbidden, stale; field errors show the referral again.
pub async fn end_referral(visitor: Visitor, id: web::Path<i64>, pairs: web::Form<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let right = visit.right::<WorkJob>()?;
            let mut form = Form::new(pairs.into_inner());
            let (version, end) = (version(&mut form), read_end(&mut form));
            let done = form.check().and_then(|()| {
                let end = end.ok_or_else(|| Error::field("state", "say how it ended"))?;
                referrals::end_referral(&visit.app, &right, (*id, version), &end)
            });
            match done {
                Ok(_) => Ok(Reply::see_other(&format!("/referrals/{id}"), "saved")),
                Err(error) => refused(visit, *id, form, error),
            }
        })
        .await
}
