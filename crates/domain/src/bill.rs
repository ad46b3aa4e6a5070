//! Bills: what a closed job comes to, and what of it is not billed yet.

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, NaiveDate, Utc};

use crate::calendar::Calendar;
use crate::charge::{Line, LineKind, Quantity, duration};
use crate::job::EntryKind;
use crate::money::{self, Currency};
use crate::rates::Rates;

/// How the source of a part ends of which no price is known.
const UNPRICED: &str = "none";

/// Time that an entry of a job's log tells of; what is internal is not charged and does not come here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Time {
    /// Who.
    pub person_id: i64,
    /// The day at the site.
    pub on: NaiveDate,
    /// What was done.
    pub kind: EntryKind,
    /// For how long.
    pub minutes: i64,
    /// Whether outside the opening hours agreed.
    pub outside: bool,
}

impl Time {
    /// Time that ended at a moment, in two where it went over the bounds of the contract's hours.
    pub fn split(self, ended: DateTime<Utc>, calendar: &Calendar) -> Vec<Self> {
        let began = ended - Duration::minutes(self.minutes);
        let within = (calendar.open_seconds(began, ended) + 30) / 60;
        let both = [(false, within), (true, self.minutes - within)];
        let some = both.into_iter().filter(|(_, minutes)| *minutes > 0);
        some.map(|(outside, minutes)| Self { minutes, outside, ..self.clone() }).collect()
    }
}

/// Parts of one kind that a job took and did not give back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The part number.
    pub number: String,
    /// What it is.
    pub name: String,
    /// How many.
    pub count: i64,
    /// What one cost the firm; none where nobody knows.
    pub cost: Option<i64>,
    /// The day on which it was taken.
    pub on: NaiveDate,
}

/// A charge that somebody added, or the cost of a third party.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Charge {
    /// By which it is known.
    pub id: String,
    /// The day it belongs to.
    pub on: NaiveDate,
    /// What it charges.
    pub line: Line,
}

/// An approved quote at a fixed price.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FixedPrice {
    /// The quote's number.
    pub number: String,
    /// The day of approval.
    pub on: NaiveDate,
    /// What it says.
    pub lines: Vec<Line>,
    /// VAT in hundredths of a percent, as the customer approved it.
    pub vat: i64,
    /// The currency that the customer approved it in.
    pub currency: Currency,
}

impl FixedPrice {
    fn bill_lines(&self) -> impl Iterator<Item = BillLine> + '_ {
        self.lines.iter().enumerate().map(|(at, line)| BillLine {
            source: format!("quote:{}:{}", self.number, at + 1),
            on: self.on,
            line: Line { text: format!("{} (quote {})", line.text, self.number), ..line.clone() },
            vat: self.vat,
            currency: self.currency,
            correction: false,
        })
    }
}

/// What a job's bill is worked out from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    /// Time logged.
    pub times: Vec<Time>,
    /// Parts taken.
    pub parts: Vec<Part>,
    /// What was added, and what others cost.
    pub charges: Vec<Charge>,
    /// What else there is: third parties, items tested on visits. A fixed price stands in its place too.
    pub extras: Vec<Charge>,
    /// Quotes approved at a fixed price: they stand in place of time, parts and call-outs.
    pub fixed: Vec<FixedPrice>,
}

/// A line of a bill.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BillLine {
    /// What of the job it comes from: the same at each reckoning.
    pub source: String,
    /// The day it belongs to.
    pub on: NaiveDate,
    /// What it charges.
    pub line: Line,
    /// The rate of VAT, in hundredths of a percent.
    pub vat: i64,
    /// The currency.
    pub currency: Currency,
    /// Whether it puts right what was billed before.
    pub correction: bool,
}

impl BillLine {
    /// Whether it is a part of which no price is known: it comes to nothing until somebody gives one.
    pub fn lacks_price(&self) -> bool {
        self.source.starts_with("part:") && self.source.ends_with(UNPRICED)
    }
}

