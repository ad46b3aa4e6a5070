use super::*;
use proptest::prelude::*;

fn found(stored: &[&str], typed: &str) -> bool {
    let document = document(stored.iter().copied());
    let terms = query(typed);
    !terms.is_empty()
        && terms
            .iter()
            .all(|t| document.split(' ').any(|w| if t.prefix { w.starts_with(&t.text) } else { w == t.text }))
}

#[test]
fn words_lose_case_accents_and_repeats() {
    assert_eq!(document(["Kettle, KETTLE", "Łódź", "Müller Straße"]), "kettle lodz muller strasse");
    assert_eq!(document(["Crème brûlée", "Creme\u{300} Œuvre Ørsted"]), "creme brulee oeuvre orsted");
    assert_eq!(document(["1.5mm²", "", "--"]), "15mm 1 5mm");
}

#[test]
fn a_serial_number_is_found_whole_and_in_parts() {
    let stored = ["Kettle", "SN-12/34"];
    assert_eq!(document(stored), "kettle sn1234 1234 sn 12 34");
    for typed in ["sn-12/34", "SN1234", "sn12", "12/34", "12/3", "34", "kett", "kettle sn-12", "sn-12 kettle"]
    {
        assert!(found(&stored, typed), "{typed}");
    }
    for typed in ["sn13", "34/12", "ettle", "", " - "] {
        assert!(!found(&stored, typed), "{typed}");
    }
    assert!(found(&["SN1234"], "sn-12/34"), "the index has it run together");
}

#[test]
fn only_the_last_word_and_compounds_are_prefixes() {
    let terms = query("  Blue ket ");
    assert_eq!(terms[0], Term { text: "blue".into(), prefix: false });
    assert_eq!(terms[1], Term { text: "ket".into(), prefix: true });
    assert_eq!(query("a b c d e f g h").len(), MOST_TERMS);
    assert!(query("a b c d e f g").last().unwrap().prefix);
}

#[test]
fn operators_are_only_words() {
    let typed = "\"kettle\" OR NEAR(x*) -room & !a | b:* 'c' ^d {e} col:f \\";
    let terms = query(typed);
    assert_eq!(terms[0].text, "kettle");
    assert!(terms.iter().all(|t| t.text.chars().all(|c| c.is_ascii_lowercase())));
}

#[test]
fn long_texts_are_bounded() {
    let long = "x".repeat(100);
    assert_eq!(document([long.as_str()]).len(), LONGEST_WORD);
    assert!(found(&[&long], &long));
    let many: String = (0..5000).map(|n| format!("w{n} ")).collect();
    assert_eq!(document([many.as_str()]).split(' ').count(), MOST_WORDS);
    let chain = "a-".repeat(10_000);
    assert!(document([chain.as_str()]).len() < 1000);
}

proptest! {
    #[test]
    fn nothing_special_ever_reaches_a_query_language(text in any::<String>()) {
        for term in query(&text) {
            prop_assert!(!term.text.is_empty() && term.text.chars().count() <= LONGEST_WORD);
            prop_assert!(term.text.chars().all(belongs));
            prop_assert!(!term.text.bytes().any(|b| b.is_ascii_uppercase()));
        }
        let document = document([text.as_str()]);
        prop_assert!(document.chars().all(|c| c == ' ' || belongs(c)));
        prop_assert!(!document.contains("  "));
    }

    #[test]
    fn what_was_stored_is_found_by_typing_it(text in "\\PC{1,30}") {
        prop_assume!(!query(&text).is_empty());
        prop_assert!(found(&[&text], &text));
    }

    #[test]
    fn plain_twice_is_plain_once(text in any::<String>()) {
        prop_assert_eq!(plain(&plain(&text)), plain(&text));
    }
}
