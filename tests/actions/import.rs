//! The same import from the command line.

use proofmark::cli::import::{Assets, Dates};

use crate::support::TestApp;

fn command(file: &std::path::Path, customer: &str) -> Assets {
    Assets {
        file: file.to_owned(),
        customer: customer.to_owned(),
        site: None,
        dry_run: false,
        skip_refused: false,
        dates: Dates::default(),
    }
}

fn count(app: &TestApp) -> usize {
    let actor = store::Actor::operator(domain::event::Via::Cli);
    let filter = store::assets::list::Filter::default();
    app.app.store.read(|conn| store::assets::list::count_assets(conn, actor.scope(), &filter)).unwrap()
}

#[test]
fn a_dry_run_stores_nothing_and_a_run_stores_once() {
    let app = TestApp::new();
    app.ground("Mills");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("list.csv");
    let rows: String = (1..=50).map(|n| format!("K-{n},Kettle,New site,Room {}\n", n % 5)).collect();
    std::fs::write(&file, format!("Asset No,Description,Site,Room\n{rows}")).unwrap();
    Assets { dry_run: true, ..command(&file, "Mills") }.run(&app.app).unwrap();
    assert_eq!(count(&app), 0);
    command(&file, "Mills").run(&app.app).unwrap();
    assert_eq!(count(&app), 50);
    command(&file, "Mills").run(&app.app).unwrap();
    assert_eq!(count(&app), 50);
}

#[test]
fn what_stands_in_the_way_is_said() {
    let app = TestApp::new();
    app.ground("Mills");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("list.csv");
    std::fs::write(&file, "Description,Site,Purchase date\nKettle,New site,01/02/2024\n").unwrap();
    assert!(command(&file, "Nobody").run(&app.app).unwrap_err().contains("customer"));
    assert!(
        command(&folder.path().join("none.csv"), "Mills").run(&app.app).unwrap_err().contains("none.csv")
    );
    assert!(command(&file, "Mills").run(&app.app).unwrap_err().contains("--day-first"));
    let dates = Dates { day_first: true, month_first: false };
    Assets { dates, ..command(&file, "Mills") }.run(&app.app).unwrap();
    std::fs::write(&file, "Description,Site,Fuse\nFan,New site,banana\nLamp,New site,3A\n").unwrap();
    assert!(command(&file, "Mills").run(&app.app).unwrap_err().contains("--skip-refused"));
    assert_eq!(count(&app), 1);
    Assets { skip_refused: true, ..command(&file, "Mills") }.run(&app.app).unwrap();
    assert_eq!(count(&app), 2);
}
