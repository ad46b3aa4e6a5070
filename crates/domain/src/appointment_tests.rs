use chrono_tz::Europe::London;

use super::*;

fn span(from: &str, to: &str) -> Span {
    let at = |time: &str| format!("{time}:00Z").parse().unwrap();
    Span { from: at(from), to: at(to) }
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn time(text: &str) -> NaiveTime {
    text.parse().unwrap()
}

#[test]
fn what_only_touches_does_not_overlap() {
    let first = span("2026-11-23T09:00", "2026-11-23T10:00");
    for (other, overlaps) in [
        (span("2026-11-23T10:00", "2026-11-23T11:00"), false),
        (span("2026-11-23T08:00", "2026-11-23T09:00"), false),
        (span("2026-11-23T09:59", "2026-11-23T11:00"), true),
        (span("2026-11-23T09:15", "2026-11-23T09:30"), true),
        (span("2026-11-23T08:00", "2026-11-23T12:00"), true),
    ] {
        assert_eq!((first.overlaps(other), other.overlaps(first)), (overlaps, overlaps), "{other:?}");
    }
    assert_eq!(first.minutes(), 60);
}

#[test]
fn hours_are_those_of_the_sites_clock() {
    let usual = WorkingHours::USUAL;
    // In July eight in London is seven in UTC.
    assert!(usual.hold(span("2026-07-01T07:00", "2026-07-01T08:00"), London));
    assert!(!usual.hold(span("2026-07-01T06:30", "2026-07-01T07:30"), London));
    assert!(!usual.hold(span("2026-07-01T16:30", "2026-07-01T17:30"), London));
    assert!(usual.hold(span("2026-11-23T08:00", "2026-11-23T18:00"), London));
    assert!(!usual.hold(span("2026-11-22T09:00", "2026-11-22T10:00"), London), "a Sunday");
    assert!(!usual.hold(span("2026-11-23T17:00", "2026-11-24T09:00"), London), "over night");
}

#[test]
fn a_time_that_the_clocks_skip_is_refused_and_of_two_the_earlier_is_meant() {
    let at = |on: &str, hour: &str| moment(day(on), time(hour), London);
    assert!(at("2026-03-29", "01:30").unwrap_err().contains("clocks go forward"));
    assert_eq!(at("2026-03-29", "02:00").unwrap().to_rfc3339(), "2026-03-29T01:00:00+00:00");
    assert_eq!(at("2026-10-25", "01:30").unwrap().to_rfc3339(), "2026-10-25T00:30:00+00:00");
}

#[test]
fn the_next_free_stretches_are_found_around_what_is_booked() {
    let busy = [
        span("2026-11-23T09:00", "2026-11-23T11:30"),
        span("2026-11-23T13:00", "2026-11-23T18:00"),
        span("2026-11-24T08:00", "2026-11-24T08:30"),
    ];
    let after = "2026-11-23T08:10:00Z".parse().unwrap();
    let found = WorkingHours::USUAL.free(&busy, 60, after, London, 4);
    let shown: Vec<String> = found.iter().map(|span| span.from.format("%d %H:%M").to_string()).collect();
    assert_eq!(shown, ["23 11:30", "23 12:00", "24 08:30", "24 12:00"], "one in each half day");
    let friday = "2026-11-27T17:30:00Z".parse().unwrap();
    let found = WorkingHours::USUAL.free(&[], 60, friday, London, 1);
    assert_eq!(found[0].from.to_rfc3339(), "2026-11-30T08:00:00+00:00", "Monday comes after the weekend");
    assert!(WorkingHours::USUAL.free(&[], 1440, friday, London, 1).is_empty(), "no such day");
}

#[test]
fn what_overlaps_stands_side_by_side() {
    let spans = [
        span("2026-11-23T08:00", "2026-11-23T10:00"),
        span("2026-11-23T09:00", "2026-11-23T11:00"),
        span("2026-11-23T10:00", "2026-11-23T12:00"),
        span("2026-11-23T13:00", "2026-11-23T14:00"),
    ];
    assert_eq!(columns(&spans), [(0, 2), (1, 2), (0, 2), (0, 1)]);
    assert!(columns(&[]).is_empty());
}

#[test]
fn weeks_begin_on_monday() {
    for on in ["2026-11-23", "2026-11-26", "2026-11-29"] {
        assert_eq!(monday(day(on)), day("2026-11-23"));
    }
}
