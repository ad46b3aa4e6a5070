//! What a backup needs of each database and no query builder has: tables by their names, rows of any shape, a
//! schema put in the place of another.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::r2d2::ManageConnection;
use diesel::serialize::ToSql;
use diesel::sql_types::{BigInt, Binary, Bool, Date, Nullable, Text, Timestamp};

use super::{Column, ColumnType, Table, Value, value::Values};
use crate::error::{Error, Result};
use crate::portable::{AnyConnection, Manager, settle_down};

/// Begins a reading that sees one moment, whatever others write meanwhile.
pub(super) fn begin_snapshot(conn: &mut AnyConnection) -> Result<()> {
    use diesel::connection::{AnsiTransactionManager, TransactionManager};
    match conn {
        AnyConnection::Sqlite(c) => AnsiTransactionManager::begin_transaction(c)?,
        AnyConnection::Postgres(c) => {
            AnsiTransactionManager::begin_transaction_sql(
                c,
                "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
            )?;
        }
    }
    Ok(())
}

#[derive(QueryableByName)]
struct Word {
    #[diesel(sql_type = Text)]
    word: String,
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

#[derive(QueryableByName)]
struct ColumnRow {
    #[diesel(sql_type = Text)]
    table_name: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = BigInt)]
    key: i64,
}

fn words(conn: &mut AnyConnection, sql: &str) -> Result<Vec<String>> {
    let rows: Vec<Word> = diesel::sql_query(sql).load(conn)?;
    Ok(rows.into_iter().map(|row| row.word).collect())
}

fn number(conn: &mut AnyConnection, sql: &str) -> Result<i64> {
    let row: Number = diesel::sql_query(sql).get_result(conn)?;
    Ok(row.number)
}

/// The migrations that the database has, in order.
pub(super) fn applied(conn: &mut AnyConnection) -> Result<Vec<String>> {
    words(conn, "SELECT version AS word FROM __diesel_schema_migrations ORDER BY version")
}

const SQLITE_COLUMNS: &str = "SELECT m.name AS table_name, c.name AS name, c.type AS kind, c.pk AS key \
     FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' \
     AND m.name NOT LIKE '%\\_search%' ESCAPE '\\' AND m.name NOT LIKE '\\_\\_%' ESCAPE '\\'";
const POSTGRES_COLUMNS: &str = "SELECT c.relname::text AS table_name, a.attname::text AS name, \
     format_type(a.atttypid, NULL)::text AS kind, \
     coalesce(array_position(i.indkey::int2[], a.attnum) + 1, 0)::bigint AS key FROM pg_class c \
     JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped \
     LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary \
     WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' \
     AND c.relname NOT LIKE '%\\_search%' AND c.relname NOT LIKE '\\_\\_%'";

/// Every column of every table of ours with its table's name; the search index is made anew from the rest.
pub(super) fn list_columns(conn: &mut AnyConnection) -> Result<Vec<(String, Column)>> {
    let sql = match conn {
        AnyConnection::Sqlite(_) => SQLITE_COLUMNS,
        AnyConnection::Postgres(_) => POSTGRES_COLUMNS,
    };
    let rows: Vec<ColumnRow> = diesel::sql_query(sql).load(conn)?;
    let column = |row: ColumnRow| {
        let unknown = || Error::BadFile(format!("no backup knows the type {} of {}", row.kind, row.name));
        let kind = ColumnType::of(&row.kind).ok_or_else(unknown)?;
        Ok((row.table_name, Column { name: row.name, kind, key: row.key }))
    };
    rows.into_iter().map(column).collect()
}

/// How many rows a table of ours has.
pub(super) fn count_rows(conn: &mut AnyConnection, table: &str) -> Result<u64> {
    let count = number(conn, &format!("SELECT count(*) AS number FROM \"{table}\""))?;
    Ok(u64::try_from(count).unwrap_or(0))
}

/// A key's column as both databases order it: PostgreSQL would sort text by a language.
pub(super) fn in_order(conn: &AnyConnection, column: &Column) -> String {
    match (conn, column.kind) {
        (AnyConnection::Postgres(_), ColumnType::Text) => format!("\"{}\" COLLATE \"C\"", column.name),
        _ => format!("\"{}\"", column.name),
    }
}

/// Gives each row to `each` as it comes, however many there are.
pub(super) fn each_row(
    conn: &mut AnyConnection,
    sql: &str,
    each: &mut dyn FnMut(&[Value]) -> Result<()>,
) -> Result<()> {
    match conn {
        AnyConnection::Sqlite(c) => {
            let rows =
                diesel::sql_query(sql).load_iter::<Values, diesel::connection::DefaultLoadingMode>(c)?;
            rows.into_iter().try_for_each(|row| each(&row?.0))
        }
        AnyConnection::Postgres(c) => {
            let rows = diesel::sql_query(sql).load_iter::<Values, diesel::pg::PgRowByRowLoadingMode>(c)?;
            rows.into_iter().try_for_each(|row| each(&row?.0))
        }
    }
}

