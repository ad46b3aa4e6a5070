//! The queue: which job is to be looked at next.

use actix_web::web;
use askama::Template;
use domain::code::Code;
use domain::job::{JobState, LINES, Outcome};
use domain::permission::{ViewRegister, WorkJob};
use store::customers::list_customers;
use store::jobs::queue::{Filter, Order, count_open};
use store::notices::count_unread;
use store::sites::list_sites;

use super::job_url;
use crate::actions::jobs::{self, JobLine};
use crate::error::Result;
use crate::web::api::find::only_known;
use crate::web::editing::Pairs;
use crate::web::forms::{Form, options};
use crate::web::layout::Chrome;
use crate::web::problem::form_urlencoded;
use crate::web::reply::Reply;
use crate::web::visitor::{Visit, Visitor};

/// Jobs on a page.
const PAGE: i64 = 50;
/// How far back a list can be leafed through.
const DEEPEST: i64 = 100_000;

const FILTERS: &[&str] = &[
    "q", "customer", "site", "asset", "assignee", "line", "status", "outcome", "overdue", "from", "until",
    "order", "offset", "done",
];

#[derive(Template)]
#[template(path = "jobs/list.html")]
struct ListPage {
    chrome: Chrome,
    form: Form,
    jobs: Vec<JobLine>,
    counts: Vec<(JobState, i64)>,
    overdue: i64,
    unread: i64,
    customers: Vec<(String, String)>,
    sites: Vec<(String, String)>,
    people: Vec<(String, String)>,
    works: bool,
    more: Option<String>,
}

impl ListPage {
    fn url(&self, job: &JobLine) -> String {
        job_url(&job.line.job.number)
    }

    fn states(&self) -> Vec<(String, String)> {
        let mut states = options::<JobState>();
        states.insert(0, ("all".to_owned(), "All, closed ones too".to_owned()));
        states
    }

    fn outcomes(&self) -> Vec<(String, String)> {
        options::<Outcome>()
    }

    fn lines(&self) -> Vec<(String, String)> {
        LINES.map(|line| (line.to_string(), format!("Line {line}"))).collect()
    }

    fn orders(&self) -> Vec<(String, String)> {
        ORDERS.iter().map(|(code, label, _)| ((*code).to_owned(), (*label).to_owned())).collect()
    }

    fn total(&self) -> i64 {
        self.counts.iter().map(|(_, count)| count).sum()
    }
}

const ORDERS: &[(&str, &str, Order)] = &[
    ("deadline", "Nearest deadline", Order::Deadline),
    ("impact", "Impact", Order::Impact),
    ("place", "Customer and site", Order::Place),
    ("newest", "Newest", Order::Newest),
    ("closed", "Last closed", Order::Closed),
];

/// `GET /jobs`.
///
/// # Errors
/// A field error for a filter that cannot be.
pub async fn list_jobs(visitor: Visitor, pairs: web::Query<Pairs>) -> Result<Reply> {
    visitor.run(move |visit| Reply::ok(&page(visit, Form::new(pairs.into_inner()))?)).await
}

/// Reads which jobs are asked for; the pages' and the API's names are the same.
///
/// # Errors
/// Field errors.
pub fn filter_of(visit: &Visit, form: &mut Form) -> Result<(Filter, Order)> {
    let mut filter = Filter {
        customer_id: form.id("customer"),
        site_id: form.id("site"),
        asset_id: form.id("asset"),
        line: form.number("line", *LINES.start(), *LINES.end()),
        words: form.text("q"),
        ..Filter::default()
    };
    filter.assignee = match form.value("assignee") {
        "" => None,
        "none" => Some(None),
        "me" => Some(visit.actor.person_id()),
        _ => form.id("assignee").map(Some),
    };
    read_states(form, &mut filter);
    if form.ticked("overdue") {
        filter.overdue_at = Some(visit.app.now());
    }
    let zone = crate::actions::dues::FIRM_ZONE;
    let day = |day: chrono::NaiveDate| domain::schedule::day_begins(day, zone);
    (filter.closed_from, filter.closed_until) = (
        form.date("from").map(|from| day(from).into()),
        form.date("until").map(|until| day(until + chrono::Days::new(1)).into()),
    );
    let order = match ORDERS.iter().find(|(code, ..)| *code == form.value("order")) {
        Some((.., order)) => *order,
        None if form.value("order").is_empty() && filter.states == [JobState::Closed] => Order::Closed,
        None if form.value("order").is_empty() && filter.wants_closed() => Order::Newest,
        None if form.value("order").is_empty() => Order::Deadline,
        None => {
            let codes: Vec<_> = ORDERS.iter().map(|(code, ..)| *code).collect();
            form.fail("order", format!("use one of {}", codes.join(", ")));
            Order::Deadline
        }
    };
    form.check()?;
    Ok((filter, order))
}

fn read_states(form: &mut Form, filter: &mut Filter) {
    match form.value("status") {
        "" => {}
        "all" => filter.states = JobState::ALL.to_vec(),
        "open" => {}
        _ => filter.states = form.code("status").into_iter().collect(),
    }
    filter.outcomes = form.code("outcome").into_iter().collect();
    let dated = !form.value("from").is_empty() || !form.value("until").is_empty();
    if (dated || !filter.outcomes.is_empty()) && filter.states.is_empty() {
        filter.states = vec![JobState::Closed];
    }
}

fn page(visit: &Visit, mut form: Form) -> Result<ListPage> {
    let right = visit.right::<ViewRegister>()?;
    only_known(&mut form, FILTERS);
    let (filter, order) = filter_of(visit, &mut form)?;
    let offset = form.number("offset", 0, DEEPEST).unwrap_or(0);
    form.check()?;
    let mut found = jobs::list_jobs(&visit.app, &right, &filter, order, (offset, PAGE + 1))?;
    let more = (found.len() > PAGE as usize).then(|| address(&form, offset + PAGE));
    found.truncate(PAGE as usize);
    let scope = visit.actor.scope();
    visit.app.store.read(|conn| {
        let (counts, overdue) = count_open(conn, scope, visit.app.now())?;
        let unread = match visit.actor.person_id() {
            Some(person) => count_unread(conn, person)?,
            None => 0,
        };
        let named = |id: i64, name: String| (id.to_string(), name);
        let customers = list_customers(conn, scope)?;
        let sites = match filter.customer_id {
            Some(customer) => list_sites(conn, scope, Some(customer))?,
            None => vec![],
        };
        let people = crate::actions::visits::list_engineers(conn)?;
        let mut people: Vec<_> = people.into_iter().map(|(id, name)| named(id, name)).collect();
        people.insert(0, ("none".to_owned(), "Nobody".to_owned()));
        people.insert(0, ("me".to_owned(), "Me".to_owned()));
        Ok(ListPage {
            chrome: Chrome::new(visit, "Jobs"),
            form,
            jobs: found,
            counts,
            overdue,
            unread,
            customers: customers.into_iter().map(|customer| named(customer.id, customer.name)).collect(),
            sites: sites.into_iter().map(|site| named(site.id, site.name)).collect(),
            people,
            works: visit.actor.may::<WorkJob>(),
            more,
        })
    })
}

/// The address of the same list from another place on.
fn address(form: &Form, offset: i64) -> String {
    let kept =
        FILTERS.iter().filter(|name| !["offset", "done"].contains(*name) && !form.value(name).is_empty());
    let kept: String = kept.map(|name| format!("{name}={}&", form_urlencoded(form.value(name)))).collect();
    format!("/jobs?{kept}offset={offset}")
}
