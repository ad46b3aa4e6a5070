//! Lists of assets that stay quick at a million: every page is a walk along an index.
//!
//! Words and facets narrow through the search index, newest first. For another order there are two ways: few hits
//! are sorted among themselves; many are met often enough by walking the order's own index and looking at each.

use chrono::NaiveDate;
use diesel::prelude::*;
use domain::asset::{Lifecycle, Status};
use domain::search_text::Term;
use domain::verdict::Verdict;

use crate::access::Scope;
use crate::error::{Error, Result};
use crate::places::{JOIN, find_place};
use crate::portable::AnyConnection;
use crate::schema::{assets, categories, customers, places, sites};
use crate::search::{Facet, Index, Search, find_documents};
use crate::types::Coded;

/// Up to so many hits are sorted among themselves.
const FEW: i64 = 4000;
/// Counting stops here: "1000+" says enough.
pub const MOST_COUNTED: usize = 1000;

/// In which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// The newest first.
    #[default]
    Newest,
    /// What falls due first, then what falls due never.
    Due,
    /// By description.
    Description,
}

/// Which assets.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Words, from `domain::search_text`.
    pub words: Vec<Term>,
    /// A customer.
    pub customer_id: Option<i64>,
    /// A site.
    pub site_id: Option<i64>,
    /// Only these sites; none for all.
    pub sites: Option<Vec<i64>>,
    /// A place and everything in it.
    pub place_id: Option<i64>,
    /// A category.
    pub category_id: Option<i64>,
    /// The status shown.
    pub status: Option<Status>,
    /// What falls due on this day or before.
    pub due_before: Option<NaiveDate>,
}

/// An asset in a list.
#[derive(Debug, Clone, HasQuery)]
#[diesel(table_name = assets)]
pub struct ListedAsset {
    /// Id.
    pub id: i64,
    /// Whose it is.
    pub customer_id: i64,
    /// The site.
    pub site_id: i64,
    /// The place.
    pub place_id: Option<i64>,
    /// The category.
    pub category_id: i64,
    /// The active tag.
    pub tag: String,
    /// The customer's own number.
    pub customer_number: Option<String>,
    /// What it is.
    pub description: String,
    /// Make.
    pub make: String,
    /// Model.
    pub model: String,
    /// Serial number.
    pub serial: String,
    /// Where it is in its life.
    pub lifecycle: Coded<Lifecycle>,
    /// Why it is locked, if it is.
    pub lock_cause: Option<String>,
    /// Verdict of the last test.
    pub last_verdict: Option<Coded<Verdict>>,
    /// The first day on which something falls due.
    pub due_on: Option<NaiveDate>,
    /// Version for concurrent edits.
    pub version: i64,
}

impl ListedAsset {
    /// What people are shown.
    pub fn status(&self) -> Status {
        Status::of(self.lifecycle.0, self.lock_cause.is_some())
    }
}

/// A page of a list.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The assets.
    pub items: Vec<ListedAsset>,
    /// Where the next page begins, if there is one.
    pub next: Option<i64>,
    /// Whether only the newest hits were sorted, since there are very many.
    pub partly: bool,
}

/// A page of the assets within the scope, after the one with the id `cursor`.
///
/// # Errors
/// [`Error::NotFound`] for a place or cursor outside the scope.
pub fn list_assets(
    conn: &mut AnyConnection,
    scope: &Scope,
    filter: &Filter,
    page: (Order, Option<i64>, usize),
) -> Result<Listed> {
    list_beyond(conn, scope, filter, page, FEW)
}

/// As [`list_assets`], with another idea of how many hits are few; tests look at the walks with it.
///
/// # Errors
/// As [`list_assets`].
#[doc(hidden)]
pub fn list_beyond(
    conn: &mut AnyConnection,
    scope: &Scope,
    filter: &Filter,
    (order, cursor, limit): (Order, Option<i64>, usize),
    few_at_most: i64,
) -> Result<Listed> {
    let search = search_of(scope, filter);
    let empty_search = search.words.is_empty() && search.facets.is_empty();
    let mut partly = false;
    let mut ids = None;
    if order == Order::Newest && filter.due_before.is_none() {
        if !empty_search {
            ids = Some(find_documents(conn, Index::Assets, &search, (cursor, fetch(limit)))?);
        }
    } else if !empty_search {
        let mut few = find_documents(conn, Index::Assets, &search, (None, few_at_most + 1))?;
        let most = usize::try_from(few_at_most).unwrap_or(usize::MAX);
        let many = few.len() > most;
        if !many || !filter.words.is_empty() {
            few.truncate(most);
            partly = many;
            ids = Some(few);
        }
    }
    let mut walk = Walk::new(conn, scope, filter, ids)?;
    if order != Order::Due && walk.ids.is_none() && filter.due_before.is_some() {
        walk.narrow_by_due(conn, few_at_most)?;
    }
    let mut items = walk.page(conn, order, cursor, limit)?;
    let more = items.len() > limit;
    items.truncate(limit);
    let next = items.last().map(|last| last.id).filter(|_| more);
    Ok(Listed { items, next, partly })
}

