//! Links between histories: rows in front of the ledger. Appended, never altered; a further row takes one back.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use diesel::prelude::*;
use domain::asset::Lifecycle;
use domain::history_link::{Homes, Link, LinkKind, NOW};
use domain::standing::Away;

use crate::access::Scope;
use crate::error::{Error, Result, taken};
use crate::ledger::{self, Entry, RowHash};
use crate::portable::AnyConnection;
use crate::schema::{history_links, tests};
use crate::types::{Coded, Moment};
use crate::{Tx, each_backend, in_scope};

/// Ids in one statement.
const BATCH: usize = 1000;

/// A link between two histories.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Insertable)]
#[diesel(table_name = history_links, treat_none_as_default_value = false)]
pub struct LinkRow {
    /// Id.
    pub id: String,
    /// Whose assets they are.
    pub customer_id: i64,
    /// Its number in the customer's ledger; given when it is inserted.
    pub seq: i64,
    /// What was decided at once has one name; an undo bears the name of what it takes back.
    pub act: String,
    /// What it says.
    pub kind: Coded<LinkKind>,
    /// The asset whose history it is.
    pub from_asset_id: i64,
    /// The asset for which it counts.
    pub to_asset_id: i64,
    /// The one test that it moves; none where the whole history goes.
    pub test_id: Option<String>,
    /// Where the merged asset was in its life before.
    pub lifecycle: Option<Coded<Lifecycle>>,
    /// Who decided.
    pub person_id: i64,
    /// When.
    pub at: Moment,
    /// Why.
    pub reason: String,
}

impl LinkRow {
    /// Hash over its columns, but for the customer and number that the ledger has itself.
    pub fn row_hash(&self) -> String {
        use domain::code::Code;
        let hash = RowHash::default().text(&self.id).text(&self.act).text(self.kind.0.code());
        let hash = hash.number(self.from_asset_id).number(self.to_asset_id);
        let hash = hash.optional(self.test_id.as_deref());
        let hash = hash.optional(self.lifecycle.map(|lifecycle| lifecycle.0.code()));
        hash.number(self.person_id).moment(self.at).text(&self.reason).finish()
    }

    /// What it says of where histories belong.
    pub fn link(&self) -> Link {
        Link {
            sequence: self.seq,
            act: self.act.clone(),
            kind: self.kind.0,
            from: self.from_asset_id,
            to: self.to_asset_id,
            test: self.test_id.clone(),
        }
    }
}

/// Writes links of one customer, each with its canonical form, to the ledger and their rows behind it; the last
/// thing a transaction does.
///
/// # Errors
/// [`crate::Error::Taken`] when what is taken back was taken back already.
pub fn insert_links(tx: &mut Tx, customer_id: i64, batch: Vec<(LinkRow, String)>) -> Result<()> {
    let entry = |(row, body): &(LinkRow, String)| Entry {
        kind: "history_link",
        record_id: row.id.clone(),
        row_hash: row.row_hash(),
        body: body.clone(),
    };
    let entries: Vec<Entry> = batch.iter().map(entry).collect();
    let timed: Vec<_> = entries.iter().zip(&batch).map(|(entry, (row, _))| (row.at.utc(), entry)).collect();
    let places = ledger::append_batch(tx, customer_id, &timed)?;
    let mut rows: Vec<LinkRow> = batch.into_iter().map(|(row, _)| row).collect();
    for (row, place) in rows.iter_mut().zip(places) {
        (row.customer_id, row.seq) = (customer_id, place.seq);
    }
    for rows in rows.chunks(BATCH) {
        let insert =
            each_backend!(&mut **tx, c => diesel::insert_into(history_links::table).values(rows).execute(c));
        taken(insert, || "this was undone already".to_owned())?;
    }
    Ok(())
}

/// All that was decided at once, with what took it back, in the order of the ledger.
///
/// # Errors
/// [`Error::NotFound`] when there is no such act, or none within the scope.
pub fn find_act(conn: &mut AnyConnection, scope: &Scope, act: &str) -> Result<Vec<LinkRow>> {
    let query = in_scope!(LinkRow::query().into_boxed(), scope, history_links::customer_id);
    let rows: Vec<LinkRow> = query.filter(history_links::act.eq(act)).order(history_links::seq).load(conn)?;
    if rows.is_empty() { Err(Error::NotFound("link of histories")) } else { Ok(rows) }
}

/// The links that touch one asset, the latest first. The caller has found it within the scope.
///
/// # Errors
/// The database's.
pub fn list_links(conn: &mut AnyConnection, asset_id: i64) -> Result<Vec<LinkRow>> {
    let touches = history_links::from_asset_id.eq(asset_id).or(history_links::to_asset_id.eq(asset_id));
    Ok(LinkRow::query().filter(touches).order(history_links::seq.desc()).load(conn)?)
}

