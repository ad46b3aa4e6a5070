use super::Half;
use crate::label::MM_PER_PT;
use crate::label::design::Overflow;
use crate::label::fit::{Room, block_mm, fit, wrap};
use crate::label::qr_size::QrSpec;
use proptest::prelude::*;

/// Room for `chars` characters at ten points.
fn room(chars: f64, lines: usize) -> Room {
    Room {
        w_mm: chars * 5.0 * MM_PER_PT + 0.001,
        h_mm: block_mm(lines, 10.0) + 0.001,
        pt: [5.0, 10.0],
        bold: false,
    }
}

#[test]
fn text_shrinks_wraps_ends_in_an_ellipsis_or_is_refused() {
    let short = fit(&Half, "abcd", room(4.0, 1), Overflow::Shrink).unwrap();
    assert_eq!((short.pt, short.cut), (10.0, false));
    let shrunk = fit(&Half, "abcdef", room(4.0, 1), Overflow::Shrink).unwrap();
    assert!(shrunk.pt > 6.5 && shrunk.pt < 6.7 && !shrunk.cut);
    let cut = fit(&Half, "abcdefghijkl", room(4.0, 1), Overflow::Shrink).unwrap();
    assert_eq!((cut.lines, cut.cut), (vec!["abcdefg…".to_string()], true));
    let ellipsis = fit(&Half, "abcdefghijkl", room(4.0, 1), Overflow::Ellipsis).unwrap();
    assert_eq!((ellipsis.pt, ellipsis.lines), (10.0, vec!["abc…".to_string()]));
    assert_eq!(fit(&Half, "abcdefghijkl", room(4.0, 1), Overflow::Error), None);
    let wrapped = fit(&Half, "abc def ghi", room(4.0, 3), Overflow::Wrap).unwrap();
    assert_eq!(wrapped.lines, ["abc", "def", "ghi"]);
    let wrapped = fit(&Half, &"abc ".repeat(40), room(4.0, 3), Overflow::Wrap).unwrap();
    assert!(wrapped.cut && wrapped.lines.last().unwrap().ends_with('…'));
}

#[test]
fn a_no_break_space_keeps_a_value_and_its_unit_together() {
    assert_eq!(wrap(&Half, "limit 0.15\u{a0}Ω", false, 5.0), ["limit", "0.15\u{a0}Ω"]);
}

proptest! {
    #[test]
    fn wrapping_loses_no_character_and_stays_within_the_width(text in "[a-zŁΩ ]{0,80}", width in 1.0..20.0f64) {
        let lines = wrap(&Half, &text, false, width);
        let all: String = lines.concat().chars().filter(|c| *c != ' ').collect();
        let wanted: String = text.chars().filter(|c| *c != ' ').collect();
        prop_assert_eq!(all, wanted);
        prop_assert!(lines.iter().all(|l| l.chars().count() as f64 * 0.5 <= width.max(0.5)));
    }
}

#[test]
fn codes_keep_level_q_up_to_version_2() {
    let spec = |length: usize| QrSpec::for_text(&"A".repeat(length)).map(|s| (s.version, s.level_q));
    assert_eq!(spec(16), Some((1, true)));
    assert_eq!(spec(29), Some((2, true)));
    assert_eq!(spec(30), Some((2, false)));
    assert_eq!(spec(38), Some((2, false)));
    assert_eq!(spec(39), Some((3, false)));
    assert_eq!(spec(311), Some((10, false)));
    assert_eq!(spec(312), None);
    assert_eq!(QrSpec::for_text("lower").map(|s| s.alphanumeric), Some(false));
}

#[test]
fn modules_are_whole_dots() {
    let spec = QrSpec::for_text(&"A".repeat(34)).unwrap();
    for (side, dpi) in [(11.3, 600), (26.0, 600), (20.0, 300), (15.0, 203)] {
        let module = spec.module_mm(side, dpi);
        let dots = module * f64::from(dpi) / 25.4;
        assert!((dots - dots.round()).abs() < 1e-9 && module * 33.0 <= side + 1e-9);
    }
}
