//! Certificates with plausible and with painful contents, for tests, benchmarks and the example.
#![allow(dead_code, reason = "each of its users takes what it needs")]

pub mod papers;

use chrono::NaiveDate;
use domain::certificate::*;
use domain::code::Code;
use domain::equipment::{EquipmentType, TestKind};
use domain::reading::ReadingTest;
use domain::visual::VisualItem as Item;
use domain::wording::Language;
use std::io::Cursor;

fn date(year: i32, month: u32, day: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(year, month, day)
}

/// A wavy line on clear ground.
pub fn signature_png() -> Vec<u8> {
    let mut picture = image::RgbaImage::new(320, 110);
    for x in 10..310u32 {
        let y = 55.0 + 30.0 * (f64::from(x) / 17.0).sin() * (1.0 - f64::from(x) / 400.0);
        for thick in 0..4 {
            picture.put_pixel(x, (y as u32 + thick).min(109), image::Rgba([20, 30, 90, 255]));
        }
    }
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, image::ImageFormat::Png).expect("PNG to memory");
    bytes.into_inner()
}

/// A JPEG that stands for a photo of a broken plug.
pub fn photo_jpeg(index: usize) -> Vec<u8> {
    let picture = image::RgbImage::from_fn(320, 240, |x, y| {
        let shade = ((x * 3 + y * 2 + index as u32 * 40) % 200) as u8;
        image::Rgb([40 + shade, 60 + shade / 2, 90])
    });
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, image::ImageFormat::Jpeg).expect("JPEG to memory");
    bytes.into_inner()
}

pub fn head() -> Head {
    Head {
        language: Language::EnGb,
        firm: Firm {
            name: "Proofmark Testing Ltd".into(),
            address: "Unit 4, Kirkstall Works\nLeeds LS5 3BT".into(),
            contact: "0113 496 0000, office@proofmark.example".into(),
            accreditation: "NICEIC approved contractor 12345".into(),
            logo: None,
            accent: "#1b4f72".parse().ok(),
        },
        number: "PM-2026-00042".into(),
        revision: 1,
        state: State::Current,
        issued: date(2026, 3, 13),
        customer: "Northgate School".into(),
        site: "Łódź Street campus".into(),
        site_address: "12 Łódź Street\nLeeds LS2 7HJ".into(),
        contact: "Zoë Müller, facilities".into(),
        order_number: "PO 88-1204".into(),
        from: date(2026, 3, 11),
        to: date(2026, 3, 12),
        testers: vec![Tester { name: "Anna B. Carter".into(), qualification: "C&G 2377-77".into() }],
        standard: "IET Code of Practice".into(),
        edition: "5th edition".into(),
        instruments: vec![Instrument {
            make: "Seaward".into(),
            model: "Apollo 600+".into(),
            serial: "32A-0071".into(),
            calibration_certificate: "CAL/25/11873".into(),
            calibration_due: date(2026, 9, 30),
        }],
        extent: "All portable and movable equipment in the main building and the sports hall.".into(),
        limitations: "Server room 2.14 could not be entered on either day. Equipment in use for examinations was inspected by eye only.".into(),
    }
}

pub fn closing() -> Closing {
    Closing {
        declaration:
            "The equipment listed was inspected and tested on the dates shown to the standard named, \
            with the results recorded here. The results hold for the condition found on that day."
                .into(),
        signatures: vec![
            Signature {
                role: "Tested by".into(),
                name: "Anna B. Carter".into(),
                date: date(2026, 3, 12),
                image: Some(signature_png()),
            },
            Signature {
                role: "For the customer".into(),
                name: "Zoë Müller".into(),
                date: date(2026, 3, 13),
                image: None,
            },
        ],
        verify_url: "https://pat.example.org/c/PM-2026-00042/x7Qk2".into(),
        ledger: Some(LedgerHead {
            sequence: 10_482,
            short_hash: "9f31c2a7e05b".into(),
            signed_by: "1c0e85b1d7f2a964".into(),
        }),
        history: vec![],
    }
}

