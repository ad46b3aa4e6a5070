//! The register: one row an item, across the page, every reading with its limit.

use crate::paper::flow::{ACROSS_MM, Flow};
use crate::paper::style::{CAPTION, Style};
use crate::paper::table::{Cell, Column, Look, Table, natural_mm};
use domain::certificate::{Measured, Outcome, Row};
use domain::label::Ink;
use domain::wording::{Language, Words, fill};

const STYLE: Style = Style { pt: 6.2, bold: false, ink: Ink::Black };

/// How a column shares the page's width.
#[derive(Clone, Copy, PartialEq)]
enum Width {
    /// As wide as its longest value, at most so many millimetres.
    Natural(f64),
    /// A share of what is left.
    Share(f64),
}

/// How many columns there are.
const COLUMNS: usize = 19;

/// Titles and widths in print order; [`cells`] follows the same order.
fn columns(words: &Words) -> [(&'static str, Width); COLUMNS] {
    use Width::{Natural, Share};
    [
        (words.tag, Natural(22.0)),
        (words.own_number, Natural(20.0)),
        (words.description, Share(1.3)),
        (words.make_model_serial, Share(1.0)),
        (words.location, Share(0.9)),
        (words.class, Natural(10.0)),
        (words.equipment_type, Natural(16.5)),
        (words.fuse, Natural(10.0)),
        (words.visual, Natural(14.0)),
        (words.earth, Natural(17.0)),
        (words.insulation, Natural(19.0)),
        (words.leakage, Natural(20.0)),
        (words.polarity, Natural(13.0)),
        (words.rcd, Natural(14.0)),
        (words.functional, Natural(13.0)),
        (words.result, Natural(19.0)),
        (words.tested_on, Natural(18.0)),
        (words.next_due, Natural(18.0)),
        (words.notes, Share(1.0)),
    ]
}

fn cells(language: Language, row: &Row) -> [Cell; COLUMNS] {
    let plain = |text: &String| Cell::plain(text.as_str());
    let measured = |measured: &Measured| Cell {
        text: measured.text.clone(),
        look: if measured.failed { Look::Bold } else { Look::Plain },
    };
    let day = |day: Option<_>| Cell::plain(day.map(|d| language.day(d)).unwrap_or_default());
    [
        Cell::bold(row.tag.as_str()),
        plain(&row.customer_number),
        plain(&row.description),
        plain(&row.make_model_serial),
        plain(&row.location),
        plain(&row.class),
        plain(&row.equipment_type),
        plain(&row.fuse),
        measured(&row.visual),
        measured(&row.earth),
        measured(&row.insulation),
        measured(&row.leakage),
        measured(&row.polarity),
        measured(&row.rcd),
        measured(&row.functional),
        result(language, row),
        day(row.tested),
        day(row.next_due),
        plain(&row.notes),
    ]
}

fn result(language: Language, row: &Row) -> Cell {
    let look = match row.result {
        Some(Outcome::Fail) => Look::Alarm,
        Some(Outcome::Pass | Outcome::NotJudged | Outcome::NotApplicable) | None => Look::Plain,
        Some(_) => Look::Doubt,
    };
    let mut text = row.result.map_or(String::new(), |o| language.outcome(o).to_string());
    for note in &row.footnotes {
        text += &format!(" [{note}]");
    }
    Cell { text, look }
}

/// Draws the register on pages of its own.
pub(super) fn draw(flow: &mut Flow, rows: &[Row], footnotes: &[String]) {
    if rows.is_empty() {
        return;
    }
    let (words, language) = (flow.words, flow.language);
    flow.turn(ACROSS_MM, 10.0);
    flow.bookmark(1, words.register);
    flow.heading(words.register, 30.0);
    flow.paragraph(words.register_legend, CAPTION);
    let rows: Vec<[Cell; COLUMNS]> = rows.iter().map(|row| cells(language, row)).collect();
    let (shown, empty): (Vec<usize>, Vec<usize>) =
        (0..COLUMNS).partition(|index| rows.iter().any(|row| !row[*index].text.is_empty()));
    let all = columns(words);
    let columns = widths(&all, &shown, &rows, flow.width_mm);
    let count = rows.len();
    let rows = rows.into_iter().map(|row| {
        let cells = row.into_iter().enumerate().filter(|(index, _)| shown.contains(index));
        cells.map(|(_, cell)| cell).collect()
    });
    Table { columns, style: STYLE, zebra: true }.draw(flow, "", rows);
    flow.y_mm += 2.5;
    let mut end = fill(words.end_of_register, &[&count.to_string()]);
    if !empty.is_empty() {
        let titles: Vec<_> = empty.iter().map(|index| all[*index].0.replace("- ", "")).collect();
        end += &fill(words.left_out, &[&titles.join(", ")]);
    }
    flow.paragraph(&end, CAPTION);
    notes(flow, footnotes);
}

fn notes(flow: &mut Flow, footnotes: &[String]) {
    if footnotes.is_empty() {
        return;
    }
    flow.heading(flow.words.notes_to_register, 8.0);
    for (index, note) in footnotes.iter().enumerate() {
        flow.paragraph(&format!("[{}] {note}", index + 1), STYLE.pt(7.0));
    }
}

fn widths(
    all: &[(&'static str, Width); COLUMNS],
    shown: &[usize],
    rows: &[[Cell; COLUMNS]],
    width_mm: f64,
) -> Vec<Column> {
    let texts = |index: usize| rows.iter().map(move |row| row[index].text.as_str());
    let natural = |index: usize| match all[index].1 {
        Width::Natural(most) => natural_mm(STYLE, all[index].0, texts(index), most),
        Width::Share(_) => 0.0,
    };
    let share = |index: usize| match all[index].1 {
        Width::Share(share) => share * mean_mm(texts(index)),
        Width::Natural(_) => 0.0,
    };
    let measured: Vec<(f64, f64)> = shown.iter().map(|index| (natural(*index), share(*index))).collect();
    let left = width_mm - measured.iter().map(|(natural, _)| natural).sum::<f64>();
    let shares: f64 = measured.iter().map(|(_, share)| share).sum();
    let columns = shown.iter().zip(measured);
    columns
        .map(|(index, (natural, share))| {
            let width_mm = if share > 0.0 { left * share / shares } else { natural };
            Column::new(all[*index].0, width_mm)
        })
        .collect()
}

/// How much text a column carries; bounded, so that one long remark does not starve its neighbours.
fn mean_mm<'a>(texts: impl Iterator<Item = &'a str>) -> f64 {
    let widths: Vec<f64> = texts.filter(|t| !t.is_empty()).map(|t| STYLE.width_mm(t)).collect();
    (widths.iter().sum::<f64>() / widths.len().max(1) as f64).clamp(20.0, 45.0)
}
