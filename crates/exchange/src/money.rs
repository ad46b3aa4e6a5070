//! Money as people write it: "£12.50", "1.250,00 €".

use crate::measures::{Wrong, means_nothing};
use crate::numbers::{ONE, millionths};
use serde::{Deserialize, Serialize};

/// An amount of money.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Money {
    /// In hundredths: pence, cents.
    pub minor: i64,
    /// The ISO code where the cell or its header says it; a bare "$" does not say whose dollar it is.
    pub currency: Option<String>,
}

/// Reads money into hundredths: "£12.50", "12,50 €", "GBP 1,250".
///
/// # Errors
/// Says what is wrong, also where "1.250" may be a thousand or one and a quarter.
pub fn money(text: &str, header_unit: Option<&str>) -> Result<Option<Money>, Wrong> {
    const EXPECTED: &str = "an amount such as 12.50 or £1,250.00";
    if means_nothing(text) {
        return Ok(None);
    }
    let starts = |c: char| c.is_ascii_digit();
    let from = text.find(starts).ok_or_else(|| Wrong::new("there is no amount in it", EXPECTED))?;
    let to = text.rfind(starts).map_or(from, |last| last + 1);
    let words =
        format!("{}{}", text[..from].trim(), text[to..].trim().trim_end_matches([',', '.', '-', '–']));
    let currency = if words.is_empty() { header_unit.map(str::to_string) } else { Some(words) };
    let currency =
        currency.map_or(Ok(None), |c| currency_of(&c)).map_err(|reason| Wrong::new(reason, EXPECTED))?;
    let amount = millionths(&text[from..to], true).map_err(|reason| Wrong::new(reason, EXPECTED))?;
    if amount % (ONE / 100) != 0 {
        return Err(Wrong::new("it has more than two decimals", EXPECTED));
    }
    Ok(Some(Money { minor: amount / (ONE / 100), currency }))
}

/// The ISO code of a currency sign or code; none for a bare "$".
pub(crate) fn currency_of(text: &str) -> Result<Option<String>, String> {
    const CODES: [&str; 13] =
        ["GBP", "EUR", "USD", "AUD", "NZD", "CAD", "CHF", "PLN", "SEK", "NOK", "DKK", "CZK", "RON"];
    let upper = text.to_uppercase();
    let code = match upper.as_str() {
        "$" => return Ok(None),
        "£" => "GBP",
        "€" | "EURO" | "EUROS" => "EUR",
        "US$" => "USD",
        "A$" | "AU$" => "AUD",
        "NZ$" => "NZD",
        "C$" | "CA$" => "CAD",
        "ZŁ" => "PLN",
        other => *CODES
            .iter()
            .find(|c| **c == other)
            .ok_or_else(|| format!("\"{}\" is no currency known here", crate::words::cut(text, 20)))?,
    };
    Ok(Some(code.into()))
}