/// How many there are, up to one more than [`MOST_COUNTED`].
///
/// # Errors
/// As [`list_assets`].
pub fn count_assets(conn: &mut AnyConnection, scope: &Scope, filter: &Filter) -> Result<usize> {
    let search = search_of(scope, filter);
    let empty_search = search.words.is_empty() && search.facets.is_empty();
    if filter.due_before.is_none() && !empty_search {
        let most = MOST_COUNTED as i64 + 1;
        return Ok(find_documents(conn, Index::Assets, &search, (None, most))?.len());
    }
    // With a facet the search index knows the few sooner than a walk meets them.
    if empty_search {
        return Walk::new(conn, scope, filter, None)?.count(conn);
    }
    let listed = list_assets(conn, scope, filter, (Order::Due, None, MOST_COUNTED))?;
    Ok(listed.items.len() + usize::from(listed.next.is_some()))
}

/// Every id that matches, newest first, at most `most`.
///
/// # Errors
/// As [`list_assets`].
pub fn list_ids(conn: &mut AnyConnection, scope: &Scope, filter: &Filter, most: usize) -> Result<Vec<i64>> {
    let listed = list_assets(conn, scope, filter, (Order::Newest, None, most))?;
    Ok(listed.items.into_iter().map(|item| item.id).collect())
}

fn fetch(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX - 1) + 1
}

fn search_of(scope: &Scope, filter: &Filter) -> Search {
    let mut facets: Vec<Vec<Facet>> = vec![];
    if let Some(ids) = scope.customers() {
        // An empty group would match nothing in one database and break the other: no customer has the id 0.
        let ids = if ids.is_empty() { &[0] } else { ids };
        facets.push(ids.iter().map(|id| Facet::Customer(*id)).collect());
    }
    facets.extend(filter.customer_id.map(|id| vec![Facet::Customer(id)]));
    facets.extend(filter.site_id.map(|id| vec![Facet::Site(id)]));
    if let Some(ids) = &filter.sites {
        let ids = if ids.is_empty() { &[0][..] } else { ids };
        facets.push(ids.iter().map(|id| Facet::Site(*id)).collect());
    }
    facets.extend(filter.place_id.map(|id| vec![Facet::Place(id)]));
    facets.extend(filter.category_id.map(|id| vec![Facet::Category(id)]));
    facets.extend(filter.status.map(|status| vec![Facet::Status(status)]));
    Search { words: filter.words.clone(), any: false, facets }
}

/// What a walk looks at.
struct Walk {
    ids: Option<Vec<i64>>,
    scope: Scope,
    /// One walk for each: an index that begins with the customer is in order for one customer only.
    customers: Vec<Option<i64>>,
    site_id: Option<i64>,
    sites: Option<Vec<i64>>,
    places: Option<Vec<i64>>,
    category_id: Option<i64>,
    status: Option<Status>,
    due_before: Option<NaiveDate>,
}

type Boxed<'a> = assets::BoxedQuery<'a, crate::portable::MultiBackend>;

impl Walk {
    fn new(conn: &mut AnyConnection, scope: &Scope, filter: &Filter, ids: Option<Vec<i64>>) -> Result<Self> {
        let customers = match (filter.customer_id, scope.customers()) {
            // The search index keeps to the scope; what it found is looked at once more, in one go.
            _ if ids.is_some() => vec![None],
            (Some(id), _) => vec![Some(id).filter(|id| scope.holds(*id)).or(Some(0))],
            (None, None) => vec![None],
            (None, Some(all)) => all.iter().copied().map(Some).collect(),
        };
        // A large place is met often enough along its site's own order.
        let (places, site_of_place) = match filter.place_id {
            Some(id) if ids.is_none() => {
                let (site_id, within) = place_and_within(conn, scope, id)?;
                (Some(within), Some(site_id))
            }
            _ => (None, None),
        };
        let Filter { site_id, category_id, status, due_before, .. } = *filter;
        let (scope, sites) = (scope.clone(), filter.sites.clone());
        let site_id = site_id.or(site_of_place);
        Ok(Self { ids, scope, customers, site_id, sites, places, category_id, status, due_before })
    }

