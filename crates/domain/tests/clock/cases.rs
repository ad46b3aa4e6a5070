//! The cases of `cases/clock.txt`; how a line is written stands at its head.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Timelike, Utc};
use chrono_tz::{Europe, Tz};
use domain::calendar::Calendar;
use domain::clock_log::{Log, Move, Position};
use domain::code::Code;
use domain::contract::Period;
use domain::holiday::read_holidays;
use domain::job::{JobState, Priority, WaitingFor};
use domain::opening_hours::WeekHours;
use domain::response_clock::{Deadline, NoDue, Why, clock};
use domain::terms::{Targets, Terms};

const TABLE: &str = include_str!("../cases/clock.txt");

#[derive(Default)]
struct Named {
    calendars: BTreeMap<String, Calendar>,
    terms: BTreeMap<String, Terms>,
}

#[test]
fn every_case_of_the_table() {
    let (mut named, mut cases, mut wrong) = (Named::default(), 0, vec![]);
    for (number, line) in
        (1..).zip(TABLE.lines()).filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
    {
        if let Some((kind, rest)) = line.split_once(' ').filter(|_| !line.contains('|')) {
            let (name, parts) = rest.split_once(" =").expect(line);
            let parts: Vec<_> = parts.split(';').map(str::trim).filter(|part| !part.is_empty()).collect();
            match kind {
                "calendar" => drop(named.calendars.insert(name.into(), calendar(&parts))),
                _ => drop(named.terms.insert(name.into(), terms(&parts))),
            }
            continue;
        }
        cases += 1;
        if let Err(got) = check(&named, line) {
            wrong.push(format!("line {number}: {line}\n    gave {got}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {cases} wrong\n{}", wrong.len(), wrong.join("\n"));
    assert!(cases >= 120, "{cases} cases");
}

fn check(named: &Named, line: &str) -> Result<(), String> {
    let columns: Vec<&str> = line.split('|').map(str::trim).collect();
    let [cover, log, now, response, fix, rest @ ..] = columns.as_slice() else {
        panic!("too few columns: {line}")
    };
    let first = cover.split(['@', ' ', ',']).nth(1).and_then(|name| named.calendars.get(name));
    let mut times = Times { zone: first.map_or(Europe::London, |calendar| calendar.zone), day: None };
    let cover = periods(named, &mut times, cover);
    let log = self::log(&mut times, log);
    let clock = clock(&log, &cover, times.read(now));
    let got = [told(&times, &clock.response), told(&times, &clock.fix)];
    if got != [*response, *fix] {
        return Err(got.join(" | "));
    }
    let intervals = clock.fix.intervals.iter().map(|interval| {
        let minutes = interval.seconds() / 60;
        format!("{} {}", why(&interval.why), span(minutes))
    });
    let intervals = intervals.collect::<Vec<_>>().join(", ");
    if rest.first().is_some_and(|wanted| **wanted != intervals) { Err(intervals) } else { Ok(()) }
}

fn calendar(parts: &[&str]) -> Calendar {
    const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let (mut hours, mut holidays) = (WeekHours::default(), String::new());
    for part in &parts[1..] {
        let (what, rest) = part.split_once(' ').expect(part);
        if what == "holiday" {
            holidays += &format!("{rest}\n");
            continue;
        }
        let (from, until) = what.split_once('-').unwrap_or((what, what));
        let day = |name| DAYS.iter().position(|day| *day == name).expect(what);
        hours.0[day(from)..=day(until)].fill(rest.parse().unwrap());
    }
    Calendar::new(parts[0].parse().unwrap(), hours, read_holidays(&holidays).unwrap())
}

fn terms(parts: &[&str]) -> Terms {
    let mut terms = Terms::default();
    for part in parts {
        let (what, rest) = part.split_once(' ').expect(part);
        match what {
            "pauses" => terms.pauses = rest.split(' ').map(|reason| reason.parse().unwrap()).collect(),
            "answer" => terms.answer = rest.parse().unwrap(),
            "fix" => terms.fixed_when = rest.parse().unwrap(),
            "warn" => terms.warn_percent = rest.parse().unwrap(),
            _ => {
                let minutes =
                    |text| (text != "-").then(|| domain::minutes::parse_minutes(text, 100_000).unwrap());
                let (response, fix) = rest.split_once('/').expect(part);
                let targets = Targets { response_minutes: minutes(response), fix_minutes: minutes(fix) };
                terms.targets.insert(what.parse().unwrap(), targets);
            }
        }
    }
    terms
}

fn periods(named: &Named, times: &mut Times, text: &str) -> Vec<Period> {
    let (mut before, mut all) = (DateTime::UNIX_EPOCH, vec![]);
    for part in text.split(", ").filter(|part| *part != "none") {
        let (part, until) =
            part.split_once(" until ").map_or((part, None), |(part, until)| (part, Some(until)));
        let (part, from) = part.split_once(" from ").map_or((part, None), |(part, from)| (part, Some(from)));
        let (terms, calendar) = part.split_once('@').expect(part);
        let from = from.map_or(before, |from| times.read(from));
        let until = until.map(|until| times.read(until));
        before = until.unwrap_or(before);
        all.push(Period {
            contract_id: 1,
            contract: String::new(),
            from,
            until,
            terms: named.terms[terms].clone(),
            calendar: named.calendars[calendar].clone(),
        });
    }
    all
}

fn log(times: &mut Times, text: &str) -> Log {
    let mut steps = text.split("; ").map(|step| {
        let colon = step.find(':').expect(step);
        let end = step[colon..].find(' ').expect(step) + colon;
        (times.read(&step[..end]), &step[end + 1..])
    });
    let (opened_at, first) = steps.next().unwrap();
    let (state, priority) = first.split_once(' ').expect(first);
    let opened =
        Position { state: state.parse().unwrap(), waiting_for: None, priority: priority.parse().unwrap() };
    let moves = steps.map(|(at, what)| (at, moved(what))).collect();
    Log { opened_at, opened, moves }
}

fn moved(what: &str) -> Move {
    if let Some(reason) = what.strip_prefix("waiting:") {
        return Move::State(JobState::Waiting, Some(reason.parse::<WaitingFor>().unwrap()));
    }
    match what.parse::<Priority>() {
        Ok(priority) => Move::Priority(priority),
        Err(_) => Move::State(what.parse().unwrap(), None),
    }
}

/// Reads and writes moments by the clock of a case.
struct Times {
    zone: Tz,
    day: Option<NaiveDate>,
}

impl Times {
    fn read(&mut self, text: &str) -> DateTime<Utc> {
        let (text, utc) = text.strip_suffix('Z').map_or((text, false), |text| (text, true));
        let mut time = NaiveTime::MIN;
        for word in text.split(' ') {
            match word.len() {
                10 => self.day = Some(word.parse().expect(text)),
                5 => time = word.parse().expect(text),
                _ => {}
            }
        }
        let day = self.day.expect("the first time of a line has a day");
        let weekday = text.split(' ').next().filter(|word| word.len() == 3);
        assert!(weekday.is_none_or(|name| name == day.format("%a").to_string()), "{text} is another weekday");
        let local = day.and_time(time);
        let single =
            |local: NaiveDateTime| self.zone.from_local_datetime(&local).single().expect(text).to_utc();
        if utc { local.and_utc() } else { single(local) }
    }

    fn write(&self, at: DateTime<Utc>) -> String {
        let local = at.with_timezone(&self.zone);
        let seconds = if at.second() == 0 { String::new() } else { at.format(":%S").to_string() };
        match self.zone.from_local_datetime(&local.naive_local()).single() {
            Some(_) => local.format("%a %Y-%m-%d %H:%M").to_string() + &seconds,
            None => at.format("%Y-%m-%d %H:%MZ").to_string() + &seconds,
        }
    }
}

fn told(times: &Times, deadline: &Deadline) -> String {
    let mut text = format!("{} {}", deadline.state.code(), span(deadline.elapsed_s / 60));
    if let Some(minutes) = deadline.target_minutes {
        text += &format!("/{}", span(minutes.into()));
    }
    if let Some(at) = deadline.stopped_at {
        text += &format!(" at {}", times.write(at));
    }
    text += &match (deadline.due, deadline.no_due) {
        (Some(due), None) => format!(" due {}", times.write(due)),
        (None, Some(NoDue::NoTarget)) => " never no target".to_owned(),
        (None, Some(NoDue::NoContract)) => " never no contract".to_owned(),
        (None, Some(NoDue::Waiting(what))) => format!(" never waiting {what}"),
        (None, Some(NoDue::TooFar)) => " never too far".to_owned(),
        both => panic!("a moment or a reason: {both:?}"),
    };
    if let Some(at) = deadline.warn_at {
        text += &format!(" warn {}", times.write(at));
    }
    text
}

fn why(why: &Why) -> String {
    match why {
        Why::Waiting(what) => format!("waiting {what}"),
        Why::Holiday(name) => format!("holiday {name}"),
        other => other.words(),
    }
}

fn span(minutes: i64) -> String {
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes}m"),
        (hours, 0) => format!("{hours}h"),
        (hours, minutes) => format!("{hours}h{minutes}m"),
    }
}
