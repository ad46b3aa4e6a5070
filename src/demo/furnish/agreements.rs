//! Contracts by which the clocks of open jobs run, and the firm's rates.

use chrono::Days;
use domain::event::Event;
use domain::holiday::{HolidayPreset, read_holidays};
use domain::job::{JobState, Priority, WaitingFor};
use domain::opening_hours::{DayHours, WeekHours};
use domain::rates::{HourRate, Rates};
use domain::terms::{Targets, Terms};
use store::calendars::CalendarFields;
use store::contracts::ContractFields;
use store::jobs::find_job_by_id;
use store::measures::settle_measures;
use store::types::Json;

use super::Room;
use crate::actions::calendars::add_calendar;
use crate::actions::clock::settle_clock;
use crate::actions::contracts::{Agreement, add_contract};
use crate::actions::rates::add_rates;
use crate::error::{Error, Result};

/// Hours to the answer and to the fix.
const TARGETS: [(Priority, u32, u32); 4] =
    [(Priority::Critical, 1, 4), (Priority::High, 2, 8), (Priority::Normal, 4, 16), (Priority::Low, 8, 40)];
/// The calendars: name, hours, whether Saturday counts.
const CALENDARS: [(&str, &str, bool); 2] =
    [("Office hours", "09:00-17:30", false), ("Workshop hours", "07:00-19:00", true)];
/// Since when they are in force, in days: before the first made-up job.
const SINCE: u64 = 800;
/// Of so many made-up jobs, the last, it is worked out whether they were in time.
const RECKONED: i64 = 500;

/// Agrees contracts with the first two customers, each by a calendar of its own, and sets the rates.
pub fn make(room: &Room) -> Result<()> {
    let starts_on = room.today() - Days::new(SINCE);
    for (customer, (name, hours, saturday)) in room.customers.iter().zip(CALENDARS) {
        let fields = CalendarFields {
            name: name.to_owned(),
            time_zone: "Europe/London".to_owned(),
            hours: Json(week(hours, saturday)?),
            holidays: Json(bank_holidays()?),
        };
        let calendar_id = add_calendar(room.app, &room.manager.right()?, fields)?;
        let fields = ContractFields {
            name: format!("Support, {}", name.to_lowercase()),
            starts_on,
            ends_on: None,
            notes: String::new(),
        };
        let agreement = Agreement { calendar_id, terms: terms() };
        add_contract(room.app, &room.manager.right()?, customer.id, (&fields, &[]), &agreement)?;
    }
    add_rates(room.app, &room.manager.right()?, (None, None), (starts_on, &rates()))?;
    reckon(room)
}

/// Works out whether the made-up jobs that ended kept to what was agreed: they were made before it was.
fn reckon(room: &Room) -> Result<()> {
    let past = room.jobs(&[JobState::Closed], RECKONED)?;
    for jobs in past.chunks(100) {
        room.app.store.write(&room.manager, |tx| {
            for job in jobs {
                settle_clock(tx, job.id)?;
                let settled = find_job_by_id(tx, room.manager.scope(), job.id)?;
                settle_measures(tx, &settled)?;
            }
            let count = Event::new("job", 0, "response times worked out");
            Ok::<_, Error>(((), vec![count.change("jobs", "", jobs.len().to_string())]))
        })?;
    }
    Ok(())
}

fn week(hours: &str, saturday: bool) -> Result<WeekHours> {
    let day: DayHours = hours.parse().map_err(Error::Internal)?;
    let mut week = WeekHours::working_days(&day);
    if saturday {
        week.0[5] = day;
    }
    Ok(week)
}

fn bank_holidays() -> Result<Vec<domain::holiday::Holiday>> {
    let preset = HolidayPreset::all().iter().find(|preset| preset.code == "england_and_wales");
    read_holidays(preset.map_or("", |preset| &preset.lines)).map_err(Error::Internal)
}

fn terms() -> Terms {
    let targets = |(priority, response, fix): (Priority, u32, u32)| {
        let minutes = |hours: u32| Some(hours * 60);
        (priority, Targets { response_minutes: minutes(response), fix_minutes: minutes(fix) })
    };
    Terms {
        targets: TARGETS.into_iter().map(targets).collect(),
        pauses: [WaitingFor::Customer, WaitingFor::Access].into(),
        warn_percent: 75,
        ..Terms::default()
    }
}

fn rates() -> Rates {
    Rates {
        vat: 2000,
        work: HourRate { within: 6400, outside: Some(9600) },
        travel: HourRate { within: 3200, outside: None },
        call: HourRate { within: 4800, outside: Some(7200) },
        minimum_minutes: 30,
        rounding_minutes: 15,
        call_out: 4500,
        markup: 2500,
        pat_item: 165,
        pat_minimum: 9500,
        ..Rates::default()
    }
}
