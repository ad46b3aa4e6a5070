//! Claiming what waits in the inbox: a person says which asset a record is of.

use domain::event::{Event, Via};
use domain::permission::ImportAssets;
use domain::test_import::{ImportState, Outcome};
use exchange::tester::TestRecord;
use store::test_imports::{self as rows, StagedTest};
use store::types::Coded;
use store::{Right, Tx};

use super::known::Known;
use super::stage::parse;
use super::{find, judging, publish};
use crate::actions::assets::{Draft, Found, NewAsset, insert_new, scan_in};
use crate::app::App;
use crate::error::{Error, Result};

/// What a record is of.
#[derive(Debug, Clone)]
pub enum Claim {
    /// The asset with this tag or number.
    Asset(String),
    /// A new asset.
    New(Box<Draft>),
}

/// Attaches a waiting record to an asset: published at once where the import is, else with the rest.
///
/// # Errors
/// Not found; field errors; a conflict when the record no longer waits.
pub fn claim(
    app: &App,
    right: &Right<ImportAssets>,
    (import_id, record): (i64, i64),
    claim: Claim,
) -> Result<()> {
    let actor = right.actor().clone().through(Via::Import);
    app.store.write(&actor, |tx| {
        let import = find(tx, right, import_id)?;
        let row = rows::find_staged(tx, import.id, record)?;
        let open = matches!(import.state.0, ImportState::Staged | ImportState::Published);
        if row.outcome.0 != Outcome::Inbox || !open {
            return Err(Error::Conflict("This record waits for nobody.".to_owned()));
        }
        let (asset, mut events) = target(tx, right, import.customer_id, claim)?;
        let test: TestRecord = parse(&row.body)?;
        let claimed = StagedTest {
            outcome: Coded(Outcome::Matched),
            asset_id: Some(asset.id),
            why: String::new(),
            body: serde_json::to_string(&known_by(test, &asset.tag))
                .map_err(|error| Error::Internal(error.to_string()))?,
            ..row
        };
        let mut counts = import.counts.0.clone();
        *counts.outcomes.entry(Outcome::Inbox).or_default() -= 1;
        *counts.outcomes.entry(Outcome::Matched).or_default() += 1;
        rows::delete_staged(tx, import.id, (record, record))?;
        rows::insert_staged(tx, std::slice::from_ref(&claimed))?;
        if import.state.0 == ImportState::Published {
            let known = Known::load(tx, right.scope(), &import)?;
            let test = parse(&claimed.body)?;
            events.extend(publish::publish(tx, known, &import, vec![(claimed, test)], &mut counts)?);
        }
        rows::advance(tx, &import, (import.state.0, import.done), &counts)?;
        let event = Event::new("test import", import.id, "claimed").of_asset(import.customer_id, asset.id);
        events.push(event.change("record", "", record).change("tag", "", &asset.tag));
        Ok(((), events))
    })
}

/// A record under the tag of its asset; what the file called it is kept beside.
fn known_by(mut record: TestRecord, tag: &str) -> TestRecord {
    let was = [
        ("Asset code in the file", std::mem::replace(&mut record.asset_code, tag.to_owned())),
        ("Site in the file", std::mem::take(&mut record.site)),
        ("Location in the file", std::mem::take(&mut record.location)),
    ];
    let was = was.into_iter().map(|(name, text)| (name.to_owned(), judging::clean(&text, 200)));
    record.unknown.extend(was.filter(|(_, text)| !text.is_empty()));
    record
}

fn target(
    tx: &mut Tx,
    right: &Right<ImportAssets>,
    customer_id: i64,
    claim: Claim,
) -> Result<(store::assets::Asset, Vec<Event>)> {
    match claim {
        Claim::Asset(code) => match scan_in(tx, &right.scope().within(customer_id), &code)? {
            Found::Asset(asset, _) => Ok((*asset, vec![])),
            Found::Choose(_) => Err(Error::field("asset", "several assets go by this number; give the tag")),
            _ => Err(Error::field("asset", "no asset of this customer has this tag or number")),
        },
        Claim::New(draft) => {
            let new = NewAsset { customer_id, tag: None, draft: *draft };
            let (asset, event) = insert_new(tx, right.actor(), new)?;
            Ok((asset, vec![event]))
        }
    }
}
