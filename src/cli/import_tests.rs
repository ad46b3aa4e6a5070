//! `proofmark import tests`.

use std::fs::File;
use std::io::{BufReader, IsTerminal, Read, Write};
use std::path::PathBuf;

use clap::Args;
use domain::code::Code;
use domain::event::Via;
use domain::permission::ImportAssets;
use domain::test_import::{Counts, ImportState, Matching};
use exchange::tester::Texts;
use indicatif::{ProgressBar, ProgressStyle};
use sha2::{Digest, Sha256};
use store::test_imports::{ImportOptions, NewImport, StagedFilter, TestImport, list_staged};
use store::types::{Coded, Json, Moment};
use store::{Actor, Right};

use super::import::Dates;
use crate::actions::test_imports::{self, Reading, Summary};
use crate::app::App;
use crate::error::Error;

/// How much of a file is looked at to find out its format.
const HEAD: u64 = 64 * 1024;
/// Refusals printed.
const SHOWN: i64 = 100;

/// Import tests from a tester's file.
#[derive(Debug, Clone, Args)]
pub struct Tests {
    /// The file.
    pub file: PathBuf,
    /// The customer whose tests they are, by name.
    #[arg(long)]
    pub customer: String,
    /// The site of records that name none.
    #[arg(long)]
    pub site: Option<String>,
    /// sss, gar, seaward-ascii, patguard, benning, rigel, patgo or mapped:NAME; auto looks at the file.
    #[arg(long, default_value = "auto")]
    pub format: String,
    /// How records find their assets: tag, place or inbox.
    #[arg(long, default_value = "tag", value_parser = Matching::parse_code)]
    pub matching: Matching,
    /// Move assets to where the file says.
    #[arg(long)]
    pub moves: bool,
    /// State that records without a visual inspection had one that passed; it is written down as stated.
    #[arg(long)]
    pub visual_done: bool,
    /// What the four free texts of a Seaward text download are, such as description,location,make,model.
    #[arg(long)]
    pub texts: Option<String>,
    /// Say what would happen, and store nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Print what came of it as one line of JSON.
    #[arg(long)]
    pub json: bool,
    /// In which order dates stand.
    #[command(flatten)]
    pub dates: Dates,
}

impl Tests {
    /// Imports into an open application.
    ///
    /// # Errors
    /// What to tell the person at the terminal.
    pub fn run(&self, app: &App) -> Result<(), String> {
        let (import, counts) = self.import(app)?;
        self.tell(app, &import, &counts)
    }

    /// Imports, and gives the import as it stands and what came of its records.
    ///
    /// # Errors
    /// As [`Self::run`].
    pub fn import(&self, app: &App) -> Result<(TestImport, Counts), String> {
        let words = |error: Error| error.to_string();
        let actor = Actor::operator(Via::Import);
        let right = actor.right::<ImportAssets>().map_err(|error| error.to_string())?;
        let head = self.head()?;
        let name = self.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let how = (self.dates.order(), texts(self.texts.as_deref())?);
        let reading = test_imports::reading(app, &self.format, (&head, &name), how).map_err(words)?;
        let (new, options) = self.plan(app, &right, name, &reading)?;
        if self.dry_run {
            return self.look(app, &right, (&new, &options), &reading);
        }
        let mut import = test_imports::begin(app, &right, &new, &options).map_err(words)?;
        if import.options() != options && import.state.0 != ImportState::Reading {
            eprintln!("This file is being imported already; it goes on as it was begun.");
        }
        if import.state.0 == ImportState::Reading {
            let bar = self.bar("read");
            let file = self.open()?;
            let mut progress = |record: i64| bar.set_position(u64::try_from(record).unwrap_or(0));
            let read =
                test_imports::read_file(app, &right, (&import, false), (file, &reading), &mut progress);
            bar.finish_and_clear();
            import = match read {
                Ok((import, _)) => import,
                Err(error) => {
                    // A file that cannot be read at all leaves nothing behind.
                    test_imports::drop_import(app, &right, import.id).map_err(words)?;
                    return Err(error.to_string());
                }
            };
        }
        self.publish(app, &right, import)
    }

    fn publish(
        &self,
        app: &App,
        right: &Right<ImportAssets>,
        mut import: TestImport,
    ) -> Result<(TestImport, Counts), String> {
        let words = |error: Error| error.to_string();
        let bar = self.bar("published");
        let mut go_on = |import: &TestImport| {
            bar.set_position(u64::try_from(import.done).unwrap_or(0));
            true
        };
        if import.state.0 == ImportState::Judging {
            import = test_imports::work(app, right, import.id, &mut go_on).map_err(words)?;
        }
        if import.state.0 == ImportState::Staged {
            import = test_imports::start_publishing(app, right, import.id).map_err(words)?;
        }
        import = test_imports::work(app, right, import.id, &mut go_on).map_err(words)?;
        bar.finish_and_clear();
        if import.state.0 != ImportState::Published {
            let state = import.state.0.noun();
            return Err(format!(
                "this import is {state}, and somebody else works on it; try again in a minute"
            ));
        }
        let counts = import.counts.0.clone();
        Ok((import, counts))
    }

