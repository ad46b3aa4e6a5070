//! The queue: open jobs in the order in which they are to be looked at, and lists of closed ones.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use domain::job::{JobState, Outcome};
use domain::search_text::query;

use super::Job;
use crate::access::Scope;
use crate::error::Result;
use crate::in_scope;
use crate::portable::AnyConnection;
use crate::schema::{customers, job_assets, jobs, people, sites};
use crate::search::{Facet, Index, Search, find_documents};
use crate::types::{Coded, Moment};

/// Which jobs of the scope.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Of one customer.
    pub customer_id: Option<i64>,
    /// At one site.
    pub site_id: Option<i64>,
    /// About one asset.
    pub asset_id: Option<i64>,
    /// Somebody's, or nobody's.
    pub assignee: Option<Option<i64>>,
    /// With one support line.
    pub line: Option<i64>,
    /// In one of these states; open ones where none is named.
    pub states: Vec<JobState>,
    /// Closed with one of these outcomes.
    pub outcomes: Vec<Outcome>,
    /// Past their deadline at this moment.
    pub overdue_at: Option<DateTime<Utc>>,
    /// Closed at or after this moment.
    pub closed_from: Option<Moment>,
    /// Closed before this moment.
    pub closed_until: Option<Moment>,
    /// Words that the job holds.
    pub words: String,
}

impl Filter {
    /// Whether closed jobs are asked for.
    pub fn wants_closed(&self) -> bool {
        self.states.contains(&JobState::Closed) || !self.outcomes.is_empty()
    }
}

/// In which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// The nearest deadline first; what has none after it, the oldest first.
    #[default]
    Deadline,
    /// Whom it keeps from working, the most first.
    Impact,
    /// By customer and site, so that what is near each other stands together.
    Place,
    /// The latest opened first.
    Newest,
    /// The latest closed first.
    Closed,
}

/// A job with the names around it.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Line {
    /// The job.
    pub job: Job,
    /// The customer's name.
    pub customer: String,
    /// The site's name.
    pub site: String,
    /// Who is at it.
    pub assignee: Option<String>,
}

/// Jobs found by words at once; beyond that the words are too common to help.
const MOST_FOUND: i64 = 500;

/// The jobs of a scope, in an order, from the given place on.
///
/// # Errors
/// The database's.
pub fn list_jobs(
    conn: &mut AnyConnection,
    scope: &Scope,
    filter: &Filter,
    order: Order,
    (offset, limit): (i64, i64),
) -> Result<Vec<Line>> {
    let joined = jobs::table
        .inner_join(customers::table)
        .inner_join(sites::table.on(sites::id.eq(jobs::site_id)))
        .left_join(people::table)
        .select((Job::as_select(), customers::name, sites::name, people::name.nullable()))
        .into_boxed();
    let within = filter.customer_id.map_or_else(|| scope.clone(), |customer| scope.within(customer));
    let mut jobs_query = in_scope!(joined, within, jobs::customer_id);
    // Said in the words of the indexes, so that open jobs never wait for very many closed ones. Some customers' are found
    // by themselves first: joined to the customer, SQLite would walk all jobs that the customer ever had.
    jobs_query = match within.customers() {
        Some(ids) if !filter.wants_closed() => {
            let standing = diesel::alias!(jobs as standing_jobs);
            let open = standing.field(jobs::closed_at).is_null();
            let of = standing.field(jobs::customer_id).eq_any(ids.to_vec());
            let found = standing.filter(open.and(of)).select(standing.field(jobs::id));
            jobs_query.filter(jobs::id.eq_any(found))
        }
        None if !filter.wants_closed() => jobs_query.filter(jobs::closed_at.is_null()),
        _ if filter.states.iter().all(|state| *state == JobState::Closed) => {
            jobs_query.filter(jobs::closed_at.is_not_null())
        }
        _ => jobs_query,
    };
    if !filter.states.is_empty() {
        let states: Vec<_> = filter.states.iter().copied().map(Coded).collect();
        jobs_query = jobs_query.filter(jobs::state.eq_any(states));
    }
    if !filter.outcomes.is_empty() {
        let outcomes: Vec<_> = filter.outcomes.iter().copied().map(|outcome| Some(Coded(outcome))).collect();
        jobs_query = jobs_query.filter(jobs::outcome.eq_any(outcomes));
    }
    if let Some(site) = filter.site_id {
        jobs_query = jobs_query.filter(jobs::site_id.eq(site));
    }
    if let Some(asset) = filter.asset_id {
        let ids = job_assets::table.filter(job_assets::asset_id.eq(asset)).select(job_assets::job_id);
        jobs_query = jobs_query.filter(jobs::id.eq_any(ids));
    }
    match filter.assignee {
        Some(Some(person)) => jobs_query = jobs_query.filter(jobs::assignee_id.eq(person)),
        Some(None) => jobs_query = jobs_query.filter(jobs::assignee_id.is_null()),
        None => {}
    }
    if let Some(line) = filter.line {
        jobs_query = jobs_query.filter(jobs::line.eq(line));
    }
    if let Some(at) = filter.overdue_at {
        jobs_query = jobs_query.filter(jobs::due_at.lt(Moment::from(at)));
    }
    if let Some(from) = filter.closed_from {
        jobs_query = jobs_query.filter(jobs::closed_at.ge(from));
    }
    if let Some(until) = filter.closed_until {
        jobs_query = jobs_query.filter(jobs::closed_at.lt(until));
    }
    if !filter.words.trim().is_empty() {
        let found = find_documents(conn, Index::Jobs, &search(scope, filter), (None, MOST_FOUND))?;
        jobs_query = jobs_query.filter(jobs::id.eq_any(found));
    }
    jobs_query = match order {
        Order::Deadline => jobs_query.order((jobs::due_at.is_null(), jobs::due_at, jobs::id)),
        Order::Impact => jobs_query.order((impact_rank(), jobs::due_at.is_null(), jobs::due_at, jobs::id)),
        Order::Place => {
            jobs_query.order((customers::name, sites::name, jobs::due_at.is_null(), jobs::due_at, jobs::id))
        }
        Order::Closed => jobs_query.order((jobs::closed_at.desc(), jobs::id.desc())),
        Order::Newest => jobs_query.order(jobs::id.desc()),
    };
    Ok(jobs_query.offset(offset).limit(limit).load(conn)?)
}

