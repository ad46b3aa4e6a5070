//! Referrals: what is out with suppliers, chased, received back; and consignments.

mod batch;
mod form;
mod list;
mod section;
mod show;

pub use batch::{receive_batch, send_batch, show_batch, take_out};
pub use form::{change_referral, edit_referral, new_referral, refer};
pub use list::{list_referrals, pack};
pub use section::section;
pub use show::{chase_referral, end_referral, note_cost, send_referral, show_referral};

use domain::permission::WorkJob;
use store::AnyConnection;
use store::suppliers::list_suppliers;

use crate::actions::referrals::{End, Next};
use crate::error::Result;
use crate::web::forms::Form;
use crate::web::visitor::Visit;

/// The suppliers that something may be sent to, as options.
fn suppliers(conn: &mut AnyConnection) -> Result<Vec<(String, String)>> {
    let all = list_suppliers(conn)?.into_iter().filter(|supplier| !supplier.archived);
    Ok(all.map(|supplier| (supplier.id.to_string(), supplier.name)).collect())
}

/// How a referral ended, as a form says.
fn read_end(form: &mut Form) -> Option<End> {
    let (state, ended_on) = (form.required_code("state"), form.date("ended_on"));
    if form.value("ended_on").is_empty() {
        form.fail("ended_on", "give the day");
    }
    let next = Next::parse(form.value("next"));
    if let Err(why) = &next {
        form.fail("next", why.clone());
    }
    let (result, cost_pence) = (form.long_text("result"), form.pence("cost"));
    let opened = form.ticked("opened");
    Some(End { state: state?, ended_on: ended_on?, result, cost_pence, opened, next: next.ok()? })
}

/// Whether whoever looks may refer and receive.
fn works(visit: &Visit) -> bool {
    visit.actor.may::<WorkJob>()
}