pub fn row(index: usize) -> Row {
    let kinds = [
        ("IEC C13 lead", "Volex V1625", "Lead", "10"),
        ("Monitor 24 inch", "Dell P2422H, CN-0D4XY7-74445", "I", ""),
        ("Kettle 3 kW", "Swan SK14610, 00417-22", "I", "13"),
        ("Extension lead 4-way 5 m", "Masterplug BFG54N", "Lead", "13"),
        ("Drill 110 V", "Makita HP1631, 2210445", "II", ""),
    ];
    let (description, maker, class, fuse) = kinds[index % kinds.len()];
    let fail = index % 31 == 7;
    let extension = description.starts_with("Extension");
    let earth = match (class, extension, fail) {
        ("II", ..) => "".into(),
        (_, true, _) => "1: 0.05\u{a0}✓\n2: 0.06\u{a0}✓\n3: 0.05\u{a0}✓\n4: 0.07\u{a0}✓\n≤\u{a0}0.178".into(),
        (.., true) => "1.42\u{a0}✗\n≤\u{a0}0.159".into(),
        _ => "0.05\u{a0}✓\n≤\u{a0}0.159".into(),
    };
    let measured = |text: String| Measured { text, failed: false };
    Row {
        tag: format!("7K3M-{:04}", index),
        customer_number: format!("NGS-{:05}", 10_000 + index),
        description: description.into(),
        make_model_serial: maker.into(),
        location: format!("Main building / {} floor / Room {}", index % 4, 100 + index % 60),
        class: class.into(),
        equipment_type: "Portable".into(),
        fuse: fuse.into(),
        visual: Measured { text: if fail { "FAIL" } else { "Pass" }.into(), failed: fail },
        earth: Measured { text: earth, failed: fail && class != "II" },
        insulation: measured(">19.99\u{a0}✓\n≥\u{a0}1 (500\u{a0}V)".into()),
        leakage: measured("PE 0.21\u{a0}✓\n≤\u{a0}5".into()),
        polarity: measured(if class == "Lead" { "Pass".into() } else { String::new() }),
        rcd: Measured::default(),
        functional: Measured::default(),
        result: Some(match (fail, index % 97) {
            (true, _) => Outcome::Fail,
            (_, 5) => Outcome::Incomplete,
            _ => Outcome::Pass,
        }),
        footnotes: if index % 40 == 9 { vec![1] } else { vec![] },
        tested: date(2026, 3, 11 + (index % 2) as u32),
        next_due: if fail { None } else { date(2027, 3, 12) },
        notes: if index % 11 == 3 { "Lead replaced on the visit".into() } else { String::new() },
    }
}

pub fn site(rows: usize) -> SiteCertificate {
    let register: Vec<Row> = (0..rows).map(row).collect();
    let count = |wanted| register.iter().filter(|r| r.result == Some(wanted)).count();
    let failure = |row: &Row| Failure {
        tag: row.tag.clone(),
        description: row.description.clone(),
        location: row.location.clone(),
        reason: "Plug top cracked, live parts can be touched".into(),
        action: "Taken out of use, plug to be replaced".into(),
    };
    let of = |wanted| register.iter().filter(|r| r.result == Some(wanted)).map(failure).collect::<Vec<_>>();
    let totals = Totals {
        tested: rows,
        passed: count(Outcome::Pass),
        failed: count(Outcome::Fail),
        incomplete: count(Outcome::Incomplete),
        not_found: 2,
    };
    let lost = |tag: &str, what: &str| NotFound {
        tag: tag.into(),
        description: what.into(),
        location: "Main building / 2nd floor / Staff room".into(),
    };
    SiteCertificate {
        head: head(),
        totals,
        failures: of(Outcome::Fail),
        incomplete: of(Outcome::Incomplete),
        not_found: vec![lost("7K3M-9QX4", "Fan heater 2 kW"), lost("7K3M-9QY5", "Desk lamp")],
        register,
        footnotes: vec![
            "Instrument 32A-0071 was out of calibration when this test was done (due 30 Sep 2025).".into(),
        ],
        repairs: vec![Repair {
            tag: "7K3M-0003".into(),
            description: "Extension lead 4-way 5 m".into(),
            failed: "11 Mar 2026: Visual inspection: plug failed.".into(),
            passed: "12 Mar 2026, Test after repair. Lead replaced.".into(),
        }],
        corrections: vec![Corrected {
            tag: "7K3M-0004".into(),
            description: "Drill 110 V".into(),
            test: "Combined inspection and test, 11 Mar 2026".into(),
            reason: "Reading typed against the wrong item".into(),
        }],
        decisions: vec![Decision {
            tag: "7K3M-0011".into(),
            description: "Monitor 24 inch".into(),
            on: date(2026, 3, 13),
            words: "Lock lifted: the fail belongs to another item, see the correction".into(),
        }],
        photos: vec![],
        photos_left_out: 0,
        closing: closing(),
    }
}

