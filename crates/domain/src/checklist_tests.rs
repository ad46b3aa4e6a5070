use super::*;

#[test]
fn shipped_checklists_are_sound_and_can_be_copied() {
    for (name, text) in FILES {
        let checklist = Checklist::from_toml(text).unwrap_or_else(|e| panic!("{name}: {e}"));
        assert_eq!(format!("{}.toml", checklist.code), *name);
        assert_eq!(Checklist::shipped_text(&checklist.code), Some(*text));
        assert_eq!(Checklist::find(&checklist.code), Some(&checklist));
        let written = toml::to_string(&checklist).unwrap();
        assert_eq!(Checklist::from_toml(&written).unwrap(), checklist);
    }
    let kinds: std::collections::BTreeSet<_> = Checklist::all().iter().map(|one| one.kind).collect();
    assert_eq!(kinds.len(), 4, "each kind of checklist is shipped at least once");
}

#[test]
fn limits_are_told_in_words() {
    let item = |least: Option<&str>, most: Option<&str>| Item {
        unit: "%".to_owned(),
        least: least.map(|n| n.parse().unwrap()),
        most: most.map(|n| n.parse().unwrap()),
        ..Checklist::find("battery").unwrap().item("capacity").unwrap().clone()
    };
    let limits = [(Some("80"), None), (None, Some("0.5")), (Some("1"), Some("2")), (None, None)];
    let words = limits.map(|(least, most)| item(least, most).limit());
    assert_eq!(words, ["at least 80 %", "at most 0.5 %", "1 to 2 %", ""]);
}

#[test]
fn an_edited_copy_is_refused_with_the_line_and_the_reason() {
    let battery = Checklist::shipped_text("battery").unwrap();
    let wipe = Checklist::shipped_text("decommissioning").unwrap();
    for (text, from, to, says) in [
        (battery, "key = \"voltage\"", "key = \"look\"", "line 16: item 2 (look): key: item 1 has the same"),
        (battery, "ask = \"Capacity left\"", "ask = \" \"", "item 3 (capacity): ask: write 1 to 200"),
        (battery, "least = \"80\"", "least = \"80\"\nmost = \"70\"", "least 80 is more than most 70"),
        (battery, "least = \"80\"", "least = \"much\"", "TOML parse error at line 27"),
        (battery, "kind = \"serial\"", "kind = \"serial\"\nunit = \"V\"", "are for a number"),
        (battery, "kind = \"serial\"", "kind = \"stamp\"", "\"stamp\" is not a known kind of item"),
        (battery, "kind = \"serial\"", "kind = \"serial\"\nchoices = [\"a\", \"b\"]", "are for a choice"),
        (battery, "choices = [\"No\", \"Yes\"]", "choices = [\"No\"]", "choices: name 2 to 30"),
        (battery, "choices = [\"No\", \"Yes\"]", "choices = [\"No\", \"No\"]", "\"No\" stands there twice"),
        (battery, "choices = [\"No\", \"Yes\"]", "choices = [\"No\", \"Yes, new\"]", "without commas"),
        (
            battery,
            "fails = [\"Swollen",
            "fails = [\"Gone\", \"Swollen",
            "fails: \"Gone\" is none of the choices",
        ),
        (
            battery,
            "is = [\"Yes\"]",
            "is = [\"Maybe\"]",
            "only_if: \"Maybe\" is none of the choices of replaced",
        ),
        (battery, "is = [\"Yes\"]", "is = []", "only_if: say for which answers"),
        (battery, "item = \"replaced\"", "item = \"later\"", "no item before it has the key \"later\""),
        (battery, "item = \"replaced\"", "item = \"capacity\"", "\"capacity\" is no choice"),
        (battery, "code = \"battery\"", "code = \"Battery 1\"", "code: write 1 to 60"),
        (battery, "version = 1", "version = 0", "version counts from 1"),
        (battery, "version = 1", "version = 1\nlength = 3", "unknown field `length`"),
        (battery, "kind = \"planned\"", "kind = \"tea\"", "\"tea\" is not a known kind of checklist"),
        (
            wipe,
            "kind = \"wipe\"",
            "kind = \"wipe\"\nfails = [\"Smashed\"]",
            "\"Smashed\" is none of the choices",
        ),
    ] {
        assert!(text.contains(from), "{from}");
        let why = Checklist::from_toml(&text.replacen(from, to, 1)).unwrap_err();
        assert!(why.contains(says), "{to}: {why}");
    }
    let head = battery.split("[[item]]").next().unwrap();
    assert!(Checklist::from_toml(&format!("{head}item = []")).unwrap_err().contains("ask something"));
}
