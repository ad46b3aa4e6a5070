//! Job sheets on paper: what was reported, done, fitted and tested, and the customer's signature.

use crate::RenderError;
use crate::paper::flow::Flow;
use crate::paper::head::{self, Masthead};
use crate::paper::style::{BODY, SMALL, STRONG};
use crate::paper::table::{Cell, Column, Look, Table};
use crate::paper::{self, Album, Picture, code, photos, signature};
use chrono::{DateTime, NaiveDateTime, Utc};
use domain::certificate::{Outcome, Signature};
use domain::charge::duration;
use domain::job_sheet::{JobSheet, SheetTarget};
use domain::wording::Language;

const LANGUAGE: Language = Language::EnGb;
/// The width of the column that leads to the job's page.
const LINK_MM: f64 = 58.0;
const STYLE: crate::paper::style::Style = BODY.pt(8.0);

/// A job sheet on paper.
///
/// # Errors
/// A logo, signature or photo cannot be read.
pub fn job_sheet(sheet: &JobSheet, created: DateTime<Utc>) -> Result<Vec<u8>, RenderError> {
    let title = format!("Job sheet {} {}", sheet.record.number, sheet.customer);
    let mut document = paper::start(&title, (LANGUAGE, &sheet.firm), created);
    let mut album = Album::default();
    let logo = album.add(&mut document, sheet.firm.logo.as_ref())?;
    let drawn = sheet.signature.as_ref().and_then(|one| one.image.as_ref());
    let drawn = album.add(&mut document, drawn)?;
    let shown = photos::add(&mut album, &mut document, &sheet.photos)?;
    let mut flow = Flow::new(LANGUAGE, &sheet.firm);
    let around = masthead(sheet);
    head::top(&mut flow, &around, logo, "Job sheet");
    facts(&mut flow, sheet);
    reported(&mut flow, sheet);
    assets(&mut flow, sheet);
    times(&mut flow, sheet);
    entries(&mut flow, sheet);
    parts(&mut flow, sheet);
    findings(&mut flow, sheet);
    referrals(&mut flow, sheet);
    checklists(&mut flow, sheet);
    tests(&mut flow, sheet);
    close(&mut flow, sheet, drawn);
    photos::draw(&mut flow, &shown, sheet.photos_left_out);
    paper::finish(document, flow.into_pages(), &[around])
}

fn masthead(sheet: &JobSheet) -> Masthead<'_> {
    Masthead {
        language: LANGUAGE,
        firm: &sheet.firm,
        caption: "Job",
        number: &sheet.record.number,
        below: vec![format!("As of {}", LANGUAGE.moment(sheet.drawn)), format!("Version {}", sheet.version)],
        foot: format!("Job sheet {}, version {}", sheet.record.number, sheet.version),
        left: [sheet.customer.as_str(), sheet.site.as_str()].join(", "),
        right: sheet.title.clone(),
        warning: sheet.signature.as_ref().filter(|one| one.before_later_entries).map(|one| {
            format!("Signed on {} before later entries: they were not signed for.", LANGUAGE.moment(one.at))
        }),
    }
}

fn facts(flow: &mut Flow, sheet: &JobSheet) {
    let site = [sheet.site.as_str(), sheet.site_address.as_str()].join("\n");
    let facts = [
        ("Customer", sheet.customer.clone()),
        ("Site", site.trim().to_owned()),
        ("Contact", sheet.contact.clone()),
        ("Order number", sheet.order_number.clone()),
        ("Kind", sheet.kind.clone()),
        ("Priority", sheet.priority.clone()),
        ("Engineer", sheet.engineer.clone()),
        (if sheet.closed.is_some() { "Outcome" } else { "Stands at" }, sheet.outcome.clone()),
    ];
    flow.facts(4, &facts);
}

fn reported(flow: &mut Flow, sheet: &JobSheet) {
    flow.heading(
        if sheet.record.faults.is_empty() { "What is to be done" } else { "Fault as reported" },
        10.0,
    );
    flow.paragraph(&sheet.title, STRONG);
    for paragraph in sheet.description.lines().filter(|line| !line.trim().is_empty()) {
        flow.paragraph(paragraph, BODY);
    }
    for fault in &sheet.record.faults {
        let tag = if fault.tag.is_empty() { String::new() } else { format!(", {}", fault.tag) };
        flow.y_mm += 0.6;
        flow.keep(SMALL.line_mm() + BODY.block_mm(2));
        flow.paragraph(&format!("{}{tag}", LANGUAGE.moment(fault.at)), SMALL);
        flow.paragraph(&fault.what, BODY);
    }
}

