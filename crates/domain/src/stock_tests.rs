use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::code::Code;

const PLAIN: Movement<'static> = Movement {
    kind: MovementKind::Received,
    from: End::Outside,
    to: End::Place(1),
    quantity: 1,
    serialised: false,
    unit: false,
    job: false,
    reason: "",
};

fn wrong(movement: Movement) -> &'static str {
    check(&movement).map_or_else(|(field, _)| field, |()| "fine")
}

#[test]
fn each_kind_has_its_ends() {
    use End::{Asset, Job, Outside, Place};
    let ends = [Outside, Place(1), Place(2), Job, Asset(1), Asset(2)];
    for kind in MovementKind::ALL.iter().copied() {
        let sound =
            ends.iter().flat_map(|from| ends.iter().map(move |to| (*from, *to))).filter(|(from, to)| {
                let from_asset = matches!(from, Asset(_));
                let movement = Movement { kind, from: *from, to: *to, job: true, reason: "so", ..PLAIN };
                check(&Movement { serialised: from_asset, unit: from_asset, ..movement }).is_ok()
            });
        let sound: Vec<String> = sound.map(|(from, to)| format!("{from:?} {to:?}")).collect();
        let expected = match kind {
            MovementKind::Received => "Outside Place(1), Outside Place(2)",
            MovementKind::Moved => {
                "Place(1) Place(2), Place(2) Place(1), Asset(1) Asset(2), Asset(2) Asset(1)"
            }
            MovementKind::Issued => {
                "Place(1) Job, Place(1) Asset(1), Place(1) Asset(2), Place(2) Job, Place(2) Asset(1), Place(2) Asset(2)"
            }
            MovementKind::Returned => {
                "Job Place(1), Job Place(2), Asset(1) Place(1), Asset(1) Place(2), Asset(2) Place(1), Asset(2) Place(2)"
            }
            MovementKind::Counted => "Outside Place(1), Outside Place(2), Place(1) Outside, Place(2) Outside",
            MovementKind::Scrapped => {
                "Place(1) Outside, Place(2) Outside, Asset(1) Outside, Asset(2) Outside"
            }
        };
        assert_eq!(sound.join(", "), expected, "{kind}");
    }
}

#[test]
fn what_is_missing_is_asked_for() {
    let issued = Movement { kind: MovementKind::Issued, from: End::Place(1), to: End::Job, ..PLAIN };
    let scrapped = Movement { kind: MovementKind::Scrapped, from: End::Place(1), to: End::Outside, ..PLAIN };
    let counted = Movement { kind: MovementKind::Counted, ..PLAIN };
    for (movement, field) in [
        (PLAIN, "fine"),
        (Movement { quantity: 0, ..PLAIN }, "quantity"),
        (Movement { quantity: -1, ..PLAIN }, "quantity"),
        (Movement { quantity: MOST + 1, ..PLAIN }, "quantity"),
        (Movement { to: End::Job, ..PLAIN }, "to"),
        (Movement { serialised: true, ..PLAIN }, "serials"),
        (Movement { serialised: true, unit: true, quantity: 2, ..PLAIN }, "serials"),
        (Movement { serialised: true, unit: true, ..PLAIN }, "fine"),
        (Movement { unit: true, ..PLAIN }, "serials"),
        (issued, "job"),
        (Movement { job: true, ..issued }, "fine"),
        (scrapped, "reason"),
        (Movement { reason: " ", ..scrapped }, "reason"),
        (Movement { reason: "dropped", ..scrapped }, "fine"),
        (counted, "reason"),
        // A count that finds what the books say needs no reason.
        (Movement { quantity: 0, ..counted }, "fine"),
        (Movement { kind: MovementKind::Moved, from: End::Place(1), ..PLAIN }, "to"),
    ] {
        assert_eq!(wrong(movement), field, "{movement:?}");
    }
}