/// What is billed already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Billed {
    /// What of the job it came from.
    pub source: String,
    /// What it was in words.
    pub text: String,
    /// Of which kind.
    pub kind: LineKind,
    /// What it came to without VAT.
    pub net: i64,
    /// The rate of VAT.
    pub vat: i64,
    /// The currency.
    pub currency: Currency,
}

/// What a job comes to. Parts whose price nobody knows come to nothing and say so.
pub fn reckon(facts: &Facts, rates: &Rates) -> Vec<BillLine> {
    let mut lines = vec![];
    if facts.fixed.is_empty() {
        lines.extend(call_outs(&facts.times, rates));
        lines.extend(labour(&facts.times, rates));
        lines.extend(parts(&facts.parts, rates));
        lines.extend(facts.extras.iter().map(sourced));
    }
    lines.extend(facts.charges.iter().map(sourced));
    let (vat, currency) = (rates.vat, rates.currency);
    let line = |(source, on, line)| BillLine { source, on, line, vat, currency, correction: false };
    facts.fixed.iter().flat_map(FixedPrice::bill_lines).chain(lines.into_iter().map(line)).collect()
}

type Sourced = (String, NaiveDate, Line);

fn sourced(charge: &Charge) -> Sourced {
    (charge.id.clone(), charge.on, charge.line.clone())
}

/// One for each day on which somebody travelled.
fn call_outs(times: &[Time], rates: &Rates) -> Vec<Sourced> {
    if rates.call_out == 0 {
        return vec![];
    }
    let mut days: Vec<NaiveDate> =
        times.iter().filter(|time| time.kind == EntryKind::Travel).map(|time| time.on).collect();
    days.sort_unstable();
    days.dedup();
    let line = |on: NaiveDate| {
        (
            format!("call-out:{on}"),
            on,
            Line::one(LineKind::CallOut, format!("Call-out on {}", day(on)), rates.call_out),
        )
    };
    days.into_iter().map(line).collect()
}

/// One for each person, day, kind and rate: rounding and the least time are of a day's whole, not of each entry.
fn labour(times: &[Time], rates: &Rates) -> Vec<Sourced> {
    let mut days: BTreeMap<(NaiveDate, i64, EntryKind, bool), i64> = BTreeMap::new();
    for time in times {
        let kind = if time.kind == EntryKind::Diagnosis { EntryKind::Work } else { time.kind };
        // Where the rate is one, so is the line.
        let outside = time.outside && rates.hour(kind, true) != rates.hour(kind, false);
        *days.entry((time.on, time.person_id, kind, outside)).or_default() += time.minutes;
    }
    let mut worked: BTreeMap<(NaiveDate, i64), i64> = BTreeMap::new();
    for ((on, person, kind, _), minutes) in &days {
        if *kind == EntryKind::Work {
            *worked.entry((*on, *person)).or_default() += minutes;
        }
    }
    let mut lines = vec![];
    for ((on, person, kind, outside), minutes) in days {
        let Some(price) = rates.hour(kind, outside) else { continue };
        let mut charged = rates.rounded(minutes);
        if kind == EntryKind::Work && minutes > 0 {
            // What is missing to the least time falls to the first line of the day that has work.
            let whole = worked.remove(&(on, person)).unwrap_or(i64::MAX);
            charged = charged.max(rates.rounded(minutes + (rates.minimum_minutes - whole).max(0)));
        }
        if charged == 0 || price == 0 {
            continue;
        }
        let hours = if outside { ", outside hours" } else { "" };
        let logged =
            if charged == minutes { String::new() } else { format!(" ({} logged)", duration(minutes)) };
        let text = format!("{} on {}{hours}{logged}", word(kind), day(on));
        let source = format!("time:{on}:{person}:{kind}:{}", if outside { "outside" } else { "within" });
        lines.push((
            source,
            on,
            Line { kind: LineKind::Labour, text, quantity: Quantity::minutes(charged), price },
        ));
    }
    lines
}

