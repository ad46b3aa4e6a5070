//! The fields of terms, as they are typed and as they are shown.

use domain::code::Code;
use domain::job::{Priority, WaitingFor};
use domain::minutes::{parse_minutes, type_minutes};
use domain::terms::{Answer, FixedWhen, MOST_MINUTES, Promise, Targets, Terms};
use store::AnyConnection;
use store::calendars::list_calendars;

use crate::actions::contracts::Agreement;
use crate::error::Result;
use crate::web::forms::{Form, options};

/// The fields of terms.
pub const FIELDS: [&str; 13] = [
    "calendar",
    "response_critical",
    "fix_critical",
    "response_high",
    "fix_high",
    "response_normal",
    "fix_normal",
    "response_low",
    "fix_low",
    "pauses",
    "answer",
    "fixed_when",
    "warn_percent",
];

/// What the fields of terms choose from.
#[derive(Debug, Clone)]
pub struct Choices {
    /// The calendars.
    pub calendars: Vec<(String, String)>,
    /// The fields of targets with their labels, response and fix of each priority.
    pub targets: Vec<(String, String)>,
    /// What a job can wait for.
    pub reasons: Vec<(String, String)>,
    /// What can count as the answer.
    pub answers: Vec<(String, String)>,
    /// What can count as the fix.
    pub fixes: Vec<(String, String)>,
}

impl Choices {
    /// Those that there are now.
    ///
    /// # Errors
    /// The store's.
    pub fn load(conn: &mut AnyConnection) -> Result<Self> {
        let calendars = list_calendars(conn)?;
        let calendar = |row: store::calendars::CalendarRow| {
            (row.id.to_string(), format!("{} ({})", row.name, row.hours.0.words()))
        };
        Ok(Self {
            calendars: calendars.into_iter().map(calendar).collect(),
            targets: Priority::ALL.iter().flat_map(target_fields).collect(),
            reasons: options::<WaitingFor>(),
            answers: options::<Answer>(),
            fixes: options::<FixedWhen>(),
        })
    }
}

fn target_fields(priority: &Priority) -> [(String, String); 2] {
    [Promise::Response, Promise::Fix].map(|promise| {
        let label = format!("{}: {}", priority.label(), promise.noun());
        (format!("{promise}_{priority}"), label)
    })
}

/// Reads terms, noting what is wrong; none while something is.
pub fn read(form: &mut Form) -> Option<Agreement> {
    let calendar_id = form.id("calendar");
    if form.value("calendar").is_empty() {
        form.fail("calendar", "choose the calendar by which time counts");
    }
    let mut terms = Terms {
        targets: Priority::ALL.iter().map(|p| (*p, targets(form, *p))).collect(),
        ..Terms::default()
    };
    terms.targets.retain(|_, targets| *targets != Targets::default());
    if terms.targets.is_empty() {
        form.fail("response_critical", "give at least one target");
    }
    for code in form.all("pauses").to_vec() {
        match code.parse() {
            Ok(reason) => drop(terms.pauses.insert(reason)),
            Err(why) => form.fail("pauses", why),
        }
    }
    let (answer, fixed_when) = (form.required_code("answer"), form.required_code("fixed_when"));
    let warn = form.number("warn_percent", 1, 99);
    if form.value("warn_percent").is_empty() {
        form.fail("warn_percent", "say after how much of a target to warn, such as 75");
    }
    terms.warn_percent = u32::try_from(warn?).ok()?;
    (terms.answer, terms.fixed_when) = (answer?, fixed_when?);
    Some(Agreement { calendar_id: calendar_id?, terms })
}

fn targets(form: &mut Form, priority: Priority) -> Targets {
    let response = minutes(form, &format!("response_{priority}"));
    let fix = minutes(form, &format!("fix_{priority}"));
    if let (Some(answer), Some(fixed)) = (response, fix)
        && answer > fixed
    {
        let name = format!("fix_{priority}");
        form.fail(&name, "this is sooner than the response: fixing comes after answering");
    }
    Targets { response_minutes: response, fix_minutes: fix }
}

fn minutes(form: &mut Form, name: &str) -> Option<u32> {
    let text = form.value(name).to_owned();
    if text.is_empty() {
        return None;
    }
    parse_minutes(&text, MOST_MINUTES).map_err(|why| form.fail(name, why)).ok()
}

/// Fills in terms.
pub fn fill(form: &mut Form, calendar_id: Option<i64>, terms: &Terms) {
    form.set_opt("calendar", calendar_id);
    for (priority, targets) in &terms.targets {
        form.set_opt(&format!("response_{priority}"), targets.response_minutes.map(type_minutes));
        form.set_opt(&format!("fix_{priority}"), targets.fix_minutes.map(type_minutes));
    }
    form.set_all("pauses", terms.pauses.iter());
    form.set("answer", terms.answer).set("fixed_when", terms.fixed_when);
    form.set("warn_percent", terms.warn_percent);
}

/// The terms that a new contract is offered: usual ones to change.
pub fn usual() -> Terms {
    let target = |response: u32, fix: u32| Targets {
        response_minutes: Some(response * 60),
        fix_minutes: Some(fix * 60),
    };
    let targets = [target(1, 8), target(4, 16), target(8, 40), target(16, 80)];
    Terms {
        targets: Priority::ALL.iter().copied().zip(targets).collect(),
        pauses: [WaitingFor::Customer, WaitingFor::Access].into(),
        ..Terms::default()
    }
}
