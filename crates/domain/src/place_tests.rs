use super::*;

fn outline(text: &str) -> Vec<String> {
    read_outline(text).unwrap().iter().map(|path| path.join(JOIN)).collect()
}

#[test]
fn one_name_a_line() {
    assert_eq!(outline("Kitchen\n\n  \nOffice 2\r\n"), ["Kitchen", "Office 2"]);
}

#[test]
fn indentation_nests_and_comes_back_out() {
    let text = "House\n  Ground floor\n    Kitchen\n    Hall\n  First floor\n\tBedroom\nShed";
    assert_eq!(
        outline(text),
        [
            "House",
            "House / Ground floor",
            "House / Ground floor / Kitchen",
            "House / Ground floor / Hall",
            "House / First floor",
            "House / First floor / Bedroom",
            "Shed"
        ]
    );
}

#[test]
fn a_path_brings_the_places_above_it_once() {
    assert_eq!(outline("A / B / C\nA / D"), ["A", "A / B", "A / B / C", "A / D"]);
    assert_eq!(outline("Bar/Lounge"), ["Bar/Lounge"], "a slash without spaces belongs to the name");
}

#[test]
fn what_cannot_be_a_name_is_refused_with_its_line() {
    for (text, line) in [("A\n/ B", "line 2"), ("A /  / B", "line 1"), ("a\tb", "line 1"), ("A / ", "line 1")]
    {
        let error = read_outline(text).unwrap_err();
        assert!(error.starts_with(line), "{text:?}: {error}");
    }
    assert!(read_outline(&"x".repeat(LONGEST_NAME + 1)).is_err());
    assert!(read_outline(&["a"; DEEPEST + 1].join(JOIN)).is_err());
    let many: String = (0..=MOST).map(|n| format!("Room {n}\n")).collect();
    assert!(read_outline(&many).is_err());
}

#[test]
fn names_are_ordered_as_people_count() {
    let mut names = vec!["Room 10", "room 2", "Hall", "Room 002b", "Room"];
    names.sort_by(|a, b| compare_names(a, b));
    assert_eq!(names, ["Hall", "Room", "room 2", "Room 002b", "Room 10"]);
}
