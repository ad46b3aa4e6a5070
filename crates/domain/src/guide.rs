//! A guide: what was learnt, written down with pictures for whoever meets the same fault next.

use serde::{Deserialize, Serialize};

use crate::text::check_text;

/// The most steps of a guide.
pub const MOST_STEPS: usize = 40;
/// The longest title, in characters.
const LONGEST_TITLE: usize = 200;
/// The longest summary and step, in characters.
const LONGEST_TEXT: usize = 4000;

/// What a guide says, as one revision holds it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Guide {
    /// What it is about, in one line.
    pub title: String,
    /// When to use it and what is needed.
    pub summary: String,
    /// What to do, in order.
    pub steps: Vec<GuideStep>,
}

/// A step of a guide.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GuideStep {
    /// What to do.
    pub text: String,
    /// The picture beside it, by its id.
    pub picture: Option<i64>,
}

impl Guide {
    /// What is wrong with it, by field; the steps' fields are numbered from 1.
    pub fn wrong_fields(&self) -> Vec<(String, String)> {
        let mut wrong = vec![];
        let mut check = |field: String, text: &str, most: usize| {
            wrong.extend(check_text(text, most).err().map(|why| (field, why)));
        };
        check("title".to_owned(), &self.title, LONGEST_TITLE);
        check("summary".to_owned(), &self.summary, LONGEST_TEXT);
        for (n, step) in self.steps.iter().enumerate() {
            check(format!("step-{}", n + 1), &step.text, LONGEST_TEXT);
        }
        if self.title.trim().is_empty() {
            wrong.push(("title".to_owned(), "fill this in".to_owned()));
        }
        if self.steps.is_empty() {
            wrong.push(("step-1".to_owned(), "write at least one step".to_owned()));
        }
        if self.steps.len() > MOST_STEPS {
            wrong.push(("step-1".to_owned(), format!("a guide has at most {MOST_STEPS} steps")));
        }
        wrong
    }

    /// Its words, for being found.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        let steps = self.steps.iter().map(|step| step.text.as_str());
        [self.title.as_str(), self.summary.as_str()].into_iter().chain(steps)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guide_says_what_is_missing() {
        let fields =
            |guide: &Guide| guide.wrong_fields().into_iter().map(|(field, _)| field).collect::<Vec<_>>();
        assert_eq!(fields(&Guide::default()), ["title", "step-1"]);
        let step = |text: &str| GuideStep { text: text.to_owned(), picture: None };
        let mut guide =
            Guide { title: "Noisy fan".to_owned(), steps: vec![step("Open")], ..Guide::default() };
        assert_eq!(fields(&guide), Vec::<String>::new());
        guide.steps.push(step(&"x".repeat(4001)));
        assert_eq!(fields(&guide), ["step-2"]);
        guide.steps = vec![step("again"); 41];
        assert_eq!(fields(&guide), ["step-1"]);
        assert_eq!(guide.texts().count(), 43);
    }
}
