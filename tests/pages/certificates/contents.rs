//! What stands on certificates: readings with limits, several sockets, warnings, languages, colours.

use domain::equipment::{EquipmentClass, EquipmentType};
use proofmark::actions::certificates::Subject;
use serde_json::json;

use super::*;
use crate::support::builders::Thing;

fn speak(bench: &Bench, language: &str, ruleset: &str) {
    bench.app.put(|tx| {
        let fields = store::customers::CustomerFields {
            name: "Mills".to_owned(),
            language: language.to_owned(),
            ruleset: Some(ruleset.to_owned()),
            ..Default::default()
        };
        store::customers::update_customer(tx, bench.ground.customer_id, 1, &fields)
    });
}

/// The text in the order in which it was set, without white space: cells whole, however wide the page.
fn raw(pdf: &[u8]) -> Option<String> {
    if !judges::present(&["pdftotext"]) {
        return None;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("paper.pdf");
    std::fs::write(&path, pdf).unwrap();
    Some(squeezed(&judges::ask("pdftotext", &["-raw", judges::text(&path), "-"])))
}

fn extension(bench: &Bench, sockets: i64) -> Thing {
    let category = bench.app.category("Extension", EquipmentClass::I, EquipmentType::ExtensionLead);
    let ground = bench.ground;
    bench.app.put(|tx| {
        let tag = domain::tag::Tag::generate(proofmark::app::random_u64).to_string();
        let mut fields = crate::support::records::kettle_fields(ground, category);
        (fields.description, fields.sockets) = ("Extension lead".to_owned(), Some(sockets));
        fields.equipment_type = Some(store::types::Coded(EquipmentType::ExtensionLead));
        let id = store::assets::insert_asset(tx, ground.customer_id, &tag, fields)?;
        store::tags::insert_tag(tx, (&tag, &tag), domain::tag::TagKind::Ours, (ground.customer_id, id))?;
        store::assets::reindex_asset(tx, id)?;
        Ok(Thing { id, tag, ground })
    })
}

#[test]
fn the_register_shows_each_reading_with_limit_and_verdict() {
    let bench = Bench::new();
    let lead = extension(&bench, 2);
    let readings = json!([
        {"test": "earth_continuity", "value": "0.05", "unit": "ohm", "socket": 1},
        {"test": "earth_continuity", "value": "0.91", "unit": "ohm", "socket": 2},
        {"test": "insulation_resistance", "value": "<5", "unit": "Mohm", "voltage_v": 500},
        {"test": "polarity", "value": "pass"},
        {"test": "touch_current", "value": "0.21", "unit": "mA"},
    ]);
    bench.record(&lead, &request("combined", MORNING, readings));
    let kettle = bench.app.kettle(bench.ground);
    bench.record(&kettle, &request("combined", MORNING, json!([])));
    let issued = bench.issue(&bench.november()).unwrap();
    let Some(words) = words(&issued.pdf) else { return };
    let words = squeezed(&words);
    for wanted in ["1:0.05✓", "2:0.91✗", "≥0.3(500V)", "touch0.21✓", "≤5", "Incomplete", "FAIL"] {
        assert!(words.contains(wanted), "{wanted} in {words}");
    }
    // What was required and not recorded is a dash, never blank and never a tick.
    assert!(words.contains('–'), "{words}");
}

#[test]
fn a_german_customer_gets_a_german_paper_and_an_australian_an_australian_one() {
    for (language, ruleset, wanted) in [
        (
            "",
            "vde0701",
            [
                "Prüfprotokoll",
                "Schutzleiterwiderstand0,9Ω:Grenzwert≤0,3Ωnichteingehalten",
                "Seite1von",
                "Gesperrt,jetzt:",
            ],
        ),
        ("", "asnzs3760", ["In-servicesafety", "Competentperson", "Page1of", "Withdrawnfromservice,nowat"]),
        ("en-GB", "vde0701", ["Certificatenumber", "beyondthelimit", "Page1of", "Quarantined,nowat"]),
    ] {
        let bench = Bench::new();
        speak(&bench, language, ruleset);
        let kettle = bench.app.kettle(bench.ground);
        let mut test = serde_json::to_value(failing(MORNING)).unwrap_or_default();
        test["ruleset"] = json!("en50699");
        let test = serde_json::from_value(test).unwrap();
        bench.record(&kettle, &test);
        let issued = bench.issue(&bench.november()).unwrap();
        let Some(words) = raw(&issued.pdf) else { return };
        for wanted in wanted {
            assert!(words.contains(wanted), "{wanted} in {words}");
        }
        assert!(!words.contains('\u{fffd}'));
        let code = domain::code::Code::code(domain::wording::Language::of_customer(language, ruleset));
        let text = String::from_utf8_lossy(&issued.pdf).into_owned();
        assert!(
            text.contains(&format!("/Lang({code})")) || text.contains(&format!("/Lang ({code})")),
            "{code}"
        );
    }
}

#[test]
fn a_correction_names_its_reason_and_a_period_its_visits_limitations() {
    let bench = Bench::new();
    let kettle = bench.app.kettle(bench.ground);
    let id = bench.record(&kettle, &failing(MORNING));
    let right = bench.engineer.right::<RecordTest>().unwrap();
    correct_test(&bench.app.app, &right, (&id, "typed against the wrong item"), &passing(MORNING)).unwrap();
    let issued = bench.issue(&bench.november()).unwrap();
    let Some(words) = words(&issued.pdf) else { return };
    let words = squeezed(&words);
    for wanted in [
        "Correctedrecords",
        "typedagainstthewrongitem(Testengineer",
        "Receivedforthecustomer",
        "[1]Noinstrument",
    ] {
        assert!(words.contains(wanted), "{wanted} in {words}");
    }
}

#[actix_web::test]
async fn the_firms_colour_is_a_dark_one_and_nothing_else() {
    let bench = Bench::new();
    let admin = bench.app.client(Role::Administrator);
    for (accent, said) in [
        ("#ffd700", "too pale"),
        ("#1b4f72;background:url(//evil.example)", "such as #1b4f72"),
        ("red", "such as #1b4f72"),
        ("</style><script>", "such as #1b4f72"),
    ] {
        let form = [("name", "Mill PAT"), ("accent", accent), ("version", "0")];
        let text = admin.post("/settings", &form).await.expect(422).text();
        assert!(text.contains(said) && !text.contains("</style><script>"), "{accent}: {text}");
    }
    let form = [("name", "Mill PAT"), ("accent", "#1B4F72"), ("version", "0")];
    admin.post("/settings", &form).await.expect(303);
    let kettle = bench.app.kettle(bench.ground);
    let id = bench.record(&kettle, &passing(MORNING));
    let firm = proofmark::actions::settings::find_firm(&bench.app.app).unwrap();
    assert_eq!(firm.accent.map(|colour| colour.to_string()).as_deref(), Some("#1b4f72"));
    assert!(bench.issue(&Subject::Test(id)).unwrap().pdf.starts_with(b"%PDF"));
}
