//! Whether the fields of an asset can be: the same bounds for pages, API and import.

use chrono::{Datelike, NaiveDate};
use domain::quantity::Decimal;
use domain::subject::MAX_SOCKETS;
use domain::text::check_text;
use store::assets::AssetFields;
use store::categories::{Category, CustomField};

use crate::error::{Error, FieldError, Result};
use crate::web::forms::{LONG, SHORT};

/// The most custom fields of one asset.
const MOST_CUSTOM: usize = 100;
/// The longest name of a custom field, in characters.
const LONGEST_NAME: usize = 60;
/// The largest quantity, in thousandths of its unit.
const MOST_THOUSANDTHS: i64 = 1_000_000_000;
/// The longest interval, in months.
const MOST_MONTHS: i64 = 120;

/// Checks lengths, bounds and custom fields.
///
/// # Errors
/// Every field that cannot be, at once.
pub fn check_fields(fields: &AssetFields, category: &Category) -> Result<()> {
    let mut wrong = Wrong::default();
    if !fields.lifecycle.0.is_chosen() {
        wrong.add("lifecycle", "this follows from merging it, on the page of the asset that it is");
    }
    texts(&mut wrong, fields);
    numbers(&mut wrong, fields);
    dates(&mut wrong, fields);
    intervals(&mut wrong, fields);
    custom(&mut wrong, fields, &category.fields.0);
    if wrong.0.is_empty() { Ok(()) } else { Err(Error::Invalid(wrong.0)) }
}

#[derive(Default)]
struct Wrong(Vec<FieldError>);

impl Wrong {
    fn add(&mut self, field: &str, message: impl Into<String>) {
        self.0.push(FieldError { field: field.to_owned(), message: message.into() });
    }
}

fn texts(wrong: &mut Wrong, fields: &AssetFields) {
    let number = fields.customer_number.as_deref();
    if number.is_some_and(|text| text.trim().is_empty()) {
        wrong.add("customer_number", "this is empty; leave it out");
    }
    if fields.description.trim().is_empty() {
        wrong.add("description", "say what it is");
    }
    for (name, text, most) in [
        ("description", fields.description.as_str(), SHORT),
        ("customer_number", number.unwrap_or_default(), SHORT),
        ("make", &fields.make, SHORT),
        ("model", &fields.model, SHORT),
        ("serial", &fields.serial, SHORT),
        ("plug", &fields.plug, SHORT),
        ("supplier", &fields.supplier, SHORT),
        ("interval_reason", &fields.interval_reason, SHORT),
        ("notes", &fields.notes, LONG),
    ] {
        text_fits(wrong, name, text, most);
    }
}

fn text_fits(wrong: &mut Wrong, name: &str, text: &str, most: usize) {
    if let Err(why) = check_text(text, most) {
        wrong.add(name, why);
    }
}

fn numbers(wrong: &mut Wrong, fields: &AssetFields) {
    for (name, value) in [
        ("rated_power_w", fields.rated_power_mw),
        ("rated_current_a", fields.rated_current_ma),
        ("fuse_a", fields.fuse_ma),
        ("lead_length_m", fields.lead_length_mm),
        ("conductor_mm2", fields.conductor_milli_mm2),
    ] {
        if value.is_some_and(|value| !(0..=MOST_THOUSANDTHS).contains(&value)) {
            wrong.add(name, "this is not between 0 and 1000000");
        }
    }
    if fields.sockets.is_some_and(|count| !(0..=i64::from(MAX_SOCKETS)).contains(&count)) {
        wrong.add("sockets", format!("this is not between 0 and {MAX_SOCKETS}"));
    }
    if fields.rcd_ma.is_some_and(|ma| !(1..=10_000).contains(&ma)) {
        wrong.add("rcd_ma", "this is not between 1 and 10000");
    }
    if fields.cost_pence.is_some_and(|pence| !(0..=100_000_000_000).contains(&pence)) {
        wrong.add("cost", "this is not between 0 and 1000000000");
    }
}

fn dates(wrong: &mut Wrong, fields: &AssetFields) {
    let sound = |date: NaiveDate| (1950..=2200).contains(&date.year());
    for (name, date) in [
        ("in_service_on", Some(fields.in_service_on)),
        ("purchased_on", fields.purchased_on),
        ("warranty_until", fields.warranty_until),
    ] {
        if date.is_some_and(|date| !sound(date)) {
            wrong.add(name, "this is not in a year between 1950 and 2200");
        }
    }
}

fn intervals(wrong: &mut Wrong, fields: &AssetFields) {
    let months = [
        ("user_check_months", fields.user_check_months),
        ("formal_visual_months", fields.formal_visual_months),
        ("combined_months", fields.combined_months),
    ];
    for (name, value) in months {
        if value.is_some_and(|value| !(0..=MOST_MONTHS).contains(&value)) {
            wrong.add(name, format!("this is not between 0 (not by date) and {MOST_MONTHS} months"));
        }
    }
    let any = months.iter().any(|(_, value)| value.is_some());
    if any && fields.interval_reason.trim().is_empty() {
        wrong.add("interval_reason", "an interval set by hand needs its reason");
    }
}

fn custom(wrong: &mut Wrong, fields: &AssetFields, known: &[CustomField]) {
    let given = &fields.custom.0;
    if given.len() > MOST_CUSTOM {
        wrong.add("custom", format!("at most {MOST_CUSTOM} custom fields fit; these are {}", given.len()));
    }
    for (name, text) in given {
        let path = format!("custom.{name}");
        if name.trim().is_empty() || name.chars().count() > LONGEST_NAME {
            wrong.add(&path, format!("the name of a custom field has 1 to {LONGEST_NAME} characters"));
        }
        text_fits(wrong, &path, text, LONG);
        if let Some(field) = known.iter().find(|field| field.name == *name)
            && let Err(message) = kind_fits(field, text)
        {
            wrong.add(&path, message);
        }
    }
}

/// Whether a custom field's text is of its kind; empty always is.
fn kind_fits(field: &CustomField, text: &str) -> std::result::Result<(), String> {
    match field.kind.as_str() {
        _ if text.is_empty() => Ok(()),
        "number" => text.parse::<Decimal>().map(drop),
        "date" => text
            .parse::<NaiveDate>()
            .map(drop)
            .map_err(|_| format!("\"{text}\" is not a date; write it as 2026-11-22")),
        "choice" if !field.choices.iter().any(|choice| choice == text) => {
            Err(format!("\"{text}\" cannot be chosen; use one of {}", field.choices.join(", ")))
        }
        _ => Ok(()),
    }
}
