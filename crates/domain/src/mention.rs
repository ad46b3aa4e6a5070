//! Who is called upon in a text: "@AA" or "@ann" or "@ann.archer".

/// Somebody who can be called upon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mentionable {
    /// Their id.
    pub id: i64,
    /// Their name.
    pub name: String,
    /// Their initials; may be empty.
    pub initials: String,
}

impl Mentionable {
    fn answers_to(&self, word: &str) -> bool {
        let name = self.name.to_lowercase();
        let parts: Vec<&str> = name.split_whitespace().collect();
        let initials = !self.initials.is_empty() && self.initials.to_lowercase() == word;
        initials || parts.first() == Some(&word) || parts.join(".") == word
    }
}

/// The ids of those called upon, each once. A word that several answer to calls nobody: guessing would tell the wrong
/// person and leave the right one out.
pub fn mentions(text: &str, people: &[Mentionable]) -> Vec<i64> {
    let mut called = vec![];
    for word in text.split(|c: char| c.is_whitespace() || "(),;:!?\"".contains(c)) {
        let Some(word) = word.strip_prefix('@') else { continue };
        let word = word.trim_end_matches(['.', '\'']).to_lowercase();
        let mut answer = people.iter().filter(|person| person.answers_to(&word));
        if let (Some(one), None) = (answer.next(), answer.next())
            && !called.contains(&one.id)
        {
            called.push(one.id);
        }
    }
    called
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_first_names_and_full_names_call_and_what_is_ambiguous_calls_nobody() {
        let person = |id, name: &str, initials: &str| Mentionable {
            id,
            name: name.to_owned(),
            initials: initials.to_owned(),
        };
        let people = [person(1, "Ann Archer", "AA"), person(2, "Ben Baker", "BB"), person(3, "Ben Cole", "")];
        for (text, called) in [
            ("@AA please look", vec![1]),
            ("thanks @ann. And @Ann!", vec![1]),
            ("(@ben.cole, @aa)", vec![3, 1]),
            ("@ben", vec![]),
            ("ann@example.com", vec![]),
            ("@nobody @", vec![]),
            ("@Ben.Baker's bench", vec![]),
        ] {
            assert_eq!(mentions(text, &people), called, "{text}");
        }
    }
}
