//! The database: SQLite or PostgreSQL behind scoped queries and an append-only ledger.
pub mod access;
pub mod api_tokens;
pub mod appointments;
pub mod assessments;
pub mod asset_costs;
pub mod assets;
pub mod backup;
pub mod bills;
pub mod calendars;
pub mod calibrations;
pub mod categories;
pub mod certificates;
pub mod checklists;
pub mod clocks;
pub mod contracts;
pub mod counts;
pub mod custody;
pub mod customers;
pub mod defects;
pub mod due_list;
pub mod dues;
pub mod erasures;
pub mod error;
pub mod fault_words;
pub mod faults;
pub mod files;
pub mod findings;
pub mod guides;
pub mod history_links;
pub mod holds;
pub mod idempotency;
pub mod imports;
pub mod instruments;
pub mod job_charges;
pub mod job_entries;
pub mod job_files;
pub mod job_runs;
pub mod job_sheets;
pub mod jobs;
pub mod knowledge;
pub mod label_rows;
pub mod ledger;
pub mod mails;
pub mod marks;
pub mod measures;
pub mod models;
pub mod monthly_reports;
pub mod notices;
pub mod part_orders;
pub mod part_units;
pub mod parts;
pub mod password_resets;
pub mod past_jobs;
pub mod people;
pub mod places;
pub mod plans;
pub mod portable;
pub mod portal;
pub mod presets;
pub mod procedures;
pub mod proof_checks;
pub mod quotes;
pub mod rate_cards;
pub mod recalls;
pub mod referral_batches;
pub mod referrals;
pub mod reservations;
pub mod ripples;
pub mod schema;
pub mod search;
pub mod seed;
pub mod sequences;
pub mod sessions;
pub mod settings;
pub mod sign_offs;
pub mod signals;
pub mod signed_heads;
pub mod sites;
pub mod start_figures;
pub mod stock;
pub mod stock_places;
pub mod stopped;
pub mod suppliers;
pub mod tags;
pub mod test_imports;
pub mod test_mappings;
pub mod test_photos;
pub mod tests;
pub mod timeline;
pub mod types;
pub mod under;
pub mod undo;
pub mod users;
pub mod verify;
pub mod visit_jobs;
pub mod visits;
pub mod withdrawals;
pub mod work;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::r2d2::{Pool, PooledConnection};
use domain::event::Event;

pub use access::{Actor, Right, Scope, SiteScope};
pub use error::{Error, Result};
pub use portable::AnyConnection;

use portable::{Kind, Manager};
use schema::events;
use types::{Json, Moment};

type Pooled = PooledConnection<Manager>;

/// The open database. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    kind: Kind,
    readers: Pool<Manager>,
    writers: Pool<Manager>,
    now: Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>,
}

/// A write under way: the connection, and who writes when.
pub struct Tx<'a> {
    conn: &'a mut AnyConnection,
    /// The one moment of everything in this transaction.
    pub now: DateTime<Utc>,
    /// Who writes.
    pub actor: &'a Actor,
}

impl std::ops::Deref for Tx<'_> {
    type Target = AnyConnection;
    fn deref(&self) -> &AnyConnection {
        self.conn
    }
}

impl std::ops::DerefMut for Tx<'_> {
    fn deref_mut(&mut self) -> &mut AnyConnection {
        self.conn
    }
}

impl Tx<'_> {
    /// Tries something that may fail without giving up the rest: PostgreSQL takes no more statements after a failed
    /// one, unless it is taken back alone.
    ///
    /// # Errors
    /// What `work` says; what it wrote is taken back.
    pub fn attempt<T, E: From<Error>>(
        &mut self,
        work: impl FnOnce(&mut Tx) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        portable::begin_inner(self.conn).map_err(Error::from)?;
        let mut inner = Tx { conn: &mut *self.conn, now: self.now, actor: self.actor };
        let result = work(&mut inner);
        portable::end_write(self.conn, result.is_ok()).map_err(Error::from)?;
        result
    }
}

impl Store {
    /// Opens the database at `url` and brings its schema up to date.
    ///
    /// # Errors
    /// [`Error::Unavailable`] in the database's words; [`Error::Newer`] for a newer schema.
    pub fn open(url: &str, now: Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>) -> Result<Self> {
        let manager = Manager::new(url)?;
        let kind = portable::kind_of(url)?;
        let writers = portable::pool(manager.clone(), if kind == Kind::Sqlite { 1 } else { 8 })?;
        portable::migrate(&mut *get(&writers)?)?;
        let readers = match kind {
            Kind::Sqlite => portable::pool(manager, 8)?,
            Kind::Postgres => writers.clone(),
        };
        Ok(Self { kind, readers, writers, now })
    }

