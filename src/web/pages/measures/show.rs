//! The measures of a selection: numbers, charts and tables, each number a way to its jobs.

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;
use domain::code::Code;
use domain::measure::{Age, FIRST_TIME_FIX, Measure, per_mille};
use domain::permission::SeeMeasures;
use store::customers::list_customers;
use store::measures::{Counts, Selection};
use store::sites::list_sites;

use super::{query, read};
use crate::actions::measures::{Measures, Row, measure};
use crate::actions::visits::list_engineers;
use crate::error::{Error, Result};
use crate::web::editing::Pairs;
use crate::web::forms::Form;
use crate::web::layout::Chrome;
use crate::web::measure_chart::{MonthChart, Series, Values};
use crate::web::reply::Reply;
use crate::web::visitor::{Visit, Visitor};

/// Rows of each table.
const ROWS: usize = 25;
const FLOW: [Series; 2] = [("Opened", "bar-due"), ("Closed", "bar-safe")];
const BACKLOG: [Series; 1] = [("Open at the end", "heat-3")];
const TARGETS: [Series; 3] =
    [("Answered in time", "bar-safe"), ("Put right in time", "heat-3"), ("Fixed first time", "heat-1")];

/// What rows are told apart by, as the query writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Customer,
    Site,
    Engineer,
    Line,
    Model,
}

/// A table of rows.
struct Section {
    title: &'static str,
    kind: Kind,
    rows: Vec<Row>,
    more: usize,
}

#[derive(Template)]
#[template(path = "measures/show.html")]
struct MeasuresPage {
    chrome: Chrome,
    form: Form,
    customers: Vec<(String, String)>,
    sites: Vec<(String, String)>,
    engineers: Vec<(String, String)>,
    selection: Selection,
    measures: Measures,
    sections: Vec<Section>,
    flow: MonthChart,
    backlog: MonthChart,
    targets: MonthChart,
}

/// `GET /measures`: of everything, or one customer, site, engineer, line or model; `from` and `until` are months.
///
/// # Errors
/// Forbidden; not found for a foreign customer or site; a malformed query shows the form with what is wrong.
pub async fn show_measures(visitor: Visitor, pairs: web::Query<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let right = visit.right::<SeeMeasures>()?;
            let mut form = Form::new(pairs.into_inner());
            let selection = read(&visit.app, &mut form);
            let measured = form.check().and_then(|()| measure(&visit.app, &right, &selection));
            match measured {
                Ok(measures) => Reply::ok(&page(visit, form, selection, measures)?),
                Err(error @ Error::Invalid(_)) => {
                    crate::web::editing::again(&mut form, error)?;
                    let usual = read(&visit.app, &mut Form::default());
                    let measures = measure(&visit.app, &right, &usual)?;
                    Reply::page(StatusCode::UNPROCESSABLE_ENTITY, &page(visit, form, usual, measures)?)
                }
                Err(error) => Err(error),
            }
        })
        .await
}

fn page(visit: &Visit, form: Form, selection: Selection, mut measures: Measures) -> Result<MeasuresPage> {
    let scope = visit.actor.scope();
    let sections = sections(&mut measures);
    let [flow, backlog, targets] = charts(&measures);
    visit.app.store.read(|conn| {
        let named = |id: i64, name: String| (id.to_string(), name);
        let sites = match selection.customer_id {
            Some(customer) => list_sites(conn, scope, Some(customer))?,
            None => vec![],
        };
        Ok::<_, Error>(MeasuresPage {
            chrome: Chrome::new(visit, "Measures"),
            customers: list_customers(conn, scope)?.into_iter().map(|c| named(c.id, c.name)).collect(),
            sites: sites.into_iter().map(|site| named(site.id, site.name)).collect(),
            engineers: list_engineers(conn)?.into_iter().map(|(id, name)| named(id, name)).collect(),
            form,
            selection,
            measures,
            sections,
            flow,
            backlog,
            targets,
        })
    })
}

fn sections(measures: &mut Measures) -> Vec<Section> {
    let section = |title, kind, rows: &mut Vec<Row>| {
        let mut rows = std::mem::take(rows);
        let more = rows.len().saturating_sub(ROWS);
        rows.truncate(ROWS);
        Section { title, kind, rows, more }
    };
    vec![
        section("By support line", Kind::Line, &mut measures.lines),
        section("By customer", Kind::Customer, &mut measures.customers),
        section("By site", Kind::Site, &mut measures.sites),
        section("By engineer", Kind::Engineer, &mut measures.engineers),
        section("By make and model", Kind::Model, &mut measures.models),
    ]
}

