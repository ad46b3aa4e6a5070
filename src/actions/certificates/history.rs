//! What changed from one revision of a certificate to the next.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use domain::certificate::Revision;
use domain::certificate_evidence::CertificateEvidence;
use domain::schedule::local_date;
use domain::wording::{Language, fill};

use crate::actions::dues::FIRM_ZONE;

/// Every revision with what changed, the first one first.
pub(super) fn history(language: Language, revisions: &[CertificateEvidence]) -> Vec<Revision> {
    let mut before: Option<&CertificateEvidence> = None;
    let mut found = vec![];
    for now in revisions {
        let change =
            before.map_or(language.words().history_first.to_owned(), |before| change(language, before, now));
        let issued: NaiveDate = local_date(now.issued_at, FIRM_ZONE);
        found.push(Revision { number: now.revision, issued: Some(issued), change });
        before = Some(now);
    }
    found
}

fn change(language: Language, before: &CertificateEvidence, now: &CertificateEvidence) -> String {
    let words = language.words();
    let set = |of: &CertificateEvidence| of.tests.iter().copied().collect::<BTreeSet<i64>>();
    let (old, new) = (set(before), set(now));
    let count = |sentence: &str, number: usize| (number > 0).then(|| fill(sentence, &[&number.to_string()]));
    let mut sentences: Vec<String> = vec![];
    sentences.extend(count(words.history_added, new.difference(&old).count()));
    sentences.extend(count(words.history_removed, old.difference(&new).count()));
    let counts = [
        (words.passed, before.totals.passed, now.totals.passed),
        (words.failed, before.totals.failed, now.totals.failed),
        (words.incomplete, before.totals.incomplete, now.totals.incomplete),
        (words.not_found, before.totals.not_found, now.totals.not_found),
    ];
    for (word, was, is) in counts.into_iter().filter(|(_, was, is)| was != is) {
        sentences.push(fill(words.history_counts, &[word, &was.to_string(), &is.to_string()]));
    }
    if now.sign_off.is_some() && now.sign_off != before.sign_off {
        sentences.push(words.history_signed.to_owned());
    }
    if sentences.is_empty() {
        sentences.push(words.history_other.to_owned());
    }
    sentences.join(" ")
}
