//! Importing tests from testers' files: read and judged first, shown, then published into the ledger in steps.
//!
//! Every step is one transaction that moves the import's own mark, so that a program killed midway goes on where it
//! was; a test's id comes from the file and the record, so that nothing is recorded twice.

mod alike;
mod claim;
mod judging;
mod known;
mod matching;
mod new_assets;
mod photos;
mod prepare;
mod publish;
mod stage;
mod undo;

pub use claim::{Claim, claim};
pub use stage::{BATCH, judge_again, read_file};
pub use undo::{Built, built_on};

use std::collections::BTreeMap;

use chrono::Duration;
use domain::event::{Event, Via};
use domain::permission::ImportAssets;
use domain::test_import::{Counts, ImportState, Matching, Outcome};
use exchange::dates::DateOrder;
use exchange::tester::{Format, TestMapping, TesterOptions, Texts, detect};
use serde::Serialize;
use store::customers::find_customer;
use store::test_imports::{self as rows, ImportOptions, NewImport, TestImport};
use store::test_mappings::find_mapping_by_name;
use store::{AnyConnection, Right, Tx};

use crate::app::App;
use crate::error::{Error, Result};

/// How long a worker keeps an import without a sign of life.
const CLAIM_SECONDS: i64 = 60;

/// What came of a file, as programs read it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Records in the file.
    pub read: i64,
    /// Of those, on assets that were there before.
    pub matched: i64,
    /// On new assets.
    pub new: i64,
    /// On known assets that the file places elsewhere; counted as matched too.
    pub moves: i64,
    /// There already.
    pub duplicate: i64,
    /// Passed by their tester and not by us.
    pub suspicious: i64,
    /// Waiting to be claimed.
    pub inbox: i64,
    /// Refused.
    pub refused: i64,
    /// Suspicious passes by cause.
    pub causes: BTreeMap<&'static str, i64>,
    /// Tests recorded.
    pub recorded: i64,
    /// Assets made.
    pub assets_made: i64,
}

impl From<&Counts> for Summary {
    fn from(counts: &Counts) -> Self {
        use domain::code::Code;
        let moves = counts.of(Outcome::Moves);
        Self {
            read: counts.read(),
            matched: counts.of(Outcome::Matched) + moves,
            new: counts.of(Outcome::New),
            moves,
            duplicate: counts.of(Outcome::Duplicate),
            suspicious: counts.suspicious(),
            inbox: counts.of(Outcome::Inbox),
            refused: counts.of(Outcome::Refused),
            causes: counts.causes.iter().map(|(cause, count)| (cause.code(), *count)).collect(),
            recorded: counts.recorded,
            assets_made: counts.made,
        }
    }
}

/// How a file is to be read.
#[derive(Debug, Clone)]
pub struct Reading {
    /// Its format.
    pub format: Format,
    /// The mapping's name, for a mapped table.
    pub mapping: Option<String>,
    /// What the reader needs to know.
    pub options: TesterOptions,
}

impl Reading {
    /// The format as it is kept: a code, or "mapped:NAME".
    pub fn kept(&self) -> String {
        use domain::code::Code;
        match &self.mapping {
            Some(name) => format!("{}:{name}", self.format.code()),
            None => self.format.code().to_owned(),
        }
    }
}

/// Finds out how a file is to be read: `format` is a code, "mapped:NAME", or "auto", which looks at its first bytes.
///
/// # Errors
/// A field error where the format is not known or does not show.
pub fn reading(
    app: &App,
    format: &str,
    (head, file_name): (&[u8], &str),
    (date_order, texts): (Option<DateOrder>, Texts),
) -> Result<Reading> {
    let wrong = |message: String| Error::field("format", message);
    let (format, mapping) = match format {
        "" | "auto" => {
            let found = detect(head, file_name);
            let unknown = || wrong("this is no tester's file that is known; choose its format".to_owned());
            (found.ok_or_else(unknown)?, None)
        }
        text => Format::parse_with_mapping(text).map_err(wrong)?,
    };
    let mapping = mapping.map(str::to_owned);
    let saved: Option<TestMapping> = match &mapping {
        Some(name) => Some(find_saved(app, name)?),
        None => None,
    };
    let year_now = chrono::Datelike::year(&app.now());
    let options = TesterOptions { date_order, year_now, texts, mapping: saved, ..TesterOptions::default() };
    Ok(Reading { format, mapping, options })
}

