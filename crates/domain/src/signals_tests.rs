use super::*;
use crate::code::Code;
use proptest::prelude::*;

const DAY: &str = "2026-11-23";

fn at(minute: i64) -> DateTime<Utc> {
    "2026-11-23T08:00:00Z".parse::<DateTime<Utc>>().unwrap() + Duration::minutes(minute)
}

/// A test of an asset so many minutes after eight, with figures of its own.
fn done(asset_id: i64, minute: i64) -> Done {
    Done {
        id: format!("t{asset_id:04}"),
        asset_id,
        site_id: 1,
        address: "1 Mill Lane".to_owned(),
        at: at(minute),
        local: at(minute).naive_utc(),
        received: at(minute),
        measured: true,
        figures: vec![
            (ReadingTest::EarthContinuity, None, 40_000 + 10_000 * (asset_id % 9)),
            (ReadingTest::SubstituteLeakage, None, 100_000 + 30_000 * (asset_id * 7 % 13)),
        ],
        identity: String::new(),
        purchased_on: None,
    }
}

fn noticed(tests: &[Done]) -> Vec<Signal> {
    signals((7, DAY.parse().unwrap(), true), tests, &Thresholds::default())
}

fn kinds(tests: &[Done]) -> Vec<&'static str> {
    noticed(tests).iter().map(|signal| signal.kind.code()).collect()
}

#[test]
fn a_usual_day_gives_no_signal() {
    let day: Vec<Done> = (0..180).map(|n| done(n, n * 2)).collect();
    assert_eq!(kinds(&day), [""; 0]);
}

#[test]
fn a_pace_that_nobody_can_keep_is_told_with_its_hour() {
    let day: Vec<Done> = (0..70).map(|n| done(n, n / 2)).chain((100..150).map(|n| done(n, n * 2))).collect();
    let found = noticed(&day);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((found[0].kind, found[0].tests.len()), (SignalKind::Pace, 70));
    assert!(found[0].words.starts_with("70 measured tests within an hour"), "{}", found[0].words);
    let looks: Vec<Done> = day.iter().map(|test| Done { measured: false, ..test.clone() }).collect();
    assert_eq!(kinds(&looks), [""; 0], "looking is quicker than measuring");
    let undated: Vec<Done> =
        day.iter().map(|test| Done { local: "2026-11-23T00:00:00".parse().unwrap(), ..test.clone() }).collect();
    assert_eq!(kinds(&undated), [""; 0], "a file with dates alone says nothing of pace");
}

#[test]
fn the_same_figures_again_and_again_are_told_and_common_ones_are_not() {
    let mut day: Vec<Done> = (0..60).map(|n| done(n, n * 2)).collect();
    for (n, test) in day.iter_mut().enumerate().filter(|(n, _)| n % 4 == 0) {
        test.figures = vec![
            (ReadingTest::EarthContinuity, None, 73_000),
            (ReadingTest::SubstituteLeakage, None, 411_000),
        ];
        test.asset_id = 1000 + n as i64;
    }
    let found = noticed(&day);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((found[0].kind, found[0].tests.len()), (SignalKind::Cloned, 15));
    // One figure alone, such as a short lead's 0.05 ohm, comes often.
    let mut leads: Vec<Done> = (0..60).map(|n| done(n, n * 2)).collect();
    leads.iter_mut().for_each(|test| test.figures = vec![(ReadingTest::EarthContinuity, None, 50_000)]);
    assert_eq!(kinds(&leads), [""; 0]);
    // All alike is as improbable as some alike.
    let mut all: Vec<Done> = (0..40).map(|n| done(n, n * 2)).collect();
    let same = all[3].figures.clone();
    all.iter_mut().for_each(|test| test.figures = same.clone());
    assert_eq!(kinds(&all), ["cloned"]);
}

#[test]
fn one_appliance_under_two_tags_is_told() {
    let twin = |asset, minute| Done { identity: "brew b3 sn-1".to_owned(), ..done(asset, minute) };
    assert_eq!(kinds(&[twin(1, 0), twin(2, 10)]), ["twins"]);
    assert_eq!(kinds(&[twin(1, 0), twin(2, 20)]), [""; 0], "later it may be another's typing error");
    assert_eq!(kinds(&[twin(1, 0), twin(1, 5)]), [""; 0], "the same tag twice is a repeated test");
    let three = vec![
        (ReadingTest::EarthContinuity, None, 51_000),
        (ReadingTest::SubstituteLeakage, None, 222_000),
        (ReadingTest::TouchCurrent, None, 13_000),
    ];
    let like = |asset, minute| Done { figures: three.clone(), ..done(asset, minute) };
    assert_eq!(kinds(&[like(1, 0), like(2, 2)]), ["twins"]);
}

#[test]
fn times_and_places_that_cannot_be_are_told() {
    let night = Done { local: "2026-11-23T03:10:00".parse().unwrap(), ..done(1, 0) };
    assert_eq!(kinds(&[night]), ["night"]);
    let early = Done { received: at(-60), ..done(1, 0) };
    assert_eq!(kinds(&[early]), ["future"]);
    let bought = Done { purchased_on: "2026-11-24".parse().ok(), ..done(1, 0) };
    assert_eq!(kinds(&[bought]), ["before_purchase"]);
    let there = |minute| Done { site_id: 2, address: "9 Far Road".to_owned(), ..done(2, minute) };
    assert_eq!(kinds(&[done(1, 0), there(4)]), ["two_sites"]);
    assert_eq!(kinds(&[done(1, 0), there(30)]), [""; 0]);
    let next_door = Done { site_id: 2, ..done(2, 4) };
    assert_eq!(kinds(&[done(1, 0), next_door]), [""; 0], "two sites at one address");
    let unqualified = signals((7, DAY.parse().unwrap(), false), &[done(1, 0)], &Thresholds::default());
    assert_eq!(unqualified[0].kind, SignalKind::Unqualified);
}

proptest! {
    #[test]
    fn order_never_matters(minutes in prop::collection::vec((0i64..400, 0i64..6), 0..40), turn in 0usize..40) {
        let mut day: Vec<Done> = minutes.iter().enumerate().map(|(n, (minute, like))| {
            let figures = done(*like, 0).figures;
            Done { id: format!("t{n:03}"), figures, ..done(n as i64, *minute) }
        }).collect();
        let before = noticed(&day);
        let middle = turn.min(day.len());
        day.rotate_left(middle);
        prop_assert_eq!(noticed(&day), before);
    }

    #[test]
    fn each_signal_names_tests_that_there_are(minutes in prop::collection::vec(0i64..120, 0..80)) {
        let day: Vec<Done> = minutes.iter().enumerate().map(|(n, minute)| done(n as i64, *minute)).collect();
        let ids: BTreeSet<&str> = day.iter().map(|test| test.id.as_str()).collect();
        for signal in noticed(&day) {
            prop_assert!(!signal.tests.is_empty());
            prop_assert!(signal.tests.iter().all(|id| ids.contains(id.as_str())));
            prop_assert!(!signal.words.to_lowercase().contains("fraud"));
        }
    }

    #[test]
    fn more_of_the_same_is_never_more_probable(count in 1usize..200, expected in 0.01f64..50.0) {
        prop_assert!(tail(count + 1, expected) <= tail(count, expected) + 1e-12);
    }
}
