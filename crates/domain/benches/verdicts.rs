//! Verdicts a second on one core: `cargo bench -p domain --bench verdicts`. Aim: 200,000 with `judge`.

use std::hint::black_box;
use std::time::{Duration, Instant};

use domain::judge_document::{JudgeRequest, judge_text};
use domain::ruleset::RuleSet;
use domain::sequence::sequence_for;
use domain::verdict::{judge, judge_in_sequence};

/// A combined test of a class I kettle, with what each rule set requires of it.
const KETTLE: &str = r#"{"asset": {"equipment_class": "I", "equipment_type": "portable", "conductor_mm2": "1.0",
    "lead_length_m": "0.75", "rated_power_w": 2000, "heating": true, "surge_suppressors": false, "sockets": 0},
    "kind": "combined", "visual": {"plug": "pass", "flex": "pass", "enclosure": "pass"}, "readings": [
    {"test": "earth_continuity", "value": "0.08", "unit": "ohm", "test_current_a": "0.2"},
    {"test": "insulation_resistance", "value": ">19.99", "unit": "Mohm", "voltage_v": 500},
    {"test": "protective_conductor_current", "value": "0.35", "unit": "mA"},
    {"test": "functional", "value": "pass"}]}"#;

const AIM: f64 = 200_000.0;

/// Runs for about a second, several times, and gives the best rate: what disturbs only slows.
fn rate(mut once: impl FnMut()) -> f64 {
    let round = |once: &mut dyn FnMut()| {
        let (start, mut done) = (Instant::now(), 0u32);
        while start.elapsed() < Duration::from_millis(300) {
            (0..1000).for_each(|_| once());
            done += 1000;
        }
        f64::from(done) / start.elapsed().as_secs_f64()
    };
    (0..4).map(|_| round(&mut once)).fold(0.0, f64::max)
}

fn main() {
    let (subject, input) = JudgeRequest::from_json(KETTLE).unwrap().into_test();
    let mut slowest = f64::INFINITY;
    println!("verdicts/s on one core       judge   in sequence    judge_text");
    for rules in RuleSet::all() {
        let sequence = sequence_for(&subject, input.kind, rules);
        let plain = rate(|| drop(black_box(judge(rules, black_box(&subject), black_box(&input)))));
        let by_sequence = rate(|| {
            drop(black_box(judge_in_sequence(rules, black_box(&subject), black_box(&input), sequence)))
        });
        let text = rate(|| drop(black_box(judge_text(rules, black_box(KETTLE)))));
        println!("{:<20} {plain:>13.0} {by_sequence:>13.0} {text:>13.0}", rules.code);
        slowest = slowest.min(plain);
    }
    println!("aim {AIM:.0} with judge: {}", if slowest >= AIM { "reached" } else { "MISSED" });
}
