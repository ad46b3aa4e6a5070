//! The due list.

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;
use chrono::{DateTime, Days, NaiveDate, Utc};
use domain::code::Code;
use domain::due::{DueCounts, DueKind, Month};
use domain::permission::{DownloadPapers, RecordTest, ViewRegister};
use store::due_list::{DueFilter, DueKey, DueRow};
use store::stopped::Trouble;
use store::{customers, places, sites};

use crate::actions::dues::{self, Ground, StoppedList};
use crate::app::App;
use crate::error::{Error, Result};
use crate::web::forms::{Form, options};
use crate::web::layout::Chrome;
use crate::web::pages::assets::asset_url;
use crate::web::problem::form_urlencoded;
use crate::web::reply::Reply;
use crate::web::visitor::{Visit, Visitor};

/// Rows of a page.
const PAGE: usize = 50;
/// Rows of the short lists of things in trouble.
const STOPPED: i64 = 20;
/// A download holds this many rows; more is asked for piece by piece, so that one reader cannot fill the memory.
const MOST_ROWS: usize = 100_000;

/// What a query asks for, read and found within the reader's scope.
pub struct Asked {
    /// The raw query, for the form and for links.
    pub form: Form,
    /// Where.
    pub ground: Ground,
    /// The same for the store.
    pub filter: DueFilter,
    /// The row after which the page begins.
    pub after: Option<DueKey>,
}

#[derive(Template)]
#[template(path = "due.html")]
struct DuePage {
    chrome: Chrome,
    form: Form,
    counts: DueCounts,
    rows: Vec<Line>,
    next: Option<String>,
    failed: StoppedList,
    incomplete: StoppedList,
    choices: Choices,
    query: String,
    links: [String; 4],
    /// What is shown, in words.
    words: String,
    records: bool,
}

/// A row as people read it.
struct Line {
    row: DueRow,
    words: String,
    state: &'static str,
    kind: &'static str,
}

impl Line {
    /// The page of what is due: the asset's, or the plan's.
    fn url(&self) -> String {
        match &self.row.plan {
            Some(plan) => format!("/plans/{}", plan.id),
            None => asset_url(&self.row.asset.tag),
        }
    }
}

/// The options of the filters.
pub struct Choices {
    /// The customers.
    pub customers: Vec<(String, String)>,
    /// The sites of the customer chosen.
    pub sites: Vec<(String, String)>,
    /// The places of the site chosen.
    pub places: Vec<(String, String)>,
    /// The kinds that fall due.
    pub kinds: Vec<(String, String)>,
}

/// `GET /due`.
///
/// # Errors
/// Not found for a foreign customer, site or place; a malformed date shows the form with what is wrong.
pub async fn list_due(visitor: Visitor, pairs: web::Query<Vec<(String, String)>>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let mut form = Form::new(pairs.into_inner());
            let right = visit.right::<ViewRegister>()?;
            match read(&visit.app, &right, &mut form) {
                Ok(asked) => Reply::ok(&page(visit, asked, true)?),
                Err(Error::Invalid(_)) => {
                    let asked =
                        Asked { form, ground: Ground::default(), filter: DueFilter::default(), after: None };
                    Reply::page(StatusCode::UNPROCESSABLE_ENTITY, &page(visit, asked, false)?)
                }
                Err(error) => Err(error),
            }
        })
        .await
}

/// `GET /due.csv`: the list as it is filtered, as a file.
///
/// # Errors
/// As the list's; too large beyond 100,000 rows.
pub async fn download_due(visitor: Visitor, pairs: web::Query<Vec<(String, String)>>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let mut form = Form::new(pairs.into_inner());
            let right = visit.right::<ViewRegister>()?;
            visit.right::<DownloadPapers>()?;
            let asked = read(&visit.app, &right, &mut form)?;
            let mut text = exchange::csv_write::EXCEL_MARK.to_owned();
            text += &exchange::csv_write::record(dues::CSV_HEADER);
            let mut rows = 0;
            dues::each_due(&visit.app, &right, &asked.filter, |row| {
                rows += 1;
                if rows > MOST_ROWS {
                    return Err(too_many());
                }
                text += &dues::csv_record(&visit.app, &row);
                Ok(())
            })?;
            let name = format!("due-{}.csv", dues::today(&visit.app));
            Ok(Reply::download("text/csv; charset=utf-8", &name, text.into_bytes()))
        })
        .await
}

fn too_many() -> Error {
    Error::TooLarge(format!(
        "More than {MOST_ROWS} rows are due; choose a customer, a site or a month, or use the command line."
    ))
}

/// Reads a query: `customer`, `site`, `place`, `kind`, `month` or `day` or `from` and `before`, `after`.
///
/// # Errors
/// Field errors, which the form keeps too; not found for what is outside the scope.
pub fn read(app: &App, right: &store::Right<ViewRegister>, form: &mut Form) -> Result<Asked> {
    let ids = (form.id("customer"), form.id("site"), form.id("place"));
    let kind: Option<DueKind> = form.code("kind");
    let (mut first, mut before) = (form.date("from"), form.date("before"));
    if let Some(day) = form.date("day") {
        (first, before) = (Some(day), Some(day + Days::new(1)));
    }
    let month = form.value("month").to_owned();
    match (month.as_str(), Month::parse(&month)) {
        ("", _) => {}
        // Choosing the month and saying "overdue" are one control for the reader.
        ("overdue", _) => before = Some(dues::today(app)),
        (_, Ok(month)) => (first, before) = (Some(month.first()), Some(month.plus(1).first())),
        (_, Err(words)) => form.fail("month", words),
    }
    let after = form.value("after").to_owned();
    let after = match (after.as_str(), after.parse()) {
        ("", _) => None,
        (_, Ok(key)) => Some(key),
        (_, Err(words)) => {
            form.fail("after", words);
            None
        }
    };
    form.check()?;
    let ground = dues::find_ground(app, right, ids)?;
    let filter = DueFilter { area: ground.area.clone(), kind, first, before };
    Ok(Asked { form: form.clone(), ground, filter, after })
}

