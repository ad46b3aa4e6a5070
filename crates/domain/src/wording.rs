//! What is printed on certificates, in the language of the customer's rule set: every word in one place.

mod de;
mod en;
#[cfg(test)]
#[path = "wording_tests.rs"]
mod tests;

use chrono::NaiveDate;

use crate::certificate::Outcome;
use crate::code::Code;
use crate::codes;

codes!(
    /// The language of a customer's papers.
    #[derive(Default)]
    Language, "language", {
    #[default]
    EnGb = "en-GB", "English";
    EnAu = "en-AU", "English (Australia, New Zealand)";
    De = "de", "Deutsch";
});

/// Declares the words that each language must have.
macro_rules! words {
    ($($name:ident)+) => {
        /// The words of one language; a gap between braces is filled in.
        #[expect(missing_docs, reason = "the English words say what each is")]
        pub struct Words { $(pub $name: &'static str,)+ }
        impl Words {
            /// Each word with its name.
            pub fn each(&self) -> Vec<(&'static str, &'static str)> { vec![$((stringify!($name), self.$name),)+] }
        }
    };
}

words! {
    site_title single_title collection_title certificate certificate_number revision issued page
    customer site contact dates tested_by standard order_number instruments note extent limitations
    superseded superseded_by redacted redacted_because
    tested passed failed incomplete not_found nothing_tested share
    failures failures_none failures_elsewhere failures_heading incomplete_heading
    tag item location reason action last_location
    repairs was_failed passed_again corrections record_of correction_reason decisions decided on_day
    make model serial calibration_certificate calibration_due calibration due
    register register_legend end_of_register left_out items_word notes_to_register
    own_number description make_model_serial class equipment_type fuse visual earth insulation leakage polarity rcd
    functional result tested_on next_due notes
    touch protective substitute microwave socket_short times_short
    declaration_heading declaration declaration_single sign_tester sign_customer status_now status_hint ledger ledger_key
    history history_first history_added history_removed history_counts history_signed history_other
    photos photo_left_out
    contents sites_word results_by_site total collection_note
    verdict_pass verdict_fail verdict_incomplete verdict_none equipment customer_and_test readings
    test conditions reading limit margin why visual_inspection quarantined_then
    missing_reading not_proven_reading failed_reading failed_visual all_within now_at quarantined signed_out
    no_insulation corrects judged_by
    make_and_model customers_number class_and_type rating lead sockets rcd_word
}

impl Language {
    /// The language in which customers of a rule set read, unless they say otherwise.
    pub fn of_ruleset(code: &str) -> Self {
        match code {
            "vde0701" => Self::De,
            "asnzs3760" => Self::EnAu,
            _ => Self::EnGb,
        }
    }

    /// A customer's own choice, or that of their rule set.
    pub fn of_customer(chosen: &str, ruleset: &str) -> Self {
        Self::parse_code(chosen).unwrap_or_else(|_| Self::of_ruleset(ruleset))
    }

    /// The words of this language.
    pub fn words(self) -> &'static Words {
        match self {
            Self::EnGb => &en::BRITISH,
            Self::EnAu => &en::AUSTRALIAN,
            Self::De => &de::GERMAN,
        }
    }

    /// A member of a closed list in this language.
    pub fn name<T: Code>(self, member: T) -> &'static str {
        let named = |labels: &'static [(&str, &str, &'static str)]| {
            let mut found =
                labels.iter().filter(|(noun, code, _)| *noun == T::NOUN && *code == member.code());
            found.next().map(|(_, _, label)| *label)
        };
        let own = match self {
            Self::EnGb => None,
            Self::EnAu => named(en::AUSTRALIAN_LABELS),
            Self::De => named(de::LABELS),
        };
        own.unwrap_or(member.label())
    }

    /// The word for how something came out.
    pub fn outcome(self, outcome: Outcome) -> &'static str {
        if self == Self::De { de::outcome(outcome) } else { outcome.word() }
    }

    /// A day.
    pub fn day(self, date: NaiveDate) -> String {
        match self {
            Self::De => date.format("%d.%m.%Y").to_string(),
            Self::EnGb | Self::EnAu => date.format("%-d %b %Y").to_string(),
        }
    }

    /// A day with the time.
    pub fn moment(self, at: chrono::NaiveDateTime) -> String {
        format!("{} {}", self.day(at.date()), at.format("%H:%M"))
    }

    /// A figure with this language's decimal sign; the digits stay as they are.
    pub fn figure(self, text: &str) -> String {
        match self {
            Self::De if text.chars().all(|c| c.is_ascii_digit() || "<>=.- ".contains(c)) => {
                text.replace('.', ",")
            }
            _ => text.to_owned(),
        }
    }

    /// From one day to another; what is not known is left out.
    pub fn days(self, from: Option<NaiveDate>, to: Option<NaiveDate>) -> String {
        match (from, to) {
            (Some(from), Some(to)) if from != to => format!("{} – {}", self.day(from), self.day(to)),
            (Some(date), _) | (None, Some(date)) => self.day(date),
            (None, None) => String::new(),
        }
    }
}

/// Fills the gaps `{}` of a sentence, one after the other.
pub fn fill(sentence: &str, values: &[&str]) -> String {
    let mut parts = sentence.split("{}");
    let mut text = parts.next().unwrap_or_default().to_owned();
    let mut values = values.iter();
    for part in parts {
        text.push_str(values.next().copied().unwrap_or_default());
        text.push_str(part);
    }
    text
}
