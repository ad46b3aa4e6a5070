//! Which asset a record is of. Nothing guesses: what fits several waits for a person.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use domain::asset::Lifecycle;
use domain::code::Code;
use domain::tag::fold;
use domain::test_import::Matching;
use exchange::tester::TestRecord;
use store::AnyConnection;
use store::assets::Asset;
use store::history_links::Belonging;
use store::test_imports::{
    TestImport, assets_by_codes, assets_by_ids, assets_by_numbers, assets_by_site_numbers,
};

use super::known::Known;
use crate::error::Result;

/// What a record was found to be of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Match {
    /// This asset.
    Asset(i64),
    /// Something that is not in the register.
    New,
    /// Whoever claims it; with the reason.
    Inbox(String),
    /// This asset, which is not in use any more; with how to go on.
    Gone(i64, String),
}

impl Match {
    /// The asset, in use or not.
    pub fn asset(&self) -> Option<i64> {
        match self {
            Self::Asset(id) | Self::Gone(id, _) => Some(*id),
            Self::New | Self::Inbox(_) => None,
        }
    }
}

/// Records of a batch with what they are of, and the assets found.
pub(super) struct Matches {
    pub found: Vec<Match>,
    pub assets: HashMap<i64, Asset>,
}

/// Finds what each record of a batch is of.
pub(super) fn match_all(
    conn: &mut AnyConnection,
    known: &Known,
    import: &TestImport,
    records: &[&TestRecord],
) -> Result<Matches> {
    let candidates = match import.matching.0 {
        Matching::Place => by_place(conn, known, records)?,
        Matching::Tag | Matching::Inbox => by_code(conn, known, records)?,
    };
    let (candidates, assets) = at_home(conn, known, candidates)?;
    let decide = |(record, ids): (&&TestRecord, &BTreeSet<i64>)| {
        let here = |id: &&i64| {
            import.matching.0 != Matching::Place
                || assets.get(*id).is_some_and(|asset| stands_there(known, asset, record))
        };
        let found: Vec<&Asset> = ids.iter().filter(here).filter_map(|id| assets.get(id)).collect();
        decide(known, import.matching.0, record, &found)
    };
    let found = records.iter().zip(&candidates).map(decide).collect();
    Ok(Matches { found, assets })
}

/// The ids of the assets that each record may be of.
type Candidates = Vec<BTreeSet<i64>>;

/// The assets that candidates are, or that those were merged into.
fn at_home(
    conn: &mut AnyConnection,
    known: &Known,
    candidates: Candidates,
) -> Result<(Candidates, HashMap<i64, Asset>)> {
    let ids = |candidates: &[BTreeSet<i64>]| {
        let ids: BTreeSet<i64> = candidates.iter().flatten().copied().collect();
        ids.into_iter().collect::<Vec<_>>()
    };
    let assets = assets_by_ids(conn, known.customer.id, &ids(&candidates))?;
    if assets.values().all(|asset| asset.lifecycle.0 != Lifecycle::Merged) {
        return Ok((candidates, assets));
    }
    let belonging = Belonging::load(conn, &ids(&candidates))?;
    let home = |ids: BTreeSet<i64>| ids.into_iter().map(|id| belonging.home(id)).collect();
    let candidates: Candidates = candidates.into_iter().map(home).collect();
    let assets = assets_by_ids(conn, known.customer.id, &ids(&candidates))?;
    Ok((candidates, assets))
}

fn decide(known: &Known, matching: Matching, record: &TestRecord, found: &[&Asset]) -> Match {
    let code = code_of(record);
    match found {
        [asset] => match asset.lifecycle.0 {
            life @ (Lifecycle::Disposed | Lifecycle::Lost | Lifecycle::Merged) => Match::Gone(
                asset.id,
                format!(
                    "{} is recorded as {}; put it back in service first if it is there after all.",
                    asset.tag,
                    life.noun()
                ),
            ),
            _ => Match::Asset(asset.id),
        },
        [] if code.is_empty() => Match::Inbox("The record names no asset.".to_owned()),
        [] if matching == Matching::Inbox => Match::Inbox(format!("No asset goes by \"{code}\".")),
        [] if matching == Matching::Place && record.location.trim().is_empty() => {
            Match::Inbox("The record names no place.".to_owned())
        }
        [] if record.site.trim().is_empty() && known.default_site().is_none() => {
            Match::Inbox("The record names no site; choose one for all such records.".to_owned())
        }
        [] => Match::New,
        several => {
            let tags: Vec<&str> = several.iter().map(|asset| asset.tag.as_str()).collect();
            let code = looked_up(record);
            Match::Inbox(format!("\"{code}\" fits several assets: {}.", tags.join(", ")))
        }
    }
}

