use super::*;
use crate::columns::Field;
use crate::dates::DateOrder;
use domain::code::Code;
use domain::job::{JobState, Outcome, WaitingFor};
use proptest::prelude::*;

const OPTIONS: Options = Options { date_order: None, year_now: 2026 };

fn import_with(text: &str, options: Options) -> JobImport {
    let table = Table::read(text.as_bytes()).unwrap();
    read(&table, &Mapping::guess(&table), &options).unwrap()
}

fn import(text: &str) -> JobImport {
    import_with(text, OPTIONS)
}

fn targets(text: &str) -> Vec<String> {
    let table = Table::read(text.as_bytes()).unwrap();
    Mapping::guess(&table).columns.into_iter().map(|c| c.target.into()).collect()
}

/// The shape of the open data of repair events.
const EVENTS: &str = "id,data_provider,country,partner_product_category,product_category,brand,year_of_manufacture,\
    product_age,repair_status,repair_barrier_if_end_of_life,group_identifier,event_date,problem\n\
    rc_1001,Cafe North,GBR,Small kitchen ~ Kettle,Kettle,Bruma,2016,8,Fixed,,g7,2024-03-09,\"Trips the fuse when \
    switched on. Element found earthed, replaced.\"\n\
    rc_1002,Cafe North,GBR,Audio ~ Amplifier,Hi-Fi separates,,,,End of life,Spare parts not available,g7,2024-03-09,No sound on the left\n\
    rc_1003,Cafe South,BEL,Tools ~ Drill,Power tool,Halder,2009,15,Repairable,,g2,2023-11-18,\"Brushes worn\n\
    down to the springs\"\n\
    rc_1004,Cafe South,BEL,Lamps ~ Lamp,Lamp,Unknown,,,Unknown,,g2,2023-11-18,Flickers\n";

#[test]
fn the_open_data_of_repair_events_is_read() {
    let import = import(EVENTS);
    assert_eq!(import.refused, []);
    assert!(import.is_clean());
    let first = &import.rows[0];
    assert_eq!(
        (first.line, first.reference.as_deref(), first.identity.as_str()),
        (2, Some("rc_1001"), "rc_1001")
    );
    assert_eq!(
        (first.category.as_deref(), first.make.as_deref(), first.year),
        (Some("Kettle"), Some("Bruma"), Some(2016))
    );
    assert_eq!(first.opened.date.to_string(), "2024-03-09");
    assert_eq!(first.closed, Some(first.opened));
    assert_eq!(first.title(), "Trips the fuse when switched on. Element found earthed, replaced.");
    assert_eq!(
        first.description(),
        "Trips the fuse when switched on. Element found earthed, replaced.\n\ndata_provider: Cafe North\ncountry: \
         GBR\npartner_product_category: Small kitchen ~ Kettle\nproduct_age: 8\ngroup_identifier: g7"
    );
    let standings: Vec<_> = import.rows.iter().map(|row| (row.status.as_str(), row.standing)).collect();
    assert_eq!(
        standings,
        [
            ("Fixed", Standing::Closed(Outcome::Repaired)),
            ("End of life", Standing::Closed(Outcome::BeyondEconomicRepair)),
            ("Repairable", Standing::Closed(Outcome::Referred)),
            ("Unknown", Standing::Closed(Outcome::Done)),
        ]
    );
    assert_eq!(import.rows[1].barrier.as_deref(), Some("Spare parts not available"));
    assert_eq!(import.rows[2].problem.as_deref(), Some("Brushes worn\ndown to the springs"));
    assert_eq!(import.rows[2].title(), "Brushes worn");
    assert_eq!(import.rows[3].make.as_deref(), Some("Unknown"), "the word is kept as it stands");
}

