//! Instruments, extent, declaration, signatures and the code that leads to the current status.

use crate::paper::flow::Flow;
use crate::paper::style::{BODY, SMALL};
use crate::paper::table::{Cell, Column, Table};
use crate::paper::{Picture, code, signature};
use domain::certificate::{Closing, Head, Instrument};
use domain::wording::{Words, fill};

/// The width of the column that leads to the current status.
const STATUS_MM: f64 = 52.0;

/// The instruments as they stood on the day of the test.
pub(super) fn instruments(flow: &mut Flow, head: &Head) {
    if head.instruments.is_empty() {
        return;
    }
    let (words, language) = (flow.words, flow.language);
    let titles =
        [words.make, words.model, words.serial, words.calibration_certificate, words.calibration_due];
    let columns = titles.into_iter().zip([30.0, 44.0, 36.0, 40.0, 26.0]);
    let columns = columns.map(|(title, width_mm)| Column::new(title, width_mm)).collect();
    let rows = head.instruments.iter().map(|i| {
        let due = i.calibration_due.map(|d| language.day(d)).unwrap_or_default();
        [&i.make, &i.model, &i.serial, &i.calibration_certificate, &due]
            .map(|t| Cell::plain(t.as_str()))
            .into()
    });
    Table { columns, style: BODY.pt(8.0), zebra: false }.draw(flow, words.instruments, rows);
}

/// An instrument in one sentence.
pub(super) fn instrument_line(flow: &Flow, instrument: &Instrument) -> String {
    let (i, words) = (instrument, flow.words);
    let due = i.calibration_due.map(|d| flow.language.day(d)).unwrap_or_default();
    let parts = [
        (String::new(), [i.make.as_str(), i.model.as_str()].join(" ")),
        (format!("{} ", words.serial), i.serial.clone()),
        (format!("{} ", words.calibration), i.calibration_certificate.clone()),
        (format!("{} ", words.due), due),
    ];
    let parts = parts.iter().filter(|(_, value)| !value.trim().is_empty());
    parts.map(|(word, value)| format!("{word}{}", value.trim())).collect::<Vec<_>>().join(", ")
}

/// The revisions, from the second one on.
pub(super) fn history(flow: &mut Flow, closing: &Closing) {
    if closing.history.len() < 2 {
        return;
    }
    let language = flow.language;
    let columns = ["", "", ""].into_iter().zip([24.0, 30.0, flow.width_mm - 54.0]);
    let columns = columns.map(|(title, width_mm)| Column::new(title, width_mm)).collect();
    let rows = closing.history.iter().rev().map(|one| {
        let number = fill(language.words().revision, &[&one.number.to_string()]);
        let issued = one.issued.map(|d| language.day(d)).unwrap_or_default();
        vec![Cell::bold(number), Cell::plain(issued), Cell::plain(one.change.as_str())]
    });
    Table { columns, style: BODY.pt(8.0), zebra: false }.draw(flow, language.words().history, rows);
}

/// A heading with a paragraph, unless there is nothing to say.
pub(super) fn section(flow: &mut Flow, heading: &str, text: &str) {
    if !text.trim().is_empty() {
        flow.heading(heading, 6.0);
        flow.paragraph(text, BODY);
    }
}

/// Declaration and signatures on the left, the way to the current status on the right, on one page where they fit.
pub(super) fn close(flow: &mut Flow, closing: &Closing, pictures: &[Option<Picture>]) {
    let left = flow.width_mm - STATUS_MM - 8.0;
    let declaration = BODY.wrap(&closing.declaration, left);
    let rows = closing.signatures.len().div_ceil(2) as f64;
    let height =
        (BODY.block_mm(declaration.len()) + rows * signature::ROW_MM).max(status_mm(flow.words, closing));
    flow.heading(flow.words.declaration_heading, height.min(flow.page_room_mm() - 12.0));
    let top = flow.y_mm;
    status(flow, closing);
    for line in &declaration {
        flow.keep(BODY.block_mm(1));
        let (x, y) = (flow.left_mm, flow.y_mm);
        flow.push(BODY.line(x, y, line));
        flow.y_mm += BODY.line_mm();
    }
    for (row, images) in closing.signatures.chunks(2).zip(pictures.chunks(2)) {
        signature::row(flow, row, images, left);
    }
    flow.y_mm = flow.y_mm.max(top + status_mm(flow.words, closing));
}

/// What stands below the code; what it is for stands beside it.
fn status_lines(words: &Words, closing: &Closing) -> Vec<String> {
    let mut lines = SMALL.wrap(&closing.verify_url, STATUS_MM);
    lines.retain(|line| !line.is_empty());
    if let Some(ledger) = &closing.ledger {
        let text = fill(words.ledger, &[&ledger.sequence.to_string(), &ledger.short_hash]);
        lines.extend(SMALL.wrap(&text, STATUS_MM));
        if !ledger.signed_by.is_empty() {
            lines.extend(SMALL.wrap(&fill(words.ledger_key, &[&ledger.signed_by]), STATUS_MM));
        }
    }
    lines
}

fn status_mm(words: &Words, closing: &Closing) -> f64 {
    code::height_mm(&closing.verify_url) + SMALL.block_mm(status_lines(words, closing).len())
}

fn status(flow: &mut Flow, closing: &Closing) {
    let (x_mm, y_mm) = (flow.right_mm() - STATUS_MM, flow.y_mm);
    let beside = (flow.words.status_now, flow.words.status_hint);
    let below = code::draw(flow, [x_mm, y_mm], STATUS_MM, &closing.verify_url, beside);
    let lines = status_lines(flow.words, closing);
    SMALL.lines(flow.marks(), x_mm, y_mm + below, &lines);
}
