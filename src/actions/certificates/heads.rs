//! Head and end of every certificate: the firm, the customer, who tested with what, and who signs.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::certificate::{Closing, Firm, Head, Instrument, Signature, State, Tester};
use domain::ruleset::RuleSet;
use domain::schedule::local_date;
use domain::wording::Words;
use store::AnyConnection;
use store::people::Person;
use store::tests::RecordedTest;
use store::visits::Visit;

use super::draft::Ground;
use crate::actions::set_up;
use crate::error::Result;

/// The name of the setting that holds the firm's logo.
const LOGO: &str = "logo";

/// Head and end, without number, revision, date and address.
pub(super) struct Common {
    pub head: Head,
    pub closing: Closing,
}

pub(super) fn common(
    conn: &mut AnyConnection,
    ground: &Ground,
    tests: &[RecordedTest],
    visits: Option<&[Visit]>,
) -> Result<Common> {
    let single = visits.is_none();
    let visits = visits.unwrap_or_default();
    let day = |test: &RecordedTest| local_date(test.row.performed_at.utc(), ground.zone);
    let mut last: BTreeMap<i64, NaiveDate> = BTreeMap::new();
    for test in tests {
        let date = last.entry(test.row.person_id).or_insert_with(|| day(test));
        *date = day(test).max(*date);
    }
    if let [visit] = visits
        && last.is_empty()
    {
        last.insert(visit.person_id, visit.ends_on);
    }
    let ids: Vec<i64> = last.keys().copied().collect();
    let people = store::certificates::list_people(conn, &ids)?;
    let (standard, edition) = standard(tests);
    let days = tests.iter().map(day);
    let language = ground.language;
    let said = |field: fn(&Visit) -> &str, gap: &str| {
        let mut texts: Vec<&str> = vec![];
        for text in visits.iter().map(field).filter(|text| !text.trim().is_empty()) {
            if !texts.contains(&text) {
                texts.push(text);
            }
        }
        texts.join(gap)
    };
    let head = Head {
        language,
        firm: firm(conn)?,
        customer: ground.customer.name.clone(),
        site: ground.site.name.clone(),
        site_address: ground.site.address.clone(),
        contact: contact(ground),
        order_number: said(|visit| &visit.order_number, ", "),
        from: days.clone().min().or(visits.first().map(|visit| visit.starts_on)),
        to: days.max().or(visits.first().map(|visit| visit.ends_on)),
        testers: people.iter().map(tester).collect(),
        standard,
        edition,
        instruments: instruments(tests),
        extent: said(|visit| &visit.extent, "\n"),
        limitations: said(|visit| &visit.limitations, "\n"),
        state: State::Current,
        ..Head::default()
    };
    let words = language.words();
    let mut signatures: Vec<Signature> =
        people.into_iter().map(|person| signature(words, person, &last)).collect();
    signatures.push(Signature { role: words.sign_customer.to_owned(), ..Signature::default() });
    let declaration = if single { words.declaration_single } else { words.declaration };
    let closing = Closing { declaration: declaration.to_owned(), signatures, ..Closing::default() };
    Ok(Common { head, closing })
}

/// Whom to ask: at the site, or else at the customer's.
fn contact(ground: &Ground) -> String {
    let site = &ground.site.contact;
    if site.is_empty() { ground.customer.contact.clone() } else { site.clone() }
}

/// The firm as it stands on paper.
///
/// # Errors
/// The store's.
pub fn firm(conn: &mut AnyConnection) -> Result<Firm> {
    let firm: set_up::Firm = store::settings::find_setting(conn, set_up::FIRM)?.unwrap_or_default();
    let logo: Option<Vec<u8>> = store::settings::find_setting(conn, LOGO)?;
    let contact = [firm.phone, firm.email].into_iter().filter(|part| !part.is_empty());
    Ok(Firm {
        name: firm.name,
        address: firm.address,
        contact: contact.collect::<Vec<_>>().join(", "),
        accreditation: firm.accreditation,
        logo: logo.filter(|bytes| !bytes.is_empty()),
        accent: firm.accent,
    })
}

fn tester(person: &Person) -> Tester {
    Tester { name: name_of(person), qualification: person.qualification.clone() }
}

/// An erased person is still somebody: the number leads to the record that is kept apart.
pub(super) fn name_of(person: &Person) -> String {
    if person.name.is_empty() { format!("person {}", person.id) } else { person.name.clone() }
}

fn signature(words: &Words, person: Person, last: &BTreeMap<i64, NaiveDate>) -> Signature {
    Signature {
        role: words.sign_tester.to_owned(),
        name: name_of(&person),
        date: last.get(&person.id).copied(),
        image: person.signature.filter(|bytes| !bytes.is_empty()),
    }
}

/// The rule sets by which the tests were judged, as they were then.
fn standard(tests: &[RecordedTest]) -> (String, String) {
    let mut names: Vec<(String, String)> = vec![];
    for test in tests {
        let code = &test.evidence.ruleset;
        let name = RuleSet::find(code).map_or(code.clone(), |rules| rules.name.clone());
        let pair = (name, test.evidence.edition.clone());
        if !names.contains(&pair) {
            names.push(pair);
        }
    }
    match names.as_slice() {
        [(name, edition)] => (name.clone(), edition.clone()),
        several => {
            let said = |(name, edition): &(String, String)| match name.starts_with(edition) {
                true => name.clone(),
                false => format!("{name}, {edition}"),
            };
            (several.iter().map(said).collect::<Vec<_>>().join("; "), String::new())
        }
    }
}

/// Each instrument as it stood on the day, once.
fn instruments(tests: &[RecordedTest]) -> Vec<Instrument> {
    let mut found: Vec<Instrument> = vec![];
    for used in tests.iter().filter_map(|test| test.evidence.instrument.as_ref()) {
        let one = Instrument {
            make: used.make.clone(),
            model: used.model.clone(),
            serial: used.serial.clone(),
            calibration_certificate: used.calibration_certificate.clone(),
            calibration_due: used.calibration_due,
        };
        if !found.contains(&one) {
            found.push(one);
        }
    }
    found
}
