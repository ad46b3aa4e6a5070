//! Writing links: assets held, standing and due dates worked out as if the links stood, the ledger last.

use std::collections::HashMap;

use domain::asset::Lifecycle;
use domain::event::Event;
use domain::evidence::{FORM, PersonCommitted};
use domain::history_link::{AssetNamed, Link, LinkEvidence, LinkKind};
use store::assets::{Asset, find_asset, reindex_asset, update_asset};
use store::history_links::{Belonging, LinkRow, insert_links};
use store::marks::marks_at_home;
use store::tests::{histories_at_home, sequences};
use store::types::{Coded, Moment};
use store::{Tx, recalls};

use crate::actions::dues::{recompute, settle};
use crate::actions::tests::facts::committed;
use crate::error::{Error, Result};

/// Behind all that the ledger holds, and before what is recorded meanwhile.
const PENDING: i64 = i64::MAX / 2 - 1;

/// Links to be written at once.
pub(super) struct NewLinks<'a> {
    pub act: &'a str,
    pub kind: LinkKind,
    pub from: &'a Asset,
    pub to: &'a Asset,
    /// The tests to be moved; none to link the whole history.
    pub tests: Vec<Option<String>>,
    /// Where the merged asset was in its life.
    pub lifecycle: Option<Lifecycle>,
    pub reason: &'a str,
}

/// Who decides: a person, since it stays with the record.
pub(super) fn decider(tx: &mut Tx) -> Result<PersonCommitted> {
    let person = tx.actor.person_id();
    let person =
        person.ok_or_else(|| Error::Forbidden("link histories without being a person".to_owned()))?;
    committed(tx, person)
}

/// Writes links, with the standing and the due dates of these assets as they are with them; gives each one's new
/// state. The assets are held already.
pub(super) fn write(tx: &mut Tx, new: &NewLinks, asset_ids: &[i64]) -> Result<HashMap<i64, Asset>> {
    let person = decider(tx)?;
    let pending = new.tests.iter().map(|test| Link {
        sequence: PENDING,
        act: new.act.to_owned(),
        kind: new.kind,
        from: new.from.id,
        to: new.to.id,
        test: test.clone(),
    });
    let belonging = Belonging::with(tx, asset_ids, &pending.collect::<Vec<_>>())?;
    let (mut histories, mut marks) = (histories_at_home(tx, &belonging)?, marks_at_home(tx, &belonging)?);
    let actor = tx.actor;
    let mut after = HashMap::new();
    for id in asset_ids {
        let asset = find_asset(tx, actor.scope(), *id)?;
        let marks = marks.remove(id).unwrap_or_default();
        settle(tx, &asset, &histories.remove(id).unwrap_or_default(), &marks)?;
        reindex_asset(tx, *id)?;
        after.insert(*id, find_asset(tx, actor.scope(), *id)?);
    }
    let rows = rows_of(tx, new, person)?;
    insert_links(tx, new.from.customer_id, rows)?;
    if !recalls::find_retests(tx, &belonging.assets)?.is_empty() {
        // What was asked for of a thing follows its history, which is known only now.
        for id in asset_ids {
            recompute(tx, *id)?;
        }
    }
    Ok(after)
}

fn rows_of(tx: &mut Tx, new: &NewLinks, person: PersonCommitted) -> Result<Vec<(LinkRow, String)>> {
    let ids: Vec<&str> = new.tests.iter().flatten().map(String::as_str).collect();
    let numbers = sequences(tx, &ids)?;
    let at = Moment::from(tx.now);
    let named = |asset: &Asset| AssetNamed { id: asset.id, tag: asset.tag.clone() };
    let row = |test: &Option<String>| {
        let evidence = LinkEvidence {
            form: FORM,
            id: uuid::Uuid::now_v7().to_string(),
            customer_id: new.from.customer_id,
            act: new.act.to_owned(),
            kind: new.kind,
            from: named(new.from),
            to: named(new.to),
            test_id: test.clone(),
            test_seq: test.as_ref().and_then(|id| numbers.get(id).copied()),
            lifecycle: new.lifecycle,
            at: at.utc(),
            person: person.clone(),
            reason: new.reason.to_owned(),
        };
        let row = LinkRow {
            id: evidence.id.clone(),
            customer_id: new.from.customer_id,
            seq: 0,
            act: new.act.to_owned(),
            kind: Coded(new.kind),
            from_asset_id: new.from.id,
            to_asset_id: new.to.id,
            test_id: test.clone(),
            lifecycle: new.lifecycle.map(Coded),
            person_id: person.id,
            at,
            reason: new.reason.to_owned(),
        };
        (row, evidence.canonical())
    };
    Ok(new.tests.iter().map(row).collect())
}

/// Changes where an asset is in its life as a link says, which no form may.
pub(super) fn set_lifecycle(tx: &mut Tx, asset: &Asset, lifecycle: Lifecycle) -> Result<()> {
    let mut fields = asset.fields();
    fields.lifecycle = Coded(lifecycle);
    Ok(update_asset(tx, asset.id, asset.version, fields)?)
}

/// What happened to one of the two assets.
pub(super) fn event(
    (before, after): (&Asset, Option<&Asset>),
    verb: &'static str,
    (act, other, reason): (&str, &Asset, &str),
) -> Event {
    let event = Event::new("history", act, verb).of_asset(before.customer_id, before.id);
    let event = event.change("other asset", "", &other.tag);
    let status = |asset: &Asset| domain::code::Code::label(asset.status());
    let event = match after {
        Some(after) if after.status() != before.status() => {
            event.change("status", status(before), status(after))
        }
        _ => event,
    };
    event.change("reason", "", reason)
}
