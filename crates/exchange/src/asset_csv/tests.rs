use super::*;
use crate::dates::{DateOrder, Proof};
use crate::mapped::MOST_REFUSALS;
use domain::code::Code;
use proptest::prelude::*;

const OPTIONS: Options = Options { date_order: None, year_now: 2025 };

fn import(text: &str) -> AssetImport {
    import_with(text, OPTIONS)
}

fn import_with(text: &str, options: Options) -> AssetImport {
    let table = Table::read(text.as_bytes()).unwrap();
    read(&table, &Mapping::guess(&table), &options).unwrap()
}

fn targets(text: &str) -> Vec<String> {
    let table = Table::read(text.as_bytes()).unwrap();
    Mapping::guess(&table).columns.into_iter().map(|c| c.target.into()).collect()
}

#[test]
fn a_real_looking_list_is_read() {
    let text = "Asset No.;Beschreibung;Description;Manufacturer;Model;S/N;Class;Type;Fuse;Lead length (m);CSA;Power (kW);\
        Purchase Date;Cost (£);Room;Surge Suppressors;Notes\r\n\
        A-001;Wasserkocher;Kettle;Russell;K1;N/A;Class 1;P;13 A;0,75;1.0mm²;2,2;13/01/2024;24,99;Kitchen;no;\"two\r\nlines\"\r\n";
    let import = import(text);
    assert_eq!(import.refused, []);
    assert!(import.is_clean());
    let row = &import.rows[0];
    assert_eq!((row.line, row.customer_number.as_deref(), row.serial.as_deref()), (2, Some("A-001"), None));
    assert_eq!(row.equipment_class, Some(EquipmentClass::I));
    assert_eq!(row.equipment_type, Some(EquipmentType::Portable));
    let quantities = [row.fuse_a, row.lead_length_m, row.conductor_mm2, row.rated_power_w];
    assert_eq!(quantities.map(|q| q.unwrap().to_string()), ["13", "0.75", "1", "2200"]);
    assert_eq!(row.purchase_date, chrono::NaiveDate::from_ymd_opt(2024, 1, 13));
    assert_eq!(row.cost, Some(Money { minor: 2499, currency: Some("GBP".into()) }));
    assert_eq!((row.surge_suppressors, row.notes.as_deref()), (Some(false), Some("two\nlines")));
    assert_eq!(row.custom, [("Beschreibung".to_string(), "Wasserkocher".to_string())]);
    assert_eq!((row.place_path(), row.identity.as_str()), (vec!["Kitchen"], "number:a-001"));
    assert!(import.notes.iter().any(|n| n.contains("13/01/2024")));
}

#[test]
fn every_refusal_is_collected_with_line_column_and_cure() {
    let import = import(
        "Asset ID,Description,Class,Fuse,Lead length\n\
         1,Kettle,I,13A,2m\n\
         2,Fan,9,banana,2m\n\
         1,Lamp,II,3A,1m\n\
         4,,II,3A,1m\n\
         5,Iron,I,13A,1m,surplus\n\
         6,Radio,II,3A,1m\n",
    );
    assert_eq!(import.rows.iter().map(|r| r.line).collect::<Vec<_>>(), [2, 7]);
    let found: Vec<_> =
        import.refused.iter().map(|r| (r.line, r.column.as_str(), r.value.as_str())).collect();
    assert_eq!(
        found,
        [(3, "Class", "9"), (3, "Fuse", "banana"), (4, "Asset ID", "1"), (5, "", ""), (6, "", "")]
    );
    assert_eq!(
        import.refused[1].to_string(),
        "line 3, Fuse \"banana\": it does not start with a number; right would be amperes, such as 13A"
    );
    assert!(import.refused[2].reason.contains("line 2"));
}

#[test]
fn columns_are_mapped_by_name_whatever_their_spelling() {
    let text = "ASSET_NO,tag,Site Name,Building,Floor,Location,appliance,Equipment Class,Serial No,CSA (mm²),Rating,Vendor\n";
    assert_eq!(
        targets(text),
        [
            "customer_number",
            "tag",
            "site",
            "building",
            "floor",
            "location",
            "description",
            "equipment_class",
            "serial",
            "conductor_mm2",
            "rating",
            "supplier"
        ]
    );
}