/// The links of a test, the latest last.
///
/// # Errors
/// The database's.
pub fn list_links_of_test(conn: &mut AnyConnection, test_id: &str) -> Result<Vec<LinkRow>> {
    Ok(LinkRow::query().filter(history_links::test_id.eq(test_id)).order(history_links::seq).load(conn)?)
}

/// Where the histories of some assets belong, with all that was ever linked to them.
#[derive(Debug, Clone, Default)]
pub struct Belonging {
    /// For which asset each history and test counts, at every moment.
    pub homes: Homes,
    /// The assets asked about, and every one that was ever linked to one of them.
    pub assets: Vec<i64>,
    /// The first version of each correction of a test that was ever moved: a correction goes where that goes.
    firsts: HashMap<String, String>,
}

impl Belonging {
    /// Loads what was ever linked to some assets.
    ///
    /// # Errors
    /// The database's.
    pub fn load(conn: &mut AnyConnection, asset_ids: &[i64]) -> Result<Self> {
        Self::with(conn, asset_ids, &[])
    }

    /// As [`Self::load`], as if these links stood in the ledger already.
    ///
    /// # Errors
    /// The database's.
    pub fn with(conn: &mut AnyConnection, asset_ids: &[i64], pending: &[Link]) -> Result<Self> {
        let mut assets: BTreeSet<i64> = asset_ids.iter().copied().collect();
        assets.extend(pending.iter().flat_map(|link| [link.from, link.to]));
        let mut links: BTreeMap<(i64, i64), Link> = BTreeMap::new();
        let mut unseen: Vec<i64> = assets.iter().copied().collect();
        while !unseen.is_empty() {
            let mut next = BTreeSet::new();
            for row in touching(conn, &unseen)? {
                next.extend([row.from_asset_id, row.to_asset_id]);
                links.insert((row.customer_id, row.seq), row.link());
            }
            unseen = next.into_iter().filter(|id| assets.insert(*id)).collect();
        }
        let links: Vec<Link> = links.into_values().chain(pending.iter().cloned()).collect();
        let homes = Homes::of(&links);
        let firsts = first_versions(conn, &homes.moved_tests())?;
        Ok(Self { homes, assets: assets.into_iter().collect(), firsts })
    }

    /// The asset for which a test, recorded of an asset, counted at a place in the ledger.
    pub fn test_at(&self, (asset_id, test): (i64, &str), at: i64) -> i64 {
        self.homes.test_at((asset_id, self.first(test)), at)
    }

    /// When a test counted for another asset than it does now, and for which.
    pub fn away(&self, (asset_id, test): (i64, &str)) -> Vec<Away> {
        self.homes.away((asset_id, self.first(test)))
    }

    fn first<'a>(&'a self, test: &'a str) -> &'a str {
        self.firsts.get(test).map_or(test, String::as_str)
    }

    /// The asset for which the history of one counts now.
    pub fn home(&self, asset_id: i64) -> i64 {
        self.homes.asset_at(asset_id, NOW)
    }

    /// The assets whose histories count for this one now, itself among them.
    pub fn members(&self, asset_id: i64) -> Vec<i64> {
        self.assets.iter().copied().filter(|member| self.home(*member) == asset_id).collect()
    }
}

/// The corrections of some tests, each with the first version that it tells anew.
fn first_versions(conn: &mut AnyConnection, tests: &[&str]) -> Result<HashMap<String, String>> {
    let mut firsts: HashMap<String, String> = HashMap::new();
    let mut told: Vec<String> = tests.iter().map(|id| (*id).to_owned()).collect();
    while !told.is_empty() {
        let mut next = vec![];
        for ids in told.chunks(BATCH) {
            let rows: Vec<(String, Option<String>)> = tests::table
                .filter(tests::supersedes.eq_any(ids.to_vec()))
                .select((tests::id, tests::supersedes))
                .load(conn)?;
            for (id, old) in rows {
                let Some(old) = old else { continue };
                let first = firsts.get(&old).cloned().unwrap_or(old);
                firsts.insert(id.clone(), first);
                next.push(id);
            }
        }
        told = next;
    }
    Ok(firsts)
}

fn touching(conn: &mut AnyConnection, asset_ids: &[i64]) -> Result<Vec<LinkRow>> {
    if let [only] = *asset_ids {
        // Each page of an asset asks this, and nearly all find nothing: it stays a prepared statement.
        let touches = history_links::from_asset_id.eq(only).or(history_links::to_asset_id.eq(only));
        return Ok(each_backend!(conn, c => LinkRow::query().filter(touches).load(c))?);
    }
    let mut found = vec![];
    let any =
        each_backend!(conn, c => history_links::table.select(history_links::seq).first::<i64>(c).optional())?;
    if any.is_none() {
        return Ok(found);
    }
    for ids in asset_ids.chunks(BATCH) {
        let from = history_links::from_asset_id.eq_any(ids.to_vec());
        let to = history_links::to_asset_id.eq_any(ids.to_vec());
        found.extend(LinkRow::query().filter(from.or(to)).load(conn)?);
    }
    Ok(found)
}

