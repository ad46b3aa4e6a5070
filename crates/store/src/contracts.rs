//! Contracts: what they cover, and the terms agreed in them, which are appended and never altered.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use diesel::prelude::*;
use domain::contract::{Agreed, Contract, Covers};
use domain::terms::Terms;

use crate::access::Scope;
use crate::calendars::{CalendarRow, list_calendars};
use crate::error::{Error, Result, taken};
use crate::portable::AnyConnection;
use crate::schema::{contract_cover, contract_terms, contracts};
use crate::types::{Json, Moment};
use crate::{Tx, in_scope};

/// A contract.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = contracts)]
pub struct ContractRow {
    /// Id.
    pub id: i64,
    /// Whose it is.
    pub customer_id: i64,
    /// Name, unique with the customer.
    pub name: String,
    /// First day.
    pub starts_on: NaiveDate,
    /// Last day; none where it goes on.
    pub ends_on: Option<NaiveDate>,
    /// Notes.
    pub notes: String,
    /// Version for concurrent edits.
    pub version: i64,
}

/// What people fill in of a contract, but for what it covers and its terms.
#[derive(Debug, Clone, PartialEq, Eq, Insertable, AsChangeset)]
#[diesel(table_name = contracts, treat_none_as_null = true)]
pub struct ContractFields {
    /// Name, unique with the customer.
    pub name: String,
    /// First day.
    pub starts_on: NaiveDate,
    /// Last day; none where it goes on.
    pub ends_on: Option<NaiveDate>,
    /// Notes.
    pub notes: String,
}

/// Terms as they were written down.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = contract_terms)]
pub struct TermsRow {
    /// Id; rises with each one written down.
    pub id: i64,
    /// The contract.
    pub contract_id: i64,
    /// From when on they hold.
    pub since: Moment,
    /// The calendar by which their time counts.
    pub calendar_id: i64,
    /// What was agreed.
    pub terms: Json<Terms>,
    /// Who wrote them down; none for the program itself.
    pub person_id: Option<i64>,
    /// When they were written down.
    pub at: Moment,
}

/// The contracts within a scope, by name; of one customer where one is given.
///
/// # Errors
/// The database's.
pub fn list_contracts(
    conn: &mut AnyConnection,
    scope: &Scope,
    customer_id: Option<i64>,
) -> Result<Vec<ContractRow>> {
    let mut query = in_scope!(ContractRow::query().into_boxed(), scope, contracts::customer_id);
    if let Some(customer) = customer_id {
        query = query.filter(contracts::customer_id.eq(customer));
    }
    Ok(query.order((contracts::customer_id, contracts::name)).load(conn)?)
}

/// Finds a contract.
///
/// # Errors
/// [`Error::NotFound`] when there is none, or none within the scope.
pub fn find_contract(conn: &mut AnyConnection, scope: &Scope, id: i64) -> Result<ContractRow> {
    let query = in_scope!(ContractRow::query().into_boxed(), scope, contracts::customer_id);
    query.filter(contracts::id.eq(id)).first(conn).optional()?.ok_or(Error::NotFound("contract"))
}

/// Adds a contract to a customer that the caller has found within the scope.
///
/// # Errors
/// [`Error::Taken`] when the customer has one of this name.
pub fn insert_contract(tx: &mut Tx, customer_id: i64, fields: &ContractFields) -> Result<i64> {
    let insert = diesel::insert_into(contracts::table)
        .values((fields, contracts::customer_id.eq(customer_id)))
        .returning(contracts::id)
        .get_result(&mut **tx);
    taken(insert, || taken_words(fields))
}

/// Changes a contract that the caller has found within the scope.
///
/// # Errors
/// [`Error::Stale`] when it was changed meanwhile, [`Error::Taken`] when the customer has one of this name.
pub fn update_contract(tx: &mut Tx, id: i64, version: i64, fields: &ContractFields) -> Result<()> {
    let target = contracts::table.filter(contracts::id.eq(id).and(contracts::version.eq(version)));
    let update = diesel::update(target).set((fields, contracts::version.eq(version + 1))).execute(&mut **tx);
    match taken(update, || taken_words(fields))? {
        0 => Err(Error::Stale("contract")),
        _ => Ok(()),
    }
}

fn taken_words(fields: &ContractFields) -> String {
    format!("the customer has a contract \"{}\" already", fields.name)
}

/// What a contract covers; nothing named means everything.
///
/// # Errors
/// The database's.
pub fn list_cover(conn: &mut AnyConnection, contract_id: i64) -> Result<Vec<Covers>> {
    Ok(cover_of(conn, &[contract_id])?.remove(&contract_id).unwrap_or_default())
}

