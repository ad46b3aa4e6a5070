//! Job sheets, quotes and monthly reports with plausible and with painful contents.

use super::{head, painful, photo_jpeg, signature_png};
use chrono::{NaiveDate, NaiveDateTime};
use domain::certificate::{Outcome, Photo};
use domain::charge::{Line, LineKind, Quantity};
use domain::job::Priority;
use domain::job_sheet::*;
use domain::money::Currency;
use domain::monthly_report::*;
use domain::quote::*;

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

fn at(text: &str) -> NaiveDateTime {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").expect("a time")
}

fn record(entries: usize) -> SheetRecord {
    let asset = SheetAsset {
        tag: "7K3M9QXT".into(),
        description: "Till server".into(),
        make: "Dell PowerEdge T150".into(),
        serial: "CN-0D4XY7-74445".into(),
        place: "Back office / Rack".into(),
    };
    let words = [
        ("Diagnosis", 20, "No 12 V at the board. The supply hums and stops."),
        (
            "Work",
            45,
            "Supply changed, fans cleaned, cables tied back. Boots, and ran under load for half an hour without a fault.",
        ),
        ("Travel", 35, "Leeds to Bradford and back."),
        ("Call", 5, "Told the shop that tills are up."),
    ];
    let entry = |index: usize| {
        let (kind, minutes, text) = words[index % words.len()];
        SheetEntry {
            id: index.to_string(),
            at: at("2026-11-23 10:15"),
            kind: kind.into(),
            by: "Anna B. Carter".into(),
            minutes,
            text: text.into(),
        }
    };
    SheetRecord {
        number: "J-000123".into(),
        assets: vec![asset.clone(), SheetAsset { tag: "QQ4TW2M8".into(), description: "UPS".into(), ..asset }],
        faults: vec![SheetFault {
            at: at("2026-11-23 08:41"),
            what: "The tills are dead since this morning. The grey box under the counter hums and then stops. It smells a little.".into(),
            tag: "7K3M9QXT".into(),
        }],
        entries: (0..entries).map(entry).collect(),
        parts: vec![
            SheetPart {
                number: "PSU-350".into(),
                name: "Power supply 350 W".into(),
                count: 1,
                tag: "7K3M9QXT".into(),
                serial_in: "PS22-118845".into(),
                serial_out: "PS19-004711".into(),
            },
            SheetPart { number: "TIE-100".into(), name: "Cable tie".into(), count: 6, ..SheetPart::default() },
        ],
        findings: vec![SheetFinding {
            tag: "7K3M9QXT".into(),
            symptom: "Does not start".into(),
            cause: "Power supply failed: bulged capacitors".into(),
            fix: "Power supply replaced".into(),
        }],
        referrals: vec![SheetReferral {
            tag: "QQ4TW2M8".into(),
            what: "UPS".into(),
            serial: "UP-77".into(),
            supplier: "Mercer Ltd".into(),
            rma: "RMA 4711".into(),
            sent_on: Some(day("2026-11-10")),
            ended_on: Some(day("2026-11-20")),
            result: "Received back: new battery".into(),
        }],
        checklists: vec![SheetChecklist {
            tag: "7K3M9QXT".into(),
            name: "Data wipe".into(),
            at: at("2026-11-23 11:00"),
            by: "Anna B. Carter".into(),
            complete: true,
            answers: vec![("Disk 1".into(), "Overwritten. Proof: W-88".into()), ("Labels removed".into(), "yes".into())],
        }],
        tests: vec![SheetTest {
            tag: "7K3M9QXT".into(),
            kind: "Test after repair".into(),
            at: at("2026-11-23 11:20"),
            by: "Anna B. Carter".into(),
            outcome: Outcome::Pass,
            certificate: "C-000042".into(),
        }],
    }
}

/// A sheet with so many entries of its log.
pub fn sheet(entries: usize, signed: bool) -> JobSheet {
    let head = head();
    JobSheet {
        firm: head.firm,
        customer: head.customer,
        site: head.site,
        site_address: head.site_address,
        contact: head.contact,
        title: "Till server does not start".into(),
        kind: "Repair".into(),
        priority: "High".into(),
        order_number: "PO 88-1204".into(),
        engineer: "Anna B. Carter".into(),
        outcome: "Repaired".into(),
        reported: at("2026-11-23 08:41"),
        response: SheetTarget {
            at: Some(at("2026-11-23 09:10")),
            due: Some(at("2026-11-23 10:41")),
            met: Some(true),
        },
        fix: SheetTarget {
            at: Some(at("2026-11-23 17:05")),
            due: Some(at("2026-11-23 16:41")),
            met: Some(false),
        },
        closed: Some(at("2026-11-23 17:10")),
        record: record(entries),
        signature: signed.then(|| SheetSignature {
            name: "Zoë Müller".into(),
            role: "Facilities manager".into(),
            at: at("2026-11-23 11:30"),
            image: Some(signature_png()),
            before_later_entries: false,
        }),
        url: "https://pat.example.org/jobs/J-000123".into(),
        drawn: at("2026-11-23 17:12"),
        version: 14,
        ..JobSheet::default()
    }
}

