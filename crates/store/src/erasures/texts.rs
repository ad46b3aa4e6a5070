//! Where a name may stand in words that people typed: counted, and replaced where that breaks no proof.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text as SqlText};

use crate::Tx;
use crate::error::Result;
use crate::portable::AnyConnection;

/// A column of words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Text {
    /// Its name in forms: table and column.
    pub code: &'static str,
    /// What it is, in words.
    pub label: &'static str,
    table: &'static str,
    column: &'static str,
    /// Whether it holds JSON, in which some characters are written otherwise.
    json: bool,
}

macro_rules! texts {
    ($($table:literal $column:literal $json:literal $label:literal;)+) => {
        &[$(Text {
            code: concat!($table, ".", $column),
            label: $label,
            table: $table,
            column: $column,
            json: $json,
        },)+]
    };
}

/// Where a name can be taken out.
pub const TEXTS: &[Text] = texts! {
    "assets" "custodian" false "Who has an asset now";
    "custody" "holder" false "Who had an asset";
    "assets" "notes" false "Notes on assets";
    "assets" "custom" true "Own fields of assets";
    "assets" "interval_reason" false "Reasons for intervals";
    "customers" "contact" false "Contacts of customers";
    "customers" "email" false "Mail addresses of customers";
    "customers" "notes" false "Notes on customers";
    "sites" "contact" false "Contacts of sites";
    "sites" "access_notes" false "Access notes of sites";
    "visits" "extent" false "Extent of visits";
    "visits" "limitations" false "Limitations of visits";
    "plans" "title" false "Titles of planned work";
    "plans" "notes" false "Notes on planned work";
    "appointments" "note" false "Notes on appointments";
    "proposal_agreements" "note" false "Notes of customers on intervals";
    "visit_not_found" "note" false "Notes on what was not found";
    "instruments" "owner" false "Owners of instruments";
    "assessment_drafts" "content" true "Drafts of risk assessments";
    "attachments" "name" false "Names of photos and documents";
    "imports" "file_name" false "Names of imported lists";
    "test_imports" "file_name" false "Names of testers' files";
    "staged_tests" "body" true "Records waiting in imports";
    "staged_tests" "what" false "Records shown in imports";
    "suppliers" "contact" false "Contacts of suppliers";
    "suppliers" "email" false "Mail addresses of suppliers";
    "suppliers" "notes" false "Notes on suppliers";
    "parts" "notes" false "Notes on parts";
    "stock_places" "name" false "Names of stores and vans";
    "signals" "note" false "What was found looking at signals";
    "faults" "what" false "Reports of faults";
    "faults" "place" false "Where a fault was reported to be";
    "faults" "contact" false "How to reach who reported a fault";
    "faults" "dismissed_why" false "Why reports of faults were dismissed";
    "fault_notes" "text" false "What was added to reports of faults";
    "procedures" "title" false "Titles of procedures";
    "procedures" "name" false "Names of procedures' files";
    "checklist_files" "name" false "Names of photos of checklists";
    "guide_pictures" "name" false "Names of pictures of guides";
    "referrals" "what" false "Things referred to suppliers";
    "referrals" "request" false "What suppliers are asked";
    "referrals" "result" false "What suppliers did";
    "referral_batches" "notes" false "Notes on consignments";
    "jobs" "title" false "Titles of jobs";
    "jobs" "description" false "Descriptions of jobs";
    "job_files" "name" false "Names of photos and documents of jobs";
    "notices" "text" false "Notices of jobs";
    "contracts" "notes" false "Notes on contracts";
    "guides" "title" false "Titles of guides";
    "proposal_refusals" "reason" false "Why intervals were not agreed to";
    "job_things" "barrier" false "Why imported jobs were not repaired";
    "quotes" "reason" false "Why quotes were declined";
    "events" "changes" true "The log of changes";
};

