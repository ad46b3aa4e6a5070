//! Monthly reports to customers on paper.

use crate::RenderError;
use crate::paper::chart::{self, CHART_MM, Pairs, Rows};
use crate::paper::flow::Flow;
use crate::paper::head::{self, Masthead};
use crate::paper::style::{BODY, SMALL, STRONG, Style};
use crate::paper::table::{Cell, Column, Look, Table};
use crate::paper::{self, Album};
use chrono::{DateTime, Utc};
use domain::code::Code;
use domain::label::Ink;
use domain::monthly_report::{AGES, Met, MonthNumbers, MonthlyReport, month_after};
use domain::wording::Language;

const LANGUAGE: Language = Language::EnGb;
const STYLE: Style = BODY.pt(8.0);

/// A monthly report on paper.
///
/// # Errors
/// A logo cannot be read.
pub fn monthly_report(report: &MonthlyReport, created: DateTime<Utc>) -> Result<Vec<u8>, RenderError> {
    let month = report.month.format("%B %Y").to_string();
    let title = format!("Monthly report {month}: {}", report.customer);
    let mut document = paper::start(&title, (LANGUAGE, &report.firm), created);
    let logo = Album::default().add(&mut document, report.firm.logo.as_ref())?;
    let mut flow = Flow::new(LANGUAGE, &report.firm);
    let around = masthead(report, &month);
    head::top(&mut flow, &around, logo, &format!("Monthly report, {month}"));
    flow.facts(4, &[("Customer", report.customer.clone()), ("As of", LANGUAGE.moment(report.drawn))]);
    summary(&mut flow, &report.numbers);
    targets(&mut flow, &report.numbers);
    charts(&mut flow, &report.numbers);
    repeats(&mut flow, report);
    failures(&mut flow, report);
    due(&mut flow, report);
    jobs(&mut flow, report);
    paper::finish(document, flow.into_pages(), &[around])
}

fn masthead<'a>(report: &'a MonthlyReport, month: &str) -> Masthead<'a> {
    Masthead {
        language: LANGUAGE,
        firm: &report.firm,
        caption: "",
        number: "",
        below: vec![],
        foot: format!("Monthly report {month}"),
        left: report.customer.clone(),
        right: month.to_owned(),
        warning: report
            .unfinished
            .then(|| format!("The month is not over: this counts to {}.", LANGUAGE.moment(report.drawn))),
    }
}

fn percent(met: Met) -> String {
    met.percent().map_or("–".to_owned(), |percent| format!("{percent} %"))
}

fn summary(flow: &mut Flow, numbers: &MonthNumbers) {
    let figures = [
        (numbers.opened.to_string(), "jobs opened"),
        (numbers.closed().to_string(), "jobs closed"),
        (numbers.open_now().to_string(), "open at the end"),
        (percent(numbers.response()), "responses in time"),
        (percent(numbers.fix()), "repairs in time"),
        (numbers.failed.to_string(), "tests failed"),
    ];
    chart::figures(flow, &figures);
}

/// A row a priority: figures, and a bar beside them.
fn targets(flow: &mut Flow, numbers: &MonthNumbers) {
    let rows: Vec<_> = numbers.targets.iter().filter(|row| row.jobs > 0).collect();
    flow.heading("Targets of the jobs closed", 20.0);
    if rows.is_empty() {
        flow.paragraph("No job was closed in this month.", BODY);
        return;
    }
    let (left, half) = (flow.left_mm, (flow.width_mm - 44.0) / 2.0);
    for (text, x) in [("Priority, jobs", left), ("Response", left + 44.0), ("Repair", left + 44.0 + half)] {
        let y = flow.y_mm;
        flow.push(STRONG.pt(7.0).line(x, y, text));
    }
    flow.y_mm += 3.6;
    flow.rule(flow.accent, 0.3);
    flow.y_mm += 1.6;
    for row in rows {
        flow.keep(6.4);
        let y = flow.y_mm;
        flow.push(STRONG.line(left, y, row.priority.label()));
        flow.push(BODY.line(left + 26.0, y, row.jobs.to_string()));
        for (met, x) in [(row.response, left + 44.0), (row.fix, left + 44.0 + half)] {
            share(flow, met, [x, y], half - 4.0);
        }
        flow.y_mm += 6.4;
    }
}

fn share(flow: &mut Flow, met: Met, [x, y]: [f64; 2], width: f64) {
    if met.all() == 0 {
        flow.push(SMALL.line(x, y + 0.3, "none agreed"));
        return;
    }
    let count = |figure: i64| usize::try_from(figure).unwrap_or(0);
    let words = format!("{} of {} in time", met.met, met.all());
    let bar = width - 30.0;
    chart::parts(flow.marks(), [x, y - 0.3, bar, 3.4], [count(met.met), count(met.missed), 0]);
    let style = SMALL.ink(Ink::Black).shrunk_to(&words, 29.0);
    flow.push(style.line(x + bar + 1.6, y + 0.3, words));
}

