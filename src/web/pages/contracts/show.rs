//! The list of contracts, and one contract with its terms.

use actix_web::web;
use askama::Template;
use chrono::{DateTime, NaiveDate, Utc};
use domain::code::Code;
use domain::job::Priority;
use domain::minutes::type_minutes;
use domain::permission::EditContract;
use domain::terms::{Promise, Terms};
use store::calendars::CalendarRow;
use store::contracts::{ContractRow, TermsRow};

use crate::actions::contracts::{self, ContractView};
use crate::actions::dues::{time_zone, today};
use crate::error::Result;
use crate::web::editing::Pairs;
use crate::web::forms::Form;
use crate::web::layout::Chrome;
use crate::web::reply::Reply;
use crate::web::visitor::Visitor;

#[derive(Template)]
#[template(path = "contracts/list.html")]
struct ContractsPage {
    chrome: Chrome,
    contracts: Vec<(ContractRow, String)>,
    /// The customer that the list is kept to.
    customer: Option<i64>,
    today: NaiveDate,
}

impl ContractsPage {
    fn state(&self, contract: &ContractRow) -> (&'static str, &'static str) {
        state(contract, self.today)
    }
}

/// How a contract stands on a day: class and words.
fn state(contract: &ContractRow, today: NaiveDate) -> (&'static str, &'static str) {
    match () {
        () if today < contract.starts_on => ("reserved", "To come"),
        () if contract.ends_on.is_some_and(|ends| ends < today) => ("retired", "Ended"),
        () => ("active", "In force"),
    }
}

#[derive(Template)]
#[template(path = "contracts/show.html")]
struct ContractPage {
    chrome: Chrome,
    view: ContractView,
    now: DateTime<Utc>,
    state: (&'static str, &'static str),
}

impl ContractPage {
    fn priorities(&self) -> &'static [Priority] {
        Priority::ALL
    }

    fn target(&self, terms: &Terms, priority: &Priority, fix: bool) -> String {
        let promise = if fix { Promise::Fix } else { Promise::Response };
        terms.target(promise, *priority).map_or_else(|| "none".to_owned(), type_minutes)
    }

    fn pauses(&self, terms: &Terms) -> String {
        let words: Vec<String> = terms.pauses.iter().map(|reason| reason.noun()).collect();
        if words.is_empty() { "nothing".to_owned() } else { words.join(", ") }
    }

    /// A moment by the calendar's clock; by Greenwich's where its zone is not known here.
    fn since(&self, row: &TermsRow, calendar: &CalendarRow) -> String {
        let zone = time_zone(&calendar.time_zone).unwrap_or(chrono_tz::UTC);
        row.since.utc().with_timezone(&zone).format("%a %-d %b %Y, %H:%M").to_string()
    }

    fn is_in_force(&self, row: &TermsRow) -> bool {
        self.view.in_force(self.now).is_some_and(|(now, _)| now.id == row.id)
    }
}

/// `GET /contracts`; `?customer=` keeps to one.
///
/// # Errors
/// Forbidden; not found for a foreign customer.
pub async fn list_contracts(visitor: Visitor, pairs: web::Query<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let right = visit.right::<EditContract>()?;
            let mut form = Form::new(pairs.into_inner());
            let customer = form.id("customer");
            form.check()?;
            let contracts = contracts::list_contracts(&visit.app, &right, customer)?;
            let (chrome, today) = (Chrome::new(visit, "Contracts"), today(&visit.app));
            Reply::ok(&ContractsPage { chrome, contracts, customer, today })
        })
        .await
}

/// `GET /contracts/{id}`.
///
/// # Errors
/// Not found, forbidden.
pub async fn show_contract(visitor: Visitor, id: web::Path<i64>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let view = contracts::find_contract(&visit.app, &visit.right::<EditContract>()?, *id)?;
            let state = state(&view.contract, today(&visit.app));
            let chrome = Chrome::new(visit, view.contract.name.clone());
            Reply::ok(&ContractPage { chrome, view, now: visit.app.now(), state })
        })
        .await
}
