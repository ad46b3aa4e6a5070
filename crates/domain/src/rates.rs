//! What work, parts and visits cost a customer.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::charge::{Line, LineKind, Quantity};
use crate::job::EntryKind;
use crate::money::{self, Currency};

/// The price of an hour, in the smallest unit of the currency.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct HourRate {
    /// Within the opening hours agreed.
    pub within: i64,
    /// Outside them; the same where none is agreed.
    pub outside: Option<i64>,
}

impl HourRate {
    /// The price at a time within or outside the opening hours.
    pub fn at(self, outside: bool) -> i64 {
        self.outside.filter(|_| outside).unwrap_or(self.within)
    }
}

/// A rate card. Prices are in the smallest unit of its currency, shares in hundredths of a percent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Rates {
    /// The currency of all prices.
    pub currency: Currency,
    /// The rate of VAT.
    pub vat: i64,
    /// Diagnosis and work.
    pub work: HourRate,
    /// Travel.
    pub travel: HourRate,
    /// Help by telephone.
    pub call: HourRate,
    /// The least that is charged for somebody's work of a day, in minutes.
    pub minimum_minutes: i64,
    /// Time is rounded up to a multiple of so many minutes.
    pub rounding_minutes: i64,
    /// Charged for each day on which somebody travelled.
    pub call_out: i64,
    /// What is added to the cost of a part without a price of its own.
    pub markup: i64,
    /// Prices agreed for parts, by part number.
    pub part_prices: BTreeMap<String, i64>,
    /// A tested item of a visit.
    pub pat_item: i64,
    /// The least that a visit for testing costs.
    pub pat_minimum: i64,
}

/// The most hundredths of a percent that are added to the cost of a part: ten times it.
const MOST_MARKUP: i64 = 100_000;
/// So many prices for parts at most.
const MOST_PART_PRICES: usize = 500;

