//! Searching what was learnt, in guides and in findings.

use std::collections::BTreeMap;

use domain::knowledge_search::{Hit, matched, questions, rank};
use domain::search_text::query;

use crate::access::Scope;
use crate::error::Result;
use crate::findings::known::successes_of;
use crate::findings::search::{FoundFinding, find_told};
use crate::guides::{GuideRow, document_of, find_guide, success_of};
use crate::portable::AnyConnection;
use crate::search::{Facet, Index, Search, find_documents};

/// Hits of one question that are looked at.
const LOOKED_AT: i64 = 100;
/// From how many hits on no looser question is asked.
const ENOUGH: usize = 30;

/// What was found.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// Guides, the best first.
    pub guides: Vec<Hit<GuideRow>>,
    /// Findings, the best first; of those that say the same of one model the latest.
    pub findings: Vec<Hit<FoundFinding>>,
}

/// Searches for words typed freely, within a scope; guides are the firm's and seen by all who may work on jobs.
///
/// # Errors
/// The database's.
pub fn search_knowledge(conn: &mut AnyConnection, scope: &Scope, text: &str, limit: usize) -> Result<Found> {
    let terms = query(text);
    if terms.is_empty() {
        return Ok(Found::default());
    }
    let mut guides = vec![];
    for id in ids_of(conn, Index::Guides, text, vec![])? {
        let guide = find_guide(conn, id)?;
        let (matched, success) = (matched(&terms, &document_of(conn, &guide)?), success_of(conn, &guide)?);
        guides.push(Hit { record: guide, matched, success });
    }
    rank(&mut guides);
    guides.truncate(limit);
    // An empty group would match nothing in one database and break the other: no customer has the id 0.
    let own = |ids: &[i64]| ids.iter().chain([&0]).map(|id| Facet::Customer(*id)).collect();
    let facets = scope.customers().map(own).into_iter().collect();
    let ids = ids_of(conn, Index::Findings, text, facets)?;
    let mut findings = find_findings(conn, scope, &ids, |document| matched(&terms, document))?;
    rank(&mut findings);
    findings.truncate(limit);
    Ok(Found { guides, findings })
}

fn ids_of(conn: &mut AnyConnection, index: Index, text: &str, facets: Vec<Vec<Facet>>) -> Result<Vec<i64>> {
    let mut ids: Vec<i64> = vec![];
    for question in questions(&query(text)) {
        let search = Search { words: question.words, any: question.any, facets: facets.clone() };
        for id in find_documents(conn, index, &search, (None, LOOKED_AT))? {
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        if ids.len() >= ENOUGH {
            break;
        }
    }
    Ok(ids)
}

fn find_findings(
    conn: &mut AnyConnection,
    scope: &Scope,
    ids: &[i64],
    matched: impl Fn(&str) -> usize,
) -> Result<Vec<Hit<FoundFinding>>> {
    let mut told = find_told(conn, scope, ids)?;
    told.sort_by_key(|one| std::cmp::Reverse(one.finding.id));
    let key = |one: &FoundFinding| {
        let subject = one.subject.as_ref().map(|subject| subject.key()).unwrap_or_default();
        (subject, [one.finding.symptom_id, one.finding.cause_id, one.finding.fix_id])
    };
    let mut best: BTreeMap<_, Hit<FoundFinding>> = BTreeMap::new();
    for one in told {
        let matched = matched(&one.document);
        let hit = Hit { matched, success: Default::default(), record: one };
        match best.get(&key(&hit.record)) {
            Some(known) if known.matched >= matched => {}
            _ => {
                best.insert(key(&hit.record), hit);
            }
        }
    }
    let successes = successes_of(conn, best.keys().map(|(subject, _)| subject.clone()).collect())?;
    let with_success = |(key, hit): (_, Hit<FoundFinding>)| {
        let success = successes.get(&key).copied().unwrap_or_default();
        Hit { success, ..hit }
    };
    Ok(best.into_iter().map(with_success).collect())
}