fn table(flow: &mut Flow, heading: &str, columns: Vec<Column>, rows: Vec<Vec<Cell>>) {
    if !rows.is_empty() {
        Table { columns, style: STYLE, zebra: false }.draw(flow, heading, rows);
    }
}

fn assets(flow: &mut Flow, sheet: &JobSheet) {
    let columns =
        [("Tag", 24.0), ("Description", 48.0), ("Make, model", 40.0), ("Serial", 30.0), ("Place", 34.0)];
    let rows = sheet.record.assets.iter().map(|asset| {
        let plain = [&asset.description, &asset.make, &asset.serial, &asset.place]
            .map(|text| Cell::plain(text.as_str()));
        [Cell::bold(asset.tag.as_str())].into_iter().chain(plain).collect()
    });
    table(flow, "Equipment", columns.map(|(title, mm)| Column::new(title, mm)).into(), rows.collect());
}

fn times(flow: &mut Flow, sheet: &JobSheet) {
    let columns = [("", 30.0), ("When", 44.0), ("By", 44.0), ("Target", 58.0)];
    let target = |word: &str, target: &SheetTarget| {
        let (words, look) = kept(target);
        vec![
            Cell::bold(word),
            Cell::plain(target.at.map(moment).unwrap_or_else(|| "not yet".to_owned())),
            Cell::plain(target.due.map(moment).unwrap_or_default()),
            Cell { text: words.to_owned(), look },
        ]
    };
    let mut rows = vec![vec![Cell::bold("Reported"), Cell::plain(moment(sheet.reported))]];
    rows.push(target("Responded", &sheet.response));
    rows.push(target("Fixed", &sheet.fix));
    rows.extend(sheet.closed.map(|at| vec![Cell::bold("Closed"), Cell::plain(moment(at))]));
    table(flow, "Times", columns.map(|(title, mm)| Column::new(title, mm)).into(), rows);
}

fn kept(target: &SheetTarget) -> (&'static str, Look) {
    match (target.due, target.met) {
        (None, _) => ("none agreed", Look::Plain),
        (_, Some(true)) => ("✓ met", Look::Bold),
        (_, Some(false)) => ("✗ missed", Look::Alarm),
        (_, None) => ("open", Look::Plain),
    }
}

fn moment(at: NaiveDateTime) -> String {
    LANGUAGE.moment(at)
}

fn entries(flow: &mut Flow, sheet: &JobSheet) {
    let columns = vec![
        Column::new("When", 30.0),
        Column::new("What", 20.0),
        Column::new("", 78.0),
        Column::new("By", 28.0),
        Column::figures("Time", 20.0),
    ];
    let mut rows: Vec<Vec<Cell>> = vec![];
    for entry in &sheet.record.entries {
        rows.push(vec![
            Cell::plain(moment(entry.at)),
            Cell::plain(entry.kind.as_str()),
            Cell::plain(entry.text.as_str()),
            Cell::plain(entry.by.as_str()),
            Cell::plain(if entry.minutes == 0 { String::new() } else { duration(entry.minutes) }),
        ]);
    }
    if sheet.record.minutes() > 0 {
        let cells = ["", "", "All time logged", "", &duration(sheet.record.minutes())];
        rows.push(cells.map(Cell::bold).into());
    }
    table(flow, "What was done", columns, rows);
}

fn parts(flow: &mut Flow, sheet: &JobSheet) {
    let columns = vec![
        Column::figures("", 12.0),
        Column::new("Part", 58.0),
        Column::new("Number", 30.0),
        Column::new("On", 22.0),
        Column::new("Serial in", 27.0),
        Column::new("Serial out", 27.0),
    ];
    let rows = sheet.record.parts.iter().map(|part| {
        let texts = [&part.name, &part.number, &part.tag, &part.serial_in, &part.serial_out];
        let texts = texts.map(|text| Cell::plain(text.as_str()));
        [Cell::plain(format!("{} ×", part.count))].into_iter().chain(texts).collect()
    });
    table(flow, "Parts", columns, rows.collect());
}

fn findings(flow: &mut Flow, sheet: &JobSheet) {
    let columns = [("On", 24.0), ("Symptom", 46.0), ("Cause", 53.0), ("Fix", 53.0)];
    let rows = sheet.record.findings.iter().map(|one| {
        let plain = [&one.symptom, &one.cause, &one.fix].map(|text| Cell::plain(text.as_str()));
        [Cell::bold(one.tag.as_str())].into_iter().chain(plain).collect()
    });
    table(flow, "What was found", columns.map(|(title, mm)| Column::new(title, mm)).into(), rows.collect());
}