fn find_saved(app: &App, name: &str) -> Result<TestMapping> {
    let saved = app.store.read(|conn| find_mapping_by_name(conn, name)).map_err(|error| match error {
        store::Error::NotFound(_) => {
            Error::field("format", format!("there is no column mapping called \"{name}\""))
        }
        other => other.into(),
    })?;
    serde_json::from_str(&saved.mapping).map_err(|error| Error::Internal(error.to_string()))
}

/// Begins an import, or finds the one that was begun with the same file.
///
/// # Errors
/// Not found for a customer or site outside the scope; a field error for a site of another customer.
pub fn begin(
    app: &App,
    right: &Right<ImportAssets>,
    new: &NewImport,
    options: &ImportOptions,
) -> Result<TestImport> {
    let actor = right.actor().clone().through(Via::Import);
    let find = |tx: &mut Tx| {
        let customer = find_customer(tx, right.scope(), new.customer_id)?;
        if let Some(site) = options.site_id
            && store::sites::find_site(tx, right.scope(), site)?.customer_id != customer.id
        {
            return Err(Error::field("site", "this site belongs to another customer"));
        }
        let (id, verb) = match rows::find_open_import(tx, customer.id, &new.file_hash)? {
            Some(open) => (open.id, "taken up again"),
            None => (rows::insert_test_import(tx, new, options)?, "begun"),
        };
        let event = Event::new("test import", id, verb).of_customer(customer.id);
        let event = event.change("file", "", &new.file_name).change("SHA-256", "", &new.file_hash);
        Ok((rows::find_test_import(tx, right.scope(), id)?, vec![event]))
    };
    app.store.write(&actor, find)
}

/// An import within the scope.
///
/// # Errors
/// Not found.
pub fn find(conn: &mut AnyConnection, right: &Right<ImportAssets>, id: i64) -> Result<TestImport> {
    Ok(rows::find_test_import(conn, right.scope(), id)?)
}

/// Asks for a staged import to be published; the work is [`work`]'s.
///
/// # Errors
/// Not found; a conflict when it is not ready.
pub fn start_publishing(app: &App, right: &Right<ImportAssets>, id: i64) -> Result<TestImport> {
    turn(app, right, id, (ImportState::Staged, ImportState::Publishing), "published")
}

/// Drops what was not published.
///
/// # Errors
/// Not found; a conflict once it is being published.
pub fn drop_import(app: &App, right: &Right<ImportAssets>, id: i64) -> Result<TestImport> {
    let import = app.store.read(|conn| find(conn, right, id))?;
    turn(app, right, id, (import.state.0, ImportState::Dropped), "dropped")
}

/// Asks for a published import to be undone, if nothing is built on it; the work is [`work`]'s.
///
/// # Errors
/// Not found; a conflict that names what was built on it.
pub fn start_undoing(app: &App, right: &Right<ImportAssets>, id: i64) -> Result<TestImport> {
    let import = app.store.read(|conn| find(conn, right, id))?;
    let built = built_on(app, right, &import)?;
    if let Some(words) = Built::words(&built) {
        return Err(Error::Conflict(words));
    }
    turn(app, right, id, (ImportState::Published, ImportState::Undoing), "undone")
}

fn turn(
    app: &App,
    right: &Right<ImportAssets>,
    id: i64,
    (from, to): (ImportState, ImportState),
    verb: &'static str,
) -> Result<TestImport> {
    use domain::code::Code;
    let actor = right.actor().clone().through(Via::Import);
    app.store.write(&actor, |tx| {
        let import = find(tx, right, id)?;
        let busy = import.claimed_until.is_some_and(|until| until.utc() > tx.now);
        let droppable = [ImportState::Reading, ImportState::Judging, ImportState::Staged];
        let wrong = import.state.0 != from || (to == ImportState::Dropped && !droppable.contains(&from));
        if wrong || busy {
            let state = import.state.0.noun();
            return Err(Error::Conflict(format!("This import is {state}; look at it again.")));
        }
        rows::advance(tx, &import, (to, 0), &import.counts.0)?;
        if to == ImportState::Dropped {
            rows::delete_staged(tx, id, (0, i64::MAX))?;
        }
        let event = Event::new("test import", id, verb).of_customer(import.customer_id);
        Ok((find(tx, right, id)?, vec![event]))
    })
}

