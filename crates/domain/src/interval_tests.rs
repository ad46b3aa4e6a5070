use proptest::prelude::*;

use super::*;

fn query(
    kind: TestKind,
    class: EquipmentClass,
    item: EquipmentType,
    place: Option<Environment>,
) -> IntervalQuery<'static> {
    let environment = place.and_then(|place| Some((place, Preset::of(place)?)));
    IntervalQuery { environment, ..IntervalQuery::of(kind, Some(class), Some(item)) }
}

#[test]
fn shipped_presets_can_be_read_and_cover_each_environment_once() {
    for place in Environment::ALL {
        let presets = Preset::all().iter().filter(|p| p.environments.contains(place));
        assert_eq!(presets.count(), 1, "{place}");
    }
    assert!(Preset::all().iter().flat_map(|p| &p.rows).all(|row| row.months != Some(0)));
    let mut codes: Vec<_> = Preset::all().iter().map(|preset| &preset.code).collect();
    codes.dedup();
    assert_eq!(codes.len(), Preset::all().len());
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
    for (code, class, item, months) in [
        ("asnzs_workshop", EquipmentClass::I, EquipmentType::Portable, 6),
        ("asnzs_workshop", EquipmentClass::II, EquipmentType::Portable, 12),
        ("asnzs_workshop", EquipmentClass::I, EquipmentType::Lead, 6),
        ("asnzs_hire", EquipmentClass::II, EquipmentType::HandHeld, 3),
        ("asnzs_benign", EquipmentClass::I, EquipmentType::It, 60),
        ("asnzs_cleaning", EquipmentClass::I, EquipmentType::Movable, 6),
        ("dguv_general", EquipmentClass::III, EquipmentType::Movable, 6),
        ("dguv_site", EquipmentClass::I, EquipmentType::ExtensionLead, 3),
    ] {
        let row = Preset::find(code).unwrap().row(TestKind::Combined, Some(class), Some(item)).unwrap();
        assert_eq!(row.months, Some(months), "{code} {class} {item}");
    }
}

#[test]
fn the_most_specific_level_decides_and_says_so() {
    let firm = FirmIntervals::default();
    let (portable, workshop) = (EquipmentType::Portable, Some(Environment::Workshop));
    let mut q = IntervalQuery::of(TestKind::Combined, Some(EquipmentClass::I), Some(portable));
    assert_eq!(choose_interval(&q), IntervalChoice::Unknown);
    q.firm = firm.of(TestKind::Combined);
    insta::assert_snapshot!(choose_interval(&q).reason(), @"Every 12 months by the firm's default, as nothing nearer states an interval.");
    let stated = Says::Every(6);
    q.category = Some(("Kettle", &stated));
    insta::assert_snapshot!(choose_interval(&q).reason(), @"Every 6 months by the category Kettle.");
    q.environment = query(TestKind::Combined, EquipmentClass::I, portable, workshop).environment;
    insta::assert_snapshot!(choose_interval(&q).reason(), @"Every 12 months for Class I, portable, in the environment workshop or industrial: IET 4th edition, industrial and commercial kitchens.");
    q.customer = Some(("Mills", Preset::find("asnzs_workshop").unwrap()));
    insta::assert_snapshot!(choose_interval(&q).reason(), @"Every 6 months for Class I, by the table chosen for the customer Mills: AS/NZS 3760 Table 4 (2010), factories and workshops.");
    q.site = Some(("Annex", Preset::find("iet4_public").unwrap()));
    insta::assert_snapshot!(choose_interval(&q).reason(), @"Every 6 months for Class I, portable, by the table chosen for the site Annex: IET 4th edition, used by the public (not confirmed).");
    let rows = crate::preset_text::read_rows("combined; I; any; 36").unwrap();
    let rulings = [Ruling { name: "RA-000001, revision 2".to_owned(), rows }];
    q.assessments = &rulings;
    insta::assert_snapshot!(choose_interval(&q).reason(), @"Every 36 months for Class I, by the signed risk assessment RA-000001, revision 2.");
    q.by_hand = Some(ByHand { months: Some(3), reason: "abused daily" });
    insta::assert_snapshot!(choose_interval(&q).reason(), @"Every 3 months as set by hand: abused daily.");
    q.by_hand = Some(ByHand { months: None, reason: " " });
    insta::assert_snapshot!(choose_interval(&q).reason(), @"Not by date as set by hand: no reason given.");
}

