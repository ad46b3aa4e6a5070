//! Drafts of risk assessments.

use domain::assessment::Content;
use domain::event::Event;
use domain::permission::{SignAssessment, ViewRegister};
use store::assessments::{self, Reach};
use store::types::Json;
use store::{AnyConnection, Right, Scope};

use super::{DraftView, covered, find_assessment};
use crate::app::App;
use crate::error::{Error, Result};

fn view(conn: &mut AnyConnection, scope: &Scope, id: i64) -> Result<DraftView> {
    let draft = assessments::find_draft(conn, scope, id)?;
    let covered = covered(conn, scope, draft.reach())?;
    Ok(DraftView { draft, covered })
}

/// One draft.
///
/// # Errors
/// Not found, also when outside the scope.
pub fn find_draft(app: &App, right: &Right<ViewRegister>, id: i64) -> Result<DraftView> {
    app.store.read(|conn| view(conn, right.scope(), id))
}

/// Begins a draft; of the next revision where a number is given.
///
/// # Errors
/// Not found for what lies outside the scope or does not belong together.
pub fn add_draft(
    app: &App,
    right: &Right<SignAssessment>,
    (reach, number): (Reach, Option<&str>),
    content: Content,
) -> Result<i64> {
    app.store.write(right.actor(), |tx| {
        let words = covered(tx, right.scope(), reach)?.words();
        let id = assessments::insert_draft(tx, reach, number, content)?;
        let event = Event::new("assessment draft", id, "begun")
            .of_customer(reach.customer_id)
            .change("covers", "", words);
        Ok((id, vec![event]))
    })
}

/// Changes a draft that was read at `version`.
///
/// # Errors
/// Not found, stale.
pub fn change_draft(
    app: &App,
    right: &Right<SignAssessment>,
    (id, version): (i64, i64),
    content: Content,
) -> Result<()> {
    app.store.write(right.actor(), |tx| {
        let old = assessments::find_draft(tx, right.scope(), id)?;
        let event = Event::new("assessment draft", id, "changed")
            .of_customer(old.customer_id)
            .change("reasoning", &old.content.0.reasoning, &content.reasoning)
            .change("intervals", written(&old.content), written(&Json(content.clone())));
        assessments::update_draft(tx, id, version, content)?;
        Ok(((), vec![event]))
    })
}

fn written(content: &Json<Content>) -> String {
    domain::preset_text::write_rows(&content.0.rows)
}

/// Gives a draft up that was read at `version`.
///
/// # Errors
/// Not found, stale.
pub fn remove_draft(app: &App, right: &Right<SignAssessment>, (id, version): (i64, i64)) -> Result<()> {
    app.store.write(right.actor(), |tx| {
        let old = assessments::find_draft(tx, right.scope(), id)?;
        assessments::delete_draft(tx, id, version)?;
        Ok(((), vec![Event::new("assessment draft", id, "given up").of_customer(old.customer_id)]))
    })
}

/// Begins the next revision of a signed assessment from what it says; gives the draft's id.
///
/// # Errors
/// Not found; a conflict when it is not the latest, or was withdrawn.
pub fn revise(app: &App, right: &Right<SignAssessment>, id: &str) -> Result<i64> {
    let view = find_assessment(app, &right.actor().right()?, id)?;
    if !view.holds() {
        let words = "This revision holds no longer: revise the latest, or begin a new assessment.";
        return Err(Error::Conflict(words.to_owned()));
    }
    let mut content = view.evidence.content;
    content.review_on = None;
    add_draft(app, right, (view.row.reach(), Some(&view.row.number)), content)
}
