//! Rates: what work, parts and visits cost, from a day on.

use actix_web::web;
use askama::Template;
use chrono::NaiveDate;
use domain::money::{self, Currency};
use domain::permission::EditContract;
use domain::rates::{HourRate, Rates, read_part_prices, show_part_prices};
use store::customers::list_customers;
use store::rate_cards::{Owner, RateCard, list_contract_names};

use crate::actions::dues::today;
use crate::actions::rates::{self, RateView};
use crate::error::{Error, Result};
use crate::web::editing::{Conflict, Pairs, Sheet};
use crate::web::forms::{Form, options};
use crate::web::layout::Chrome;
use crate::web::pages::assets::choices::Choices;
use crate::web::reply::Reply;
use crate::web::visitor::{Visit, Visitor};

#[derive(Template)]
#[template(path = "rates/list.html")]
struct RatesPage {
    chrome: Chrome,
    cards: Vec<RateView>,
}

#[derive(Template)]
#[template(path = "rates/form.html")]
struct RateFormPage {
    chrome: Chrome,
    form: Form,
    conflict: Conflict,
    /// The card that is changed; none for a new one.
    card: Option<RateView>,
    whose: Choices,
    currencies: Choices,
}

/// A rate card as it is typed.
struct Typed {
    owner: Option<Owner>,
    since: Option<NaiveDate>,
    rates: Rates,
}

const SHEET: Sheet<RateCard, Typed> = Sheet {
    fields: &[
        "whose",
        "since",
        "currency",
        "vat",
        "work",
        "work_outside",
        "travel",
        "travel_outside",
        "call",
        "call_outside",
        "minimum_minutes",
        "rounding_minutes",
        "call_out",
        "markup",
        "part_prices",
        "pat_item",
        "pat_minimum",
    ],
    read,
    fill,
};

/// `GET /rates`.
///
/// # Errors
/// Forbidden.
pub async fn list_rates(visitor: Visitor) -> Result<Reply> {
    visitor
        .run(|visit| {
            let cards = rates::list_rates(&visit.app, &visit.right()?)?;
            Reply::ok(&RatesPage { chrome: Chrome::new(visit, "Rates"), cards })
        })
        .await
}

/// `GET /rates/new`; `?customer=`, with `contract=` or without, chooses whose, and `?from=` copies a card.
///
/// # Errors
/// Forbidden; not found.
pub async fn new_rates(visitor: Visitor, pairs: web::Query<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let mut asked = Form::new(pairs.into_inner());
            let (customer, contract, from) = (asked.id("customer"), asked.id("contract"), asked.id("from"));
            let (mut owner, mut start) =
                ((customer, contract), Rates { vat: 2000, rounding_minutes: 15, ..Rates::default() });
            if let Some(id) = from {
                let card = rates::find_rates(&visit.app, &visit.right()?, id)?.card;
                (owner, start) = ((card.customer_id, card.contract_id), card.rates.0);
            }
            let mut form = typed(&start);
            form.set("whose", written(owner)).set("since", today(&visit.app));
            Reply::ok(&page(visit, None, form, None)?)
        })
        .await
}

/// `POST /rates/new`.
///
/// # Errors
/// Forbidden; not found for a foreign customer or contract; field errors show the form again.
pub async fn add_rates(visitor: Visitor, pairs: web::Form<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let right = visit.right::<EditContract>()?;
            let add = |typed: Typed| {
                let (owner, since) = (typed.owner.unwrap_or_default(), typed.since.unwrap_or_default());
                rates::add_rates(&visit.app, &right, owner, (since, &typed.rates))?;
                Ok("/rates".to_owned())
            };
            SHEET.add(pairs.into_inner(), add, |form| page(visit, None, form, None))
        })
        .await
}

/// `GET /rates/{id}/edit`.
///
/// # Errors
/// Forbidden; not found.
pub async fn edit_rates(visitor: Visitor, id: web::Path<i64>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let found = rates::find_rates(&visit.app, &visit.right()?, *id)?;
            let form = fill(&found.card);
            Reply::ok(&page(visit, Some(found), form, None)?)
        })
        .await
}

/// `POST /rates/{id}/edit`.
///
/// # Errors
/// Forbidden; not found; field errors and a concurrent change show the form again.
pub async fn change_rates(visitor: Visitor, id: web::Path<i64>, pairs: web::Form<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let right = visit.right::<EditContract>()?;
            let find = || Ok(rates::find_rates(&visit.app, &right, *id)?.card);
            let change = |version, typed: Typed| {
                let terms = (typed.since.unwrap_or_default(), &typed.rates);
                rates::change_rates(&visit.app, &right, (*id, version), terms)?;
                Ok("/rates".to_owned())
            };
            SHEET.change(pairs.into_inner(), find, change, |form, conflict| {
                page(visit, Some(rates::find_rates(&visit.app, &right, *id)?), form, conflict)
            })
        })
        .await
}

