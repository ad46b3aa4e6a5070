use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::r2d2::ManageConnection;
use domain::code::Code;

use crate::support::TestApp;

#[derive(QueryableByName, Debug, PartialEq)]
struct Row {
    #[diesel(sql_type = diesel::sql_types::Text)]
    text: String,
}

fn connection(app: &TestApp) -> store::AnyConnection {
    store::portable::Manager::new(&app.app.config.database_url).unwrap().connect().unwrap()
}

fn schema(conn: &mut store::AnyConnection) -> Vec<Row> {
    let query = match conn {
        store::AnyConnection::Sqlite(_) => {
            "SELECT name || ' ' || coalesce(sql, '') AS text FROM sqlite_master ORDER BY name"
        }
        store::AnyConnection::Postgres(_) => {
            "SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable AS text \
             FROM information_schema.columns WHERE table_schema = current_schema() \
             UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = current_schema() ORDER BY text"
        }
    };
    diesel::sql_query(query).load(conn).unwrap()
}

#[test]
fn migrations_go_up_down_up_to_one_schema() {
    let app = TestApp::new();
    let mut conn = connection(&app);
    let before = schema(&mut conn);
    store::portable::revert_all(&mut conn).unwrap();
    let empty: Vec<Row> = schema(&mut conn);
    assert!(
        empty
            .iter()
            .all(|row| row.text.contains("__diesel_schema_migrations") || row.text.starts_with("sqlite_")),
        "{empty:?}"
    );
    store::portable::migrate(&mut conn).unwrap();
    assert_eq!(schema(&mut conn), before);
}

#[test]
fn a_newer_schema_is_refused() {
    let app = TestApp::new();
    connection(&app)
        .batch_execute("INSERT INTO __diesel_schema_migrations (version) VALUES ('99991231')")
        .unwrap();
    let clock = std::sync::Arc::new(|| "2026-01-01T00:00:00Z".parse().unwrap());
    let error = store::Store::open(&app.app.config.database_url, clock).map(drop).unwrap_err();
    assert!(error.to_string().contains("newer Proofmark"), "{error}");
}

#[test]
fn the_lists_in_the_database_are_those_of_the_domain() {
    let app = TestApp::new();
    let mut conn = connection(&app);
    let mut check = |table: &str, mut codes: Vec<&str>| {
        let query = format!("SELECT code AS text FROM {table} ORDER BY code");
        let rows: Vec<Row> = diesel::sql_query(query).load(&mut conn).unwrap();
        let mut stored: Vec<&str> = rows.iter().map(|row| row.text.as_str()).collect();
        stored.sort_unstable();
        codes.sort_unstable();
        assert_eq!(stored, codes, "{table}");
    };
    fn codes<T: Code>() -> Vec<&'static str> {
        T::ALL.iter().map(|code| code.code()).collect()
    }
    check("roles", codes::<domain::permission::Role>());
    check("lifecycles", codes::<domain::asset::Lifecycle>());
    check("equipment_classes", codes::<domain::equipment::EquipmentClass>());
    check("equipment_types", codes::<domain::equipment::EquipmentType>());
    check("environments", codes::<domain::equipment::Environment>());
    check("test_kinds", codes::<domain::equipment::TestKind>());
    check("verdicts", codes::<domain::verdict::Verdict>());
    check("tag_kinds", codes::<domain::tag::TagKind>());
    check("as_found", codes::<domain::calibration::AsFound>());
    check("priorities", codes::<domain::job::Priority>());
    check("impacts", codes::<domain::job::Impact>());
    check("urgencies", codes::<domain::job::Urgency>());
    check("job_kinds", codes::<domain::job::JobKind>());
    check("job_states", codes::<domain::job::JobState>());
    check("waiting_reasons", codes::<domain::job::WaitingFor>());
    check("job_outcomes", codes::<domain::job::Outcome>());
    check("step_kinds", codes::<domain::job::StepKind>());
    check("entry_kinds", codes::<domain::job::EntryKind>());
    check("notice_kinds", codes::<domain::job::NoticeKind>());
    check("hold_causes", codes::<domain::standing::HoldWhy>());
    check("fault_note_kinds", codes::<domain::fault::NoteKind>());
    check("stock_place_kinds", codes::<domain::stock::StockPlaceKind>());
    check("movement_kinds", codes::<domain::stock::MovementKind>());
    check("unit_states", codes::<domain::stock::UnitState>());
    check("fault_word_kinds", codes::<domain::known_fix::FaultWordKind>());
    check("checklist_verdicts", codes::<domain::checklist::ChecklistVerdict>());
    check("promises", codes::<domain::terms::Promise>());
    check("every_units", codes::<domain::plan::EveryUnit>());
    check("anchors", codes::<domain::plan::Anchor>());
    check("run_results", codes::<domain::plan::RunResult>());
    check("appointment_states", codes::<domain::appointment::AppointmentState>());
    check("referral_states", codes::<domain::referral::ReferralState>());
    check("referral_step_kinds", codes::<domain::referral::ReferralStepKind>());
    check("line_kinds", codes::<domain::charge::LineKind>());
    check("line_units", codes::<domain::charge::Unit>());
    check("currencies", codes::<domain::money::Currency>());
    check("quote_states", codes::<domain::quote::QuoteState>());
    check("tag_states", codes::<domain::tag::TagState>());
}
