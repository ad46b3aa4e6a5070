//! Reading a file into staged rows, and judging them again: in batches, in bounded memory, with no evidence written.

use std::collections::HashSet;
use std::io::Read;

use domain::code::Code;
use domain::permission::ImportAssets;
use domain::test_import::{Counts, ImportState, Outcome};
use exchange::tester::{FileError, Refusal, TestRecord, TesterFile};
use store::Right;
use store::ledger::RowHash;
use store::test_imports::{self as rows, StagedTest, TestImport};
use store::types::Coded;

use super::alike::recorded_alike;
use super::known::Known;
use super::matching::{Match, code_of, match_all, moves};
use super::prepare::fields_for;
use super::{Reading, judging, photos};
use crate::app::App;
use crate::error::{Error, Result};

/// Records handled at once, and in one transaction.
pub const BATCH: usize = 1000;
/// The longest record kept, as JSON in bytes: a comment may be a book.
const LONGEST_BODY: usize = 200_000;

/// A record of the file, or why it is none.
pub(super) type Item = (i64, std::result::Result<TestRecord, Refusal>);

/// Where staged rows go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Into {
    /// Into the database.
    Rows,
    /// Nowhere: a dry run only counts.
    Nothing,
}

/// Reads a file from its beginning. A dry run stores nothing and only counts.
///
/// # Errors
/// A field error when it cannot be read as this format; stale when somebody else reads it.
pub fn read_file(
    app: &App,
    right: &Right<ImportAssets>,
    (import, dry_run): (&TestImport, bool),
    (reader, reading): (impl Read, &Reading),
    progress: &mut dyn FnMut(i64),
) -> Result<(TestImport, Counts)> {
    let told = |error: FileError| Error::field("file", error.to_string());
    let mut file = TesterFile::open(reading.format, reader, &reading.options).map_err(told)?;
    let mut import = import.clone();
    let into = if dry_run { Into::Nothing } else { Into::Rows };
    if into == Into::Rows {
        app.store.keep_house(|tx| {
            rows::delete_staged(tx, import.id, (0, i64::MAX))?;
            rows::advance(tx, &import, (ImportState::Reading, 0), &Counts::default())
        })?;
        (import.done, import.counts.0) = (0, Counts::default());
    }
    let mut stager = Stager::new(app, right, import, into)?;
    let mut record = 0;
    loop {
        let mut batch: Vec<Item> = Vec::with_capacity(BATCH);
        for item in file.by_ref().take(BATCH) {
            record += 1;
            batch.push((record, item));
        }
        if batch.is_empty() {
            break;
        }
        stager.take(batch, ImportState::Reading)?;
        progress(record);
    }
    let mut warnings = file.warnings();
    warnings.extend(stager.warnings.iter().cloned());
    stager.finish(&warnings)
}

/// Judges staged rows again, a batch of them: after other choices, or with facts added.
///
/// # Errors
/// Stale when somebody else does so.
pub fn judge_again(app: &App, right: &Right<ImportAssets>, import: &TestImport) -> Result<TestImport> {
    let limit = i64::try_from(BATCH).unwrap_or(i64::MAX);
    let staged = app.store.read(|conn| rows::next_staged(conn, import.id, import.done, limit))?;
    let mut stager = Stager::new(app, right, import.clone(), Into::Rows)?;
    let Some(last) = staged.last().map(|row| row.record) else {
        return stager.finish(&import.warnings.0).map(|(import, _)| import);
    };
    // What cannot be read stays so, and what stands twice in the file is the same test whatever is chosen.
    let settled = |row: &StagedTest| matches!(row.outcome.0, Outcome::Refused | Outcome::Duplicate);
    let (settled, open): (Vec<_>, Vec<_>) = staged.into_iter().partition(settled);
    let items = open.into_iter().map(|row| Ok((row.record, Ok(parse(&row.body)?))));
    let items: Vec<Item> = items.collect::<Result<_>>()?;
    let mut rows = stager.stage(items)?;
    rows.extend(settled);
    stager.store(rows, last, &[], ImportState::Judging)?;
    Ok(stager.import)
}

/// Reads a staged body back.
pub(super) fn parse<T: serde::de::DeserializeOwned>(body: &str) -> Result<T> {
    serde_json::from_str(body).map_err(|error| Error::Internal(format!("a staged record: {error}")))
}

