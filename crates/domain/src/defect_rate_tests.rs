use proptest::prelude::*;

use super::*;

fn of(failed: u32, tested: u32) -> Measured {
    Measured { tested, failed }
}

/// Newcombe, Two-sided confidence intervals for the single proportion (1998), table I, method 3.
#[test]
fn the_interval_is_the_published_one() {
    for (failed, tested, low, high) in [
        (81, 263, "0.2553", "0.3662"),
        (15, 148, "0.0624", "0.1605"),
        (0, 20, "0.0000", "0.1611"),
        (1, 29, "0.0061", "0.1718"),
    ] {
        let bounds = of(failed, tested).wilson();
        assert_eq!((format!("{:.4}", bounds.low), format!("{:.4}", bounds.high)), (low.into(), high.into()));
    }
    assert_eq!(of(0, 0).wilson(), Bounds { low: 0.0, high: 1.0 });
    assert_eq!(of(5, 5).wilson().high, 1.0);
}

#[test]
fn without_a_failure_189_tests_show_a_low_rate() {
    // z squared times 49, the least whole number above.
    assert_eq!(of(0, 0).missing(), 189);
    assert_eq!(of(0, 188).missing(), 1);
    assert_eq!(of(0, 189).missing(), 0);
    assert!(of(1, 100).missing() > 89);
}

#[test]
fn a_proposal_is_never_made_from_too_few_tests() {
    let office = Some(Environment::Office);
    let workshop = Some(Environment::Workshop);
    assert_eq!(propose(of(0, 60), 12, office), Proposal::TooFew { missing: 129 });
    assert_eq!(propose(of(0, 0), 6, office), Proposal::TooFew { missing: 189 });
    assert_eq!(propose(of(2, 600), 12, office), Proposal::Lengthen { to: 24 });
    assert_eq!(propose(of(2, 600), 24, office), Proposal::AtBound(24));
    assert_eq!(propose(of(2, 600), 6, workshop), Proposal::Lengthen { to: 12 });
    assert_eq!(propose(of(2, 600), 12, workshop), Proposal::AtBound(12));
    assert_eq!(propose(of(2, 600), 3, Some(Environment::Construction)), Proposal::AtBound(3));
    assert_eq!(propose(of(2, 600), 9, None), Proposal::Lengthen { to: 12 }, "unknown counts as a workshop");
    assert_eq!(propose(of(40, 600), 12, workshop), Proposal::Shorten { to: 6 });
    assert_eq!(propose(of(40, 600), 5, workshop), Proposal::Shorten { to: 3 });
    assert_eq!(propose(of(40, 600), 3, workshop), Proposal::AtBound(3));
    assert_eq!(propose(of(3, 100), 12, workshop), Proposal::Unclear);
    assert_eq!(propose(of(1, 6), 12, workshop), Proposal::TooFewToShorten { missing: 14 });
    assert_eq!(propose(of(4, 20), 12, workshop), Proposal::Shorten { to: 6 });
}

proptest! {
    #[test]
    fn the_rate_lies_within_and_more_failures_never_lengthen(
        tested in 1u32..100_000, a in 0u32..100_000, b in 0u32..100_000, months in 1u32..60, at in 0usize..9,
    ) {
        use crate::code::Code;
        let place = Some(Environment::ALL[at]);
        let (few, many) = (a.min(b).min(tested), a.max(b).min(tested));
        let bounds = of(few, tested).wilson();
        let rate = of(few, tested).rate().unwrap();
        prop_assert!(0.0 <= bounds.low && bounds.low <= rate && rate <= bounds.high && bounds.high <= 1.0);
        let months_of = |proposal| match proposal {
            Proposal::Lengthen { to } | Proposal::Shorten { to } => to,
            _ => months,
        };
        let (lenient, strict) = (propose(of(few, tested), months, place), propose(of(many, tested), months, place));
        prop_assert!(months_of(lenient) >= months_of(strict));
        if let Proposal::Lengthen { to } = lenient {
            prop_assert!(to > months && to <= longest(place) && bounds.high < LOW_RATE);
        }
        prop_assert_eq!(of(few, tested).missing() == 0, bounds.high < LOW_RATE);
    }
}
