//! What tests have brought assets to, written for many at once.

use chrono::NaiveDate;
use diesel::backend::Backend;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::serialize::ToSql;
use diesel::sql_types::{BigInt, Date, HasSqlType, Nullable, Text, Timestamp};
use domain::verdict::Verdict;

use super::{BATCH, TestedState};
use crate::error::Result;
use crate::types::{Coded, Moment};
use crate::{Tx, each_backend};

/// The new state of an asset.
pub(super) struct NewState<'a> {
    pub asset_id: i64,
    pub state: &'a TestedState,
    /// The first day on which something is due.
    pub due_on: Option<NaiveDate>,
}

/// Writes the new states of assets.
pub(super) fn update_states(tx: &mut Tx, all: &[NewState]) -> Result<()> {
    for some in all.chunks(BATCH) {
        each_backend!(&mut **tx, c => StateUpdate(some).execute(c))?;
    }
    Ok(())
}

/// An update of many assets at once from a list of values. Diesel has none, and prepares each single update anew, which
/// takes SQLite four times as long as to carry it out.
struct StateUpdate<'a>(&'a [NewState<'a>]);

impl QueryId for StateUpdate<'_> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<C> RunQueryDsl<C> for StateUpdate<'_> {}

impl<DB: Backend> QueryFragment<DB> for StateUpdate<'_>
where
    i64: ToSql<BigInt, DB>,
    str: ToSql<Text, DB>,
    Coded<Verdict>: ToSql<Text, DB>,
    Moment: ToSql<Timestamp, DB>,
    NaiveDate: ToSql<Date, DB>,
    DB: HasSqlType<BigInt> + HasSqlType<Text> + HasSqlType<Timestamp> + HasSqlType<Date>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.unsafe_to_cache_prepared();
        out.push_sql(
            "UPDATE assets SET lock_cause = v.column2, locked_at = v.column3, last_verdict = v.column4, \
             last_tested_at = v.column5, due_on = v.column6 FROM (VALUES ",
        );
        for (n, NewState { asset_id, state, due_on }) in self.0.iter().enumerate() {
            out.push_sql(if n == 0 { "(" } else { ", (" });
            out.push_bind_param::<BigInt, _>(asset_id)?;
            out.push_sql(", ");
            out.push_bind_param::<Nullable<Text>, _>(&state.lock_cause)?;
            out.push_sql(", ");
            out.push_bind_param::<Nullable<Timestamp>, _>(&state.locked_at)?;
            out.push_sql(", ");
            out.push_bind_param::<Nullable<Text>, _>(&state.last_verdict)?;
            out.push_sql(", ");
            out.push_bind_param::<Nullable<Timestamp>, _>(&state.last_tested_at)?;
            out.push_sql(", ");
            out.push_bind_param::<Nullable<Date>, _>(due_on)?;
            out.push_sql(")");
        }
        out.push_sql(") AS v WHERE assets.id = v.column1");
        Ok(())
    }
}
