//! Quotes: what work will cost, and whether the customer said yes.

use chrono::{NaiveDate, NaiveDateTime};
use serde::{Deserialize, Serialize};

use crate::certificate::Firm;
use crate::charge::{Line, Totals};
use crate::codes;
use crate::money::{self, Currency};

codes!(
    /// Where a quote stands.
    QuoteState, "state of a quote", {
    Draft = "draft", "Draft";
    Sent = "sent", "Sent";
    Approved = "approved", "Approved";
    Declined = "declined", "Declined";
    Expired = "expired", "Expired";
    Superseded = "superseded", "Superseded";
});

codes!(
    /// What a quote promises.
    QuoteKind, "kind of quote", {
    Fixed = "fixed", "Fixed price";
    Estimate = "estimate", "Estimate";
});

impl QuoteKind {
    /// What that means for the bill.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Fixed => "Fixed price: once approved, this is what is billed for the work described.",
            Self::Estimate => "Estimate: the time and parts in fact used are billed.",
        }
    }
}

impl QuoteState {
    /// How it stands on a day: what was sent and not answered expires.
    pub fn on(self, valid_until: NaiveDate, today: NaiveDate) -> Self {
        if self == Self::Sent && valid_until < today { Self::Expired } else { self }
    }

    /// Whether its words and lines may be changed.
    pub fn is_open(self) -> bool {
        self == Self::Draft
    }

    /// Whether the customer may answer it.
    pub fn awaits_answer(self) -> bool {
        self == Self::Sent
    }

    /// Whether a next version may take its place.
    pub fn can_be_revised(self) -> bool {
        matches!(self, Self::Sent | Self::Approved | Self::Declined | Self::Expired)
    }
}

/// The most lines of a quote.
pub const MOST_LINES: usize = 100;
/// So long a quote may be valid, in days.
pub const MOST_DAYS: i64 = 366;

/// What people fill in of a quote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuoteContent {
    /// What it promises.
    pub kind: QuoteKind,
    /// The currency.
    pub currency: Currency,
    /// The rate of VAT, in hundredths of a percent.
    pub vat: i64,
    /// The last day on which it can be approved.
    pub valid_until: NaiveDate,
    /// What is to be done.
    pub scope: String,
    /// On what terms.
    pub terms: String,
    /// What it costs.
    pub lines: Vec<Line>,
}

impl QuoteContent {
    /// What it comes to.
    pub fn totals(&self) -> Totals {
        Totals::of(&self.lines, self.vat)
    }

    /// What is missing or cannot be before it is sent, as field and words.
    pub fn problems(&self, today: NaiveDate) -> Vec<(&'static str, String)> {
        let mut found = vec![];
        if self.lines.is_empty() {
            found.push(("lines", "give at least one line".to_owned()));
        }
        if self.lines.len() > MOST_LINES {
            found.push(("lines", format!("give at most {MOST_LINES} lines")));
        }
        if self.valid_until < today {
            found.push(("valid_until", "this day has passed".to_owned()));
        } else if (self.valid_until - today).num_days() > MOST_DAYS {
            found.push(("valid_until", "a quote is valid for a year at most".to_owned()));
        }
        if !(0..=money::WHOLE).contains(&self.vat) {
            found.push(("vat", "give something between nothing and 100 percent".to_owned()));
        }
        found
    }
}

/// How a quote was answered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answer {
    /// Whether it was approved.
    pub approved: bool,
    /// By whom.
    pub by: String,
    /// When, by the site's clock.
    pub at: Option<NaiveDateTime>,
    /// The customer's order.
    pub order_number: String,
    /// Why it was declined.
    pub reason: String,
}

/// A quote as it goes to paper.
#[derive(Debug, Clone, PartialEq)]
pub struct QuotePaper {
    /// The firm that offers.
    pub firm: Firm,
    /// Its number.
    pub number: String,
    /// Counts from 1.
    pub revision: i64,
    /// How it stands.
    pub state: QuoteState,
    /// When it was sent, or drawn up.
    pub dated: NaiveDate,
    /// The customer.
    pub customer: String,
    /// Whom it is for there.
    pub contact: String,
    /// The customer's postal address, a line each.
    pub address: String,
    /// The site.
    pub site: String,
    /// The job's number and title.
    pub job: String,
    /// What it is about: tag, description, serial.
    pub assets: Vec<[String; 3]>,
    /// What it says.
    pub content: QuoteContent,
    /// How it was answered.
    pub answer: Option<Answer>,
    /// Where it can be approved; printed as a QR code too.
    pub approve_url: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::charge::LineKind;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn what_was_sent_and_not_answered_expires() {
        let until = day("2026-12-01");
        for (state, today, then) in [
            (QuoteState::Sent, "2026-12-01", QuoteState::Sent),
            (QuoteState::Sent, "2026-12-02", QuoteState::Expired),
            (QuoteState::Draft, "2026-12-02", QuoteState::Draft),
            (QuoteState::Approved, "2027-12-02", QuoteState::Approved),
        ] {
            assert_eq!(state.on(until, day(today)), then, "{state} on {today}");
        }
        let may = |state: QuoteState| (state.is_open(), state.awaits_answer(), state.can_be_revised());
        assert_eq!(may(QuoteState::Draft), (true, false, false));
        assert_eq!(may(QuoteState::Sent), (false, true, true));
        assert_eq!(may(QuoteState::Expired), (false, false, true));
        assert_eq!(may(QuoteState::Superseded), (false, false, false));
    }

    #[test]
    fn a_quote_is_sent_only_when_whole() {
        let mut content = QuoteContent {
            kind: QuoteKind::Fixed,
            currency: Currency::Gbp,
            vat: 2000,
            valid_until: day("2026-12-01"),
            scope: String::new(),
            terms: String::new(),
            lines: vec![],
        };
        let fields = |content: &QuoteContent, today| {
            content.problems(day(today)).into_iter().map(|(field, _)| field).collect::<Vec<_>>()
        };
        assert_eq!(fields(&content, "2026-12-02"), ["lines", "valid_until"]);
        content.lines.push(Line::one(LineKind::Fixed, "New PSU, fitted", 19_900));
        assert_eq!(fields(&content, "2026-12-01"), [""; 0]);
        assert_eq!(fields(&content, "2025-11-29"), ["valid_until"]);
        assert_eq!(content.totals().gross(), 23_880);
    }
}
