//! Full-text search, the same words on both databases: FTS5 here, tsvector there.
//!
//! A document holds a record's words and, behind an underscore that no typed word can hold, its facets
//! (customer, site, places, category, status): the index then answers "kettles of this customer" alone,
//! without reading the million other kettles.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use domain::search_text::Term;

use crate::error::Result;
use crate::portable::AnyConnection;

/// What is searched: each is a table of documents by the id of their record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Index {
    /// Assets.
    Assets,
    /// Jobs.
    Jobs,
    /// Symptoms, causes and fixes of jobs.
    Findings,
    /// Guides.
    Guides,
}

impl Index {
    /// The indexes that the schema has.
    pub const ALL: &'static [Self] = &[Self::Assets, Self::Jobs, Self::Findings, Self::Guides];

    /// Its table.
    pub fn table(self) -> &'static str {
        match self {
            Self::Assets => "asset_search",
            Self::Jobs => "job_search",
            Self::Findings => "finding_search",
            Self::Guides => "guide_search",
        }
    }
}

/// A facet of a record, such as its customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Facet {
    /// The customer.
    Customer(i64),
    /// The site.
    Site(i64),
    /// A place, or one above it.
    Place(i64),
    /// The category.
    Category(i64),
    /// The model.
    Model(i64),
    /// The status shown.
    Status(domain::asset::Status),
    /// Whether there is work still to come.
    Open(bool),
}

impl Facet {
    /// The facet as a word of the index.
    pub fn word(self) -> String {
        match self {
            Self::Customer(id) => format!("c_{id}"),
            Self::Site(id) => format!("s_{id}"),
            Self::Place(id) => format!("p_{id}"),
            Self::Category(id) => format!("k_{id}"),
            Self::Open(open) => format!("o_{}", i32::from(open)),
            Self::Model(id) => format!("m_{id}"),
            // The index splits at everything but letters, digits and one underscore.
            Self::Status(status) => format!("z_{}", domain::code::Code::code(status).replace('_', "")),
        }
    }
}

/// What is looked for: the words, and one of each group of facets.
#[derive(Debug, Clone, Default)]
pub struct Search {
    /// The words, from `domain::search_text`.
    pub words: Vec<Term>,
    /// Whether one of the words is enough.
    pub any: bool,
    /// Groups of which one facet each must match.
    pub facets: Vec<Vec<Facet>>,
}

#[derive(QueryableByName)]
struct Hit {
    #[diesel(sql_type = BigInt)]
    rowid: i64,
}

/// Writes or replaces a record's document.
///
/// # Errors
/// The database's.
pub fn index_document(
    conn: &mut AnyConnection,
    index: Index,
    id: i64,
    (words, facets): (&str, &[Facet]),
) -> Result<()> {
    let (document, table) = (document(words, facets), index.table());
    let statement = match conn {
        AnyConnection::Sqlite(_) => format!("INSERT OR REPLACE INTO {table} (document, rowid) VALUES (?, ?)"),
        AnyConnection::Postgres(_) => format!(
            "INSERT INTO {table} (document, rowid) \
             VALUES (array_to_tsvector(array_remove(string_to_array($1, ' '), '')), $2) \
             ON CONFLICT (rowid) DO UPDATE SET document = EXCLUDED.document"
        ),
    };
    diesel::sql_query(statement).bind::<Text, _>(document).bind::<BigInt, _>(id).execute(conn)?;
    Ok(())
}

/// Takes a record's document out, if it has one.
///
/// # Errors
/// The database's.
pub fn remove_document(conn: &mut AnyConnection, index: Index, id: i64) -> Result<()> {
    let mark = if matches!(conn, AnyConnection::Sqlite(_)) { "?" } else { "$1" };
    let statement = format!("DELETE FROM {} WHERE rowid = {mark}", index.table());
    diesel::sql_query(statement).bind::<BigInt, _>(id).execute(conn)?;
    Ok(())
}