fn referrals(flow: &mut Flow, sheet: &JobSheet) {
    let columns = [("What", 44.0), ("Serial", 30.0), ("To", 36.0), ("Sent, back", 26.0), ("Result", 40.0)];
    let rows = sheet.record.referrals.iter().map(|one| {
        let supplier = if one.rma.is_empty() { String::new() } else { format!(", {}", one.rma) };
        let days = [one.sent_on, one.ended_on].into_iter().flatten().map(|day| LANGUAGE.day(day));
        vec![
            Cell::bold(format!("{} {}", one.what, one.tag).trim()),
            Cell::plain(one.serial.as_str()),
            Cell::plain(format!("{}{supplier}", one.supplier)),
            Cell::plain(days.collect::<Vec<_>>().join(",\n")),
            Cell::plain(one.result.as_str()),
        ]
    });
    let columns = columns.map(|(title, mm)| Column::new(title, mm));
    table(flow, "Referred to third parties", columns.into(), rows.collect());
}

/// Each finished checklist with its answers: what a wiped disk or a commissioned machine is proven by.
fn checklists(flow: &mut Flow, sheet: &JobSheet) {
    for one in &sheet.record.checklists {
        let of = if one.tag.is_empty() { String::new() } else { format!(", {}", one.tag) };
        let heading = format!("{}{of}", one.name);
        let (words, look) = match one.complete {
            true => ("✓ complete", Look::Bold),
            false => ("✗ failed", Look::Alarm),
        };
        let by = if one.by.is_empty() { String::new() } else { format!(" by {}", one.by) };
        let ended = vec![
            Cell::bold(format!("Finished {}{by}", moment(one.at))),
            Cell { text: words.to_owned(), look },
        ];
        let plain = |text: &str| Cell::plain(text);
        let rows = one.answers.iter().map(|(ask, answer)| vec![plain(ask), plain(answer)]).chain([ended]);
        let columns = vec![Column::new("Asked", 100.0), Column::new("Answer", 76.0)];
        table(flow, &heading, columns, rows.collect());
    }
}

fn tests(flow: &mut Flow, sheet: &JobSheet) {
    let columns = [
        ("Tag", 24.0),
        ("Test", 46.0),
        ("When", 34.0),
        ("By", 30.0),
        ("Result", 22.0),
        ("Certificate", 20.0),
    ];
    let rows = sheet.record.tests.iter().map(|test| {
        let look = if test.outcome == Outcome::Fail { Look::Alarm } else { Look::Bold };
        vec![
            Cell::bold(test.tag.as_str()),
            Cell::plain(test.kind.as_str()),
            Cell::plain(moment(test.at)),
            Cell::plain(test.by.as_str()),
            Cell { text: test.outcome.word().to_owned(), look },
            Cell::plain(test.certificate.as_str()),
        ]
    });
    table(
        flow,
        "Test after repair",
        columns.map(|(title, mm)| Column::new(title, mm)).into(),
        rows.collect(),
    );
}

/// The signature on the left, the way to the job's page on the right, on one page.
fn close(flow: &mut Flow, sheet: &JobSheet, drawn: Option<Picture>) {
    let words = match &sheet.signature {
        Some(_) => "The customer's representative confirms the work, the time and the parts above.",
        None => "To be signed by the customer's representative for the work, the time and the parts above.",
    };
    let left = flow.width_mm - LINK_MM - 8.0;
    let lines = BODY.wrap(words, left);
    let height = BODY.block_mm(lines.len()) + signature::ROW_MM;
    flow.heading("Signature", height.max(code::height_mm(&sheet.url)));
    let (start, x, top) = (flow.left_mm, flow.right_mm() - LINK_MM, flow.y_mm);
    let beside = ("The job's page", "Scan to see how this job stands now; it needs a log-in.");
    code::draw(flow, [x, top], LINK_MM, &sheet.url, beside);
    BODY.lines(flow.marks(), start, top, &lines);
    flow.y_mm = top + BODY.block_mm(lines.len()) + 1.0;
    let line = match &sheet.signature {
        Some(one) => {
            let role = [one.role.clone(), LANGUAGE.moment(one.at)];
            let role: Vec<_> = role.into_iter().filter(|part| !part.is_empty()).collect();
            Signature { role: role.join(", "), name: one.name.clone(), date: None, image: None }
        }
        None => Signature { role: "Name, date and time".to_owned(), ..Signature::default() },
    };
    signature::row(flow, &[line], &[drawn], left);
    flow.y_mm = flow.y_mm.max(top + code::height_mm(&sheet.url));
}
