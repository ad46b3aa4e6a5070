//! What must hold for any log under any contracts.

use chrono::{DateTime, Days, Duration, NaiveDate, Utc};
use chrono_tz::{Australia, Europe, Tz};
use domain::calendar::Calendar;
use domain::clock_log::{Log, Move, Position};
use domain::code::Code;
use domain::contract::Period;
use domain::holiday::Holiday;
use domain::job::{JobState, Priority, WaitingFor};
use domain::opening_hours::{DayHours, WeekHours};
use domain::response_clock::{Deadline, NoDue, PromiseState, Why, clock};
use domain::terms::{Answer, FixedWhen, Targets, Terms};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

fn any_of<T: Code + std::fmt::Debug>() -> impl Strategy<Value = T> {
    select(T::ALL)
}

/// Two years from the beginning of 2026 hold both changes of both zones' clocks.
fn any_moment() -> impl Strategy<Value = DateTime<Utc>> {
    (0_i64..2 * 365 * 86_400)
        .prop_map(|s| "2026-01-01T00:00:00Z".parse::<DateTime<Utc>>().unwrap() + Duration::seconds(s))
}

fn any_day() -> impl Strategy<Value = DayHours> {
    prop::collection::btree_set(0_u16..=1440, 0..6).prop_map(|edges| {
        let edges: Vec<_> = edges.into_iter().collect();
        let time = |minutes: u16| format!("{:02}:{:02}", minutes / 60, minutes % 60);
        let spans = edges.chunks_exact(2).map(|span| format!("{}-{}", time(span[0]), time(span[1])));
        spans.collect::<Vec<_>>().join(",").parse().unwrap()
    })
}

fn any_calendar() -> impl Strategy<Value = Calendar> {
    let zone = select(vec![Europe::London, Australia::Sydney]);
    let holiday = (0_u64..730, any_day()).prop_map(|(day, hours)| Holiday {
        on: "2026-01-01".parse::<NaiveDate>().unwrap() + Days::new(day),
        name: format!("day {day}"),
        hours,
    });
    let week = prop_oneof![
        1 => Just(WeekHours::always()),
        4 => prop::collection::vec(any_day(), 7).prop_map(|days| WeekHours(days.try_into().unwrap())),
    ];
    (zone, week, prop::collection::vec(holiday, 0..20))
        .prop_map(|(zone, week, holidays): (Tz, _, _)| Calendar::new(zone, week, holidays))
}

fn any_terms() -> impl Strategy<Value = Terms> {
    let minutes = || prop::option::weighted(0.9, 1_u32..20_000);
    let targets = (minutes(), minutes())
        .prop_map(|(response_minutes, fix_minutes)| Targets { response_minutes, fix_minutes });
    let targets = prop::collection::btree_map(any_of::<Priority>(), targets, 0..5);
    let pauses = subsequence(WaitingFor::ALL, 0..=4).prop_map(|reasons| reasons.into_iter().collect());
    let rest = (any_of::<Answer>(), any_of::<FixedWhen>(), 1_u32..100);
    (targets, pauses, rest).prop_map(|(targets, pauses, (answer, fixed_when, warn_percent))| Terms {
        targets,
        pauses,
        answer,
        fixed_when,
        warn_percent,
    })
}

/// Periods in order, with gaps between some; the last is open where `open` says so.
fn any_cover() -> impl Strategy<Value = Vec<Period>> {
    let edges = prop::collection::btree_set(any_moment(), 0..7);
    let each = prop::collection::vec((any_terms(), any_calendar(), any::<bool>()), 7);
    (edges, each).prop_map(|(edges, each)| {
        let edges: Vec<_> = edges.into_iter().collect();
        let mut cover = vec![];
        for (at, (terms, calendar, counts)) in
            each.into_iter().enumerate().filter(|(at, _)| *at < edges.len())
        {
            if counts {
                let (from, until) = (edges[at], edges.get(at + 1).copied());
                cover.push(Period { contract_id: 1, contract: String::new(), from, until, terms, calendar });
            }
        }
        cover
    })
}

/// A move; states need not follow each other lawfully, since the clock must not depend on it.
fn any_move() -> impl Strategy<Value = Move> {
    prop_oneof![
        any_of::<Priority>().prop_map(Move::Priority),
        any_of::<WaitingFor>().prop_map(|what| Move::State(JobState::Waiting, Some(what))),
        any_of::<JobState>()
            .prop_filter("waiting names a reason", |state| *state != JobState::Waiting)
            .prop_map(|state| Move::State(state, None)),
    ]
}

fn any_log() -> impl Strategy<Value = Log> {
    let gap = prop_oneof![Just(0_i64), 0_i64..20_000, 0_i64..2_000_000];
    let moves = prop::collection::vec((gap, any_move()), 0..12);
    (any_moment(), any_of::<Priority>(), moves).prop_map(|(opened_at, priority, moves)| {
        let mut at = opened_at;
        let moves = moves.into_iter().map(|(gap, change)| {
            at += Duration::seconds(gap);
            (at, change)
        });
        let opened = Position { state: JobState::Reported, waiting_for: None, priority };
        Log { opened_at, opened, moves: moves.collect() }
    })
}

