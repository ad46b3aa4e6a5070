//! A list of parts comes in once, however often it is sent.

use domain::permission::Role;
use proofmark::actions::part_import::{Plan, Report, publish, read_file};

use crate::support::TestApp;

const LIST: &str = "Part number,Description,Maker,Supplier,Cost,Serialised,Serial numbers,Quantity,Place,Reorder level\n\
    FAN-1,Fan,Breeze,Mercer,4.50,no,,5,Main store,2\n\
    FAN-1,Fan,Breeze,Mercer,4.50,no,,1,Van 7,\n\
    PSU-1,Power supply,Voltara,Mercer,49.90,yes,A1; A2,2,Main store,\n\
    FUSE-13,Fuse,,,0.20,no,,,,\n";

fn import(app: &TestApp, text: &str, plan: Plan) -> Report {
    let actor = app.actor(Role::Manager, None);
    let plan = Plan { file_name: "parts.csv".to_owned(), ..plan };
    publish(&app.app, &actor.right().unwrap(), &plan, &read_file(&app.app, text.as_bytes()).unwrap()).unwrap()
}

/// How many of a part a place has; a try leaves gaps among the ids of a server.
fn stock(app: &TestApp, part: &str, place: &str) -> i64 {
    let read = |conn: &mut store::AnyConnection| {
        let places = store::stock_places::list_stock_places(conn)?;
        let place = places.into_iter().find(|one| one.name == place).expect("the place").id;
        Ok::<_, store::Error>((store::parts::find_part_by_number(conn, part)?.id, place))
    };
    let (part, place) = app.app.store.read(read).unwrap();
    app.stock_of(part, place)
}

#[test]
fn a_list_comes_in_and_again_makes_no_doubles() {
    let app = TestApp::new();
    let dry = import(&app, LIST, Plan { dry_run: true, ..Plan::default() });
    assert_eq!((dry.added, dry.stocked, dry.published), (3, 3, false));
    let first = import(&app, LIST, Plan::default());
    assert_eq!((first.added, first.already, first.stocked, first.published), (3, 1, 3, true));
    assert_eq!(first.made, ["supplier Mercer", "store Main store", "store Van 7"]);
    let stocks = [("FAN-1", "Main store"), ("FAN-1", "Van 7"), ("PSU-1", "Main store")];
    assert_eq!(stocks.map(|(part, place)| stock(&app, part, place)), [5, 1, 2]);
    let again = import(&app, LIST, Plan::default());
    assert_eq!((again.added, again.already, again.stocked, again.made.len()), (0, 4, 0, 0));
    assert_eq!(stocks.map(|(part, place)| stock(&app, part, place)), [5, 1, 2]);
    app.assert_stock_adds_up();
}

#[test]
fn a_new_price_list_changes_parts_only_where_asked() {
    let app = TestApp::new();
    import(&app, LIST, Plan::default());
    let dearer = "number,price\nFAN-1,5.10\n";
    assert_eq!(import(&app, dearer, Plan::default()).already, 1);
    assert_eq!(import(&app, dearer, Plan { update: true, ..Plan::default() }).changed, 1);
    let part = app.app.store.read(|conn| store::parts::find_part_by_number(conn, "fan-1")).unwrap();
    assert_eq!((part.cost_pence, part.maker.as_str()), (Some(510), "Breeze"));
}

#[test]
fn pieces_come_with_their_warranty_and_parts_with_their_models() {
    let app = TestApp::new();
    let model = app.model("Dell", "T150");
    let list = "Part number,Description,Place,Serial,Warranty until,Fits\n\
        PSU-1,Supply,Van,A1,2027-03-31,dell t150\nPSU-1,Supply,Van,A2,,\nFAN-1,Fan,,,,Dell T999\n";
    let report = import(&app, list, Plan { skip_refused: true, ..Plan::default() });
    assert_eq!((report.added, report.stocked, report.rows_refused), (1, 1, 1));
    let said = report.refused[0].to_string();
    assert!(said.contains("line 4") && said.contains("\"Dell T999\" is no model known here"), "{said}");
    let (models, pieces) = app
        .app
        .store
        .read(|conn| {
            let part = store::parts::find_part_by_number(conn, "PSU-1")?.id;
            let units = ["A1", "A2"].map(|serial| store::part_units::find_unit(conn, part, serial));
            Ok::<_, store::Error>((store::parts::list_models_of_part(conn, part)?, units))
        })
        .unwrap();
    assert_eq!(models[0].id, model);
    let until = pieces.map(|piece| piece.unwrap().unwrap().warranty_until.map(|day| day.to_string()));
    assert_eq!(until, [Some("2027-03-31".to_owned()), None]);
    assert_eq!(stock(&app, "PSU-1", "Van"), 2);
}

#[test]
fn a_refused_line_keeps_the_rest_out_unless_told_otherwise() {
    let app = TestApp::new();
    let list = "Part number,Description,Serialised,Quantity,Place\nFAN-1,Fan,no,1,Van\nPSU-1,Supply,yes,2,Van\nX-1,,no,,\n";
    let refused = import(&app, list, Plan::default());
    assert_eq!((refused.rows_refused, refused.published), (2, false));
    let said: Vec<String> = refused.refused.iter().map(ToString::to_string).collect();
    assert!(said[0].contains("line 3") && said[0].contains("0 serial numbers for 2 pieces"), "{said:?}");
    assert!(said[1].contains("line 4") && said[1].contains("say what it is"), "{said:?}");
    let taken = import(&app, list, Plan { skip_refused: true, ..Plan::default() });
    assert_eq!((taken.added, taken.published), (1, true));
    assert_eq!(stock(&app, "FAN-1", "Van"), 1);
}