fn charts(flow: &mut Flow, numbers: &MonthNumbers) {
    flow.keep(CHART_MM + 8.0);
    flow.y_mm += 5.0;
    let (x, y, half) = (flow.left_mm, flow.y_mm, (flow.width_mm - 10.0) / 2.0);
    let columns =
        numbers.trend.iter().map(|one| (one.month.format("%b %y").to_string(), [one.opened, one.closed]));
    let pairs = Pairs { title: "Jobs by month", names: ["opened", "closed"], columns: columns.collect() };
    pairs.draw(flow, [x, y], half);
    let rows = AGES.iter().zip(numbers.open).map(|((_, name), count)| (*name, count)).collect();
    Rows { title: "Open at the end of the month, by age", rows }.draw(flow, [x + half + 10.0, y], half);
    flow.y_mm += CHART_MM;
}

fn columns<const N: usize>(columns: [(&'static str, f64); N]) -> Vec<Column> {
    columns.into_iter().map(|(title, mm)| Column::new(title, mm)).collect()
}

fn repeats(flow: &mut Flow, report: &MonthlyReport) {
    if report.repeats.is_empty() {
        return;
    }
    let mut columns = columns([("Tag", 24.0), ("What", 62.0), ("Site", 50.0)]);
    columns.extend([Column::figures("This month", 20.0), Column::figures("In twelve months", 20.0)]);
    let rows = report.repeats.iter().map(|one| {
        vec![
            Cell::bold(one.tag.as_str()),
            Cell::plain(one.description.as_str()),
            Cell::plain(one.site.as_str()),
            Cell::plain(one.month.to_string()),
            Cell::bold(one.year.to_string()),
        ]
    });
    Table { columns, style: STYLE, zebra: false }.draw(flow, "What came back most", rows);
}

fn failures(flow: &mut Flow, report: &MonthlyReport) {
    let numbers = &report.numbers;
    if numbers.tests == 0 {
        return;
    }
    let heading = format!("Tests: {} done, {} failed", numbers.tests, numbers.failed);
    if report.failures.is_empty() {
        flow.heading(&heading, 6.0);
        flow.paragraph("None failed.", BODY);
        return;
    }
    let columns = columns([("Tag", 24.0), ("What", 56.0), ("Site", 42.0), ("Failed", 22.0), ("Now", 32.0)]);
    let rows = report.failures.iter().map(|one| {
        vec![
            Cell::bold(one.tag.as_str()),
            Cell::plain(one.description.as_str()),
            Cell::plain(one.site.as_str()),
            Cell::plain(LANGUAGE.day(one.on)),
            Cell::plain(one.now.as_str()),
        ]
    });
    Table { columns, style: STYLE, zebra: false }.draw(flow, &heading, rows);
    more(flow, numbers.failed, report.failures.len());
}

fn more(flow: &mut Flow, all: i64, shown: usize) {
    let left = all - i64::try_from(shown).unwrap_or(i64::MAX);
    if left > 0 {
        flow.y_mm += 1.5;
        flow.paragraph(&format!("and {left} more, not printed here."), SMALL);
    }
}

fn due(flow: &mut Flow, report: &MonthlyReport) {
    let month = month_after(report.month, 1).format("%B %Y").to_string();
    let heading = format!("Tests due in {month}: {}", report.numbers.due);
    if report.due.is_empty() {
        flow.heading(&heading, 6.0);
        flow.paragraph("None.", BODY);
        return;
    }
    let mut columns = columns([("Site", 76.0), ("Test", 56.0)]);
    columns.extend([Column::figures("Due", 22.0), Column::figures("Overdue before", 22.0)]);
    let rows = report.due.iter().map(|one| {
        vec![
            Cell::plain(one.site.as_str()),
            Cell::plain(one.kind.as_str()),
            Cell::bold(one.items.to_string()),
            Cell {
                text: if one.overdue == 0 { String::new() } else { one.overdue.to_string() },
                look: Look::Plain,
            },
        ]
    });
    Table { columns, style: STYLE, zebra: false }.draw(flow, &heading, rows);
}

fn jobs(flow: &mut Flow, report: &MonthlyReport) {
    if report.jobs.is_empty() {
        return;
    }
    let columns = columns([
        ("Job", 19.0),
        ("What", 50.0),
        ("Site", 30.0),
        ("Opened", 19.0),
        ("Closed", 19.0),
        ("Outcome", 20.0),
        ("Resp.", 9.5),
        ("Rep.", 9.5),
    ]);
    let sign = |met: Option<bool>| match met {
        Some(true) => Cell::plain("✓"),
        Some(false) => Cell { text: "✗".to_owned(), look: Look::Alarm },
        None => Cell::plain("–"),
    };
    let rows = report.jobs.iter().map(|job| {
        vec![
            Cell::bold(job.number.as_str()),
            Cell::plain(job.title.as_str()),
            Cell::plain(job.site.as_str()),
            Cell::plain(LANGUAGE.day(job.opened)),
            Cell::plain(LANGUAGE.day(job.closed)),
            Cell::plain(job.outcome.as_str()),
            sign(job.response),
            sign(job.fix),
        ]
    });
    Table { columns, style: STYLE.pt(7.5), zebra: true }.draw(flow, "Jobs closed", rows);
    more(flow, report.numbers.closed(), report.jobs.len());
    flow.y_mm += 1.5;
    flow.paragraph("Resp., Rep.: ✓ response or repair in time, ✗ too late, – no time agreed.", SMALL);
}
