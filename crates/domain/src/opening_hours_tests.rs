use super::*;

fn day(text: &str) -> DayHours {
    text.parse().unwrap()
}

#[test]
fn hours_are_read_as_people_write_them() {
    for (text, written) in [
        ("09:00-17:30", "09:00-17:30"),
        (" 9 - 17 ", "09:00-17:00"),
        ("13:00-17:30, 9:00–12:30", "09:00-12:30, 13:00-17:30"),
        ("22:00-24:00;00:00-06:00", "00:00-06:00, 22:00-24:00"),
        ("09:00-12:00, 12:00-17:00", "09:00-17:00"),
        ("00:00-12:00, 12:00-24:00", "24h"),
        ("24h", "24h"),
        ("closed", "closed"),
        ("", "closed"),
    ] {
        let hours = day(text);
        assert_eq!(hours.to_string(), written, "{text}");
        assert_eq!(day(&hours.to_string()), hours, "{text}");
        let json = serde_json::to_string(&hours).unwrap();
        assert_eq!(serde_json::from_str::<DayHours>(&json).unwrap(), hours);
    }
}

#[test]
fn what_are_no_hours_is_refused_with_what_would_be_right() {
    let many = (0..9).map(|n| format!("{n:02}:00-{n:02}:30")).collect::<Vec<_>>().join(",");
    for (text, says) in [
        ("nine to five", "write it as 09:00-17:30"),
        ("09:00", "write it as 09:00-17:30"),
        ("09:0-17:00", "write it as 09:00-17:30"),
        ("09:60-17:00", "write it as 09:00-17:30"),
        ("+9:00-17:00", "write it as 09:00-17:30"),
        ("09:00-24:01", "write it as 09:00-17:30"),
        ("09:00-17:00,", "write it as 09:00-17:30"),
        ("22:00-06:00", "22:00-24:00 here and 00:00-06:00 the day after"),
        ("09:00-09:00", "ends before it begins"),
        ("09:00-12:00, 11:00-17:00", "09:00-12:00 and 11:00-17:00 overlap"),
        (many.as_str(), "at most 8 spans"),
    ] {
        assert!(text.parse::<DayHours>().unwrap_err().contains(says), "{text:?}");
    }
}

#[test]
fn a_moment_is_open_up_to_the_end_of_its_span() {
    let hours = day("09:00-12:00, 13:00-24:00");
    let at = |hour: u32| hours.at(hour * 3600);
    assert_eq!(at(0), (false, 9 * 3600));
    assert_eq!(at(9), (true, 12 * 3600));
    assert_eq!(at(12), (false, 13 * 3600));
    assert_eq!(at(23), (true, 24 * 3600));
    assert_eq!(day("closed").at(5), (false, 86_400));
}

#[test]
fn a_week_is_told_in_a_line() {
    assert_eq!(WeekHours::always().words(), "Round the clock");
    assert_eq!(WeekHours::default().words(), "Closed");
    let mut week = WeekHours::working_days(&day("9-17"));
    week.0[6] = day("10-12");
    assert_eq!(week.words(), "Mon-Fri 09:00-17:00; Sun 10:00-12:00");
}
