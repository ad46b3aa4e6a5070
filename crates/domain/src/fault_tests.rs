use chrono::TimeZone;

use super::*;

#[test]
fn a_report_is_found_again_by_what_was_chosen() {
    for symptom in Symptom::ALL.iter().copied() {
        assert_eq!(Symptom::of_report(symptom.label()), Some(symptom));
        assert_eq!(Symptom::of_report(&format!("{}: since Monday", symptom.label())), Some(symptom));
    }
    assert_eq!((Symptom::of_report("Noisyish"), Symptom::of_report("It is dead")), (None, None));
}

fn at(minute: i64) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 23, 9, 0, 0).unwrap() + Duration::minutes(minute)
}

#[test]
fn a_report_is_a_symptom_words_or_both() {
    for (symptom, words, expected) in [
        (Some(Symptom::Dead), "", Ok("Dead")),
        (Some(Symptom::Dead), " since Monday ", Ok("Dead: since Monday")),
        (None, "It hums", Ok("It hums")),
        (Some(Symptom::Other), "It hums", Ok("It hums")),
        (Some(Symptom::Other), " ", Err("say what is wrong with it")),
        (None, "", Err("say what is wrong with it")),
    ] {
        let found = report_text(symptom, words);
        assert_eq!(found.as_deref().map_err(String::as_str), expected, "{symptom:?} {words}");
    }
}

#[test]
fn a_symptom_is_known_again_in_what_was_written() {
    assert_eq!(Symptom::of("Damaged plug"), Some(Symptom::DamagedPlug));
    assert_eq!(Symptom::of("Damaged plug: the pin is bent"), Some(Symptom::DamagedPlug));
    assert_eq!(Symptom::of("Deadly: hums"), None);
    assert_eq!(Symptom::of("dead"), None);
    for symptom in Symptom::ALL {
        let text = report_text(Some(*symptom), "words").unwrap();
        let known = (*symptom != Symptom::Other).then_some(*symptom);
        assert_eq!(Symptom::of(&text), known);
    }
}

#[test]
fn what_can_go_wrong_depends_on_the_thing() {
    let of = |kind| symptoms_of(Some(kind));
    assert!(of(EquipmentType::ExtensionLead).contains(&Symptom::DamagedSocket));
    assert!(!of(EquipmentType::ExtensionLead).contains(&Symptom::Screen));
    assert!(!of(EquipmentType::Fixed).contains(&Symptom::DamagedPlug));
    assert!(of(EquipmentType::It).contains(&Symptom::Screen));
    for kind in EquipmentType::ALL.iter().copied().map(Some).chain([None]) {
        let symptoms = symptoms_of(kind);
        assert!(symptoms.len() >= 9 && symptoms.last() == Some(&Symptom::Other), "{kind:?}");
        assert!([Symptom::Dead, Symptom::Shock, Symptom::Burning].iter().all(|one| symptoms.contains(one)));
    }
}

#[test]
fn the_same_words_are_the_same_report() {
    assert_eq!(folded("  The Plug is HOT!! "), folded("the plug, is hot"));
    assert_ne!(folded("the plug is hot"), folded("the plug is not"));
}

#[test]
fn safe_is_said_only_of_what_is_not_quarantined() {
    for state in JobState::ALL {
        for outcome in Outcome::ALL.iter().copied().map(Some).chain([None]) {
            assert_ne!(progress(*state, outcome, true), Progress::Safe, "{state} {outcome:?}");
            let free = progress(*state, outcome, false);
            let good = matches!(outcome, Some(Outcome::Repaired | Outcome::Replaced | Outcome::Done));
            let ended = *state == JobState::Returned || *state == JobState::Closed && good;
            assert_eq!(free == Progress::Safe, ended, "{state} {outcome:?}");
        }
    }
}

#[test]
fn the_way_of_a_report_is_the_way_of_its_job() {
    use JobState::*;
    let steps = [(2, Reported), (3, Triaged), (4, Assigned), (5, InProgress), (8, Waiting), (9, InProgress)];
    let steps: Vec<_> = steps.iter().map(|(minute, state)| (at(*minute), *state, None)).collect();
    let words = |way: Vec<(DateTime<Utc>, Progress)>| -> Vec<(i64, &'static str)> {
        way.into_iter().map(|(when, progress)| ((when - at(0)).num_minutes(), progress.code())).collect()
    };
    let so_far =
        vec![(0, "reported"), (3, "looked_at"), (5, "in_progress"), (8, "waiting"), (9, "in_progress")];
    assert_eq!(words(way(at(0), &steps, true)), so_far);
    let ended = [&steps[..], &[(at(20), Returned, None), (at(30), Closed, Some(Outcome::Repaired))]].concat();
    assert_eq!(words(way(at(0), &ended, false))[5..], [(20, "safe")]);
    assert_eq!(words(way(at(0), &ended, true))[5..], [(20, "safe"), (30, "ended")]);
    // A report that joined a job under way begins with itself.
    assert_eq!(
        words(way(at(6), &steps[..4], false)),
        [(6, "reported"), (6, "looked_at"), (6, "in_progress")]
    );
    assert_eq!(words(way(at(0), &[], false)), [(0, "reported")]);
}

#[test]
fn a_form_is_sent_neither_at_once_nor_the_next_day() {
    let opened = at(0);
    for (seconds, sound) in [(-1, false), (0, false), (2, false), (3, true), (10_800, true), (10_801, false)]
    {
        let age = check_age(opened, opened + Duration::seconds(seconds));
        assert_eq!(age.is_ok(), sound, "{seconds} s: {age:?}");
    }
}