    /// A dry run: everything is read, matched and judged, and nothing kept.
    fn look(
        &self,
        app: &App,
        right: &Right<ImportAssets>,
        (new, options): (&NewImport, &ImportOptions),
        reading: &Reading,
    ) -> Result<(TestImport, Counts), String> {
        let import = TestImport {
            id: 0,
            customer_id: new.customer_id,
            file_name: new.file_name.clone(),
            file_hash: new.file_hash.clone(),
            generation: 0,
            format: new.format.clone(),
            matching: Coded(options.matching),
            site_id: options.site_id,
            moves: options.moves,
            visual_done: options.visual_done,
            additions: Json(vec![]),
            person_id: None,
            at: Moment::from(app.now()),
            state: Coded(ImportState::Reading),
            done: 0,
            counts: Json(Counts::default()),
            warnings: Json(vec![]),
            claimed_until: None,
        };
        let bar = self.bar("read");
        let mut progress = |record: i64| bar.set_position(u64::try_from(record).unwrap_or(0));
        let file = self.open()?;
        let read = test_imports::read_file(app, right, (&import, true), (file, reading), &mut progress);
        bar.finish_and_clear();
        read.map_err(|error| error.to_string())
    }

    fn plan(
        &self,
        app: &App,
        right: &Right<ImportAssets>,
        file_name: String,
        reading: &Reading,
    ) -> Result<(NewImport, ImportOptions), String> {
        let scope = right.scope();
        let found = app.store.read(|conn| {
            let customer = store::customers::find_customer_by_name(conn, scope, &self.customer)?;
            let site_id = match &self.site {
                Some(name) => Some(store::sites::find_site_by_name(conn, scope, customer.id, name)?.id),
                None => None,
            };
            Ok::<_, store::Error>((customer.id, site_id))
        });
        let (customer_id, site_id) = found.map_err(|error| error.to_string())?;
        let new = NewImport { customer_id, file_name, file_hash: self.hash()?, format: reading.kept() };
        let options = ImportOptions {
            matching: self.matching,
            site_id,
            moves: self.moves,
            visual_done: self.visual_done,
            ..test_imports::plain_options()
        };
        Ok((new, options))
    }

    fn open(&self) -> Result<BufReader<File>, String> {
        let file = File::open(&self.file).map_err(|error| format!("{}: {error}", self.file.display()))?;
        Ok(BufReader::with_capacity(1 << 16, file))
    }

    fn head(&self) -> Result<Vec<u8>, String> {
        let mut head = vec![];
        let read = self.open()?.take(HEAD).read_to_end(&mut head);
        read.map_err(|error| format!("{}: {error}", self.file.display()))?;
        Ok(head)
    }

    fn hash(&self) -> Result<String, String> {
        struct Hasher(Sha256);
        impl Write for Hasher {
            fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
                self.0.update(bytes);
                Ok(bytes.len())
            }
            fn flush(&mut self) -> std::io::Result<()> {
                Ok(())
            }
        }
        let mut hasher = Hasher(Sha256::new());
        let copied = std::io::copy(&mut self.open()?, &mut hasher);
        copied.map_err(|error| format!("{}: {error}", self.file.display()))?;
        Ok(store::ledger::hex(&hasher.0.finalize()))
    }

    fn bar(&self, what: &str) -> ProgressBar {
        if !std::io::stderr().is_terminal() {
            return ProgressBar::hidden();
        }
        let style = ProgressStyle::with_template(&format!("{{spinner}} {{pos}} records {what}, {{per_sec}}"));
        let bar = ProgressBar::no_length();
        match style {
            Ok(style) => bar.with_style(style),
            Err(_) => bar,
        }
    }

    fn tell(&self, app: &App, import: &TestImport, counts: &Counts) -> Result<(), String> {
        let summary = Summary::from(counts);
        if self.json {
            let text = serde_json::to_string(&summary).map_err(|error| error.to_string())?;
            println!("{text}");
            return Ok(());
        }
        import.warnings.0.iter().for_each(|warning| println!("{warning}"));
        let refused =
            StagedFilter { outcome: Some(domain::test_import::Outcome::Refused), ..StagedFilter::default() };
        let rows = app.store.read(|conn| list_staged(conn, import.id, refused, 0, SHOWN));
        rows.map_err(|error| error.to_string())?.iter().for_each(|row| println!("Refused: {}", row.why));
        let Summary { read, matched, new, duplicate, suspicious, inbox, refused, .. } = summary;
        println!(
            "{read} read: {matched} matched, {new} new, {duplicate} there already, {inbox} to be claimed, {refused} refused."
        );
        println!("{suspicious} suspicious: passed by the tester and no pass here.");
        for (cause, count) in &counts.causes {
            println!("  {count}: {}", cause.noun());
        }
        match self.dry_run {
            true => println!("A dry run: nothing was stored."),
            false => println!("{} tests recorded, {} assets made.", summary.recorded, summary.assets_made),
        }
        Ok(())
    }
}

/// Reads what free texts mean: names of fields, divided by commas; an empty one is kept by its label.
fn texts(given: Option<&str>) -> Result<Texts, String> {
    let mut texts = Texts::default();
    for (slot, name) in texts.iter_mut().zip(given.unwrap_or_default().split(',')) {
        if !name.trim().is_empty() {
            *slot = Some(Code::parse_code(name.trim())?);
        }
    }
    Ok(texts)
}