/// A sheet whose every text hurts.
pub fn painful_sheet() -> JobSheet {
    let mut sheet = sheet(30, true);
    let text = painful();
    (sheet.title, sheet.description, sheet.order_number) = (text.clone(), text.repeat(8), text.clone());
    sheet.record.faults[0].what = text.repeat(5);
    sheet.record.entries[3].text = text.repeat(40);
    sheet.record.entries[4].by = text.clone();
    sheet.record.parts[0].serial_in = "X".repeat(200);
    sheet.record.assets[0].serial = "W".repeat(120);
    sheet.record.findings[0].cause = text.clone();
    if let Some(one) = &mut sheet.signature {
        (one.name, one.role, one.before_later_entries) = (text.clone(), text, true);
    }
    let photo = |index: usize| Photo {
        hash: index.to_string(),
        tag: "7K3M9QXT".into(),
        caption: "The old supply".into(),
        image: photo_jpeg(index),
        on: Some(day("2026-11-23")),
    };
    sheet.photos = (0..5).map(photo).collect();
    sheet
}

pub fn quote(lines: usize, state: QuoteState) -> QuotePaper {
    let head = head();
    let of = [
        Line {
            kind: LineKind::Labour,
            text: "Labour, two engineers".into(),
            quantity: Quantity::minutes(195),
            price: 6400,
        },
        Line {
            kind: LineKind::Part,
            text: "Power supply 350 W (PSU-350)".into(),
            quantity: Quantity::pieces(2),
            price: 4990,
        },
        Line::one(LineKind::Fixed, "Old supplies taken away and recycled", 1250),
        Line::one(LineKind::Fixed, "Discount agreed", -2000),
    ];
    QuotePaper {
        firm: head.firm,
        number: "Q-000017".into(),
        revision: 2,
        state,
        dated: day("2026-11-23"),
        customer: head.customer,
        contact: head.contact,
        address: "Northgate House\nLeeds LS1 1AA".into(),
        site: head.site,
        job: "J-000123, till server does not start".into(),
        assets: vec![["7K3M9QXT".into(), "Till server".into(), "CN-0D4XY7".into()]],
        content: QuoteContent {
            kind: QuoteKind::Fixed,
            currency: Currency::Gbp,
            vat: 2000,
            valid_until: day("2026-12-23"),
            scope: "Change both power supplies of the till server outside opening hours.\nTest after repair and certificate.".into(),
            terms: "Payment within 30 days. Parts carry the maker's warranty of two years.".into(),
            lines: (0..lines).map(|at| of[at % of.len()].clone()).collect(),
        },
        answer: (state == QuoteState::Approved).then(|| Answer {
            approved: true,
            by: "Zoë Müller".into(),
            at: Some(at("2026-11-24 09:12")),
            order_number: "PO 88-1311".into(),
            reason: String::new(),
        }),
        approve_url: "https://pat.example.org/q/4f1c0e85b1d7f2a9644f1c0e85b1d7f2a9644f1c0e85b1d7f2a9644f1c0e85b1".into(),
    }
}

/// A report with so many jobs closed.
pub fn report(jobs: i64) -> MonthlyReport {
    let head = head();
    let met = |met, missed| Met { met, missed };
    let targets = [
        (Priority::Critical, met(3, 0), met(2, 1)),
        (Priority::High, met(11, 1), met(12, 0)),
        (Priority::Normal, met(jobs.max(16) - 16, 0), met(0, 0)),
    ];
    let targets = targets.map(|(priority, response, fix)| PriorityTargets {
        priority,
        jobs: response.all().max(1),
        response,
        fix,
    });
    let trend = months_to(day("2026-11-01"), 6).into_iter().enumerate().map(|(at, month)| {
        let count = 20 + (at as i64 * 7) % 13;
        TrendMonth { month, opened: count, closed: count - 3, fix: met(count - 5, 2) }
    });
    let job = |index: i64| ReportJob {
        number: format!("J-{:06}", 400 + index),
        title: [
            "Till server does not start",
            "Kettle trips the fuse",
            "Screen flickers at the front desk since the move",
        ][index as usize % 3]
            .into(),
        site: head.site.clone(),
        opened: day("2026-11-03"),
        closed: day("2026-11-05"),
        outcome: "Beyond economic repair".into(),
        response: [Some(true), Some(false), None][index as usize % 3],
        fix: Some(index % 5 != 0),
    };
    MonthlyReport {
        firm: head.firm.clone(),
        customer: head.customer.clone(),
        month: day("2026-11-01"),
        numbers: MonthNumbers {
            targets: targets.into(),
            opened: 34,
            open: [5, 3, 1, 2],
            trend: trend.collect(),
            tests: 312,
            failed: 9,
            due: 148,
        },
        jobs: (0..jobs.min(200)).map(job).collect(),
        failures: (0..4)
            .map(|index| ReportFailure {
                tag: format!("7K3M9QX{index}"),
                description: "Extension lead 4-way 5 m".into(),
                site: head.site.clone(),
                on: day("2026-11-12"),
                now: "Quarantined".into(),
            })
            .collect(),
        due: vec![
            ReportDue {
                site: head.site.clone(),
                kind: "Formal visual inspection".into(),
                items: 120,
                overdue: 4,
            },
            ReportDue {
                site: "Annex".into(),
                kind: "Combined inspection and test".into(),
                items: 28,
                overdue: 0,
            },
        ],
        repeats: vec![ReportRepeat {
            tag: "7K3M9QXT".into(),
            description: "Till server".into(),
            site: head.site.clone(),
            month: 2,
            year: 5,
        }],
        drawn: at("2026-12-01 07:00"),
        unfinished: false,
    }
}
