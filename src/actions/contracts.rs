//! Contracts: what they cover and what was agreed; the clocks of the customer's open jobs follow each change.

use chrono::{DateTime, Utc};
use domain::contract::Covers;
use domain::event::Event;
use domain::permission::EditContract;
use domain::schedule::day_begins;
use domain::terms::Terms;
use store::assets::find_asset;
use store::calendars::{CalendarRow, find_calendar};
use store::categories::{find_category, list_categories};
use store::contracts::{self, ContractFields, ContractRow, TermsRow};
use store::customers::{Customer, find_customer};
use store::sites::{find_site, list_sites};
use store::types::Moment;
use store::{AnyConnection, Right, Scope, Tx};

use crate::actions::clock::settle_customers;
use crate::app::App;
use crate::error::{Error, Result};

/// What was agreed: the calendar by which its time counts, and the terms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agreement {
    /// The calendar.
    pub calendar_id: i64,
    /// The terms.
    pub terms: Terms,
}

/// Something that a contract covers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoverLine {
    /// What.
    pub covers: Covers,
    /// In words.
    pub words: String,
    /// The tag of an asset.
    pub tag: Option<String>,
}

/// A contract with what it covers and all that was agreed, the latest written first.
#[derive(Debug, Clone)]
pub struct ContractView {
    /// The contract.
    pub contract: ContractRow,
    /// Whose it is.
    pub customer: Customer,
    /// What it covers; everything where nothing is named.
    pub covers: Vec<CoverLine>,
    /// What was agreed, each with its calendar.
    pub agreed: Vec<(TermsRow, CalendarRow)>,
}

impl ContractView {
    /// What is in force at a moment: the latest that has begun; the first reaches back to the contract's beginning.
    pub fn in_force(&self, at: DateTime<Utc>) -> Option<&(TermsRow, CalendarRow)> {
        let begun = self.agreed.iter().filter(|(row, _)| row.since.utc() <= at);
        begun
            .max_by_key(|(row, _)| (row.since, row.id))
            .or(self.agreed.iter().min_by_key(|(row, _)| row.since))
    }
}

/// The contracts that somebody sees; of one customer where one is given. Each with its customer's name.
///
/// # Errors
/// Not found for a foreign customer.
pub fn list_contracts(
    app: &App,
    right: &Right<EditContract>,
    customer_id: Option<i64>,
) -> Result<Vec<(ContractRow, String)>> {
    app.store.read(|conn| {
        let scope = right.scope();
        if let Some(id) = customer_id {
            find_customer(conn, scope, id)?;
        }
        let mut found = vec![];
        for contract in contracts::list_contracts(conn, scope, customer_id)? {
            let customer = find_customer(conn, scope, contract.customer_id)?;
            found.push((contract, customer.name));
        }
        found.sort_by(|a, b| (&a.1, &a.0.name).cmp(&(&b.1, &b.0.name)));
        Ok(found)
    })
}

/// One contract.
///
/// # Errors
/// Not found, also when outside the scope.
pub fn find_contract(app: &App, right: &Right<EditContract>, id: i64) -> Result<ContractView> {
    app.store.read(|conn| {
        let contract = contracts::find_contract(conn, right.scope(), id)?;
        let customer = find_customer(conn, right.scope(), contract.customer_id)?;
        let covers = contracts::list_cover(conn, id)?;
        let covers = named(conn, right.scope(), covers)?;
        let mut agreed = vec![];
        for row in contracts::list_terms(conn, id)?.into_iter().rev() {
            let calendar = find_calendar(conn, row.calendar_id)?;
            agreed.push((row, calendar));
        }
        Ok(ContractView { contract, customer, covers, agreed })
    })
}

/// What a contract covers, each in words.
fn named(conn: &mut AnyConnection, scope: &Scope, covers: Vec<Covers>) -> Result<Vec<CoverLine>> {
    let mut found = vec![];
    for covers in covers {
        let mut tag = None;
        let words = match covers {
            Covers::Everything => "everything".to_owned(),
            Covers::Site(id) => format!("site {}", find_site(conn, scope, id)?.name),
            Covers::Category(id) => format!("category {}", find_category(conn, id)?.name),
            Covers::Asset(id) => {
                let asset = find_asset(conn, scope, id)?;
                let words = format!("asset {} {}", asset.tag, asset.description);
                tag = Some(asset.tag);
                words
            }
        };
        found.push(CoverLine { covers, words, tag });
    }
    Ok(found)
}

/// Things to choose from, as id and name.
pub type Named = Vec<(String, String)>;

/// The sites and categories that a customer's contract may cover.
///
/// # Errors
/// The store's.
pub fn list_coverable(conn: &mut AnyConnection, scope: &Scope, customer_id: i64) -> Result<(Named, Named)> {
    let sites = list_sites(conn, scope, Some(customer_id))?;
    let categories = list_categories(conn)?;
    let sites = sites.into_iter().map(|site| (site.id.to_string(), site.name)).collect();
    Ok((sites, categories.into_iter().map(|category| (category.id.to_string(), category.name)).collect()))
}

