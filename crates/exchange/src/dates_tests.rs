use super::*;
use proptest::prelude::*;

const DAY: Option<DateOrder> = Some(DateOrder::DayFirst);
const MONTH: Option<DateOrder> = Some(DateOrder::MonthFirst);

fn ymd(y: i32, m: u32, d: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(y, m, d).unwrap()
}

#[test]
fn dates_are_read_in_every_common_spelling() {
    for text in [
        "2024-12-03",
        "2024/12/3",
        "2024.12.03",
        "20241203",
        "03/12/2024",
        "3.12.24",
        "03-12-24",
        "3 Dec 2024",
        "3-Dec-24",
        "Dec 3, 2024",
        "December 3 2024",
        "2024-Dec-03",
        "2024-12-03T09:30:00Z",
        "03/12/2024 09:30",
        " 03/12/2024 9:30:00 AM ",
    ] {
        assert_eq!(parse(text, DAY, 2025), Ok(ymd(2024, 12, 3)), "{text}");
    }
    assert_eq!(parse("03/12/2024", MONTH, 2025), Ok(ymd(2024, 3, 12)));
}

#[test]
fn the_time_behind_a_date_is_read_with_its_distance_from_utc() {
    let clock = |text: &str| {
        clock_of(text).map(|clock| clock.map(|c| (c.time.to_string(), c.offset.map(|o| o.local_minus_utc()))))
    };
    for (text, time, offset) in [
        ("2024-12-03 09:30", "09:30:00", None),
        ("03/12/2024 9:30:05 PM", "21:30:05", None),
        ("3 Dec 2024 12:15am", "00:15:00", None),
        ("2024-12-03T09:30:00Z", "09:30:00", Some(0)),
        ("2024-12-03T09:30:00.250+02:00", "09:30:00.250", Some(7200)),
        ("2024-12-03T09:30-0500", "09:30:00", Some(-18_000)),
    ] {
        assert_eq!(clock(text), Ok(Some((time.to_owned(), offset))), "{text}");
    }
    assert_eq!(clock("2024-12-03"), Ok(None));
    for text in ["2024-12-03 25:00", "2024-12-03 09:61", "2024-12-03 09:30 noon", "2024-12-03T09:30+99:00"] {
        assert!(clock_of(text).unwrap_err().contains("09:30"), "{text}");
    }
}

#[test]
fn two_digit_years_lie_around_the_present() {
    for (text, year) in
        [("1/1/24", 2024), ("1/1/55", 2055), ("1/1/56", 1956), ("1/1/99", 1999), ("1/1/00", 2000)]
    {
        assert_eq!(parse(text, DAY, 2025).unwrap().year(), year, "{text}");
    }
}

#[test]
fn what_is_no_date_says_what_would_be() {
    for text in [
        "",
        "soon",
        "31/02/2024",
        "1/2",
        "2024",
        "13/13/2024",
        "31/12/0224",
        "1/2/3/4",
        "5/6/024",
        "12:30",
        "٣/٤/٢٠٢٤",
    ] {
        assert!(parse(text, DAY, 2025).unwrap_err().contains("2024-12-31"), "{text}");
    }
    assert!(parse("45291", DAY, 2025).unwrap_err().contains("day count"));
    assert!(parse("03/04/2024", None, 2025).unwrap_err().contains("2024-04-03 or 2024-03-04"));
    assert_eq!(parse("04/04/2024", None, 2025), Ok(ymd(2024, 4, 4)));
    assert_eq!(parse("31/04/2024", None, 2025).ok(), None);
}

fn proof(values: &[&str]) -> Proof {
    prove(values.iter().enumerate().map(|(i, v)| (i + 2, *v)), 2025)
}

#[test]
fn a_column_proves_its_order() {
    let seen = |line, text: &str| Seen { line, text: text.into() };
    let (day, month) = (DateOrder::DayFirst, DateOrder::MonthFirst);
    assert_eq!(proof(&["03/04/2024", "", "13/04/2024"]), Proof::Proven(day, seen(4, "13/04/2024")));
    assert_eq!(proof(&["03/04/2024", "04/13/24"]), Proof::Proven(month, seen(3, "04/13/24")));
    assert_eq!(proof(&["2024-12-31", "5/5/2024", "3 May 2024", "n/a"]), Proof::NotNeeded);
    // 31 February is no date in either order, so it proves nothing.
    let open = Proof::Ambiguous(vec![seen(2, "03/04/2024"), seen(4, "1/2/24")]);
    assert_eq!(proof(&["03/04/2024", "31/02/2024", "1/2/24"]), open);
    let conflict = Proof::Conflict { day_first: seen(2, "13/04/2024"), month_first: seen(3, "04/13/2024") };
    assert_eq!(proof(&["13/04/2024", "04/13/2024", "1/2/2024"]), conflict);
}

proptest! {
    #[test]
    fn any_text_is_answered(text in any::<String>(), year in 1900i32..2200) {
        let _ = (parse(&text, None, year), parse(&text, DAY, year));
    }

    #[test]
    fn every_date_written_is_read(days in 0i64..100_000) {
        let date = ymd(1920, 1, 1) + chrono::Days::new(days as u64 % 80_000);
        for (format, order) in [("%Y-%m-%d", None), ("%d/%m/%Y", DAY), ("%m/%d/%Y", MONTH), ("%d %b %Y", None)] {
            prop_assert_eq!(parse(&date.format(format).to_string(), order, 2025), Ok(date));
        }
    }
}
