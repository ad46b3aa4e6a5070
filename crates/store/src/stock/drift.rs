//! Whether the levels are what the movements come to.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use domain::stock::UnitState;

use crate::error::Result;
use crate::portable::AnyConnection;
use crate::schema::{part_units, parts, stock_levels, stock_places};
use crate::types::Coded;

/// A level that is not the sum of its movements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drift {
    /// Number of the part.
    pub part: String,
    /// The place.
    pub place: String,
    /// How many the level says.
    pub level: i64,
    /// How many the movements come to.
    pub comes_to: i64,
    /// How many pieces lie there, where they are known by serial number.
    pub pieces: Option<i64>,
}

impl std::fmt::Display for Drift {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { level, comes_to, pieces, .. } = self;
        write!(f, "shows {level}, and its movements come to {comes_to}")?;
        pieces.map_or(Ok(()), |pieces| write!(f, ", its serial numbers to {pieces}"))
    }
}

type Sums = BTreeMap<(i64, i64), i64>;

#[derive(QueryableByName)]
struct Sum {
    #[diesel(sql_type = BigInt)]
    part_id: i64,
    #[diesel(sql_type = BigInt)]
    place_id: i64,
    #[diesel(sql_type = BigInt)]
    comes_to: i64,
}

const SUMS: &str = "SELECT part_id, place_id, CAST(sum(change) AS BIGINT) AS comes_to FROM \
     (SELECT part_id, to_place_id AS place_id, quantity AS change FROM stock_movements WHERE to_place_id IS NOT NULL \
      UNION ALL \
      SELECT part_id, from_place_id, -quantity FROM stock_movements WHERE from_place_id IS NOT NULL) AS moved \
     GROUP BY part_id, place_id";

/// What the movements come to, by part and place.
///
/// # Errors
/// The database's.
pub fn sum_movements(conn: &mut AnyConnection) -> Result<Sums> {
    let rows: Vec<Sum> = diesel::sql_query(SUMS).load(conn)?;
    Ok(rows.into_iter().map(|row| ((row.part_id, row.place_id), row.comes_to)).collect())
}

/// The first level that is not the sum of its movements or, of a part with serial numbers, not the number of pieces
/// that lie there; none where the stock is whole.
///
/// # Errors
/// The database's.
pub fn find_drift(conn: &mut AnyConnection) -> Result<Option<Drift>> {
    let sums = sum_movements(conn)?;
    let columns = (stock_levels::part_id, stock_levels::place_id, stock_levels::quantity);
    let rows: Vec<(i64, i64, i64)> = stock_levels::table.select(columns).load(conn)?;
    let levels: Sums = rows.into_iter().map(|(part, place, level)| ((part, place), level)).collect();
    let pieces = count_pieces(conn)?;
    let serialised: Vec<i64> =
        parts::table.filter(parts::serialised.eq(true)).select(parts::id).load(conn)?;
    let keys: BTreeSet<&(i64, i64)> = levels.keys().chain(sums.keys()).chain(pieces.keys()).collect();
    for key in keys {
        let of = |sums: &Sums| sums.get(key).copied().unwrap_or(0);
        let (level, comes_to) = (of(&levels), of(&sums));
        let pieces = serialised.contains(&key.0).then(|| of(&pieces));
        if level != comes_to || pieces.is_some_and(|pieces| pieces != level) {
            let part = parts::table.find(key.0).select(parts::number).first(conn)?;
            let place = stock_places::table.find(key.1).select(stock_places::name).first(conn)?;
            return Ok(Some(Drift { part, place, level, comes_to, pieces }));
        }
    }
    Ok(None)
}

fn count_pieces(conn: &mut AnyConnection) -> Result<Sums> {
    let rows: Vec<(i64, Option<i64>, i64)> = part_units::table
        .filter(part_units::state.eq(Coded(UnitState::InStock)))
        .group_by((part_units::part_id, part_units::place_id))
        .select((part_units::part_id, part_units::place_id, diesel::dsl::count_star()))
        .load(conn)?;
    Ok(rows.into_iter().filter_map(|(part, place, count)| Some(((part, place?), count))).collect())
}