impl Rates {
    /// What cannot be, as field and words.
    pub fn problems(&self) -> Vec<(&'static str, String)> {
        let hours = [("work", self.work), ("travel", self.travel), ("call", self.call)];
        let outside = ["work_outside", "travel_outside", "call_outside"];
        let mut prices: Vec<(&'static str, i64)> =
            hours.iter().map(|(name, rate)| (*name, rate.within)).collect();
        prices.extend(
            outside
                .into_iter()
                .zip(hours)
                .filter_map(|(name, (_, rate))| rate.outside.map(|price| (name, price))),
        );
        prices.extend([
            ("call_out", self.call_out),
            ("pat_item", self.pat_item),
            ("pat_minimum", self.pat_minimum),
        ]);
        prices.extend(self.part_prices.values().map(|price| ("part_prices", *price)));
        let unfit = prices.into_iter().filter(|(_, price)| !(0..=money::MOST).contains(price));
        let mut found: Vec<(&'static str, String)> = unfit
            .map(|(name, _)| (name, format!("give a price between 0 and {}", money::plain(money::MOST))))
            .collect();
        let bounds = [
            ("vat", self.vat, money::WHOLE, "100 percent"),
            ("markup", self.markup, MOST_MARKUP, "1000 percent"),
            ("minimum_minutes", self.minimum_minutes, 1440, "a day of 1440 minutes"),
            ("rounding_minutes", self.rounding_minutes, 240, "240 minutes"),
        ];
        for (name, value, most, words) in bounds {
            if !(0..=most).contains(&value) {
                found.push((name, format!("give something between nothing and {words}")));
            }
        }
        if self.part_prices.len() > MOST_PART_PRICES {
            found.push(("part_prices", format!("give at most {MOST_PART_PRICES} prices")));
        }
        found
    }

    /// The price of an hour of what an entry tells of; nothing for what is not charged.
    pub fn hour(&self, kind: EntryKind, outside: bool) -> Option<i64> {
        match kind {
            EntryKind::Work | EntryKind::Diagnosis => Some(self.work.at(outside)),
            EntryKind::Travel => Some(self.travel.at(outside)),
            EntryKind::Call => Some(self.call.at(outside)),
            EntryKind::Note | EntryKind::Handover => None,
        }
    }

    /// Whether some time costs something else outside the contract's hours.
    pub fn know_outside(&self) -> bool {
        [self.work, self.travel, self.call].iter().any(|rate| rate.outside.is_some())
    }

    /// Minutes as they are charged: rounded up.
    pub fn rounded(&self, minutes: i64) -> i64 {
        let step = self.rounding_minutes.max(1);
        minutes.max(0).saturating_add(step - 1) / step * step
    }

    /// The price of a part: the one agreed, else its cost and what is added; nothing where neither is known.
    pub fn part(&self, number: &str, cost: Option<i64>) -> Option<i64> {
        let agreed = self.part_prices.get(number).copied();
        agreed.or_else(|| cost.map(|cost| cost.saturating_add(money::share(cost, self.markup))))
    }
}

/// What a visit for testing costs: each item, and what is missing to the least charge. Nothing where nothing was
/// tested and no least charge is agreed.
pub fn pat_charge(items: i64, rates: &Rates) -> Vec<Line> {
    let mut lines = vec![];
    if items > 0 && rates.pat_item > 0 {
        let quantity = Quantity::pieces(items);
        lines.push(Line {
            kind: LineKind::Tests,
            text: "Items tested".to_owned(),
            quantity,
            price: rates.pat_item,
        });
    }
    let missing = rates.pat_minimum.saturating_sub(lines.iter().map(Line::net).sum());
    if missing > 0 {
        lines.push(Line::one(LineKind::Tests, "Up to the least charge of a visit", missing));
    }
    lines
}

/// The card that holds on a day: of those that began, the last. Each comes with the day from which it holds.
pub fn card_on<T>(cards: impl IntoIterator<Item = (NaiveDate, T)>, day: NaiveDate) -> Option<T> {
    cards.into_iter().filter(|(since, _)| *since <= day).max_by_key(|(since, _)| *since).map(|(_, card)| card)
}

/// Prices of parts as they are typed: a part a line, "part number; price".
///
/// # Errors
/// Names the line and what would be right.
pub fn read_part_prices(text: &str) -> Result<BTreeMap<String, i64>, String> {
    let mut prices = BTreeMap::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let wrong = || format!("\"{line}\" is not a part and its price; write PSU-350; 49.90");
        let (number, price) = line.rsplit_once(';').ok_or_else(wrong)?;
        let (number, price) = (number.trim(), price.trim());
        if number.is_empty() {
            return Err(wrong());
        }
        let price = money::parse(price).map_err(|why| format!("\"{line}\": {why}"))?;
        if prices.insert(number.to_owned(), price).is_some() {
            return Err(format!("\"{number}\" has two prices"));
        }
    }
    Ok(prices)
}

/// Prices of parts as they are typed.
pub fn show_part_prices(prices: &BTreeMap<String, i64>) -> String {
    let lines = prices.iter().map(|(number, price)| format!("{number}; {}", money::plain(*price)));
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_is_rounded_up() {
        for (step, minutes, charged) in
            [(0, 7, 7), (1, 7, 7), (15, 0, 0), (15, 1, 15), (15, 15, 15), (15, 16, 30), (6, 61, 66)]
        {
            let rates = Rates { rounding_minutes: step, ..Rates::default() };
            assert_eq!(rates.rounded(minutes), charged, "{minutes} by {step}");
        }
    }

    #[test]
    fn hours_outside_cost_more_only_where_agreed() {
        let work = HourRate { within: 6000, outside: Some(9000) };
        let rates = Rates { work, travel: HourRate { within: 4000, outside: None }, ..Rates::default() };
        for (kind, outside, price) in [
            (EntryKind::Work, false, Some(6000)),
            (EntryKind::Diagnosis, true, Some(9000)),
            (EntryKind::Travel, true, Some(4000)),
            (EntryKind::Call, false, Some(0)),
            (EntryKind::Note, false, None),
            (EntryKind::Handover, true, None),
        ] {
            assert_eq!(rates.hour(kind, outside), price, "{kind} {outside}");
        }
    }

    #[test]
    fn a_part_has_the_price_agreed_or_its_cost_and_more() {
        let rates = Rates {
            markup: 2500,
            part_prices: read_part_prices("PSU-350; 49.90").unwrap(),
            ..Rates::default()
        };
        assert_eq!(rates.part("PSU-350", Some(3000)), Some(4990));
        assert_eq!(rates.part("FAN-80", Some(1001)), Some(1251));
        assert_eq!(rates.part("FAN-80", None), None);
    }

    #[test]
    fn a_visit_costs_its_items_and_at_least_the_minimum() {
        let rates = Rates { pat_item: 125, pat_minimum: 9500, ..Rates::default() };
        for (items, nets) in [(0, vec![9500]), (1, vec![125, 9375]), (76, vec![9500]), (200, vec![25_000])] {
            let lines = pat_charge(items, &rates);
            assert_eq!(lines.iter().map(Line::net).collect::<Vec<_>>(), nets, "{items} items");
        }
        assert!(pat_charge(0, &Rates::default()).is_empty());
        assert!(pat_charge(50, &Rates::default()).is_empty(), "nothing is agreed");
    }

    #[test]
    fn the_last_card_that_began_holds() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let cards = || [(day("2026-04-01"), "new"), (day("2025-04-01"), "old")];
        for (on, card) in [
            ("2025-03-31", None),
            ("2025-04-01", Some("old")),
            ("2026-03-31", Some("old")),
            ("2026-04-01", Some("new")),
        ] {
            assert_eq!(card_on(cards(), day(on)), card, "{on}");
        }
    }

    #[test]
    fn prices_of_parts_are_read_as_typed() {
        let text = "A;B; 1.50\nPSU-350; 49.90";
        assert_eq!(show_part_prices(&read_part_prices(&format!("\n {text} \n")).unwrap()), text);
        for (text, says) in [
            ("PSU-350", "write PSU-350; 49.90"),
            ("; 3", "write"),
            ("A; x", "not an amount"),
            ("A; 1\nA; 2", "two prices"),
        ] {
            assert!(read_part_prices(text).unwrap_err().contains(says), "{text}");
        }
    }

    #[test]
    fn what_cannot_be_is_named() {
        assert!(Rates::default().problems().is_empty());
        let rates = Rates {
            vat: 10_001,
            work: HourRate { within: -1, outside: Some(money::MOST + 1) },
            rounding_minutes: 241,
            ..Rates::default()
        };
        let fields: Vec<_> = rates.problems().into_iter().map(|(field, _)| field).collect();
        assert_eq!(fields, ["work", "work_outside", "vat", "rounding_minutes"]);
    }
}