    fn page(
        &self,
        conn: &mut AnyConnection,
        order: Order,
        cursor: Option<i64>,
        limit: usize,
    ) -> Result<Vec<ListedAsset>> {
        let last = match cursor {
            Some(id) if order != Order::Newest => Some(self.last(conn, id)?),
            _ => None,
        };
        let mut found = vec![];
        for customer in &self.customers {
            match order {
                Order::Newest => found.extend(self.newest(conn, *customer, cursor, limit)?),
                Order::Due => found.extend(self.due(conn, *customer, last.as_ref(), limit)?),
                Order::Description => found.extend(self.described(conn, *customer, last.as_ref(), limit)?),
            }
        }
        let site = |id: i64| self.sites.as_ref().is_none_or(|ids| ids.contains(&id));
        found.retain(|item| self.scope.holds(item.customer_id) && site(item.site_id));
        match order {
            Order::Newest => found.sort_by_key(|item| std::cmp::Reverse(item.id)),
            Order::Due => found.sort_by_key(|item| (item.due_on.is_none(), item.due_on, item.id)),
            // The databases' own order stands where one walk gave it: theirs may differ from ours.
            Order::Description if self.customers.len() > 1 => {
                found.sort_by(|a, b| (&a.description, a.id).cmp(&(&b.description, b.id)))
            }
            Order::Description => {}
        }
        Ok(found)
    }

    /// How many there are, up to one more than [`MOST_COUNTED`]; only their ids are read.
    fn count(&self, conn: &mut AnyConnection) -> Result<usize> {
        let most = MOST_COUNTED as i64 + 1;
        let mut found = 0;
        for customer in &self.customers {
            let query = self.base(*customer).select(assets::id).limit(most);
            found += match self.due_before {
                Some(_) => query.order((assets::due_on, assets::id)).load::<i64>(conn)?.len(),
                None => query.order(assets::id.desc()).load::<i64>(conn)?.len(),
            };
        }
        Ok(found.min(MOST_COUNTED + 1))
    }

    /// The asset that the page before ended with.
    fn last(&self, conn: &mut AnyConnection, id: i64) -> Result<ListedAsset> {
        let item: Option<ListedAsset> =
            ListedAsset::query().filter(assets::id.eq(id)).first(conn).optional()?;
        let within = |item: &ListedAsset| {
            let site = self.sites.as_ref().is_none_or(|ids| ids.contains(&item.site_id));
            site && self.scope.holds(item.customer_id)
        };
        item.filter(within).ok_or(Error::NotFound("page of this list"))
    }

    fn base(&self, customer: Option<i64>) -> Boxed<'static> {
        let mut query: Boxed<'static> = assets::table.into_boxed();
        if let Some(day) = self.due_before {
            query = query.filter(assets::due_on.le(day));
        }
        if let Some(id) = customer {
            query = query.filter(assets::customer_id.eq(id));
        }
        // The search index has looked at the rest; said again, it would tempt the database to another index.
        if let Some(ids) = &self.ids {
            return query.filter(assets::id.eq_any(ids.clone()));
        }
        if let Some(id) = self.site_id {
            query = query.filter(assets::site_id.eq(id));
        }
        if let Some(ids) = &self.sites {
            query = query.filter(assets::site_id.eq_any(ids.clone()));
        }
        if let Some(ids) = &self.places {
            query = query.filter((assets::place_id + 0).eq_any(ids.clone()));
        }
        // These are looked at on the way, never walked along: "in service" is nearly everything, and would have to be sorted.
        if let Some(id) = self.category_id {
            query = query.filter((assets::category_id + 0).eq(id));
        }
        match self.status {
            None => query,
            Some(Status::Quarantined) => query.filter(assets::lock_cause.is_not_null()),
            Some(status) => query
                .filter(assets::lock_cause.is_null())
                .filter(assets::lifecycle.concat("").eq(code(status))),
        }
    }

    /// Where few fall due before the day, they are what is looked at.
    fn narrow_by_due(&mut self, conn: &mut AnyConnection, few_at_most: i64) -> Result<()> {
        let mut ids: Vec<i64> = vec![];
        for customer in &self.customers {
            let query = self.base(*customer).select(assets::id).order((assets::due_on, assets::id));
            ids.extend(query.limit(few_at_most + 1).load::<i64>(conn)?);
        }
        if i64::try_from(ids.len()).is_ok_and(|found| found <= few_at_most) {
            self.ids = Some(ids);
        }
        Ok(())
    }

    fn newest(
        &self,
        conn: &mut AnyConnection,
        customer: Option<i64>,
        cursor: Option<i64>,
        limit: usize,
    ) -> Result<Vec<ListedAsset>> {
        let before = cursor.unwrap_or(i64::MAX);
        let query = self.base(customer).filter(assets::id.lt(before)).order(assets::id.desc());
        Ok(query.limit(fetch(limit)).select(ListedAsset::as_select()).load(conn)?)
    }

    fn due(
        &self,
        conn: &mut AnyConnection,
        customer: Option<i64>,
        last: Option<&ListedAsset>,
        limit: usize,
    ) -> Result<Vec<ListedAsset>> {
        let mut found = vec![];
        // What is locked or out of use falls due never: looking for it among a million dates finds nothing.
        let falls_due = matches!(self.status, None | Some(Status::InService | Status::InStore));
        if falls_due && last.is_none_or(|last| last.due_on.is_some()) {
            let mut query = self.base(customer).filter(assets::due_on.is_not_null());
            if let Some((due, id)) = last.and_then(|last| Some((last.due_on?, last.id))) {
                let after = assets::due_on.gt(due).or(assets::due_on.eq(due).and(assets::id.gt(id)));
                query = query.filter(assets::due_on.ge(due)).filter(after.assume_not_null());
            }
            found = query
                .order((assets::due_on, assets::id))
                .limit(fetch(limit))
                .select(ListedAsset::as_select())
                .load(conn)?;
        }
        if found.len() <= limit && self.due_before.is_none() {
            let after = last.filter(|last| last.due_on.is_none()).map_or(0, |last| last.id);
            let query = self.base(customer).filter(assets::due_on.is_null()).filter(assets::id.gt(after));
            let rest: Vec<ListedAsset> =
                query.order(assets::id).limit(fetch(limit)).select(ListedAsset::as_select()).load(conn)?;
            found.extend(rest);
        }
        Ok(found)
    }

    fn described(
        &self,
        conn: &mut AnyConnection,
        customer: Option<i64>,
        last: Option<&ListedAsset>,
        limit: usize,
    ) -> Result<Vec<ListedAsset>> {
        let mut query = self.base(customer);
        if let Some(last) = last {
            let same = assets::description.eq(last.description.clone()).and(assets::id.gt(last.id));
            query = query
                .filter(assets::description.ge(last.description.clone()))
                .filter(assets::description.gt(last.description.clone()).or(same));
        }
        Ok(query
            .order((assets::description, assets::id))
            .limit(fetch(limit))
            .select(ListedAsset::as_select())
            .load(conn)?)
    }
}

