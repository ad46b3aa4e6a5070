use super::*;

fn query(
    kind: TestKind,
    class: EquipmentClass,
    item: EquipmentType,
    place: Option<Environment>,
) -> IntervalQuery {
    IntervalQuery {
        kind,
        equipment_class: class,
        equipment_type: item,
        environment: place,
        category: None,
        by_hand: None,
    }
}

fn category(months: u32) -> Option<CategoryInterval> {
    Some(CategoryInterval { category: "Kettle".to_owned(), months })
}

#[test]
fn shipped_presets_can_be_read_and_cover_each_environment_once() {
    for place in Environment::ALL {
        let presets = Preset::all().iter().filter(|p| p.environments.contains(place));
        assert_eq!(presets.count(), 1, "{place}");
    }
    assert!(Preset::all().iter().flat_map(|p| &p.rows).all(|row| row.months != Some(0)));
}

/// Kind, class, type and environment, then months; 0 means not by date.
#[test]
fn the_presets_say_what_their_sources_say() {
    for line in "
        combined I stationary construction 3
        formal_visual I hand_held construction 1
        combined II hand_held construction 3
        combined I stationary workshop 24
        combined I it kitchen 24
        combined I portable workshop 12
        combined I hand_held kitchen 12
        combined I fixed workshop 24
        combined II movable workshop 24
        combined II hand_held workshop 12
        combined II fixed workshop 48
        combined I stationary public 12
        combined I portable public 6
        combined I fixed public 36
        combined II portable public 12
        combined I portable school 12
        combined I fixed school 36
        combined II portable school 48
        combined I it office 60
        combined I portable office 24
        combined I fixed hotel 48
        combined I lead office 60
        combined I extension_lead office 24
        combined II portable office 0
        formal_visual II portable office 24
        formal_visual I portable office 0
        combined III portable office 0
        combined III portable low_risk 0
        combined I it low_risk 60
        combined II it low_risk 0
        formal_visual II it low_risk 24
        formal_visual II hand_held low_risk 6
        formal_visual II_FE portable low_risk 24
        combined I portable low_risk 12
        formal_visual I portable low_risk 6
        combined I extension_lead low_risk 12
        user_check I portable low_risk 0"
        .lines()
        .filter(|line| !line.trim().is_empty())
    {
        let words: Vec<&str> = line.split_whitespace().collect();
        let place = Some(words[3].parse().unwrap());
        let query =
            query(words[0].parse().unwrap(), words[1].parse().unwrap(), words[2].parse().unwrap(), place);
        assert_eq!(choose_interval(&query).months().unwrap_or(0), words[4].parse::<u32>().unwrap(), "{line}");
    }
}

#[test]
fn by_hand_beats_all_and_else_the_shorter_wins_and_says_so() {
    let mut q =
        query(TestKind::Combined, EquipmentClass::I, EquipmentType::Portable, Some(Environment::Workshop));
    insta::assert_snapshot!(choose_interval(&q).reason(), @"Every 12 months for Class I, portable, in the environment workshop or industrial: IET 4th edition, industrial and commercial kitchens.");
    q.category = category(6);
    insta::assert_snapshot!(choose_interval(&q).reason(), @"Every 6 months by the category Kettle.");
    q.category = category(24);
    assert_eq!(choose_interval(&q).months(), Some(12));
    q.category = category(12);
    assert!(choose_interval(&q).reason().contains("category"), "equal: the nearer one is named");
    q.by_hand = Some(ByHand { months: Some(36), reason: "risk assessment RA-7".to_owned() });
    insta::assert_snapshot!(choose_interval(&q).reason(), @"Every 36 months as set by hand: risk assessment RA-7");
    q.by_hand = Some(ByHand { months: None, reason: " ".to_owned() });
    insta::assert_snapshot!(choose_interval(&q).reason(), @"Not by date, as set by hand: no reason given");
}

#[test]
fn no_interval_says_why() {
    let place = Some(Environment::Office);
    let mut q = query(TestKind::Combined, EquipmentClass::II, EquipmentType::Portable, place);
    insta::assert_snapshot!(choose_interval(&q).reason(), @"Visual inspection only: IET 4th edition, hotels, offices and shops.");
    q.category = category(36);
    assert_eq!(
        choose_interval(&q).months(),
        Some(36),
        "a category's own interval stands where the place has none"
    );
    q.category = category(0);
    assert_eq!(choose_interval(&q).months(), None);
    let nowhere = query(TestKind::FormalVisual, EquipmentClass::I, EquipmentType::It, None);
    insta::assert_snapshot!(choose_interval(&nowhere).reason(), @"No formal visual inspection by date: neither its category nor its place states an interval.");
    let public = Some(Environment::Public);
    let unsure = query(TestKind::Combined, EquipmentClass::I, EquipmentType::Portable, public);
    assert!(choose_interval(&unsure).reason().contains("not confirmed"));
}