#[test]
fn none_on_purpose_is_not_unknown() {
    let place = Some(Environment::Office);
    let mut q = query(TestKind::Combined, EquipmentClass::II, EquipmentType::Portable, place);
    let firm = Says::Every(12);
    q.firm = Some(&firm);
    let none = choose_interval(&q);
    insta::assert_snapshot!(none.reason(), @"Not by date for Class II, in the environment office or shop: IET 4th edition, hotels, offices and shops (not confirmed): visual inspection only.");
    assert_eq!(none.source(), Some(IntervalSource::Environment), "the firm's default does not undo it");
    let stated = Says::Every(36);
    q.category = Some(("Charger", &stated));
    assert_eq!(
        choose_interval(&q).months(),
        Some(36),
        "a table that nobody chose takes no stated interval away"
    );
    q.customer = Some(("Mills", Preset::find("iet4_office").unwrap()));
    assert_eq!(choose_interval(&q).months(), None, "one that somebody chose does");
    let nowhere = IntervalQuery::of(TestKind::FormalVisual, None, None);
    assert_eq!(choose_interval(&nowhere), IntervalChoice::Unknown);
    assert_eq!(Says::stored(Some(0), " battery "), Some(Says::Never("battery".to_owned())));
    assert_eq!(Says::stored(Some(12), ""), Some(Says::Every(12)));
    assert_eq!((Says::stored(None, ""), Says::stored(Some(-1), "")), (None, None));
}

#[test]
fn an_item_of_unknown_class_is_chosen_for_only_by_what_asks_for_none() {
    let office = Preset::find("iet4_office").unwrap();
    assert_eq!(office.row(TestKind::Combined, None, None), None);
    assert_eq!(office.row(TestKind::Combined, Some(EquipmentClass::I), None), None);
    assert!(office.row(TestKind::Combined, Some(EquipmentClass::II), None).is_some());
    assert!(Preset::find("dguv_general").unwrap().row(TestKind::Combined, None, None).is_some());
}

fn says() -> impl Strategy<Value = Says> {
    prop_oneof![(1u32..120).prop_map(Says::Every), "[a-z]{0,8}".prop_map(Says::Never)]
}

/// No level says two things: each stands at most once, in any order.
fn levels() -> impl Strategy<Value = Vec<Level>> {
    let levels = proptest::collection::btree_map(0..IntervalSource::ALL.len(), (says(), "[a-z]{1,8}"), 0..=7);
    let levels = levels.prop_map(|levels| {
        let level = |(at, (says, by))| Level { source: IntervalSource::ALL[at], by, says };
        levels.into_iter().map(level).collect::<Vec<_>>()
    });
    levels.prop_shuffle()
}

proptest! {
    #[test]
    fn the_answer_comes_from_a_level_and_names_it(levels in levels()) {
        let answer = resolve(&levels);
        match answer.source() {
            None => prop_assert!(levels.is_empty() && answer == IntervalChoice::Unknown),
            Some(source) => {
                let level = levels.iter().find(|level| level.source == source).unwrap();
                prop_assert!(answer.reason().contains(&level.by), "{} {:?}", answer.reason(), level);
                prop_assert_eq!(answer.months(), match level.says { Says::Every(n) => Some(n), _ => None });
            }
        }
    }

    #[test]
    fn no_more_specific_level_is_passed_over(levels in levels()) {
        let Some(source) = resolve(&levels).source() else { return Ok(()) };
        let stated = levels.iter().find(|l| l.source == IntervalSource::Category);
        let stated = stated.is_some_and(|l| matches!(l.says, Says::Every(_)));
        for nearer in levels.iter().filter(|level| level.source < source) {
            let unchosen = nearer.source == IntervalSource::Environment && matches!(nearer.says, Says::Never(_));
            prop_assert!(stated && unchosen, "{nearer:?} was passed over for {source}");
        }
    }

    #[test]
    fn the_order_of_levels_and_the_less_specific_do_not_matter(levels in levels()) {
        let answer = resolve(&levels);
        let mut other = levels.clone();
        other.reverse();
        prop_assert_eq!(&resolve(&other), &answer);
        if let Some(source) = answer.source() {
            let category = IntervalSource::Category;
            other.retain(|level| level.source <= source || level.source == category);
            prop_assert_eq!(&resolve(&other), &answer);
        }
    }
}