#[test]
fn the_surer_name_wins_and_nothing_is_lost() {
    assert_eq!(
        targets("ID,Asset No,Name,Description\n"),
        ["custom:ID", "customer_number", "custom:Name", "description"]
    );
    assert_eq!(targets("Notes,Notes\n"), ["notes", "custom:Notes (2)"]);
    for field in AssetField::ALL {
        assert_eq!(targets(&format!("\"{}\"\n", field.label())), [field.code()]);
        assert_eq!(targets(&format!("{}\n", field.code())), [field.code()]);
    }
}

#[test]
fn values_overrule_a_name_that_means_two_things() {
    assert_eq!(targets("Type\nKettle\nFan\nP\n"), ["category"]);
    assert_eq!(targets("Type\nP\nM\nHand held\n"), ["equipment_type"]);
    assert_eq!(targets("Type,Category\nKettle,Kitchen\n"), ["custom:Type", "category"]);
    assert_eq!(targets("Warranty\n3 years\n2 years\n"), ["custom:Warranty"]);
    assert_eq!(targets("Class\nbanana\n"), ["equipment_class"], "one slip is told as a slip");
    let list = format!("Item,Class\n{}", "PC,Hardware\n".repeat(12));
    assert!(import(&list).notes.iter().any(|n| n.starts_with("Column Class is kept as a custom field")));
    assert_eq!(targets("Warranty\n2027-01-01\n"), ["warranty_end"]);
}

#[test]
fn leads_in_the_class_column_become_their_type() {
    let import = import("Item,Class,Type\nC13,IEC lead,\nReel,lead,Extension lead\nPC,1,IT\n");
    let types: Vec<_> = import.rows.iter().map(|r| (r.equipment_class, r.equipment_type)).collect();
    assert_eq!(types[0], (None, Some(EquipmentType::Lead)));
    assert_eq!(types[1], (None, Some(EquipmentType::ExtensionLead)));
    assert_eq!(types[2], (Some(EquipmentClass::I), Some(EquipmentType::It)));
}

#[test]
fn a_rating_fills_what_no_column_of_its_own_fills() {
    let import = import("Item,Rating,Power,Current\nKettle,2kW,,\nFan,10A,40W,\nPC,250 W,300W,2A\n");
    let shown = |q: Option<Decimal>| q.map(|q| q.to_string()).unwrap_or_default();
    let found: Vec<_> =
        import.rows.iter().map(|r| (shown(r.rated_power_w), shown(r.rated_current_a))).collect();
    assert_eq!(found, [("2000", ""), ("40", "10"), ("300", "2")].map(|(w, a)| (w.into(), a.into())));
}

#[test]
fn ambiguous_dates_are_asked_for_and_never_guessed() {
    let text = "Item,Purchase date,Warranty\nFan,03/04/2024,13/04/2026\n";
    let asked = import(text);
    assert!(!asked.is_clean() && asked.refused.is_empty());
    assert_eq!(
        (asked.questions[0].column.as_str(), asked.questions[0].hint),
        ("Purchase date", Some(DateOrder::DayFirst))
    );
    assert_eq!(asked.rows[0].purchase_date, None);
    for (order, month) in [(DateOrder::DayFirst, 4), (DateOrder::MonthFirst, 3)] {
        let answered = import_with(text, Options { date_order: Some(order), ..OPTIONS });
        assert!(answered.is_clean());
        let day = if month == 4 { 3 } else { 4 };
        assert_eq!(answered.rows[0].purchase_date, chrono::NaiveDate::from_ymd_opt(2024, month, day));
        assert_eq!(
            answered.rows[0].warranty_end,
            chrono::NaiveDate::from_ymd_opt(2026, 4, 13),
            "proof outranks the answer"
        );
    }
}

#[test]
fn a_column_in_conflict_is_asked_about_and_then_refuses_what_does_not_fit() {
    let text = "Item,Purchase date\nFan,13/04/2024\nIron,04/13/2024\n";
    assert!(matches!(import(text).questions[0].proof, Proof::Conflict { .. }));
    let answered = import_with(text, Options { date_order: Some(DateOrder::DayFirst), ..OPTIONS });
    assert_eq!((answered.rows.len(), answered.refused[0].line), (1, 3));
}

