//! Adding and changing the places of a site.

use std::collections::BTreeMap;

use domain::equipment::Environment;
use domain::event::Event;
use domain::permission::{EditRegister, ViewRegister};
use domain::place::{JOIN, check_name, compare_names, read_outline};
use store::places::{self, Place, PlaceFields};
use store::sites::{self, Site};
use store::types::Coded;
use store::under::Under;
use store::{Right, Tx, counts};

use crate::actions::ripple::{self, Ripple};
use crate::app::App;
use crate::error::{Error, Result};

/// A place as it stands in the tree of its site.
#[derive(Debug, Clone)]
pub struct PlaceInTree {
    /// The place.
    pub place: Place,
    /// How many places it is in.
    pub depth: usize,
    /// How many assets are in it and in the places within.
    pub assets: i64,
    /// The environment that holds here: its own, or that of the nearest place around it.
    pub environment: Option<Environment>,
}

impl PlaceInTree {
    /// Whether the environment is that of a place around it.
    pub fn inherits(&self) -> bool {
        self.place.environment.is_none()
    }
}

/// The places of a site, each after the one it is in, neighbours in the order in which people count.
///
/// # Errors
/// Not found, also when outside the scope.
pub fn list_tree(app: &App, right: &Right<ViewRegister>, site_id: i64) -> Result<Vec<PlaceInTree>> {
    app.store.read(|conn| {
        sites::find_site(conn, right.scope(), site_id)?;
        let all = places::list_places(conn, right.scope(), site_id)?;
        let counts = counts::count_assets_by_place(conn, &all)?;
        let mut inside: BTreeMap<Option<i64>, Vec<Place>> = BTreeMap::new();
        for place in all {
            inside.entry(place.parent_id).or_default().push(place);
        }
        for places in inside.values_mut() {
            places.sort_by(|a, b| compare_names(&a.name, &b.name));
        }
        let mut tree = vec![];
        grow(&inside, &counts, (None, 0, None), &mut tree);
        Ok(tree)
    })
}

/// Adds the places inside one to the tree; gives the number of assets in them.
fn grow(
    inside: &BTreeMap<Option<i64>, Vec<Place>>,
    counts: &BTreeMap<i64, i64>,
    (parent, depth, around): (Option<i64>, usize, Option<Environment>),
    tree: &mut Vec<PlaceInTree>,
) -> i64 {
    let mut sum = 0;
    for place in inside.get(&parent).into_iter().flatten() {
        let environment = place.environment.map(|coded| coded.0).or(around);
        let at = tree.len();
        let own = counts.get(&place.id).copied().unwrap_or(0);
        tree.push(PlaceInTree { place: place.clone(), depth, assets: own, environment });
        let assets = own + grow(inside, counts, (Some(place.id), depth + 1, environment), tree);
        tree[at].assets = assets;
        sum += assets;
    }
    sum
}

/// One place and its site.
///
/// # Errors
/// Not found, also when outside the scope.
pub fn find_place(app: &App, right: &Right<ViewRegister>, id: i64) -> Result<(Place, Site)> {
    app.store.read(|conn| {
        let place = places::find_place(conn, right.scope(), id)?;
        let site = sites::find_site(conn, right.scope(), place.site_id)?;
        Ok((place, site))
    })
}

/// Adds places written one a line, nested by indentation or " / ", within a place where one is given.
/// The environment is that of the outermost new ones; those within go by it. Gives how many are new.
///
/// # Errors
/// Not found; a field error for the outline, or when all are there already.
pub fn add_places(
    app: &App,
    right: &Right<EditRegister>,
    (site_id, parent_id): (i64, Option<i64>),
    (outline, environment): (&str, Option<Environment>),
) -> Result<usize> {
    let paths = read_outline(outline).map_err(|why| Error::field("names", why))?;
    app.store.write(right.actor(), |tx| {
        let site = sites::find_site(tx, right.scope(), site_id)?;
        let parent = parent_id.map(|id| places::find_place(tx, right.scope(), id)).transpose()?;
        if parent.as_ref().is_some_and(|place| place.site_id != site_id) {
            return Err(Error::NotFound("place".to_owned()));
        }
        let known = places::list_places(tx, right.scope(), site_id)?;
        let mut known: BTreeMap<String, Place> =
            known.into_iter().map(|place| (place.path.clone(), place)).collect();
        let mut events = vec![];
        for path in paths {
            events.extend(add_one(tx, &site, parent.as_ref(), &path, environment, &mut known)?);
        }
        match events.len() {
            0 => Err(Error::field("names", "name at least one place that is not there already")),
            new => Ok((new, events)),
        }
    })
}

fn add_one(
    tx: &mut Tx,
    site: &Site,
    parent: Option<&Place>,
    path: &[String],
    environment: Option<Environment>,
    known: &mut BTreeMap<String, Place>,
) -> Result<Option<Event>> {
    let top = parent.map(|place| place.path.clone());
    let full = |names: &[String]| {
        top.iter().map(String::as_str).chain(names.iter().map(String::as_str)).collect::<Vec<_>>().join(JOIN)
    };
    let whole = full(path);
    let Some((name, outer)) = path.split_last().filter(|_| !known.contains_key(&whole)) else {
        return Ok(None);
    };
    let around = if outer.is_empty() { parent } else { known.get(&full(outer)) };
    let environment = environment.filter(|_| outer.is_empty());
    let fields = PlaceFields { name: name.clone(), environment, archived: false };
    let ids = (site.customer_id, site.id);
    let id = places::insert_place(tx, ids, around, &fields)?;
    let event = Event::new("place", id, "added").of_customer(site.customer_id).change("path", "", &whole);
    let place = Place {
        id,
        customer_id: site.customer_id,
        site_id: site.id,
        parent_id: around.map(|place| place.id),
        name: name.clone(),
        path: whole.clone(),
        environment: environment.map(Coded),
        archived: false,
        version: 1,
    };
    known.insert(whole, place);
    Ok(Some(event))
}

/// Changes a place that was read at `version`.
///
/// # Errors
/// Not found, stale, or a conflict when there is such a place; a field error for what cannot be a name.
pub fn change_place(
    app: &App,
    right: &Right<EditRegister>,
    (id, version): (i64, i64),
    fields: &PlaceFields,
) -> Result<i64> {
    check_name(&fields.name).map_err(|why| Error::field("name", why))?;
    let (site_id, rest) = app.store.write(right.actor(), |tx| {
        let old = places::find_place(tx, right.scope(), id)?;
        places::update_place(tx, &old, version, fields)?;
        let new = places::find_place(tx, right.scope(), id)?;
        let under = Under::place(tx, &new)?;
        let (words, dues) = (old.path != new.path, old.environment != new.environment);
        let rest = ripple::start(tx, Ripple { under, words, dues })?;
        let event = Event::new("place", id, "changed")
            .of_customer(old.customer_id)
            .change("path", &old.path, &new.path)
            .change("environment", label(&old), label(&new))
            .change("archived", old.archived, fields.archived);
        Ok::<_, Error>(((old.site_id, rest), vec![event]))
    })?;
    ripple::finish(app, rest)?;
    Ok(site_id)
}

fn label(place: &Place) -> &'static str {
    place.environment.map_or("", |coded| domain::code::Code::label(coded.0))
}