/// A site's certificate with photos and revisions.
pub fn rich_site(rows: usize) -> SiteCertificate {
    let mut certificate = site(rows);
    certificate.photos = (0..5)
        .map(|index| Photo {
            tag: format!("7K3M-{:04}", 7 + index * 31),
            caption:
                "Kettle 3 kW, Main building / 3 floor / Room 107: plug top cracked, live parts can be touched"
                    .into(),
            on: date(2026, 3, 11),
            hash: String::new(),
            image: photo_jpeg(index),
        })
        .collect();
    certificate.photos_left_out = 3;
    let revision =
        |number, change: &str| Revision { number, issued: date(2026, 3, 12 + number), change: change.into() };
    certificate.closing.history =
        vec![revision(1, "First issue."), revision(2, "4 records added. passed: 140 before, 144 now.")];
    certificate.head.revision = 2;
    certificate
}

/// As [`site`], in a language, with the labels of that language in the register.
pub fn site_in(language: Language, rows: usize) -> SiteCertificate {
    let mut certificate = rich_site(rows);
    certificate.head.language = language;
    let words = language.words();
    for (index, row) in certificate.register.iter_mut().enumerate() {
        row.equipment_type = language.name(EquipmentType::ALL[index % EquipmentType::ALL.len()]).into();
        row.leakage.text = format!(
            "{} {}\u{a0}✓\n≤\u{a0}{}",
            words.protective,
            language.figure("0.21"),
            language.figure("3.5")
        );
        row.visual.text = language.outcome(Outcome::Pass).into();
        if index % 7 == 3 {
            row.result = Some(Outcome::Incomplete);
        }
    }
    certificate.closing.declaration = words.declaration.into();
    certificate.closing.signatures[0].role = words.sign_tester.into();
    certificate.closing.signatures[1].role = words.sign_customer.into();
    certificate
}

/// Many sites of one customer.
pub fn collection(sites: usize, rows: usize) -> Collection {
    let mut head = head();
    head.number = String::new();
    let site = |index: usize| {
        let mut certificate = site(rows * (index % 3 + 1) / 2);
        certificate.head.site = format!("Site {} Łódź Street campus", index + 1);
        certificate.head.number = format!("C-{:06}", 41 + index);
        certificate
    };
    Collection { head, sites: (0..sites).map(site).collect() }
}

/// Every word that may stand on paper.
pub fn every_word() -> Vec<String> {
    let mut words = vec![];
    for language in Language::ALL {
        words.extend(language.words().each().into_iter().map(|(_, word)| word.to_owned()));
        words.extend(EquipmentType::ALL.iter().map(|m| language.name(*m).to_owned()));
        words.extend(TestKind::ALL.iter().map(|m| language.name(*m).to_owned()));
        words.extend(ReadingTest::ALL.iter().map(|m| language.name(*m).to_owned()));
        words.extend(Item::ALL.iter().map(|m| language.name(*m).to_owned()));
    }
    words
}

pub fn single(verdict: Outcome) -> SingleCertificate {
    let reading =
        |test: &str, conditions: &str, value: &str, limit: &str, margin: &str, outcome, reason: &str| {
            Reading {
                test: test.into(),
                conditions: conditions.into(),
                value: value.into(),
                limit: limit.into(),
                margin: margin.into(),
                outcome,
                reason: reason.into(),
            }
        };
    let fail = verdict == Outcome::Fail;
    let earth = if fail {
        reading(
            "Earth continuity",
            "25 A",
            "1.42 Ω",
            "≤ 0.1585 Ω",
            "−1.2615 Ω",
            Outcome::Fail,
            "0.1 Ω + 3 m of 1.0 mm²",
        )
    } else {
        reading(
            "Earth continuity",
            "25 A",
            "0.08 Ω",
            "≤ 0.1585 Ω",
            "0.0785 Ω",
            Outcome::Pass,
            "0.1 Ω + 3 m of 1.0 mm²",
        )
    };
    let items = [
        "Plug",
        "Flex",
        "Enclosure",
        "Environment",
        "Socket",
        "Switch",
        "Fuse",
        "Cord grip",
        "Suitability",
        "Overheating",
        "Earlier repairs",
    ];
    let facts = [
        ("Make and model", "Swan SK14610"),
        ("Serial number", "00417-22"),
        ("Customer's number", "KIT-0042"),
        ("Location", "Main building / 2nd floor / Kitchen"),
        ("Class and type", "Class I, portable"),
        ("Rating", "3 kW"),
        ("Fuse", "13 A"),
        ("Lead", "3 m, 1.0 mm²"),
    ];
    SingleCertificate {
        head: head(),
        asset: facts.map(|(a, b)| (a.to_string(), b.to_string())).into(),
        tag: "7K3M9QX4".into(),
        description: "Kettle, 3 kW, staff kitchen".into(),
        kind: "Combined inspection and test".into(),
        performed: "12 Mar 2026 14:05".into(),
        verdict: Some(verdict),
        verdict_reason: if fail {
            "Earth continuity 1.42 Ω is above the limit of 0.1585 Ω.".into()
        } else {
            "Everything required was recorded and lies within its limits.".into()
        },
        visual: items
            .iter()
            .map(|item| VisualItem {
                item: (*item).into(),
                outcome: match *item {
                    "Socket" => Outcome::NotApplicable,
                    "Flex" if fail => Outcome::Fail,
                    _ => Outcome::Pass,
                },
            })
            .collect(),
        readings: vec![
            earth,
            reading(
                "Insulation resistance",
                "500 V DC",
                ">19.99 MΩ",
                "≥ 1.0 MΩ",
                "at least 18.99 MΩ",
                Outcome::Pass,
                "Class I",
            ),
            reading(
                "Touch current",
                "",
                "<5 mA",
                "≤ 0.5 mA",
                "",
                Outcome::NotProven,
                "\"<5\" says nothing about 0.5",
            ),
            reading("Load", "", "2950 VA", "", "", Outcome::NotJudged, ""),
        ],
        next_due: if fail {
            vec![]
        } else {
            vec![NextDue {
                kind: "Combined".into(),
                date: date(2027, 3, 12).unwrap_or_default(),
                reason: "kitchen, 12 months".into(),
            }]
        },
        note: "Fitted with a new moulded plug last year.".into(),
        photos: vec![],
        photos_left_out: 0,
        closing: closing(),
    }
}