/// The jobs of these ids within a scope, in the order of the ids.
///
/// # Errors
/// The database's.
pub fn find_lines(conn: &mut AnyConnection, scope: &Scope, ids: &[i64]) -> Result<Vec<Line>> {
    let rows = jobs::table
        .inner_join(customers::table)
        .inner_join(sites::table.on(sites::id.eq(jobs::site_id)))
        .left_join(people::table)
        .select((Job::as_select(), customers::name, sites::name, people::name.nullable()))
        .into_boxed();
    let query = in_scope!(rows, scope, jobs::customer_id);
    let mut lines: Vec<Line> = query.filter(jobs::id.eq_any(ids)).load(conn)?;
    lines.sort_by_key(|line| ids.iter().position(|id| *id == line.job.id));
    Ok(lines)
}

/// How much the impact weighs, the gravest first: its codes have another order.
fn impact_rank() -> diesel::expression::SqlLiteral<diesel::sql_types::Integer> {
    diesel::dsl::sql("CASE jobs.impact WHEN 'safety' THEN 0 WHEN 'site' THEN 1 WHEN 'team' THEN 2 ELSE 3 END")
}

fn search(scope: &Scope, filter: &Filter) -> Search {
    let mut facets = vec![];
    match (filter.customer_id, scope.customers()) {
        (Some(customer), _) => facets.push(vec![Facet::Customer(customer)]),
        (None, Some(customers)) => {
            facets.push(customers.iter().map(|id| Facet::Customer(*id)).collect());
        }
        (None, None) => {}
    }
    if let Some(site) = filter.site_id {
        facets.push(vec![Facet::Site(site)]);
    }
    if !filter.wants_closed() {
        facets.push(vec![Facet::Open(true)]);
    }
    Search { words: query(&filter.words), facets, ..Search::default() }
}

/// How many open jobs of the scope stand in each state, and how many are past their deadline at a moment.
///
/// # Errors
/// The database's.
pub fn count_open(
    conn: &mut AnyConnection,
    scope: &Scope,
    now: DateTime<Utc>,
) -> Result<(Vec<(JobState, i64)>, i64)> {
    let open = in_scope!(
        jobs::table.filter(jobs::closed_at.is_null()).select((jobs::state, jobs::due_at)).into_boxed(),
        scope,
        jobs::customer_id
    );
    let rows: Vec<(Coded<JobState>, Option<Moment>)> = open.load(conn)?;
    let overdue = rows.iter().filter(|(_, due)| due.is_some_and(|due| due.utc() < now)).count();
    let of = |state: JobState| rows.iter().filter(|(at, _)| at.0 == state).count();
    let counts = <JobState as domain::code::Code>::ALL.iter().copied();
    let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    Ok((counts.map(|state| (state, number(of(state)))).collect(), number(overdue)))
}
