//! A signed risk assessment.

use super::closing::close;
use super::{finish, head, signatures, start};
use crate::RenderError;
use crate::paper::Album;
use crate::paper::flow::Flow;
use crate::paper::style::{BODY, SMALL, STRONG};
use crate::paper::table::{Cell, Column, Table};
use chrono::{DateTime, NaiveDate, Utc};
use domain::assessment::AssessmentPaper;
use domain::certificate::Head;
use domain::code::Code;
use domain::preset::PresetRow;

/// A risk assessment on paper.
///
/// # Errors
/// A logo or signature cannot be read.
pub fn assessment(paper: &AssessmentPaper, created: DateTime<Utc>) -> Result<Vec<u8>, RenderError> {
    let name = format!("Risk assessment {}, revision {}", paper.number, paper.revision);
    // Its number is no certificate's: it stands in the title, and on every further page.
    let top = Head {
        firm: paper.firm.clone(),
        customer: format!("{name}: {}", paper.covered.words()),
        ..Head::default()
    };
    let (mut document, mut album) = (start(&top, "", created), Album::default());
    let logo = album.add(&mut document, top.firm.logo.as_ref())?;
    let signed = signatures(&mut album, &mut document, &paper.closing)?;
    let mut flow = Flow::new(top.language, &top.firm);
    head::top(&mut flow, &top, logo, &name);
    if let Some(reason) = &paper.withdrawn {
        flow.heading("Withdrawn: it holds no longer", 8.0);
        flow.paragraph(reason, STRONG);
        flow.y_mm += 3.0;
    }
    covered(&mut flow, paper);
    factors(&mut flow, paper);
    flow.heading("Reasoning", 8.0);
    for paragraph in paper.content.reasoning.lines().filter(|line| !line.trim().is_empty()) {
        flow.paragraph(paragraph, BODY);
    }
    intervals(&mut flow, &paper.content.rows);
    close(&mut flow, &paper.closing, &signed);
    finish(document, flow.into_pages(), &[&top])
}

fn day(date: NaiveDate) -> String {
    date.format("%-d %b %Y").to_string()
}

fn covered(flow: &mut Flow, paper: &AssessmentPaper) {
    let covered = &paper.covered;
    let or = |value: &Option<String>, none: &str| value.clone().unwrap_or_else(|| none.to_owned());
    let environment = covered.environment.map_or("every environment", Code::label).to_owned();
    let facts = [
        ("Customer", covered.customer.clone()),
        ("Site", or(&covered.site, "all sites")),
        ("Place", or(&covered.place, if covered.site.is_some() { "the whole site" } else { "all places" })),
        ("Environment", environment),
        ("Equipment", or(&covered.category, "all equipment")),
        ("Signed", paper.signed_on.map(day).unwrap_or_default()),
        ("Look at it again by", paper.content.review_on.map(day).unwrap_or_default()),
    ];
    flow.facts(4, &facts);
}

fn factors(flow: &mut Flow, paper: &AssessmentPaper) {
    let (points, most) = paper.content.points();
    let columns = [("Factor", 42.0), ("Risk", 26.0), ("What was found", 108.0)];
    let columns = columns.map(|(title, width_mm)| Column::new(title, width_mm)).into();
    let rows = paper.content.factors.iter().map(|(factor, weighed)| {
        let risk = format!("{} ({})", weighed.score.label(), weighed.score.points());
        vec![Cell::bold(factor.label()), Cell::plain(risk), Cell::plain(weighed.note.as_str())]
    });
    let heading = format!("What was weighed: {points} of {most} points");
    Table { columns, style: BODY.pt(8.0), zebra: false }.draw(flow, &heading, rows);
}

fn intervals(flow: &mut Flow, rows: &[PresetRow]) {
    let columns = [("Inspection", 46.0), ("Class", 38.0), ("Type", 44.0), ("Every", 48.0)];
    let columns = columns.map(|(title, width_mm)| Column::new(title, width_mm)).into();
    let rows = rows.iter().map(|row| {
        let every = match row.months {
            Some(1) => "month".to_owned(),
            Some(months) => format!("{months} months"),
            None => format!("none: {}", row.why()),
        };
        let mark = if row.is_unconfirmed() { " (figure not confirmed)" } else { "" };
        vec![
            Cell::bold(row.kind.label()),
            Cell::plain(any(&row.class)),
            Cell::plain(any(&row.types)),
            Cell::bold(format!("{every}{mark}")),
        ]
    });
    Table { columns, style: BODY.pt(8.0), zebra: false }.draw(flow, "Intervals that follow", rows);
    flow.y_mm += 1.5;
    flow.paragraph("Of several rows for one inspection the first that fits an item is used.", SMALL);
}

fn any<T: Code>(members: &[T]) -> String {
    match members {
        [] => "any".to_owned(),
        some => some.iter().map(|member| member.label()).collect::<Vec<_>>().join(", "),
    }
}
