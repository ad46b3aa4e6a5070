//! What is charged for: the lines of quotes and bills, and their totals.

use serde::{Deserialize, Serialize};

use crate::codes;
use crate::money;
use crate::quantity::Decimal;

codes!(
    /// What a line charges for.
    LineKind, "kind of line", {
    Labour = "labour", "Labour";
    CallOut = "call_out", "Call-out";
    Part = "part", "Part";
    ThirdParty = "third_party", "Third party";
    Tests = "tests", "Tests";
    Fixed = "fixed", "Fixed charge";
});

codes!(
    /// In what a line counts.
    Unit, "unit", {
    Minute = "minute", "Hours and minutes";
    Piece = "piece", "Pieces";
});

/// The most minutes, or thousandths of a piece, of one line.
const MOST_QUANTITY: i64 = 100_000_000;

/// How much of something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quantity {
    /// In what it counts.
    pub unit: Unit,
    /// Minutes, or thousandths of a piece.
    pub amount: i64,
}

impl Quantity {
    /// One.
    pub const ONE: Self = Self { unit: Unit::Piece, amount: 1000 };

    /// Some minutes.
    pub fn minutes(minutes: i64) -> Self {
        Self { unit: Unit::Minute, amount: minutes }
    }

    /// Some whole pieces.
    pub fn pieces(pieces: i64) -> Self {
        Self { unit: Unit::Piece, amount: pieces.saturating_mul(1000) }
    }

    /// As people read it: "1 h 15 min", "2.5".
    pub fn show(self) -> String {
        match self.unit {
            Unit::Minute => duration(self.amount),
            Unit::Piece => self.decimal().to_string(),
        }
    }

    /// As it is typed: "1:15" for hours and minutes, "2.5" for pieces.
    pub fn plain(self) -> String {
        match self.unit {
            Unit::Minute => format!("{}:{:02}", self.amount / 60, self.amount % 60),
            Unit::Piece => self.decimal().to_string(),
        }
    }

    /// Reads "1:15" as hours and minutes and "2.5" as pieces; never nothing or less.
    ///
    /// # Errors
    /// Says what would be right.
    pub fn parse(text: &str) -> Result<Self, String> {
        let wrong =
            || format!("\"{text}\" is no quantity; write 2.5 for pieces or 1:15 for hours and minutes");
        let found = match text.split_once(':') {
            Some((hours, minutes)) => {
                let number = |part: &str| {
                    let digits = (1..=4).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
                    if digits { part.parse::<i64>().map_err(|_| wrong()) } else { Err(wrong()) }
                };
                let (hours, minutes) = (number(hours)?, number(minutes)?);
                if minutes > 59 {
                    return Err(wrong());
                }
                Self::minutes(hours * 60 + minutes)
            }
            None => {
                let value: Decimal = text.parse().map_err(|_| wrong())?;
                let amount =
                    value.thousandths().ok_or_else(|| format!("\"{text}\" has more than three decimals"))?;
                Self { unit: Unit::Piece, amount }
            }
        };
        match found.amount {
            1..=MOST_QUANTITY => Ok(found),
            ..=0 => Err(format!("\"{text}\" is not more than nothing")),
            _ => Err(format!("\"{text}\" is more than can be charged at once")),
        }
    }

    /// Hours to the nearest thousandth, or pieces, as an exact decimal.
    pub fn decimal(self) -> Decimal {
        let thousandths = match self.unit {
            Unit::Minute => money::by_minutes(1000, self.amount),
            Unit::Piece => self.amount,
        };
        Decimal::from_thousandths(thousandths).unwrap_or_default()
    }

    /// What it costs at a price for an hour, or for a piece.
    pub fn at(self, price: i64) -> i64 {
        match self.unit {
            Unit::Minute => money::by_minutes(price, self.amount),
            Unit::Piece => money::times(price, self.amount),
        }
    }
}

/// Minutes as people read them: "45 min", "2 h", "1 h 15 min".
pub fn duration(minutes: i64) -> String {
    match (minutes / 60, minutes % 60) {
        (0, rest) => format!("{rest} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, rest) => format!("{hours} h {rest} min"),
    }
}

/// One thing charged for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// What for.
    pub kind: LineKind,
    /// In words.
    pub text: String,
    /// How much of it.
    pub quantity: Quantity,
    /// The price of an hour or a piece, in the smallest unit of the currency.
    pub price: i64,
}

impl Line {
    /// One of something at a price.
    pub fn one(kind: LineKind, text: impl Into<String>, price: i64) -> Self {
        Self { kind, text: text.into(), quantity: Quantity::ONE, price }
    }

    /// What it comes to without VAT.
    pub fn net(&self) -> i64 {
        self.quantity.at(self.price)
    }
}

/// What lines come to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    /// Without VAT.
    pub net: i64,
    /// The VAT, on the sum and not line by line.
    pub vat: i64,
}

impl Totals {
    /// The totals of lines at one rate of VAT, in hundredths of a percent.
    pub fn of(lines: &[Line], vat: i64) -> Self {
        let net = lines.iter().fold(0i64, |sum, line| sum.saturating_add(line.net()));
        Self { net, vat: money::share(net, vat) }
    }

    /// With VAT.
    pub fn gross(self) -> i64 {
        self.net.saturating_add(self.vat)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_comes_to_its_quantity_at_its_price() {
        for (quantity, price, shown, decimal, net) in [
            (Quantity::minutes(75), 6000, "1 h 15 min", "1.25", 7500),
            (Quantity::minutes(50), 5000, "50 min", "0.833", 4167),
            (Quantity::minutes(120), 5000, "2 h", "2", 10_000),
            (Quantity::pieces(3), 1999, "3", "3", 5997),
            (Quantity { unit: Unit::Piece, amount: 2500 }, 120, "2.5", "2.5", 300),
            (Quantity::ONE, -500, "1", "1", -500),
        ] {
            assert_eq!((quantity.show().as_str(), quantity.decimal().to_string().as_str()), (shown, decimal));
            assert_eq!(quantity.at(price), net, "{shown}");
        }
    }

    #[test]
    fn quantities_are_read_as_typed() {
        for (text, quantity) in [
            ("1", Quantity::ONE),
            ("2.5", Quantity { unit: Unit::Piece, amount: 2500 }),
            ("1:15", Quantity::minutes(75)),
            ("0:05", Quantity::minutes(5)),
        ] {
            assert_eq!(Quantity::parse(text), Ok(quantity));
            assert_eq!(quantity.plain(), text);
        }
        for text in
            ["", "x", "0", "-1", "1:60", "1:", ":30", "1:+5", "0.0001", "0:00", "99999999999", "1:15:00"]
        {
            assert!(Quantity::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn vat_is_of_the_sum() {
        let lines = [33, 33, 33].map(|price| Line::one(LineKind::Fixed, "A", price));
        let totals = Totals::of(&lines, 2000);
        assert_eq!((totals.net, totals.vat, totals.gross()), (99, 20, 119), "three times 6.6 would be 21");
    }
}
