//! What the certificate of one test says.

use domain::certificate::{NextDue, SingleCertificate, VisualItem};
use domain::equipment::TestKind;
use domain::evidence::{AssetAsTested, SubjectFacts, TestEvidence};
use domain::quantity::Decimal;
use domain::verdict::Verdict;
use domain::wording::{Language, fill};
use store::assets::Asset;
use store::tests::RecordedTest;

use super::draft::Ground;
use super::heads::Common;
use super::words;

pub(super) fn certificate(
    ground: &Ground,
    test: &RecordedTest,
    asset: &Asset,
    common: Common,
) -> SingleCertificate {
    let (evidence, language) = (&test.evidence, ground.language);
    let performed = evidence.performed_at.with_timezone(&ground.zone);
    SingleCertificate {
        head: common.head,
        asset: facts(language, &evidence.asset, &evidence.subject),
        tag: shown_tag(&evidence.asset.tag),
        description: evidence.asset.description.clone(),
        kind: language.name(evidence.kind).to_owned(),
        performed: language.moment(performed.naive_local()),
        verdict: Some(words::outcome(evidence.verdict)),
        verdict_reason: verdict_reason(language, evidence, asset),
        visual: evidence
            .visual
            .iter()
            .map(|(item, result)| VisualItem {
                item: language.name(*item).to_owned(),
                outcome: words::of_visual(*result),
            })
            .collect(),
        readings: evidence.readings.iter().map(|reading| words::reading(language, reading)).collect(),
        next_due: next_due(language, evidence),
        note: remarks(language, evidence),
        photos: vec![],
        photos_left_out: 0,
        closing: common.closing,
    }
}

/// A tag of ours with its dash, any other as it was printed.
pub(super) fn shown_tag(tag: &str) -> String {
    tag.parse::<domain::tag::Tag>().map_or(tag.to_owned(), |ours| ours.spoken())
}

/// A pass of a thing that is locked all the same must not read as leave to use it.
fn verdict_reason(language: Language, evidence: &TestEvidence, asset: &Asset) -> String {
    let reason = words::reason_in(language, evidence);
    match &asset.lock_cause {
        Some(cause) => format!("{reason} {}", fill(language.words().quarantined_then, &[cause])),
        None => reason,
    }
}

/// Only a pass renews: what is owed after anything else is no date to plan by.
fn next_due(language: Language, evidence: &TestEvidence) -> Vec<NextDue> {
    if evidence.verdict != Verdict::Pass {
        return vec![];
    }
    let kinds = [
        (TestKind::UserCheck, evidence.next_due.user_check),
        (TestKind::FormalVisual, evidence.next_due.formal_visual),
        (TestKind::Combined, evidence.next_due.combined),
    ];
    let one = |(kind, date): (TestKind, Option<_>)| {
        date.map(|date| NextDue { kind: language.name(kind).to_owned(), date, reason: String::new() })
    };
    kinds.into_iter().filter_map(one).collect()
}

/// Remarks and warnings, a line each: one test has no footnotes.
fn remarks(language: Language, evidence: &TestEvidence) -> String {
    let mut parts = words::remarks(language, evidence);
    parts.extend(evidence.warnings.iter().cloned());
    parts.join("\n")
}

fn facts(language: Language, asset: &AssetAsTested, subject: &SubjectFacts) -> Vec<(String, String)> {
    let words = language.words();
    let figure = |value: Decimal| language.figure(&value.to_string());
    let with = |value: Option<i64>, unit: &str| {
        value
            .map(|millionths| format!("{} {unit}", figure(Decimal::from_millionths(millionths))))
            .unwrap_or_default()
    };
    let joined = |parts: [String; 2]| {
        let filled: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        filled.join(", ")
    };
    let kind = language.name(subject.equipment_type);
    let kind = if language == Language::De { kind.to_owned() } else { kind.to_lowercase() };
    let class = format!("{}, {kind}", language.name(subject.equipment_class));
    let rating = joined([with(subject.rated_power_w_e6, "W"), with(subject.rated_current_a_e6, "A")]);
    let lead = joined([with(subject.lead_length_m_e6, "m"), with(subject.conductor_mm2_e6, "mm²")]);
    let fuse = asset.fuse_ma.and_then(Decimal::from_thousandths).map(|amps| format!("{} A", figure(amps)));
    let model = format!("{} {}", asset.make, asset.model);
    [
        (words.make_and_model, model.trim().to_owned()),
        (words.serial, asset.serial.clone()),
        (words.customers_number, asset.customer_number.clone().unwrap_or_default()),
        (words.location, asset.place.clone().unwrap_or_default()),
        (words.class_and_type, class),
        (words.rating, rating),
        (words.fuse.trim_end_matches(" A"), fuse.unwrap_or_default()),
        (words.lead, lead),
        (words.sockets, if subject.sockets > 0 { subject.sockets.to_string() } else { String::new() }),
        (words.rcd_word, with(subject.rcd_ma_e6, "mA")),
    ]
    .map(|(caption, value)| (caption.to_owned(), value))
    .into()
}
