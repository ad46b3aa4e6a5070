//! Whether the parts of an asset belong together: customer, site, place, parent, category and model.

use store::assets::{self, AssetFields};
use store::categories::{Category, find_category};
use store::models::{Model, find_model_by_name};
use store::places::find_place;
use store::sites::{Site, find_site};
use store::{AnyConnection, Scope};

use crate::error::{Error, Result};

/// How deep assets may belong to assets.
const DEEPEST: usize = 10;

/// What an asset's ids were found to be.
#[derive(Debug)]
pub struct Ground {
    /// The site.
    pub site: Site,
    /// The category.
    pub category: Category,
    /// The model of this make and name, if it is one of the category.
    pub model: Option<Model>,
}

/// Finds what the fields name, each within the scope, and makes sure that it is one customer's.
///
/// # Errors
/// Not found for anything outside the scope; a field error where parts do not belong together.
pub fn find_ground(
    conn: &mut AnyConnection,
    scope: &Scope,
    (customer_id, id): (i64, Option<i64>),
    fields: &AssetFields,
) -> Result<Ground> {
    let site = find_site(conn, scope, fields.site_id)?;
    if site.customer_id != customer_id {
        return Err(Error::field(
            "site",
            "this site belongs to another customer; choose one of this customer",
        ));
    }
    if let Some(place) = fields.place_id
        && find_place(conn, scope, place)?.site_id != site.id
    {
        return Err(Error::field("place", "this place is on another site; choose one of this site"));
    }
    check_parent(conn, scope, (customer_id, id), fields.parent_id)?;
    let category = find_category(conn, fields.category_id)?;
    let model = find_model_by_name(conn, &fields.make, &fields.model)?;
    Ok(Ground { site, model: model.filter(|model| model.category_id == category.id), category })
}

fn check_parent(
    conn: &mut AnyConnection,
    scope: &Scope,
    (customer_id, id): (i64, Option<i64>),
    parent_id: Option<i64>,
) -> Result<()> {
    let mut next = parent_id;
    for _ in 0..DEEPEST {
        let Some(parent_id) = next else { return Ok(()) };
        if id == Some(parent_id) {
            return Err(Error::field("parent", "an asset cannot belong to itself, nor to a part of itself"));
        }
        let parent = assets::find_asset(conn, scope, parent_id)?;
        if parent.customer_id != customer_id {
            return Err(Error::field("parent", "that asset belongs to another customer"));
        }
        next = parent.parent_id;
    }
    Err(Error::field("parent", format!("assets belong to assets at most {DEEPEST} deep")))
}
