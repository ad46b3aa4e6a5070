use super::*;
use proptest::prelude::*;

fn any_tag() -> impl Strategy<Value = Tag> {
    any::<u64>().prop_map(|seed| {
        let mut n = seed;
        Tag::generate(|| {
            n = n.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            n >> 7
        })
    })
}

fn tag() -> Tag {
    Tag::from_random(0x5_1234_5678).unwrap()
}

#[test]
fn a_tag_reads_back_however_it_is_typed() {
    let tag = tag();
    let (bare, spoken) = (tag.to_string(), tag.spoken());
    assert_eq!(spoken.len(), 9);
    for text in [
        bare.clone(),
        spoken.clone(),
        bare.to_lowercase(),
        format!(" {spoken}\r\n"),
        spoken.replace('-', " – "),
        bare.replace('1', "l").replace('0', "o"),
        format!("https://pat.example.org/t/{bare}"),
        format!("HTTPS://PAT.EXAMPLE.ORG:8443/T/{bare}?utm=1#x"),
        format!("http://pat.example.org/sub/T/{bare}/edit"),
        label_url("https://pat.example.org/", tag),
    ] {
        assert_eq!(read(&text), Scan::Ours(tag), "{text}");
    }
}

#[test]
fn label_addresses_are_upper_case_without_a_double_slash() {
    let url = label_url("https://pat.example.org/", tag());
    assert_eq!(url, format!("HTTPS://PAT.EXAMPLE.ORG/T/{}", tag()));
}

#[test]
fn other_codes_are_kept_folded() {
    assert_eq!(read("sn-12/34 b"), Scan::Other("SN12/34B".into()));
    assert_eq!(read("Oil 7"), Scan::Other("0117".into()));
    assert_eq!(read("https://old.example/hw/9"), Scan::Other("HTTPS://01D.EXAMP1E/HW/9".into()));
    // A truncated scan is not a shorter tag.
    assert_eq!(read(&tag().as_str()[..7]), Scan::Other(tag().as_str()[..7].into()));
    for nothing in ["", " - \r\n", "\u{200b}", "https://a.example/t/", &"A".repeat(201), &"é".repeat(2000)] {
        assert_eq!(read(nothing), Scan::Unreadable, "{nothing}");
    }
}

#[test]
fn checks_that_type_badly_and_numbers_are_never_issued() {
    for value in 0..200_000u64 {
        if let Some(tag) = Tag::from_random(value) {
            assert!(value % 37 < 32 && tag.as_str().bytes().any(|b| b.is_ascii_alphabetic()));
        }
    }
    assert_eq!(Tag::from_random(0), None);
    assert!(reads_as_number(b"12E45678") && reads_as_number(b"01234567") && !reads_as_number(b"1EE45678"));
}

#[test]
fn a_stuck_source_still_ends() {
    assert!(Tag::generate(|| 0).as_str().bytes().any(|b| b.is_ascii_alphabetic()));
}

#[test]
fn json_holds_the_bare_text_and_refuses_a_wrong_check() {
    let json = serde_json::to_string(&tag()).unwrap();
    assert_eq!(json, format!("\"{}\"", tag()));
    assert_eq!(serde_json::from_str::<Tag>(&json).unwrap(), tag());
    let bad = json.replace(&tag().as_str()[..1], "Z");
    assert!(serde_json::from_str::<Tag>(&bad).unwrap_err().to_string().contains("check character"));
}

proptest! {
    #[test]
    fn every_single_slip_is_caught(tag in any_tag()) {
        for at in 0..LENGTH {
            for letter in ALPHABET.iter().filter(|l| **l != tag.0[at]) {
                let mut slipped = tag.0;
                slipped[at] = *letter;
                let text = String::from_utf8(slipped.to_vec()).unwrap();
                prop_assert_eq!(read(&text), Scan::WrongCheck { text });
            }
        }
    }

    #[test]
    fn every_swap_of_neighbours_is_caught(tag in any_tag()) {
        for at in 0..LENGTH - 1 {
            let mut swapped = tag.0;
            swapped.swap(at, at + 1);
            if swapped != tag.0 {
                let text = String::from_utf8(swapped.to_vec()).unwrap();
                prop_assert_eq!(read(&text), Scan::WrongCheck { text });
            }
        }
    }

    #[test]
    fn a_lost_or_doubled_character_is_never_ours(tag in any_tag(), at in 0..LENGTH) {
        let mut lost = tag.to_string();
        let kept = lost.remove(at);
        prop_assert!(matches!(read(&lost), Scan::Other(_)));
        let mut doubled = tag.to_string();
        doubled.insert(at, kept);
        prop_assert!(matches!(read(&doubled), Scan::Other(_)));
    }

    #[test]
    fn folding_twice_is_folding_once(text in "(?s)(https?://)?.{0,20}(/t/)?.{0,12}") {
        prop_assert_eq!(fold(&fold(&text)), fold(&text));
    }
}