    /// Which database it is.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The injected clock's time.
    pub fn now(&self) -> DateTime<Utc> {
        (self.now)()
    }

    /// Reads. The connection is a reader's: writing through it is not possible in SQLite's pool by convention of this type alone.
    ///
    /// # Errors
    /// What `work` says, or [`Error::Unavailable`] when no connection is to be had.
    pub fn read<T, E: From<Error>>(
        &self,
        work: impl FnOnce(&mut AnyConnection) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        let mut conn = get(&self.readers)?;
        portable::begin_read(&mut conn).map_err(Error::from)?;
        let found = work(&mut conn);
        portable::end_read(&mut conn).map_err(Error::from)?;
        found
    }

    /// Writes: one transaction, and at least one event that tells of it. Without the event nothing commits.
    ///
    /// # Errors
    /// What `work` says; nothing is stored then.
    pub fn write<T, E: From<Error>>(
        &self,
        actor: &Actor,
        work: impl FnOnce(&mut Tx) -> std::result::Result<(T, Vec<Event>), E>,
    ) -> std::result::Result<T, E> {
        self.transact(actor, |tx| {
            let (value, events) = work(tx)?;
            debug_assert!(!events.is_empty(), "a change without an event");
            insert_events(tx, &events)?;
            Ok(value)
        })
    }

    /// Writes what is no change to any record: when a session was last seen, which job ran.
    ///
    /// # Errors
    /// What `work` says; nothing is stored then.
    pub fn keep_house<T, E: From<Error>>(
        &self,
        work: impl FnOnce(&mut Tx) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        self.transact(&Actor::operator(domain::event::Via::Job), work)
    }

    /// Writes the whole file anew, so that nothing of what was deleted is left in it; does nothing to a file larger
    /// than `most` bytes, since nobody can write meanwhile, nor to PostgreSQL, whose own vacuum does. Whether it did.
    ///
    /// # Errors
    /// The database's.
    pub fn compact(&self, most: i64) -> Result<bool> {
        portable::compact(&mut *get(&self.writers)?, most)
    }

    fn transact<T, E: From<Error>>(
        &self,
        actor: &Actor,
        work: impl FnOnce(&mut Tx) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        let mut conn = get(&self.writers)?;
        portable::begin_write(&mut conn).map_err(Error::from)?;
        let mut tx = Tx { conn: &mut conn, now: self.now(), actor };
        match work(&mut tx) {
            Ok(value) => {
                portable::end_write(&mut conn, true).map_err(Error::from)?;
                Ok(value)
            }
            Err(error) => {
                // The reason for giving up matters more than whether giving up went smoothly;
                // a connection left in a broken state is dropped by the pool.
                if let Err(also) = portable::end_write(&mut conn, false) {
                    log::warn!("rolling back: {also}");
                }
                Err(error)
            }
        }
    }
}

fn get(pool: &Pool<Manager>) -> Result<Pooled> {
    pool.get().map_err(|error| Error::Unavailable(error.to_string()))
}

fn insert_events(tx: &mut Tx, batch: &[Event]) -> Result<()> {
    let (at, person_id, via) = (Moment::from(tx.now), tx.actor.person_id(), types::Coded(tx.actor.via()));
    let line = |event: &Event| EventLine {
        at,
        person_id,
        via,
        customer_id: event.customer_id,
        asset_id: event.asset_id,
        noun: event.noun,
        noun_id: event.noun_id.clone(),
        action: event.action,
        changes: String::from(Json(event.changes.clone())),
    };
    insert_event_lines(tx, &batch.iter().map(line).collect::<Vec<_>>())
}

/// An event as it is stored.
#[derive(Insertable)]
#[diesel(table_name = events, treat_none_as_default_value = false)]
struct EventLine {
    at: Moment,
    person_id: Option<i64>,
    via: types::Coded<domain::event::Via>,
    customer_id: Option<i64>,
    asset_id: Option<i64>,
    noun: &'static str,
    noun_id: String,
    action: &'static str,
    changes: String,
}

fn insert_event_lines(tx: &mut Tx, lines: &[EventLine]) -> Result<()> {
    // SQLite binds at most 32,766 values in one statement.
    for lines in lines.chunks(1000) {
        each_backend!(&mut **tx, c => diesel::insert_into(events::table).values(lines).execute(c))?;
    }
    Ok(())
}