/// Values bound in one statement: SQLite takes at most 32,766.
const BINDS: usize = 30_000;

/// Adds rows to a table of ours.
pub(super) fn insert_rows(conn: &mut AnyConnection, table: &Table, mut rows: Vec<Vec<Value>>) -> Result<()> {
    let names: Vec<String> = table.columns.iter().map(|column| format!("\"{}\"", column.name)).collect();
    let head = format!("INSERT INTO \"{}\" ({}) VALUES ", table.name, names.join(", "));
    while !rows.is_empty() {
        let rest = rows.split_off(rows.len().min((BINDS / names.len().max(1)).max(1)));
        insert_at_once(conn, &head, &table.columns, rows)?;
        rows = rest;
    }
    Ok(())
}

fn insert_at_once(
    conn: &mut AnyConnection,
    head: &str,
    columns: &[Column],
    rows: Vec<Vec<Value>>,
) -> Result<()> {
    let mut sql = head.to_owned();
    for row in 0..rows.len() {
        sql.push_str(if row == 0 { "(" } else { ", (" });
        let mark = |i: usize| match conn {
            AnyConnection::Sqlite(_) => "?".to_owned(),
            AnyConnection::Postgres(_) => format!("${}", row * columns.len() + i),
        };
        sql.push_str(&(1..=columns.len()).map(mark).collect::<Vec<_>>().join(", "));
        sql.push(')');
    }
    let kinds = columns.iter().map(|column| column.kind).cycle();
    let values = rows.into_iter().flatten().zip(kinds);
    match conn {
        AnyConnection::Sqlite(c) => {
            bind(diesel::sql_query(sql).into_boxed::<diesel::sqlite::Sqlite>(), values).execute(c)?
        }
        AnyConnection::Postgres(c) => {
            bind(diesel::sql_query(sql).into_boxed::<diesel::pg::Pg>(), values).execute(c)?
        }
    };
    Ok(())
}

type Boxed<DB> = diesel::query_builder::BoxedSqlQuery<'static, DB, diesel::query_builder::SqlQuery>;

fn bind<DB>(query: Boxed<DB>, values: impl Iterator<Item = (Value, ColumnType)>) -> Boxed<DB>
where
    DB: diesel::backend::Backend + diesel::sql_types::HasSqlType<Bool>,
    i64: ToSql<BigInt, DB>,
    String: ToSql<Text, DB>,
    bool: ToSql<Bool, DB>,
    NaiveDateTime: ToSql<Timestamp, DB>,
    NaiveDate: ToSql<Date, DB>,
    Vec<u8>: ToSql<Binary, DB>,
{
    values.fold(query, |query, (value, kind)| match (value, kind) {
        (Value::Integer(number), _) => query.bind::<BigInt, _>(number),
        (Value::Text(text), _) => query.bind::<Text, _>(text),
        (Value::Boolean(yes), _) => query.bind::<Bool, _>(yes),
        (Value::Moment(moment), _) => query.bind::<Timestamp, _>(moment),
        (Value::Date(day), _) => query.bind::<Date, _>(day),
        (Value::Bytes(bytes), _) => query.bind::<Binary, _>(bytes),
        // PostgreSQL wants to know the type of nothing, too.
        (Value::Null, ColumnType::Integer) => query.bind::<Nullable<BigInt>, _>(None::<i64>),
        (Value::Null, ColumnType::Text) => query.bind::<Nullable<Text>, _>(None::<String>),
        (Value::Null, ColumnType::Boolean) => query.bind::<Nullable<Bool>, _>(None::<bool>),
        (Value::Null, ColumnType::Moment) => query.bind::<Nullable<Timestamp>, _>(None::<NaiveDateTime>),
        (Value::Null, ColumnType::Date) => query.bind::<Nullable<Date>, _>(None::<NaiveDate>),
        (Value::Null, ColumnType::Bytes) => query.bind::<Nullable<Binary>, _>(None::<Vec<u8>>),
    })
}

/// Empties a table that migrations filled.
pub(super) fn empty_table(conn: &mut AnyConnection, table: &str) -> Result<()> {
    Ok(conn.batch_execute(&format!("DELETE FROM \"{table}\""))?)
}

/// Lets rows come in any order: what refers to another row is checked by [`bind_again`]. Gives what that needs.
pub(super) fn unbind(conn: &mut AnyConnection) -> Result<Vec<String>> {
    let keys = "FROM pg_constraint WHERE contype = 'f' AND connamespace = current_schema()::regnamespace";
    match conn {
        AnyConnection::Sqlite(c) => {
            c.batch_execute("PRAGMA foreign_keys = OFF")?;
            Ok(vec![])
        }
        AnyConnection::Postgres(_) => {
            let again = words(
                conn,
                &format!(
                    "SELECT format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, \
                     pg_get_constraintdef(oid)) AS word {keys}"
                ),
            )?;
            let drop = format!(
                "SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) AS word {keys}"
            );
            for statement in words(conn, &drop)? {
                conn.batch_execute(&statement)?;
            }
            Ok(again)
        }
    }
}