fn word(kind: EntryKind) -> &'static str {
    match kind {
        EntryKind::Travel => "Travel",
        EntryKind::Call => "Telephone",
        _ => "Work",
    }
}

/// One for each part number and price.
fn parts(parts: &[Part], rates: &Rates) -> Vec<Sourced> {
    let mut taken: BTreeMap<(&str, Option<i64>), (i64, &Part)> = BTreeMap::new();
    for part in parts {
        let price = rates.part(&part.number, part.cost);
        taken.entry((&part.number, price)).or_insert((0, part)).0 += part.count;
    }
    let mut lines = vec![];
    for ((number, price), (count, part)) in taken.into_iter().filter(|(_, (count, _))| *count != 0) {
        let unknown = if price.is_none() { ": no price is known" } else { "" };
        let text = format!("{} ({number}){unknown}", part.name);
        let line =
            Line { kind: LineKind::Part, text, quantity: Quantity::pieces(count), price: price.unwrap_or(0) };
        lines.push((
            format!("part:{number}:{}", price.map_or(UNPRICED.to_owned(), |price| price.to_string())),
            part.on,
            line,
        ));
    }
    lines
}

fn day(on: NaiveDate) -> String {
    on.format("%-d %b %Y").to_string()
}

/// What is left to bill: what never was, and a correcting line for whatever changed since it was. Billed again with
/// nothing changed, nothing is left. `today` is the day of corrections whose source is gone.
pub fn left(lines: &[BillLine], billed: &[Billed], today: NaiveDate) -> Vec<BillLine> {
    type Key<'a> = (&'a str, i64, Currency);
    let mut before: BTreeMap<Key, (i64, &Billed)> = BTreeMap::new();
    for one in billed {
        before.entry((&one.source, one.vat, one.currency)).or_insert((0, one)).0 += one.net;
    }
    let mut left = vec![];
    for line in lines {
        match before.remove(&(line.source.as_str(), line.vat, line.currency)) {
            None if line.line.net() != 0 => left.push(line.clone()),
            None => {}
            Some((net, _)) => left.extend(correct(line, line.line.net() - net)),
        }
    }
    for ((source, vat, currency), (net, one)) in before {
        let line = Line::one(one.kind, one.text.trim_start_matches(CORRECTION), 0);
        let gone = BillLine { source: source.to_owned(), on: today, line, vat, currency, correction: true };
        left.extend(correct(&gone, -net));
    }
    left
}

/// How a correcting line begins.
const CORRECTION: &str = "Correction: ";

fn correct(line: &BillLine, difference: i64) -> Option<BillLine> {
    let text = format!("{CORRECTION}{}", line.line.text);
    let corrected = Line::one(line.line.kind, text, difference);
    (difference != 0).then(|| BillLine { line: corrected, correction: true, ..line.clone() })
}

/// What lines of bills come to in one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sum {
    /// The currency.
    pub currency: Currency,
    /// Without VAT.
    pub net: i64,
    /// The VAT, of each rate's sum.
    pub vat: i64,
}

/// The sums of lines, a currency each.
pub fn sums<'a>(lines: impl IntoIterator<Item = &'a BillLine>) -> Vec<Sum> {
    let mut nets: BTreeMap<(Currency, i64), i64> = BTreeMap::new();
    for line in lines {
        *nets.entry((line.currency, line.vat)).or_default() += line.line.net();
    }
    let mut sums: Vec<Sum> = vec![];
    for ((currency, rate), net) in nets {
        let vat = money::share(net, rate);
        match sums.last_mut().filter(|sum| sum.currency == currency) {
            Some(sum) => (sum.net, sum.vat) = (sum.net + net, sum.vat + vat),
            None => sums.push(Sum { currency, net, vat }),
        }
    }
    sums
}

#[cfg(test)]
#[path = "bill_tests.rs"]
mod tests;
