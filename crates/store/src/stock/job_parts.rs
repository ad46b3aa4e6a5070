//! What a job used: the lines of its papers and its bill.

use std::collections::BTreeMap;

use diesel::prelude::*;
use domain::stock::{JobMovement, used};

use super::MovementRow;
use crate::access::Scope;
use crate::error::Result;
use crate::part_units::list_units_by_id;
use crate::parts::list_parts_by_id;
use crate::portable::AnyConnection;
use crate::schema::{assets, jobs, stock_movements};
use crate::types::Moment;
use crate::{Tx, in_scope};

/// A line: a part that a job used, or a piece that was only taken out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobPart {
    /// The movement that began the line.
    pub movement_id: i64,
    /// When that was written down.
    pub at: Moment,
    /// The part.
    pub part_id: i64,
    /// Its number.
    pub number: String,
    /// What it is.
    pub description: String,
    /// What is counted: each, metre, pair.
    pub unit: String,
    /// How many were used up; none where a piece was only taken out, or came out of another asset.
    pub quantity: i64,
    /// What one cost, in pence.
    pub cost_pence: Option<i64>,
    /// The asset that it was for, where one is named.
    pub asset_id: Option<i64>,
    /// That asset's tag.
    pub asset_tag: Option<String>,
    /// Serial number of the piece that went in.
    pub fitted: Option<String>,
    /// Serial number of the piece that came out.
    pub taken_out: Option<String>,
}

impl JobPart {
    /// What the line cost, in pence; nothing is known where no cost was.
    pub fn line_pence(&self) -> Option<i64> {
        self.cost_pence.map(|cost| cost.saturating_mul(self.quantity))
    }
}

/// Takes hold of a job until the end of the transaction: what it has must not be given back twice.
///
/// # Errors
/// The database's.
pub fn hold_job(tx: &mut Tx, job_id: i64) -> Result<()> {
    // Writing a column to itself locks the row on a server; in a file the one writer holds everything already.
    let row = jobs::table.filter(jobs::id.eq(job_id));
    diesel::update(row).set(jobs::version.eq(jobs::version)).execute(&mut **tx)?;
    Ok(())
}

/// The movements of a job within the scope, in their order.
///
/// # Errors
/// The database's.
pub fn list_job_movements(conn: &mut AnyConnection, scope: &Scope, job_id: i64) -> Result<Vec<MovementRow>> {
    let of_job = MovementRow::query().filter(stock_movements::job_id.eq(job_id)).into_boxed();
    // A row without a customer is no job's, so the column is compared as it is.
    let query = in_scope!(of_job, scope, stock_movements::customer_id.assume_not_null());
    Ok(query.order(stock_movements::id).load(conn)?)
}

/// What a job within the scope used, line by line.
///
/// # Errors
/// The database's.
pub fn list_job_parts(conn: &mut AnyConnection, scope: &Scope, job_id: i64) -> Result<Vec<JobPart>> {
    let rows = list_job_movements(conn, scope, job_id)?;
    let times: BTreeMap<i64, Moment> = rows.iter().map(|row| (row.id, row.at)).collect();
    let lines = used(&rows.iter().map(of_row).collect::<Vec<_>>());
    let ids: Vec<i64> = lines.iter().map(|line| line.part).collect();
    let parts: BTreeMap<i64, _> =
        list_parts_by_id(conn, &ids)?.into_iter().map(|part| (part.id, part)).collect();
    let ids: Vec<i64> = lines.iter().flat_map(|line| [line.fitted, line.taken_out]).flatten().collect();
    let units: BTreeMap<i64, String> =
        list_units_by_id(conn, &ids)?.into_iter().map(|unit| (unit.id, unit.serial)).collect();
    let tags = tags_of(conn, scope, lines.iter().filter_map(|line| line.asset).collect())?;
    let serial = |id: Option<i64>| id.and_then(|id| units.get(&id).cloned());
    let line = |line: &domain::stock::Used| {
        let part = parts.get(&line.part)?;
        Some(JobPart {
            movement_id: line.id,
            at: *times.get(&line.id)?,
            part_id: part.id,
            number: part.number.clone(),
            description: part.description.clone(),
            unit: part.unit.clone(),
            quantity: line.quantity,
            cost_pence: line.cost_pence,
            asset_id: line.asset,
            asset_tag: line.asset.and_then(|id| tags.get(&id).cloned()),
            fitted: serial(line.fitted),
            taken_out: serial(line.taken_out),
        })
    };
    Ok(lines.iter().filter_map(line).collect())
}

fn tags_of(conn: &mut AnyConnection, scope: &Scope, ids: Vec<i64>) -> Result<BTreeMap<i64, String>> {
    let query = assets::table.filter(assets::id.eq_any(ids)).into_boxed();
    let rows: Vec<(i64, String)> =
        in_scope!(query, scope, assets::customer_id).select((assets::id, assets::tag)).load(conn)?;
    Ok(rows.into_iter().collect())
}

/// A movement as the domain reads it.
pub(crate) fn of_row(row: &MovementRow) -> JobMovement {
    JobMovement {
        id: row.id,
        kind: row.kind.0,
        part: row.part_id,
        quantity: row.quantity,
        unit: row.unit_id,
        from_asset: row.from_asset_id,
        to_asset: row.to_asset_id,
        with: row.with_id,
        cost_pence: row.cost_pence,
    }
}
