//! What the certificate of one test says.

use domain::certificate::{NextDue, SingleCertificate, VisualItem};
use domain::code::Code;
use domain::equipment::TestKind;
use domain::evidence::{AssetAsTested, SubjectFacts, TestEvidence};
use domain::quantity::Decimal;
use domain::verdict::Verdict;
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
    let evidence = &test.evidence;
    let performed = evidence.performed_at.with_timezone(&ground.zone);
    SingleCertificate {
        head: common.head,
        asset: facts(&evidence.asset, &evidence.subject),
        tag: shown_tag(&evidence.asset.tag),
        description: evidence.asset.description.clone(),
        kind: evidence.kind.label().to_owned(),
        performed: performed.format("%-d %b %Y %H:%M").to_string(),
        verdict: Some(words::outcome(evidence.verdict)),
        verdict_reason: verdict_reason(evidence, asset),
        visual: evidence
            .visual
            .iter()
            .map(|(item, result)| VisualItem {
                item: item.label().to_owned(),
                outcome: words::of_visual(*result),
            })
            .collect(),
        readings: evidence.readings.iter().map(words::reading).collect(),
        next_due: next_due(evidence),
        note: words::remarks(evidence),
        closing: common.closing,
    }
}

/// A tag of ours with its dash, any other as it was printed.
pub(super) fn shown_tag(tag: &str) -> String {
    tag.parse::<domain::tag::Tag>().map_or(tag.to_owned(), |ours| ours.spoken())
}

/// A pass of a thing that is locked all the same must not read as leave to use it.
fn verdict_reason(evidence: &TestEvidence, asset: &Asset) -> String {
    let reason = words::reason(evidence);
    match &asset.lock_cause {
        Some(cause) => format!("{reason} When this was issued the item was quarantined: {cause}."),
        None => reason,
    }
}

/// Only a pass renews: what is owed after anything else is no date to plan by.
fn next_due(evidence: &TestEvidence) -> Vec<NextDue> {
    if evidence.verdict != Verdict::Pass {
        return vec![];
    }
    let kinds = [
        (TestKind::FormalVisual, evidence.next_due.formal_visual),
        (TestKind::Combined, evidence.next_due.combined),
    ];
    let one = |(kind, date): (TestKind, Option<_>)| {
        date.map(|date| NextDue { kind: kind.label().to_owned(), date, reason: String::new() })
    };
    kinds.into_iter().filter_map(one).collect()
}

fn facts(asset: &AssetAsTested, subject: &SubjectFacts) -> Vec<(String, String)> {
    let with = |value: Option<i64>, unit: &str| {
        value.map(|millionths| format!("{} {unit}", Decimal::from_millionths(millionths))).unwrap_or_default()
    };
    let joined = |parts: [String; 2]| {
        let filled: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        filled.join(", ")
    };
    let class =
        format!("{}, {}", subject.equipment_class.label(), subject.equipment_type.label().to_lowercase());
    let rating = joined([with(subject.rated_power_w_e6, "W"), with(subject.rated_current_a_e6, "A")]);
    let lead = joined([with(subject.lead_length_m_e6, "m"), with(subject.conductor_mm2_e6, "mm²")]);
    let fuse = asset.fuse_ma.and_then(Decimal::from_thousandths).map(|amps| format!("{amps} A"));
    let model = format!("{} {}", asset.make, asset.model);
    [
        ("Make and model", model.trim().to_owned()),
        ("Serial number", asset.serial.clone()),
        ("Customer's number", asset.customer_number.clone().unwrap_or_default()),
        ("Location", asset.place.clone().unwrap_or_default()),
        ("Class and type", class),
        ("Rating", rating),
        ("Fuse", fuse.unwrap_or_default()),
        ("Lead", lead),
        ("Sockets", if subject.sockets > 0 { subject.sockets.to_string() } else { String::new() }),
        ("RCD", with(subject.rcd_ma_e6, "mA")),
    ]
    .map(|(caption, value)| (caption.to_owned(), value))
    .into()
}
