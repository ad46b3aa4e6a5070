//! One value of one column: read from either database, written to a backup, and back.

use chrono::{DateTime, NaiveDate, NaiveDateTime};
use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, QueryableByName};
use diesel::row::{Field, NamedRow, Row};
use diesel::sql_types::{BigInt, Binary, Bool, Date, Nullable, Text, Timestamp};
use serde::{Deserialize, Serialize};

/// What a column holds; both databases have the same six.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnType {
    /// A whole number.
    Integer,
    /// Text.
    Text,
    /// Yes or no.
    Boolean,
    /// A moment in UTC, to the microsecond.
    Moment,
    /// A day.
    Date,
    /// Bytes.
    Bytes,
}

impl ColumnType {
    /// The type by the word that a database has for it.
    pub fn of(word: &str) -> Option<Self> {
        Some(match word.to_ascii_lowercase().as_str() {
            "integer" | "bigint" => Self::Integer,
            "text" => Self::Text,
            "boolean" => Self::Boolean,
            "timestamp" | "timestamp without time zone" => Self::Moment,
            "date" => Self::Date,
            "blob" | "bytea" => Self::Bytes,
            _ => return None,
        })
    }

    /// The letter by which a query's column names its type.
    pub(crate) fn letter(self) -> char {
        match self {
            Self::Integer => 'i',
            Self::Text => 't',
            Self::Boolean => 'f',
            Self::Moment => 'm',
            Self::Date => 'd',
            Self::Bytes => 'b',
        }
    }
}

/// A value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// None.
    Null,
    /// A whole number.
    Integer(i64),
    /// Text.
    Text(String),
    /// Yes or no.
    Boolean(bool),
    /// A moment in UTC.
    Moment(NaiveDateTime),
    /// A day.
    Date(NaiveDate),
    /// Bytes.
    Bytes(Vec<u8>),
}

/// The largest text or bytes that a backup holds.
pub(crate) const LARGEST: u32 = 256 << 20;

impl Value {
    /// About how much memory it takes.
    pub(crate) fn weight(&self) -> usize {
        match self {
            Self::Text(text) => text.len() + 16,
            Self::Bytes(bytes) => bytes.len() + 16,
            _ => 16,
        }
    }

    /// Its form in a backup: 0 for none, else 1 and the value; numbers big end first, texts behind their length.
    pub(crate) fn write(&self, out: &mut Vec<u8>) -> Result<(), String> {
        out.push(u8::from(*self != Self::Null));
        match self {
            Self::Null => {}
            Self::Integer(number) => out.extend(number.to_be_bytes()),
            Self::Boolean(yes) => out.push(u8::from(*yes)),
            Self::Moment(moment) => out.extend(moment.and_utc().timestamp_micros().to_be_bytes()),
            Self::Date(day) => out.extend(days(*day).to_be_bytes()),
            Self::Text(text) => write_bytes(out, text.as_bytes())?,
            Self::Bytes(bytes) => write_bytes(out, bytes)?,
        }
        Ok(())
    }

    /// Reads a value of this type through `take`, which gives the next so many bytes.
    pub(crate) fn read(
        kind: ColumnType,
        take: &mut dyn FnMut(u32) -> Result<Vec<u8>, String>,
    ) -> Result<Self, String> {
        match take(1)?.first() {
            Some(0) => return Ok(Self::Null),
            Some(1) => {}
            _ => return Err("a value begins with neither 0 nor 1".to_owned()),
        }
        Ok(match kind {
            ColumnType::Integer => Self::Integer(number(&take(8)?)?),
            ColumnType::Boolean => match take(1)?.first() {
                Some(0) => Self::Boolean(false),
                Some(1) => Self::Boolean(true),
                _ => return Err("a yes or no is neither".to_owned()),
            },
            ColumnType::Moment => DateTime::from_timestamp_micros(number(&take(8)?)?)
                .map(|moment| Self::Moment(moment.naive_utc()))
                .ok_or("a moment is outside the calendar")?,
            ColumnType::Date => {
                let days = i32::try_from(number(&take(8)?)?).map_err(|_| "a day is outside the calendar")?;
                let day = NaiveDate::from_epoch_days(days);
                Self::Date(day.ok_or("a day is outside the calendar")?)
            }
            ColumnType::Text => {
                let bytes = read_bytes(take)?;
                Self::Text(String::from_utf8(bytes).map_err(|_| "a text is not UTF-8")?)
            }
            ColumnType::Bytes => Self::Bytes(read_bytes(take)?),
        })
    }
}

fn days(day: NaiveDate) -> i64 {
    i64::from(day.to_epoch_days())
}

fn write_bytes(out: &mut Vec<u8>, bytes: &[u8]) -> Result<(), String> {
    let length = u32::try_from(bytes.len()).ok().filter(|length| *length <= LARGEST);
    let length = length.ok_or_else(|| format!("a value has {} bytes, at most {LARGEST} fit", bytes.len()))?;
    out.extend(length.to_be_bytes());
    out.extend(bytes);
    Ok(())
}

fn read_bytes(take: &mut dyn FnMut(u32) -> Result<Vec<u8>, String>) -> Result<Vec<u8>, String> {
    let length = take(4)?.try_into().map(u32::from_be_bytes).map_err(|_| "a length is cut off")?;
    if length > LARGEST {
        return Err(format!("a value claims {length} bytes, at most {LARGEST} fit"));
    }
    take(length)
}

fn number(bytes: &[u8]) -> Result<i64, String> {
    bytes.try_into().map(i64::from_be_bytes).map_err(|_| "a number is cut off".to_owned())
}

/// A row whose columns are named by the letters of their types.
#[derive(Debug)]
pub(crate) struct Values(pub Vec<Value>);

impl<DB: Backend> QueryableByName<DB> for Values
where
    i64: FromSql<BigInt, DB>,
    String: FromSql<Text, DB>,
    bool: FromSql<Bool, DB>,
    NaiveDateTime: FromSql<Timestamp, DB>,
    NaiveDate: FromSql<Date, DB>,
    Vec<u8>: FromSql<Binary, DB>,
{
    fn build<'a>(row: &impl NamedRow<'a, DB>) -> deserialize::Result<Self> {
        let value = |i: usize| -> deserialize::Result<Value> {
            let field = Row::get(row, i).ok_or("a column is missing")?;
            let letter = field.field_name().and_then(|name| name.chars().next());
            macro_rules! read {
                ($sql:ty, $rust:ty, $value:expr) => {
                    <Option<$rust> as FromSql<Nullable<$sql>, DB>>::from_nullable_sql(field.value())?
                        .map($value)
                };
            }
            let value = match letter {
                Some('i') => read!(BigInt, i64, Value::Integer),
                Some('t') => read!(Text, String, Value::Text),
                Some('f') => read!(Bool, bool, Value::Boolean),
                Some('m') => read!(Timestamp, NaiveDateTime, Value::Moment),
                Some('d') => read!(Date, NaiveDate, Value::Date),
                Some('b') => read!(Binary, Vec<u8>, Value::Bytes),
                other => return Err(format!("no type has the letter {other:?}").into()),
            };
            Ok(value.unwrap_or(Value::Null))
        };
        Ok(Self((0..row.field_count()).map(value).collect::<deserialize::Result<_>>()?))
    }
}
