//! The only file that names a backend, but for `search.rs` and what a backup needs.

use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::r2d2::{CustomizeConnection, ManageConnection, Pool};
use diesel::{Connection, ConnectionError, PgConnection, SqliteConnection};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use crate::error::{Error, Result};

const SQLITE_MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations/sqlite");
const POSTGRES_MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations/postgres");

mod any {
    #![allow(missing_docs, reason = "the derive writes items without docs")]
    use diesel::{PgConnection, SqliteConnection};

    /// A connection to either database.
    #[derive(diesel::MultiConnection)]
    pub enum AnyConnection {
        /// The database inside.
        Sqlite(SqliteConnection),
        /// The database server.
        Postgres(PgConnection),
    }
}
pub use any::{AnyConnection, MultiBackend};

/// Runs one body with the connection of whichever backend it is: upserts and batch inserts do not
/// compile through the enum, and what every page asks keeps its prepared statement only this way: through the enum
/// its text is written anew each time, longer than SQLite takes to answer.
#[macro_export]
macro_rules! each_backend {
    ($conn:expr, $c:ident => $body:expr) => {
        match $conn {
            $crate::portable::AnyConnection::Sqlite($c) => $body,
            $crate::portable::AnyConnection::Postgres($c) => $body,
        }
    };
}

/// Makes connections by the scheme of the address. The derived `establish` would hide PostgreSQL's own words.
#[derive(Debug, Clone)]
pub struct Manager {
    url: String,
}

/// Which database an address names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A file.
    Sqlite,
    /// A server.
    Postgres,
}

impl Manager {
    /// A manager for `sqlite:FILE`, `postgres://...` or `postgresql://...`.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the scheme is another.
    pub fn new(url: &str) -> Result<Self> {
        kind_of(url)?;
        Ok(Self { url: url.to_owned() })
    }
}

/// Tells which database an address names.
///
/// # Errors
/// [`Error::Unavailable`] when the scheme is not known.
pub fn kind_of(url: &str) -> Result<Kind> {
    match url.split_once(':').map(|(scheme, _)| scheme) {
        Some("sqlite") => Ok(Kind::Sqlite),
        Some("postgres" | "postgresql") => Ok(Kind::Postgres),
        _ => {
            Err(Error::Unavailable("the database address must start with sqlite: or postgres://".to_owned()))
        }
    }
}

/// The file that an address of SQLite names.
pub fn sqlite_path(url: &str) -> &str {
    let path = url.strip_prefix("sqlite:").unwrap_or(url);
    path.strip_prefix("//").unwrap_or(path)
}

impl ManageConnection for Manager {
    type Connection = AnyConnection;
    type Error = diesel::r2d2::Error;

    fn connect(&self) -> std::result::Result<AnyConnection, Self::Error> {
        let failed = |error: ConnectionError| diesel::r2d2::Error::ConnectionError(error);
        match kind_of(&self.url) {
            Ok(Kind::Sqlite) => {
                let path = sqlite_path(&self.url);
                Ok(AnyConnection::Sqlite(SqliteConnection::establish(path).map_err(failed)?))
            }
            _ => Ok(AnyConnection::Postgres(PgConnection::establish(&self.url).map_err(failed)?)),
        }
    }

    fn is_valid(&self, conn: &mut AnyConnection) -> std::result::Result<(), Self::Error> {
        conn.batch_execute("SELECT 1").map_err(diesel::r2d2::Error::QueryError)
    }

    fn has_broken(&self, conn: &mut AnyConnection) -> bool {
        use diesel::connection::TransactionManager;
        // What a panic left open must not greet the next request.
        std::thread::panicking()
            || <AnyConnection as Connection>::TransactionManager::is_broken_transaction_manager(conn)
    }
}

/// Sets up each new connection of a pool.
#[derive(Debug)]
struct SetUp;

// A page that many transactions write goes to the database once per 16 MB of them: an import writes half as much.
const SQLITE_SET_UP: &str = "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
     PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; \
     PRAGMA mmap_size = 0; PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY; \
     PRAGMA wal_autocheckpoint = 4000;";
// The shared lock says that the database is in use: a restore takes the same one for itself alone.
const POSTGRES_SET_UP: &str = "SET TIME ZONE 'UTC'; SET lock_timeout = '10s'; SET client_min_messages = warning; \
     SELECT pg_advisory_lock_shared(7066703, hashtext(current_schema()));";

