//! What was answered to a checklist, and what the answers come to.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::checklist::{Checklist, ChecklistVerdict, Item, ItemKind};
use crate::quantity::Decimal;
use crate::text::check_text;

/// The longest text of an answer, in characters.
const LONGEST_TEXT: usize = 2000;
/// The longest serial number and proof, in characters.
const LONGEST_WORD: usize = 200;
/// What a ticked box is kept as.
pub const TICKED: &str = "yes";

/// The answers so far, by the keys of the items.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answers {
    /// What was ticked, chosen or typed; the proof of a data wipe under its own key (see [`proof_key`]).
    #[serde(default)]
    pub given: BTreeMap<String, String>,
    /// The photos, by their ids.
    #[serde(default)]
    pub photos: BTreeMap<String, Vec<i64>>,
}

/// The key under which the proof of a data wipe is kept.
pub fn proof_key(key: &str) -> String {
    format!("{key}-proof")
}

/// How far one item is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ItemState {
    /// Answered, and good.
    Done,
    /// Answered, and outside its limits or a choice that fails.
    Failed,
    /// Not answered, and required.
    Open,
    /// Not answered, and not required.
    Left,
    /// Not asked, by an earlier answer.
    NotAsked,
}

/// What the answers come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JudgedChecklist {
    /// The verdict.
    pub verdict: ChecklistVerdict,
    /// How far each item is answered, in the checklist's order.
    pub items: Vec<ItemState>,
}

impl JudgedChecklist {
    /// How many items are answered, and of how many that are asked.
    pub fn progress(&self) -> (usize, usize) {
        let count = |wanted: fn(&ItemState) -> bool| self.items.iter().filter(|state| wanted(state)).count();
        let done = count(|state| matches!(state, ItemState::Done | ItemState::Failed));
        (done, count(|state| *state != ItemState::NotAsked))
    }
}

impl Answers {
    /// What was ticked, chosen or typed; blank where nothing was.
    pub fn text(&self, key: &str) -> &str {
        self.given.get(key).map_or("", |text| text.trim())
    }

    /// The answer of an item as people read it; empty where it is not answered.
    pub fn words(&self, item: &Item) -> String {
        match (item.kind, self.text(&item.key), self.text(&proof_key(&item.key))) {
            (ItemKind::Photo, ..) => match self.photos.get(&item.key).map_or(0, Vec::len) {
                0 => String::new(),
                1 => "1 photo".to_owned(),
                count => format!("{count} photos"),
            },
            (_, "", _) => String::new(),
            (_, answer, "") if item.unit.is_empty() => answer.to_owned(),
            (_, answer, "") => format!("{answer} {}", item.unit),
            (_, answer, proof) => format!("{answer}. Proof: {proof}"),
        }
    }

    fn has_photo(&self, key: &str) -> bool {
        self.photos.get(key).is_some_and(|ids| !ids.is_empty())
    }
}

impl Checklist {
    /// Whether an item is asked, after the answers to those before it.
    pub fn is_asked(&self, item: &Item, answers: &Answers) -> bool {
        item.only_if.as_ref().is_none_or(|only_if| {
            let asked = self.item(&only_if.item).is_some_and(|earlier| self.is_asked(earlier, answers));
            asked && only_if.is.iter().any(|answer| answer == answers.text(&only_if.item))
        })
    }

    /// What is wrong with answers as they were typed, by key: those that can be kept at all give nothing.
    pub fn wrong_answers(&self, answers: &Answers) -> Vec<(String, String)> {
        let mut wrong = vec![];
        for (key, text) in &answers.given {
            let item = self.item(key).or_else(|| self.item(key.strip_suffix("-proof")?));
            let why = match item {
                Some(item) if item.key == *key => wrong_answer(item, text.trim()),
                Some(item) if item.kind == ItemKind::Wipe => check_text(text, LONGEST_WORD).err(),
                _ => Some("this checklist has no such item".to_owned()),
            };
            wrong.extend(why.map(|why| (key.clone(), why)));
        }
        let of_photo = |key: &&String| self.item(key).is_some_and(|item| item.kind == ItemKind::Photo);
        let unknown = answers.photos.keys().filter(|key| !of_photo(key));
        wrong.extend(unknown.map(|key| (key.clone(), "this checklist has no such photo".to_owned())));
        wrong
    }

    /// What the answers come to: failed where one fails, else incomplete where one that is required is open.
    pub fn judge(&self, answers: &Answers) -> JudgedChecklist {
        let items: Vec<ItemState> = self.items.iter().map(|item| self.state_of(item, answers)).collect();
        let verdict = match () {
            () if items.contains(&ItemState::Failed) => ChecklistVerdict::Failed,
            () if items.contains(&ItemState::Open) => ChecklistVerdict::Incomplete,
            () => ChecklistVerdict::Complete,
        };
        JudgedChecklist { verdict, items }
    }

    fn state_of(&self, item: &Item, answers: &Answers) -> ItemState {
        if !self.is_asked(item, answers) {
            return ItemState::NotAsked;
        }
        let text = answers.text(&item.key);
        let given = match item.kind {
            ItemKind::Photo => answers.has_photo(&item.key),
            ItemKind::Wipe => !text.is_empty() && !answers.text(&proof_key(&item.key)).is_empty(),
            ItemKind::Tick => text == TICKED,
            _ => !text.is_empty(),
        };
        match given {
            false if item.required => ItemState::Open,
            false => ItemState::Left,
            true if fails(item, text) => ItemState::Failed,
            true => ItemState::Done,
        }
    }
}

fn fails(item: &Item, text: &str) -> bool {
    if item.kind != ItemKind::Number {
        return item.fails.iter().any(|fail| fail == text);
    }
    text.parse::<Decimal>().is_ok_and(|number| {
        item.least.is_some_and(|least| number < least) || item.most.is_some_and(|most| number > most)
    })
}

fn wrong_answer(item: &Item, text: &str) -> Option<String> {
    if text.is_empty() {
        return None;
    }
    match item.kind {
        ItemKind::Tick => (text != TICKED).then(|| "tick it or leave it".to_owned()),
        ItemKind::Choice | ItemKind::Wipe => {
            let options = item.options();
            (!options.contains(&text)).then(|| format!("choose one of {}", options.join(", ")))
        }
        ItemKind::Number => text.parse::<Decimal>().err(),
        ItemKind::Text => check_text(text, LONGEST_TEXT).err(),
        ItemKind::Serial => check_text(text, LONGEST_WORD).err(),
        ItemKind::Photo => Some("send it as a photo".to_owned()),
    }
}

#[cfg(test)]
#[path = "checklist_answers_tests.rs"]
mod tests;
