//! The register: one row an item, across the page.

use super::day;
use super::flow::{ACROSS_MM, Flow};
use super::style::{CAPTION, Style};
use super::table::{Cell, Column, Look, Table, natural_mm};
use domain::certificate::{Outcome, Row};
use domain::label::Ink;

const STYLE: Style = Style { pt: 6.2, bold: false, ink: Ink::Black };

/// How a column shares the page's width.
#[derive(Clone, Copy, PartialEq)]
enum Width {
    /// As wide as its longest value, at most so many millimetres.
    Natural(f64),
    /// A share of what is left.
    Share(f64),
}

type Field = (&'static str, Width, fn(&Row) -> String);

/// Columns in print order.
const FIELDS: [Field; 18] = [
    ("Tag", Width::Natural(22.0), |r| r.tag.clone()),
    ("Own no.", Width::Natural(20.0), |r| r.customer_number.clone()),
    ("Description", Width::Share(1.0), |r| r.description.clone()),
    ("Make, model, serial", Width::Share(1.0), |r| r.make_model_serial.clone()),
    ("Location", Width::Share(1.0), |r| r.location.clone()),
    ("Cl.", Width::Natural(10.0), |r| r.class.clone()),
    ("Type", Width::Natural(16.5), |r| r.equipment_type.clone()),
    ("Fuse A", Width::Natural(10.0), |r| r.fuse.clone()),
    ("Visual", Width::Natural(12.0), |r| r.visual.clone()),
    ("Earth Ω (limit)", Width::Natural(17.0), |r| with(&r.earth, "≤", &r.earth_limit)),
    ("Insulation MΩ (at)", Width::Natural(19.0), |r| with(&r.insulation, "", &r.insulation_voltage)),
    ("Leakage mA", Width::Natural(14.0), |r| r.leakage.clone()),
    ("Pola- rity", Width::Natural(11.0), |r| r.polarity.clone()),
    ("RCD ms", Width::Natural(11.0), |r| r.rcd.clone()),
    ("Func- tion", Width::Natural(12.0), |r| r.functional.clone()),
    ("Result", Width::Natural(19.0), |r| r.result.map_or(String::new(), |o| o.word().to_string())),
    ("Next due", Width::Natural(18.0), |r| r.next_due.map(day).unwrap_or_default()),
    ("Notes", Width::Share(0.8), |r| r.notes.clone()),
];

fn with(value: &str, sign: &str, extra: &str) -> String {
    if extra.is_empty() { value.to_string() } else { format!("{value} ({sign}{extra})") }
}

/// Draws the register on pages of its own.
pub(super) fn draw(flow: &mut Flow, rows: &[Row]) {
    if rows.is_empty() {
        return;
    }
    flow.turn(ACROSS_MM, 10.0);
    flow.heading("Register of items tested", 20.0);
    let (fields, empty): (Vec<Field>, Vec<Field>) =
        FIELDS.into_iter().partition(|(_, _, value)| rows.iter().any(|r| !value(r).is_empty()));
    let table = Table { columns: columns(&fields, rows, flow.width_mm), style: STYLE, zebra: true };
    table.draw(
        flow,
        rows.iter().map(|row| fields.iter().map(|(title, _, value)| cell(title, value(row), row)).collect()),
    );
    flow.y_mm += 2.5;
    let mut end = format!("End of register: {} items.", rows.len());
    if !empty.is_empty() {
        let titles: Vec<_> = empty.iter().map(|(title, ..)| title.replace("- ", "")).collect();
        end += &format!(" Left out, because no item has a value there: {}.", titles.join(", "));
    }
    flow.paragraph(&end, CAPTION);
}

fn cell(title: &str, text: String, row: &Row) -> Cell {
    let look = match title {
        "Tag" => Look::Bold,
        "Result" => match row.result {
            Some(Outcome::Fail) => Look::Alarm,
            Some(Outcome::Pass | Outcome::NotJudged | Outcome::NotApplicable) | None => Look::Plain,
            Some(_) => Look::Doubt,
        },
        _ => Look::Plain,
    };
    Cell { text, look }
}

fn columns(fields: &[Field], rows: &[Row], width_mm: f64) -> Vec<Column> {
    let natural = |(title, width, value): &Field| match width {
        Width::Natural(most) => {
            let texts: Vec<_> = rows.iter().map(value).collect();
            natural_mm(STYLE, title, texts.iter().map(String::as_str), *most)
        }
        Width::Share(_) => 0.0,
    };
    let naturals: Vec<f64> = fields.iter().map(natural).collect();
    let left = width_mm - naturals.iter().sum::<f64>();
    let share = |(_, width, value): &Field| match width {
        Width::Share(share) => share * mean_mm(rows, *value),
        Width::Natural(_) => 0.0,
    };
    let shares: f64 = fields.iter().map(share).sum();
    let width = |index: usize| match fields[index].1 {
        Width::Natural(_) => naturals[index],
        Width::Share(_) => left * share(&fields[index]) / shares,
    };
    fields.iter().enumerate().map(|(index, (title, ..))| Column { title, width_mm: width(index) }).collect()
}

/// How much text a column carries; bounded, so that one long remark does not starve its neighbours.
fn mean_mm(rows: &[Row], value: fn(&Row) -> String) -> f64 {
    let widths: Vec<f64> =
        rows.iter().map(value).filter(|t| !t.is_empty()).map(|t| STYLE.width_mm(&t)).collect();
    (widths.iter().sum::<f64>() / widths.len().max(1) as f64).clamp(20.0, 45.0)
}