#[test]
fn the_same_file_has_the_same_identities_and_twins_differ() {
    let text = "Item,Tag\nFan,\nFan,\nKettle,ab-1\nPC,AB 2\n";
    let once: Vec<String> = import(text).rows.into_iter().map(|r| r.identity).collect();
    let twice: Vec<String> = import(&text.replace(',', ";")).rows.into_iter().map(|r| r.identity).collect();
    assert_eq!(once, twice);
    assert_eq!(once.iter().collect::<std::collections::HashSet<_>>().len(), 4);
    assert_eq!(once[2], "tag:AB1");
    assert_eq!(import("Item,Tag\nFan,ab-1\nPC,AB 1\n").refused[0].line, 3);
}

#[test]
fn hostile_and_mangled_cells_are_told() {
    let import = import(
        "Item,Serial,Customer\n'=cmd|' /C calc'!A0,S1,Acme\nFan,1.23457E+11,Acme\nA\u{202e}B,\"S\n2\",Other\n",
    );
    assert_eq!(import.rows[0].description.as_deref(), Some("=cmd|' /C calc'!A0"));
    assert!(import.refused[0].reason.contains("lost its last digits"));
    assert_eq!(
        (import.rows[1].description.as_deref(), import.rows[1].serial.as_deref()),
        (Some("AB"), Some("S 2"))
    );
    assert_eq!(import.rows[1].customer.as_deref(), Some("Other"));
}

#[test]
fn the_mapping_is_the_users_to_change() {
    let table = Table::read(b"Thing,Colour,Other\nKettle,red,x\n").unwrap();
    let mut mapping = Mapping::guess(&table);
    mapping.set(0, Target::try_from("description".to_string()).unwrap()).unwrap();
    mapping.set(2, Target::Ignore).unwrap();
    let import = read(&table, &mapping, &OPTIONS).unwrap();
    assert_eq!(import.rows[0].description.as_deref(), Some("Kettle"));
    assert_eq!(import.rows[0].custom, [("Colour".to_string(), "red".to_string())]);
    mapping.set(1, Target::Field(AssetField::Description)).unwrap();
    assert!(read(&table, &mapping, &OPTIONS).unwrap_err()[0].contains("already"));
    assert!(mapping.set(3, Target::Ignore).is_err());
    assert!(mapping.check(&["Thing".to_string()]).is_err());
    for wrong in ["colour", "custom:", "custom: "] {
        assert!(Target::try_from(wrong.to_string()).is_err(), "{wrong}");
    }
}

#[test]
fn rows_that_end_early_are_noted() {
    let import = import("Item,Room,Notes\nFan\nKettle,1,x\n");
    assert_eq!(import.rows.len(), 2);
    assert!(import.notes.iter().any(|n| n.contains("line 2")));
}

#[test]
fn a_flood_of_refusals_is_counted_and_its_list_bounded() {
    let import = import(&format!("Item,Fuse\nFan,13A\n{}", "Fan,x\n".repeat(MOST_REFUSALS + 5)));
    assert_eq!((import.refused.len(), import.rows_refused), (MOST_REFUSALS, MOST_REFUSALS + 5));
    assert!(!import.is_clean() && import.notes.last().unwrap().contains("first 10000"));
}

proptest! {
    #[test]
    fn any_bytes_are_answered(head in "(Tag|Class|Fuse|Cost|Purchase date|Rating|Sockets|Power \\(kW\\))(,(Item|Type|Notes)){0,2}", body in prop::collection::vec(any::<u8>(), 0..200)) {
        let bytes = [head.as_bytes(), b"\n", &body].concat();
        if let Ok(table) = Table::read(&bytes) {
            let mapping = Mapping::guess(&table);
            let import = read(&table, &mapping, &OPTIONS);
            prop_assert!(import.is_ok(), "a guess must be valid: {:?}", import);
            let import = import.unwrap();
            prop_assert_eq!(import.rows.len() + import.rows_refused, table.rows.len(), "each row is in or refused");
            prop_assert_eq!(import.rows_refused == 0, import.refused.is_empty());
        }
    }

    #[test]
    fn odd_texts_are_answered(text in "(?s)(Description|Type|Fuse),(Cost|Date|Serial)\n.{0,120}") {
        if let Ok(table) = Table::read(text.as_bytes()) {
            prop_assert!(read(&table, &Mapping::guess(&table), &OPTIONS).is_ok());
        }
    }
}
