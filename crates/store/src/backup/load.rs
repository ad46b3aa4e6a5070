//! Reading a backup: checking all of it, and filling an empty schema from it.

use std::io::Read;

use super::stream::{In, bad};
use super::value::{ColumnType, Value};
use super::{About, Progress, Schema, Summary, Table, portable};
use crate::error::{Error, Result};
use crate::portable::{AnyConnection, knows, migrate_to};

/// Rows are stored when there are so many of them, or so many bytes.
const ROWS: usize = 500;
const BYTES: usize = 4 << 20;

/// Reads a whole backup and says what it holds; nothing is stored.
///
/// # Errors
/// [`Error::BadFile`] says what is wrong with it.
pub fn check(input: impl Read, progress: &mut dyn FnMut(Progress)) -> Result<(Summary, Schema)> {
    let mut input = In::new(input)?;
    let (about, schema) = head(&mut input)?;
    let rows = each_table(&mut input, &schema, progress, &mut |_, _| Ok(()))?;
    let content = input.finish()?;
    Ok((Summary { about, tables: schema.tables.len(), rows, content }, schema))
}

/// Fills an empty schema, made by the same migrations, from a backup.
///
/// # Errors
/// [`Error::BadFile`] says what is wrong with the file; else the database's. The caller then drops what was filled.
pub fn load(
    conn: &mut AnyConnection,
    input: impl Read,
    progress: &mut dyn FnMut(Progress),
) -> Result<Summary> {
    let mut input = In::new(input)?;
    let (about, schema) = head(&mut input)?;
    migrate_to(conn, &schema.migrations)?;
    same_tables(&schema.tables, &super::tables_of(conn)?)?;
    let bound = portable::unbind(conn)?;
    for table in super::tables_of(conn)?.iter().filter(|table| table.rows > 0) {
        portable::empty_table(conn, &table.name)?;
    }
    let mut batch: Vec<Vec<Value>> = vec![];
    let mut weight = 0;
    let rows = each_table(&mut input, &schema, progress, &mut |table, row| {
        if let Some(row) = row {
            weight += row.iter().map(Value::weight).sum::<usize>();
            batch.push(row);
            if batch.len() < ROWS && weight < BYTES {
                return Ok(());
            }
        }
        weight = 0;
        insert(conn, table, std::mem::take(&mut batch))
    })?;
    let content = input.finish()?;
    portable::bind_again(conn, bound)?;
    Ok(Summary { about, tables: schema.tables.len(), rows, content })
}

fn insert(conn: &mut AnyConnection, table: &Table, rows: Vec<Vec<Value>>) -> Result<()> {
    portable::insert_rows(conn, table, rows).map_err(|error| match error {
        Error::Full => error,
        other => bad(format!("table {}: {other}", table.name)),
    })
}

fn head<R: Read>(input: &mut In<R>) -> Result<(About, Schema)> {
    let about = serde_json::from_slice(&input.about()?).map_err(|error| bad(format!("its head: {error}")))?;
    let schema: Schema =
        serde_json::from_slice(&input.document()?).map_err(|error| bad(format!("its tables: {error}")))?;
    if let Some(newer) = schema.migrations.iter().find(|name| !knows(name)) {
        return Err(Error::Newer { found: newer.clone() });
    }
    if let Some(table) = schema.tables.iter().find(|table| table.columns.is_empty()) {
        return Err(bad(format!("its table \"{}\" has no columns", table.name)));
    }
    Ok((about, schema))
}

type EachRow<'a> = dyn FnMut(&Table, Option<Vec<Value>>) -> Result<()> + 'a;

/// Gives each row to `each`, and nothing after a table's last.
fn each_table<R: Read>(
    input: &mut In<R>,
    schema: &Schema,
    progress: &mut dyn FnMut(Progress),
    each: &mut EachRow,
) -> Result<u64> {
    let of = schema.tables.iter().fold(0_u64, |sum, table| sum.saturating_add(table.rows));
    let mut done = Progress { rows: 0, of };
    for table in &schema.tables {
        let kinds: Vec<ColumnType> = table.columns.iter().map(|column| column.kind).collect();
        for row in 1..=table.rows {
            let mut take = |length: u32| input.bytes(length).map_err(|error| error.to_string());
            let values: std::result::Result<Vec<Value>, String> =
                kinds.iter().map(|kind| Value::read(*kind, &mut take)).collect();
            let values = values.map_err(|why| bad(format!("row {row} of table {}: {why}", table.name)))?;
            each(table, Some(values))?;
            done.rows += 1;
            if done.rows.is_multiple_of(1000) {
                progress(done);
            }
        }
        each(table, None)?;
    }
    progress(done);
    Ok(done.rows)
}

/// Names never go from the file into a statement unless they are those of the schema that its migrations make.
fn same_tables(theirs: &[Table], ours: &[Table]) -> Result<()> {
    let without_rows =
        |tables: &[Table]| tables.iter().map(|table| Table { rows: 0, ..table.clone() }).collect::<Vec<_>>();
    let (theirs, ours) = (without_rows(theirs), without_rows(ours));
    if theirs == ours {
        return Ok(());
    }
    let odd = theirs.iter().find(|table| !ours.contains(table)).or(ours.iter().find(|t| !theirs.contains(t)));
    let name = odd.map(|table| table.name.as_str()).unwrap_or_default();
    Err(bad(format!("its table \"{name}\" is not as its migrations make it")))
}
