use super::*;
use crate::code::Code;
use proptest::prelude::*;

fn at(minutes: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_700_000_000 + minutes * 60, 0).unwrap()
}

fn to(minutes: i64, state: JobState) -> Moved {
    Moved { at: at(minutes), what: Move::State(state, None) }
}

fn waits(minutes: i64, reason: WaitingFor) -> Moved {
    Moved { at: at(minutes), what: Move::State(JobState::Waiting, Some(reason)) }
}

fn line(minutes: i64, line: i64) -> Moved {
    Moved { at: at(minutes), what: Move::Line(line) }
}

#[test]
fn a_repair_is_fixed_first_time_when_one_beginning_was_enough() {
    use JobState::*;
    let repaired = Some(Outcome::Repaired);
    let fix = |outcome, moves: &[Moved]| first_time_fix(JobKind::Repair, outcome, moves, false);
    let straight = [to(0, Reported), to(5, InProgress), to(60, Repaired), to(61, Returned), to(62, Closed)];
    assert_eq!(fix(repaired, &straight), Some(true));
    assert_eq!(fix(Some(Outcome::Replaced), &straight), Some(true));
    assert_eq!(fix(Some(Outcome::NoFaultFound), &straight), Some(true));
    for outcome in [
        Outcome::BeyondEconomicRepair,
        Outcome::Referred,
        Outcome::Scrapped,
        Outcome::Cancelled,
        Outcome::Done,
    ] {
        assert_eq!(fix(Some(outcome), &straight), None, "{outcome} is no question of it");
    }
    assert_eq!(fix(None, &straight[..2]), None, "still open");
    assert_eq!(fix(repaired, &[to(0, Reported), to(9, Closed)]), Some(true), "put right on the telephone");
    let paused = [to(0, Reported), to(5, InProgress), to(9, Assigned), to(90, InProgress), to(99, Closed)];
    assert_eq!(fix(repaired, &paused), Some(false), "a second visit");
    let retest = [
        to(0, Reported),
        to(5, InProgress),
        to(9, Repaired),
        to(10, Retest),
        to(11, InProgress),
        to(20, Closed),
    ];
    assert_eq!(fix(repaired, &retest), Some(false), "the retest failed");
    let parts = [to(0, Reported), to(5, InProgress), waits(9, WaitingFor::Parts), to(90, Closed)];
    assert_eq!(fix(repaired, &parts), Some(false));
    let parts_first = [to(0, Reported), waits(1, WaitingFor::Parts), to(5, InProgress), to(90, Closed)];
    assert_eq!(fix(repaired, &parts_first), Some(true), "they knew what to bring");
    let access = [to(0, Reported), waits(1, WaitingFor::Access), to(5, InProgress), to(90, Closed)];
    assert_eq!(fix(repaired, &access), Some(true));
    let reopened = [to(0, Reported), to(9, Closed), to(20, Triaged), to(30, Closed)];
    assert_eq!(fix(repaired, &reopened), Some(false));
}

#[test]
fn work_that_is_no_repair_and_work_of_other_systems_are_not_counted() {
    let moves = [to(0, JobState::Reported), to(9, JobState::Closed)];
    let fix = |kind, elsewhere| first_time_fix(kind, Some(Outcome::Repaired), &moves, elsewhere);
    assert_eq!(fix(JobKind::Planned, false), None);
    assert_eq!(fix(JobKind::Repair, true), None);
    assert_eq!(fix(JobKind::Repair, false), Some(true));
}

#[test]
fn each_line_is_told_how_long_it_had_the_job() {
    use JobState::*;
    let moves = [
        to(0, Reported),
        line(0, 1),
        to(10, Triaged),
        line(30, 2),
        to(40, InProgress),
        line(100, 3),
        to(160, Closed),
        to(1000, Triaged),
        line(1005, 1),
        to(1025, Closed),
    ];
    assert_eq!(held_by_line(&moves, at(5000)), [30 + 20, 70, 60 + 5]);
    assert_eq!(held_by_line(&moves[..4], at(90)), [30, 60, 0], "still open");
    assert_eq!(held_by_line(&[], at(9)), [0; 3]);
    let logged = [(at(5), 3), (at(30), 10), (at(99), 20), (at(100), 40), (at(1010), 7), (at(-5), 1)];
    assert_eq!(minutes_by_line(&moves, &logged), [3 + 7 + 1, 30, 40]);
}

#[test]
fn ages_follow_each_other_without_a_gap() {
    let today: NaiveDate = "2026-11-28".parse().unwrap();
    for days in 0..400 {
        let age = Age::of(today - chrono::Days::new(days), today);
        let (least, most) = age.days();
        let days = i64::try_from(days).unwrap();
        assert!(least <= days && most.is_none_or(|most| days <= most), "{days} {age:?}");
    }
    assert_eq!(
        Age::of(today + chrono::Days::new(1), today),
        Age::Days,
        "a site where it is tomorrow already"
    );
    for pair in Age::ALL.windows(2) {
        assert_eq!(pair[0].days().1.map(|most| most + 1), Some(pair[1].days().0));
    }
}

#[test]
fn parts_of_a_whole_are_rounded_to_a_tenth_of_a_percent() {
    for (part, whole, found) in
        [(1, 3, Some(333)), (2, 3, Some(667)), (0, 5, Some(0)), (5, 5, Some(1000)), (0, 0, None)]
    {
        assert_eq!(per_mille(part, whole), found, "{part} of {whole}");
    }
}

proptest! {
    #[test]
    fn what_the_lines_held_adds_up_to_the_time_open(gaps in prop::collection::vec((0i64..500, 0usize..5), 1..20)) {
        let (mut now, mut open, mut since, mut whole) = (0, true, 0, 0);
        let mut moves = vec![to(0, JobState::Reported)];
        for (gap, what) in gaps {
            now += gap;
            match what {
                0 if open => { whole += now - since; open = false; moves.push(to(now, JobState::Closed)); }
                0 => { since = now; open = true; moves.push(to(now, JobState::Triaged)); }
                n => moves.push(line(now, i64::try_from(n).unwrap())),
            }
        }
        let end = now + 100;
        if open { whole += end - since; }
        prop_assert_eq!(held_by_line(&moves, at(end)).iter().sum::<i64>(), whole);
    }
}