struct Stager<'a> {
    app: &'a App,
    import: TestImport,
    known: Known,
    into: Into,
    /// What was seen in this file, by asset and content: half a hash each, so that a million need 16 MB.
    seen: HashSet<u128>,
    warnings: Vec<String>,
}

impl<'a> Stager<'a> {
    fn new(app: &'a App, right: &Right<ImportAssets>, import: TestImport, into: Into) -> Result<Self> {
        let known = app.store.read(|conn| Known::load(conn, right.scope(), &import))?;
        let seen = HashSet::new();
        Ok(Self { app, import, known, into, seen, warnings: vec![] })
    }

    fn take(&mut self, mut items: Vec<Item>, state: ImportState) -> Result<()> {
        let pictures = match self.into {
            Into::Rows => photos::redraw(&mut items, &self.import, &mut self.warnings),
            Into::Nothing => vec![],
        };
        let last = items.last().map_or(0, |(record, _)| *record);
        let staged = self.stage(items)?;
        self.store(staged, last, &pictures, state)
    }

    fn store(
        &mut self,
        staged: Vec<StagedTest>,
        last: i64,
        pictures: &[photos::Picture],
        state: ImportState,
    ) -> Result<()> {
        let mut counts = self.import.counts.0.clone();
        for row in &staged {
            counts.add(row.outcome.0, row.cause.map(|cause| cause.0));
        }
        if self.into == Into::Rows {
            self.app.store.keep_house(|tx| {
                rows::advance(tx, &self.import, (state, last), &counts)?;
                rows::delete_staged(tx, self.import.id, (self.import.done + 1, last))?;
                rows::insert_staged(tx, &staged)?;
                photos::keep(tx, pictures)
            })?;
        }
        self.import.state = Coded(state);
        (self.import.done, self.import.counts.0) = (last, counts);
        Ok(())
    }

    fn stage(&mut self, items: Vec<Item>) -> Result<Vec<StagedTest>> {
        let now = self.app.now();
        let records: Vec<&TestRecord> = items.iter().filter_map(|(_, item)| item.as_ref().ok()).collect();
        let (known, import) = (&self.known, &self.import);
        let contents: Vec<String> = records.iter().map(|record| judging::content_of(record)).collect();
        let (matches, there, alike) = self.app.store.read(|conn| {
            let matches = match_all(conn, known, import, &records)?;
            let pairs = matches.found.iter().zip(&contents);
            let pairs = pairs.filter_map(|(of, content)| Some((of.asset()?, content.as_str())));
            let there = rows::imported_contents(conn, known.customer.id, &pairs.collect())?;
            let of = matches.found.iter().zip(&records).map(|(of, record)| {
                let asset = of.asset().and_then(|id| matches.assets.get(&id));
                asset.map(|asset| (asset, *record))
            });
            let alike = recorded_alike(conn, (known, import), &of.collect::<Vec<_>>())?;
            Ok::<_, Error>((matches, there, alike))
        })?;
        let mut found = matches.found.iter().zip(&contents).zip(alike);
        let mut staged = Vec::with_capacity(items.len());
        for (number, item) in &items {
            let row = match (item, item.is_ok().then(|| found.next()).flatten()) {
                (Ok(record), Some(((of, content), alike))) => {
                    let stored = of.asset().is_some_and(|id| alike || there.contains(&(id, content.clone())));
                    let twice = stored || !self.seen.insert(half_hash(of, record, content));
                    let asset = match of {
                        Match::Asset(id) => matches.assets.get(id),
                        _ => None,
                    };
                    record_row((known, import), (*number, record), (of, asset, twice), now)
                }
                (Err(refusal), _) => refused_row(import, *number, refusal),
                (Ok(_), None) => continue,
            };
            staged.push(row);
        }
        Ok(staged)
    }

    fn finish(mut self, warnings: &[String]) -> Result<(TestImport, Counts)> {
        if self.into == Into::Nothing {
            let counts = self.import.counts.0.clone();
            self.import.warnings.0 = warnings.to_vec();
            return Ok((self.import, counts));
        }
        let id = self.import.id;
        self.app.store.keep_house(|tx| {
            let counts = self.import.counts.0.clone();
            rows::advance(tx, &self.import, (ImportState::Staged, 0), &counts)?;
            rows::update_warnings(tx, id, warnings)
        })?;
        self.import.state = Coded(ImportState::Staged);
        self.import.done = 0;
        self.import.warnings.0 = warnings.to_vec();
        let counts = self.import.counts.0.clone();
        Ok((self.import, counts))
    }
}