/// Writes the documents of records that have none yet.
///
/// # Errors
/// The database's.
pub fn index_new(
    conn: &mut AnyConnection,
    index: Index,
    documents: Vec<(i64, String, Vec<Facet>)>,
) -> Result<()> {
    if let AnyConnection::Sqlite(c) = conn {
        for documents in documents.chunks(1000) {
            let places = vec!["(?, ?)"; documents.len()].join(", ");
            let statement = format!("INSERT INTO {} (rowid, document) VALUES {places}", index.table());
            let mut insert = diesel::sql_query(statement).into_boxed();
            for (id, words, facets) in documents {
                insert = insert.bind::<BigInt, _>(*id).bind::<Text, _>(document(words, facets));
            }
            insert.execute(c)?;
        }
        return Ok(());
    }
    documents.iter().try_for_each(|(id, words, facets)| index_document(conn, index, *id, (words, facets)))
}

fn document(words: &str, facets: &[Facet]) -> String {
    let facets: Vec<String> = facets.iter().map(|facet| facet.word()).collect();
    format!("{words} {}", facets.join(" "))
}

/// Makes an index ready for very many new documents: merging waits until [`tidy`].
///
/// # Errors
/// The database's.
pub fn expect_many(conn: &mut AnyConnection, index: Index) -> Result<()> {
    if let AnyConnection::Sqlite(c) = conn {
        let table = index.table();
        c.batch_execute(&format!(
            "INSERT INTO {table} ({table}, rank) VALUES ('automerge', 0); \
             INSERT INTO {table} ({table}, rank) VALUES ('hashsize', 67108864);"
        ))?;
    }
    Ok(())
}

/// Merges an index after very many new documents.
///
/// # Errors
/// The database's.
pub fn tidy(conn: &mut AnyConnection, index: Index) -> Result<()> {
    let table = index.table();
    match conn {
        AnyConnection::Sqlite(c) => c.batch_execute(&format!(
            "INSERT INTO {table} ({table}, rank) VALUES ('automerge', 4); \
             INSERT INTO {table} ({table}, rank) VALUES ('hashsize', 1048576); \
             INSERT INTO {table} ({table}) VALUES ('optimize');"
        ))?,
        AnyConnection::Postgres(c) => c.batch_execute(&format!("ANALYZE {table}"))?,
    }
    Ok(())
}

/// The ids of the newest records that match, older than `before`, at most `limit`.
///
/// # Errors
/// The database's.
pub fn find_documents(
    conn: &mut AnyConnection,
    index: Index,
    search: &Search,
    (before, limit): (Option<i64>, i64),
) -> Result<Vec<i64>> {
    let table = index.table();
    let statement = match conn {
        AnyConnection::Sqlite(_) => format!(
            "SELECT rowid FROM {table} WHERE {table} MATCH ? AND rowid < ? ORDER BY rowid DESC LIMIT ?"
        ),
        AnyConnection::Postgres(_) => format!(
            "SELECT rowid FROM {table} WHERE document @@ $1::tsquery AND rowid < $2 ORDER BY rowid DESC LIMIT $3"
        ),
    };
    let hits: Vec<Hit> = diesel::sql_query(statement)
        .bind::<Text, _>(expression(conn, search))
        .bind::<BigInt, _>(before.unwrap_or(i64::MAX))
        .bind::<BigInt, _>(limit)
        .load(conn)?;
    Ok(hits.into_iter().map(|hit| hit.rowid).collect())
}

fn expression(conn: &AnyConnection, search: &Search) -> String {
    let (and, or, prefix, quote) = match conn {
        AnyConnection::Sqlite(_) => (" AND ", " OR ", "*", '"'),
        AnyConnection::Postgres(_) => (" & ", " | ", ":*", '\''),
    };
    let word = |word: &Term| {
        let star = if word.prefix { prefix } else { "" };
        format!("{quote}{}{quote}{star}", word.text)
    };
    let words: Vec<String> = search.words.iter().map(word).collect();
    let words = match search.any && !words.is_empty() {
        true => vec![format!("({})", words.join(or))],
        false => words,
    };
    let facets = search.facets.iter().map(|group| {
        let any: Vec<_> = group.iter().map(|facet| format!("{quote}{}{quote}", facet.word())).collect();
        format!("({})", any.join(or))
    });
    words.into_iter().chain(facets).collect::<Vec<_>>().join(and)
}
