//! What is out: the most urgent first, asked after with one tap, packed together.

use actix_web::web;
use askama::Template;
use domain::money::Currency;
use domain::permission::{ViewRegister, WorkJob};
use domain::referral::{Chase, ReferralState};
use store::referral_batches::Batch;
use store::referrals::Of;
use store::suppliers::Supplier;

use super::works;
use crate::actions::dues::today;
use crate::actions::referrals::{self, ReferralLine};
use crate::actions::settings::currency_in;
use crate::error::{Error, Result};
use crate::web::editing::Pairs;
use crate::web::forms::Form;
use crate::web::layout::Chrome;
use crate::web::reply::Reply;
use crate::web::visitor::{Visit, Visitor};

/// Referrals on a page.
const PAGE: i64 = 100;
/// How far back a list can be leafed through.
const DEEPEST: i64 = 100_000;

#[derive(Template)]
#[template(path = "referrals/list.html")]
struct ReferralsPage {
    chrome: Chrome,
    form: Form,
    lines: Vec<ReferralLine>,
    suppliers: Vec<(String, String)>,
    supplier: Option<Supplier>,
    batches: Vec<(Batch, String, i64)>,
    ended: bool,
    works: bool,
    currency: Currency,
    next: Option<String>,
}

impl ReferralsPage {
    fn status(&self, line: &ReferralLine) -> (&'static str, String) {
        status_of(line)
    }

    fn can_pack(&self, line: &ReferralLine) -> bool {
        self.works
            && line.line.referral.state.0 == ReferralState::ToSend
            && line.line.referral.batch_id.is_none()
    }

    fn packs(&self) -> bool {
        self.lines.iter().any(|line| self.can_pack(line))
    }

    fn out(&self, line: &ReferralLine) -> bool {
        self.works && line.line.referral.state.0 == ReferralState::Sent
    }

    fn cost(&self, line: &ReferralLine) -> String {
        line.line.referral.cost_pence.map(|cost| self.currency.show(cost)).unwrap_or_default()
    }

    fn overdue(&self) -> usize {
        self.lines.iter().filter(|line| line.chase == Chase::Overdue).count()
    }
}

/// The mark of a referral: the class of its colour, and its words.
pub(super) fn status_of(line: &ReferralLine) -> (&'static str, String) {
    use domain::code::Code;
    let state = line.line.referral.state.0;
    match (state, line.chase) {
        (ReferralState::Sent | ReferralState::ToSend, Chase::Overdue) => {
            let days = if line.days_late == 1 { "day" } else { "days" };
            ("overdue", format!("{} {days} late", line.days_late))
        }
        (ReferralState::Sent, Chase::Today) => ("due", "ask today".to_owned()),
        (ReferralState::Sent, Chase::Later) => ("ok", state.label().to_owned()),
        (ReferralState::ToSend, _) => ("due", state.label().to_owned()),
        (ReferralState::ReceivedBack, _) => ("pass", state.label().to_owned()),
        (ReferralState::Refused | ReferralState::WrittenOff, _) => ("fail", state.label().to_owned()),
    }
}

/// `GET /referrals`; `?supplier=` keeps to one, `?ended=yes` shows what is over.
///
/// # Errors
/// Not found for a supplier that there is not.
pub async fn list_referrals(visitor: Visitor, pairs: web::Query<Pairs>) -> Result<Reply> {
    visitor.run(move |visit| Reply::ok(&page(visit, Form::new(pairs.into_inner()))?)).await
}

fn page(visit: &Visit, mut form: Form) -> Result<ReferralsPage> {
    let right = visit.right::<ViewRegister>()?;
    let (supplier, ended) = (form.id("supplier"), form.ticked("ended"));
    let offset = form.number("offset", 0, DEEPEST).unwrap_or(0);
    form.check()?;
    let day = today(&visit.app);
    let of = match (ended, supplier) {
        (true, _) => Of::Ended,
        (false, Some(id)) => Of::Supplier(id, day),
        (false, None) => Of::Open(day),
    };
    visit.app.store.read(|conn| {
        let supplier = match supplier {
            Some(id) => Some(store::suppliers::find_supplier(conn, id)?),
            None => None,
        };
        let lines = referrals::list_referrals(conn, &right, (of, day), (offset, PAGE))?;
        let next = (lines.len() as i64 == PAGE).then(|| {
            let kept = form.value("supplier");
            let ended = if ended { "&ended=yes" } else { "" };
            format!("/referrals?offset={}&supplier={kept}{ended}", offset + PAGE)
        });
        Ok::<_, Error>(ReferralsPage {
            chrome: Chrome::new(visit, "Referrals"),
            suppliers: super::suppliers(conn)?,
            batches: if works(visit) { referrals::list_open_batches(conn, &right)? } else { vec![] },
            works: works(visit),
            currency: currency_in(conn)?,
            supplier,
            lines,
            ended,
            next,
            form,
        })
    })
}

/// `POST /referrals/pack`: puts what is ticked into a consignment, a new one where none is chosen.
///
/// # Errors
/// Not found, forbidden, a conflict for what cannot go together.
pub async fn pack(visitor: Visitor, pairs: web::Form<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let right = visit.right::<WorkJob>()?;
            let mut form = Form::new(pairs.into_inner());
            let ids: Vec<i64> = form.all("referral").iter().filter_map(|id| id.parse().ok()).collect();
            if ids.len() != form.all("referral").len() {
                form.fail("referral", "choose from the list");
            }
            form.check()?;
            let batch = Some(form.value("batch")).filter(|number| !number.is_empty());
            let number = referrals::pack(&visit.app, &right, batch, &ids)?;
            Ok(Reply::see_other(&format!("/referral-batches/{number}"), "saved"))
        })
        .await
}
