//! Adding and changing categories: what assets of a kind have in common.

use domain::event::Event;
use domain::permission::{EditRegister, ViewRegister};
use store::categories::{self, Category, CategoryFields};
use store::models::{self, Model};
use store::under::Under;
use store::{AnyConnection, Right};

use crate::actions::ripple::{self, Ripple};
use crate::actions::{sees_all, sequences};
use crate::app::App;
use crate::demo::usual_categories;
use crate::error::{Error, Result};

/// Every category with its models.
///
/// # Errors
/// The store's.
pub fn list_categories(app: &App, _: &Right<ViewRegister>) -> Result<Vec<(Category, Vec<Model>)>> {
    app.store.read(|conn| {
        let mut models = models::list_models(conn)?;
        let mut of = |id: i64| {
            let (mine, rest) = std::mem::take(&mut models).into_iter().partition(|m| m.category_id == id);
            models = rest;
            mine
        };
        Ok(categories::list_categories(conn)?
            .into_iter()
            .map(|c| {
                let mine = of(c.id);
                (c, mine)
            })
            .collect())
    })
}

/// One category.
///
/// # Errors
/// Not found.
pub fn find_category(app: &App, _: &Right<ViewRegister>, id: i64) -> Result<Category> {
    Ok(app.store.read(|conn| categories::find_category(conn, id))?)
}

/// Adds a category.
///
/// # Errors
/// Forbidden to who sees only some customers; a conflict when the name is in use.
pub fn add_category(app: &App, right: &Right<EditRegister>, fields: CategoryFields) -> Result<i64> {
    sees_all(right, "add categories")?;
    app.store.write(right.actor(), |tx| {
        check_sequence(tx, &fields.sequence)?;
        let event_name = fields.name.clone();
        let id = categories::insert_category(tx, fields)?;
        Ok((id, vec![Event::new("category", id, "added").change("name", "", event_name)]))
    })
}

/// Changes a category that was read at `version`; its assets are found by its new name and fall due by its new intervals.
///
/// # Errors
/// Not found, forbidden, stale, or a conflict when the name is in use.
pub fn change_category(
    app: &App,
    right: &Right<EditRegister>,
    (id, version): (i64, i64),
    fields: CategoryFields,
) -> Result<()> {
    sees_all(right, "change categories")?;
    let rest = app.store.write(right.actor(), |tx| {
        let old = categories::find_category(tx, id)?;
        check_sequence(tx, &fields.sequence)?;
        categories::update_category(tx, id, version, fields)?;
        let new = categories::find_category(tx, id)?;
        let words = old.name != new.name;
        // The name stands in the reason of an interval, so it counts too.
        let dues = words || intervals(&old) != intervals(&new) || old.interval_reason != new.interval_reason;
        let rest = ripple::start(tx, Ripple { under: Under::Category(id), words, dues })?;
        Ok::<_, Error>((rest, vec![told(id, &old, &new)]))
    })?;
    ripple::finish(app, rest)
}

fn intervals(category: &Category) -> [Option<i64>; 3] {
    [category.user_check_months, category.formal_visual_months, category.combined_months]
}

fn told(id: i64, old: &Category, new: &Category) -> Event {
    let fields = |category: &Category| {
        let all = category.fields.0.iter();
        all.map(|field| format!("{} ({})", field.name, field.kind)).collect::<Vec<_>>().join(", ")
    };
    let event = Event::new("category", id, "changed")
        .change("name", &old.name, &new.name)
        .change("equipment class", code(&old.equipment_class), code(&new.equipment_class))
        .change("equipment type", code(&old.equipment_type), code(&new.equipment_type))
        .change("plug", &old.plug, &new.plug)
        .change("heating", old.heating, new.heating)
        .change("surge suppressors", old.surge_suppressors, new.surge_suppressors)
        .change("sequence", &old.sequence, &new.sequence)
        .change("why no date", &old.interval_reason, &new.interval_reason)
        .change("custom fields", fields(old), fields(new));
    let numbers = |c: &Category| {
        [
            c.rated_power_mw,
            c.rated_current_ma,
            c.fuse_ma,
            c.lead_length_mm,
            c.conductor_milli_mm2,
            c.sockets,
            c.user_check_months,
            c.formal_visual_months,
            c.combined_months,
        ]
    };
    let names = [
        "rated power mW",
        "rated current mA",
        "fuse mA",
        "lead length mm",
        "conductor mm2/1000",
        "sockets",
        "months between user checks",
        "months between formal visual inspections",
        "months between combined tests",
    ];
    let pairs = names.into_iter().zip(numbers(old).into_iter().zip(numbers(new)));
    pairs.fold(event, |event, (name, (from, to))| event.change(name, number(from), number(to)))
}

pub(super) fn number(value: Option<i64>) -> String {
    value.map(|n| n.to_string()).unwrap_or_default()
}

pub(super) fn code<T: domain::code::Code>(value: &Option<store::types::Coded<T>>) -> &'static str {
    value.map_or("", |coded| coded.0.label())
}

/// Adds the usual categories with their defaults, those aside that are there by name, and says how many.
///
/// # Errors
/// Forbidden to who sees only some customers; a conflict when all are there.
pub fn add_usual(app: &App, right: &Right<EditRegister>) -> Result<usize> {
    sees_all(right, "add categories")?;
    app.store.write(right.actor(), |tx| {
        let there = categories::list_categories(tx)?;
        let mut events = vec![];
        for fields in usual_categories() {
            if there.iter().any(|category| category.name.eq_ignore_ascii_case(&fields.name)) {
                continue;
            }
            let name = fields.name.clone();
            let id = categories::insert_category(tx, fields)?;
            events.push(Event::new("category", id, "added").change("name", "", name));
        }
        if events.is_empty() {
            return Err(Error::Conflict("All the usual categories are there already.".to_owned()));
        }
        Ok((events.len(), events))
    })
}

fn check_sequence(conn: &mut AnyConnection, code: &str) -> Result<()> {
    if code.is_empty() || sequences::list_in(conn)?.iter().any(|sequence| sequence.code == code) {
        return Ok(());
    }
    let shown: String = code.chars().take(40).collect();
    Err(Error::field("sequence", format!("there is no sequence \"{shown}\"; choose one of the list")))
}
