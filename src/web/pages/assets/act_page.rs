//! The small forms of an asset: move, custody, status, label.

use askama::Template;
use domain::permission::{EditAsset, RetireAsset};
use store::assets::{Asset, find_asset};

use super::asset_url;
use super::choices::{self, Choices, where_value};
use crate::error::{Error, Result};
use crate::web::forms::Form;
use crate::web::layout::Chrome;
use crate::web::visitor::Visit;

/// Which of the small forms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Moving it.
    Move,
    /// Handing it out or taking it in.
    Custody,
    /// Changing where it is in its life.
    Status,
    /// Putting a code on it.
    Tag,
}

impl Act {
    /// The act with this name in an address.
    ///
    /// # Errors
    /// Not found.
    pub fn named(name: &str) -> Result<Self> {
        match name {
            "move" => Ok(Self::Move),
            "custody" => Ok(Self::Custody),
            "status" => Ok(Self::Status),
            "tag" => Ok(Self::Tag),
            _ => Err(Error::NotFound("page".to_owned())),
        }
    }
}

/// A small form of an asset.
#[derive(Template)]
#[template(path = "assets/act.html")]
pub struct ActPage {
    chrome: Chrome,
    form: Form,
    act: Act,
    asset: Asset,
    url: String,
    wheres: Choices,
    lifecycles: Choices,
}

impl ActPage {
    fn is(&self, act: &str) -> bool {
        Act::named(act).is_ok_and(|act| act == self.act)
    }

    fn is_out(&self) -> bool {
        !self.asset.custodian.is_empty()
    }
}

/// Builds a small form; what was typed stays, and the version is the one read now unless one came with the form.
///
/// # Errors
/// Not found, forbidden.
pub fn page(visit: &Visit, id: i64, act: Act, mut form: Form) -> Result<ActPage> {
    visit.right::<EditAsset>()?;
    let scope = visit.actor.scope();
    visit.app.store.read(|conn| {
        let asset = find_asset(conn, scope, id)?;
        if form.value("version").is_empty() {
            form.set("version", asset.version);
        }
        if form.value("where").is_empty() {
            form.set("where", where_value(asset.site_id, asset.place_id));
        }
        if form.value("lifecycle").is_empty() {
            form.set("lifecycle", asset.lifecycle.0);
        }
        let wheres = match act {
            Act::Move => choices::wheres(conn, scope, asset.customer_id)?,
            _ => vec![],
        };
        let mut lifecycles = choices::lifecycles();
        if !visit.actor.may::<RetireAsset>() {
            lifecycles.retain(|(code, _)| code != "disposed");
        }
        let url = asset_url(&asset.tag);
        let title = match act {
            Act::Move => "Move",
            Act::Custody if asset.custodian.is_empty() => "Check out",
            Act::Custody => "Check in",
            Act::Status => "Change status",
            Act::Tag => "Label",
        };
        Ok(ActPage { chrome: Chrome::new(visit, title), form, act, asset, url, wheres, lifecycles })
    })
}
