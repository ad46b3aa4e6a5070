use super::*;
use crate::checklist::ChecklistKind;

fn answers(given: &[(&str, &str)], photos: &[(&str, i64)]) -> Answers {
    Answers {
        given: given.iter().map(|(key, text)| ((*key).to_owned(), (*text).to_owned())).collect(),
        photos: photos.iter().map(|(key, id)| ((*key).to_owned(), vec![*id])).collect(),
    }
}

fn verdict(code: &str, given: &[(&str, &str)], photos: &[(&str, i64)]) -> ChecklistVerdict {
    Checklist::find(code).unwrap().judge(&answers(given, photos)).verdict
}

const GIVEN_AWAY: &[(&str, &str)] = &[
    ("agreed", "A. Mills, accounts"),
    ("serial", "SN-1"),
    ("storage", "No storage in it"),
    ("labels", "yes"),
    ("goes_to", "Recycling"),
];

#[test]
fn what_holds_no_data_needs_no_wipe() {
    use ChecklistVerdict::*;
    let photo = [("photo", 7)];
    assert_eq!(verdict("decommissioning", &[], &[]), Incomplete);
    assert_eq!(verdict("decommissioning", GIVEN_AWAY, &[]), Incomplete, "the photo is required");
    assert_eq!(verdict("decommissioning", GIVEN_AWAY, &photo), Complete);
    let mut with_data = GIVEN_AWAY.to_vec();
    with_data[2] = ("storage", "Yes");
    assert_eq!(verdict("decommissioning", &with_data, &photo), Incomplete);
    with_data.extend([("saved", "yes"), ("wiped", "Overwritten"), ("checked", "Nothing left")]);
    assert_eq!(verdict("decommissioning", &with_data, &photo), Incomplete, "a wipe without a proof is none");
    with_data.push(("wiped-proof", "Report 4711"));
    assert_eq!(verdict("decommissioning", &with_data, &photo), Complete);
    with_data.retain(|(key, _)| *key != "checked");
    with_data.push(("checked", "Data found"));
    assert_eq!(verdict("decommissioning", &with_data, &photo), Failed);
}

#[test]
fn a_number_is_held_against_its_limits() {
    use ChecklistVerdict::*;
    let with = |capacity| [("look", "Good"), ("replaced", "No"), ("capacity", capacity)];
    for (capacity, expected) in [("80", Complete), ("79.9", Failed), ("", Incomplete), ("100", Complete)] {
        assert_eq!(verdict("battery", &with(capacity), &[]), expected, "{capacity}");
    }
    let judged = Checklist::find("battery").unwrap().judge(&answers(&with("90"), &[]));
    assert_eq!(judged.progress(), (3, 5), "voltage and run time are left, the new serial is not asked");
}

#[test]
fn what_cannot_be_kept_is_named() {
    let battery = Checklist::find("battery").unwrap();
    for (key, text, says) in [
        ("capacity", "much", "not a number"),
        ("capacity", "1,5", "comma"),
        ("look", "Fine", "choose one of Good, Swollen"),
        ("weight", "3", "no such item"),
        ("capacity-proof", "3", "no such item"),
        ("serial", "a\u{0}", "cannot be shown"),
    ] {
        let wrong = battery.wrong_answers(&answers(&[(key, text)], &[]));
        assert_eq!(wrong.len(), 1, "{key}");
        assert!(wrong[0].0 == key && wrong[0].1.contains(says), "{key}: {wrong:?}");
    }
    assert!(battery.wrong_answers(&answers(&[("capacity", " 81 "), ("look", "")], &[])).is_empty());
    assert_eq!(battery.wrong_answers(&answers(&[], &[("look", 1)])).len(), 1);
    let firmware = Checklist::find("firmware").unwrap();
    assert_eq!(firmware.wrong_answers(&answers(&[("saved", "no")], &[])).len(), 1);
}

#[test]
fn a_failed_planned_check_was_made_but_a_failed_wipe_was_not() {
    use ChecklistVerdict::*;
    assert!(ChecklistKind::Planned.is_satisfied_by(Failed));
    assert!(!ChecklistKind::Decommissioning.is_satisfied_by(Failed));
    assert!(
        ChecklistKind::Repair.is_satisfied_by(Complete)
            && !ChecklistKind::Planned.is_satisfied_by(Incomplete)
    );
}