/// The terms and calendar of one period without an end.
fn any_single_cover() -> impl Strategy<Value = Vec<Period>> {
    (any_terms(), any_calendar()).prop_map(|(terms, calendar)| {
        let from = DateTime::UNIX_EPOCH;
        vec![Period { contract_id: 1, contract: String::new(), from, until: None, terms, calendar }]
    })
}

fn last_at(log: &Log) -> DateTime<Utc> {
    log.moves.last().map_or(log.opened_at, |(at, _)| *at)
}

/// The intervals tile the time from the beginning to the end, and those that counted add up to what is claimed.
fn adds_up(log: &Log, deadline: &Deadline, now: DateTime<Utc>) -> Result<(), TestCaseError> {
    let mut reached = log.opened_at;
    for (at, interval) in deadline.intervals.iter().enumerate() {
        prop_assert_eq!(interval.from, reached);
        prop_assert!(interval.until > interval.from);
        prop_assert!(at == 0 || deadline.intervals[at - 1].why != interval.why);
        reached = interval.until;
    }
    prop_assert_eq!(reached, deadline.stopped_at.unwrap_or(now));
    let seconds = |counted: bool| -> i64 {
        let of = deadline.intervals.iter().filter(|interval| (interval.why == Why::Counted) == counted);
        of.map(|interval| interval.seconds()).sum()
    };
    prop_assert_eq!(seconds(true), deadline.elapsed_s);
    prop_assert_eq!(seconds(true) + seconds(false), (reached - log.opened_at).num_seconds());
    Ok(())
}

/// What is said of a deadline agrees with itself.
fn is_sound(deadline: &Deadline) -> Result<(), TestCaseError> {
    prop_assert!(deadline.due.is_some() != deadline.no_due.is_some());
    prop_assert!(deadline.target_minutes.is_some() || deadline.state == PromiseState::NoTarget);
    let Some(left) = deadline.left_s() else { return Ok(()) };
    prop_assert_eq!(deadline.state == PromiseState::Missed, left < 0);
    prop_assert!(deadline.state != PromiseState::Met || deadline.stopped_at.is_some());
    let still = matches!(deadline.state, PromiseState::Running | PromiseState::Paused);
    prop_assert!(!still || deadline.stopped_at.is_none());
    prop_assert!(left >= 0 || deadline.due.is_some(), "what is missed was due some time");
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn the_intervals_always_add_up_to_the_time_claimed(
        log in any_log(), cover in any_cover(), later in 0_i64..5_000_000,
    ) {
        let now = last_at(&log) + Duration::seconds(later);
        let clock = clock(&log, &cover, now);
        for deadline in clock.both() {
            adds_up(&log, deadline, now)?;
            is_sound(deadline)?;
        }
    }

    #[test]
    fn run_on_to_its_due_time_the_clock_shows_the_target(
        log in any_log(), cover in any_single_cover(), later in 0_i64..100_000,
    ) {
        let now = last_at(&log) + Duration::seconds(later);
        for (index, deadline) in clock(&log, &cover, now).both().into_iter().enumerate() {
            let Some(due) = deadline.due.filter(|_| deadline.is_open()) else { continue };
            let target = i64::from(deadline.target_minutes.unwrap()) * 60;
            if due < now {
                prop_assert!(deadline.elapsed_s >= target);
                continue;
            }
            let then = clock(&log, &cover, due);
            let then = then.both()[index];
            prop_assert_eq!(then.elapsed_s, target);
            prop_assert!(then.state != PromiseState::Missed && then.due == Some(due));
            let after = clock(&log, &cover, due + Duration::days(400));
            prop_assert_eq!(after.both()[index].due, Some(due), "it stays due then");
            if let Some(warn_at) = deadline.warn_at {
                prop_assert!(warn_at <= due);
                let percent = i64::from(cover[0].terms.warn_percent);
                let warned = clock(&log, &cover, warn_at.max(now));
                prop_assert!(warned.both()[index].elapsed_s * 100 >= target * percent);
            }
        }
    }

    #[test]
    fn other_terms_to_come_are_seen_ahead(log in any_log(), cover in any_cover(), later in 0_i64..100_000) {
        let now = last_at(&log) + Duration::seconds(later);
        for (index, deadline) in clock(&log, &cover, now).both().into_iter().enumerate() {
            let Some(due) = deadline.due.filter(|due| deadline.is_open() && *due > now) else { continue };
            let then = clock(&log, &cover, due);
            let then = then.both()[index];
            // Unless the terms that come let the promise count as kept before.
            if then.is_open() {
                prop_assert!(then.left_s().is_some_and(|left| left <= 0), "{:?}", then);
            }
        }
    }

    #[test]
    fn what_pauses_makes_no_promise_earlier(log in any_log(), cover in any_single_cover(), later in 0_i64..100_000) {
        let now = last_at(&log) + Duration::seconds(later);
        let mut strict = cover.clone();
        strict[0].terms.pauses.clear();
        let (lenient, strict) = (clock(&log, &cover, now), clock(&log, &strict, now));
        for (one, other) in lenient.both().into_iter().zip(strict.both()) {
            prop_assert!(one.elapsed_s <= other.elapsed_s);
            prop_assert!(!matches!(other.no_due, Some(NoDue::Waiting(_))));
            if let (Some(one), Some(other)) = (one.due, other.due) {
                prop_assert!(other <= one);
            }
        }
    }
}
