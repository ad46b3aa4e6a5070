//! Adding and changing models: what assets of one make and model have in common, over their category's defaults.

use domain::event::Event;
use domain::permission::{EditRegister, ViewRegister};
use store::Right;
use store::categories;
use store::models::{self, Model, ModelFields};

use crate::actions::categories::{code, number};
use crate::actions::sees_all;
use crate::app::App;
use crate::error::Result;

/// One model.
///
/// # Errors
/// Not found.
pub fn find_model(app: &App, _: &Right<ViewRegister>, id: i64) -> Result<Model> {
    Ok(app.store.read(|conn| models::find_model(conn, id))?)
}

/// Adds a model to a category.
///
/// # Errors
/// Not found, forbidden, or a conflict when there is such a model.
pub fn add_model(app: &App, right: &Right<EditRegister>, fields: ModelFields) -> Result<i64> {
    sees_all(right, "add models")?;
    app.store.write(right.actor(), |tx| {
        categories::find_category(tx, fields.category_id)?;
        let name = format!("{} {}", fields.make, fields.name);
        let id = models::insert_model(tx, fields)?;
        Ok((id, vec![Event::new("model", id, "added").change("name", "", name)]))
    })
}

/// Changes a model that was read at `version`.
///
/// # Errors
/// Not found, forbidden, stale, or a conflict when there is such a model.
pub fn change_model(
    app: &App,
    right: &Right<EditRegister>,
    (id, version): (i64, i64),
    fields: ModelFields,
) -> Result<()> {
    sees_all(right, "change models")?;
    app.store.write(right.actor(), |tx| {
        let old = models::find_model(tx, id)?;
        categories::find_category(tx, fields.category_id)?;
        models::update_model(tx, id, version, fields)?;
        let new = models::find_model(tx, id)?;
        let yes_no = |value: Option<bool>| value.map(|b| b.to_string()).unwrap_or_default();
        let event = Event::new("model", id, "changed")
            .change("make", &old.make, &new.make)
            .change("name", &old.name, &new.name)
            .change("category", old.category_id, new.category_id)
            .change("equipment class", code(&old.equipment_class), code(&new.equipment_class))
            .change("equipment type", code(&old.equipment_type), code(&new.equipment_type))
            .change("rated power mW", number(old.rated_power_mw), number(new.rated_power_mw))
            .change("rated current mA", number(old.rated_current_ma), number(new.rated_current_ma))
            .change("fuse mA", number(old.fuse_ma), number(new.fuse_ma))
            .change("plug", &old.plug, &new.plug)
            .change("lead length mm", number(old.lead_length_mm), number(new.lead_length_mm))
            .change("conductor mm2/1000", number(old.conductor_milli_mm2), number(new.conductor_milli_mm2))
            .change("sockets", number(old.sockets), number(new.sockets))
            .change("replacement pence", number(old.replacement_pence), number(new.replacement_pence))
            .change("heating", yes_no(old.heating), yes_no(new.heating))
            .change("surge suppressors", yes_no(old.surge_suppressors), yes_no(new.surge_suppressors));
        Ok(((), vec![event]))
    })
}