fn half_hash(of: &Match, record: &TestRecord, content: &str) -> u128 {
    let hash = match of.asset() {
        Some(id) => RowHash::default().number(id),
        // Nothing tells two new things apart but what the file calls them.
        None => RowHash::default().text(&code_of(record)).text(&record.site).text(&record.location),
    };
    let hash = hash.text(content).finish();
    u128::from_str_radix(hash.get(..32).unwrap_or_default(), 16).unwrap_or_default()
}

fn refused_row(import: &TestImport, number: i64, refusal: &Refusal) -> StagedTest {
    let field = refusal.field.clone().map(|field| format!("{field}: ")).unwrap_or_default();
    let why = format!("{}, {field}{}; expected {}", refusal.place, refusal.reason, refusal.expected);
    StagedTest {
        import_id: import.id,
        record: number,
        customer_id: import.customer_id,
        outcome: Coded(Outcome::Refused),
        cause: None,
        asset_id: None,
        what: String::new(),
        tester_verdict: None,
        verdict: None,
        why: judging::clean(&why, 600),
        body: body(refusal),
    }
}

/// A value as JSON. What PostgreSQL cannot keep is left out: no text of a person holds it.
fn body(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default().replace("\\u0000", "")
}

fn record_row(
    (known, import): (&Known, &TestImport),
    (number, record): (i64, &TestRecord),
    (of, asset, twice): (&Match, Option<&store::assets::Asset>, bool),
    now: chrono::DateTime<chrono::Utc>,
) -> StagedTest {
    let refuse = |reason: String, cure: &str| {
        refused_row(import, number, &Refusal::of(record.place, reason, cure).field("Client Name"))
    };
    if known.is_another(&record.customer) {
        let named = judging::clean(&record.customer, 100);
        return refuse(format!("this is for {named}"), "a record of the customer that is imported for");
    }
    let fields = fields_for(known, import, asset, record);
    let site = asset.map(|asset| asset.site_id).or_else(|| known.site(&record.site));
    let choice = (known.rules(site), known.sequence(fields.category_id));
    let judged = judging::judge_record(choice, (&fields, known.zone(site)), (record, import), now);
    let judged = match judged {
        Ok(judged) => judged,
        Err(refusal) => return refused_row(import, number, &refusal),
    };
    let body = body(record);
    if body.len() > LONGEST_BODY {
        return refuse(format!("the record has {} bytes", body.len()), "a record of at most 200,000 bytes");
    }
    let (outcome, why) = match (of, asset) {
        _ if twice => (Outcome::Duplicate, super::publish::THERE.to_owned()),
        (Match::Inbox(why) | Match::Gone(_, why), _) => (Outcome::Inbox, why.clone()),
        (Match::New, _) => (Outcome::New, judged.why.clone()),
        (Match::Asset(_), Some(asset)) if moves(known, asset, record) => {
            (Outcome::Moves, moved_words(known, asset, record, &judged.why))
        }
        (Match::Asset(_), _) => (Outcome::Matched, judged.why.clone()),
    };
    let counted = outcome.is_published() || outcome == Outcome::Inbox;
    StagedTest {
        import_id: import.id,
        record: number,
        customer_id: import.customer_id,
        outcome: Coded(outcome),
        cause: judged.cause.filter(|_| counted).map(Coded),
        asset_id: asset.map(|asset| asset.id),
        what: judging::what(&fields, record),
        tester_verdict: record.verdict.map(|verdict| verdict.code().to_owned()),
        verdict: Some(Coded(judged.judgement.verdict)),
        why: judging::clean(&why, 600),
        body,
    }
}

fn moved_words(known: &Known, asset: &store::assets::Asset, record: &TestRecord, why: &str) -> String {
    let here = [known.site_name(asset.site_id), known.place_path(asset.place_id)];
    let there = [record.site.trim(), record.location.trim()];
    let join =
        |parts: [&str; 2]| parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ");
    format!("The file says {}; the register says {}. {why}", join(there), join(here))
}