/// What a record calls its asset.
pub(super) fn code_of(record: &TestRecord) -> String {
    record.asset_code.chars().filter(|c| !c.is_control()).collect::<String>().trim().to_owned()
}

/// What a record's asset is looked up by: where a format has no field for it, people type it as the description.
fn looked_up(record: &TestRecord) -> String {
    let code = code_of(record);
    if code.is_empty() { record.description.trim().chars().take(60).collect() } else { code }
}

/// The number under which an asset goes whose own is taken elsewhere at the customer.
pub(super) fn qualified(known: &Known, record: &TestRecord) -> String {
    let site = match known.site(&record.site) {
        Some(id) => known.site_name(id),
        None => record.site.trim(),
    };
    [site, record.location.trim(), &code_of(record)].join(" / ")
}

fn spellings(code: &str) -> [String; 3] {
    [code.to_owned(), code.to_uppercase(), code.to_lowercase()]
}

fn by_code(conn: &mut AnyConnection, known: &Known, records: &[&TestRecord]) -> Result<Vec<BTreeSet<i64>>> {
    let codes: Vec<String> = records.iter().map(|record| looked_up(record)).collect();
    let folded: BTreeSet<String> = codes.iter().map(|code| fold(code)).filter(|f| !f.is_empty()).collect();
    let tags = assets_by_codes(conn, known.customer.id, &folded.into_iter().collect::<Vec<_>>())?;
    let numbers: BTreeSet<String> = codes.iter().flat_map(|code| spellings(code)).collect();
    let numbered = assets_by_numbers(conn, known.customer.id, &numbers.into_iter().collect::<Vec<_>>())?;
    let mut by_number: HashMap<String, Vec<i64>> = HashMap::new();
    for (number, id) in numbered {
        by_number.entry(number.to_lowercase()).or_default().push(id);
    }
    let found = |code: &String| {
        let tagged = tags.get(&fold(code)).copied();
        let numbered = by_number.get(&code.to_lowercase()).into_iter().flatten().copied();
        tagged.into_iter().chain(numbered).collect()
    };
    Ok(codes.iter().map(found).collect())
}

fn by_place(conn: &mut AnyConnection, known: &Known, records: &[&TestRecord]) -> Result<Vec<BTreeSet<i64>>> {
    let mut by_site: BTreeMap<i64, BTreeSet<String>> = BTreeMap::new();
    for record in records {
        if let Some(site) = known.site(&record.site) {
            let numbers = by_site.entry(site).or_default();
            numbers.extend(spellings(&code_of(record)));
            numbers.insert(qualified(known, record));
        }
    }
    let mut found: HashMap<(i64, String), Vec<i64>> = HashMap::new();
    for (site, numbers) in by_site {
        let numbers: Vec<String> = numbers.into_iter().collect();
        for (number, _, id) in assets_by_site_numbers(conn, (known.customer.id, site), &numbers)? {
            found.entry((site, number.to_lowercase())).or_default().push(id);
        }
    }
    let tagged = by_code(conn, known, records)?;
    let of = |(record, tagged): (&&TestRecord, BTreeSet<i64>)| {
        let mut ids = tagged;
        if let Some(site) = known.site(&record.site) {
            for number in [code_of(record), qualified(known, record)] {
                ids.extend(found.get(&(site, number.to_lowercase())).into_iter().flatten());
            }
        }
        ids
    };
    Ok(records.iter().zip(tagged).map(of).collect())
}

/// Whether an asset stands where a record says.
pub(super) fn stands_there(known: &Known, asset: &Asset, record: &TestRecord) -> bool {
    let site = record.site.trim().is_empty() || known.site(&record.site) == Some(asset.site_id);
    site && known.is_place(asset.place_id, &record.location)
}

/// Whether a record places a known asset elsewhere than the register does.
pub(super) fn moves(known: &Known, asset: &Asset, record: &TestRecord) -> bool {
    let site = !record.site.trim().is_empty() && known.site(&record.site) != Some(asset.site_id);
    site || (!record.location.trim().is_empty() && !known.is_place(asset.place_id, &record.location))
}
