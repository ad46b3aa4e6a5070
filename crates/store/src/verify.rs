//! Whether the evidence is as it was written down: each chain, each row before it, each file.

mod derived;
mod photos;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use diesel::prelude::*;

use crate::assessments::AssessmentRow;
use crate::certificates::CertificateRow;
use crate::erasures::{ErasureRow, erased_files};
use crate::error::Result;
use crate::files::File;
use crate::history_links::LinkRow;
use crate::holds::HoldRow;
use crate::ledger::{FORM, Place, Record, sha256};
use crate::portable::{AnyConnection, find_damage};
use crate::schema::{
    assessments, attachments, certificates, customers, erasures, files, history_links, holds, ledger,
    ledger_heads, releases, sign_offs, test_photos, tests, withdrawals,
};
use crate::sign_offs::SignOff;
use crate::signed_heads::list_signed_heads;
use crate::stock::drift::find_drift;
use crate::test_photos::TestPhoto;
use crate::tests::{ReleaseRow, TestRow};
use crate::types::Moment;
use crate::withdrawals::WithdrawalRow;

/// Records read at once.
const RECORDS: i64 = 2000;
/// Files read at once: each may have megabytes.
const FILES: i64 = 8;

/// A head of a chain as it was at some time, kept elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Whose chain.
    pub customer_id: i64,
    /// Its last record then.
    pub place: Place,
}

/// What was checked and found whole.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Checked {
    /// Each chain's head now.
    pub heads: Vec<Head>,
    /// Records in all chains.
    pub records: u64,
    /// Assets whose lock and verdict follow from their tests.
    pub assets: u64,
    /// Files: photos, documents and certificates.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Signed heads of the chains.
    pub signed: u64,
    /// The public keys that signed them, in hexadecimal.
    pub keys: BTreeSet<String>,
}

/// The first thing found that is not as it was written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// What it is, such as "record 12 of customer 3 (test 0193...)".
    pub what: String,
    /// What is wrong with it.
    pub why: String,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.what, self.why)
    }
}

type Verdict<T> = Result<std::result::Result<T, Broken>>;

/// Checks everything; `kept` are heads from elsewhere that each chain must still run through.
///
/// # Errors
/// The database's. What is broken is an answer, not an error.
pub fn verify(
    conn: &mut AnyConnection,
    kept: &[Head],
    progress: &mut dyn FnMut(&Checked),
) -> Verdict<Checked> {
    let mut checked = Checked::default();
    let ids: Vec<i64> = customers::table.select(customers::id).order(customers::id).load(conn)?;
    if let Some(head) = kept.iter().find(|head| !ids.contains(&head.customer_id)) {
        return broken(
            format!("customer {}", head.customer_id),
            "is in the kept heads and not in this database",
        );
    }
    for id in ids {
        let mine = kept.iter().filter(|head| head.customer_id == id);
        let mut mine: Kept = mine.map(|head| (head.place.seq, head.place.hash.clone())).collect();
        if let Err(broken) = check_signed(conn, id, &mut mine, &mut checked)? {
            return Ok(Err(broken));
        }
        let place = match check_customer(conn, id, &mine, &mut checked, progress)? {
            Ok(place) => place,
            Err(broken) => return Ok(Err(broken)),
        };
        checked.heads.push(Head { customer_id: id, place });
    }
    if let Err(broken) = photos::check_photos(conn)? {
        return Ok(Err(broken));
    }
    if let Err(broken) = derived::check_assets(conn, &mut checked, progress)? {
        return Ok(Err(broken));
    }
    if let Some(drift) = find_drift(conn)? {
        return broken(format!("stock of part {} in {}", drift.part, drift.place), drift.to_string());
    }
    check_files(conn, checked, progress)
}

/// Heads that a chain must run through: number and hash.
type Kept = BTreeSet<(i64, String)>;

