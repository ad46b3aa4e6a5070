//! Contracts: what they cover, which of them a job comes under, and when which of its terms are in force.

use std::str::FromStr;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::calendar::Calendar;
use crate::schedule::day_begins;
use crate::terms::Terms;

/// Something that a contract covers, the least specific first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Covers {
    /// Everything of the customer.
    Everything,
    /// Whatever stands at a site.
    Site(i64),
    /// Whatever is of a category.
    Category(i64),
    /// An asset.
    Asset(i64),
}

/// What was agreed, and from when on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agreed {
    /// From when on.
    pub since: DateTime<Utc>,
    /// What.
    pub terms: Terms,
    /// By which calendar its time counts.
    pub calendar: Calendar,
}

/// A contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contract {
    /// Its id.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// Its first day, by the clock of its calendar.
    pub starts_on: NaiveDate,
    /// Its last day; none where it goes on.
    pub ends_on: Option<NaiveDate>,
    /// What it covers; everything where nothing is named.
    pub covers: Vec<Covers>,
    /// What was agreed, in the order in which it was written down.
    pub agreed: Vec<Agreed>,
}

/// What a job is about.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Concern {
    /// Its site.
    pub site_id: i64,
    /// Its assets, each with its category.
    pub assets: Vec<(i64, i64)>,
}

/// Which contract a job is to come under.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ContractChoice {
    /// The one that covers it most specifically.
    #[default]
    Automatic,
    /// None, whatever covers it.
    Without,
    /// This one.
    Chosen(i64),
}

impl FromStr for ContractChoice {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "" | "automatic" => Ok(Self::Automatic),
            "none" => Ok(Self::Without),
            _ => match text.parse() {
                Ok(id) if id > 0 => Ok(Self::Chosen(id)),
                _ => {
                    let shown: String = text.chars().take(40).collect();
                    Err(format!("\"{shown}\" is no contract; use automatic, none or the id of one"))
                }
            },
        }
    }
}

impl std::fmt::Display for ContractChoice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Automatic => f.write_str("automatic"),
            Self::Without => f.write_str("none"),
            Self::Chosen(id) => id.fmt(f),
        }
    }
}

/// A stretch of time in which the same terms of a contract are in force for a job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Period {
    /// The contract.
    pub contract_id: i64,
    /// Its name.
    pub contract: String,
    /// Its first moment.
    pub from: DateTime<Utc>,
    /// The moment after its last; none where no end is known.
    pub until: Option<DateTime<Utc>>,
    /// The terms.
    pub terms: Terms,
    /// The calendar.
    pub calendar: Calendar,
}

impl Period {
    /// Whether it holds at a moment.
    pub fn holds(&self, at: DateTime<Utc>) -> bool {
        self.from <= at && self.until.is_none_or(|until| at < until)
    }
}

impl Contract {
    /// How specifically it covers what a job is about; none where it does not.
    pub fn covers(&self, concern: &Concern) -> Option<Covers> {
        if self.covers.is_empty() {
            return Some(Covers::Everything);
        }
        let met = |covers: &Covers| match *covers {
            Covers::Everything => true,
            Covers::Site(id) => id == concern.site_id,
            Covers::Category(id) => concern.assets.iter().any(|(_, category)| *category == id),
            Covers::Asset(id) => concern.assets.iter().any(|(asset, _)| *asset == id),
        };
        self.covers.iter().copied().filter(met).max()
    }

    /// When which of its terms are in force, in order. Of terms from the same moment the later written ones count;
    /// the first ones reach back to the contract's first day.
    pub fn periods(&self) -> Vec<Period> {
        let mut agreed: Vec<&Agreed> = self.agreed.iter().collect();
        agreed.sort_by_key(|agreed| agreed.since);
        let replaced = |at: usize| agreed.get(at + 1).is_some_and(|next| next.since == agreed[at].since);
        let agreed: Vec<&Agreed> =
            (0..agreed.len()).filter(|at| !replaced(*at)).map(|at| agreed[at]).collect();
        let mut periods: Vec<Period> = vec![];
        for (at, one) in agreed.iter().enumerate() {
            let begins = day_begins(self.starts_on, one.calendar.zone);
            let ends =
                self.ends_on.and_then(|day| day.succ_opt()).map(|day| day_begins(day, one.calendar.zone));
            let from = if at == 0 { begins } else { one.since.max(begins) };
            let next = agreed.get(at + 1).map(|next| next.since.max(begins));
            let until = next.into_iter().chain(ends).min();
            if until.is_none_or(|until| from < until) {
                periods.push(Period {
                    contract_id: self.id,
                    contract: self.name.clone(),
                    from,
                    until,
                    terms: one.terms.clone(),
                    calendar: one.calendar.clone(),
                });
            }
        }
        periods
    }
}

/// The terms that a job comes under, in order and without overlap: at each moment those of the chosen contract, or
/// of the contract in force that covers it most specifically; of two alike the one that began later.
pub fn cover_of(contracts: &[Contract], choice: ContractChoice, concern: &Concern) -> Vec<Period> {
    let fits = |contract: &&Contract| match choice {
        ContractChoice::Automatic => contract.covers(concern).is_some(),
        ContractChoice::Without => false,
        ContractChoice::Chosen(id) => contract.id == id,
    };
    let mut ranked: Vec<&Contract> = contracts.iter().filter(fits).collect();
    let rank = |contract: &Contract| contract.covers(concern).map(kind_of);
    ranked.sort_by_key(|contract| (rank(contract), contract.starts_on, contract.id));
    let all: Vec<Period> = ranked.iter().rev().flat_map(|contract| contract.periods()).collect();
    let mut edges: Vec<_> = all.iter().flat_map(|p| [Some(p.from), p.until]).flatten().collect();
    edges.sort_unstable();
    edges.dedup();
    let mut cover: Vec<Period> = vec![];
    for (at, edge) in edges.iter().enumerate() {
        let Some(first) = all.iter().find(|period| period.holds(*edge)) else { continue };
        let until = edges.get(at + 1).copied();
        match cover.last_mut() {
            Some(last) if last.until == Some(*edge) && same(last, first) => last.until = until,
            _ => cover.push(Period { from: *edge, until, ..first.clone() }),
        }
    }
    cover
}

/// Which kind of thing is covered, the least specific first.
fn kind_of(covers: Covers) -> u8 {
    match covers {
        Covers::Everything => 0,
        Covers::Site(_) => 1,
        Covers::Category(_) => 2,
        Covers::Asset(_) => 3,
    }
}

fn same(one: &Period, other: &Period) -> bool {
    one.contract_id == other.contract_id && one.terms == other.terms && one.calendar == other.calendar
}

#[cfg(test)]
#[path = "contract_tests.rs"]
mod tests;
