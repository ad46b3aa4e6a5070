//! Histories that belong to one thing, or in truth to another: where each test belongs, at every moment of a ledger.
//!
//! A link is appended and never altered; it is taken back by a further one. Nothing that was recorded moves: what
//! moves is for which asset it counts. Where a test belonged when another one was recorded decides whether whoever
//! recorded the other could know of it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::asset::Lifecycle;
use crate::codes;
use crate::evidence::PersonCommitted;
use crate::standing::Away;

codes!(
    /// What a link says.
    LinkKind, "kind of history link", {
    Merge = "merge", "Merged";
    Move = "move", "Moved";
    Undo = "undo", "Undone";
});

/// A link between two histories of one customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Its place in the ledger.
    pub sequence: i64,
    /// What was decided at once has one name; an undo bears the name of what it takes back.
    pub act: String,
    /// What it says.
    pub kind: LinkKind,
    /// The asset whose history it is, or was.
    pub from: i64,
    /// The asset for which it counts.
    pub to: i64,
    /// The one test that it moves; none where the whole history goes.
    pub test: Option<String>,
}

/// From when to when something counted for another asset.
#[derive(Debug, Clone, Copy)]
struct Span {
    from: i64,
    to: i64,
    since: i64,
    until: Option<i64>,
}

impl Span {
    fn stands(&self, at: i64) -> bool {
        self.since <= at && self.until.is_none_or(|until| at < until)
    }
}

/// Later than every place in a ledger.
pub const NOW: i64 = i64::MAX;

/// For which asset histories and tests count, at every moment of a ledger.
#[derive(Debug, Clone, Default)]
pub struct Homes {
    merges: Vec<Span>,
    moves: BTreeMap<String, Vec<Span>>,
    /// Each moment at which anything changed.
    moments: BTreeSet<i64>,
}

impl Homes {
    /// Follows links, given in any order.
    pub fn of(links: &[Link]) -> Self {
        let undone = links.iter().filter(|link| link.kind == LinkKind::Undo);
        let undone: BTreeMap<&str, i64> = undone.map(|undo| (undo.act.as_str(), undo.sequence)).collect();
        let mut homes = Self { moments: links.iter().map(|link| link.sequence).collect(), ..Self::default() };
        for link in links.iter().filter(|link| link.kind != LinkKind::Undo) {
            let until = undone.get(link.act.as_str()).copied();
            let span = Span { from: link.from, to: link.to, since: link.sequence, until };
            match &link.test {
                Some(test) => homes.moves.entry(test.clone()).or_default().push(span),
                None => homes.merges.push(span),
            }
        }
        homes
    }

    /// Whether nothing was ever linked.
    pub fn is_empty(&self) -> bool {
        self.moments.is_empty()
    }

    /// The asset for which the history of one counted at a moment.
    pub fn asset_at(&self, asset: i64, at: i64) -> i64 {
        let mut home = asset;
        // No more steps than links: a ring, which no action makes, ends too.
        for _ in &self.merges {
            match self.merges.iter().find(|merge| merge.from == home && merge.stands(at)) {
                Some(merge) => home = merge.to,
                None => break,
            }
        }
        home
    }

    /// The asset for which a test, recorded of an asset, counted at a moment.
    pub fn test_at(&self, (asset, test): (i64, &str), at: i64) -> i64 {
        let moves = self.moves.get(test).into_iter().flatten();
        let last = moves.filter(|span| span.stands(at)).max_by_key(|span| span.since);
        self.asset_at(last.map_or(asset, |span| span.to), at)
    }

    /// The place in the ledger of the last move of a test that stands.
    pub fn moved_by(&self, test: &str) -> Option<i64> {
        let moves = self.moves.get(test).into_iter().flatten();
        moves.filter(|span| span.stands(NOW)).map(|span| span.since).max()
    }

    /// The tests that a link ever moved.
    pub fn moved_tests(&self) -> Vec<&str> {
        self.moves.keys().map(String::as_str).collect()
    }

    /// When a test counted for another asset than it does now, and for which.
    pub fn away(&self, (asset, test): (i64, &str)) -> Vec<Away> {
        let here = self.test_at((asset, test), NOW);
        let (mut since, mut found) = (i64::MIN, vec![]);
        for until in &self.moments {
            let then = self.test_at((asset, test), since);
            if then != here {
                found.push(Away { asset: then, since, until: *until });
            }
            since = *until;
        }
        found
    }

    /// The asset for which something written of an asset counted then, where it counts for another one now.
    pub fn then(&self, asset: i64, at: i64) -> Option<i64> {
        Some(self.asset_at(asset, at)).filter(|then| *then != self.asset_at(asset, NOW))
    }
}

/// An asset as a link names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AssetNamed {
    /// Id.
    pub id: i64,
    /// Its tag, as printed.
    pub tag: String,
}

/// The canonical form of a link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinkEvidence {
    /// Version of this form.
    pub form: u32,
    /// The link's id.
    pub id: String,
    /// Whose assets they are.
    pub customer_id: i64,
    /// The name that all that was decided at once has.
    pub act: String,
    /// What it says.
    pub kind: LinkKind,
    /// The asset whose history it is.
    pub from: AssetNamed,
    /// The asset for which it counts.
    pub to: AssetNamed,
    /// The one test that it moves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub test_id: Option<String>,
    /// The test's number in the ledger.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub test_seq: Option<i64>,
    /// Where the merged asset was in its life before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lifecycle: Option<Lifecycle>,
    /// When.
    pub at: DateTime<Utc>,
    /// Who decided.
    pub person: PersonCommitted,
    /// Why.
    pub reason: String,
}

impl LinkEvidence {
    /// The text that is hashed and stored.
    pub fn canonical(&self) -> String {
        serde_json::to_string(self).expect("evidence holds nothing that JSON cannot")
    }
}

#[cfg(test)]
#[path = "history_link_tests.rs"]
mod tests;