#[test]
fn a_german_list_with_semicolons_in_an_old_encoding_is_read() {
    let text = "Auftragsnummer;Kunde;Standort;Betreff;Fehlerbeschreibung;Gerätetyp;Hersteller;Baujahr;Status;Priorität;\
        Eingangsdatum;Erledigt am;Seriennummer;Lösung;Techniker\r\n\
        4711;Acme;Köln;Drucker zieht kein Papier;Rolle abgenutzt;Drucker;Kaiser;2019;erledigt;hoch;13.01.2024 09:30;\
        15.01.2024;S-1;Rolle getauscht;Ö. Groß\r\n\
        4712;;;Monitor dunkel;;Monitor;;;in Bearbeitung;dringend;14.01.2024;;;;\r\n\
        4713;;;Toner leer;;Drucker;;;Wartet auf Ersatzteile;;15.01.2024;;;;\r\n";
    let bytes: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let table = Table::read(&bytes).unwrap();
    let import = read(&table, &Mapping::guess(&table), &OPTIONS).unwrap();
    assert_eq!(import.refused, []);
    let row = &import.rows[0];
    assert_eq!((row.reference.as_deref(), row.site.as_deref()), (Some("4711"), Some("Köln")));
    assert_eq!(row.title(), "Drucker zieht kein Papier");
    assert_eq!(
        (row.opened.date.to_string(), row.closed.unwrap().date.to_string()),
        ("2024-01-13".into(), "2024-01-15".into())
    );
    assert_eq!(row.opened.clock.unwrap().time.to_string(), "09:30:00");
    assert_eq!((row.priority, row.work.as_deref()), (Some(Priority::High), Some("Rolle getauscht")));
    assert_eq!(row.kept, [("Techniker".to_owned(), "Ö. Groß".to_owned())]);
    assert_eq!(import.rows[1].standing, Standing::Open(JobState::Triaged));
    assert_eq!(import.rows[2].standing, Standing::Waiting(WaitingFor::Parts));
    assert_eq!((import.rows[1].closed, import.rows[1].title().as_str()), (None, "Monitor dunkel"));
    assert!(import.notes.iter().any(|note| note.contains("13.01.2024")), "{:?}", import.notes);
}

#[test]
fn every_refusal_says_the_line_the_cell_and_the_cure() {
    let long = "x".repeat(10_001);
    let text = format!(
        "id,status,date,closed,year,priority,problem\n\
         1,Fixed,2024-01-02,,2016,,good\n\
         1,Fixed,2024-01-02,,,,the number again\n\
         3,Banana,2024-01-02,,,,no status\n\
         4,Fixed,,,,,no day\n\
         5,Fixed,2024-02-31,,,,no such day\n\
         6,Fixed,2024-01-02,2024-01-01,,,ends early\n\
         7,Fixed,2024-01-02,,16,,no year\n\
         8,Fixed,2024-01-02,,,whenever,no priority\n\
         9,Fixed,2024-01-02,,,,\n\
         10,Fixed,2024-01-02 25:00,,,,no time\n\
         11,Fixed,2024-01-02,,,,{long}\n\
         12,Fixed,2024-01-02,,,,one,two\n"
    );
    let import = import(&text);
    assert_eq!(import.rows.len(), 1);
    let found: Vec<_> =
        import.refused.iter().map(|r| (r.line, r.column.as_str(), r.reason.as_str())).collect();
    let expected = [
        (3, "id", "line 2 has it already"),
        (4, "status", "it is no status that is known"),
        (5, "", "nothing says when it was"),
        (6, "date", "\"2024-02-31\" is not a date; write it as 2024-12-31"),
        (7, "", "it ended before it came in"),
        (8, "year", "it is no year"),
        (9, "priority", "it is no priority that is known"),
        (10, "", "nothing says what it is about"),
        (11, "date", "\"25:00\" is not a time of day; write it as 09:30"),
        (12, "problem", "it has 10001 characters; at most 10000 fit"),
        (13, "", "the row has 8 cells but the header 7"),
    ];
    assert_eq!(found, expected);
}

#[test]
fn texts_that_do_not_fit_together_are_refused_with_their_length() {
    let text = format!("date,problem,notes there\n2024-01-02,{},{}\n", "x".repeat(6000), "y".repeat(4000));
    let refused = import(&text).refused;
    assert!(refused[0].reason.contains("10015 characters together"), "{}", refused[0]);
    let fits = import(&format!("date,problem\n2024-01-02,{}\n", "ä".repeat(4000)));
    assert_eq!(fits.rows[0].problem.as_ref().unwrap().chars().count(), 4000);
}

#[test]
fn a_title_is_how_the_problem_begins_or_what_the_thing_is() {
    let words = "the fan ".repeat(20);
    let import =
        import(&format!("date,problem,category,brand\n2024-01-02,{words},,\n2024-01-02,,Kettle,Bruma\n"));
    let title = import.rows[0].title();
    assert!(title.ends_with("the fan…") && title.chars().count() <= 81, "{title}");
    assert_eq!(import.rows[1].title(), "Bruma Kettle");
    assert_eq!(shorten(&"x".repeat(90), 80), format!("{}…", "x".repeat(80)));
}

