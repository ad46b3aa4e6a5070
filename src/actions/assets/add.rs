//! Adding an asset under a new tag of ours, or under a code that is on it already.

use domain::event::Event;
use domain::permission::{EditAsset, SetInterval};
use domain::tag::{Scan, Tag, TagKind, fold, read};
use store::assets::{self, Asset};
use store::customers::find_customer;
use store::tags::put_tag;
use store::{Actor, Right, Tx};

use super::belongs::find_ground;
use super::defaults::{Draft, apply_defaults};
use super::{check_fields, settle};
use crate::app::{App, random_u64};
use crate::error::{Error, Result};

/// An asset to be added.
#[derive(Debug, Clone)]
pub struct NewAsset {
    /// Whose it is.
    pub customer_id: i64,
    /// A code that is on it already, as given; none to issue a tag of ours.
    pub tag: Option<String>,
    /// Everything else.
    pub draft: Draft,
}

/// Adds an asset.
///
/// # Errors
/// Not found for anything outside the scope, field errors, a conflict when tag or number are in use.
pub fn add_asset(app: &App, right: &Right<EditAsset>, new: NewAsset) -> Result<Asset> {
    app.store.write(right.actor(), |tx| {
        let (asset, event) = insert_new(tx, right.actor(), new)?;
        Ok((asset, vec![event]))
    })
}

/// Adds an asset within a write under way, and gives the event to be told.
///
/// # Errors
/// As [`add_asset`].
pub fn insert_new(tx: &mut Tx, actor: &Actor, new: NewAsset) -> Result<(Asset, Event)> {
    let coded = code_of(new.tag.as_deref())?;
    insert_coded(tx, actor, new, coded)
}

/// As [`insert_new`], under a code that is known to be what it is: a list of existing codes is no misreading.
///
/// # Errors
/// As [`add_asset`].
pub fn insert_coded(
    tx: &mut Tx,
    actor: &Actor,
    new: NewAsset,
    coded: (String, TagKind),
) -> Result<(Asset, Event)> {
    let (asset, event) = insert_unsettled(tx, actor, new, coded)?;
    settle(tx, asset.id)?;
    Ok((assets::find_asset(tx, actor.scope(), asset.id)?, event))
}

/// As [`insert_coded`], for one who adds many: what falls due and the search document are left to be settled.
///
/// # Errors
/// As [`add_asset`].
pub(crate) fn insert_unsettled(
    tx: &mut Tx,
    actor: &Actor,
    new: NewAsset,
    (code, kind): (String, TagKind),
) -> Result<(Asset, Event)> {
    let scope = actor.scope();
    let customer = find_customer(tx, scope, new.customer_id)?;
    let ground = find_ground(tx, scope, (customer.id, None), &new.draft.fields)?;
    let mut fields = apply_defaults(new.draft, &ground.category, ground.model.as_ref());
    fields.model_id = ground.model.as_ref().map(|model| model.id);
    check_fields(&fields, &ground.category)?;
    if [fields.user_check_months, fields.formal_visual_months, fields.combined_months] != [None; 3] {
        actor.right::<SetInterval>()?;
    }
    let id = assets::insert_asset(tx, customer.id, &code, fields)?;
    put_tag(tx, (&code, &fold(&code)), kind, (customer.id, id))?;
    let asset = assets::find_asset(tx, scope, id)?;
    let event = Event::new("asset", id, "added")
        .of_asset(customer.id, id)
        .change("tag", "", &asset.tag)
        .change("description", "", &asset.description)
        .change("site", "", &ground.site.name);
    Ok((asset, event))
}

/// The code under which an asset goes, and whether it is one of ours.
///
/// # Errors
/// A field error when it cannot be a tag, or is one of ours misread.
pub fn code_of(given: Option<&str>) -> Result<(String, TagKind)> {
    match given.map(str::trim).filter(|text| !text.is_empty()) {
        None => Ok((Tag::generate(random_u64).to_string(), TagKind::Ours)),
        Some(text) => match read(text) {
            Scan::Ours(tag) => Ok((tag.to_string(), TagKind::Ours)),
            Scan::Unreadable => {
                Err(Error::field("tag", "nothing in this can be a tag; use letters and digits"))
            }
            Scan::WrongCheck { text } => Err(Error::field(
                "tag",
                format!(
                    "the check character of {text} is wrong: read the label again, or keep it as the customer's number"
                ),
            )),
            Scan::Other(_) if text.chars().count() > 60 => {
                Err(Error::field("tag", "use at most 60 characters"))
            }
            Scan::Other(_) if text.chars().any(char::is_control) => {
                Err(Error::field("tag", "this holds characters that cannot be shown; type it again"))
            }
            Scan::Other(_) => Ok((text.to_owned(), TagKind::Existing)),
        },
    }
}
