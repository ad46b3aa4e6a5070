//! How quickly testers' files come into a fresh SQLite file, as durable as in use, and how much memory that takes;
//! beside a bare loop that inserts the same evidence row by row and knows nothing of it.
//!
//!     cargo bench --bench import
//!     PROOFMARK_BENCH_FORMAT=csv PROOFMARK_BENCH_RECORDS=1000000 PROOFMARK_BENCH_ASSETS=20000 cargo bench --bench import
//!
//! Set `PROOFMARK_BENCH_RECORDS` (20,000) and `PROOFMARK_BENCH_ASSETS` (as many as records, at most 5,000) for other
//! runs. The first file makes the assets, the second holds tests of assets that are known.

#[path = "../../tests/support/tester_files.rs"]
mod tester_files;

use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;
use domain::event::{Event, Via};
use domain::permission::ImportAssets;
use exchange::tester::Texts;
use proofmark::actions::test_imports as imports;
use proofmark::app::App;
use proofmark::config::Config;
use store::customers::CustomerFields;
use store::test_imports::NewImport;
use store::{Actor, Right};
use tester_files::{SOUND, Sss, class_one, patguard};

/// Where a test of a super string says when it was done.
const DONE: usize = 114;
/// Records of one transaction, as the import has it.
const BATCH: usize = imports::BATCH;

struct Bench {
    app: App,
    customer_id: i64,
    folder: PathBuf,
    csv: bool,
}

fn main() {
    // `cargo test --benches` runs this too; measuring is for `cargo bench`.
    if !std::env::args().any(|arg| arg == "--bench") {
        return;
    }
    let records = setting("PROOFMARK_BENCH_RECORDS").unwrap_or(20_000);
    let assets = setting("PROOFMARK_BENCH_ASSETS").unwrap_or(records.min(5_000)).clamp(1, records.max(1));
    let csv = std::env::var("PROOFMARK_BENCH_FORMAT").is_ok_and(|format| format == "csv");
    let folder = tempfile::tempdir().expect("a folder");
    let bench = Bench::open(folder.path(), csv);
    let name = if csv { "csv" } else { "sss" };
    println!("{records} {name} records of {assets} assets into SQLite, synchronous = FULL");
    bench.import("new assets", 0, (assets, assets));
    let seconds = bench.import("known assets", 1, (records, assets));
    let bare = bare_loop(&bench, records);
    let ratio = seconds / bare;
    println!(
        "a bare insert loop: {:.0} rows/s; read and published in {ratio:.1} times that",
        records as f64 / bare
    );
    if let Some(peak) = peak_memory() {
        println!("peak memory: {peak}");
    }
    let tallies = bench.app.store.read(store::dues::check_tallies).expect("tallies");
    assert!(tallies.is_empty(), "{tallies:?}");
    let verified =
        bench.app.store.read(|conn| store::verify::verify(conn, &[], &mut |_| {})).expect("a walk");
    println!("verified: {} records", verified.expect("a whole ledger").records);
}

fn setting(name: &str) -> Option<usize> {
    std::env::var(name).ok().and_then(|text| text.parse().ok())
}

impl Bench {
    fn open(folder: &Path, csv: bool) -> Self {
        let database_url = format!("sqlite:{}", folder.join("bench.sqlite3").display());
        let app = proofmark::cli::open(Config { database_url, ..Config::default() }).expect("a database");
        let actor = Actor::operator(Via::Cli);
        let fields = CustomerFields { name: "Mills".to_owned(), ..CustomerFields::default() };
        let customer_id = app.store.write(&actor, |tx| {
            let id = store::customers::insert_customer(tx, &fields)?;
            Ok::<_, store::Error>((id, vec![Event::new("customer", id, "added")]))
        });
        let customer_id = customer_id.expect("a customer");
        Self { app, customer_id, folder: folder.to_owned(), csv }
    }

