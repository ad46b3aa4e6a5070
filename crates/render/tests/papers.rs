use crate::looks::check_boxes;
use crate::{judges, samples::papers, saved};
use chrono::DateTime;
use domain::charge::{Line, LineKind};
use domain::monthly_report::{Met, MonthNumbers};
use domain::quote::QuoteState;
use render::RenderError;
use render::job_sheet::job_sheet;
use render::monthly_report::monthly_report;
use render::quote::quote;

const THEN: DateTime<chrono::Utc> = DateTime::UNIX_EPOCH;

/// The words of a paper that holds nothing over anything else, judged to be sound.
fn read(name: &str, bytes: Result<Vec<u8>, RenderError>) -> String {
    let (_folder, pdf) = saved(&bytes.expect("a paper"));
    judges::check(&pdf);
    check_boxes(name, &pdf);
    judges::words(&pdf).split_whitespace().collect::<Vec<_>>().join(" ")
}

fn able() -> bool {
    judges::present(&["qpdf", "pdftotext"])
}

#[test]
fn a_job_sheet_says_what_was_done_and_who_signed() {
    if !able() {
        return;
    }
    let words = read("sheet", job_sheet(&papers::sheet(4, true), THEN));
    for wanted in [
        "J-000123",
        "It smells a little",
        "CN-0D4XY7-74445",
        "✓ met",
        "✗ missed",
        "All time logged 1 h 45 min",
        "PS22-118845",
        "PS19-004711",
        "bulged capacitors",
        "Pass C-000042",
        "RMA 4711",
        "Overwritten. Proof: W-88",
        "✓ complete",
        "Zoë Müller",
        "Facilities manager, 23 Nov 2026 11:30",
        "Version 14",
        "Page 1 of",
    ] {
        assert!(words.contains(wanted), "{wanted} in {words}");
    }
    assert!(!words.contains("later entries"), "{words}");
    let words = read("unsigned", job_sheet(&papers::sheet(0, false), THEN));
    assert!(words.contains("To be signed") && !words.contains("All time logged"), "{words}");
}

#[test]
fn later_work_is_not_signed_for() {
    if !able() {
        return;
    }
    let words = read("painful", job_sheet(&papers::painful_sheet(), THEN));
    assert!(words.contains("Signed on 23 Nov 2026 11:30 before later entries"), "{words}");
    // A reader of columns may take the lines of neighbouring cells in turns: letters are counted, not runs.
    let count = |letter| words.matches(letter).count();
    assert!(count('X') >= 200 && count('W') >= 120, "nothing is cut: {} X, {} W", count('X'), count('W'));
}

#[test]
fn a_quote_adds_up_and_says_how_it_stands() {
    if !able() {
        return;
    }
    let words = read("quote", quote(&papers::quote(4, QuoteState::Sent), THEN));
    for wanted in [
        "Q-000017",
        "Revision 2",
        "3 h 15 min £64.00 an hour £208.00",
        "-£20.00",
        "Net £300.30",
        "VAT 20 % £60.06",
        "Total £360.36",
        "23 Dec 2026",
        "Approve or decline here",
        "Payment within 30 days",
    ] {
        assert!(words.contains(wanted), "{wanted} in {words}");
    }
    for (state, says) in [
        (QuoteState::Draft, "no offer yet"),
        (QuoteState::Expired, "Expired"),
        (QuoteState::Superseded, "later revision"),
        (QuoteState::Declined, "Declined"),
        (QuoteState::Approved, "PO 88-1311"),
    ] {
        let words = read("state", quote(&papers::quote(2, state), THEN));
        assert!(words.contains(says) && !words.contains("Approve or decline here"), "{state}: {words}");
    }
    let mut long = papers::quote(90, QuoteState::Sent);
    long.content.lines.push(Line::one(LineKind::Fixed, crate::samples::painful(), 100_000_000));
    long.approve_url.clear();
    let words = read("long", quote(&long, THEN));
    assert!(words.contains("£1,000,000.00") && words.contains("Page 3 of 3"), "{words}");
}

#[test]
fn a_report_shows_its_numbers_and_charts() {
    if !able() {
        return;
    }
    let words = read("report", monthly_report(&papers::report(24), THEN));
    for wanted in [
        "Monthly report, November 2026",
        "2 of 3 in time",
        "11 of 12 in time",
        "none agreed",
        "Jobs by month",
        "Jun 26",
        "up to four weeks",
        "What came back most",
        "Tests: 312 done, 9 failed",
        "and 5 more",
        "Tests due in December 2026: 148",
        "J-000423",
    ] {
        assert!(words.contains(wanted), "{wanted} in {words}");
    }
    let mut quiet = papers::report(0);
    (quiet.numbers, quiet.unfinished) = (MonthNumbers::default(), true);
    (quiet.jobs, quiet.failures, quiet.due, quiet.repeats) = (vec![], vec![], vec![], vec![]);
    let words = read("quiet", monthly_report(&quiet, THEN));
    assert!(words.contains("No job was closed") && words.contains("The month is not over"), "{words}");
    let mut busy = papers::report(5000);
    busy.numbers.targets[0].fix = Met { met: 123_456, missed: 1 };
    busy.numbers.trend.iter_mut().for_each(|month| month.opened *= 100_000);
    let words = read("busy", monthly_report(&busy, THEN));
    assert!(words.contains("123456 of 123457 in time"), "{words}");
}

#[test]
fn a_broken_signature_is_an_error() {
    let mut sheet = papers::sheet(1, true);
    sheet.signature.as_mut().expect("a signature").image = Some(b"no picture".to_vec());
    assert!(matches!(job_sheet(&sheet, THEN), Err(RenderError::Picture(_))));
}
