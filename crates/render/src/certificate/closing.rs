//! Instruments, extent, declaration, signatures and the code that leads to the current status.

use super::Picture;
use super::flow::Flow;
use super::style::{BODY, SMALL, STRONG};
use super::table::{Cell, Column, Table};
use domain::certificate::{Closing, Head, Instrument, Signature};
use domain::label::qr_size::{QUIET_MODULES, QrSpec};
use domain::label::{Ink, Mark};
use domain::wording::{Words, fill};

/// The height of a row of signatures.
const SIGNATURE_MM: f64 = 23.0;
/// The width of the column that leads to the current status.
const STATUS_MM: f64 = 52.0;
/// The side of the code with its quiet zone.
const CODE_MM: f64 = 25.0;

/// The instruments as they stood on the day of the test.
pub(super) fn instruments(flow: &mut Flow, head: &Head) {
    if head.instruments.is_empty() {
        return;
    }
    let (words, language) = (flow.words, flow.language);
    let titles =
        [words.make, words.model, words.serial, words.calibration_certificate, words.calibration_due];
    let columns = titles.into_iter().zip([30.0, 44.0, 36.0, 40.0, 26.0]);
    let columns = columns.map(|(title, width_mm)| Column { title, width_mm }).collect();
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
    let columns = columns.map(|(title, width_mm)| Column { title, width_mm }).collect();
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
    let height = (BODY.block_mm(declaration.len()) + rows * SIGNATURE_MM).max(status_mm(flow.words, closing));
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
        signatures(flow, row, images, left);
    }
    flow.y_mm = flow.y_mm.max(top + status_mm(flow.words, closing));
}

fn signatures(flow: &mut Flow, row: &[Signature], images: &[Option<Picture>], width_mm: f64) {
    flow.keep(SIGNATURE_MM);
    let (top, width) = (flow.y_mm + 1.0, (width_mm - 6.0) / 2.0);
    for (index, (signature, image)) in row.iter().zip(images).enumerate() {
        let x_mm = flow.left_mm + index as f64 * (width + 6.0);
        if let Some(picture) = image {
            let [w_mm, h_mm] = picture.within_mm(width - 2.0, 12.0);
            flow.push(Mark::Image { x_mm, y_mm: top + 12.0 - h_mm, w_mm, h_mm, image: picture.number });
        }
        let line = top + 12.6;
        flow.push(Mark::Line {
            from_mm: [x_mm, line],
            to_mm: [x_mm + width, line],
            stroke_mm: 0.2,
            ink: Ink::Black,
        });
        let name = STRONG.shrunk_to(&signature.name, width);
        flow.push(name.line(x_mm, line + 1.4, signature.name.as_str()));
        let date = signature.date.map(|d| flow.language.day(d)).unwrap_or_default();
        let below = [signature.role.clone(), date];
        let below = below.iter().filter(|t| !t.is_empty()).cloned().collect::<Vec<_>>().join(", ");
        flow.push(SMALL.shrunk_to(&below, width).line(x_mm, line + 5.4, below));
    }
    flow.y_mm += SIGNATURE_MM;
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

fn status_code(closing: &Closing) -> Option<QrSpec> {
    QrSpec::for_text(&closing.verify_url).filter(|_| !closing.verify_url.is_empty())
}

fn status_mm(words: &Words, closing: &Closing) -> f64 {
    let code = if status_code(closing).is_some() { CODE_MM } else { 0.0 };
    code + SMALL.block_mm(status_lines(words, closing).len())
}

fn status(flow: &mut Flow, closing: &Closing) {
    let (x_mm, mut y_mm) = (flow.right_mm() - STATUS_MM, flow.y_mm);
    if let Some(spec) = status_code(closing) {
        let module_mm = CODE_MM / (spec.modules() + 2 * QUIET_MODULES) as f64;
        flow.push(Mark::Qr { x_mm, y_mm, module_mm, text: closing.verify_url.clone() });
        let x = x_mm + CODE_MM - 2.0;
        let lines = STRONG.wrap(flow.words.status_now, STATUS_MM - CODE_MM + 2.0);
        STRONG.lines(flow.marks(), x, y_mm, &lines);
        let below = y_mm + STRONG.line_mm() * lines.len() as f64;
        let hint = SMALL.wrap(flow.words.status_hint, STATUS_MM - CODE_MM + 2.0);
        SMALL.lines(flow.marks(), x, below, &hint);
        y_mm += CODE_MM - module_mm * QUIET_MODULES as f64;
    }
    let lines = status_lines(flow.words, closing);
    SMALL.lines(flow.marks(), x_mm, y_mm, &lines);
}
