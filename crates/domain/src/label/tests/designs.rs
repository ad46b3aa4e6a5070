use crate::label::template::Template;
use crate::label::{Design, LabelData, Library};

fn problems(text: &str) -> Vec<String> {
    match Design::parse("design/x.toml", text) {
        Ok((_, warnings)) => warnings.iter().map(ToString::to_string).collect(),
        Err(found) => found.iter().map(ToString::to_string).collect(),
    }
}

fn with_box(fields: &str) -> Vec<String> {
    problems(&format!(
        "name = \"x\"\ntitle = \"X\"\n[[variant]]\nsize_mm = [40, 20]\n[[variant.box]]\nname = \"b\"\n{fields}"
    ))
}

#[test]
fn built_in_designs_are_clean() {
    let library = Library::builtin();
    let names: Vec<_> = library.designs.iter().map(|d| d.name.as_str()).collect();
    assert_eq!(names, ["asset", "part", "pat_fail", "pat_pass"]);
    let parts: Vec<_> =
        library.designs.iter().filter(|d| d.is_for_parts()).map(|d| d.name.as_str()).collect();
    assert_eq!(parts, ["part"]);
    assert!(library.designs.iter().all(|d| d.variants.len() == 5 && !d.variants[4].has_code()));
}

#[test]
fn errors_name_file_box_and_field() {
    let place = "at_mm = [1, 1]\nsize_mm = [-1, 5]\n";
    for (fields, wanted) in [
        ("kind = \"text\"\ntext = \"{asset.colour}\"\npt = [4, 6]", "field \"text\": no field is called"),
        ("kind = \"text\"\ntext = \"{asset.tag\"\npt = [4, 6]", "field \"text\": a { without"),
        ("kind = \"text\"\ntext = \"a\"", "field \"pt\""),
        ("kind = \"text\"\ntext = \"a\"\npt = [8, 6]", "field \"pt\""),
        ("kind = \"text\"\ntext = \"a\"\npt = [1, 6]", "cannot be read"),
        ("kind = \"text\"\npt = [4, 6]", "field \"text\": a text box needs a text"),
        ("kind = \"text\"\ntext = \"a\"\npt = [4, 6]\noverflow = \"cut\"", "field \"overflow\""),
        ("kind = \"text\"\ntext = \"a\"\npt = [4, 6]\nalign = \"justify\"", "field \"align\""),
        ("kind = \"barcode\"", "field \"kind\""),
        ("kind = \"rect\"\nink = \"pink\"", "field \"ink\""),
        ("kind = \"rect\"\nif = \"asset.colour\"", "field \"if\""),
        ("kind = \"qr\"\ntext = \"{asset.url}\"", "field \"size_mm\": too small"),
    ] {
        let found = with_box(&format!("{place}{fields}"));
        let start = "design/x.toml, box \"b\", ";
        assert!(found.iter().any(|p| p.starts_with(start) && p.contains(wanted)), "{fields}: {found:?}");
    }
    let outside = with_box("kind = \"rect\"\nat_mm = [1, 1]\nsize_mm = [50, 5]");
    assert!(outside[0].contains("leaves the label"), "{outside:?}");
    assert!(problems("name = \"x\"\ntitle = \"X\"")[0].contains("field \"variant\""));
    assert!(problems("name = ")[0].starts_with("design/x.toml: "));
}

#[test]
fn a_template_prints_nothing_when_it_has_nothing_to_say() {
    let serial = Template::parse("S/N {asset.serial}").unwrap();
    assert_eq!(serial.fill(&LabelData::new().with("asset.serial", " 42 ")), "S/N 42");
    assert_eq!(serial.fill(&LabelData::new()), "");
    assert_eq!(Template::parse("{{plain}}").unwrap().fill(&LabelData::new()), "{plain}");
    assert!(Template::parse("a } b").is_err());
}
