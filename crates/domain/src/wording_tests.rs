use super::*;
use crate::equipment::{EquipmentClass, EquipmentType, TestKind};
use crate::reading::ReadingTest;
use crate::visual::VisualItem;

#[test]
fn every_language_has_every_word_and_the_same_gaps() {
    let british = Language::EnGb.words().each();
    for language in Language::ALL {
        for ((name, word), (_, first)) in language.words().each().into_iter().zip(&british) {
            assert!(!word.trim().is_empty(), "{language} {name}");
            assert_eq!(word.matches("{}").count(), first.matches("{}").count(), "{language} {name}");
        }
    }
}

#[test]
fn german_names_every_member_of_every_list() {
    fn check<T: Code>() {
        for member in T::ALL {
            let known = de::LABELS.iter().any(|(noun, code, _)| *noun == T::NOUN && *code == member.code());
            assert!(known, "{} {}", T::NOUN, member.code());
        }
    }
    check::<EquipmentClass>();
    check::<EquipmentType>();
    check::<TestKind>();
    check::<ReadingTest>();
    check::<VisualItem>();
    check::<crate::asset::Lifecycle>();
}

#[test]
fn every_translated_label_is_of_something() {
    for (noun, code, _) in de::LABELS.iter().chain(en::AUSTRALIAN_LABELS) {
        let codes: Vec<&str> = match *noun {
            "equipment class" => EquipmentClass::ALL.iter().map(|m| m.code()).collect(),
            "equipment type" => EquipmentType::ALL.iter().map(|m| m.code()).collect(),
            "kind of test" => TestKind::ALL.iter().map(|m| m.code()).collect(),
            "test of a reading" => ReadingTest::ALL.iter().map(|m| m.code()).collect(),
            "visual item" => VisualItem::ALL.iter().map(|m| m.code()).collect(),
            _ => crate::asset::Lifecycle::ALL.iter().map(|m| m.code()).collect(),
        };
        assert!(codes.contains(code), "{noun} {code}");
    }
}

#[test]
fn a_customer_reads_their_own_language_or_that_of_the_rule_set() {
    assert_eq!(Language::of_customer("", "vde0701"), Language::De);
    assert_eq!(Language::of_customer("", "asnzs3760"), Language::EnAu);
    assert_eq!(Language::of_customer("", "iet5"), Language::EnGb);
    assert_eq!(Language::of_customer("de", "en50699"), Language::De);
    assert_eq!(Language::of_customer("en-GB", "vde0701"), Language::EnGb);
}

#[test]
fn days_and_figures_are_written_as_people_there_write_them() {
    let day = NaiveDate::from_ymd_opt(2026, 3, 2);
    assert_eq!(Language::De.days(day, day), "02.03.2026");
    assert_eq!(Language::EnAu.days(day, None), "2 Mar 2026");
    assert_eq!(Language::De.figure(">19.99"), ">19,99");
    assert_eq!(Language::De.figure("fw 1.2"), "fw 1.2");
    assert_eq!(Language::EnGb.figure("0.08"), "0.08");
    assert_eq!(fill("{} of {}", &["1", "2"]), "1 of 2");
}
