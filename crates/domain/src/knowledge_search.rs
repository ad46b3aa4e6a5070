//! Searching what was learnt by words typed freely: which looser questions to ask, and which hit comes first.

use crate::known_fix::Success;
use crate::search_text::Term;

/// A question to an index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Its words.
    pub words: Vec<Term>,
    /// Whether one of them is enough.
    pub any: bool,
}

/// The questions for what was typed, the strictest first: all words, then all but one of them, then any.
/// Whoever asks stops as soon as there is enough, so that a common word alone is asked for last.
pub fn questions(terms: &[Term]) -> Vec<Question> {
    let all = |words: Vec<Term>| Question { words, any: false };
    let mut questions = vec![all(terms.to_vec())];
    if terms.len() > 2 {
        let without =
            |n: usize| terms.iter().enumerate().filter(move |(i, _)| *i != n).map(|(_, t)| t.clone());
        questions.extend((0..terms.len()).map(|n| all(without(n).collect())));
    }
    if terms.len() > 1 {
        questions.push(Question { words: terms.to_vec(), any: true });
    }
    questions
}

/// How many of the terms a document has; its words are separated by single spaces, as `search_text` makes them.
pub fn matched(terms: &[Term], document: &str) -> usize {
    let has = |term: &&Term| {
        document.split(' ').any(|word| match term.prefix {
            true => word.starts_with(&term.text),
            false => word == term.text,
        })
    };
    terms.iter().filter(has).count()
}

/// Something found, and why it is worth showing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit<T> {
    /// What was found.
    pub record: T,
    /// How many of the words it has.
    pub matched: usize,
    /// How its fix fared.
    pub success: Success,
}

/// Puts hits in order: those with most of the words, among them what held most often, then as they were.
pub fn rank<T>(hits: &mut [Hit<T>]) {
    hits.sort_by(|a, b| b.matched.cmp(&a.matched).then_with(|| a.success.better_first(b.success)));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search_text::{document, query};

    #[test]
    fn questions_grow_looser() {
        let asked = |text: &str| -> Vec<String> {
            let words = |q: &Question| q.words.iter().map(|t| t.text.as_str()).collect::<Vec<_>>().join(" ");
            let any = |q: &Question| if q.any { "any of " } else { "" };
            questions(&query(text)).iter().map(|q| format!("{}{}", any(q), words(q))).collect()
        };
        assert_eq!(asked("clicks"), ["clicks"]);
        assert_eq!(asked("dead clicks"), ["dead clicks", "any of dead clicks"]);
        assert_eq!(
            asked("dead on monday"),
            ["dead on monday", "on monday", "dead monday", "dead on", "any of dead on monday"]
        );
    }

    #[test]
    fn most_words_first_then_what_held() {
        let terms = query("paper jams at the fus");
        let hit = |record, text: &str, held, tried| Hit {
            record,
            matched: matched(&terms, &document([text])),
            success: Success { tried, held },
        };
        let mut hits = vec![
            hit("one word", "Fuser unit", 50, 50),
            hit("seldom held", "Paper jams, fuser", 1, 4),
            hit("often held", "paper JAMS in the fusing unit", 9, 11),
            hit("most words", "Paper jams at the fuser", 0, 1),
            hit("none", "Screen dark", 9, 9),
        ];
        rank(&mut hits);
        let order: Vec<_> = hits.iter().map(|hit| (hit.record, hit.matched)).collect();
        let expected =
            [("most words", 5), ("often held", 4), ("seldom held", 3), ("one word", 1), ("none", 0)];
        assert_eq!(order, expected);
    }
}