/// Checks what refers to other rows, and lets new ids begin behind those that are there.
pub(super) fn bind_again(conn: &mut AnyConnection, again: Vec<String>) -> Result<()> {
    if let AnyConnection::Sqlite(_) = conn {
        let lost = words(conn, "SELECT DISTINCT \"table\" AS word FROM pragma_foreign_key_check")?;
        conn.batch_execute("PRAGMA foreign_keys = ON")?;
        return match lost.first() {
            Some(table) => {
                Err(Error::BadFile(format!("rows of table {table} refer to rows that are missing")))
            }
            None => Ok(()),
        };
    }
    for statement in again {
        let lost = |error| Error::BadFile(format!("rows refer to rows that are missing: {error}"));
        conn.batch_execute(&statement).map_err(lost)?;
    }
    let columns = list_columns(conn)?;
    let numbered = columns
        .iter()
        .filter(|(_, column)| column.name == "id" && column.key == 1 && column.kind == ColumnType::Integer);
    let numbered: Vec<&str> = numbered.map(|(table, _)| table.as_str()).collect();
    let mut filled: Vec<&str> = columns.iter().map(|(table, _)| table.as_str()).collect();
    filled.sort_unstable();
    filled.dedup();
    settle_down(conn, &numbered, &filled.join(", "))
}

/// Opens one connection outside any pool, set up like those within.
pub(super) fn connect(url: &str) -> Result<AnyConnection> {
    let failed = |error: diesel::r2d2::Error| Error::Unavailable(error.to_string());
    let mut conn = Manager::new(url)?.connect().map_err(failed)?;
    // Neither takes a lock: whoever restores takes it whole.
    conn.batch_execute(match conn {
        AnyConnection::Sqlite(_) => "PRAGMA busy_timeout = 1000",
        AnyConnection::Postgres(_) => "SET TIME ZONE 'UTC'; SET client_min_messages = warning",
    })?;
    Ok(conn)
}

/// A schema beside the one that a connection uses in PostgreSQL: filled alone, then put in its place.
pub(super) struct Beside {
    stood: String,
    new: String,
}

impl Beside {
    /// Makes the new schema and lets the connection use it.
    pub(super) fn begin(conn: &mut AnyConnection) -> Result<Self> {
        let stood = words(conn, "SELECT coalesce(current_schema()::text, '') AS word")?.concat();
        if stood.is_empty() || stood.contains('"') {
            return Err(Error::Unavailable("the database has no schema to restore into".to_owned()));
        }
        let new = format!("{stood}_restoring");
        conn.batch_execute(&format!(
            "DROP SCHEMA IF EXISTS \"{new}\" CASCADE; CREATE SCHEMA \"{new}\"; SET search_path TO \"{new}\""
        ))?;
        Ok(Self { stood, new })
    }

    /// Gives the new schema the old one's name, and the old one another, which is given back unless it was empty.
    pub(super) fn swap(self, conn: &mut AnyConnection, before: &str) -> Result<Option<String>> {
        let Self { stood, new } = self;
        let things = format!(
            "SELECT count(*) AS number FROM pg_class WHERE relnamespace = '\"{stood}\"'::regnamespace"
        );
        let empty = number(conn, &things)? == 0;
        let before = format!("{stood}_{before}");
        let away = match empty {
            true => format!("DROP SCHEMA \"{stood}\""),
            false => format!("ALTER SCHEMA \"{stood}\" RENAME TO \"{before}\""),
        };
        let swap = format!("BEGIN; {away}; ALTER SCHEMA \"{new}\" RENAME TO \"{stood}\"; COMMIT");
        conn.batch_execute(&swap)?;
        Ok((!empty).then_some(before))
    }

    /// Takes the new schema away again.
    pub(super) fn give_up(self, conn: &mut AnyConnection) -> Result<()> {
        Ok(conn.batch_execute(&format!("DROP SCHEMA \"{}\" CASCADE", self.new))?)
    }
}

/// A new file to be filled: should that be cut short, the file is worth nothing, so nothing is done to save it.
pub(super) const SQLITE_FILLING: &str = "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; \
     PRAGMA trusted_schema = OFF; PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY;";

/// Whether this connection has the database for itself, from now until it closes.
pub(super) fn hold_alone(conn: &mut AnyConnection) -> Result<bool> {
    match conn {
        // Leaving the write-ahead log needs every other connection to be gone, even an idle one.
        AnyConnection::Sqlite(c) => {
            let alone = c.batch_execute(
                "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE",
            );
            match alone {
                Ok(()) => Ok(true),
                Err(error) if error.to_string().contains("locked") => Ok(false),
                Err(error) => Err(error.into()),
            }
        }
        AnyConnection::Postgres(_) => {
            let sql = "SELECT CASE WHEN pg_try_advisory_lock(7066703, hashtext(current_schema())) THEN 1 ELSE 0 END::bigint AS number";
            Ok(number(conn, sql)? == 1)
        }
    }
}