/// Checks the signatures under a chain's heads, and adds those heads to what it must run through.
fn check_signed(
    conn: &mut AnyConnection,
    customer_id: i64,
    kept: &mut Kept,
    checked: &mut Checked,
) -> Verdict<()> {
    for head in list_signed_heads(conn, customer_id)? {
        if !head.is_sound() {
            let what = format!("signed head {} of customer {customer_id}", head.seq);
            return broken(what, "its signature does not fit: it was altered");
        }
        kept.insert((head.seq, head.hash));
        checked.keys.insert(head.public_key);
        checked.signed += 1;
    }
    Ok(Ok(()))
}

/// Checks one customer's chain with the rows before it, and gives its head.
///
/// # Errors
/// The database's.
pub fn check_chain(conn: &mut AnyConnection, customer_id: i64) -> Verdict<Place> {
    check_customer(conn, customer_id, &Kept::new(), &mut Checked::default(), &mut |_| {})
}

/// Why a walk along an index ends that leads back to where it was: it would go on for ever.
const ASTRAY: &str = "is not where the index of its table says";

fn broken<T>(what: impl Into<String>, why: impl Into<String>) -> Verdict<T> {
    Ok(Err(Broken { what: what.into(), why: why.into() }))
}

fn check_customer(
    conn: &mut AnyConnection,
    customer_id: i64,
    kept: &Kept,
    checked: &mut Checked,
    progress: &mut dyn FnMut(&Checked),
) -> Verdict<Place> {
    let mut place = Place { seq: 0, hash: String::new() };
    loop {
        let page: Vec<Record> = Record::query()
            .filter(ledger::customer_id.eq(customer_id).and(ledger::seq.gt(place.seq)))
            .order(ledger::seq)
            .limit(RECORDS)
            .load(conn)?;
        let Some(last) = page.last() else { break };
        let mut rows = rows_of(conn, customer_id, (place.seq, last.seq))?;
        for record in page {
            let row = rows.remove(&record.seq);
            if let Err(why) = check_record(&record, &place, row, kept) {
                return broken(words(&record), why);
            }
            place = Place { seq: record.seq, hash: record.hash };
            checked.records += 1;
        }
        if let Some((seq, row)) = rows.pop_first() {
            return broken(
                format!("{} {}", row.kind, row.id),
                format!("stands for record {seq}, which is another"),
            );
        }
        progress(checked);
    }
    check_end(conn, customer_id, place, kept)
}

/// What a row says of itself.
struct Row {
    kind: &'static str,
    id: String,
    hash: String,
}

