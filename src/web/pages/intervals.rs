//! How often things are inspected: the firm's default, the tables, and who goes by which.

use actix_web::web;
use askama::Template;
use domain::code::Code;
use domain::equipment::{Environment, TestKind};
use domain::interval::{FirmIntervals, Says};
use domain::permission::{SetInterval, ViewRegister};
use domain::preset::{Preset, PresetRow};
use domain::preset_text::{MOST_MONTHS, read_rows, write_rows};
use store::presets::{PresetCopy, PresetFields};
use store::types::Json;

use crate::actions::intervals::{self, Chooser, Overview};
use crate::error::{Error, Result};
use crate::web::editing::{Conflict, Pairs, Sheet};
use crate::web::forms::{Form, options};
use crate::web::layout::Chrome;
use crate::web::reply::Reply;
use crate::web::visitor::{Visit, Visitor};

#[derive(Template)]
#[template(path = "intervals.html")]
struct IntervalsPage {
    chrome: Chrome,
    form: Form,
    conflict: Conflict,
    overview: Overview,
    sets: bool,
}

#[derive(Template)]
#[template(path = "interval_table.html")]
struct TablePage {
    chrome: Chrome,
    table: Preset,
    copy: Option<String>,
    sets: bool,
}

#[derive(Template)]
#[template(path = "interval_table_form.html")]
struct TableFormPage {
    chrome: Chrome,
    form: Form,
    conflict: Conflict,
    environments: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "interval_choice.html")]
struct ChoicePage {
    chrome: Chrome,
    form: Form,
    conflict: Conflict,
    chooser: Chooser,
    tables: Vec<(String, String)>,
}

/// The kinds with the field of their months and of the reason for none.
const KINDS: [(TestKind, &str, &str); 3] = [
    (TestKind::UserCheck, "user_check_months", "user_check_why"),
    (TestKind::FormalVisual, "formal_visual_months", "formal_visual_why"),
    (TestKind::Combined, "combined_months", "combined_why"),
];

const FIRM: Sheet<FirmIntervals, FirmIntervals> = Sheet {
    fields: &[
        "user_check_months",
        "user_check_why",
        "formal_visual_months",
        "formal_visual_why",
        "combined_months",
        "combined_why",
    ],
    read: read_firm,
    fill: fill_firm,
};
const TABLE: Sheet<PresetCopy, PresetFields> =
    Sheet { fields: &["name", "source", "environments", "rows"], read: read_table, fill: fill_table };
const CHOICE: Sheet<Chooser, (String, String)> =
    Sheet { fields: &["preset", "reason"], read: read_choice, fill: fill_choice };

/// `GET /intervals`.
///
/// # Errors
/// Log in first.
pub async fn show_intervals(visitor: Visitor) -> Result<Reply> {
    visitor
        .run(|visit| {
            let firm = intervals::find_overview(&visit.app, &visit.right::<ViewRegister>()?)?.firm;
            Reply::ok(&overview_page(visit, fill_firm(&firm), None)?)
        })
        .await
}

/// `POST /intervals`: the firm's default.
///
/// # Errors
/// Forbidden; field errors and a concurrent change show the form again.
pub async fn change_intervals(visitor: Visitor, pairs: web::Form<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let right = visit.right::<SetInterval>()?;
            let find = || Ok(intervals::find_overview(&visit.app, &visit.right()?)?.firm);
            let change = |version, firm| {
                intervals::change_firm(&visit.app, &right, FirmIntervals { version, ..firm })?;
                Ok("/intervals".to_owned())
            };
            FIRM.change(pairs.into_inner(), find, change, |form, conflict| {
                overview_page(visit, form, conflict)
            })
        })
        .await
}

fn overview_page(visit: &Visit, form: Form, conflict: Conflict) -> Result<IntervalsPage> {
    let overview = intervals::find_overview(&visit.app, &visit.right::<ViewRegister>()?)?;
    let sets = visit.actor.may::<SetInterval>() && visit.actor.scope().customers().is_none();
    Ok(IntervalsPage { chrome: Chrome::new(visit, "Intervals"), form, conflict, overview, sets })
}

fn read_firm(form: &mut Form) -> FirmIntervals {
    let mut says = |months: &str, why: &str| {
        let reason = form.text(why);
        match form.number(months, 1, i64::from(MOST_MONTHS)).and_then(|months| u32::try_from(months).ok()) {
            Some(months) => Says::Every(months),
            None => {
                if reason.is_empty() && form.value(months).is_empty() {
                    form.fail(why, "say why there is none, or give the months");
                }
                Says::Never(reason)
            }
        }
    };
    let [user_check, formal_visual, combined] = KINDS.map(|(_, months, why)| says(months, why));
    FirmIntervals { user_check, formal_visual, combined, version: 0 }
}