/// The asset for which the history of one counts now: itself, where it was not merged into another.
///
/// # Errors
/// The database's.
pub fn home_of(conn: &mut AnyConnection, asset_id: i64) -> Result<i64> {
    Ok(Belonging::load(conn, &[asset_id])?.home(asset_id))
}

/// Whose tests make up the history of one asset.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parts {
    /// The assets whose histories count for it, itself among them.
    pub assets: Vec<i64>,
    /// Tests of theirs that count for another asset.
    pub gone: Vec<String>,
    /// Tests of other assets that count for it.
    pub come: Vec<String>,
    /// Whether anything was ever linked to it.
    pub linked: bool,
}

impl Parts {
    /// The asset, where it is just its own history.
    pub fn only(&self) -> Option<i64> {
        match *self.assets {
            [only] if self.gone.is_empty() && self.come.is_empty() => Some(only),
            _ => None,
        }
    }
}

/// Narrows a boxed query of tests to those that make up a history.
#[macro_export]
macro_rules! in_history {
    ($query:expr, $parts:expr) => {{
        let parts: &$crate::history_links::Parts = $parts;
        match parts.only() {
            Some(only) => $query.filter($crate::schema::tests::asset_id.eq(only)),
            None => {
                let recorded = $crate::schema::tests::asset_id.eq_any(parts.assets.clone());
                let stayed = recorded.and($crate::schema::tests::id.ne_all(parts.gone.clone()));
                $query.filter(stayed.or($crate::schema::tests::id.eq_any(parts.come.clone())))
            }
        }
    }};
}

/// Whether anything was ever linked among a customer's assets.
///
/// # Errors
/// The database's.
pub fn has_links(conn: &mut AnyConnection, customer_id: i64) -> Result<bool> {
    let any = history_links::table.filter(history_links::customer_id.eq(customer_id));
    Ok(any.select(history_links::seq).first::<i64>(conn).optional()?.is_some())
}

/// Whose tests make up the history of an asset now.
///
/// # Errors
/// The database's.
pub fn parts_of(conn: &mut AnyConnection, asset_id: i64) -> Result<Parts> {
    let belonging = Belonging::load(conn, &[asset_id])?;
    let linked = !belonging.homes.is_empty();
    let mut parts = Parts { assets: belonging.members(asset_id), linked, ..Parts::default() };
    if !parts.assets.contains(&asset_id) {
        // Merged away: what is asked for by its own number is still its own.
        parts.assets = vec![asset_id];
        return Ok(parts);
    }
    let mut moved = belonging.homes.moved_tests();
    moved.extend(belonging.firsts.keys().map(String::as_str));
    for (id, recorded_of) in recorded_of(conn, &moved)? {
        let here = belonging.test_at((recorded_of, &id), NOW) == asset_id;
        match (parts.assets.contains(&recorded_of), here) {
            (true, false) => parts.gone.push(id),
            (false, true) => parts.come.push(id),
            _ => {}
        }
    }
    Ok(parts)
}

/// The assets that tests were recorded of, by the tests' ids.
fn recorded_of(conn: &mut AnyConnection, ids: &[&str]) -> Result<BTreeMap<String, i64>> {
    let mut found = BTreeMap::new();
    for ids in ids.chunks(BATCH) {
        let rows: Vec<(String, i64)> = tests::table
            .filter(tests::id.eq_any(ids.to_vec()))
            .select((tests::id, tests::asset_id))
            .load(conn)?;
        found.extend(rows);
    }
    Ok(found)
}

/// How many of these tests of a customer's ledger count for another asset than they did at a place in it.
///
/// # Errors
/// The database's.
pub fn count_moved(
    conn: &mut AnyConnection,
    customer_id: i64,
    (numbers, since): (&[i64], i64),
) -> Result<usize> {
    let mut moved = 0;
    for numbers in numbers.chunks(BATCH) {
        let rows: Vec<(String, i64)> = tests::table
            .filter(tests::customer_id.eq(customer_id).and(tests::seq.eq_any(numbers.to_vec())))
            .select((tests::id, tests::asset_id))
            .load(conn)?;
        let assets: BTreeSet<i64> = rows.iter().map(|(_, asset)| *asset).collect();
        let belonging = Belonging::load(conn, &assets.into_iter().collect::<Vec<_>>())?;
        let went = |(id, asset): &&(String, i64)| {
            belonging.test_at((*asset, id), since) != belonging.test_at((*asset, id), NOW)
        };
        moved += rows.iter().filter(went).count();
    }
    Ok(moved)
}