/// The rows for some records of a chain, by their number.
fn rows_of(
    conn: &mut AnyConnection,
    customer_id: i64,
    (after, last): (i64, i64),
) -> Result<BTreeMap<i64, Row>> {
    let mut rows = BTreeMap::new();
    let found = TestRow::query()
        .filter(tests::customer_id.eq(customer_id).and(tests::seq.gt(after)).and(tests::seq.le(last)));
    for row in found.load(conn)? {
        rows.insert(row.seq, Row { kind: "test", hash: row.row_hash(), id: row.id });
    }
    let found = ReleaseRow::query().filter(
        releases::customer_id.eq(customer_id).and(releases::seq.gt(after)).and(releases::seq.le(last)),
    );
    for row in found.load(conn)? {
        rows.insert(row.seq, Row { kind: "release", hash: row.row_hash(), id: row.id });
    }
    let found = WithdrawalRow::query().filter(
        withdrawals::customer_id
            .eq(customer_id)
            .and(withdrawals::seq.gt(after))
            .and(withdrawals::seq.le(last)),
    );
    for row in found.load(conn)? {
        rows.insert(row.seq, Row { kind: "withdrawal", hash: row.row_hash(), id: row.id });
    }
    let found = CertificateRow::query().filter(
        certificates::customer_id
            .eq(customer_id)
            .and(certificates::seq.gt(after))
            .and(certificates::seq.le(last)),
    );
    for row in found.load(conn)? {
        rows.insert(row.seq, Row { kind: "certificate", hash: row.row_hash(), id: row.record_id() });
    }
    let found = AssessmentRow::query().filter(
        assessments::customer_id
            .eq(customer_id)
            .and(assessments::seq.gt(after))
            .and(assessments::seq.le(last)),
    );
    for row in found.load(conn)? {
        rows.insert(row.seq, Row { kind: "assessment", hash: row.row_hash(), id: row.id });
    }
    let found = ErasureRow::query().filter(
        erasures::customer_id.eq(customer_id).and(erasures::seq.gt(after)).and(erasures::seq.le(last)),
    );
    for row in found.load(conn)? {
        rows.insert(row.seq, Row { kind: "erasure", hash: row.row_hash(), id: row.id });
    }
    let found = SignOff::query().filter(
        sign_offs::customer_id.eq(customer_id).and(sign_offs::seq.gt(after)).and(sign_offs::seq.le(last)),
    );
    for row in found.load(conn)? {
        rows.insert(row.seq, Row { kind: "sign_off", hash: row.row_hash(), id: row.id });
    }
    let found = TestPhoto::query().filter(
        test_photos::customer_id
            .eq(customer_id)
            .and(test_photos::seq.gt(after))
            .and(test_photos::seq.le(last)),
    );
    for row in found.load(conn)? {
        rows.insert(row.seq, Row { kind: "test_photo", hash: row.row_hash(), id: row.id });
    }
    let found = LinkRow::query().filter(
        history_links::customer_id
            .eq(customer_id)
            .and(history_links::seq.gt(after))
            .and(history_links::seq.le(last)),
    );
    for row in found.load(conn)? {
        rows.insert(row.seq, Row { kind: "history_link", hash: row.row_hash(), id: row.id });
    }
    let found = HoldRow::query()
        .filter(holds::customer_id.eq(customer_id).and(holds::seq.gt(after)).and(holds::seq.le(last)));
    for row in found.load(conn)? {
        rows.insert(row.seq, Row { kind: "hold", hash: row.row_hash(), id: row.id });
    }
    Ok(rows)
}

fn words(record: &Record) -> String {
    format!("record {} of customer {} ({} {})", record.seq, record.customer_id, record.kind, record.record_id)
}

fn check_record(
    record: &Record,
    before: &Place,
    row: Option<Row>,
    kept: &Kept,
) -> std::result::Result<(), String> {
    if record.seq != before.seq + 1 {
        return Err(format!("follows record {}; what was between is gone", before.seq));
    }
    if record.form > FORM {
        return Err(format!("has the form {}, which this program does not know", record.form));
    }
    if record.hash != record.chain_hash(&before.hash) {
        return Err("does not fit the chain: it was altered, or the one before it was".to_owned());
    }
    match row {
        Some(row) if (row.kind, &row.id) == (record.kind.as_str(), &record.record_id) => {
            if row.hash != record.row_hash {
                return Err("its row was altered".to_owned());
            }
        }
        Some(row) => return Err(format!("its row is that of the {} {}", row.kind, row.id)),
        None => return Err("its row is gone".to_owned()),
    }
    match kept
        .range((record.seq, String::new())..(record.seq + 1, String::new()))
        .find(|(_, hash)| *hash != record.hash)
    {
        Some((_, hash)) => Err(format!("has another hash than the kept or signed head, {hash}")),
        None => Ok(()),
    }
}

fn check_end(conn: &mut AnyConnection, customer_id: i64, place: Place, kept: &Kept) -> Verdict<Place> {
    let chain = || format!("chain of customer {customer_id}");
    let head: Option<(i64, String)> = ledger_heads::table
        .find(customer_id)
        .select((ledger_heads::seq, ledger_heads::hash))
        .first(conn)
        .optional()?;
    let Some((seq, hash)) = head else { return broken(chain(), "its head is gone") };
    if (seq, &hash) != (place.seq, &place.hash) {
        return broken(chain(), format!("ends at record {} and should end at {seq}", place.seq));
    }
    if let Some((longest, _)) = kept.last().filter(|(seq, _)| *seq > place.seq) {
        let why = format!(
            "ends at record {}; the kept or signed head is record {longest}, so its end is gone",
            place.seq
        );
        return broken(chain(), why);
    }
    if rows_of(conn, customer_id, (place.seq, i64::MAX))?.is_empty() {
        return Ok(Ok(place));
    }
    broken(chain(), format!("has rows beyond its last record, {}", place.seq))
}