fn fill_firm(firm: &FirmIntervals) -> Form {
    let mut form = Form::default();
    for (kind, months, why) in KINDS {
        match firm.of(kind) {
            Some(Says::Every(number)) => form.set(months, number),
            Some(Says::Never(reason)) => form.set(why, reason),
            None => &mut form,
        };
    }
    form.set("version", firm.version);
    form
}

/// `GET /intervals/tables/{code}`.
///
/// # Errors
/// Not found.
pub async fn show_table(visitor: Visitor, code: web::Path<String>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let table = intervals::find_table(&visit.app, &visit.right::<ViewRegister>()?, &code)?;
            let copy = code.strip_prefix("own_").map(str::to_owned);
            let sets = visit.actor.may::<SetInterval>() && visit.actor.scope().customers().is_none();
            Reply::ok(&TablePage { chrome: Chrome::new(visit, table.name.clone()), table, copy, sets })
        })
        .await
}

/// `GET /intervals/tables/new?from=`: begun from another table.
///
/// # Errors
/// Not found, forbidden.
pub async fn new_table(visitor: Visitor, from: web::Query<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let from = Form::new(from.into_inner());
            let table = find_from(visit, &from)?;
            let mut form = Form::default();
            form.set("name", format!("{}, our copy", table.name)).set("source", &table.name);
            form.set("rows", write_rows(&table.rows));
            Reply::ok(&table_page(visit, "Add a table of intervals", form, None)?)
        })
        .await
}

/// The table that a new one begins from: the first one shipped, unless another is named.
fn find_from(visit: &Visit, from: &Form) -> Result<Preset> {
    let first = Preset::all().first().map_or("", |preset| preset.code.as_str());
    let code = if from.value("from").is_empty() { first } else { from.value("from") };
    intervals::find_table(&visit.app, &visit.right::<ViewRegister>()?, code)
}

/// `POST /intervals/tables/new?from=`.
///
/// # Errors
/// Not found, forbidden; field errors show the form again.
pub async fn add_table(visitor: Visitor, from: web::Query<Pairs>, pairs: web::Form<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let right = visit.right::<SetInterval>()?;
            let from = find_from(visit, &Form::new(from.into_inner()))?.code;
            let add = |fields| {
                let id = intervals::add_copy(&visit.app, &right, &from, fields)?;
                Ok(format!("/intervals/tables/own_{id}"))
            };
            TABLE.add(pairs.into_inner(), add, |form| {
                table_page(visit, "Add a table of intervals", form, None)
            })
        })
        .await
}

/// `GET /intervals/tables/{id}/edit`.
///
/// # Errors
/// Not found, forbidden.
pub async fn edit_table(visitor: Visitor, id: web::Path<i64>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let copy = intervals::find_copy(&visit.app, &visit.right()?, *id)?;
            Reply::ok(&table_page(visit, "Change the table", fill_table(&copy), None)?)
        })
        .await
}

/// `POST /intervals/tables/{id}/edit`.
///
/// # Errors
/// Not found, forbidden; field errors and a concurrent change show the form again.
pub async fn change_table(visitor: Visitor, id: web::Path<i64>, pairs: web::Form<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let right = visit.right::<SetInterval>()?;
            let change = |version, fields| {
                intervals::change_copy(&visit.app, &right, (*id, version), fields)?;
                Ok(format!("/intervals/tables/own_{id}"))
            };
            let show = |form, conflict| table_page(visit, "Change the table", form, conflict);
            TABLE.change(pairs.into_inner(), || intervals::find_copy(&visit.app, &right, *id), change, show)
        })
        .await
}

fn table_page(visit: &Visit, title: &str, form: Form, conflict: Conflict) -> Result<TableFormPage> {
    visit.right::<SetInterval>()?;
    let environments = options::<Environment>();
    Ok(TableFormPage { chrome: Chrome::new(visit, title), form, conflict, environments })
}

fn read_table(form: &mut Form) -> PresetFields {
    let (name, source) = (form.required("name"), form.text("source"));
    let mut environments = vec![];
    for code in form.all("environments").to_vec() {
        match Environment::parse_code(&code) {
            Ok(place) => environments.push(place),
            Err(words) => form.fail("environments", words),
        }
    }
    let rows = read_table_rows(form);
    if rows.is_empty() && form.error("rows").is_none() {
        form.fail("rows", "give at least one line, such as combined; I; portable; 12");
    }
    PresetFields { name, source, environments: Json(environments), rows: Json(rows) }
}

