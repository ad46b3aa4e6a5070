//! The firm's settings: named JSON values that an administrator changes in the browser.

use diesel::prelude::*;
use serde::{Serialize, de::DeserializeOwned};

use crate::Tx;
use crate::each_backend;
use crate::error::Result;
use crate::portable::AnyConnection;
use crate::schema::{counters, settings};
use crate::types::Json;

/// Reads a setting.
///
/// # Errors
/// The database's, or that the stored value is not what this binary expects.
pub fn find_setting<T: DeserializeOwned + std::fmt::Debug + 'static>(
    conn: &mut AnyConnection,
    name: &str,
) -> Result<Option<T>> {
    let value: Option<Json<T>> =
        each_backend!(conn, c => settings::table.find(name).select(settings::value).first(c).optional())?;
    Ok(value.map(|json| json.0))
}

/// Writes a setting.
///
/// # Errors
/// The database's.
pub fn set_setting<T: Serialize + std::fmt::Debug>(tx: &mut Tx, name: &str, value: T) -> Result<()> {
    let text = String::from(Json(value));
    let rows =
        diesel::update(settings::table.find(name)).set(settings::value.eq(&text)).execute(&mut **tx)?;
    if rows == 0 {
        let row = (settings::name.eq(name), settings::value.eq(&text));
        diesel::insert_into(settings::table).values(row).execute(&mut **tx)?;
    }
    Ok(())
}

/// Takes the next number of a series, without gaps: a rolled-back transaction gives its number back.
///
/// # Errors
/// The database's.
pub fn next_number(tx: &mut Tx, series: &str) -> Result<i64> {
    next_numbers(tx, series, 1)
}

/// Takes several numbers at once, and gives the first of them.
///
/// # Errors
/// The database's.
pub fn next_numbers(tx: &mut Tx, series: &str, count: i64) -> Result<i64> {
    let last: i64 = diesel::update(counters::table.find(series))
        .set(counters::value.eq(counters::value + count))
        .returning(counters::value)
        .get_result(&mut **tx)?;
    Ok(last - count + 1)
}