/// Where a name stays, since it is part of what was proven or of a history that is not altered.
pub const FIXED_TEXTS: &[Text] = texts! {
    "ledger" "body" true "Notes and reasons within records of the ledger";
    "releases" "reason" false "Reasons of releases";
    "withdrawals" "reason" false "Reasons of withdrawals";
    "holds" "reason" false "What was said of holds";
    "history_links" "reason" false "Reasons for merging and splitting histories";
    "calibrations" "note" false "Notes on calibrations";
    "stock_movements" "reason" false "Reasons of movements of the stock";
    "recalls" "reason" false "Reasons of recalls";
    "job_entries" "text" false "Log entries of jobs";
    "job_steps" "note" false "Notes on steps of jobs";
    "recall_ends" "reason" false "Reasons of the ends of recalls";
    "proof_checks" "note" false "Notes on checks of instruments";
    "findings" "words" false "What was found in repairs";
    "guide_revisions" "content" true "What guides say";
    "checklist_fills" "answers" true "Answers in filled checklists";
    "plan_runs" "note" false "Notes on planned work that was done";
    "referral_steps" "note" false "What suppliers said";
    "quotes" "content" true "What quotes say";
    "job_charges" "text" false "Charges added to bills";
    "job_charges" "reason" false "Reasons of charges";
    "bill_lines" "text" false "Lines of bills";
};

impl Text {
    /// The words as they stand in the column.
    fn written(&self, words: &str) -> String {
        if !self.json {
            return words.to_owned();
        }
        let quoted = serde_json::Value::from(words).to_string();
        quoted.trim_start_matches('"').strip_suffix('"').unwrap_or(&quoted).to_owned()
    }
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

/// How many rows hold these words, letter by letter. LIKE would take the databases' different views of case.
///
/// # Errors
/// The database's.
pub fn count_texts(conn: &mut AnyConnection, text: &Text, words: &str) -> Result<i64> {
    let Text { table, column, .. } = text;
    let sql = format!("SELECT count(*) AS number FROM {table} WHERE replace({column}, $1, '') <> {column}");
    let found: Number = diesel::sql_query(sql).bind::<SqlText, _>(text.written(words)).get_result(conn)?;
    Ok(found.number)
}

/// Puts other words in place of these, and gives how many rows held them. What is found by search is found by the
/// new words.
///
/// # Errors
/// The database's.
pub fn replace_texts(tx: &mut Tx, text: &Text, words: &str, new: &str) -> Result<usize> {
    let Text { table, column, .. } = text;
    let words = text.written(words);
    let holds = format!("WHERE replace({column}, $1, '') <> {column}");
    let searched = Searched::ALL.iter().find(|(of, ..)| of == table);
    let mut found: Vec<Number> = vec![];
    if let Some((_, id, _)) = searched {
        let sql = format!("SELECT DISTINCT {id} AS number FROM {table} {holds} AND {id} IS NOT NULL");
        found = diesel::sql_query(sql).bind::<SqlText, _>(&words).load(&mut **tx)?;
    }
    let sql = format!("UPDATE {table} SET {column} = replace({column}, $1, $2) {holds}");
    let query = diesel::sql_query(sql).bind::<SqlText, _>(&words).bind::<SqlText, _>(new);
    let rows = query.execute(&mut **tx)?;
    if let Some((.., searched)) = searched {
        found.into_iter().try_for_each(|one| searched.reindex(tx, one.number))?;
    }
    Ok(rows)
}

/// What is found by words, and so holds them in an index as well.
#[derive(Debug, Clone, Copy)]
enum Searched {
    Asset,
    Job,
    Guide,
}

impl Searched {
    /// Whose words are found, by which id of the row.
    const ALL: [(&str, &str, Self); 5] = [
        ("assets", "id", Self::Asset),
        ("jobs", "id", Self::Job),
        ("faults", "job_id", Self::Job),
        ("job_things", "job_id", Self::Job),
        ("guides", "id", Self::Guide),
    ];

    fn reindex(self, tx: &mut Tx, id: i64) -> Result<()> {
        match self {
            Self::Asset => crate::assets::reindex_asset(tx, id),
            Self::Job => {
                crate::jobs::search::reindex_job(tx, id)?;
                crate::findings::search::reindex_findings_of(tx, id)
            }
            Self::Guide => crate::guides::reindex_guide(tx, id),
        }
    }
}