/// `POST /rates/{id}/remove`.
///
/// # Errors
/// Forbidden; not found; stale.
pub async fn remove_rates(visitor: Visitor, id: web::Path<i64>, pairs: web::Form<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let mut form = Form::new(pairs.into_inner());
            let version = form.number("version", 1, i64::MAX).unwrap_or(0);
            rates::remove_rates(&visit.app, &visit.right()?, (*id, version))?;
            Ok(Reply::see_other("/rates", "removed"))
        })
        .await
}

fn read(form: &mut Form) -> Typed {
    let owner = form.read("whose", parse_owner);
    let since = form.date("since");
    if since.is_none() && form.error("since").is_none() {
        form.fail("since", "give the day from which these rates hold");
    }
    let mut amount = |name: &str| form.read(name, money::parse).unwrap_or(0);
    let (work, travel, call) = (amount("work"), amount("travel"), amount("call"));
    let (call_out, pat_item, pat_minimum) = (amount("call_out"), amount("pat_item"), amount("pat_minimum"));
    let mut outside = |name: &str| form.read(name, money::parse);
    let (work_out, travel_out, call_out_hours) =
        (outside("work_outside"), outside("travel_outside"), outside("call_outside"));
    let hour = |within, outside| HourRate { within, outside };
    let part_prices = form.long_text("part_prices");
    let part_prices = read_part_prices(&part_prices).map_err(|why| form.fail("part_prices", why));
    let rates = Rates {
        currency: form.required_code::<Currency>("currency").unwrap_or_default(),
        vat: form.read("vat", money::parse_percent).unwrap_or(0),
        work: hour(work, work_out),
        travel: hour(travel, travel_out),
        call: hour(call, call_out_hours),
        minimum_minutes: form.number("minimum_minutes", 0, 1440).unwrap_or(0),
        rounding_minutes: form.number("rounding_minutes", 0, 240).unwrap_or(0),
        call_out,
        markup: form.read("markup", money::parse_percent).unwrap_or(0),
        part_prices: part_prices.unwrap_or_default(),
        pat_item,
        pat_minimum,
    };
    Typed { owner, since, rates }
}

/// Reads whose rates these are: "customer" or "customer:contract"; empty is the firm's.
fn parse_owner(text: &str) -> std::result::Result<Owner, String> {
    let wrong = |_| "choose from the list whose rates these are".to_owned();
    match text.split_once(':') {
        Some((customer, contract)) => {
            Ok((Some(customer.parse().map_err(wrong)?), Some(contract.parse().map_err(wrong)?)))
        }
        None => Ok((Some(text.parse().map_err(wrong)?), None)),
    }
}

fn written((customer, contract): Owner) -> String {
    let parts = [customer, contract].into_iter().flatten().map(|id| id.to_string());
    parts.collect::<Vec<_>>().join(":")
}

fn fill(card: &RateCard) -> Form {
    let mut form = typed(&card.rates.0);
    form.set("since", card.since).set("version", card.version);
    form
}

fn typed(rates: &Rates) -> Form {
    let mut form = Form::default();
    let plain = |minor: i64| if minor == 0 { String::new() } else { money::plain(minor) };
    form.set("currency", rates.currency).set("vat", money::percent_plain(rates.vat));
    for (name, rate) in [("work", rates.work), ("travel", rates.travel), ("call", rates.call)] {
        form.set(name, plain(rate.within));
        form.set(&format!("{name}_outside"), rate.outside.map(money::plain).unwrap_or_default());
    }
    for (name, price) in
        [("call_out", rates.call_out), ("pat_item", rates.pat_item), ("pat_minimum", rates.pat_minimum)]
    {
        form.set(name, plain(price));
    }
    form.set("minimum_minutes", rates.minimum_minutes).set("rounding_minutes", rates.rounding_minutes);
    form.set("markup", money::percent_plain(rates.markup));
    form.set("part_prices", show_part_prices(&rates.part_prices));
    form
}

fn page(visit: &Visit, card: Option<RateView>, form: Form, conflict: Conflict) -> Result<RateFormPage> {
    let right = visit.right::<EditContract>()?;
    let whose = visit.app.store.read(|conn| {
        let contracts = list_contract_names(conn, right.scope())?;
        let mut whose = vec![];
        for customer in list_customers(conn, right.scope())? {
            whose.push((customer.id.to_string(), customer.name.clone()));
            let own = contracts.iter().filter(|(_, owner, _)| *owner == customer.id);
            whose.extend(own.map(|(id, _, name)| {
                (written((Some(customer.id), Some(*id))), format!("{}, {name}", customer.name))
            }));
        }
        Ok::<_, Error>(whose)
    })?;
    let title = if card.is_some() { "Change rates" } else { "Add rates" };
    let chrome = Chrome::new(visit, title);
    Ok(RateFormPage { chrome, form, conflict, card, whose, currencies: options::<Currency>() })
}
