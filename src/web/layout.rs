//! What every page has around it.

use domain::permission::{
    BillJob, ChangeSettings, EditAsset, EditContract, EditRegister, ImportAssets, ManageUsers, ReviewSignals,
    SeeMeasures, SeeParts, ViewRegister, WorkJob,
};

use crate::web::assets;
use crate::web::visitor::Visit;

/// The frame of a page: its title, who is logged in, and which menu entries they get.
#[derive(Debug, Clone, Default)]
pub struct Chrome {
    /// The title.
    pub title: String,
    /// Who is logged in.
    pub name: Option<String>,
    /// The address of this page, for marking the menu.
    pub path: String,
    /// Whether the reader is a customer's own person, who has other pages than the firm's.
    pub in_portal: bool,
    /// Whether the person may add and change assets.
    pub edits_assets: bool,
    /// Whether the person may see parts and stock.
    pub sees_parts: bool,
    /// Whether the person may import.
    pub imports: bool,
    /// Whether the person may change customers, places and categories.
    pub edits_register: bool,
    /// Whether the person may change contracts.
    pub edits_contracts: bool,
    /// Whether the person may look at signals.
    pub reviews_signals: bool,
    /// Whether the person may work on jobs.
    pub works_jobs: bool,
    /// Whether the person may see the measures of jobs.
    pub sees_measures: bool,
    /// Whether the person may bill and report to customers.
    pub bills: bool,
    /// Whether the person may manage users.
    pub manages_users: bool,
    /// Whether the person may change settings.
    pub changes_settings: bool,
    /// A message from the action just done.
    pub notice: Option<String>,
}

impl Chrome {
    /// The frame for somebody logged in. `?done=...` of the address becomes the notice.
    pub fn new(visit: &Visit, title: impl Into<String>) -> Self {
        let actor = &visit.actor;
        Self {
            title: title.into(),
            name: Some(actor.name().to_owned()),
            path: visit.path.clone(),
            in_portal: !actor.may::<ViewRegister>(),
            edits_assets: actor.may::<EditAsset>(),
            sees_parts: actor.may::<SeeParts>(),
            imports: actor.may::<ImportAssets>(),
            edits_register: actor.may::<EditRegister>(),
            edits_contracts: actor.may::<EditContract>(),
            reviews_signals: actor.may::<ReviewSignals>(),
            works_jobs: actor.may::<WorkJob>(),
            sees_measures: actor.may::<SeeMeasures>(),
            bills: actor.may::<BillJob>(),
            manages_users: actor.may::<ManageUsers>(),
            changes_settings: actor.may::<ChangeSettings>(),
            notice: notice(&visit.path),
        }
    }

    /// The frame for a page that does not know who is reading: with the menu where somebody seems to be logged in.
    pub fn unnamed(title: &str, logged_in: bool) -> Self {
        Self { name: logged_in.then(String::new), ..Self::bare(title) }
    }

    /// The frame for a stranger.
    pub fn bare(title: &str) -> Self {
        Self { title: title.to_owned(), ..Self::default() }
    }

    /// Address of an embedded file, with its hash so that browsers may keep it for good.
    pub fn asset(&self, name: &str) -> String {
        assets::url(name)
    }

    /// `page` when this menu entry leads to where the reader is.
    pub fn current(&self, prefix: &str) -> &'static str {
        let path = self.path.split('?').next().unwrap_or_default();
        let whole = ["/", "/portal"].contains(&prefix);
        let here = if whole { path == prefix } else { path.starts_with(prefix) };
        if here { "page" } else { "false" }
    }
}

/// Notices are chosen from this list by a code, so that a forged link cannot put words into our mouth.
const NOTICES: &[(&str, &str)] = &[
    ("saved", "Saved."),
    ("added", "Added."),
    ("moved", "Moved."),
    ("merged", "Merged. Both histories stand here now."),
    ("split", "Moved. These tests count here now."),
    ("removed", "Removed."),
    ("sent", "Sent."),
    ("reported", "Reported. Whoever looks after it knows."),
    ("ended", "Ended."),
    ("recorded", "Recorded."),
    ("already", "This form was recorded before; here is what it holds. A change is a correction."),
    ("erased", "Erased. What was proven stays proven."),
    ("issued", "Issued."),
    ("finished", "Finished."),
    ("signed", "Signed, and issued."),
    ("imported", "Imported."),
    ("signed_for", "Signed."),
    ("billed", "Billed: the file stands first in the list of exports."),
];

fn notice(path: &str) -> Option<String> {
    let code = path.split(['?', '&']).find_map(|part| part.strip_prefix("done="))?;
    NOTICES.iter().find(|(known, _)| *known == code).map(|(_, words)| (*words).to_owned())
}