#[test]
fn a_shortage_says_how_many_are_where() {
    let mut shortage = Shortage {
        part: "PSU-1".to_owned(),
        wanted: 1,
        place: "Van of Amy".to_owned(),
        here: 0,
        reserved: (0, vec![]),
        elsewhere: vec![("Main store".to_owned(), 3), ("Bench".to_owned(), 1)],
    };
    assert_eq!(
        shortage.to_string(),
        "There is no PSU-1 in Van of Amy; 1 was wanted. Elsewhere: 3 in Main store, 1 in Bench."
    );
    (shortage.here, shortage.wanted) = (2, 3);
    (shortage.reserved, shortage.elsewhere) = ((1, vec!["J-000007".to_owned()]), vec![]);
    assert_eq!(
        shortage.to_string(),
        "There are 2 of PSU-1 in Van of Amy, of which 1 is put aside for J-000007; 3 were wanted. There is none elsewhere."
    );
}

/// Reads the movements of a job: words such as `i3p1` (three of part 1 issued), `r1p1` (one returned unused),
/// `f7` (unit 7 fitted in asset 1), `u7` (unit 7 returned unused), `o9+1` (unit 9 taken out with movement 1, into the
/// stock), `s9+1` (and scrapped), `m9` (unit 9 moved from asset 2 into asset 1).
fn job(text: &str) -> Vec<JobMovement> {
    let read = |(word, id): (&str, i64)| {
        let (head, rest) = word.split_at(1);
        let (rest, with) = rest.split_once('+').map_or((rest, None), |(a, b)| (a, b.parse().ok()));
        let base = JobMovement {
            id,
            kind: MovementKind::Issued,
            part: 1,
            quantity: 1,
            unit: None,
            from_asset: None,
            to_asset: None,
            with,
            cost_pence: Some(1200),
        };
        let unit = rest.parse().ok();
        match head {
            "i" | "r" => {
                let (count, part) = rest.split_once('p').unwrap();
                let kind = if head == "i" { MovementKind::Issued } else { MovementKind::Returned };
                JobMovement { kind, quantity: count.parse().unwrap(), part: part.parse().unwrap(), ..base }
            }
            "f" => JobMovement { unit, to_asset: Some(1), ..base },
            "u" => JobMovement { kind: MovementKind::Returned, unit, ..base },
            "o" => JobMovement { kind: MovementKind::Returned, unit, from_asset: Some(1), ..base },
            "s" => JobMovement { kind: MovementKind::Scrapped, unit, from_asset: Some(1), ..base },
            "m" => JobMovement {
                kind: MovementKind::Moved,
                unit,
                from_asset: Some(2),
                to_asset: Some(1),
                ..base
            },
            other => panic!("{other}"),
        }
    };
    text.split_whitespace().zip(1..).map(read).collect()
}

#[test]
fn what_a_job_used() {
    let shown = |text: &str| {
        let number = |unit: Option<i64>| unit.map_or("-".to_owned(), |unit| unit.to_string());
        let lines = used(&job(text)).into_iter();
        let words = lines.map(|u| {
            format!("{}x{} in {} out {}", u.quantity, u.part, number(u.fitted), number(u.taken_out))
        });
        words.collect::<Vec<_>>().join("; ")
    };
    for (movements, lines) in [
        ("", ""),
        ("i2p1 i1p1 i1p2", "3x1 in - out -; 1x2 in - out -"),
        ("i2p1 r1p1", "1x1 in - out -"),
        ("i2p1 r2p1", ""),
        ("f7 s9+1", "1x1 in 7 out 9"),
        ("f7 o9+1", "1x1 in 7 out 9"),
        // Two of one part swapped: each keeps its own.
        ("f7 s9+1 f8 s10+3", "1x1 in 7 out 9; 1x1 in 8 out 10"),
        // Only taken out.
        ("o9", "0x1 in - out 9"),
        // The wrong one: fitted, taken out, another fitted.
        ("f7 s9+1 o7 f8", "0x1 in - out 9; 1x1 in 8 out -"),
        // It broke while being fitted: it is used up.
        ("f7 s7 f8", "1x1 in 7 out -; 1x1 in 8 out -"),
        ("f7 u7", ""),
        // Out of another asset: no cost.
        ("m9", "0x1 in 9 out -"),
        ("m9 o9", ""),
    ] {
        assert_eq!(shown(movements), lines, "{movements}");
    }
}

