//! What a scanned or typed text leads to.

use domain::permission::ViewRegister;
use domain::tag::{Scan, TagState, fold, read};
use store::assets::{self, Asset};
use store::tags::{find_tag, is_free};
use store::{AnyConnection, Right, Scope};

use crate::app::App;
use crate::error::Result;

/// By which code that it does not go by somebody came to an asset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Came {
    /// A label of its own that is retired.
    Retired(String),
    /// A tag or number of an asset that was merged into it.
    Merged(String),
}

/// What was found.
#[derive(Debug, Clone)]
pub enum Found {
    /// One asset; with what was scanned where it goes by another code now.
    Asset(Box<Asset>, Option<Came>),
    /// A number that several customers use: the person chooses.
    Choose(Vec<Asset>),
    /// A tag of ours misread: it leads nowhere, and nothing may be made of it.
    WrongCheck(String),
    /// A code that is on nothing yet, folded.
    Free(String),
    /// Nothing that can be read, or not by this person: which of the two is not told.
    Unreadable,
}

/// Finds what a scanned or typed text leads to: a tag, retired ones included, else the customer's own number.
///
/// # Errors
/// The store's.
pub fn find_by_scan(app: &App, right: &Right<ViewRegister>, text: &str) -> Result<Found> {
    app.store.read(|conn| scan_in(conn, right.scope(), text))
}

/// As [`find_by_scan`], on a connection at hand.
///
/// # Errors
/// The store's.
pub fn scan_in(conn: &mut AnyConnection, scope: &Scope, text: &str) -> Result<Found> {
    let scan = read(text);
    if scan == Scan::Unreadable {
        return Ok(Found::Unreadable);
    }
    let folded = fold(text);
    if let Some(tag) = find_tag(conn, scope, &folded)?
        && let Some(id) = tag.asset_id
    {
        let asset = assets::find_home(conn, scope, id)?;
        let came = match tag.state.0 {
            _ if asset.id != id => Some(Came::Merged(tag.code)),
            TagState::Retired => Some(Came::Retired(tag.code)),
            _ => None,
        };
        return Ok(Found::Asset(Box::new(asset), came));
    }
    // No number holds a control character, and one database refuses to be asked for it.
    let number: String = text.trim().chars().filter(|c| !c.is_control()).collect();
    let mut numbered = assets::find_assets_by_number(conn, scope, &number)?;
    match (numbered.len(), scan) {
        (1, _) => {
            let asset = numbered.remove(0);
            let own = asset.customer_number.as_ref().is_some_and(|own| own.eq_ignore_ascii_case(&number));
            Ok(Found::Asset(Box::new(asset), (!own).then_some(Came::Merged(number))))
        }
        (2.., _) => Ok(Found::Choose(numbered)),
        (_, Scan::WrongCheck { text }) => Ok(Found::WrongCheck(text)),
        // A tag outside one's sight must not look free: it would invite to label a thing with it.
        _ if is_free(conn, scope, &folded)? => Ok(Found::Free(folded)),
        _ => Ok(Found::Unreadable),
    }
}
