//! The names that testers and sheets give to tests and to what is looked at.

use super::record::{Measured, TesterReading};
use crate::words::fold;
use domain::code::Code;
use domain::quantity::Decimal;
use domain::visual::VisualItem;
use std::collections::HashMap;
use std::sync::LazyLock;

/// What the name of a test means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Named {
    /// Something measured.
    Reading(Measured),
    /// Something looked at; none is the inspection by eye as a whole.
    Visual(Option<VisualItem>),
}

/// What a test's name means; nothing where it is not known.
pub(crate) fn named(name: &str) -> Option<Named> {
    let bare = name.split(['(', '@']).next().unwrap_or_default();
    let folded = fold(bare);
    if let Some(rest) = folded.strip_prefix("visual") {
        // As our own export names it: only we say so of an item of its own.
        if rest == fold(VisualItem::Overall.label()) {
            return Some(Named::Visual(Some(VisualItem::Overall)));
        }
        let rest = rest.strip_prefix("inspection").or_else(|| rest.strip_prefix("check")).unwrap_or(rest);
        return Some(Named::Visual(visual_item(rest)));
    }
    let has = |words: &[&str]| words.iter().any(|w| folded.contains(w));
    Some(Named::Reading(match folded.as_str() {
        _ if has(&["substitute", "subleak", "altleak", "alternativeleak", "ersatz", "iea"]) => {
            Measured::SubstituteLeakage
        }
        _ if has(&["protectiveconductor", "pecurrent", "earthleakage", "schutzleiterstrom"]) => {
            Measured::ProtectiveConductorCurrent
        }
        _ if has(&["leakage"]) && !has(&["touchcurrent"]) => Measured::Leakage,
        _ if has(&["touchcurrent", "berührungsstrom", "beruhrungsstrom"]) => Measured::TouchCurrent,
        _ if has(&["insulation", "insres", "riso"]) || folded == "ins" || folded == "ir" => {
            Measured::InsulationResistance
        }
        _ if has(&["polarity"]) => Measured::Polarity,
        _ if has(&["rcd", "triptime"]) => Measured::RcdTripTime,
        _ if has(&["earthcurrent", "mainsvoltage"]) => Measured::Other,
        _ if has(&["earth", "bond", "continuity", "pointtopoint", "rpe"])
            || folded == "iec"
            || folded == "pe" =>
        {
            Measured::EarthContinuity
        }
        _ if has(&["function"]) => Measured::Functional,
        "load" | "loadtest" | "power" | "runtest" | "loadpower" => Measured::Load,
        _ => return visual_item(bare).map(|item| Named::Visual(Some(item))),
    }))
}

/// Our items by their labels and codes, folded.
static ITEMS: LazyLock<HashMap<String, VisualItem>> = LazyLock::new(|| {
    // "Overall" as a name of its own is the tester's verdict, never what the eye found.
    let items = VisualItem::ALL.iter().filter(|item| **item != VisualItem::Overall);
    items.flat_map(|i| [(fold(i.label()), *i), (fold(i.code()), *i)]).collect()
});

/// Which of our items a name of something looked at means.
pub(crate) fn visual_item(name: &str) -> Option<VisualItem> {
    let folded = fold(name);
    let own = ITEMS.get(&folded).copied();
    own.or(match folded.as_str() {
        "plugtop" | "plugs" | "mainsplug" => Some(VisualItem::Plug),
        "cable" | "cord" | "lead" | "flexcable" | "cables" | "mainslead" | "flexiblecable" => {
            Some(VisualItem::Flex)
        }
        "case" | "casing" | "housing" | "body" | "appliance" => Some(VisualItem::Enclosure),
        "sockets" | "socketoutlet" => Some(VisualItem::Socket),
        "switches" | "controls" => Some(VisualItem::Switch),
        "fusing" | "fuserating" | "correctfuse" | "fuses" => Some(VisualItem::Fuse),
        "strainrelief" | "cordanchorage" | "cablegrip" => Some(VisualItem::CordGrip),
        "suitable" | "suitableforuse" => Some(VisualItem::Suitability),
        "overheat" | "burning" | "scorching" => Some(VisualItem::Overheating),
        "repairs" => Some(VisualItem::EarlierRepairs),
        _ => None,
    })
}