/// What is known of a file beside its bytes follows from them.
fn check_file(file: &File, erased: &BTreeMap<String, Moment>) -> std::result::Result<(), &'static str> {
    // Bytes may be gone only where a record of the ledger says which were removed, and when.
    if file.erased_at.is_some() {
        let recorded = file.bytes.is_empty() && erased.get(&file.hash).copied() == file.erased_at;
        return if recorded { Ok(()) } else { Err("its bytes were altered: no record says that they went") };
    }
    if sha256(&file.bytes) != file.hash {
        return Err("its bytes were altered");
    }
    if i64::try_from(file.bytes.len()) != Ok(file.size) {
        return Err("its size was altered");
    }
    let begins: &[u8] = match file.media_type.as_str() {
        "application/pdf" => b"%PDF-",
        "image/jpeg" => b"\xff\xd8",
        "image/png" => b"\x89PNG",
        _ => b"",
    };
    if begins.is_empty() || !file.bytes.starts_with(begins) {
        return Err("its media type was altered");
    }
    Ok(())
}

/// Tables whose indexes must lead to each of their rows.
const INDEXED: [&str; 11] = [
    "ledger",
    "ledger_heads",
    "tests",
    "releases",
    "withdrawals",
    "certificates",
    "assessments",
    "sign_offs",
    "test_photos",
    "history_links",
    "holds",
];

fn check_indexes(conn: &mut AnyConnection) -> Verdict<()> {
    for table in INDEXED {
        if let Some(damage) = find_damage(conn, table)? {
            return broken(format!("table {table}"), format!("its part of the file is damaged: {damage}"));
        }
    }
    check_lost(conn)
}

/// A certificate's PDF or a photo that a record names and that is not there.
fn check_lost(conn: &mut AnyConnection) -> Verdict<()> {
    let lost: Option<(String, i64, String)> = certificates::table
        .left_join(files::table)
        .filter(files::hash.is_null())
        .select((certificates::number, certificates::revision, certificates::hash))
        .first(conn)
        .optional()?;
    if let Some((number, revision, hash)) = lost {
        return broken(format!("certificate {number}/{revision}"), format!("its file {hash} is gone"));
    }
    let lost: Option<(i64, String)> = attachments::table
        .left_join(files::table)
        .filter(files::hash.is_null())
        .select((attachments::id, attachments::hash))
        .first(conn)
        .optional()?;
    if let Some((id, hash)) = lost {
        return broken(format!("attachment {id}"), format!("its file {hash} is gone"));
    }
    let lost: Option<(String, String)> = assessments::table
        .left_join(files::table)
        .filter(files::hash.is_null())
        .select((assessments::id, assessments::hash))
        .first(conn)
        .optional()?;
    match lost {
        Some((id, hash)) => broken(format!("assessment {id}"), format!("its file {hash} is gone")),
        None => Ok(Ok(())),
    }
}

fn check_files(
    conn: &mut AnyConnection,
    mut checked: Checked,
    progress: &mut dyn FnMut(&Checked),
) -> Verdict<Checked> {
    let mut last = String::new();
    let erased = erased_files(conn)?;
    loop {
        let page: Vec<File> =
            File::query().filter(files::hash.gt(&last)).order(files::hash).limit(FILES).load(conn)?;
        let Some(file) = page.last() else { return Ok(check_indexes(conn)?.map(|()| checked)) };
        let (before, end) = (last, file.hash.clone());
        if let Some(astray) = page.iter().find(|file| file.hash <= before) {
            return broken(format!("file {}", astray.hash), ASTRAY);
        }
        last = end;
        for file in page {
            if let Err(why) = check_file(&file, &erased) {
                return broken(photos::named(conn, &file.hash)?, why);
            }
            checked.files += 1;
            checked.bytes += file.bytes.len() as u64;
        }
        progress(&checked);
    }
}
