//! One file of each format, end to end.

use domain::code::Code;
use domain::equipment::{EquipmentClass, EquipmentType};
use domain::judged::ReadingVerdict;
use domain::reading::ReadingTest;
use domain::verdict::Verdict;
use proofmark::cli::import_tests::Tests;

use super::{everything, given, numbers, staged, tested, whole};
use crate::support::TestApp;
use crate::support::builders::category_fields;
use crate::support::tester_files::{Gar, SOUND, Sss, apollo, class_one, patguard};

fn picture() -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(vec![]);
    image::RgbImage::new(40, 30).write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

#[test]
fn a_container_brings_its_photos_to_the_test() {
    let app = TestApp::new();
    app.ground("Mills");
    let super_string = Sss::new().machine("APOLLO 600", "1").test(&class_one("DRILL-1", 1, 40)).end().0;
    let file = Gar::new()
        .file("tests.sss", &super_string)
        .file("DRILL-1.png", &picture())
        .file("DRILL-1_2.png", b"\x89PNG\r\n\x1a\nno picture");
    let (import, counts) = given("a.gar", &file.0).run(&app);
    assert_eq!(numbers(&counts), [0, 1, 0, 0, 0, 0]);
    let (asset, tests) = tested(&app, "DRILL-1");
    let photos = app.app.store.read(|conn| store::files::list_attachments(conn, asset.id)).unwrap();
    assert_eq!(photos.len(), 1, "{:?}", import.warnings);
    assert_eq!(photos[0].test_id.as_deref(), Some(tests[0].id.as_str()));
    let stored = app.app.store.read(|conn| store::files::find_file(conn, &photos[0].hash)).unwrap();
    assert_eq!(stored.media_type, "image/jpeg");
    whole(&app);
}

#[test]
fn a_text_download() {
    let app = TestApp::new();
    app.ground("Mills");
    let block = "TEST NUMBER     17\r\nDATE            12/03/2024\r\nTIME            10:34\r\nTESTER          PRIMETEST 300\r\n\
        APP NO          000123\r\nTEST MODE       CLASS 1\r\nINS             >19.99 MOHM P\r\nEARTH           0.04 OHM P\r\n\
        USER            J SMITH\r\nSITE            DEPOT\r\nTEXT            KETTLE\r\nTEXT            BAY 2\r\n";
    let file = given("a.txt", block.as_bytes());
    let command = Tests { texts: Some("description,location".to_owned()), ..file.command.clone() };
    let (_, counts) = command.import(&app.app).unwrap();
    assert_eq!(numbers(&counts), [0, 1, 0, 0, 0, 0]);
    let (asset, tests) = tested(&app, "000123");
    assert_eq!(asset.description, "KETTLE");
    // Nobody says that anybody looked at it.
    assert_eq!(tests[0].verdict, Verdict::Incomplete);
    let again = given("b.txt", block.replace("10:34", "10:35").as_bytes());
    Tests { visual_done: true, ..again.command.clone() }.import(&app.app).unwrap();
    let (_, tests) = tested(&app, "000123");
    assert_eq!(tests[0].verdict, Verdict::Pass);
    assert!(tests[0].warnings.iter().any(|warning| warning.contains("stated")), "{:?}", tests[0].warnings);
}

#[test]
fn a_sheet_as_csv_and_through_a_mapping() {
    let app = TestApp::new();
    app.ground("Mills");
    let row = format!("Mills,Depot,Bay 1,K-1,Kettle,Class I,Portable,12/03/2024,P,SN-9,Jo,{SOUND}");
    let (_, counts) = given("a.csv", patguard(&[&row]).as_bytes()).run(&app);
    assert_eq!(numbers(&counts), [0, 1, 0, 0, 0, 0]);
    let (_, tests) = tested(&app, "K-1");
    assert_eq!((tests[0].verdict, tests[0].asset.site.as_str()), (Verdict::Pass, "Depot"));
    let overall = domain::visual::VisualItem::parse_code("overall").unwrap();
    assert!(tests[0].visual.contains_key(&overall));
    let columns = [("Gerät", "asset_code"), ("Wann", "test_date"), ("RPE", "reading:earth_continuity")];
    let columns: Vec<_> = columns
        .iter()
        .map(|(header, target)| serde_json::json!({"header": header, "target": target}))
        .collect();
    let mapping = serde_json::json!({"columns": columns, "date_order": "day_first"}).to_string();
    app.put(|tx| store::test_mappings::insert_mapping(tx, "Haus", &mapping).map(drop));
    let file = given("b.csv", "Gerät;Wann;RPE;Raum\nK-1;13.03.2024;0,08;7\n".as_bytes());
    let command = Tests { format: "mapped:Haus".to_owned(), ..file.command.clone() };
    assert_eq!(numbers(&command.import(&app.app).unwrap().1), [1, 0, 0, 0, 0, 0]);
    let (_, tests) = tested(&app, "K-1");
    assert_eq!(tests[0].source.as_ref().unwrap().format, "mapped:Haus");
    assert!(tests[0].source.as_ref().unwrap().kept.contains(&("Raum".to_owned(), "7".to_owned())));
    let unknown = Tests { format: "mapped:Nobody".to_owned(), ..file.command.clone() };
    assert!(unknown.import(&app.app).unwrap_err().contains("no column mapping"));
    whole(&app);
}

