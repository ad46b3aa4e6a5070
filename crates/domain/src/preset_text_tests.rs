use super::*;
use crate::preset::Preset;

#[test]
fn every_shipped_preset_is_written_and_read_back() {
    for preset in Preset::all() {
        let mut rows = preset.rows.clone();
        // Typed figures know "?" and everything else.
        for row in rows.iter_mut().filter(|row| !row.is_unconfirmed()) {
            row.confidence = Confidence::OneSource;
        }
        assert_eq!(read_rows(&write_rows(&rows)).unwrap(), rows, "{}", preset.code);
    }
}

#[test]
fn rows_are_read_as_people_type_them() {
    let rows = read_rows(
        "\n Combined ; i ; Portable , hand-held ; 12 months ?\nuser_check;;any;None: battery; no mains\n",
    );
    let rows = rows.unwrap();
    assert_eq!(
        write_rows(&rows),
        "combined; I; portable, hand_held; 12 ?\nuser_check; any; any; none: battery; no mains\n"
    );
    assert_eq!(read_rows("").unwrap(), vec![]);
}

#[test]
fn each_fault_names_its_line() {
    for (text, words) in [
        ("combined; I; it", "line 1: write kind; class; type; months"),
        ("combined; any; any; 12\nsometimes; I; it; 12", "line 2: \"sometimes\" is not a known kind of test"),
        ("after_repair; I; it; 12", "only user_check, formal_visual and combined"),
        ("combined; IV; it; 12", "\"IV\" is not a known equipment class"),
        ("combined; I; toaster; 12", "\"toaster\" is not a known equipment type"),
        ("combined; I; it; 0", "\"0\" is neither months from 1 to 120 nor"),
        ("combined; I; it; 121", "neither months"),
        ("combined; I; it; often", "neither months"),
        ("combined; I; it; -3", "neither months"),
    ] {
        let error = read_rows(text).unwrap_err();
        assert!(error.contains(words), "{text}: {error}");
    }
}
