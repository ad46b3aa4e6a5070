//! Places: a tree within a site, from buildings down to rooms.

use diesel::prelude::*;
use domain::equipment::Environment;

use crate::access::Scope;
use crate::each_backend;
use crate::error::{Error, Result, taken};
use crate::portable::AnyConnection;
use crate::schema::places;
use crate::types::Coded;
use crate::{Tx, in_scope};

/// A place.
#[derive(Debug, Clone, HasQuery)]
#[diesel(table_name = places)]
pub struct Place {
    /// Id.
    pub id: i64,
    /// Whose it is.
    pub customer_id: i64,
    /// The site.
    pub site_id: i64,
    /// The place it is in.
    pub parent_id: Option<i64>,
    /// Name.
    pub name: String,
    /// Names from the top, joined by " / ".
    pub path: String,
    /// What the place is used for.
    pub environment: Option<Coded<Environment>>,
    /// Whether it is no longer used.
    pub archived: bool,
    /// Version for concurrent edits.
    pub version: i64,
}

pub use domain::place::JOIN;

/// A place to be added or changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceFields {
    /// Name, without the join of paths in it.
    pub name: String,
    /// What it is used for; none to go by the place it is in.
    pub environment: Option<Environment>,
    /// Whether it is no longer used.
    pub archived: bool,
}

/// The places of a site, each after the one it is in.
///
/// # Errors
/// The database's.
pub fn list_places(conn: &mut AnyConnection, scope: &Scope, site_id: i64) -> Result<Vec<Place>> {
    let query = in_scope!(Place::query().into_boxed(), scope, places::customer_id);
    Ok(query.filter(places::site_id.eq(site_id)).order(places::path).load(conn)?)
}

/// Finds a place.
///
/// # Errors
/// [`Error::NotFound`] when there is none, or none within the scope.
pub fn find_place(conn: &mut AnyConnection, scope: &Scope, id: i64) -> Result<Place> {
    let query = in_scope!(Place::query().into_boxed(), scope, places::customer_id);
    query.filter(places::id.eq(id)).first(conn).optional()?.ok_or(Error::NotFound("place"))
}

/// Finds a place of a site by its path.
///
/// # Errors
/// [`Error::NotFound`] when there is none, or none within the scope.
pub fn find_place_by_path(
    conn: &mut AnyConnection,
    scope: &Scope,
    site_id: i64,
    path: &str,
) -> Result<Place> {
    let query = in_scope!(Place::query().into_boxed(), scope, places::customer_id);
    let query = query.filter(places::site_id.eq(site_id).and(places::path.eq(path)));
    query.first(conn).optional()?.ok_or(Error::NotFound("place"))
}

/// A place and every place it is in, itself first: for its environment and for the search index.
///
/// # Errors
/// The database's.
pub fn place_and_above(conn: &mut AnyConnection, id: i64) -> Result<Vec<Place>> {
    let mut found = vec![];
    let mut next = Some(id);
    while let Some(id) = next.filter(|id| !found.iter().any(|place: &Place| place.id == *id)) {
        let place = each_backend!(conn, c => Place::query().filter(places::id.eq(id)).first(c).optional())?;
        let Some(place) = place else { break };
        next = place.parent_id;
        found.push(place);
    }
    Ok(found)
}

/// Adds a place to a site, within another place where one is given; both found within the scope by the caller.
///
/// # Errors
/// [`Error::Taken`] when there is such a place.
pub fn insert_place(
    tx: &mut Tx,
    (customer_id, site_id): (i64, i64),
    parent: Option<&Place>,
    fields: &PlaceFields,
) -> Result<i64> {
    let path = path_of(parent, &fields.name);
    let insert = diesel::insert_into(places::table)
        .values((
            places::customer_id.eq(customer_id),
            places::site_id.eq(site_id),
            places::parent_id.eq(parent.map(|place| place.id)),
            places::name.eq(&fields.name),
            places::path.eq(&path),
            places::environment.eq(fields.environment.map(Coded)),
            places::archived.eq(fields.archived),
        ))
        .returning(places::id)
        .get_result(&mut **tx);
    taken(insert, || format!("there is a place \"{path}\" already"))
}

/// Renames or changes a place, and the paths of those within it.
///
/// # Errors
/// [`Error::Stale`] when it was changed meanwhile, [`Error::Taken`] when there is such a place.
pub fn update_place(tx: &mut Tx, place: &Place, version: i64, fields: &PlaceFields) -> Result<()> {
    let parent = match place.parent_id {
        Some(id) => Some(Place::query().filter(places::id.eq(id)).first(&mut **tx)?),
        None => None,
    };
    let path = path_of(parent.as_ref(), &fields.name);
    let target = places::table.filter(places::id.eq(place.id).and(places::version.eq(version)));
    let update = diesel::update(target)
        .set((
            places::name.eq(&fields.name),
            places::path.eq(&path),
            places::environment.eq(fields.environment.map(Coded)),
            places::archived.eq(fields.archived),
            places::version.eq(version + 1),
        ))
        .execute(&mut **tx);
    if taken(update, || format!("there is a place \"{path}\" already"))? == 0 {
        return Err(Error::Stale("place"));
    }
    move_paths(tx, place, &path)
}

fn move_paths(tx: &mut Tx, place: &Place, path: &str) -> Result<()> {
    let inner = format!("{}{JOIN}", place.path);
    let all: Vec<(i64, String)> = places::table
        .filter(places::site_id.eq(place.site_id))
        .select((places::id, places::path))
        .load(&mut **tx)?;
    for (id, old) in all {
        if let Some(rest) = old.strip_prefix(&inner) {
            let new = format!("{path}{JOIN}{rest}");
            diesel::update(places::table.find(id)).set(places::path.eq(new)).execute(&mut **tx)?;
        }
    }
    Ok(())
}

fn path_of(parent: Option<&Place>, name: &str) -> String {
    parent.map_or_else(|| name.to_owned(), |parent| format!("{}{JOIN}{name}", parent.path))
}
