//! What is refused in a checklist, shipped or edited, and on which line.

use crate::checklist::{Checklist, Item, ItemKind};
use crate::data_file::{check_head, check_key, line_of};
use crate::quantity::quoted;

const MOST_ITEMS: usize = 100;
const MOST_CHOICES: usize = 30;

impl Checklist {
    /// Reads a checklist, such as an edited copy, and checks all of it.
    ///
    /// # Errors
    /// Names the line that cannot be read, or the item that cannot be and the line on which it begins.
    pub fn from_toml(text: &str) -> Result<Self, String> {
        let checklist: Self = toml::from_str(text).map_err(|e| e.to_string())?;
        checklist.check_whole().map_err(|why| format!("{}: {why}", quoted(&checklist.code)))?;
        for (n, item) in checklist.items.iter().enumerate() {
            let earlier = checklist.items.get(..n).unwrap_or_default();
            check_item(item, earlier).map_err(|why| {
                let line = line_of(text, "item", n).map(|line| format!("line {line}: ")).unwrap_or_default();
                format!("{line}item {} ({}): {why}", n + 1, quoted(&item.key).trim_matches('"'))
            })?;
        }
        Ok(checklist)
    }

    fn check_whole(&self) -> Result<(), String> {
        check_head(&self.code, &self.name, self.version)?;
        match self.items.len() {
            0 => Err("ask something: add an [[item]]".to_owned()),
            n if n > MOST_ITEMS => Err(format!("it has {n} items; {MOST_ITEMS} are the most")),
            _ => Ok(()),
        }
    }
}

fn check_item(item: &Item, earlier: &[Item]) -> Result<(), String> {
    check_key("key", &item.key)?;
    if let Some(first) = earlier.iter().position(|other| other.key == item.key) {
        return Err(format!("key: item {} has the same", first + 1));
    }
    if item.ask.trim().is_empty() || item.ask.chars().count() > 200 {
        return Err("ask: write 1 to 200 characters".to_owned());
    }
    if item.hint.chars().count() > 300 {
        return Err("hint: write at most 300 characters".to_owned());
    }
    check_choices(item)?;
    check_number(item)?;
    check_only_if(item, earlier)
}

fn check_choices(item: &Item) -> Result<(), String> {
    let chosen = matches!(item.kind, ItemKind::Choice | ItemKind::Wipe);
    let listed = !item.choices.is_empty() || !item.fails.is_empty();
    if listed && !chosen {
        return Err("choices and fails are for a choice".to_owned());
    }
    if item.kind == ItemKind::Choice && !(2..=MOST_CHOICES).contains(&item.choices.len()) {
        return Err(format!("choices: name 2 to {MOST_CHOICES}"));
    }
    for (n, choice) in item.choices.iter().enumerate() {
        // A comma would end the choice where a later item names it.
        if choice.trim() != choice || choice.contains(',') || !(1..=60).contains(&choice.chars().count()) {
            let shown = quoted(choice);
            return Err(format!(
                "choices: {shown} is not 1 to 60 characters without commas or blanks around"
            ));
        }
        if item.choices.iter().take(n).any(|other| other == choice) {
            return Err(format!("choices: {} stands there twice", quoted(choice)));
        }
    }
    match item.fails.iter().find(|fail| !item.options().contains(&fail.as_str())) {
        Some(fail) => Err(format!("fails: {} is none of the choices", quoted(fail))),
        None => Ok(()),
    }
}

fn check_number(item: &Item) -> Result<(), String> {
    let says = !item.unit.is_empty() || item.least.is_some() || item.most.is_some();
    if item.kind != ItemKind::Number && says {
        return Err("unit, least and most are for a number".to_owned());
    }
    if item.unit.chars().count() > 20 {
        return Err("unit: write at most 20 characters".to_owned());
    }
    match (item.least, item.most) {
        (Some(least), Some(most)) if least > most => Err(format!("least {least} is more than most {most}")),
        _ => Ok(()),
    }
}

fn check_only_if(item: &Item, earlier: &[Item]) -> Result<(), String> {
    let Some(only_if) = &item.only_if else { return Ok(()) };
    let Some(asked) = earlier.iter().find(|other| other.key == only_if.item) else {
        return Err(format!("only_if: no item before it has the key {}", quoted(&only_if.item)));
    };
    if asked.kind != ItemKind::Choice {
        return Err(format!("only_if: {} is no choice", quoted(&asked.key)));
    }
    if only_if.is.is_empty() {
        return Err("only_if: say for which answers, such as is = [\"Yes\"]".to_owned());
    }
    match only_if.is.iter().find(|answer| !asked.choices.contains(answer)) {
        Some(answer) => Err(format!("only_if: {} is none of the choices of {}", quoted(answer), asked.key)),
        None => Ok(()),
    }
}
