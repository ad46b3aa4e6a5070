use super::*;
use crate::calendar::Calendar;
use crate::clock_log::{Move, Position};
use crate::job::{JobState, Priority};
use crate::opening_hours::WeekHours;
use crate::terms::Targets;

fn at(text: &str) -> DateTime<Utc> {
    format!("2026-11-02T{text}Z").parse().unwrap()
}

fn reported(moves: &[(&str, JobState)]) -> Log {
    let opened = Position { state: JobState::Reported, waiting_for: None, priority: Priority::Normal };
    let moves = moves.iter().map(|(time, state)| (at(time), Move::State(*state, None))).collect();
    Log { opened_at: at("09:00:00"), opened, moves }
}

fn round_the_clock(minutes: u32) -> Vec<Period> {
    let targets = Targets { response_minutes: Some(minutes), fix_minutes: Some(minutes) };
    let terms = Terms { targets: [(Priority::Normal, targets)].into(), ..Terms::default() };
    let calendar = Calendar::new(chrono_tz::Europe::London, WeekHours::always(), []);
    let (contract, from) = ("Gold".to_owned(), DateTime::UNIX_EPOCH);
    vec![Period { contract_id: 1, contract, from, until: None, terms, calendar }]
}

#[test]
fn a_clock_that_went_back_does_not_make_time_run_back() {
    // The server's clock was set back an hour between the two steps.
    let log = reported(&[("11:00:00", JobState::InProgress), ("10:00:00", JobState::Returned)]);
    let clock = clock(&log, &round_the_clock(180), at("10:30:00"));
    assert_eq!(clock.fix.stopped_at, Some(at("11:00:00")));
    assert_eq!((clock.response.elapsed_s, clock.fix.elapsed_s), (7200, 7200));
}

#[test]
fn parts_of_a_second_are_left_out() {
    let log = reported(&[("10:00:00.999", JobState::InProgress)]);
    let clock = clock(&log, &round_the_clock(60), at("10:00:01.5"));
    assert_eq!((clock.response.elapsed_s, clock.response.state), (3600, PromiseState::Met));
    assert_eq!((clock.fix.elapsed_s, clock.fix.state), (3601, PromiseState::Missed));
    assert_eq!(clock.fix.left_s(), Some(-1));
}

#[test]
fn the_next_deadline_is_the_first_that_is_still_open() {
    let cover = round_the_clock(60);
    let open = clock(&reported(&[]), &cover, at("09:30:00"));
    assert_eq!(open.next_due(), Some(at("10:00:00")));
    let mut fix_later = cover.clone();
    fix_later[0].terms.targets.get_mut(&Priority::Normal).unwrap().fix_minutes = Some(120);
    let answered = clock(&reported(&[("09:30:00", JobState::InProgress)]), &fix_later, at("09:40:00"));
    assert_eq!(answered.next_due(), Some(at("11:00:00")));
    let closed = clock(&reported(&[("09:30:00", JobState::Closed)]), &fix_later, at("09:40:00"));
    assert_eq!(closed.next_due(), None);
}

#[test]
fn reasons_are_told_in_words() {
    let words = [Why::Holiday("Easter Monday".into()), Why::Waiting(WaitingFor::ThirdParty), Why::OutOfHours];
    assert_eq!(
        words.map(|why| why.words()),
        ["holiday: Easter Monday", "waiting: a third party", "out of hours"]
    );
    assert_eq!(NoDue::Waiting(WaitingFor::Parts).words(), "the clock stands while the job waits for parts");
}
