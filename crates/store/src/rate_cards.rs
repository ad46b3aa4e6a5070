//! Rate cards: what things cost from a day on; a contract's, a customer's or the firm's.

use chrono::NaiveDate;
use diesel::prelude::*;
use domain::rates::{Rates, card_on};

use crate::access::Scope;
use crate::error::{Error, Result, taken};
use crate::portable::AnyConnection;
use crate::schema::{contracts, rate_cards};
use crate::types::Json;
use crate::{Tx, in_scope};

/// A rate card.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = rate_cards)]
pub struct RateCard {
    /// Id.
    pub id: i64,
    /// For whom; none for everybody without one of their own.
    pub customer_id: Option<i64>,
    /// Under which contract; none for what no contract with rates covers.
    pub contract_id: Option<i64>,
    /// The first day on which it holds.
    pub since: NaiveDate,
    /// What things cost.
    pub rates: Json<Rates>,
    /// Version for concurrent edits.
    pub version: i64,
}

/// For whom a card holds: a customer and one of its contracts; the customer alone; or everybody else.
pub type Owner = (Option<i64>, Option<i64>);

/// The cards that somebody sees: the firm's, and those of customers within the scope; the firm's first, the latest of
/// each first.
///
/// # Errors
/// The database's.
pub fn list_rate_cards(conn: &mut AnyConnection, scope: &Scope) -> Result<Vec<RateCard>> {
    let query = RateCard::query().into_boxed();
    let query = match scope.customers() {
        None => query,
        Some(ids) => {
            query.filter(rate_cards::customer_id.is_null().or(rate_cards::customer_id.eq_any(ids.to_vec())))
        }
    };
    let order = (
        rate_cards::customer_id.is_not_null(),
        rate_cards::customer_id,
        rate_cards::contract_id.is_not_null(),
        rate_cards::contract_id,
        rate_cards::since.desc(),
    );
    Ok(query.order(order).load(conn)?)
}

/// Finds a card: the firm's, or one of a customer within the scope.
///
/// # Errors
/// [`Error::NotFound`] when there is none, or none within the scope.
pub fn find_rate_card(conn: &mut AnyConnection, scope: &Scope, id: i64) -> Result<RateCard> {
    let card: Option<RateCard> = RateCard::query().filter(rate_cards::id.eq(id)).first(conn).optional()?;
    let seen = |card: &RateCard| card.customer_id.is_none_or(|customer| scope.holds(customer));
    card.filter(seen).ok_or(Error::NotFound("rate card"))
}

/// The rates that hold on a day for a customer found within the scope, under a contract of theirs where there is one:
/// the contract's, else the customer's, else the firm's.
///
/// # Errors
/// The database's.
pub fn rates_on(
    conn: &mut AnyConnection,
    (customer_id, contract_id): (i64, Option<i64>),
    day: NaiveDate,
) -> Result<Option<Rates>> {
    let theirs = rate_cards::customer_id.is_null().or(rate_cards::customer_id.eq(customer_id));
    let cards: Vec<RateCard> = RateCard::query().filter(theirs.and(rate_cards::since.le(day))).load(conn)?;
    let of = |owner: Owner| {
        let own = cards.iter().filter(move |card| (card.customer_id, card.contract_id) == owner);
        card_on(own.map(|card| (card.since, card.rates.0.clone())), day)
    };
    let contract = contract_id.and_then(|contract| of((Some(customer_id), Some(contract))));
    Ok(contract.or_else(|| of((Some(customer_id), None))).or_else(|| of((None, None))))
}

/// Whether a contract of a customer has rates of its own.
///
/// # Errors
/// The database's.
pub fn has_contract_cards(conn: &mut AnyConnection, customer_id: i64) -> Result<bool> {
    let own = rate_cards::customer_id.eq(customer_id).and(rate_cards::contract_id.is_not_null());
    let own = own.assume_not_null();
    Ok(diesel::select(diesel::dsl::exists(rate_cards::table.filter(own))).get_result(conn)?)
}

/// Adds a card for whoever the caller has found within the scope.
///
/// # Errors
/// [`Error::Taken`] when one begins on that day already.
pub fn insert_rate_card(tx: &mut Tx, owner: Owner, since: NaiveDate, rates: &Rates) -> Result<i64> {
    let insert = diesel::insert_into(rate_cards::table)
        .values((
            rate_cards::customer_id.eq(owner.0),
            rate_cards::contract_id.eq(owner.1),
            rate_cards::since.eq(since),
            rate_cards::rates.eq(String::from(Json(rates.clone()))),
        ))
        .returning(rate_cards::id)
        .get_result(&mut **tx);
    taken(insert, || begins(since))
}

fn begins(since: NaiveDate) -> String {
    format!("there are rates from {since} on already; change those, or choose another day")
}

/// Changes a card that the caller has found within the scope.
///
/// # Errors
/// [`Error::Stale`] when it was changed meanwhile, [`Error::Taken`] when another begins on that day.
pub fn update_rate_card(
    tx: &mut Tx,
    (id, version): (i64, i64),
    since: NaiveDate,
    rates: &Rates,
) -> Result<()> {
    let target = rate_cards::table.filter(rate_cards::id.eq(id).and(rate_cards::version.eq(version)));
    let change = (
        rate_cards::since.eq(since),
        rate_cards::rates.eq(String::from(Json(rates.clone()))),
        rate_cards::version.eq(version + 1),
    );
    match taken(diesel::update(target).set(change).execute(&mut **tx), || begins(since))? {
        0 => Err(Error::Stale("rate card")),
        _ => Ok(()),
    }
}

/// Removes a card that the caller has found within the scope.
///
/// # Errors
/// [`Error::Stale`] when it was changed meanwhile.
pub fn delete_rate_card(tx: &mut Tx, (id, version): (i64, i64)) -> Result<()> {
    let target = rate_cards::table.filter(rate_cards::id.eq(id).and(rate_cards::version.eq(version)));
    match diesel::delete(target).execute(&mut **tx)? {
        0 => Err(Error::Stale("rate card")),
        _ => Ok(()),
    }
}

/// The contracts within a scope as choices: id, customer and name.
///
/// # Errors
/// The database's.
pub fn list_contract_names(conn: &mut AnyConnection, scope: &Scope) -> Result<Vec<(i64, i64, String)>> {
    let query = in_scope!(contracts::table.into_boxed(), scope, contracts::customer_id);
    let columns = (contracts::id, contracts::customer_id, contracts::name);
    Ok(query.order((contracts::customer_id, contracts::name)).select(columns).load(conn)?)
}

/// The name of a contract.
///
/// # Errors
/// [`Error::NotFound`] when there is none, or none within the scope.
pub fn find_contract_name(conn: &mut AnyConnection, scope: &Scope, id: i64) -> Result<String> {
    let query = in_scope!(contracts::table.into_boxed(), scope, contracts::customer_id);
    let found = query.filter(contracts::id.eq(id)).select(contracts::name).first(conn).optional()?;
    found.ok_or(Error::NotFound("contract"))
}
