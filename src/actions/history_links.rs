//! Two histories that belong to one thing are merged, or one is split; by links that are appended, and undone by
//! further ones.

mod home;
mod merge;
mod split;
mod undo;
mod write;

pub use home::at_home;
pub use merge::{Pair, find_pair, merge};
pub use split::{Target, split};
pub use undo::undo;

use domain::history_link::LinkKind;
use domain::permission::ViewRegister;
use domain::text::check_text;
use store::assets::{Asset, find_asset};
use store::history_links::{self, LinkRow};
use store::people::find_person;
use store::{AnyConnection, Right, Scope};

use crate::actions::assets::{Found, scan_in};
use crate::app::App;
use crate::error::{Error, Result};

/// Why something was linked, by whom and when.
#[derive(Debug, Clone)]
pub struct Act {
    /// Its links, without what took them back.
    pub links: Vec<LinkRow>,
    /// What took it back.
    pub undone: Option<LinkRow>,
    /// The asset whose history it is, or was.
    pub from: Asset,
    /// The asset for which it counts, or counted.
    pub to: Asset,
    /// The name of who decided.
    pub person: String,
    /// The name of who took it back.
    pub undone_by: String,
}

impl Act {
    /// Whether a whole history was merged; else tests were moved.
    pub fn is_merge(&self) -> bool {
        self.links.first().is_some_and(|link| link.kind.0 == LinkKind::Merge)
    }

    /// Why.
    pub fn reason(&self) -> &str {
        self.links.first().map(|link| link.reason.as_str()).unwrap_or_default()
    }
}

/// What was decided at once, found by its name.
///
/// # Errors
/// Not found, also when outside the scope.
pub fn find_act(app: &App, right: &Right<ViewRegister>, act: &str) -> Result<Act> {
    app.store.read(|conn| act_in(conn, right.scope(), act))
}

fn act_in(conn: &mut AnyConnection, scope: &Scope, act: &str) -> Result<Act> {
    let rows = history_links::find_act(conn, scope, act)?;
    let (undos, links): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| row.kind.0 == LinkKind::Undo);
    let (undone, first) = (undos.into_iter().next(), links.first());
    let first = first.ok_or_else(|| Error::NotFound("link of histories".to_owned()))?;
    let from = find_asset(conn, scope, first.from_asset_id)?;
    let to = find_asset(conn, scope, first.to_asset_id)?;
    let mut name = |id| find_person(conn, id).map(|found| found.map(|one| one.name).unwrap_or_default());
    let person = name(first.person_id)?;
    let undone_by = undone.as_ref().map_or(Ok(String::new()), |undo| name(undo.person_id))?;
    Ok(Act { links, undone, from, to, person, undone_by })
}

/// Everything that was decided about an asset's history, the latest first.
///
/// # Errors
/// The store's.
pub fn list_acts(conn: &mut AnyConnection, scope: &Scope, asset_id: i64) -> Result<Vec<(String, Act)>> {
    let mut acts: Vec<(String, Act)> = vec![];
    for link in history_links::list_links(conn, asset_id)? {
        if acts.iter().all(|(act, _)| *act != link.act) {
            let act = act_in(conn, scope, &link.act)?;
            acts.push((link.act, act));
        }
    }
    Ok(acts)
}

/// The other asset that a tag or number names: another one of the same customer.
fn find_other(conn: &mut AnyConnection, scope: &Scope, (one, text): (&Asset, &str)) -> Result<Asset> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Error::field("other", "scan or type the tag or number of the other asset"));
    }
    let found = match scan_in(conn, scope, text)? {
        Found::Asset(asset, _) => Some(*asset),
        Found::Choose(several) => several.into_iter().find(|asset| asset.customer_id == one.customer_id),
        _ => None,
    };
    match found {
        Some(other) if other.customer_id != one.customer_id => {
            Err(Error::field("other", "this belongs to another customer: histories stay with theirs"))
        }
        Some(other) if other.id == one.id => Err(Error::field("other", "this is the same asset already")),
        Some(other) => Ok(other),
        None => Err(Error::field("other", "no asset has this tag or number")),
    }
}

/// The reason that every link needs.
fn check_reason(reason: &str) -> Result<String> {
    let text = check_text(reason, 1000).map_err(|message| Error::field("reason", message))?;
    match text.is_empty() {
        true => Err(Error::field("reason", "say how you know; it stays with the record for good")),
        false => Ok(text.to_owned()),
    }
}
