//! What is done to an asset besides editing it: moving, checking out and in, retiring, tagging.

use chrono::NaiveDate;
use domain::asset::Lifecycle;
use domain::event::Event;
use domain::permission::EditAsset;
use domain::tag::fold;
use store::assets::{self, Asset};
use store::tags::{put_tag, retire_tag};
use store::types::Coded;
use store::{Right, Tx, custody};

use super::add::code_of;
use super::change::refuse_merged;
use super::{change_in, settle};
use crate::app::App;
use crate::error::{Error, Result};

/// The longest name of a holder, in characters.
const LONGEST_HOLDER: usize = 200;

/// Moves an asset to a place of a site; a lock goes with it.
///
/// # Errors
/// Not found, stale, field errors.
pub fn move_asset(
    app: &App,
    right: &Right<EditAsset>,
    (id, version): (i64, i64),
    (site_id, place_id): (i64, Option<i64>),
) -> Result<Asset> {
    app.store.write(right.actor(), |tx| {
        let mut fields = assets::find_asset(tx, right.scope(), id)?.fields();
        (fields.site_id, fields.place_id) = (site_id, place_id);
        let (asset, event) = change_in(tx, right.actor(), (id, version), fields, "moved")?;
        Ok((asset, vec![event]))
    })
}

/// Changes where an asset is in its life; a lock stays.
///
/// # Errors
/// Not found, stale, forbidden (disposing needs more than editing).
pub fn set_lifecycle(
    app: &App,
    right: &Right<EditAsset>,
    (id, version): (i64, i64),
    lifecycle: Lifecycle,
) -> Result<Asset> {
    app.store.write(right.actor(), |tx| {
        let mut fields = assets::find_asset(tx, right.scope(), id)?.fields();
        fields.lifecycle = Coded(lifecycle);
        let (asset, event) = change_in(tx, right.actor(), (id, version), fields, "changed")?;
        Ok((asset, vec![event]))
    })
}

/// Hands an asset out to somebody, with the day on which it should be back where one was agreed.
///
/// # Errors
/// Not found, stale, a field error, a conflict when somebody has it or it is locked.
pub fn check_out(
    app: &App,
    right: &Right<EditAsset>,
    (id, version): (i64, i64),
    holder: &str,
    back_by: Option<NaiveDate>,
) -> Result<()> {
    let holder = holder.trim();
    if holder.is_empty() || holder.chars().count() > LONGEST_HOLDER {
        return Err(Error::field(
            "holder",
            format!("say who has it, in at most {LONGEST_HOLDER} characters"),
        ));
    }
    app.store.write(right.actor(), |tx| {
        let asset = found_at(tx, right, (id, version))?;
        if asset.lock_cause.is_some() {
            return Err(Error::Conflict(
                "This is quarantined: it must not be handed out for use.".to_owned(),
            ));
        }
        custody::check_out(tx, &asset, holder, back_by)?;
        settle(tx, id)?;
        let back = back_by.map(|day| day.to_string()).unwrap_or_default();
        let event = Event::new("asset", id, "checked out").of_asset(asset.customer_id, id);
        Ok(((), vec![event.change("custodian", &asset.custodian, holder).change("back by", "", back)]))
    })
}

/// Takes an asset back in.
///
/// # Errors
/// Not found, stale, a conflict when nobody has it.
pub fn check_in(app: &App, right: &Right<EditAsset>, (id, version): (i64, i64)) -> Result<()> {
    app.store.write(right.actor(), |tx| {
        let asset = found_at(tx, right, (id, version))?;
        custody::check_in(tx, &asset)?;
        settle(tx, id)?;
        let event = Event::new("asset", id, "checked in").of_asset(asset.customer_id, id);
        Ok(((), vec![event.change("custodian", &asset.custodian, "")]))
    })
}

/// Puts one more code on an asset, beside the one it goes by.
///
/// # Errors
/// Not found, field errors, a conflict when the code cannot be used.
pub fn attach_tag(app: &App, right: &Right<EditAsset>, id: i64, code: &str) -> Result<Asset> {
    app.store.write(right.actor(), |tx| {
        let asset = assets::find_asset(tx, right.scope(), id)?;
        refuse_merged(&asset)?;
        let (code, kind) = given_code(code)?;
        put_tag(tx, (&code, &fold(&code)), kind, (asset.customer_id, id))?;
        settle(tx, id)?;
        let event =
            Event::new("asset", id, "tagged").of_asset(asset.customer_id, id).change("tag", "", &code);
        Ok((asset, vec![event]))
    })
}

/// Gives an asset another code, or a new one of ours where none is given; the one before retires, but still leads
/// to it.
///
/// # Errors
/// Not found, stale, field errors, a conflict when the code cannot be used.
pub fn replace_tag(
    app: &App,
    right: &Right<EditAsset>,
    (id, version): (i64, i64),
    code: Option<&str>,
) -> Result<Asset> {
    app.store.write(right.actor(), |tx| {
        let asset = found_at(tx, right, (id, version))?;
        let (code, kind) = code_of(code)?;
        put_tag(tx, (&code, &fold(&code)), kind, (asset.customer_id, id))?;
        retire_tag(tx, id, &asset.tag)?;
        assets::update_tag(tx, &asset, &code)?;
        settle(tx, id)?;
        let event = Event::new("asset", id, "tagged anew").of_asset(asset.customer_id, id);
        let event = event.change("tag", &asset.tag, &code);
        Ok((assets::find_asset(tx, right.scope(), id)?, vec![event]))
    })
}

fn given_code(code: &str) -> Result<(String, domain::tag::TagKind)> {
    if code.trim().is_empty() {
        return Err(Error::field("tag", "scan or type the code on the label"));
    }
    code_of(Some(code))
}

fn found_at(tx: &mut Tx, right: &Right<EditAsset>, (id, version): (i64, i64)) -> Result<Asset> {
    let asset = assets::find_asset(tx, right.scope(), id)?;
    refuse_merged(&asset)?;
    if asset.version == version { Ok(asset) } else { Err(Error::Stale("asset".to_owned())) }
}
