//! Column types that read the same from both databases.

use chrono::{DateTime, NaiveDateTime, Timelike, Utc};
use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::{Text, Timestamp};
use domain::code::Code;
use serde::{Serialize, de::DeserializeOwned};

/// A moment in UTC to the microsecond: PostgreSQL keeps no more, and both must give back what they were given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, AsExpression, FromSqlRow)]
#[diesel(sql_type = Timestamp)]
pub struct Moment(NaiveDateTime);

impl Moment {
    /// The moment as a UTC time.
    pub fn utc(self) -> DateTime<Utc> {
        self.0.and_utc()
    }
}

impl From<DateTime<Utc>> for Moment {
    fn from(time: DateTime<Utc>) -> Self {
        let micros = time.timestamp_subsec_micros();
        Self(time.with_nanosecond(micros * 1000).unwrap_or(time).naive_utc())
    }
}

impl From<Moment> for DateTime<Utc> {
    fn from(moment: Moment) -> Self {
        moment.utc()
    }
}

impl<DB: Backend> FromSql<Timestamp, DB> for Moment
where
    NaiveDateTime: FromSql<Timestamp, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        Ok(Self(NaiveDateTime::from_sql(bytes)?))
    }
}

impl<DB: Backend> ToSql<Timestamp, DB> for Moment
where
    NaiveDateTime: ToSql<Timestamp, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        self.0.to_sql(out)
    }
}

/// A member of a closed list, stored as its code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub struct Coded<T: Code>(pub T);

impl<T: Code> std::ops::Deref for Coded<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: Code> From<T> for Coded<T> {
    fn from(code: T) -> Self {
        Self(code)
    }
}

impl<T: Code, DB: Backend> FromSql<Text, DB> for Coded<T>
where
    String: FromSql<Text, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        Ok(Self(T::parse_code(&String::from_sql(bytes)?)?))
    }
}

impl<T: Code + std::fmt::Debug, DB: Backend> ToSql<Text, DB> for Coded<T>
where
    str: ToSql<Text, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        let code: &'static str = self.0.code();
        code.to_sql(out)
    }
}

/// A value kept as JSON text, since the databases' own JSON types differ.
#[derive(Debug, Clone, PartialEq, Eq, Default, FromSqlRow)]
pub struct Json<T: std::fmt::Debug>(pub T);

impl<T: DeserializeOwned + std::fmt::Debug, DB: Backend> FromSql<Text, DB> for Json<T>
where
    String: FromSql<Text, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        Ok(Self(serde_json::from_str(&String::from_sql(bytes)?)?))
    }
}

/// For `#[diesel(serialize_as = String)]`: the two-database bind collector borrows, so text must be made before.
impl<T: Serialize + std::fmt::Debug> From<Json<T>> for String {
    fn from(json: Json<T>) -> Self {
        // A map with keys that are no strings is the only thing serde_json cannot write; we store none.
        serde_json::to_string(&json.0).expect("a stored value is JSON")
    }
}
