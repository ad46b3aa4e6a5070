//! The search document of an asset: its words, and the facets by which lists are narrowed.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use diesel::prelude::*;
use domain::asset::Status;
use domain::search_text;

use super::names::{AssetNames, names_of};
use super::{Asset, AssetFields};
use crate::error::{Error, Result};
use crate::places::place_and_above;
use crate::portable::AnyConnection;
use crate::schema::{assets, categories, customers, places, sites, tags};
use crate::search::{Facet, Index, expect_many, index_document, index_new, tidy};

/// Writes an asset's search document anew: after any change of its fields, tags, lock or place.
///
/// # Errors
/// [`Error::NotFound`] when there is no such asset.
pub fn reindex_asset(conn: &mut AnyConnection, id: i64) -> Result<()> {
    reindex_assets(conn, &[id])
}

/// Writes the search documents of some assets, each named once, anew; what they have in common is looked up once.
///
/// # Errors
/// [`Error::NotFound`] when one of them does not exist.
pub fn reindex_assets(conn: &mut AnyConnection, ids: &[i64]) -> Result<()> {
    let mut known: HashMap<(i64, i64, Option<i64>), Surroundings> = HashMap::new();
    for ids in ids.chunks(1000) {
        let found: Vec<Asset> = Asset::query().filter(assets::id.eq_any(ids.to_vec())).load(conn)?;
        if found.len() < ids.len() {
            return Err(Error::NotFound("asset"));
        }
        let mut codes = codes_of(conn, ids)?;
        for asset in found {
            let key = (asset.site_id, asset.category_id, asset.place_id);
            let Surroundings { names, places } = match known.entry(key) {
                Entry::Occupied(there) => there.into_mut(),
                Entry::Vacant(place) => place.insert(Surroundings::of(conn, &asset)?),
            };
            let codes = codes.remove(&asset.id).unwrap_or_default();
            let codes = codes.iter().map(String::as_str).chain([asset.tag.as_str()]);
            let words = search_words(&asset.fields(), &asset.custodian, names, codes);
            let ids = (asset.customer_id, asset.site_id, asset.category_id);
            let facets = search_facets(ids, asset.status(), places.iter().copied());
            index_document(conn, Index::Assets, asset.id, (&words, &facets))?;
        }
    }
    Ok(())
}

/// What assets of one site, category and place have in common.
struct Surroundings {
    names: AssetNames,
    places: Vec<i64>,
}

impl Surroundings {
    fn of(conn: &mut AnyConnection, asset: &Asset) -> Result<Self> {
        let places = match asset.place_id {
            Some(place) => place_and_above(conn, place)?,
            None => vec![],
        };
        let places = places.iter().map(|place| place.id).collect();
        Ok(Self { names: names_of(conn, asset)?, places })
    }
}

/// The codes on each of some assets, old ones too, in the order in which they came.
fn codes_of(conn: &mut AnyConnection, ids: &[i64]) -> Result<HashMap<i64, Vec<String>>> {
    let rows: Vec<(Option<i64>, String)> = tags::table
        .filter(tags::asset_id.eq_any(ids.to_vec()))
        .select((tags::asset_id, tags::code))
        .order(tags::id)
        .load(conn)?;
    let mut codes: HashMap<i64, Vec<String>> = HashMap::new();
    for (id, code) in rows {
        codes.entry(id.unwrap_or(0)).or_default().push(code);
    }
    Ok(codes)
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

/// Assets indexed at once.
const PAGE: i64 = 1000;

/// Writes the search documents of all assets into an index that is empty.
///
/// # Errors
/// The database's.
pub fn index_all(conn: &mut AnyConnection) -> Result<()> {
    let names = AllNames::load(conn)?;
    expect_many(conn, Index::Assets)?;
    let mut last = 0;
    loop {
        let page: Vec<Asset> =
            Asset::query().filter(assets::id.gt(last)).order(assets::id).limit(PAGE).load(conn)?;
        let Some(end) = page.last().map(|asset| asset.id) else { break };
        let mut codes: HashMap<i64, Vec<String>> = HashMap::new();
        let found: Vec<(Option<i64>, String)> = tags::table
            .filter(tags::asset_id.gt(last).and(tags::asset_id.le(end)))
            .select((tags::asset_id, tags::code))
            .order(tags::id)
            .load(conn)?;
        for (id, code) in found {
            codes.entry(id.unwrap_or(0)).or_default().push(code);
        }
        let empty = vec![];
        let documents = page.iter().map(|asset| {
            let codes = codes.get(&asset.id).unwrap_or(&empty).iter().map(String::as_str);
            let words = search_words(
                &asset.fields(),
                &asset.custodian,
                &names.of(asset),
                codes.chain([asset.tag.as_str()]),
            );
            let ids = (asset.customer_id, asset.site_id, asset.category_id);
            (asset.id, words, search_facets(ids, asset.status(), names.above(asset.place_id)))
        });
        index_new(conn, Index::Assets, documents.collect())?;
        last = end;
    }
    tidy(conn, Index::Assets)
}

/// Every name that a search document may hold.
struct AllNames {
    customers: HashMap<i64, String>,
    sites: HashMap<i64, String>,
    categories: HashMap<i64, String>,
    places: HashMap<i64, (Option<i64>, String)>,
}

impl AllNames {
    fn load(conn: &mut AnyConnection) -> Result<Self> {
        let named = |rows: Vec<(i64, String)>| rows.into_iter().collect();
        let places: Vec<(i64, Option<i64>, String)> =
            places::table.select((places::id, places::parent_id, places::path)).load(conn)?;
        Ok(Self {
            customers: named(customers::table.select((customers::id, customers::name)).load(conn)?),
            sites: named(sites::table.select((sites::id, sites::name)).load(conn)?),
            categories: named(categories::table.select((categories::id, categories::name)).load(conn)?),
            places: places.into_iter().map(|(id, parent, path)| (id, (parent, path))).collect(),
        })
    }

    fn of(&self, asset: &Asset) -> AssetNames {
        let name = |names: &HashMap<i64, String>, id: i64| names.get(&id).cloned().unwrap_or_default();
        AssetNames {
            customer: name(&self.customers, asset.customer_id),
            site: name(&self.sites, asset.site_id),
            time_zone: String::new(),
            category: name(&self.categories, asset.category_id),
            place: asset.place_id.and_then(|id| self.places.get(&id)).map(|(_, path)| path.clone()),
            parent_tag: None,
        }
    }

    /// A place and those that it is in.
    fn above(&self, place: Option<i64>) -> Vec<i64> {
        let mut found = vec![];
        let mut next = place;
        while let Some(id) = next.filter(|id| !found.contains(id)) {
            found.push(id);
            next = self.places.get(&id).and_then(|(parent, _)| *parent);
        }
        found
    }
}
