use std::collections::BTreeSet;

use super::*;
use crate::code::Code;
use proptest::prelude::*;

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
            (ReadingTest::EarthContinuity, None, 40_000 + 20_000 * (asset_id % 9)),
            (ReadingTest::SubstituteLeakage, None, 100_000 + 30_000 * (asset_id * 7 % 13)),
        ],
        identity: String::new(),
        purchased_on: None,
    }
}

fn noticed(tests: &[Done]) -> Vec<Signal> {
    signals(tests, &Thresholds::default())
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
    let undated: Vec<Done> = day
        .iter()
        .map(|test| Done { local: "2026-11-23T00:00:00".parse().unwrap(), ..test.clone() })
        .collect();
    assert_eq!(kinds(&undated), [""; 0], "a file with dates alone says nothing of pace");
}

fn leads(count: i64, ohms_e6: impl Fn(i64) -> i64) -> Vec<Done> {
    let figures = |n: i64| vec![(ReadingTest::EarthContinuity, None, ohms_e6(n))];
    (0..count).map(|n| Done { figures: figures(n), ..done(n, n * 2) }).collect()
}

#[test]
fn the_same_figures_again_and_again_are_told() {
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
    assert!(found[0].words.contains("earth continuity, substitute leakage"), "{}", found[0].words);
    // All alike is as improbable as some alike; it is not told a second time as one appliance.
    let mut all: Vec<Done> = (0..40).map(|n| done(n, n * 2)).collect();
    let same = all[3].figures.clone();
    all.iter_mut().for_each(|test| test.figures = same.clone());
    assert_eq!(kinds(&all), ["cloned"]);
    let off = Thresholds { same_readings: 0, twin_minutes: 0, ..Thresholds::default() };
    assert_eq!(signals(&all, &off), []);
}

#[test]
fn a_single_figure_is_told_only_where_nearly_all_have_it() {
    assert_eq!(kinds(&leads(60, |n| 30_000 + 10_000 * (n % 3))), [""; 0], "a third of the leads read alike");
    assert_eq!(kinds(&leads(60, |_| 60_000)), ["cloned"]);
    assert_eq!(kinds(&leads(12, |_| 60_000)), [""; 0], "a box of new leads");
    assert_eq!(kinds(&leads(60, |_| 10_000)), [""; 0], "the bottom of the range");
}

#[test]
fn the_bottom_of_a_range_and_the_sockets_of_one_lead_are_no_clones() {
    let quiet = vec![(ReadingTest::TouchCurrent, None, 0), (ReadingTest::SubstituteLeakage, None, 10_000)];
    let chargers: Vec<Done> = (0..40).map(|n| Done { figures: quiet.clone(), ..done(n, n * 2) }).collect();
    assert_eq!(kinds(&chargers), [""; 0]);
    let sockets = |ohms| (1..=4).map(|at| (ReadingTest::EarthContinuity, Some(at), ohms)).collect();
    let extension = |n: i64| Done { figures: sockets(50_000 + 10_000 * (n % 4)), ..done(n, n * 2) };
    assert_eq!(kinds(&(0..40).map(extension).collect::<Vec<_>>()), [""; 0]);
}

#[test]
fn one_appliance_under_several_tags_is_told() {
    let twin = |asset, minute| Done { identity: "brew b3 sn-1".to_owned(), ..done(asset, minute) };
    assert_eq!(kinds(&[twin(1, 0), twin(2, 10)]), ["twins"]);
    assert_eq!(kinds(&[twin(1, 0), twin(2, 20)]), [""; 0], "later it may be another's typing error");
    assert_eq!(kinds(&[twin(1, 0), twin(1, 5)]), [""; 0], "the same tag twice is a repeated test");
    let three = noticed(&[twin(1, 0), twin(2, 5), twin(3, 10)]);
    assert_eq!((three.len(), three[0].tests.len()), (1, 3), "one signal, however many tags: {three:?}");
    let figures = vec![
        (ReadingTest::EarthContinuity, None, 51_000),
        (ReadingTest::SubstituteLeakage, None, 222_000),
        (ReadingTest::TouchCurrent, None, 113_000),
    ];
    let like = |asset, minute| Done { figures: figures.clone(), ..done(asset, minute) };
    assert_eq!(kinds(&[like(1, 0), like(2, 2)]), ["twins"]);
    assert_eq!(kinds(&[like(1, 0), done(3, 1), like(2, 2)]), [""; 0], "not directly after one another");
}

#[test]
fn readings_that_hardly_differ_under_many_tags_are_told() {
    // One kettle on the bench, and another tag for each test: what is read wavers by a digit.
    let waver = |n: i64| {
        let figures = vec![
            (ReadingTest::EarthContinuity, None, 80_000 + 10_000 * (n % 2)),
            (ReadingTest::SubstituteLeakage, None, 630_000 + 5_000 * (n % 3)),
        ];
        Done { figures, ..done(n, n) }
    };
    let found = noticed(&(0..9).map(waver).collect::<Vec<_>>());
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((found[0].kind, found[0].tests.len()), (SignalKind::Twins, 9));
    assert_eq!(kinds(&(0..4).map(waver).collect::<Vec<_>>()), [""; 0], "four of one model");
}

#[test]
fn times_and_places_that_cannot_be_are_told() {
    let night = Done { local: "2026-11-23T03:10:00".parse().unwrap(), ..done(1, 0) };
    assert_eq!(kinds(std::slice::from_ref(&night)), ["night"]);
    let no_night = Thresholds { night_from: 0, night_until: 0, ..Thresholds::default() };
    assert_eq!(signals(&[night], &no_night), []);
    let early = Done { received: at(-60), ..done(1, 0) };
    assert_eq!(noticed(&[early])[0].words, "1 test dated up to 60 minutes after it was received.");
    let bought = Done { purchased_on: "2026-11-24".parse().ok(), ..done(1, 0) };
    assert_eq!(kinds(&[bought]), ["before_purchase"]);
    let there = |minute| Done { site_id: 2, address: "9 Far Road".to_owned(), ..done(2, minute) };
    let found = noticed(&[done(1, 0), there(4), done(3, 8)]);
    assert_eq!((found.len(), found[0].kind, found[0].tests.len()), (1, SignalKind::TwoSites, 3));
    assert_eq!(kinds(&[done(1, 0), there(30)]), [""; 0]);
    let next_door = Done { site_id: 2, ..done(2, 4) };
    assert_eq!(kinds(&[done(1, 0), next_door]), [""; 0], "two sites at one address");
}

#[test]
fn no_words_accuse_anybody() {
    for kind in SignalKind::ALL {
        assert!(kind.explanations().len() >= 2, "{kind} has another side too");
        for text in kind.explanations().iter().chain([&kind.label()]) {
            for word in ["fraud", "fake", "cheat", "lie", "forg", "suspic", "false"] {
                let words = text.to_lowercase();
                assert!(!words.split(|c: char| !c.is_alphabetic()).any(|w| w.starts_with(word)), "{text}");
            }
        }
    }
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
        }
    }

    #[test]
    fn more_of_the_same_is_never_more_probable(count in 1usize..200, expected in 0.01f64..50.0) {
        prop_assert!(likeness::tail(count + 1, expected) <= likeness::tail(count, expected) + 1e-12);
    }
}