fn charts(measures: &Measures) -> [MonthChart; 3] {
    let values = |of: &dyn Fn(&crate::actions::measures::MonthRow) -> Vec<Option<i64>>| -> Vec<Values> {
        measures.months.iter().map(|row| (row.month, of(row))).collect()
    };
    let percent = |part: i64, rest: i64| per_mille(part, part + rest).map(|mille| (mille + 5) / 10);
    let targets = values(&|row| {
        let counts = &row.counts;
        vec![
            percent(counts.response_met, counts.response_missed),
            percent(counts.fix_met, counts.fix_missed),
            percent(counts.first_time, counts.not_first_time),
        ]
    });
    [
        MonthChart::new(&FLOW, &values(&|row| vec![Some(row.counts.opened), Some(row.counts.closed)]), ""),
        MonthChart::new(&BACKLOG, &values(&|row| vec![Some(row.backlog.max(0))]), ""),
        MonthChart::new(&TARGETS, &targets, "%"),
    ]
}

/// Tenths of a percent as people read them: "97.5 %"; a dash for nothing of nothing.
fn rate(part: i64, rest: i64) -> String {
    per_mille(part, part + rest)
        .map_or_else(|| "–".to_owned(), |mille| format!("{}.{} %", mille / 10, mille % 10))
}

impl MeasuresPage {
    /// The jobs behind a number of the whole.
    fn jobs(&self, measure: impl std::borrow::Borrow<Measure>) -> String {
        let measure: Measure = *measure.borrow();
        format!("/measures/jobs?what={}&{}", measure.code(), query(&self.selection))
    }

    /// The jobs behind a number of one month.
    fn month_jobs(&self, measure: Measure, month: &chrono::NaiveDate) -> String {
        let until = *month + chrono::Months::new(1);
        let selection = Selection { from: *month, until, ..self.selection.clone() };
        format!("/measures/jobs?what={}&{}", measure.code(), query(&selection))
    }

    fn age_jobs(&self, age: &Age) -> String {
        format!("/measures/jobs?what=backlog&age={}&{}", age.code(), query(&self.selection))
    }

    /// The selection kept to one row.
    fn narrowed(&self, kind: &Kind, row: &Row) -> Selection {
        let mut selection = self.selection.clone();
        let id = row.key.parse().ok();
        match kind {
            Kind::Customer => selection.customer_id = id,
            Kind::Site => selection.site_id = id,
            Kind::Engineer => selection.engineer_id = id,
            Kind::Line => selection.line = id,
            Kind::Model => selection.model = Some(row.key.clone()),
        }
        selection
    }

    fn row_jobs(&self, kind: &Kind, row: &Row, measure: Measure) -> String {
        format!("/measures/jobs?what={}&{}", measure.code(), query(&self.narrowed(kind, row)))
    }

    fn row_page(&self, kind: &Kind, row: &Row) -> String {
        format!("/measures?{}", query(&self.narrowed(kind, row)))
    }

    /// Minutes as hours with a decimal: "12.5 h".
    fn hours(&self, minutes: impl std::borrow::Borrow<i64>) -> String {
        let tenths = (minutes.borrow() * 10 + 30) / 60;
        format!("{}.{} h", tenths / 10, tenths % 10)
    }

    fn response(&self, counts: &Counts) -> String {
        rate(counts.response_met, counts.response_missed)
    }

    fn fix(&self, counts: &Counts) -> String {
        rate(counts.fix_met, counts.fix_missed)
    }

    fn first_time(&self, counts: &Counts) -> String {
        rate(counts.first_time, counts.not_first_time)
    }

    fn reopened(&self, counts: &Counts) -> String {
        rate(counts.reopened, counts.closed - counts.reopened)
    }

    fn mean_held(&self, counts: &Counts) -> String {
        if counts.closed == 0 { "–".to_owned() } else { span(counts.held() / counts.closed) }
    }

    /// Each line with the minutes logged and for which it had jobs open, and the measures of the jobs behind them.
    fn by_line(&self) -> [(i64, i64, i64, Measure, Measure); 3] {
        use Measure::{Held1, Held2, Held3, Worked1, Worked2, Worked3};
        let all = &self.measures.total;
        [
            (1, all.minutes_1, all.held_1, Worked1, Held1),
            (2, all.minutes_2, all.held_2, Worked2, Held2),
            (3, all.minutes_3, all.held_3, Worked3, Held3),
        ]
    }

    fn span_per_job(&self, minutes: &i64) -> String {
        let closed = self.measures.total.closed;
        if closed == 0 { "–".to_owned() } else { span(minutes / closed) }
    }

    fn oldest(&self) -> i64 {
        self.measures.ages.iter().map(|(_, items)| *items).max().unwrap_or(0).max(1)
    }

    fn bar_width(&self, items: &i64) -> i64 {
        items * 300 / self.oldest()
    }

    fn definition(&self) -> &'static str {
        FIRST_TIME_FIX
    }

    fn lines(&self) -> Vec<(String, String)> {
        domain::job::LINES.map(|line| (line.to_string(), format!("Line {line}"))).collect()
    }
}

/// Minutes as people say them: "45 min", "3 h 20 min", "4.2 days".
fn span(minutes: i64) -> String {
    match minutes {
        ..60 => format!("{minutes} min"),
        60..2880 => format!("{} h {} min", minutes / 60, minutes % 60),
        _ => format!("{}.{} days", minutes / 1440, minutes % 1440 / 144),
    }
}