/// Reads what a name says beside what it names: "Insulation 500V", "Earth bond 25 A", "RCD (30 mA, x5, phase 180)".
pub(crate) fn circumstances(name: &str, reading: &mut TesterReading) {
    // A figure and its unit may stand apart: "500 V" is read as "500V".
    for part in name.split(['(', ')', ',', ';', '@']) {
        let part = part.trim();
        if let Some(phase) = part.strip_prefix("phase ") {
            reading.phase = Some(phase.trim().to_owned());
            continue;
        }
        if let Some(limit) = part.strip_prefix("limit ").and_then(|t| t.trim().parse().ok()) {
            reading.limit = Some(limit);
            continue;
        }
        let words: Vec<&str> = part.split_whitespace().collect();
        for (at, word) in words.iter().enumerate() {
            let next = words.get(at + 1).copied().unwrap_or_default();
            take(word, next, reading);
        }
    }
}

fn take(word: &str, next: &str, reading: &mut TesterReading) {
    let lower = word.to_lowercase();
    let end = lower.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(lower.len());
    let (digits, unit) = lower.split_at(end);
    if lower == "socket" {
        reading.socket = next.parse().ok().filter(|s| *s > 0);
        return;
    }
    let times = lower.strip_prefix(['x', '×']).or_else(|| lower.strip_suffix('x'));
    if let Some(times) = times.and_then(|t| t.parse().ok()) {
        reading.multiplier = Some(times);
        return;
    }
    let next = next.to_lowercase();
    let unit = if unit.is_empty() { next.as_str() } else { unit };
    let Ok(size) = digits.parse::<Decimal>() else { return };
    let whole = size.thousandths().filter(|n| n % 1000 == 0).and_then(|n| u32::try_from(n / 1000).ok());
    match (reading.measured, unit) {
        (Measured::InsulationResistance, "v" | "volt" | "volts" | "vdc") => {
            reading.voltage_v = whole.filter(|v| *v > 0)
        }
        (Measured::EarthContinuity, "a" | "amp" | "amps") => reading.test_current_a = Some(size),
        (Measured::EarthContinuity, "ma") => {
            reading.test_current_a =
                Some(size.millionths()).filter(|n| n % 1000 == 0).map(|n| Decimal::from_millionths(n / 1000));
        }
        (Measured::RcdTripTime, "ma") => reading.rated_ma = Some(size),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_people_write_them() {
        use Measured::*;
        for (name, measured) in [
            ("Earth Bond 25A", EarthContinuity),
            ("Earth Continuity", EarthContinuity),
            ("EARTH CURRENT", Other),
            ("LEAD CONTINUITY", EarthContinuity),
            ("IEC", EarthContinuity),
            ("INS", InsulationResistance),
            ("Insulation 500V", InsulationResistance),
            ("Touch Current", TouchCurrent),
            ("Touch/Leakage", Leakage),
            ("Earth leakage", ProtectiveConductorCurrent),
            ("Sub. Leakage", SubstituteLeakage),
            ("Lead Polarity", Polarity),
            ("RCD Trip Time", RcdTripTime),
            ("Functional Check", Functional),
            ("Load", Load),
        ] {
            assert_eq!(named(name), Some(Named::Reading(measured)), "{name}");
        }
        assert_eq!(named("Visual"), Some(Named::Visual(None)));
        assert_eq!(named("Visual - Plug"), Some(Named::Visual(Some(VisualItem::Plug))));
        assert_eq!(named("Cord grip"), Some(Named::Visual(Some(VisualItem::CordGrip))));
        assert_eq!(named("Flash test"), None);
    }

    #[test]
    fn our_own_names_are_read_back() {
        for measured in Measured::ALL.iter().filter(|m| **m != Measured::Other) {
            assert_eq!(named(measured.label()), Some(Named::Reading(*measured)));
        }
        for item in VisualItem::ALL {
            assert_eq!(named(&format!("Visual: {}", item.label())), Some(Named::Visual(Some(*item))));
        }
    }

    #[test]
    fn circumstances_stand_in_the_name() {
        let mut rcd = TesterReading::new(Measured::RcdTripTime, "", "");
        circumstances("RCD (30 mA, x5, phase 180, limit 40)", &mut rcd);
        assert_eq!(rcd.rated_ma, Some("30".parse().unwrap()));
        assert_eq!(rcd.multiplier, Some("5".parse().unwrap()));
        assert_eq!(rcd.phase.as_deref(), Some("180"));
        assert_eq!(rcd.limit, Some("40".parse().unwrap()));
        let mut earth = TesterReading::new(Measured::EarthContinuity, "", "");
        circumstances("Earth 200mA socket 3", &mut earth);
        assert_eq!((earth.test_current_a, earth.socket), (Some("0.2".parse().unwrap()), Some(3)));
        let mut insulation = TesterReading::new(Measured::InsulationResistance, "", "");
        circumstances("Insulation @ 250 V", &mut insulation);
        assert_eq!(insulation.voltage_v, Some(250));
    }
}
