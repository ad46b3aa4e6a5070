//! Who and where: the firm, its people and instruments, its customers with their sites and places.

use chrono::{Days, NaiveDate};
use domain::equipment::Environment;
use domain::permission::Role;
use serde::Deserialize;

use crate::actions::set_up::Firm;

/// The password of everybody in the demo.
pub const PASSWORD: &str = "demo-password";

/// The file `organisation.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Organisation {
    /// The firm.
    pub firm: Firm,
    /// Its people.
    pub person: Vec<Person>,
    /// Its instruments.
    pub instrument: Vec<Instrument>,
    /// Its customers.
    pub customer: Vec<Customer>,
}

/// Somebody.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// Name.
    pub name: String,
    login: String,
    /// Role.
    pub role: Role,
    /// Qualification.
    pub qualification: String,
    /// The one customer whom they see.
    pub customer: Option<String>,
}

/// An instrument.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Instrument {
    /// Make.
    pub make: String,
    /// Model.
    pub model: String,
    /// Serial number.
    pub serial: String,
    calibrated_days_ago: u64,
    /// Number of the calibration certificate.
    pub certificate: String,
}

/// A customer.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Customer {
    /// Name.
    pub name: String,
    /// Whom to ask.
    pub contact: String,
    /// Mail address.
    pub email: String,
    /// Telephone number.
    pub phone: String,
    /// Postal address.
    pub address: String,
    /// How many tests in a thousand fail.
    pub fail_per_mille: u64,
    /// What its own numbers begin with.
    pub number_prefix: String,
    /// Since when it is a customer.
    pub began_months_ago: u32,
    /// Whether labels carry the next date.
    #[serde(default)]
    pub label_next_due: bool,
    /// Whether anybody who scans a label may report a fault.
    #[serde(default)]
    pub public_reports: bool,
    /// Its sites.
    pub site: Vec<Site>,
}

/// A site.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Site {
    /// Name.
    pub name: String,
    /// Postal address.
    pub address: String,
    /// IANA name of the time zone.
    #[serde(default = "london")]
    pub time_zone: String,
    /// What to know before travelling there.
    #[serde(default)]
    pub access_notes: String,
    /// Share of all assets.
    pub weight: u64,
    /// Months between visits.
    pub every_months: u32,
    /// When the last visit began.
    pub last_days_ago: u64,
    /// Path, environment and share of the site's assets.
    pub places: Vec<(String, Environment, u64)>,
}

fn london() -> String {
    "Europe/London".to_owned()
}

/// Somebody who can log in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogIn {
    /// Mail address.
    pub email: String,
    /// Role.
    pub role: Role,
    /// Name.
    pub name: String,
}

impl Organisation {
    /// The organisation as shipped.
    ///
    /// # Errors
    /// Names the line that cannot be read; a test checks that there is none.
    pub fn shipped() -> Result<Self, String> {
        toml::from_str(include_str!("organisation.toml")).map_err(|error| error.to_string())
    }
}

/// Who can log in.
///
/// # Errors
/// As `Organisation::shipped`.
pub fn log_ins() -> Result<Vec<LogIn>, String> {
    let log_in =
        |person: &Person| LogIn { email: person.email(), role: person.role, name: person.name.clone() };
    Ok(Organisation::shipped()?.person.iter().map(log_in).collect())
}

impl Person {
    /// Mail address.
    pub fn email(&self) -> String {
        format!("{}@demo.example", self.login)
    }
}

impl Instrument {
    /// When it was calibrated.
    pub fn calibrated_on(&self, today: NaiveDate) -> NaiveDate {
        today - Days::new(self.calibrated_days_ago)
    }

    /// Last day of its calibration.
    pub fn calibration_due(&self, today: NaiveDate) -> NaiveDate {
        self.calibrated_on(today) + Days::new(365)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_of_the_promised_size() {
        let shipped = Organisation::shipped().unwrap();
        let sites: Vec<&Site> = shipped.customer.iter().flat_map(|customer| &customer.site).collect();
        let places: usize = sites.iter().map(|site| site.places.len()).sum();
        assert_eq!((shipped.customer.len(), sites.len(), places), (3, 8, 60));
        assert_eq!(shipped.person.iter().filter(|person| person.role == Role::Engineer).count(), 6);
        for site in sites {
            for (at, (path, ..)) in site.places.iter().enumerate() {
                let above = path.rsplit_once(" / ").map(|(above, _)| above);
                assert!(
                    above.is_none_or(|above| site.places[..at].iter().any(|place| place.0 == above)),
                    "{path}"
                );
            }
        }
    }
}