#[test]
fn a_benning_names_no_asset_unless_its_description_is_one() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let kettle = app.kettle(ground);
    let text = format!(
        "1;{};12/03/2024;i.O.;0;05;Ohm;ok;a;;;;;;<0;25;mA;passed;>19;99;MOhm;bestanden;500V;i.O.\n\
         2;Saw;13/03/2024;n.i.O.;;;;;;;;;;;;;;;OL;;;ok;250V;bad\n",
        kettle.tag
    );
    let (import, counts) = given("a.csv", text.as_bytes()).run(&app);
    assert_eq!(numbers(&counts), [1, 0, 0, 0, 1, 0], "{:?}", staged(&app, &import));
    whole(&app);
}

#[test]
fn a_rigel_and_a_patgo() {
    let app = TestApp::new();
    app.ground("Mills");
    let rigel = "Tested on,12/03/2024 10:30\r\nAsset ID,PUMP-1\r\nSite,Ward 4\r\nUser Name,Jo\r\nTest Sequence,CL1\r\n\
        Visual,Pass\r\nEarth Bond,0.085 Ohm,P\r\nInsulation,>99.99 MOhm,P\r\nStatus,Pass\r\n\r\nEnd of Data\r\n";
    assert_eq!(numbers(&given("a.csv", rigel.as_bytes()).run(&app).1), [0, 1, 0, 0, 0, 0]);
    let (pump, tests) = tested(&app, "PUMP-1");
    assert_eq!((tests[0].asset.site.as_str(), pump.lock_cause), ("Ward 4", None));
    let patgo = "Asset ID,Engineer name,Description,Client,Site,Location,Date,Result,Notes,Test Instrument,Cal. Date,Cal. Cert No.,\
        Cal. Due,Time,Class,Earth (ohm),Insulation (Mohm),Leakage (mA),Polarity\n\
        7,Jo,Kettle,Mills,Depot,Bar,13/03/2024,Fail,leaks,PrimeTest,01/01/2024,C9,01/01/2025,14:30,2,,OL,<0.25,Pass\n";
    let (import, counts) = given("b.csv", patgo.as_bytes()).run(&app);
    assert_eq!(numbers(&counts), [0, 1, 0, 0, 0, 0], "{:?}", staged(&app, &import));
    let (asset, tests) = tested(&app, "7");
    assert!(asset.lock_cause.is_some() && tests[0].verdict == Verdict::Fail);
    let instrument = tests[0].source.as_ref().unwrap().instrument.clone().unwrap();
    assert_eq!((instrument.name.as_str(), instrument.calibration_certificate.as_str()), ("PrimeTest", "C9"));
    let names: Vec<String> = tests.iter().map(|test| test.person.id.to_string()).collect();
    assert_eq!(names.len(), 1);
    whole(&app);
}

#[test]
fn what_the_sequence_of_a_category_asks_for_is_asked_of_files_too() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let oven = app.kettle(ground);
    let number = |conn: &mut store::AnyConnection| store::assets::find_asset(conn, &everything(), oven.id);
    let asset = app.app.store.read(number).unwrap();
    let import = |name: &str, earth: u16| {
        let mut file = given(name, &apollo(&[class_one(&asset.tag, 1, earth)]));
        file.command.visual_done = true;
        let (_, counts) = file.run(&app);
        assert_eq!(counts.recorded, 1, "{counts:?}");
        let last = |conn: &mut store::AnyConnection| {
            let rows = store::tests::list_tests_of_asset(
                conn,
                &everything(),
                oven.id,
                store::tests::Page::first(9),
            )?;
            store::tests::with_evidence(conn, rows)
        };
        let tests = app.app.store.read(last).unwrap();
        tests.into_iter().max_by_key(|test| test.row.seq).unwrap().evidence
    };
    let before = import("before.sss", 4);
    assert_eq!((before.verdict, before.sequence), (Verdict::Pass, None));
    app.put(|tx| {
        let category = store::categories::find_category(tx, asset.category_id)?;
        let fields = category_fields("Kettle", EquipmentClass::I, EquipmentType::Portable);
        let fields = store::categories::CategoryFields { sequence: "microwave".to_owned(), ..fields };
        store::categories::update_category(tx, category.id, category.version, fields)
    });
    let after = import("after.sss", 5);
    assert_eq!(after.verdict, Verdict::Incomplete);
    assert_eq!(after.sequence.map(|used| used.code), Some("microwave".to_owned()));
    let missing = after.readings.iter().find(|reading| reading.test == ReadingTest::MicrowaveLeakage);
    assert!(
        missing.is_some_and(|reading| reading.verdict == ReadingVerdict::Missing),
        "{:?}",
        after.readings
    );
}