#[test]
fn ambiguous_dates_are_asked_for() {
    let text = "date,problem\n03/04/2024,Fan stopped\n";
    let asked = import(text);
    assert_eq!(asked.questions[0].column, "date");
    for (order, day) in [(DateOrder::DayFirst, "2024-04-03"), (DateOrder::MonthFirst, "2024-03-04")] {
        let answered = import_with(text, Options { date_order: Some(order), ..OPTIONS });
        assert_eq!(answered.rows[0].opened.date.to_string(), day);
    }
}

#[test]
fn without_a_status_every_row_is_done_and_that_is_said() {
    let import = import("date,problem\n2024-01-02,Fan stopped\n");
    assert_eq!(import.rows[0].standing, Standing::Closed(Outcome::Done));
    assert!(import.notes.iter().any(|note| note.starts_with("No column says how a job stands")));
}

#[test]
fn rows_without_a_number_are_known_by_their_cells() {
    let text = "date,problem\n2024-01-02,Fan\n2024-01-02,Fan\n2024-01-03,Fan\n";
    let once: Vec<_> = import(text).rows.into_iter().map(|row| row.identity).collect();
    let again: Vec<_> = import(&text.replace(',', ";")).rows.into_iter().map(|row| row.identity).collect();
    assert_eq!(once, again);
    assert_eq!(once.iter().collect::<std::collections::HashSet<_>>().len(), 3);
}

#[test]
fn each_field_is_found_by_its_own_name_and_no_name_is_two_fields() {
    let mut taken = HashMap::new();
    for field in JobField::ALL {
        assert_eq!(targets(&format!("\"{}\"\n", field.label())), [field.code()]);
        assert_eq!(targets(&format!("{}\n", field.code())), [field.code()]);
        for name in field.synonyms().split_whitespace() {
            assert_eq!(crate::words::fold(name), name);
            assert_eq!(taken.insert(name, field), None, "{name} means two fields");
            assert_eq!(targets(&format!("{name}\n")), [field.code()], "{name}");
        }
    }
    assert_eq!(targets("Fault,Type\nfan,kettle\n"), ["problem", "category"]);
    assert_eq!(
        targets("Result\npassed with flying colours\n"),
        ["custom:Result"],
        "cells overrule a dubious name"
    );
}

#[test]
fn every_word_for_a_status_means_one_thing() {
    let mut taken = HashMap::new();
    let table = statuses_markdown();
    for line in table.lines().skip(2) {
        let (words, here) = line.trim_matches(['|', ' ']).split_once(" | ").unwrap();
        for word in words.split(", ") {
            assert_eq!(taken.insert(crate::words::fold(word), here.to_owned()), None, "{word} stands twice");
            assert_eq!(standing(word).unwrap().words(), here);
        }
    }
    assert_eq!(standing("END-OF-LIFE"), Some(Standing::Closed(Outcome::BeyondEconomicRepair)));
    assert_eq!(standing("banana"), None);
}

proptest! {
    #[test]
    fn any_bytes_are_answered(head in "(id|Status|Date|Closed|Year|Problem)(,(Type|Brand|Notes|Datum)){0,3}", body in prop::collection::vec(any::<u8>(), 0..200)) {
        let bytes = [head.as_bytes(), b"\n", &body].concat();
        if let Ok(table) = Table::read(&bytes) {
            let import = read(&table, &Mapping::guess(&table), &OPTIONS);
            prop_assert!(import.is_ok(), "a guess must be valid: {:?}", import);
            let import = import.unwrap();
            prop_assert_eq!(import.rows.len() + import.rows_refused, table.rows.len(), "each row is in or refused");
        }
    }

    #[test]
    fn nothing_of_a_row_is_lost(problem in "[a-z ]{1,200}", note in "[a-z ]{1,50}", colour in "[a-z]{1,20}") {
        let import = import(&format!("date,problem,note there,colour\n2024-01-02,{problem},{note},{colour}\n"));
        prop_assume!(!problem.trim().is_empty());
        let text = import.rows[0].description();
        for part in [problem.trim(), note.trim(), colour.as_str()] {
            prop_assert!(text.contains(part), "{part} is not in {text}");
        }
    }
}