/// Makes a contract with a customer, with the terms that it begins with.
///
/// # Errors
/// Not found for a foreign customer; field errors; a conflict when the customer has one of this name.
pub fn add_contract(
    app: &App,
    right: &Right<EditContract>,
    customer_id: i64,
    (fields, covers): (&ContractFields, &[Covers]),
    agreement: &Agreement,
) -> Result<i64> {
    app.store.write(right.actor(), |tx| {
        let customer = find_customer(tx, right.scope(), customer_id)?;
        check(tx, right.scope(), customer.id, fields, covers)?;
        let zone = calendar_of(tx, agreement)?.calendar()?.zone;
        let id = contracts::insert_contract(tx, customer.id, fields)?;
        contracts::replace_cover(tx, (id, customer.id), covers)?;
        let since = Moment::from(day_begins(fields.starts_on, zone));
        let agreed = (agreement.calendar_id, &agreement.terms);
        contracts::insert_terms(tx, (id, customer.id), since, agreed)?;
        settle_customers(tx, &[customer.id])?;
        let event = Event::new("contract", id, "added")
            .of_customer(customer.id)
            .change("name", "", &fields.name)
            .change("first day", "", fields.starts_on)
            .change("last day", "", show_day(fields));
        Ok((id, vec![event]))
    })
}

/// Changes a contract that was read at `version`, and what it covers.
///
/// # Errors
/// Not found, stale; field errors; a conflict when the customer has one of this name.
pub fn change_contract(
    app: &App,
    right: &Right<EditContract>,
    (id, version): (i64, i64),
    (fields, covers): (&ContractFields, &[Covers]),
) -> Result<()> {
    app.store.write(right.actor(), |tx| {
        let old = contracts::find_contract(tx, right.scope(), id)?;
        check(tx, right.scope(), old.customer_id, fields, covers)?;
        let before = contracts::list_cover(tx, id)?;
        contracts::update_contract(tx, id, version, fields)?;
        contracts::replace_cover(tx, (id, old.customer_id), covers)?;
        settle_customers(tx, &[old.customer_id])?;
        let (before, after) = (words(tx, right.scope(), before)?, words(tx, right.scope(), covers.to_vec())?);
        let was = ContractFields { ends_on: old.ends_on, ..fields.clone() };
        let event = Event::new("contract", id, "changed")
            .of_customer(old.customer_id)
            .change("name", &old.name, &fields.name)
            .change("first day", old.starts_on, fields.starts_on)
            .change("last day", show_day(&was), show_day(fields))
            .change("covers", before, after)
            .change("notes", &old.notes, &fields.notes);
        Ok(((), vec![event]))
    })
}

/// Agrees other terms from a moment on; those from before stand, and count for the time before.
///
/// # Errors
/// Not found; field errors.
pub fn add_terms(
    app: &App,
    right: &Right<EditContract>,
    id: i64,
    since: DateTime<Utc>,
    agreement: &Agreement,
) -> Result<()> {
    app.store.write(right.actor(), |tx| {
        let contract = contracts::find_contract(tx, right.scope(), id)?;
        let calendar = calendar_of(tx, agreement)?;
        let keys = (id, contract.customer_id);
        let agreed = (agreement.calendar_id, &agreement.terms);
        contracts::insert_terms(tx, keys, Moment::from(since), agreed)?;
        settle_customers(tx, &[contract.customer_id])?;
        let event = Event::new("contract", id, "terms agreed")
            .of_customer(contract.customer_id)
            .change("since", "", since.to_rfc3339())
            .change("calendar", "", calendar.name);
        Ok(((), vec![event]))
    })
}

fn show_day(fields: &ContractFields) -> String {
    fields.ends_on.map(|day| day.to_string()).unwrap_or_default()
}

fn words(conn: &mut AnyConnection, scope: &Scope, covers: Vec<Covers>) -> Result<String> {
    let words: Vec<String> = named(conn, scope, covers)?.into_iter().map(|line| line.words).collect();
    Ok(if words.is_empty() { "everything".to_owned() } else { words.join(", ") })
}

fn calendar_of(tx: &mut Tx, agreement: &Agreement) -> Result<CalendarRow> {
    match find_calendar(tx, agreement.calendar_id) {
        Err(store::Error::NotFound(_)) => Err(Error::field("calendar", "choose a calendar from the list")),
        found => Ok(found?),
    }
}

/// Refuses days in the wrong order, and what is not the customer's.
fn check(
    tx: &mut Tx,
    scope: &Scope,
    customer_id: i64,
    fields: &ContractFields,
    covers: &[Covers],
) -> Result<()> {
    if fields.ends_on.is_some_and(|ends| ends < fields.starts_on) {
        return Err(Error::field("ends_on", "this is before the first day"));
    }
    let own = scope.within(customer_id);
    for one in covers {
        let (field, found) = match *one {
            Covers::Everything => continue,
            Covers::Site(id) => ("site", find_site(tx, &own, id).map(drop)),
            Covers::Category(id) => ("category", find_category(tx, id).map(drop)),
            Covers::Asset(id) => ("assets", find_asset(tx, &own, id).map(drop)),
        };
        match found {
            Err(store::Error::NotFound(noun)) => {
                return Err(Error::field(field, format!("this customer has no such {noun}")));
            }
            other => other?,
        }
    }
    Ok(())
}
