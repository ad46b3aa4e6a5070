//! Checklists: the shipped ones, the firm's own copies of them, and which kinds of job demand them.

pub mod fills;

use domain::checklist::Checklist;
use domain::code::Code;
use domain::event::Event;
use domain::job::JobKind;
use domain::permission::{EditChecklist, ViewRegister};
use store::categories::find_category;
use store::checklists::{self, Demand, OwnChecklist, OwnChecklistFields};
use store::{AnyConnection, Right};

use crate::actions::{known, sees_all};
use crate::app::App;
use crate::error::{Error, Result};

/// Reads an own checklist; its version is the record's.
///
/// # Errors
/// Internal: it was checked when it was saved.
pub fn read(own: &OwnChecklist) -> Result<Checklist> {
    let mut checklist = Checklist::from_toml(&own.text).map_err(Error::Internal)?;
    checklist.version = u32::try_from(own.version).unwrap_or(u32::MAX);
    Ok(checklist)
}

/// Every checklist in use, the firm's own first.
///
/// # Errors
/// The store's.
pub fn list_in(conn: &mut AnyConnection) -> Result<Vec<Checklist>> {
    let own = checklists::list_checklists(conn)?;
    let mut all = own.iter().filter(|own| !own.archived).map(read).collect::<Result<Vec<_>>>()?;
    all.extend(Checklist::all().iter().cloned());
    Ok(all)
}

/// The firm's own checklists, and whether each is no longer used.
///
/// # Errors
/// The store's.
pub fn list_own(app: &App, _: &Right<ViewRegister>) -> Result<Vec<(Checklist, bool)>> {
    let own = app.store.read(checklists::list_checklists)?;
    own.iter().map(|own| Ok((read(own)?, own.archived))).collect()
}

/// A checklist that may be filled, by its code.
///
/// # Errors
/// Not found.
pub fn find_in_use(conn: &mut AnyConnection, code: &str) -> Result<Checklist> {
    let found = list_in(conn)?.into_iter().find(|checklist| checklist.code == code);
    found.ok_or_else(|| Error::NotFound("checklist".to_owned()))
}

/// A checklist's text, and its own record where it is the firm's.
///
/// # Errors
/// Not found.
pub fn find_text(app: &App, _: &Right<ViewRegister>, code: &str) -> Result<(String, Option<OwnChecklist>)> {
    if let Some(text) = Checklist::shipped_text(code) {
        return Ok((text.to_owned(), None));
    }
    // PostgreSQL takes no NUL, not even for looking.
    if code.contains('\0') {
        return Err(Error::NotFound("checklist".to_owned()));
    }
    let own = app.store.read(|conn| checklists::find_checklist(conn, code))?;
    Ok((own.text.clone(), Some(own)))
}

/// Reads what was typed: its code stands in it.
///
/// # Errors
/// A field error that names the line and the item.
pub fn check(text: &str, archived: bool) -> Result<OwnChecklistFields> {
    let checklist = Checklist::from_toml(text).map_err(|why| Error::field("text", why))?;
    if Checklist::find(&checklist.code).is_some() {
        let words = format!("\"{}\" is the code of a shipped checklist; give yours another", checklist.code);
        return Err(Error::field("text", words));
    }
    Ok(OwnChecklistFields { code: checklist.code, text: text.to_owned(), archived })
}

/// Adds an own checklist.
///
/// # Errors
/// Forbidden to who sees only some customers; a conflict when the code is in use.
pub fn add_checklist(app: &App, right: &Right<EditChecklist>, fields: &OwnChecklistFields) -> Result<()> {
    sees_all(right, "add checklists")?;
    app.store.write(right.actor(), |tx| {
        let id = checklists::insert_checklist(tx, fields)?;
        Ok(((), vec![Event::new("checklist", id, "added").change("code", "", &fields.code)]))
    })
}

/// Changes an own checklist that was read at `version`; those being filled or finished keep what they were begun with.
///
/// # Errors
/// Forbidden, not found, stale, a field error.
pub fn change_checklist(
    app: &App,
    right: &Right<EditChecklist>,
    (code, version): (&str, i64),
    fields: &OwnChecklistFields,
) -> Result<()> {
    sees_all(right, "change checklists")?;
    app.store.write(right.actor(), |tx| {
        let old = checklists::find_checklist(tx, code)?;
        if old.code != fields.code {
            let words = format!("the code stays \"{}\": jobs and demands name it", old.code);
            return Err(Error::field("text", words));
        }
        checklists::update_checklist(tx, old.id, version, fields)?;
        let event = Event::new("checklist", old.id, "changed")
            .change("text", &old.text, &fields.text)
            .change("archived", old.archived, fields.archived);
        Ok(((), vec![event]))
    })
}

/// What kinds of job demand, with the name of the category.
///
/// # Errors
/// The store's.
pub fn list_demands(app: &App, _: &Right<ViewRegister>) -> Result<Vec<(Demand, String)>> {
    app.store.read(|conn| {
        let demands = checklists::list_demands(conn)?;
        let named = |demand: Demand| {
            let name = match demand.category_id {
                Some(id) => find_category(conn, id)?.name,
                None => String::new(),
            };
            Ok((demand, name))
        };
        demands.into_iter().map(named).collect()
    })
}

/// Lets a kind of job demand a checklist, of a category or of all.
///
/// # Errors
/// Field errors; a conflict when it does already.
pub fn add_demand(
    app: &App,
    right: &Right<EditChecklist>,
    (kind, category_id, code): (JobKind, Option<i64>, &str),
) -> Result<()> {
    sees_all(right, "say which checklists are demanded")?;
    app.store.write(right.actor(), |tx| {
        if let Some(id) = category_id
            && known(find_category(tx, id))?.is_none()
        {
            return Err(Error::field("category_id", "choose one of the list"));
        }
        if !list_in(tx)?.iter().any(|checklist| checklist.code == code) {
            return Err(Error::field("checklist", "choose one of the list"));
        }
        let id = checklists::insert_demand(tx, kind, category_id, code)?;
        let event = Event::new("checklist demand", id, "added").change("kind of job", "", kind.label());
        Ok(((), vec![event.change("checklist", "", code)]))
    })
}

/// Lets a kind of job no longer demand a checklist.
///
/// # Errors
/// Not found.
pub fn remove_demand(app: &App, right: &Right<EditChecklist>, id: i64) -> Result<()> {
    sees_all(right, "say which checklists are demanded")?;
    app.store.write(right.actor(), |tx| {
        let demand = checklists::delete_demand(tx, id)?;
        let event = Event::new("checklist demand", id, "removed");
        let event = event.change("kind of job", demand.job_kind.0.label(), "");
        Ok(((), vec![event.change("checklist", &demand.code, "")]))
    })
}
