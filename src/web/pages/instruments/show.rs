//! One instrument: whether its figures can be trusted today, and the history that says so.

use actix_web::web;
use askama::Template;
use chrono::NaiveDate;
use domain::calibration::Standing;
use domain::code::Code;
use domain::permission::{EditInstrument, RecordTest, ViewRegister};
use store::calibrations::{CalibrationRow, counting};

use super::timeline::Timeline;
use crate::actions::dues::today;
use crate::actions::instruments::{self, Whole};
use crate::error::Result;
use crate::web::layout::Chrome;
use crate::web::reply::Reply;
use crate::web::visitor::Visitor;

#[derive(Template)]
#[template(path = "instruments/show.html")]
struct InstrumentPage {
    chrome: Chrome,
    whole: Whole,
    timeline: Timeline,
    today: NaiveDate,
    /// Numbers of the calibrations that count.
    counting: Vec<i64>,
    edits: bool,
    checks: bool,
}

impl InstrumentPage {
    /// The state's code, its words and what they mean.
    fn standing(&self) -> (&'static str, String, String) {
        let one = &self.whole.listed;
        let due = one.instrument.calibration_due.map(|due| due.to_string()).unwrap_or_default();
        if one.instrument.retired {
            return ("retired", "No longer used".to_owned(), "It cannot be chosen for a test.".to_owned());
        }
        if let Some((day, false)) = one.checked {
            let words = format!("On {day}. Tests made with it since carry a warning.");
            return ("fail", "Failed its last proof check".to_owned(), words);
        }
        let warns =
            "Tests made with it carry a warning, or are refused where the settings say so.".to_owned();
        match one.calibration {
            Standing::Unknown => ("incomplete", "No calibration known".to_owned(), warns),
            Standing::Overdue => ("overdue", format!("Calibration lapsed on {due}"), warns),
            Standing::Soon => (
                "due",
                format!("Calibration ends on {due}"),
                "Send it in, or have another at hand.".to_owned(),
            ),
            Standing::Good => ("pass", format!("In calibration until {due}"), String::new()),
        }
    }

    fn counts(&self, row: &CalibrationRow) -> bool {
        self.counting.contains(&row.id)
    }
}

/// `GET /instruments/{id}`.
///
/// # Errors
/// Not found.
pub async fn show_instrument(visitor: Visitor, id: web::Path<i64>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let whole = instruments::find_whole(&visit.app, &visit.right::<ViewRegister>()?, *id)?;
            let history = counting(whole.calibrations.iter().map(|(row, _)| row));
            let checks: Vec<_> = whole.checks.iter().map(|(row, ..)| row).collect();
            let today = today(&visit.app);
            let timeline = Timeline::new(&history, &checks, today);
            let one = &whole.listed.instrument;
            let title = format!("{} {} {}", one.make, one.model, one.serial);
            Reply::ok(&InstrumentPage {
                chrome: Chrome::new(visit, title),
                timeline,
                today,
                counting: history.iter().map(|one| one.number).collect(),
                edits: visit.actor.may::<EditInstrument>(),
                checks: visit.actor.may::<RecordTest>() && !one.retired,
                whole,
            })
        })
        .await
}
