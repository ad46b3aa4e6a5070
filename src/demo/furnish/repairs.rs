//! Quotes, a guide learnt from a repair, and what people without an account report.

use domain::charge::{Line, LineKind};
use domain::job::{JobState, Urgency};
use domain::quote::QuoteContent;
use store::Actor;
use store::jobs::Job;
use store::seed::sample_assets;

use super::Room;
use crate::actions::faults;
use crate::actions::guides::{self, GuideRequest, PictureRequest};
use crate::actions::quotes::{self, Reply};
use crate::error::Result;

/// Of how many assets of a customer those are chosen that something is reported of.
const SAMPLE: i64 = 400;
/// Among how many closed jobs one is looked for that a guide can be learnt from.
const CLOSED: i64 = 60;

/// Quotes for two open jobs; the second is approved.
pub fn quote(room: &Room) -> Result<()> {
    for (job, approve) in room.jobs(&[], 2)?.iter().zip([false, true]) {
        let link = send(room, job)?;
        let secret = link.rsplit('/').next().unwrap_or_default();
        let reply = Reply {
            approve,
            name: "Helen Vale".to_owned(),
            order_number: "PO-4471".to_owned(),
            ..Reply::default()
        };
        if approve {
            quotes::answer_by_link(room.app, secret, None, &reply)?;
        }
    }
    Ok(())
}

fn send(room: &Room, job: &Job) -> Result<String> {
    let id = quotes::draw_up(room.app, &room.manager.right()?, &job.number)?;
    let draft = quotes::find_quote(room.app, &room.manager.right()?, id)?.quote;
    let lines = vec![
        Line::one(LineKind::Labour, "Repair in the workshop", 9600),
        Line::one(LineKind::Part, "Replacement part", 5250),
    ];
    let content = QuoteContent { lines, ..draft.content.0 };
    quotes::change_quote(room.app, &room.manager.right()?, (id, draft.version), &content)?;
    let draft = quotes::find_quote(room.app, &room.manager.right()?, id)?.quote;
    Ok(quotes::send_quote(room.app, &room.manager.right()?, (id, draft.version), "")?.link)
}

/// Writes a guide from what was found in a closed repair of a known model.
pub fn learn(room: &Room) -> Result<()> {
    for job in room.jobs(&[JobState::Closed], CLOSED)? {
        let begun = guides::begin_from_job(room.app, &room.manager.right()?, &job.number)?;
        if begun.fields.fix_id.is_none() || begun.fields.model.is_empty() {
            continue;
        }
        let steps = ["Isolate it and check that it is dead".to_owned()].into_iter().chain(begun.steps);
        let steps = steps.chain(["Test it after the repair before it goes back".to_owned()]);
        let request = GuideRequest {
            fields: begun.fields,
            summary: begun.summary,
            steps: steps.map(|text| (text, PictureRequest::None)).collect(),
        };
        guides::add_guide(room.app, &room.manager.right()?, request)?;
        return Ok(());
    }
    Ok(())
}

/// Reports faults of things of the first customer whose labels allow it. What is dangerous becomes a job at once, as
/// it does whoever reports it; the others wait.
pub fn report(room: &Room) -> Result<()> {
    let Some(customer) = room.customers.iter().find(|one| one.public_reports) else { return Ok(()) };
    let things = room.app.store.read(|conn| sample_assets(conn, customer.id, SAMPLE))?;
    // From the end: the first ones are the tags that the command names as those to try.
    for (reported, thing) in room.furniture.report.iter().zip(things.iter().rev()) {
        let report = faults::Report {
            symptom: Some(reported.symptom),
            words: reported.words.clone(),
            place: reported.place.clone(),
            urgency: Some(Urgency::Hindered),
            name: reported.name.clone(),
            ..faults::Report::default()
        };
        let stranger = Actor::stranger(customer.id);
        faults::report(room.app, &stranger.right()?, thing.id, &report)?;
    }
    Ok(())
}
