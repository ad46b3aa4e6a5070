use super::*;

fn day(n: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::days(20_000 + n)
}

fn closed(n: i64) -> Turn {
    Turn::Closed(day(n), Outcome::Repaired)
}

#[test]
fn models_are_the_same_however_they_are_written() {
    let key = |make, name| Subject::model(make, name).map(|subject| subject.key());
    assert_eq!(key("Brother", "HL-L2350DW").as_deref(), Some("m:brother hll2350dw"));
    assert_eq!(key("BROTHER ", "hl l2350 dw"), key("Brother", "HL-L2350DW"));
    assert_ne!(key("A B", "C"), key("A", "B C"), "what is make and what is model does not run together");
    assert_eq!((key("Brother", " "), key("", "X1")), (None, None));
    let both: Vec<String> = Subject::of("Miele", "W1", 7).iter().map(Subject::key).collect();
    assert_eq!(both, ["m:miele w1", "c:7"]);
    assert_eq!(Subject::of("", "", 7), [Subject::Category(7)]);
}

#[test]
fn a_fix_is_tried_when_its_job_is_closed_and_holds_until_it_does_not() {
    let (again, none) = (Turn::Reopened(day(9)), &[][..]);
    let ended = |outcome| Turn::Closed(day(5), outcome);
    for (says, found, turns, repeats, expected) in [
        ("an open job tried nothing", 1, vec![], none, None),
        ("closed, it holds so far", 1, vec![closed(5)], none, Some((5, true))),
        ("opened again it did not", 1, vec![closed(5), again], none, Some((5, false))),
        ("nor when it was closed again", 1, vec![closed(5), again, closed(12)], none, Some((5, false))),
        (
            "what was found the second time holds",
            10,
            vec![closed(5), again, closed(12)],
            none,
            Some((12, true)),
        ),
        ("found while open again, not tried yet", 10, vec![closed(5), again], none, None),
        ("added to a closed job", 7, vec![closed(5)], none, Some((5, true))),
        ("added to a closed job, then opened", 7, vec![closed(5), again], none, Some((5, false))),
        ("the symptom is back on the last day", 1, vec![closed(5)], &[day(95)], Some((5, false))),
        ("a day later it is another fault", 1, vec![closed(5)], &[day(96)], Some((5, true))),
        ("an earlier job is no repeat", 1, vec![closed(5)], &[day(4)], Some((5, true))),
        ("cancelled", 1, vec![ended(Outcome::Cancelled)], none, None),
        ("scrapped", 1, vec![ended(Outcome::Scrapped)], none, Some((5, false))),
        ("nothing was found, and that held", 1, vec![ended(Outcome::NoFaultFound)], none, Some((5, true))),
    ] {
        let told = fate(day(found), &turns, repeats).map(|tried| (tried.at, tried.held));
        assert_eq!(told, expected.map(|(at, held)| (day(at), held)), "{says}");
    }
}

#[test]
fn nine_of_eleven_come_before_one_of_one() {
    let s = |held, tried| Success { tried, held };
    let mut all = [s(0, 3), s(1, 1), s(9, 11), s(5, 10), s(20, 20), s(0, 1), s(2, 2)];
    all.sort_by(|a, b| a.better_first(*b));
    let words: Vec<String> = all.iter().map(|one| format!("{}/{}", one.held, one.tried)).collect();
    assert_eq!(words, ["20/20", "9/11", "2/2", "1/1", "5/10", "0/1", "0/3"]);
    assert_eq!(s(9, 11).words(), "held 9 of 11 times");
}
