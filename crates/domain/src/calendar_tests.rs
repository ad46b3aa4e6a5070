use chrono_tz::{Asia, Australia, Europe, Pacific};
use proptest::prelude::*;

use super::*;

fn at(text: &str) -> DateTime<Utc> {
    format!("{text}Z").parse().unwrap()
}

fn calendar(zone: Tz, hours: &str) -> Calendar {
    Calendar::new(zone, WeekHours(std::array::from_fn(|_| hours.parse().unwrap())), [])
}

/// Minutes that count between two moments.
fn counted(calendar: &Calendar, from: &str, until: &str) -> i64 {
    let open = calendar.stretches(at(from), at(until)).filter(|stretch| stretch.opening == Opening::Open);
    open.map(|stretch| (stretch.until - stretch.from).num_minutes()).sum()
}

#[test]
fn days_are_longer_and_shorter_when_the_clocks_change() {
    let hours = |zone, from, until| counted(&calendar(zone, "24h"), from, until) / 60;
    assert_eq!(hours(Europe::London, "2026-03-29T00:00:00", "2026-03-29T23:00:00"), 23);
    assert_eq!(hours(Europe::London, "2026-10-24T23:00:00", "2026-10-26T00:00:00"), 25);
    // In Sydney the clocks go back in April and forward in October.
    assert_eq!(hours(Australia::Sydney, "2026-04-04T13:00:00", "2026-04-05T14:00:00"), 25);
    assert_eq!(hours(Australia::Sydney, "2026-10-03T14:00:00", "2026-10-04T13:00:00"), 23);
}

#[test]
fn a_skipped_hour_never_counts_and_a_repeated_one_counts_twice() {
    let spring = ("2026-03-28T12:00:00", "2026-03-29T12:00:00");
    let autumn = ("2026-10-24T12:00:00", "2026-10-25T12:00:00");
    for (hours, in_spring, in_autumn) in [
        ("01:00-02:00", 0, 120),
        ("00:00-01:30", 60, 120),
        ("01:30-05:00", 180, 240),
        ("00:30-02:30", 60, 180),
        ("01:15-01:45", 0, 60),
        ("02:00-03:00", 60, 60),
    ] {
        let calendar = calendar(Europe::London, hours);
        assert_eq!(counted(&calendar, spring.0, spring.1), in_spring, "{hours} in spring");
        assert_eq!(counted(&calendar, autumn.0, autumn.1), in_autumn, "{hours} in autumn");
    }
}

#[test]
fn days_that_a_place_skips_and_half_hours_are_walked_too() {
    // Samoa had no 30 December 2011; Lord Howe moves its clocks by half an hour.
    assert_eq!(
        counted(&calendar(Pacific::Apia, "09:00-10:00"), "2011-12-29T11:00:00", "2012-01-01T10:00:00"),
        180
    );
    let howe = calendar(Australia::Lord_Howe, "24h");
    assert_eq!(counted(&howe, "2026-04-04T13:00:00", "2026-04-05T13:30:00"), 24 * 60 + 30);
    assert_eq!(
        counted(&calendar(Asia::Kathmandu, "09:00-10:00"), "2026-01-05T03:15:00", "2026-01-05T04:15:00"),
        60
    );
}

#[test]
fn a_holiday_has_a_name_and_may_have_hours() {
    let holiday = |on: &str, name: &str, hours: &str| Holiday {
        on: on.parse().unwrap(),
        name: name.to_owned(),
        hours: hours.parse().unwrap(),
    };
    let week = WeekHours::working_days(&"09:00-17:00".parse().unwrap());
    let days =
        [holiday("2026-12-24", "Christmas Eve", "09:00-12:00"), holiday("2026-12-25", "Christmas Day", "")];
    let calendar = Calendar::new(Europe::London, week, days);
    let told: Vec<_> = calendar
        .stretches(at("2026-12-24T08:00:00"), at("2026-12-26T12:00:00"))
        .map(|stretch| (stretch.from.format("%d %H").to_string(), stretch.opening))
        .collect();
    let (eve, day) = (Opening::Holiday("Christmas Eve"), Opening::Holiday("Christmas Day"));
    let wanted = [
        ("24 08", eve),
        ("24 09", Opening::Open),
        ("24 12", eve),
        ("25 00", day),
        ("26 00", Opening::OutOfHours),
    ];
    assert_eq!(told, wanted.map(|(from, opening)| (from.to_owned(), opening)));
    let kept = calendar.between("2026-12-25".parse().unwrap(), "2026-12-31".parse().unwrap());
    assert_eq!(kept.holidays().map(|day| day.name.as_str()).collect::<Vec<_>>(), ["Christmas Day"]);
    let json = serde_json::to_string(&calendar).unwrap();
    assert_eq!(serde_json::from_str::<Calendar>(&json).unwrap(), calendar);
}

proptest! {
    #[test]
    fn each_minute_counts_that_the_wall_clock_shows_within_the_hours(
        zone in prop::sample::select(vec![Europe::London, Australia::Sydney, Australia::Lord_Howe, Pacific::Apia]),
        start in 0_i64..17_500_000,
        length in 0_i64..6000,
        spans in prop::collection::btree_set(0_u16..=1440, 0..6),
    ) {
        let spans: Vec<_> = spans.into_iter().collect();
        let hours = spans.chunks_exact(2).map(|s| format!("{:02}:{:02}-{:02}:{:02}", s[0] / 60, s[0] % 60, s[1] / 60, s[1] % 60));
        let hours = hours.collect::<Vec<_>>().join(", ");
        let calendar = calendar(zone, &hours);
        let from = at("2000-01-01T00:00:00") + Duration::minutes(start);
        let until = from + Duration::minutes(length);
        let (mut expected, mut reached) = (0, from);
        for minute in 0..length {
            let local = (from + Duration::minutes(minute)).with_timezone(&zone);
            let now = (local.hour() * 60 + local.minute()) as u16;
            expected += i64::from(calendar.hours_on(local.date_naive()).spans().iter().any(|(a, b)| (*a..*b).contains(&now)));
        }
        let mut total = 0;
        for stretch in calendar.stretches(from, until) {
            prop_assert!(stretch.from == reached && stretch.until > stretch.from);
            reached = stretch.until;
            if stretch.opening == Opening::Open {
                total += (stretch.until - stretch.from).num_minutes();
            }
        }
        prop_assert_eq!(reached, until.max(from));
        prop_assert_eq!(total, expected);
    }
}
