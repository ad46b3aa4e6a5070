//! What changed on an asset, in people's words, for its timeline.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use domain::code::Code;
use domain::event::Event;
use store::AnyConnection;
use store::assets::{Asset, names_of};
use store::types::Coded;

use crate::error::Result;
use crate::web::forms::show_thousandths;

/// Adds each field that differs to an event.
///
/// # Errors
/// The store's.
pub fn changes(conn: &mut AnyConnection, event: Event, old: &Asset, new: &Asset) -> Result<Event> {
    let event = placed(conn, event, old, new)?;
    let event = texts(event, old, new);
    let event = electrical(event, old, new);
    let event = bought(event, old, new);
    Ok(custom(event, old, new))
}

fn placed(conn: &mut AnyConnection, event: Event, old: &Asset, new: &Asset) -> Result<Event> {
    let ids = |a: &Asset| (a.site_id, a.place_id, a.category_id, a.parent_id);
    if ids(old) == ids(new) {
        return Ok(event);
    }
    let (was, is) = (names_of(conn, old)?, names_of(conn, new)?);
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    Ok(event
        .change("site", was.site, is.site)
        .change("place", text(&was.place), text(&is.place))
        .change("category", was.category, is.category)
        .change("belongs to", text(&was.parent_tag), text(&is.parent_tag)))
}

fn texts(event: Event, old: &Asset, new: &Asset) -> Event {
    let number = |a: &Asset| a.customer_number.clone().unwrap_or_default();
    event
        .change("description", &old.description, &new.description)
        .change("customer's number", number(old), number(new))
        .change("make", &old.make, &new.make)
        .change("model", &old.model, &new.model)
        .change("serial", &old.serial, &new.serial)
        .change("status", old.lifecycle.label(), new.lifecycle.label())
        .change("custodian", &old.custodian, &new.custodian)
        .change("notes", &old.notes, &new.notes)
}

fn electrical(event: Event, old: &Asset, new: &Asset) -> Event {
    let show = show_thousandths;
    event
        .change("class", label(old.equipment_class), label(new.equipment_class))
        .change("type", label(old.equipment_type), label(new.equipment_type))
        .change("rated power (W)", show(old.rated_power_mw), show(new.rated_power_mw))
        .change("rated current (A)", show(old.rated_current_ma), show(new.rated_current_ma))
        .change("fuse (A)", show(old.fuse_ma), show(new.fuse_ma))
        .change("plug", &old.plug, &new.plug)
        .change("lead length (m)", show(old.lead_length_mm), show(new.lead_length_mm))
        .change("conductor (mm²)", show(old.conductor_milli_mm2), show(new.conductor_milli_mm2))
        .change("sockets", number(old.sockets), number(new.sockets))
        .change("RCD (mA)", number(old.rcd_ma), number(new.rcd_ma))
        .change("heating", yes(old.heating), yes(new.heating))
        .change("surge suppressors", yes(old.surge_suppressors), yes(new.surge_suppressors))
        .change("unearthed metal", yes(old.unearthed_metal), yes(new.unearthed_metal))
        .change("rewirable plug", yes(old.rewirable_plug), yes(new.rewirable_plug))
}

fn bought(event: Event, old: &Asset, new: &Asset) -> Event {
    let cost = |a: &Asset| show_thousandths(a.cost_pence.map(|pence| pence * 10));
    event
        .change("user check (months)", number(old.user_check_months), number(new.user_check_months))
        .change("formal visual (months)", number(old.formal_visual_months), number(new.formal_visual_months))
        .change("combined (months)", number(old.combined_months), number(new.combined_months))
        .change("reason of the interval", &old.interval_reason, &new.interval_reason)
        .change("in service since", old.in_service_on, new.in_service_on)
        .change("purchased", date(old.purchased_on), date(new.purchased_on))
        .change("cost", cost(old), cost(new))
        .change("supplier", &old.supplier, &new.supplier)
        .change("warranty until", date(old.warranty_until), date(new.warranty_until))
}

fn custom(mut event: Event, old: &Asset, new: &Asset) -> Event {
    let names: BTreeSet<&String> = old.custom.0.keys().chain(new.custom.0.keys()).collect();
    for name in names {
        let value = |a: &Asset| a.custom.0.get(name).cloned().unwrap_or_default();
        event = event.change(name, value(old), value(new));
    }
    event
}

fn label<T: Code>(code: Option<Coded<T>>) -> &'static str {
    code.map_or("", |code| code.0.label())
}

fn number(value: Option<i64>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

fn date(value: Option<NaiveDate>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

fn yes(value: bool) -> &'static str {
    if value { "yes" } else { "no" }
}
