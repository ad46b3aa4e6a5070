//! Assets: adding, changing, finding by what was scanned.

mod act;
mod add;
mod belongs;
mod bulk;
mod change;
mod check;
mod defaults;
mod describe;
mod scan;

pub use act::{attach_tag, check_in, check_out, move_asset, replace_tag, set_lifecycle};
pub(crate) use add::insert_unsettled;
pub use add::{NewAsset, add_asset, code_of, insert_coded, insert_new};
pub use bulk::{BulkChange, change_many};
pub use change::{change_asset, change_in};
pub use check::check_fields;
pub use defaults::{Draft, apply_defaults};
pub use describe::changes;
pub use scan::{Came, Found, find_by_scan, scan_in};

use domain::asset::Status;
use domain::permission::ViewRegister;
use domain::subject::Subject;
use store::assets::{self, Asset, AssetNames};
use store::{Right, Tx};

use crate::app::App;
use crate::error::Result;

/// One asset.
///
/// # Errors
/// Not found, also when outside the scope.
pub fn find_asset(app: &App, right: &Right<ViewRegister>, id: i64) -> Result<Asset> {
    Ok(app.store.read(|conn| assets::find_asset(conn, right.scope(), id))?)
}

/// One asset with the names behind its ids.
///
/// # Errors
/// Not found, also when outside the scope.
pub fn find_named_asset(app: &App, right: &Right<ViewRegister>, id: i64) -> Result<(Asset, AssetNames)> {
    Ok(app.store.read(|conn| {
        let asset = assets::find_asset(conn, right.scope(), id)?;
        let names = assets::names_of(conn, &asset)?;
        Ok::<_, store::Error>((asset, names))
    })?)
}

/// What people are shown as an asset's status: the lock wherever one stands.
pub fn status(asset: &Asset) -> Status {
    asset.status()
}

/// What is tested; none while class or type are not known, since nothing can be judged then.
pub fn subject_of(asset: &Asset) -> Option<Subject> {
    asset.subject()
}

/// What must follow every change of an asset, in the same transaction: its due dates and its search document.
///
/// # Errors
/// The store's.
pub fn settle(tx: &mut Tx, id: i64) -> Result<()> {
    crate::actions::dues::recompute(tx, id)?;
    Ok(assets::reindex_asset(tx, id)?)
}
