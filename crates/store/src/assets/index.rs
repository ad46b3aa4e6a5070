//! The search document of an asset: its words, and the facets by which lists are narrowed.

use diesel::prelude::*;
use domain::search_text;

use super::Asset;
use super::names::{AssetNames, names_of};
use crate::error::{Error, Result};
use crate::places::{Place, place_and_above};
use crate::portable::AnyConnection;
use crate::schema::{assets, tags};
use crate::search::{Facet, index_asset};

/// Writes an asset's search document anew: after any change of its fields, tags, lock or place.
///
/// # Errors
/// [`Error::NotFound`] when there is no such asset.
pub fn reindex_asset(conn: &mut AnyConnection, id: i64) -> Result<()> {
    let asset: Asset =
        Asset::query().filter(assets::id.eq(id)).first(conn).optional()?.ok_or(Error::NotFound("asset"))?;
    let names = names_of(conn, &asset)?;
    let codes: Vec<String> =
        tags::table.filter(tags::asset_id.eq(id)).select(tags::code).order(tags::id).load(conn)?;
    let places = match asset.place_id {
        Some(place) => place_and_above(conn, place)?,
        None => vec![],
    };
    index_asset(conn, id, &words(&asset, &names, &codes), &facets(&asset, &places))
}

/// The words by which somebody would look for an asset.
fn words(asset: &Asset, names: &AssetNames, codes: &[String]) -> String {
    let own = [
        asset.description.as_str(),
        &asset.make,
        &asset.model,
        &asset.serial,
        asset.customer_number.as_deref().unwrap_or_default(),
        &asset.custodian,
        &names.category,
        &names.customer,
        &names.site,
        names.place.as_deref().unwrap_or_default(),
        &asset.tag,
    ];
    search_text::document(own.into_iter().chain(codes.iter().map(String::as_str)))
}

fn facets(asset: &Asset, places: &[Place]) -> Vec<Facet> {
    let mut facets = vec![
        Facet::Customer(asset.customer_id),
        Facet::Site(asset.site_id),
        Facet::Category(asset.category_id),
        Facet::Status(asset.status()),
    ];
    facets.extend(places.iter().map(|place| Facet::Place(place.id)));
    facets
}
