//! What is measured of jobs, and the jobs behind each number.

mod jobs;
mod show;

pub use jobs::list_jobs;
pub use show::show_measures;

use chrono::Months;
use store::measures::Selection;

use crate::actions::measures::{parse_month, usual_period};
use crate::app::App;
use crate::web::forms::Form;
use crate::web::problem::form_urlencoded;

/// How a query names the jobs of things of which neither make nor model is known.
const UNKNOWN_MODEL: &str = "?";

/// The selection that a form asks for; the usual period where it says none.
fn read(app: &App, form: &mut Form) -> Selection {
    let (from, until) = usual_period(app);
    let mut month = |name: &str| {
        let text = form.value(name).to_owned();
        if text.is_empty() {
            return None;
        }
        parse_month(&text).map_err(|why| form.fail(name, why)).ok()
    };
    let (first, last) = (month("from"), month("until"));
    let until = last.map_or(until, |month| month + Months::new(1));
    // A last month alone asks for the year up to it.
    let from = first.unwrap_or(if last.is_some() { until - Months::new(12) } else { from });
    if form.value("from").is_empty() {
        form.set("from", from.format("%Y-%m"));
    }
    if form.value("until").is_empty() {
        form.set("until", (until - Months::new(1)).format("%Y-%m"));
    }
    let model = form.text("model").to_lowercase();
    Selection {
        from,
        until,
        customer_id: form.id("customer"),
        site_id: form.id("site"),
        engineer_id: form.number("engineer", 0, i64::MAX),
        line: form.number("line", 1, 3),
        model: match model.as_str() {
            "" => None,
            UNKNOWN_MODEL => Some(String::new()),
            _ => Some(model),
        },
    }
}

/// The query of a selection, as its form would send it: `from=2026-01&until=2026-12&customer=3`.
fn query(selection: &Selection) -> String {
    let until = selection.until - Months::new(1);
    let mut pairs = vec![
        ("from", selection.from.format("%Y-%m").to_string()),
        ("until", until.format("%Y-%m").to_string()),
    ];
    let mut add = |name, value: Option<String>| pairs.extend(value.map(|value| (name, value)));
    let id = |id: Option<i64>| id.map(|id| id.to_string());
    add("customer", id(selection.customer_id));
    add("site", id(selection.site_id));
    add("engineer", id(selection.engineer_id));
    add("line", id(selection.line));
    let model = selection.model.clone();
    add("model", model.map(|model| if model.is_empty() { UNKNOWN_MODEL.to_owned() } else { model }));
    let written = pairs.iter().map(|(name, value)| format!("{name}={}", form_urlencoded(value)));
    written.collect::<Vec<_>>().join("&")
}
