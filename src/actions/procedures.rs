//! Procedures: documents attached to a model or a category.

use domain::event::Event;
use domain::permission::{EditChecklist, WorkJob};
use domain::text::check_text;
use store::categories::find_category;
use store::files::{self, File, put_file};
use store::models::find_model;
use store::procedures::{self, For, Procedure};
use store::{AnyConnection, Right};

use crate::actions::attachments::recode;
use crate::actions::sees_all;
use crate::app::App;
use crate::error::{Error, Result};

/// Every procedure in use with the name of what it is for.
///
/// # Errors
/// The store's.
pub fn list_procedures(app: &App, _: &Right<WorkJob>) -> Result<Vec<(Procedure, String)>> {
    app.store.read(|conn| {
        let all = procedures::list_procedures(conn)?;
        all.into_iter().map(|one| Ok((one.clone(), name_of(conn, &one)?))).collect()
    })
}

fn name_of(conn: &mut AnyConnection, procedure: &Procedure) -> Result<String> {
    Ok(match (procedure.model_id, procedure.category_id) {
        (Some(id), _) => {
            let model = find_model(conn, id)?;
            format!("{} {}", model.make, model.name)
        }
        (None, Some(id)) => find_category(conn, id)?.name,
        (None, None) => String::new(),
    })
}

/// The bytes of a procedure, or of its small picture, with the name of its file; also of a withdrawn one.
///
/// # Errors
/// Not found.
pub fn read_procedure(app: &App, _: &Right<WorkJob>, id: i64, small: bool) -> Result<(File, String)> {
    app.store.read(|conn| {
        let procedure = procedures::find_procedure(conn, id)?;
        let hash = match (small, procedure.thumbnail_hash) {
            (false, _) => procedure.hash,
            (true, Some(hash)) => hash,
            (true, None) => return Err(Error::NotFound("file".to_owned())),
        };
        Ok((files::find_file(conn, &hash)?, procedure.name))
    })
}

/// Attaches a document or picture to a model or a category.
///
/// # Errors
/// Not found for a model or category that is none; field errors.
pub fn add_procedure(
    app: &App,
    right: &Right<EditChecklist>,
    (of, title): (For, &str),
    (name, bytes): (&str, &[u8]),
) -> Result<i64> {
    sees_all(right, "add procedures")?;
    let title = check_text(title, 200).map_err(|why| Error::field("title", why))?;
    if title.is_empty() {
        return Err(Error::field("title", "fill this in"));
    }
    // Found before the work: drawing a picture anew may take a second.
    app.store.read(|conn| match of {
        For::Model(id) => find_model(conn, id).map(drop),
        For::Category(id) => find_category(conn, id).map(drop),
    })?;
    let kept = recode(bytes)?;
    let name = if name.is_empty() { "procedure" } else { name };
    app.store.write(right.actor(), |tx| {
        let hash = put_file(tx, kept.media_type, &kept.large)?;
        let thumbnail = match &kept.small {
            Some(bytes) => Some(put_file(tx, "image/jpeg", bytes)?),
            None => None,
        };
        let id = procedures::insert_procedure(tx, of, title, (&hash, thumbnail.as_deref(), name))?;
        let event = Event::new("procedure", id, "added").change("title", "", title);
        Ok((id, vec![event.change("SHA-256", "", &hash)]))
    })
}

/// Withdraws a procedure.
///
/// # Errors
/// Not found; a conflict when it is withdrawn already.
pub fn withdraw_procedure(app: &App, right: &Right<EditChecklist>, id: i64) -> Result<()> {
    sees_all(right, "withdraw procedures")?;
    app.store.write(right.actor(), |tx| {
        let old = procedures::find_procedure(tx, id)?;
        procedures::withdraw_procedure(tx, id)?;
        Ok(((), vec![Event::new("procedure", id, "withdrawn").change("title", &old.title, "")]))
    })
}