#[test]
fn what_a_label_says_is_read_back() {
    let url = label_url("https://pat.example.org/", "psu 450/a", Some("sn-1 ü"));
    assert_eq!(url, "HTTPS://PAT.EXAMPLE.ORG/P/PSU450%2FA/SN-1%C3%9C");
    let scanned = read_scan(&url);
    assert_eq!((scanned.text.as_str(), scanned.serial.as_deref()), ("PSU450/A", Some("SN-1Ü")));
    for (text, number, serial) in [
        ("https://pat.example.org/P/FAN-1", "FAN-1", None),
        ("http://localhost/p/FAN-1/", "FAN-1", None),
        (" FAN-1 ", "FAN-1", None),
        // A number of somebody else's that looks like ours.
        ("A/P/1", "A/P/1", None),
        ("https://x/p/100%", "100%", None),
        ("https://x/p/100%2", "100%2", None),
    ] {
        let scanned = read_scan(text);
        assert_eq!((scanned.text.as_str(), scanned.serial.as_deref()), (number, serial), "{text}");
    }
}

#[test]
fn numbers_fold() {
    for (text, folded) in [("psu 450-a", "PSU450-A"), ("PSU450-A", "PSU450-A"), (" ß 1", "SS1")] {
        assert_eq!(fold(text), folded);
        assert_eq!(fold(folded), folded);
    }
}

proptest! {
    /// However parts move, none comes into being or vanishes but at the outside and the job.
    #[test]
    fn what_moves_stays(
        movements in proptest::collection::vec((0..6usize, 1..4i64, 1..4i64, 0..5i64), 1..200),
    ) {
        let (mut stock, mut outside): (BTreeMap<i64, i64>, i64) = (BTreeMap::new(), 0);
        for (kind, a, b, quantity) in movements {
            let booked = stock.get(&a).copied().unwrap_or(0);
            let (from, to, quantity) = match MovementKind::ALL[kind] {
                MovementKind::Received => (End::Outside, End::Place(a), quantity),
                MovementKind::Moved => (End::Place(a), End::Place(b), quantity),
                MovementKind::Issued => (End::Place(a), End::Job, quantity),
                MovementKind::Returned => (End::Job, End::Place(a), quantity),
                MovementKind::Counted => count(a, booked, quantity),
                MovementKind::Scrapped => (End::Place(a), End::Outside, quantity),
            };
            if MovementKind::ALL[kind] == MovementKind::Counted {
                let change: i64 = deltas(from, to, quantity).iter().map(|(_, change)| change).sum();
                prop_assert!(booked + change >= 0);
            }
            if from == to {
                continue;
            }
            let deltas = deltas(from, to, quantity);
            prop_assert!(deltas.is_sorted());
            for (place, change) in deltas {
                *stock.entry(place).or_default() += change;
                outside -= change;
            }
            prop_assert_eq!(stock.values().sum::<i64>(), -outside);
        }
    }

    /// What the lines of a job come to is what it was given less what came back.
    #[test]
    fn lines_add_up(movements in proptest::collection::vec((any::<bool>(), 1..5i64, 1..3i64), 0..40)) {
        let (mut have, mut text): (BTreeMap<i64, i64>, Vec<String>) = (BTreeMap::new(), vec![]);
        for (issue, quantity, part) in movements {
            let held = have.entry(part).or_default();
            if issue {
                *held += quantity;
                text.push(format!("i{quantity}p{part}"));
            } else if *held >= quantity {
                *held -= quantity;
                text.push(format!("r{quantity}p{part}"));
            }
        }
        let lines = used(&job(&text.join(" ")));
        for (part, held) in have {
            let sum: i64 = lines.iter().filter(|line| line.part == part).map(|line| line.quantity).sum();
            prop_assert_eq!(sum, held);
        }
    }
}