/// Puts in place of what a contract covers these, of its own customer.
///
/// # Errors
/// The database's.
pub fn replace_cover(tx: &mut Tx, (id, customer_id): (i64, i64), covers: &[Covers]) -> Result<()> {
    diesel::delete(contract_cover::table.filter(contract_cover::contract_id.eq(id))).execute(&mut **tx)?;
    for one in covers {
        let (site, category, asset) = match *one {
            Covers::Everything => continue,
            Covers::Site(id) => (Some(id), None, None),
            Covers::Category(id) => (None, Some(id), None),
            Covers::Asset(id) => (None, None, Some(id)),
        };
        let row = (
            contract_cover::contract_id.eq(id),
            contract_cover::customer_id.eq(customer_id),
            contract_cover::site_id.eq(site),
            contract_cover::category_id.eq(category),
            contract_cover::asset_id.eq(asset),
        );
        diesel::insert_into(contract_cover::table).values(row).execute(&mut **tx)?;
    }
    Ok(())
}

/// The terms of a contract that the caller has found within the scope, in the order in which they were written down.
///
/// # Errors
/// The database's.
pub fn list_terms(conn: &mut AnyConnection, contract_id: i64) -> Result<Vec<TermsRow>> {
    let query = TermsRow::query().filter(contract_terms::contract_id.eq(contract_id));
    Ok(query.order(contract_terms::id).load(conn)?)
}

/// Writes down terms of a contract that the caller has found within the scope, from a moment on.
///
/// # Errors
/// The database's.
pub fn insert_terms(
    tx: &mut Tx,
    (id, customer_id): (i64, i64),
    since: Moment,
    (calendar_id, terms): (i64, &Terms),
) -> Result<i64> {
    let row = (
        contract_terms::contract_id.eq(id),
        contract_terms::customer_id.eq(customer_id),
        contract_terms::since.eq(since),
        contract_terms::calendar_id.eq(calendar_id),
        contract_terms::terms.eq(String::from(Json(terms.clone()))),
        contract_terms::person_id.eq(tx.actor.person_id()),
        contract_terms::at.eq(Moment::from(tx.now)),
    );
    let insert = diesel::insert_into(contract_terms::table).values(row).returning(contract_terms::id);
    Ok(insert.get_result(&mut **tx)?)
}

/// The contracts of a customer with all that their clocks count by.
///
/// # Errors
/// The database's; [`Error::BadFile`] for a time zone that is not known here.
pub fn load_contracts(conn: &mut AnyConnection, customer_id: i64) -> Result<Vec<Contract>> {
    let rows: Vec<ContractRow> = ContractRow::query()
        .filter(contracts::customer_id.eq(customer_id))
        .order(contracts::id)
        .load(conn)?;
    if rows.is_empty() {
        return Ok(vec![]);
    }
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    let mut covers = cover_of(conn, &ids)?;
    let terms: Vec<TermsRow> = TermsRow::query()
        .filter(contract_terms::contract_id.eq_any(ids))
        .order(contract_terms::id)
        .load(conn)?;
    let calendars = list_calendars(conn)?;
    let contract = |row: ContractRow| {
        let own = terms.iter().filter(|terms| terms.contract_id == row.id);
        Ok(Contract {
            id: row.id,
            name: row.name,
            starts_on: row.starts_on,
            ends_on: row.ends_on,
            covers: covers.remove(&row.id).unwrap_or_default(),
            agreed: own.map(|terms| agreed(terms, &calendars)).collect::<Result<_>>()?,
        })
    };
    rows.into_iter().map(contract).collect()
}

fn agreed(row: &TermsRow, calendars: &[CalendarRow]) -> Result<Agreed> {
    let calendar = calendars.iter().find(|calendar| calendar.id == row.calendar_id);
    let calendar = calendar.ok_or(Error::NotFound("calendar"))?.calendar()?;
    Ok(Agreed { since: row.since.utc(), terms: row.terms.0.clone(), calendar })
}

/// A line of what a contract covers.
type CoverLine = (i64, Option<i64>, Option<i64>, Option<i64>);

fn cover_of(conn: &mut AnyConnection, ids: &[i64]) -> Result<BTreeMap<i64, Vec<Covers>>> {
    let rows: Vec<CoverLine> = contract_cover::table
        .filter(contract_cover::contract_id.eq_any(ids.to_vec()))
        .order(contract_cover::id)
        .select((
            contract_cover::contract_id,
            contract_cover::site_id,
            contract_cover::category_id,
            contract_cover::asset_id,
        ))
        .load(conn)?;
    let mut covers: BTreeMap<i64, Vec<Covers>> = BTreeMap::new();
    for (contract, site, category, asset) in rows {
        let one = site.map(Covers::Site).or(category.map(Covers::Category)).or(asset.map(Covers::Asset));
        covers.entry(contract).or_default().extend(one);
    }
    Ok(covers)
}

/// The customers whose contracts ever counted by a calendar.
///
/// # Errors
/// The database's.
pub fn list_customers_of_calendar(conn: &mut AnyConnection, calendar_id: i64) -> Result<Vec<i64>> {
    let rows = contract_terms::table.filter(contract_terms::calendar_id.eq(calendar_id));
    Ok(rows.select(contract_terms::customer_id).distinct().order(contract_terms::customer_id).load(conn)?)
}