impl CustomizeConnection<AnyConnection, diesel::r2d2::Error> for SetUp {
    fn on_acquire(&self, conn: &mut AnyConnection) -> std::result::Result<(), diesel::r2d2::Error> {
        let set_up = match conn {
            AnyConnection::Sqlite(_) => SQLITE_SET_UP,
            AnyConnection::Postgres(_) => POSTGRES_SET_UP,
        };
        conn.batch_execute(set_up).map_err(diesel::r2d2::Error::QueryError)
    }
}

/// A pool of `size` connections that gives up after ten seconds, saying why.
pub(crate) fn pool(manager: Manager, size: u32) -> Result<Pool<Manager>> {
    let postgres = kind_of(&manager.url)? == Kind::Postgres;
    Pool::builder()
        .max_size(size)
        .min_idle(Some(if postgres { 1 } else { size }))
        .connection_timeout(Duration::from_secs(10))
        // A file needs no asking whether it is still there; a server may have been restarted.
        .test_on_check_out(postgres)
        .connection_customizer(Box::new(SetUp))
        .build(manager)
        .map_err(|error| Error::Unavailable(error.to_string()))
}

/// Begins a read. SQLite would take and give back its lock with every question, a sixth of a page's time; held
/// over all of them the page also shows one moment.
pub(crate) fn begin_read(conn: &mut AnyConnection) -> diesel::QueryResult<()> {
    use diesel::connection::{AnsiTransactionManager, TransactionManager};
    match conn {
        AnyConnection::Sqlite(c) => AnsiTransactionManager::begin_transaction(c),
        AnyConnection::Postgres(_) => Ok(()),
    }
}

/// Ends a read.
pub(crate) fn end_read(conn: &mut AnyConnection) -> diesel::QueryResult<()> {
    use diesel::connection::{AnsiTransactionManager, TransactionManager};
    match conn {
        AnyConnection::Sqlite(c) => AnsiTransactionManager::commit_transaction(c),
        AnyConnection::Postgres(_) => Ok(()),
    }
}

/// Begins a write. SQLite must take its lock at once, or a read turned write fails whatever the time-out.
pub(crate) fn begin_write(conn: &mut AnyConnection) -> diesel::QueryResult<()> {
    use diesel::connection::{AnsiTransactionManager, TransactionManager};
    match conn {
        AnyConnection::Sqlite(c) => AnsiTransactionManager::begin_transaction_sql(c, "BEGIN IMMEDIATE"),
        AnyConnection::Postgres(c) => AnsiTransactionManager::begin_transaction(c),
    }
}

/// Begins a part of a write that may be taken back alone.
pub(crate) fn begin_inner(conn: &mut AnyConnection) -> diesel::QueryResult<()> {
    use diesel::connection::{AnsiTransactionManager, TransactionManager};
    each_backend!(conn, c => AnsiTransactionManager::begin_transaction(c))
}

/// Whether a write keeps all others out until its end, so that no row needs to be held.
pub(crate) fn has_one_writer(conn: &AnyConnection) -> bool {
    matches!(conn, AnyConnection::Sqlite(_))
}

/// Ends a write by keeping or dropping it.
pub(crate) fn end_write(conn: &mut AnyConnection, keep: bool) -> diesel::QueryResult<()> {
    use diesel::connection::{AnsiTransactionManager, TransactionManager};
    each_backend!(conn, c => match keep {
        true => AnsiTransactionManager::commit_transaction(c),
        false => AnsiTransactionManager::rollback_transaction(c),
    })
}

/// After rows were written in bulk: new ids of `numbered` begin behind those given by hand, and the planner learns
/// how much there is. SQLite does the first by itself and is asked nothing that needs the second.
pub(crate) fn settle_down(conn: &mut AnyConnection, numbered: &[&str], filled: &str) -> Result<()> {
    let AnyConnection::Postgres(c) = conn else { return Ok(()) };
    c.batch_execute(&format!("ANALYZE {filled}"))?;
    for table in numbered {
        c.batch_execute(&format!(
            "SELECT setval(pg_get_serial_sequence('{table}', 'id'), greatest(max(id), 1)) FROM {table}"
        ))?;
    }
    Ok(())
}

#[derive(diesel::QueryableByName)]
struct Said {
    #[diesel(sql_type = diesel::sql_types::Text)]
    said: String,
}

/// What SQLite says against a table or one of its indexes: a damaged index hides rows that are whole.
pub(crate) fn find_damage(conn: &mut AnyConnection, table: &str) -> Result<Option<String>> {
    use diesel::RunQueryDsl;
    let AnyConnection::Sqlite(c) = conn else { return Ok(None) };
    let sql = format!("SELECT integrity_check AS said FROM pragma_integrity_check('{table}')");
    let said: Vec<Said> = diesel::sql_query(sql).load(c)?;
    Ok(said.into_iter().map(|line| line.said).find(|said| said != "ok"))
}

