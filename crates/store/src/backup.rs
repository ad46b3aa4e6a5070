//! Backups: everything in the database as one stream that either database can be restored from.
//!
//! The form is told in docs/backup.md. Rows come in the order of their keys and columns in that of their names, so
//! that two databases that hold the same give the same bytes, and the hash over them is a name for the content.
mod load;
mod portable;
mod restore;
mod stream;
mod value;

pub use load::{check, load};
pub use restore::{Before, Copy, Restored, open_copy, restore, write_file};
pub use value::{ColumnType, Value};

use std::io::Write;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::portable::{AnyConnection, end_write};
use stream::Out;

/// What ends with the day and is nobody's record: whoever was logged in logs in again.
const LEFT_OUT: &[&str] = &["sessions", "password_resets", "uploads"];

/// What a backup says of itself; its hash does not cover this.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct About {
    /// When it was made.
    pub made_at: DateTime<Utc>,
    /// By which version.
    pub program: String,
}

/// Which tables follow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Schema {
    /// The migrations that made them.
    pub migrations: Vec<String>,
    /// The tables, by name.
    pub tables: Vec<Table>,
}

/// A table in a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// How many rows follow.
    pub rows: u64,
    /// Its columns, by name.
    pub columns: Vec<Column>,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub kind: ColumnType,
    /// Its place in the table's key, from 1; 0 for none.
    pub key: i64,
}

/// How far a reading or writing has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    /// Rows so far.
    pub rows: u64,
    /// Of so many.
    pub of: u64,
}

/// What a backup holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// What it says of itself.
    pub about: About,
    /// Its tables.
    pub tables: usize,
    /// Its rows.
    pub rows: u64,
    /// SHA-256 over the tables and their rows: equal content, equal hash, whichever database it is in.
    pub content: String,
}

/// Writes everything as it is at one moment, while others go on reading and writing.
///
/// # Errors
/// The database's; [`Error::BadFile`] and [`Error::Full`] when it cannot be written.
pub fn write<W: Write>(
    conn: &mut AnyConnection,
    out: W,
    made_at: DateTime<Utc>,
    progress: &mut dyn FnMut(Progress),
) -> Result<(Summary, W)> {
    portable::begin_snapshot(conn)?;
    let written = write_rows(conn, out, made_at, progress);
    let ended = end_write(conn, false);
    let written = written?;
    ended?;
    Ok(written)
}

fn write_rows<W: Write>(
    conn: &mut AnyConnection,
    out: W,
    made_at: DateTime<Utc>,
    progress: &mut dyn FnMut(Progress),
) -> Result<(Summary, W)> {
    let schema = Schema { migrations: portable::applied(conn)?, tables: tables_of(conn)? };
    let about = About { made_at, program: env!("CARGO_PKG_VERSION").to_owned() };
    let mut out = Out::new(out)?;
    out.about(&json(&about)?)?;
    out.document(&json(&schema)?)?;
    let of = schema.tables.iter().map(|table| table.rows).sum();
    let mut done = Progress { rows: 0, of };
    for table in &schema.tables {
        write_table(conn, table, &mut out, &mut || {
            done.rows += 1;
            if done.rows.is_multiple_of(1000) {
                progress(done);
            }
        })?;
    }
    progress(done);
    let (content, out) = out.finish()?;
    Ok((Summary { about, tables: schema.tables.len(), rows: done.rows, content }, out))
}

/// The content's name alone: what a backup made now would have.
///
/// # Errors
/// The database's.
pub fn content(conn: &mut AnyConnection, now: DateTime<Utc>) -> Result<String> {
    Ok(write(conn, std::io::sink(), now, &mut |_| {})?.0.content)
}

/// The name of one table's content, for comparing two databases table by table.
///
/// # Errors
/// The database's; [`Error::BadFile`] for a table that is none.
pub fn content_of(conn: &mut AnyConnection, table: &str) -> Result<String> {
    let mut out = Out::new(std::io::sink())?;
    let known = tables_of(conn)?.into_iter().find(|known| known.name == table);
    let table = known.ok_or_else(|| Error::BadFile(format!("there is no table \"{table}\"")))?;
    write_table(conn, &table, &mut out, &mut || {})?;
    Ok(out.finish()?.0)
}

fn write_table<W: Write>(
    conn: &mut AnyConnection,
    table: &Table,
    out: &mut Out<W>,
    done: &mut dyn FnMut(),
) -> Result<()> {
    let mut buffer = vec![];
    portable::each_row(conn, &select(conn, table), &mut |values| {
        buffer.clear();
        for value in values {
            let unfit = |why| Error::BadFile(format!("table {}: {why}", table.name));
            value.write(&mut buffer).map_err(unfit)?;
        }
        done();
        out.bytes(&buffer)
    })
}

fn json(document: &impl Serialize) -> Result<Vec<u8>> {
    serde_json::to_vec(document).map_err(|error| Error::BadFile(error.to_string()))
}

/// The tables that a backup holds, with how many rows each has.
pub(crate) fn tables_of(conn: &mut AnyConnection) -> Result<Vec<Table>> {
    let mut tables: Vec<Table> = vec![];
    for (table, column) in portable::list_columns(conn)? {
        if LEFT_OUT.contains(&table.as_str()) {
            continue;
        }
        match tables.iter_mut().find(|known| known.name == table) {
            Some(known) => known.columns.push(column),
            None => tables.push(Table { name: table, rows: 0, columns: vec![column] }),
        }
    }
    tables.sort_by(|a, b| a.name.cmp(&b.name));
    for table in &mut tables {
        table.columns.sort_by(|a, b| a.name.cmp(&b.name));
        table.rows = portable::count_rows(conn, &table.name)?;
    }
    Ok(tables)
}

/// Every row in the order of its key, each column named by its type.
fn select(conn: &AnyConnection, table: &Table) -> String {
    let columns = table.columns.iter().enumerate();
    let columns: Vec<String> =
        columns.map(|(i, column)| format!("\"{}\" AS {}{i}", column.name, column.kind.letter())).collect();
    let mut key: Vec<&Column> = table.columns.iter().filter(|column| column.key > 0).collect();
    key.sort_by_key(|column| column.key);
    let key: Vec<String> = key.iter().map(|column| portable::in_order(conn, column)).collect();
    format!("SELECT {} FROM \"{}\" ORDER BY {}", columns.join(", "), table.name, key.join(", "))
}
