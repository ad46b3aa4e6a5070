//! Rates: what things cost, from a day on.

use chrono::NaiveDate;
use domain::event::Event;
use domain::money;
use domain::permission::EditContract;
use domain::rates::Rates;
use store::rate_cards::{self, Owner, RateCard};
use store::{AnyConnection, Right, Scope, Tx};

use crate::actions::sees_all;
use crate::app::App;
use crate::error::{Error, FieldError, Result};

/// A rate card with the names of whom it is for.
#[derive(Debug, Clone)]
pub struct RateView {
    /// The card.
    pub card: RateCard,
    /// The customer's name.
    pub customer: Option<String>,
    /// The contract's name.
    pub contract: Option<String>,
}

impl RateView {
    /// For whom it is, in words.
    pub fn whose(&self) -> String {
        match (&self.customer, &self.contract) {
            (Some(customer), Some(contract)) => format!("{customer}, {contract}"),
            (Some(customer), None) => customer.clone(),
            _ => "Everybody without rates of their own".to_owned(),
        }
    }

    /// An amount in its currency.
    pub fn amount(&self, minor: i64) -> String {
        self.card.rates.0.currency.show(minor)
    }
}

/// The rate cards that somebody sees: the firm's first, the latest of each first.
///
/// # Errors
/// The store's.
pub fn list_rates(app: &App, right: &Right<EditContract>) -> Result<Vec<RateView>> {
    app.store.read(|conn| {
        let cards = rate_cards::list_rate_cards(conn, right.scope())?;
        cards.into_iter().map(|card| view(conn, right.scope(), card)).collect()
    })
}

/// One rate card.
///
/// # Errors
/// Not found, also when outside the scope.
pub fn find_rates(app: &App, right: &Right<EditContract>, id: i64) -> Result<RateView> {
    app.store.read(|conn| {
        let card = rate_cards::find_rate_card(conn, right.scope(), id)?;
        view(conn, right.scope(), card)
    })
}

fn view(conn: &mut AnyConnection, scope: &Scope, card: RateCard) -> Result<RateView> {
    let customer = match card.customer_id {
        Some(id) => Some(store::customers::find_customer(conn, scope, id)?.name),
        None => None,
    };
    let contract = match card.contract_id {
        Some(id) => Some(rate_cards::find_contract_name(conn, scope, id)?),
        None => None,
    };
    Ok(RateView { card, customer, contract })
}

/// Adds rates for a contract, for a customer, or for everybody else.
///
/// # Errors
/// Not found for a foreign customer or contract; forbidden for the firm's where somebody sees only some customers;
/// field errors; a conflict where rates begin on that day already.
pub fn add_rates(
    app: &App,
    right: &Right<EditContract>,
    owner: Owner,
    (since, rates): (NaiveDate, &Rates),
) -> Result<i64> {
    check(rates)?;
    app.store.write(right.actor(), |tx| {
        check_owner(tx, right, owner)?;
        let id = rate_cards::insert_rate_card(tx, owner, since, rates)?;
        Ok((id, vec![told(Event::new("rates", id, "added"), owner, None, (since, rates))]))
    })
}

/// Changes rates that were read at `version`. What was billed stays as it was billed.
///
/// # Errors
/// Not found, stale, field errors, a conflict where others begin on that day.
pub fn change_rates(
    app: &App,
    right: &Right<EditContract>,
    key: (i64, i64),
    (since, rates): (NaiveDate, &Rates),
) -> Result<()> {
    check(rates)?;
    app.store.write(right.actor(), |tx| {
        let old = rate_cards::find_rate_card(tx, right.scope(), key.0)?;
        let owner = (old.customer_id, old.contract_id);
        check_owner(tx, right, owner)?;
        rate_cards::update_rate_card(tx, key, since, rates)?;
        let before = Some((old.since, &old.rates.0));
        Ok(((), vec![told(Event::new("rates", old.id, "changed"), owner, before, (since, rates))]))
    })
}

/// Removes rates that were read at `version`.
///
/// # Errors
/// Not found, stale.
pub fn remove_rates(app: &App, right: &Right<EditContract>, key: (i64, i64)) -> Result<()> {
    app.store.write(right.actor(), |tx| {
        let old = rate_cards::find_rate_card(tx, right.scope(), key.0)?;
        check_owner(tx, right, (old.customer_id, old.contract_id))?;
        rate_cards::delete_rate_card(tx, key)?;
        let event = Event::new("rates", old.id, "removed").change("from", old.since, "");
        Ok(((), vec![of(event, old.customer_id)]))
    })
}

fn check(rates: &Rates) -> Result<()> {
    let problems = rates.problems();
    if problems.is_empty() {
        return Ok(());
    }
    let error = |(field, message): (&str, String)| FieldError { field: field.to_owned(), message };
    Err(Error::Invalid(problems.into_iter().map(error).collect()))
}

fn check_owner(tx: &mut Tx, right: &Right<EditContract>, owner: Owner) -> Result<()> {
    match owner {
        (None, _) => sees_all(right, "change the firm's own rates"),
        (Some(customer), contract) => {
            store::customers::find_customer(tx, right.scope(), customer)?;
            if let Some(contract) = contract {
                rate_cards::find_contract_name(tx, &right.scope().within(customer), contract)?;
            }
            Ok(())
        }
    }
}

fn of(event: Event, customer_id: Option<i64>) -> Event {
    match customer_id {
        Some(id) => event.of_customer(id),
        None => event,
    }
}

fn told(
    event: Event,
    owner: Owner,
    before: Option<(NaiveDate, &Rates)>,
    (since, rates): (NaiveDate, &Rates),
) -> Event {
    let none = Rates::default();
    let old = before.map_or(&none, |(_, rates)| rates);
    let was = |shown: String| if before.is_some() { shown } else { String::new() };
    let mut event = of(event, owner.0)
        .change("from", was(before.map(|(since, _)| since.to_string()).unwrap_or_default()), since)
        .change("currency", was(old.currency.to_string()), rates.currency)
        .change("VAT", was(money::percent(old.vat)), money::percent(rates.vat));
    let hours = [
        ("work", old.work, rates.work),
        ("travel", old.travel, rates.travel),
        ("call", old.call, rates.call),
    ];
    for (name, from, to) in hours {
        let shown = |one: domain::rates::HourRate| {
            let outside = one.outside.map(|price| format!(", outside hours {}", money::plain(price)));
            format!("{}{}", money::plain(one.within), outside.unwrap_or_default())
        };
        event = event.change(&format!("an hour of {name}"), was(shown(from)), shown(to));
    }
    for (name, from, to) in [
        ("call-out", old.call_out, rates.call_out),
        ("item tested", old.pat_item, rates.pat_item),
        ("least charge of a visit for testing", old.pat_minimum, rates.pat_minimum),
    ] {
        event = event.change(name, was(money::plain(from)), money::plain(to));
    }
    event
        .change("least minutes", was(old.minimum_minutes.to_string()), rates.minimum_minutes)
        .change("rounded to minutes", was(old.rounding_minutes.to_string()), rates.rounding_minutes)
        .change("added to the cost of parts", was(money::percent(old.markup)), money::percent(rates.markup))
        .change("prices of parts", old.part_prices.len(), rates.part_prices.len())
}
