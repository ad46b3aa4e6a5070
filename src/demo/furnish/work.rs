//! Planned work that is overdue or due soon, and appointments of this week and the next.

use chrono::{Datelike, Days, Duration, Months, NaiveDate, NaiveTime, Weekday};
use domain::appointment::AppointmentState;
use domain::plan::{Anchor, EveryUnit};
use store::categories::list_categories;
use store::plans::PlanFields;
use store::sites::list_sites;
use store::types::Coded;

use super::super::furniture::Planned;
use super::Room;
use crate::actions::appointments::{self, Booking, For};
use crate::actions::plans::add_plan;
use crate::error::Result;

/// How many appointments there are, one a working day.
const BOOKED: usize = 8;

/// Plans the recurring work.
pub fn plan(room: &Room) -> Result<()> {
    let scope = room.manager.scope();
    let (sites, categories) = room
        .app
        .store
        .read(|conn| Ok::<_, store::Error>((list_sites(conn, scope, None)?, list_categories(conn)?)))?;
    for planned in &room.furniture.plan {
        let site = sites.iter().find(|site| site.name == planned.site);
        let category = categories.iter().find(|category| category.name == planned.category);
        let (Some(site), Some(category)) = (site, category) else { continue };
        add_plan(room.app, &room.manager.right()?, site.id, &fields(room, planned, category.id))?;
    }
    Ok(())
}

fn fields(room: &Room, planned: &Planned, category_id: i64) -> PlanFields {
    let due_on = room.today() + Duration::days(planned.due);
    PlanFields {
        asset_id: None,
        category_id: Some(category_id),
        model_id: None,
        title: planned.title.clone(),
        notes: String::new(),
        checklist: planned.checklist.clone(),
        every_count: i64::from(planned.every_months),
        every_unit: Coded(EveryUnit::Months),
        anchor: Coded(Anchor::Done),
        first_on: due_on - Months::new(planned.every_months),
        due_on,
        lead_days: 14,
        assignee_id: room.engineer.person_id(),
        minutes: planned.minutes,
    }
}

/// Books the demo's engineer for open jobs, once each working day.
pub fn book(room: &Room) -> Result<()> {
    let Some(person_id) = room.engineer.person_id() else { return Ok(()) };
    let days = working_days(room.today());
    for (number, (job, on)) in room.jobs(&[], 100)?.iter().zip(days).take(BOOKED).enumerate() {
        let (hour, state) = match number % 2 {
            0 => (9, AppointmentState::Confirmed),
            _ => (13, AppointmentState::Planned),
        };
        let booking = Booking {
            person_id,
            on,
            at: NaiveTime::MIN + Duration::hours(hour),
            minutes: 90,
            state,
            note: String::new(),
            // Where the site's clock is past the hour already, today's stays in the calendar as what has been.
            anyway: true,
        };
        let what = For::Job(job.number.clone());
        appointments::book(room.app, &room.manager.right()?, &what, &booking)?;
    }
    Ok(())
}

/// The working days from a day on.
fn working_days(from: NaiveDate) -> impl Iterator<Item = NaiveDate> {
    let days = (0..).map(move |number| from + Days::new(number));
    days.filter(|day| !matches!(day.weekday(), Weekday::Sat | Weekday::Sun))
}