/// Writes SQLite's file anew without what was deleted, unless it is larger than `most` bytes.
pub(crate) fn compact(conn: &mut AnyConnection, most: i64) -> Result<bool> {
    use diesel::RunQueryDsl;
    let AnyConnection::Sqlite(c) = conn else { return Ok(true) };
    let sql = "SELECT CAST(page_count * page_size AS TEXT) AS said FROM pragma_page_count, pragma_page_size";
    let size: Said = diesel::sql_query(sql).get_result(c)?;
    if size.said.parse::<i64>().is_ok_and(|bytes| bytes > most) {
        return Ok(false);
    }
    // The search index keeps deleted words until its parts are merged; the log beside the file keeps old pages.
    for index in crate::search::Index::ALL.iter().map(|index| index.table()) {
        c.batch_execute(&format!("INSERT INTO {index} ({index}) VALUES ('optimize')"))?;
    }
    c.batch_execute("VACUUM")?;
    c.batch_execute("PRAGMA wal_checkpoint(TRUNCATE)")?;
    Ok(true)
}

/// Brings the schema up to this binary's.
///
/// # Errors
/// [`Error::Newer`] when the database knows a migration that this binary does not.
pub fn migrate(conn: &mut AnyConnection) -> Result<Vec<String>> {
    match conn {
        AnyConnection::Sqlite(c) => run_pending(c, SQLITE_MIGRATIONS),
        AnyConnection::Postgres(c) => {
            // Two servers started at once must not both migrate; the number is ours alone.
            c.batch_execute("SELECT pg_advisory_lock(7066702)")?;
            let done = run_pending(c, POSTGRES_MIGRATIONS);
            c.batch_execute("SELECT pg_advisory_unlock(7066702)")?;
            done
        }
    }
}

fn run_pending<C, DB>(conn: &mut C, ours: EmbeddedMigrations) -> Result<Vec<String>>
where
    C: MigrationHarness<DB>,
    DB: diesel::backend::Backend,
{
    use diesel::migration::{Migration, MigrationSource};
    let failed = migration_failed;
    let known: Vec<String> = MigrationSource::<DB>::migrations(&ours)
        .map_err(failed)?
        .iter()
        .map(|migration| Migration::<DB>::name(migration.as_ref()).version().to_string())
        .collect();
    let applied = conn.applied_migrations().map_err(failed)?;
    if let Some(newer) = applied.iter().map(ToString::to_string).find(|v| !known.contains(v)) {
        return Err(Error::Newer { found: newer });
    }
    let run = conn.run_pending_migrations(ours).map_err(failed)?;
    Ok(run.iter().map(ToString::to_string).collect())
}

/// Runs those of our migrations that are named and not yet run.
pub(crate) fn migrate_to(conn: &mut AnyConnection, names: &[String]) -> Result<()> {
    fn run<C, DB>(conn: &mut C, ours: EmbeddedMigrations, names: &[String]) -> Result<()>
    where
        C: MigrationHarness<DB>,
        DB: diesel::backend::Backend,
    {
        for migration in conn.pending_migrations(ours).map_err(migration_failed)? {
            if names.contains(&migration.name().version().to_string()) {
                conn.run_migration(migration.as_ref()).map_err(migration_failed)?;
            }
        }
        Ok(())
    }
    match conn {
        AnyConnection::Sqlite(c) => run(c, SQLITE_MIGRATIONS, names),
        AnyConnection::Postgres(c) => run(c, POSTGRES_MIGRATIONS, names),
    }
}

fn migration_failed(error: Box<dyn std::error::Error + Send + Sync>) -> Error {
    Error::Unavailable(error.to_string())
}

/// Whether this binary has the migration; both databases have the same.
pub(crate) fn knows(name: &str) -> bool {
    use diesel::migration::{Migration, MigrationSource};
    let ours = MigrationSource::<diesel::sqlite::Sqlite>::migrations(&SQLITE_MIGRATIONS);
    ours.is_ok_and(|ours| ours.iter().any(|migration| migration.name().version().to_string() == name))
}

/// Takes every migration back; tests use it to prove that down undoes up.
///
/// # Errors
/// [`Error::Unavailable`] with the database's words.
pub fn revert_all(conn: &mut AnyConnection) -> Result<()> {
    let failed = migration_failed;
    match conn {
        AnyConnection::Sqlite(c) => c.revert_all_migrations(SQLITE_MIGRATIONS).map_err(failed)?,
        AnyConnection::Postgres(c) => c.revert_all_migrations(POSTGRES_MIGRATIONS).map_err(failed)?,
    };
    Ok(())
}
