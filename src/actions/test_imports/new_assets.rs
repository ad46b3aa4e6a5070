//! The assets that a file knows and the register does not; and those that it knows more of, or elsewhere.

use std::collections::HashMap;

use domain::event::Event;
use domain::tag::{Scan, TagKind, fold, read};
use domain::test_import::{Matching, Outcome};
use exchange::tester::TestRecord;
use store::Tx;
use store::assets::Asset;
use store::test_imports::{TestImport, assets_by_numbers};

use super::judging::{clean, fill};
use super::known::Known;
use super::matching::{code_of, moves, qualified};
use super::prepare::fields_for;
use crate::actions::assets::{Draft, NewAsset, change_in, code_of as new_code, insert_unsettled};
use crate::actions::import::ground::{Ground, key};
use crate::error::{Error, Result};

/// The category of things of which none fits exactly.
const UNSORTED: &str = "Unsorted";
/// What a thing is called of which the file does not say what it is.
const UNDESCRIBED: &str = "Not described";

/// Makes assets for one batch: each thing once, however many of its tests are in it.
pub(super) struct Maker<'a> {
    known: &'a Known,
    import: &'a TestImport,
    ground: Option<Ground>,
    made: HashMap<String, i64>,
    /// What happened.
    pub events: Vec<Event>,
}

impl<'a> Maker<'a> {
    pub fn new(known: &'a Known, import: &'a TestImport) -> Self {
        Self { known, import, ground: None, made: HashMap::new(), events: vec![] }
    }

    /// Whether sites or places were made, of which nothing is known yet.
    pub fn made_ground(&self) -> bool {
        self.ground.as_ref().is_some_and(|ground| !ground.made.is_empty())
    }

    /// Every event, those of sites, places and categories first.
    pub fn finish(self) -> Vec<Event> {
        let ground = self.ground.map(|ground| ground.events).unwrap_or_default();
        ground.into_iter().chain(self.events).collect()
    }

    fn ground(&mut self, tx: &mut Tx) -> Result<&mut Ground> {
        if self.ground.is_none() {
            let actor = tx.actor;
            let site = self.known.default_site();
            self.ground = Some(Ground::open(tx, actor, &self.known.customer, site)?);
        }
        self.ground.as_mut().ok_or_else(|| Error::Internal("no ground".to_owned()))
    }

    /// The asset of a record that fits none: made once. True with it where it was made now; what falls due of it and
    /// its search document are the caller's to settle.
    pub fn make(&mut self, tx: &mut Tx, record: &TestRecord) -> Result<(i64, bool)> {
        let place = match self.import.matching.0 {
            Matching::Place => format!("{} / {} / ", key(&record.site), key(&record.location)),
            _ => String::new(),
        };
        let name = format!("{place}{}", code_of(record).to_lowercase());
        if let Some(id) = self.made.get(&name) {
            return Ok((*id, false));
        }
        let mark = self.ground(tx)?.mark();
        let made = tx.attempt(|tx| self.insert(tx, record));
        match made {
            Ok((asset, event)) => {
                self.events.push(event);
                self.made.insert(name, asset.id);
                Ok((asset.id, true))
            }
            Err(error) => {
                self.ground(tx)?.back_to(mark);
                Err(error)
            }
        }
    }

    fn insert(&mut self, tx: &mut Tx, record: &TestRecord) -> Result<(Asset, Event)> {
        let (known, import) = (self.known, self.import);
        let mut fields = fields_for(known, import, None, record);
        let ground = self.ground(tx)?;
        let named = Some(record.site.trim()).filter(|site| !site.is_empty());
        fields.site_id = ground.site(tx, named)?;
        fields.place_id = ground.place(tx, fields.site_id, &[record.location.as_str()])?;
        if fields.category_id == 0 {
            fields.category_id = ground.category(tx, UNSORTED)?;
        }
        if fields.description.is_empty() {
            fields.description = UNDESCRIBED.to_owned();
        }
        let (tag, number) = self.names(tx, record)?;
        fields.customer_number = number;
        let (heating, surge_suppressors) = (Some(fields.heating), Some(fields.surge_suppressors));
        let draft = Draft { fields, heating, surge_suppressors, fill_in: true };
        let actor = tx.actor;
        insert_unsettled(tx, actor, NewAsset { customer_id: known.customer.id, tag: None, draft }, tag)
    }

    /// A code that is one of our printed labels becomes the tag; any other is the customer's own number.
    fn names(&self, tx: &mut Tx, record: &TestRecord) -> Result<((String, TagKind), Option<String>)> {
        let code = code_of(record);
        let own = tx.actor.scope().within(self.known.customer.id);
        if let Scan::Ours(tag) = read(&code)
            && store::tags::is_free(tx, &own, &fold(&code))?
        {
            return Ok(((tag.to_string(), TagKind::Ours), None));
        }
        let taken = assets_by_numbers(tx, self.known.customer.id, std::slice::from_ref(&code))?;
        let number = if taken.is_empty() { code } else { qualified(self.known, record) };
        Ok((new_code(None)?, Some(clean(&number, 200)).filter(|number| !number.is_empty())))
    }

    /// Fills in what is empty on a known asset, and moves it where that was asked for; gives it as it is then, where
    /// anything changed.
    pub fn bring_up_to_date(
        &mut self,
        tx: &mut Tx,
        asset: &Asset,
        (record, outcome): (&TestRecord, Outcome),
    ) -> Result<Option<Asset>> {
        let before = asset.fields();
        let mut fields = before.clone();
        fill(&mut fields, record, &self.import.additions.0);
        let mut verb = "filled in";
        if self.import.moves && outcome == Outcome::Moves && self.is_news(asset, record) {
            let named = Some(record.site.trim()).filter(|site| !site.is_empty());
            let ground = self.ground(tx)?;
            let site_id = if named.is_some() { ground.site(tx, named)? } else { asset.site_id };
            let place = ground.place(tx, site_id, &[record.location.as_str()])?;
            if (site_id, place) != (asset.site_id, asset.place_id) {
                (fields.site_id, fields.place_id) = (site_id, place);
                verb = "moved";
            }
        }
        if fields == before {
            return Ok(None);
        }
        let actor = tx.actor;
        let filled = tx.attempt(|tx| change_in(tx, actor, (asset.id, asset.version), fields, verb));
        match filled {
            Ok((changed, event)) => {
                self.events.push(event);
                Ok(Some(changed))
            }
            // What does not fit the register's bounds stays with the record alone.
            Err(Error::Invalid(_) | Error::Conflict(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Whether a record is later than what the register knows of its asset: an old file moves nothing back.
    fn is_news(&self, asset: &Asset, record: &TestRecord) -> bool {
        let last = asset.last_tested_at.map(|at| at.utc().date_naive());
        moves(self.known, asset, record) && last.is_none_or(|last| record.performed_on >= last)
    }
}
