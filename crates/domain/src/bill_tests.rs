use super::*;
use crate::rates::HourRate;
use proptest::prelude::*;

fn on(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn monday() -> NaiveDate {
    on("2026-11-23")
}

fn time(person_id: i64, kind: EntryKind, minutes: i64) -> Time {
    Time { person_id, on: monday(), kind, minutes, outside: false }
}

fn rates() -> Rates {
    Rates {
        vat: 2000,
        work: HourRate { within: 6000, outside: Some(9000) },
        travel: HourRate { within: 3000, outside: None },
        call: HourRate { within: 6000, outside: None },
        minimum_minutes: 60,
        rounding_minutes: 15,
        call_out: 4500,
        markup: 2000,
        ..Rates::default()
    }
}

/// Text, quantity and net of each line.
fn shown(lines: &[BillLine]) -> Vec<(String, String, i64)> {
    lines.iter().map(|line| (line.line.text.clone(), line.line.quantity.show(), line.line.net())).collect()
}

fn expect(lines: &[BillLine], wanted: &[(&str, &str, i64)]) {
    let wanted: Vec<_> =
        wanted.iter().map(|(text, much, net)| ((*text).to_owned(), (*much).to_owned(), *net)).collect();
    assert_eq!(shown(lines), wanted);
}

fn billed(lines: &[BillLine]) -> Vec<Billed> {
    let one = |line: &BillLine| Billed {
        source: line.source.clone(),
        text: line.line.text.clone(),
        kind: line.line.kind,
        net: line.line.net(),
        vat: line.vat,
        currency: line.currency,
    };
    lines.iter().map(one).collect()
}

#[test]
fn a_visit_is_charged_by_the_day() {
    let times = vec![
        time(1, EntryKind::Travel, 40),
        time(1, EntryKind::Diagnosis, 20),
        time(1, EntryKind::Work, 15),
        time(2, EntryKind::Work, 130),
        time(2, EntryKind::Note, 30),
        time(2, EntryKind::Call, 10),
    ];
    let facts = Facts { times, ..Facts::default() };
    expect(
        &reckon(&facts, &rates()),
        &[
            ("Call-out on 23 Nov 2026", "1", 4500),
            ("Work on 23 Nov 2026 (35 min logged)", "1 h", 6000),
            ("Travel on 23 Nov 2026 (40 min logged)", "45 min", 2250),
            ("Work on 23 Nov 2026 (2 h 10 min logged)", "2 h 15 min", 13_500),
            ("Telephone on 23 Nov 2026 (10 min logged)", "15 min", 1500),
        ],
    );
}

#[test]
fn the_least_time_is_of_the_day_not_of_each_rate() {
    let evening = Time { outside: true, ..time(1, EntryKind::Work, 20) };
    let facts = Facts { times: vec![time(1, EntryKind::Work, 20), evening], ..Facts::default() };
    expect(
        &reckon(&facts, &rates()),
        &[
            ("Work on 23 Nov 2026 (20 min logged)", "45 min", 4500),
            ("Work on 23 Nov 2026, outside hours (20 min logged)", "30 min", 4500),
        ],
    );
}

#[test]
fn work_over_the_end_of_the_hours_is_split_there() {
    use crate::opening_hours::WeekHours;
    let week = WeekHours::working_days(&"09:00-17:30".parse().unwrap());
    let office = Calendar::named("Europe/London", week, []).unwrap();
    let split = |ended: &str, minutes: i64| {
        let ended = ended.parse::<DateTime<Utc>>().unwrap();
        let parts = time(1, EntryKind::Work, minutes).split(ended, &office);
        parts.iter().map(|time| (time.outside, time.minutes)).collect::<Vec<_>>()
    };
    for (ended, minutes, parts) in [
        ("2026-11-23T12:00:00Z", 45, vec![(false, 45)]),
        ("2026-11-23T18:00:00Z", 45, vec![(false, 15), (true, 30)]),
        ("2026-11-23T09:10:00Z", 30, vec![(false, 10), (true, 20)]),
        ("2026-11-22T12:00:00Z", 30, vec![(true, 30)]),
        // By the clock of London in summer, not by that of the server.
        ("2026-07-20T16:30:00Z", 30, vec![(false, 30)]),
        ("2026-07-20T17:00:00Z", 30, vec![(true, 30)]),
    ] {
        assert_eq!(split(ended, minutes), parts, "{minutes} min until {ended}");
    }
}

#[test]
fn parts_are_charged_by_number_and_price() {
    let part = |number: &str, count, cost| Part {
        number: number.to_owned(),
        name: "Fan".to_owned(),
        count,
        cost,
        on: monday(),
    };
    let parts = vec![
        part("F-80", 2, Some(1000)),
        part("F-80", -1, Some(1000)),
        part("F-80", 1, Some(1100)),
        part("F-92", 1, None),
    ];
    expect(
        &reckon(&Facts { parts, ..Facts::default() }, &rates()),
        &[("Fan (F-80)", "1", 1200), ("Fan (F-80)", "1", 1320), ("Fan (F-92): no price is known", "1", 0)],
    );
}

#[test]
fn a_fixed_price_stands_in_place_of_time_and_parts_but_not_of_charges() {
    let charge = Charge {
        id: "charge:7".to_owned(),
        on: monday(),
        line: Line::one(LineKind::Fixed, "Skip hire", 2500),
    };
    let price = |number: &str, text: &str, net: i64| FixedPrice {
        number: number.to_owned(),
        on: monday(),
        lines: vec![Line::one(LineKind::Fixed, text, net)],
        vat: 0,
        currency: Currency::Eur,
    };
    let fixed =
        vec![price("Q-000001", "New PSU, fitted", 19_900), price("Q-000002", "New fan, fitted", 4_000)];
    let facts = Facts {
        times: vec![time(1, EntryKind::Work, 600)],
        extras: vec![Charge {
            id: "referral:1".to_owned(),
            on: monday(),
            line: Line::one(LineKind::ThirdParty, "Maker: base", 5000),
        }],
        charges: vec![charge],
        fixed,
        ..Facts::default()
    };
    let lines = reckon(&facts, &rates());
    expect(
        &lines,
        &[
            ("New PSU, fitted (quote Q-000001)", "1", 19_900),
            ("New fan, fitted (quote Q-000002)", "1", 4_000),
            ("Skip hire", "1", 2500),
        ],
    );
    let tax: Vec<_> = lines.iter().map(|line| (line.currency, line.vat)).collect();
    let agreed = (Currency::Eur, 0);
    assert_eq!(tax, [agreed, agreed, (Currency::Gbp, 2000)], "a quote is billed as it was approved");
}

#[test]
fn what_is_billed_is_never_billed_again_and_changes_become_corrections() {
    let mut facts = Facts { times: vec![time(1, EntryKind::Work, 60)], ..Facts::default() };
    let first = left(&reckon(&facts, &rates()), &[], monday());
    expect(&first, &[("Work on 23 Nov 2026", "1 h", 6000)]);
    let mut known = billed(&first);
    assert!(left(&reckon(&facts, &rates()), &known, monday()).is_empty());
    facts.times.push(time(1, EntryKind::Work, 30));
    facts.times.push(time(2, EntryKind::Call, 15));
    let second = left(&reckon(&facts, &rates()), &known, monday());
    expect(
        &second,
        &[("Correction: Work on 23 Nov 2026", "1", 3000), ("Telephone on 23 Nov 2026", "15 min", 1500)],
    );
    assert!(second[0].correction && !second[1].correction);
    known.extend(billed(&second));
    facts.times.clear();
    let third = left(&reckon(&facts, &rates()), &known, on("2026-12-01"));
    expect(
        &third,
        &[
            ("Correction: Work on 23 Nov 2026", "1", -9000),
            ("Correction: Telephone on 23 Nov 2026", "1", -1500),
        ],
    );
    known.extend(billed(&third));
    assert!(left(&reckon(&facts, &rates()), &known, monday()).is_empty());
}

#[test]
fn another_rate_of_vat_takes_the_old_line_back() {
    let facts = Facts { times: vec![time(1, EntryKind::Work, 60)], ..Facts::default() };
    let known = billed(&reckon(&facts, &rates()));
    let now = left(&reckon(&facts, &Rates { vat: 0, ..rates() }), &known, monday());
    let rows: Vec<_> = now.iter().map(|line| (line.vat, line.line.net())).collect();
    assert_eq!(rows, [(0, 6000), (2000, -6000)]);
    let sums = sums(&now);
    assert_eq!(sums, [Sum { currency: Currency::Gbp, net: 0, vat: -1200 }]);
}

proptest! {
    /// However a job changes between exports, all that was billed comes to what the job now comes to.
    #[test]
    fn billed_lines_add_up_to_the_job(rounds in prop::collection::vec(prop::collection::vec((1i64..4, 0i64..300, 0u32..3), 0..6), 1..6)) {
        let mut known: Vec<Billed> = vec![];
        for entries in rounds {
            let times = entries.iter().map(|(person, minutes, day)| Time {
                on: monday() + chrono::Days::new(u64::from(*day)),
                ..time(*person, EntryKind::Work, *minutes)
            });
            let facts = Facts { times: times.collect(), ..Facts::default() };
            let lines = reckon(&facts, &rates());
            known.extend(billed(&left(&lines, &known, monday())));
            let whole: i64 = lines.iter().map(|line| line.line.net()).sum();
            prop_assert_eq!(known.iter().map(|one| one.net).sum::<i64>(), whole);
            prop_assert!(left(&lines, &known, monday()).is_empty());
        }
    }
}
