//! What was typed into the form, turned into the test that the API would take.

use chrono::{DateTime, LocalResult, NaiveDateTime, TimeZone, Utc};
use chrono_tz::Tz;
use domain::code::Code;
use domain::equipment::TestKind;
use domain::quantity::Decimal;
use domain::reading::ReadingInput;

use super::fields::{Fields, ReadingField};
use super::prefill::Ground;
use crate::actions::tests::{TestRequest, Visual};
use crate::error::{Error, FieldError};
use crate::web::forms::Form;

/// How a moment stands in a date and time field.
pub const LOCAL: &str = "%Y-%m-%dT%H:%M";

/// A request made from a form, and which field each of its readings came from.
pub struct Draft {
    /// The request.
    pub request: TestRequest,
    names: Vec<String>,
}

impl Draft {
    /// Reads a form.
    pub fn read(form: &mut Form, ground: &Ground, kind: TestKind) -> Self {
        let fields = &ground.fields;
        let filled = fields.readings().filter(|field| !value(form, field).is_empty());
        let filled: Vec<&ReadingField> = filled.collect();
        for field in &filled {
            check_settings(form, field);
        }
        let text = |name: &str| Some(form.value(name).to_owned()).filter(|text| !text.is_empty());
        let request = TestRequest {
            id: form.value("id").to_owned(),
            kind: kind.code().to_owned(),
            ruleset: None,
            sequence: text("sequence"),
            performed_at: None,
            instrument: text("instrument"),
            visual: visual(form, fields),
            readings: filled.iter().map(|field| reading(form, field)).chain(kept(form, ground)).collect(),
            insulation_unsuitable: text("insulation_unsuitable"),
            visit: text("visit").and_then(|id| id.parse().ok()),
            note: form.value("note").to_owned(),
            photos: vec![],
        };
        let names = filled.iter().map(|field| field.name.clone()).collect();
        let performed_at = performed(form, ground.zone).map(|at| at.to_rfc3339());
        Self { request: TestRequest { performed_at, ..request }, names }
    }

    /// An action's error with the names that the form's fields have.
    pub fn rename(&self, error: Error) -> Error {
        let Error::Invalid(errors) = error else { return error };
        Error::Invalid(errors.into_iter().map(|error| self.rename_one(error)).collect())
    }

    fn rename_one(&self, error: FieldError) -> FieldError {
        let index = error.field.strip_prefix("readings[").and_then(|rest| rest.split(']').next());
        let name = index.and_then(|index| index.parse::<usize>().ok()).and_then(|i| self.names.get(i));
        let field = match (name, error.field.as_str()) {
            (Some(name), _) => name.clone(),
            (None, field) => field.strip_prefix("visual.").unwrap_or(field).to_owned(),
        };
        FieldError { field, ..error }
    }
}

fn value(form: &Form, field: &ReadingField) -> String {
    let (typed, sign) = (form.value(&field.name), form.value(&field.sign).to_owned());
    match sign.as_str() {
        "OL" if typed.is_empty() => sign,
        // Whoever typed the sign meant the sign.
        "<" | ">" if typed.starts_with(|c: char| c.is_ascii_digit() || c == '.') => format!("{sign}{typed}"),
        _ => typed.to_owned(),
    }
}

/// Notes a test current or a rated current that is no figure; it would be dropped otherwise.
fn check_settings(form: &mut Form, field: &ReadingField) {
    for (name, asked) in [(&field.current, &field.amps), (&field.rated, &field.rated_ma)] {
        let typed = form.value(name).trim().replace(',', ".");
        if asked.is_some() && !typed.is_empty() && typed.parse::<Decimal>().is_err() {
            form.fail(name, "write a figure such as 0.2 or 30");
        }
    }
}

fn reading(form: &Form, field: &ReadingField) -> ReadingInput {
    let volts = form.value(&field.voltage).parse().ok();
    let decimal = |name: &str| form.value(name).trim().replace(',', ".").parse::<Decimal>().ok();
    let times = field.multiplier.or(field.rated_ma.as_ref().map(|_| Decimal::ONE));
    ReadingInput {
        test: field.test.code().to_owned(),
        value: value(form, field),
        unit: field.test.unit().map(|unit| unit.code().to_owned()),
        voltage_v: volts.map(Decimal::from_whole),
        socket: field.socket.map(Decimal::from_whole),
        phase: field.phase.clone(),
        test_current_a: field.amps.as_ref().and_then(|_| decimal(&field.current)),
        rated_ma: field.rated_ma.as_ref().and_then(|_| decimal(&field.rated)),
        multiplier: times,
    }
}

/// The readings of the record being corrected that no field holds and that are not taken out.
fn kept(form: &Form, ground: &Ground) -> Vec<ReadingInput> {
    let ticked = ground.kept.iter().enumerate().filter(|(i, _)| form.ticked(&format!("keep-{i}")));
    ticked.filter_map(|(_, reading)| reading.input()).collect()
}

/// Each item chosen; where "all good" is ticked, the others are good.
fn visual(form: &Form, fields: &Fields) -> Visual {
    let all = form.ticked("all_good");
    let items = fields.visual.iter().map(|(code, _)| (*code, form.value(code)));
    let found = items.map(|(code, result)| (code, if all && result.is_empty() { "pass" } else { result }));
    Visual(found.filter(|(_, r)| !r.is_empty()).map(|(c, r)| (c.to_owned(), r.to_owned())).collect())
}

/// The time typed; none when it is the one that was offered: then it is when the test arrives.
fn performed(form: &mut Form, zone: Tz) -> Option<DateTime<Utc>> {
    let text = form.value("performed_at").to_owned();
    if text.is_empty() || text == form.value("offered_at") {
        return None;
    }
    // A browser may add seconds.
    let shape = if text.matches(':').count() > 1 { "%Y-%m-%dT%H:%M:%S" } else { LOCAL };
    let Ok(local) = NaiveDateTime::parse_from_str(&text, shape) else {
        form.fail("performed_at", "write date and time such as 2026-11-23T09:30");
        return None;
    };
    match zone.from_local_datetime(&local) {
        LocalResult::Single(time) | LocalResult::Ambiguous(time, _) => Some(time.with_timezone(&Utc)),
        LocalResult::None => {
            form.fail("performed_at", "the clock skipped this time when it went forward");
            None
        }
    }
}