/// Reads the field `rows`, one row of a table a line.
pub fn read_table_rows(form: &mut Form) -> Vec<PresetRow> {
    let text = form.long_text("rows");
    read_rows(&text).unwrap_or_else(|words| {
        form.fail("rows", words);
        vec![]
    })
}

fn fill_table(copy: &PresetCopy) -> Form {
    let mut form = Form::new(
        copy.environments.0.iter().map(|place| ("environments".to_owned(), place.code().to_owned())),
    );
    form.set("name", &copy.name).set("source", &copy.source).set("rows", write_rows(&copy.rows.0));
    form.set("version", copy.version);
    form
}

/// `GET /intervals/choose?customer=` or `?site=`.
///
/// # Errors
/// Not found, forbidden.
pub async fn show_choice(visitor: Visitor, whose: web::Query<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let chooser = find_chooser(visit, &mut Form::new(whose.into_inner()))?;
            Reply::ok(&choice_page(visit, chooser.clone(), fill_choice(&chooser), None)?)
        })
        .await
}

/// `POST /intervals/choose?customer=` or `?site=`.
///
/// # Errors
/// Not found, forbidden; field errors and a concurrent change show the form again.
pub async fn choose_table(
    visitor: Visitor,
    whose: web::Query<Pairs>,
    pairs: web::Form<Pairs>,
) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let right = visit.right::<SetInterval>()?;
            let mut asked = Form::new(whose.into_inner());
            let chooser = find_chooser(visit, &mut asked)?;
            let ids = (asked.id("customer"), asked.id("site"));
            let find = || intervals::find_chooser(&visit.app, &visit.right()?, ids);
            let change = |version, (preset, reason): (String, String)| {
                let chosen = (!preset.is_empty()).then_some((preset.as_str(), reason.as_str()));
                intervals::choose_table(&visit.app, &right, ids, (version, chosen)).map_err(unknown_table)?;
                Ok(chooser.back())
            };
            let show = |form, conflict| choice_page(visit, find()?, form, conflict);
            CHOICE.change(pairs.into_inner(), find, change, show)
        })
        .await
}

/// A code that names no table is a wrong choice in the form, not a missing page.
fn unknown_table(error: Error) -> Error {
    match error {
        Error::NotFound(what) if what == "table" => Error::field("preset", "choose a table from the list"),
        other => other,
    }
}

fn find_chooser(visit: &Visit, asked: &mut Form) -> Result<Chooser> {
    let ids = (asked.id("customer"), asked.id("site"));
    asked.check().map_err(|_| Error::NotFound("customer".to_owned()))?;
    intervals::find_chooser(&visit.app, &visit.right::<ViewRegister>()?, ids)
}

fn choice_page(visit: &Visit, chooser: Chooser, form: Form, conflict: Conflict) -> Result<ChoicePage> {
    visit.right::<SetInterval>()?;
    let tables = intervals::list_tables(&visit.app, &visit.right()?)?;
    let words = |table: Preset| match table.unconfirmed() {
        0 => (table.code, table.name),
        count => (table.code, format!("{} ({count} of {} not confirmed)", table.name, table.rows.len())),
    };
    let title = format!("Intervals of {}", chooser.words());
    let tables = tables.into_iter().map(words).collect();
    Ok(ChoicePage { chrome: Chrome::new(visit, title), form, conflict, chooser, tables })
}

fn read_choice(form: &mut Form) -> (String, String) {
    (form.text("preset"), form.text("reason"))
}

fn fill_choice(chooser: &Chooser) -> Form {
    let mut form = Form::default();
    if let Some(choice) = &chooser.choice {
        form.set("preset", &choice.preset).set("reason", &choice.reason);
    }
    form.set("version", chooser.choice.as_ref().map_or(0, |choice| choice.version));
    form
}

/// A row's class or type, in words.
fn any<T: Code>(members: &[T]) -> String {
    match members {
        [] => "any".to_owned(),
        some => some.iter().map(|member| member.label()).collect::<Vec<_>>().join(", "),
    }
}

impl TablePage {
    fn class(&self, row: &PresetRow) -> String {
        any(&row.class)
    }

    fn types(&self, row: &PresetRow) -> String {
        any(&row.types)
    }

    fn environments(&self) -> String {
        self.table.environments.iter().map(|place| place.label()).collect::<Vec<_>>().join(", ")
    }
}
