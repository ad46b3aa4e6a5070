//! The search document of an asset: its words, and the facets by which lists are narrowed.

use diesel::prelude::*;
use domain::asset::Status;
use domain::search_text;

use super::names::{AssetNames, names_of};
use super::{Asset, AssetFields};
use crate::error::{Error, Result};
use crate::places::place_and_above;
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
    let codes = codes.iter().map(String::as_str).chain([asset.tag.as_str()]);
    let words = search_words(&asset.fields(), &asset.custodian, &names, codes);
    let ids = (asset.customer_id, asset.site_id, asset.category_id);
    let facets = search_facets(ids, asset.status(), places.iter().map(|place| place.id));
    index_asset(conn, id, &words, &facets)
}

/// The words by which somebody would look for an asset; `codes` are its tags, old ones too.
pub fn search_words<'a>(
    fields: &'a AssetFields,
    custodian: &'a str,
    names: &'a AssetNames,
    codes: impl IntoIterator<Item = &'a str>,
) -> String {
    let own = [
        fields.description.as_str(),
        &fields.make,
        &fields.model,
        &fields.serial,
        fields.customer_number.as_deref().unwrap_or_default(),
        custodian,
        &names.category,
        &names.customer,
        &names.site,
        names.place.as_deref().unwrap_or_default(),
    ];
    search_text::document(own.into_iter().chain(codes))
}

/// The facets of an asset: customer, site and category, its status, its place and those above.
pub fn search_facets(
    (customer_id, site_id, category_id): (i64, i64, i64),
    status: Status,
    places: impl IntoIterator<Item = i64>,
) -> Vec<Facet> {
    let mut facets = vec![
        Facet::Customer(customer_id),
        Facet::Site(site_id),
        Facet::Category(category_id),
        Facet::Status(status),
    ];
    facets.extend(places.into_iter().map(Facet::Place));
    facets
}