    /// Imports a file; gives the seconds that reading and publishing took.
    fn import(&self, what: &str, round: usize, (records, assets): (usize, usize)) -> f64 {
        let file = self.folder.join(if self.csv { format!("{round}.csv") } else { format!("{round}.sss") });
        match self.csv {
            true => write_csv(&file, round, (records, assets)),
            false => write_sss(&file, round, (records, assets)),
        }
        let actor = Actor::operator(Via::Import);
        let right: Right<ImportAssets> = actor.right().expect("the operator may");
        let mut head = vec![];
        let opened = File::open(&file).expect("a file");
        opened.take(64 * 1024).read_to_end(&mut head).expect("its beginning");
        let name = file.file_name().expect("a name").to_string_lossy().into_owned();
        let how = (None, Texts::default());
        let reading = imports::reading(&self.app, "auto", (&head, &name), how).expect("a known format");
        let new = NewImport {
            customer_id: self.customer_id,
            file_hash: format!("{round:064x}"),
            file_name: name,
            format: reading.kept(),
        };
        let begun = Instant::now();
        let import = imports::begin(&self.app, &right, &new, &imports::plain_options()).expect("an import");
        let open = BufReader::new(File::open(&file).expect("a file"));
        let read = imports::read_file(&self.app, &right, (&import, false), (open, &reading), &mut |_| {});
        let (import, _) = read.expect("a file that can be read");
        let staged = begun.elapsed().as_secs_f64();
        imports::start_publishing(&self.app, &right, import.id).expect("a staged import");
        let done = imports::work(&self.app, &right, import.id, &mut |_| true).expect("an end");
        let all = begun.elapsed().as_secs_f64();
        assert_eq!(done.counts.0.recorded, records as i64, "{:?}", done.counts.0);
        let speed = |seconds: f64| records as f64 / seconds;
        println!(
            "{what:<13} read and judged {:>7.0}/s, published {:>7.0}/s, both {:>7.0}/s, in {all:.1} s",
            speed(staged),
            speed(all - staged),
            speed(all)
        );
        all
    }
}

fn write_sss(path: &Path, round: usize, (records, assets): (usize, usize)) {
    let mut file = BufWriter::new(File::create(path).expect("a file"));
    let mut put = |part: Sss| file.write_all(&part.0).expect("room on the disk");
    put(Sss::new().machine("APOLLO 600", "21F-0123"));
    for record in 0..records {
        // The same asset comes back with another figure: the same one would be the same test.
        let earth = 10 + u16::try_from((round * 37 + record / assets) % 60).unwrap_or(0);
        let mut test = class_one(&format!("A{}", record % assets), 1, earth);
        // Done later each time, so that due dates move: hour, minute, second, day, month, year.
        let year = 2023 + u16::try_from(round).unwrap_or(0);
        let month = 1 + u8::try_from(record / assets % 12).unwrap_or(0);
        test[DONE..DONE + 7].copy_from_slice(&[&[9, 0, 0, 1, month][..], &year.to_le_bytes()].concat());
        put(Sss::new().test(&test));
    }
    put(Sss::new().end());
    file.flush().expect("room on the disk");
}

fn write_csv(path: &Path, round: usize, (records, assets): (usize, usize)) {
    let mut file = BufWriter::new(File::create(path).expect("a file"));
    let mut put = |text: &str| file.write_all(text.as_bytes()).expect("room on the disk");
    let sheet = patguard(&[]);
    put(&format!("{}\r\n", sheet.lines().next().expect("a header")));
    let first = chrono::NaiveDate::from_ymd_opt(2020 + round as i32, 1, 1).expect("a day");
    for record in 0..records {
        let day = first + chrono::Days::new((record / assets) as u64);
        let day = day.format("%d/%m/%Y");
        let number = record % assets;
        put(&format!(
            ",Depot,Bay {},A{number},Drill,Class I,Portable,{day},P,21F-0123,J Smith,{SOUND}\r\n",
            number % 20
        ));
    }
    file.flush().expect("room on the disk");
}

#[derive(QueryableByName)]
struct Body {
    #[diesel(sql_type = Text)]
    body: String,
}

/// Inserts as much evidence row by row into a table without an index, in transactions as large; gives the seconds.
fn bare_loop(bench: &Bench, records: usize) -> f64 {
    let open = |name: &str| {
        let path = bench.folder.join(name);
        SqliteConnection::establish(&path.to_string_lossy()).expect("a database")
    };
    let bodies = diesel::sql_query("SELECT body FROM ledger ORDER BY seq DESC LIMIT 500");
    let bodies: Vec<Body> = bodies.load(&mut open("bench.sqlite3")).expect("evidence");
    let mut conn = open("bare.sqlite3");
    let set_up =
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE bare (body TEXT NOT NULL)";
    conn.batch_execute(set_up).expect("a table");
    let begun = Instant::now();
    let mut left = records;
    while left > 0 {
        let now = left.min(BATCH);
        conn.batch_execute("BEGIN IMMEDIATE").expect("a transaction");
        for body in bodies.iter().cycle().take(now) {
            let insert = diesel::sql_query("INSERT INTO bare (body) VALUES (?)").bind::<Text, _>(&body.body);
            insert.execute(&mut conn).expect("a row");
        }
        conn.batch_execute("COMMIT").expect("an end");
        left -= now;
    }
    begun.elapsed().as_secs_f64()
}

/// The most memory that this process ever held, where the system tells.
fn peak_memory() -> Option<String> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().to_owned())
}
