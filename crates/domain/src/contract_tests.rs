use chrono_tz::{Australia, Europe};

use super::*;
use crate::opening_hours::WeekHours;

fn at(text: &str) -> DateTime<Utc> {
    format!("{text}:00Z").parse().unwrap()
}

fn agreed(since: &str, warn_percent: u32) -> Agreed {
    let calendar = Calendar::new(Europe::London, WeekHours::always(), []);
    Agreed { since: at(since), terms: Terms { warn_percent, ..Terms::default() }, calendar }
}

fn contract(id: i64, days: (&str, &str), covers: Vec<Covers>) -> Contract {
    let (starts_on, ends_on) = (days.0.parse().unwrap(), days.1.parse().ok());
    let agreed = vec![agreed("2026-06-01T00:00", id as u32)];
    Contract { id, name: format!("contract {id}"), starts_on, ends_on, covers, agreed }
}

/// Contract, beginning and end of each period.
fn told(periods: &[Period]) -> Vec<(i64, String, String)> {
    let text = |at: DateTime<Utc>| at.format("%Y-%m-%dT%H:%M").to_string();
    periods.iter().map(|p| (p.contract_id, text(p.from), p.until.map(text).unwrap_or_default())).collect()
}

fn wanted(periods: &[(i64, &str, &str)]) -> Vec<(i64, String, String)> {
    periods.iter().map(|(id, from, until)| (*id, (*from).to_owned(), (*until).to_owned())).collect()
}

#[test]
fn the_most_specific_contract_in_force_covers_a_job() {
    let concern = Concern { site_id: 5, assets: vec![(70, 7), (80, 8)] };
    let whole = ("2026-01-01", "");
    let everything = contract(1, whole, vec![]);
    let site = contract(2, whole, vec![Covers::Site(4), Covers::Site(5)]);
    let category = contract(3, whole, vec![Covers::Category(8)]);
    let asset = contract(4, whole, vec![Covers::Asset(70)]);
    let elsewhere =
        contract(5, ("2026-02-01", ""), vec![Covers::Asset(71), Covers::Category(9), Covers::Site(6)]);
    let all = [asset, elsewhere, category, everything, site];
    let chosen = |all: &[Contract], choice| cover_of(all, choice, &concern).first().map(|p| p.contract_id);
    assert_eq!(chosen(&all, ContractChoice::Automatic), Some(4));
    assert_eq!(chosen(&all[1..], ContractChoice::Automatic), Some(3));
    assert_eq!(chosen(&all[3..], ContractChoice::Automatic), Some(2));
    assert_eq!(chosen(&all[3..4], ContractChoice::Automatic), Some(1));
    assert_eq!(chosen(&all[1..2], ContractChoice::Automatic), None);
    assert_eq!(chosen(&all, ContractChoice::Chosen(5)), Some(5));
    assert_eq!(chosen(&all, ContractChoice::Without), None);
}

#[test]
fn contracts_follow_each_other_by_their_days() {
    let old = contract(1, ("2025-01-01", "2026-06-30"), vec![]);
    let new = contract(2, ("2026-07-01", ""), vec![]);
    let special = contract(3, ("2026-05-01", "2026-07-14"), vec![Covers::Site(5)]);
    let concern = Concern { site_id: 5, assets: vec![] };
    let cover = cover_of(&[old, new, special], ContractChoice::Automatic, &concern);
    // Midnight in London in summer is eleven in the evening.
    let expected = [
        (1, "2025-01-01T00:00", "2026-04-30T23:00"),
        (3, "2026-04-30T23:00", "2026-07-14T23:00"),
        (2, "2026-07-14T23:00", ""),
    ];
    assert_eq!(told(&cover), wanted(&expected));
}

#[test]
fn of_two_alike_the_one_that_began_later_counts() {
    let concern = Concern { site_id: 5, assets: vec![] };
    let (old, new) = (contract(9, ("2026-01-01", ""), vec![]), contract(8, ("2026-03-01", ""), vec![]));
    let cover = cover_of(&[old, new], ContractChoice::Automatic, &concern);
    assert_eq!(
        told(&cover),
        wanted(&[(9, "2026-01-01T00:00", "2026-03-01T00:00"), (8, "2026-03-01T00:00", "")])
    );
}

#[test]
fn terms_hold_until_others_are_agreed() {
    let mut contract = contract(1, ("2026-01-01", "2026-12-31"), vec![]);
    // Written in this order: a change in autumn, one in summer, and the summer's again, corrected.
    contract.agreed.extend([
        agreed("2026-09-01T00:00", 2),
        agreed("2026-07-01T00:00", 3),
        agreed("2026-07-01T00:00", 4),
    ]);
    let periods = contract.periods();
    let expected = [
        (1, "2026-01-01T00:00", "2026-07-01T00:00"),
        (1, "2026-07-01T00:00", "2026-09-01T00:00"),
        (1, "2026-09-01T00:00", "2027-01-01T00:00"),
    ];
    assert_eq!(told(&periods), wanted(&expected));
    assert_eq!(periods.iter().map(|p| p.terms.warn_percent).collect::<Vec<_>>(), [1, 4, 2]);
}

#[test]
fn corrected_terms_stay_corrected_when_the_contract_begins_earlier() {
    let mut contract = contract(1, ("2026-01-01", "2026-12-31"), vec![]);
    contract.agreed = vec![agreed("2026-06-01T00:00", 1), agreed("2026-06-01T00:00", 2)];
    let periods = contract.periods();
    assert_eq!(told(&periods), wanted(&[(1, "2026-01-01T00:00", "2027-01-01T00:00")]));
    assert_eq!(periods[0].terms.warn_percent, 2);
}

#[test]
fn a_contract_begins_at_midnight_by_its_own_calendar() {
    let mut contract = contract(1, ("2026-12-01", "2026-12-31"), vec![]);
    contract.agreed[0].calendar.zone = Australia::Sydney;
    assert_eq!(told(&contract.periods()), wanted(&[(1, "2026-11-30T13:00", "2026-12-31T13:00")]));
    contract.ends_on = "2026-11-30".parse().ok();
    assert!(contract.periods().is_empty(), "one that ends before it begins is never in force");
}

#[test]
fn a_choice_is_read_and_written() {
    for choice in [ContractChoice::Automatic, ContractChoice::Without, ContractChoice::Chosen(12)] {
        assert_eq!(choice.to_string().parse(), Ok(choice));
    }
    assert!("-1".parse::<ContractChoice>().unwrap_err().contains("the id of one"));
}
