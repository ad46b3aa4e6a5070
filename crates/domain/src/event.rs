//! What happened: the one record that every change leaves.

use crate::codes;
use serde::{Deserialize, Serialize};

codes!(
    /// The door through which a change came.
    Via, "door", {
    Page = "page", "Web page";
    Api = "api", "API";
    Cli = "cli", "Command line";
    Import = "import", "Import";
    Job = "job", "Scheduled job";
});

/// One field's change. Values are shown to people, so they are in people's words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The field's name.
    pub field: String,
    /// The value before; empty where there was none.
    pub from: String,
    /// The value after; empty where there is none.
    pub to: String,
}

/// A change to be written down: what, to which record, from what to what. Who and when come from the writer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// The kind of record, such as "asset".
    pub noun: &'static str,
    /// The record's id.
    pub noun_id: String,
    /// The verb in the past tense, such as "moved".
    pub action: &'static str,
    /// The customer whose record it is, if a customer's.
    pub customer_id: Option<i64>,
    /// The asset on whose timeline it stands, if any.
    pub asset_id: Option<i64>,
    /// What changed.
    pub changes: Vec<Change>,
}

impl Event {
    /// An event on a firm-owned record.
    pub fn new(noun: &'static str, id: impl ToString, action: &'static str) -> Self {
        Self { noun, noun_id: id.to_string(), action, customer_id: None, asset_id: None, changes: vec![] }
    }

    /// Marks the customer whose record it is.
    pub fn of_customer(mut self, customer_id: i64) -> Self {
        self.customer_id = Some(customer_id);
        self
    }

    /// Puts the event on an asset's timeline.
    pub fn of_asset(mut self, customer_id: i64, asset_id: i64) -> Self {
        self.customer_id = Some(customer_id);
        self.asset_id = Some(asset_id);
        self
    }

    /// Adds one field's change; a field that did not change is left out.
    pub fn change(mut self, field: &str, from: impl ToString, to: impl ToString) -> Self {
        let (from, to) = (from.to_string(), to.to_string());
        if from != to {
            self.changes.push(Change { field: field.to_owned(), from, to });
        }
        self
    }
}