fn code(status: Status) -> &'static str {
    domain::code::Code::code(status)
}

/// The site of a place, and the place with all places within it.
fn place_and_within(conn: &mut AnyConnection, scope: &Scope, id: i64) -> Result<(i64, Vec<i64>)> {
    let place = find_place(conn, scope, id)?;
    let inner = format!("{}{JOIN}", place.path);
    let all: Vec<(i64, String)> = places::table
        .filter(places::site_id.eq(place.site_id))
        .select((places::id, places::path))
        .load(conn)?;
    let within = all.into_iter().filter(|(other, path)| *other == id || path.starts_with(&inner));
    Ok((place.site_id, within.map(|(id, _)| id).collect()))
}

/// The names of what a page of a list stands in: customers, sites, places and categories, by id.
#[derive(Debug, Clone, Default)]
pub struct ListNames {
    /// Customers.
    pub customers: Vec<(i64, String)>,
    /// Sites.
    pub sites: Vec<(i64, String)>,
    /// Places, by their paths.
    pub places: Vec<(i64, String)>,
    /// Categories.
    pub categories: Vec<(i64, String)>,
}

impl ListNames {
    /// Looks up the names for a page of assets.
    ///
    /// # Errors
    /// The database's.
    pub fn of(conn: &mut AnyConnection, items: &[ListedAsset]) -> Result<Self> {
        let ids = |of: fn(&ListedAsset) -> Option<i64>| {
            let mut ids: Vec<i64> = items.iter().filter_map(of).collect();
            ids.sort_unstable();
            ids.dedup();
            ids
        };
        Ok(Self {
            customers: customers::table
                .filter(customers::id.eq_any(ids(|a| Some(a.customer_id))))
                .select((customers::id, customers::name))
                .load(conn)?,
            sites: sites::table
                .filter(sites::id.eq_any(ids(|a| Some(a.site_id))))
                .select((sites::id, sites::name))
                .load(conn)?,
            places: places::table
                .filter(places::id.eq_any(ids(|a| a.place_id)))
                .select((places::id, places::path))
                .load(conn)?,
            categories: categories::table
                .filter(categories::id.eq_any(ids(|a| Some(a.category_id))))
                .select((categories::id, categories::name))
                .load(conn)?,
        })
    }

    /// The name with this id among some names.
    pub fn name(names: &[(i64, String)], id: Option<i64>) -> &str {
        id.and_then(|id| names.iter().find(|(other, _)| *other == id)).map_or("", |(_, name)| name)
    }
}