fn page(visit: &Visit, asked: Asked, list: bool) -> Result<DuePage> {
    let (app, right) = (&visit.app, visit.right::<ViewRegister>()?);
    let area = &asked.filter.area;
    let counts = dues::count_due(app, &right, area, asked.filter.kind)?;
    let (rows, next) = match list {
        true => dues::list_due(app, &right, &asked.filter, asked.after, PAGE)?,
        false => (vec![], None),
    };
    let first = asked.after.is_none() && list;
    let stopped = |trouble| match first {
        true => dues::list_stopped(app, &right, area, trouble, STOPPED),
        false => Ok(StoppedList::default()),
    };
    let query =
        query_of(&asked.form, &["customer", "site", "place", "kind", "month", "day", "from", "before"]);
    Ok(DuePage {
        chrome: Chrome::new(visit, "Due"),
        counts,
        rows: rows.into_iter().map(|row| line(app, row)).collect(),
        next: next.map(|key| format!("/due?{}", join(&query, &format!("after={key}")))),
        failed: stopped(Trouble::Locked)?,
        incomplete: stopped(Trouble::Incomplete)?,
        choices: choices(visit, &asked.ground)?,
        links: links(app, &asked.form),
        words: words(&asked),
        form: asked.form,
        query,
        records: visit.actor.may::<RecordTest>(),
    })
}

fn line(app: &App, row: DueRow) -> Line {
    let (state, words) = dues::state(app, &row);
    let kind = row.key.kind.label();
    Line { row, words, state, kind }
}

fn words(asked: &Asked) -> String {
    let last = asked.filter.before.map(|before| before - Days::new(1));
    let days = match (asked.filter.first, last) {
        (None, None) => String::new(),
        (Some(first), Some(last)) if first == last => format!(", on {first}"),
        (Some(first), Some(last)) => format!(", from {first} to {last}"),
        (Some(first), None) => format!(", from {first}"),
        (None, Some(last)) => format!(", up to {last}"),
    };
    let kind = asked.filter.kind.map(|kind| format!(", {}", kind.noun())).unwrap_or_default();
    format!("{}{kind}{days}", asked.ground.words())
}

/// The links of the four numbers: overdue, this month, next month, later.
fn links(app: &App, form: &Form) -> [String; 4] {
    let today = dues::today(app);
    let (next, after) = (Month::of(today).plus(1), Month::of(today).plus(2));
    let base = query_of(form, &["customer", "site", "place", "kind"]);
    [
        format!("before={today}"),
        format!("from={today}&before={}", next.first()),
        format!("month={next}"),
        format!("from={}", after.first()),
    ]
    .map(|days| format!("/due?{}", join(&base, &days)))
}

/// Those fields of a form that are filled in, as a query.
pub fn query_of(form: &Form, names: &[&str]) -> String {
    let filled = names.iter().filter(|name| !form.value(name).is_empty());
    filled.map(|name| format!("{name}={}", form_urlencoded(form.value(name)))).collect::<Vec<_>>().join("&")
}

fn join(query: &str, more: &str) -> String {
    if query.is_empty() { more.to_owned() } else { format!("{query}&{more}") }
}

/// The options of the filters, as far as they follow from where somebody looks.
///
/// # Errors
/// The store's.
pub fn choices(visit: &Visit, ground: &Ground) -> Result<Choices> {
    let scope = visit.actor.scope();
    let kinds = options::<DueKind>();
    Ok(visit.app.store.read(|conn| {
        let customers = customers::list_customers(conn, scope)?;
        // With one customer there is nothing to choose, and its sites are shown at once.
        let only = if let [only] = customers.as_slice() { Some(only.id) } else { None };
        let chosen = ground.customer.as_ref().map(|customer| customer.id).or(only);
        let sites = match chosen {
            Some(id) => sites::list_sites(conn, scope, Some(id))?,
            None => vec![],
        };
        let places = match &ground.site {
            Some(site) => places::list_places(conn, scope, site.id)?,
            None => vec![],
        };
        Ok::<_, store::Error>(Choices {
            customers: customers.into_iter().map(|one| (one.id.to_string(), one.name)).collect(),
            sites: sites.into_iter().map(|one| (one.id.to_string(), one.name)).collect(),
            places: places.into_iter().map(|one| (one.id.to_string(), one.path)).collect(),
            kinds,
        })
    })?)
}

/// A moment's date by the firm's clock.
fn day_of(moment: Option<DateTime<Utc>>) -> String {
    let day: Option<NaiveDate> = moment.map(|at| domain::schedule::local_date(at, dues::FIRM_ZONE));
    day.map(|day| day.format("%-d %b %Y").to_string()).unwrap_or_default()
}

impl DuePage {
    fn since(&self, moment: &Option<store::types::Moment>) -> String {
        day_of(moment.map(store::types::Moment::utc))
    }
}