/// Text that hurts: long, unbroken, many scripts, glyphs that the font lacks.
pub fn painful() -> String {
    format!(
        "{} Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft{} Łódź Ω ≥ ≤ ✓ Ελληνικά Кириллица 漢字",
        "A very long remark that goes on and on and says little that matters. ".repeat(3),
        "x".repeat(200)
    )
}

/// A signed risk assessment with so many lines of reasoning.
pub fn assessment(lines: usize) -> domain::assessment::AssessmentPaper {
    use domain::assessment::{AssessmentPaper, Content, Covered, Factor, Score, Weighed};
    let found = [
        (Factor::Environment, Score::Low, "Dry, heated, carpeted; no dust, no chemicals"),
        (Factor::Users, Score::Medium, "Trained staff; visitors now and then"),
        (Factor::Construction, Score::Low, "Mostly double insulated, moulded plugs"),
        (Factor::Movement, Score::Medium, "Kettles and heaters are carried about"),
        (Factor::Use, Score::Medium, "Daily"),
        (
            Factor::History,
            Score::Low,
            "Of 612 inspections in 24 months 3 failed: 0.5 % (95 % confidence 0.2 % to 1.4 %).",
        ),
    ];
    let weighed =
        |(factor, score, note): (Factor, Score, &str)| (factor, Weighed { score, note: note.to_owned() });
    let rows = "combined; I; portable, hand_held; 24\ncombined; II, II_FE; any; none: looked at twice a year\n\
                formal_visual; any; any; 6\nuser_check; any; any; 1 ?";
    let why =
        "The equipment stands in dry rooms, is used by people who report damage, and few faults were found.";
    AssessmentPaper {
        firm: head().firm,
        number: "RA-000007".into(),
        revision: 2,
        signed_on: date(2026, 11, 22),
        covered: Covered {
            customer: "Northgate School".into(),
            site: Some("Łódź Street campus".into()),
            place: None,
            environment: Some(domain::equipment::Environment::School),
            category: Some("Kettle".into()),
        },
        content: Content {
            factors: found.into_iter().map(weighed).collect(),
            reasoning: vec![why; lines].join("\n"),
            rows: domain::preset_text::read_rows(rows).expect("rows"),
            review_on: date(2028, 11, 1),
        },
        withdrawn: None,
        closing: Closing {
            declaration:
                "I have considered the equipment named and find that the intervals above keep it safe.".into(),
            signatures: vec![Signature {
                role: "Duty holder".into(),
                name: "Zoë Müller-Grabowska".into(),
                date: date(2026, 11, 22),
                image: Some(signature_png()),
            }],
            verify_url: "https://proofmark.example/ra/0123456789abcdef0123456789abcdef".into(),
            ledger: Some(LedgerHead {
                sequence: 1234,
                short_hash: "9f31c2a7e05b".into(),
                signed_by: "1c0e85b1d7f2a964".into(),
            }),
            ..Closing::default()
        },
    }
}