/// Changes how a staged import is done and judges it again.
///
/// # Errors
/// Not found; stale when it is no longer waiting.
pub fn change_options(
    app: &App,
    right: &Right<ImportAssets>,
    id: i64,
    options: &ImportOptions,
) -> Result<TestImport> {
    let actor = right.actor().clone().through(Via::Import);
    app.store.write(&actor, |tx| {
        let import = find(tx, right, id)?;
        if let Some(site) = options.site_id
            && store::sites::find_site(tx, right.scope(), site)?.customer_id != import.customer_id
        {
            return Err(Error::field("site", "this site belongs to another customer"));
        }
        rows::update_options(tx, &import, options)?;
        let event = Event::new("test import", id, "changed").of_customer(import.customer_id);
        Ok((find(tx, right, id)?, vec![event]))
    })
}

/// Reads a file that is at hand, keeping the import in hand meanwhile so that its page shows that somebody reads.
///
/// # Errors
/// As [`read_file`]; a conflict when somebody else reads it.
pub fn read_held(
    app: &App,
    right: &Right<ImportAssets>,
    import: &TestImport,
    (bytes, reading): (&[u8], &Reading),
) -> Result<()> {
    let until = |tx: &Tx| tx.now + Duration::seconds(CLAIM_SECONDS);
    if !app.store.keep_house(|tx| rows::claim_import(tx, import.id, until(tx)))? {
        return Err(Error::Conflict("This file is being read already.".to_owned()));
    }
    let mut hold = |_| {
        if let Err(error) = app.store.keep_house(|tx| rows::hold_import(tx, import.id, Some(until(tx)))) {
            log::warn!("holding an import: {error}");
        }
    };
    let read = read_file(app, right, (import, false), (bytes, reading), &mut hold);
    app.store.keep_house(|tx| rows::hold_import(tx, import.id, None))?;
    read.map(drop)
}

/// The id of the test that a record became.
pub fn test_id_of(import: &TestImport, record: i64) -> String {
    prepare::test_id(import, record)
}

/// Whether there is work to do on an import that needs no person.
pub fn has_work(import: &TestImport) -> bool {
    use ImportState::{Judging, Publishing, Undoing};
    matches!(import.state.0, Judging | Publishing | Undoing)
}

/// Works on an import while `go_on` says so, step by step, telling how far it is; any number may try at once, one
/// does it. Gives the import as it stands then.
///
/// # Errors
/// Not found, and what a step says; the steps before it are done.
pub fn work(
    app: &App,
    right: &Right<ImportAssets>,
    id: i64,
    go_on: &mut dyn FnMut(&TestImport) -> bool,
) -> Result<TestImport> {
    let mut import = app.store.read(|conn| find(conn, right, id))?;
    let until = |tx: &Tx| tx.now + Duration::seconds(CLAIM_SECONDS);
    let claimed = has_work(&import) && app.store.keep_house(|tx| rows::claim_import(tx, id, until(tx)))?;
    if !claimed {
        return Ok(import);
    }
    let done = (|| {
        while has_work(&import) {
            app.store.keep_house(|tx| rows::hold_import(tx, id, Some(until(tx))))?;
            import = match import.state.0 {
                ImportState::Judging => judge_again(app, right, &import)?,
                ImportState::Undoing => undo::step(app, right, &import)?,
                _ => publish::step(app, right, &import)?,
            };
            if !go_on(&import) {
                break;
            }
        }
        Ok(import)
    })();
    app.store.keep_house(|tx| rows::hold_import(tx, id, None))?;
    done
}

/// How an import is done where nothing else is said.
pub fn plain_options() -> ImportOptions {
    ImportOptions {
        matching: Matching::Tag,
        site_id: None,
        moves: false,
        visual_done: false,
        additions: vec![],
    }
}
