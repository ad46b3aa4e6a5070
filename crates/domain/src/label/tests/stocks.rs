use crate::label::{LabelError, Library, Stock};

/// Grid and margins of all sheets as their makers' templates give them.
const MARGINS: &str = include_str!("sheet_margins.csv");

fn row(line: &str) -> (&str, [u32; 2], [f64; 2]) {
    let f: Vec<_> = line.split(',').collect();
    let (grid, margin) = ([1, 2].map(|i| f[i].parse().unwrap()), [3, 4].map(|i| f[i].parse().unwrap()));
    (f[0], grid, margin)
}

#[test]
fn all_39_stocks_stand_where_their_makers_say() {
    let library = Library::builtin();
    assert_eq!(library.stocks.len(), 39);
    assert_eq!(library.warnings, []);
    for (code, grid, margin) in MARGINS.lines().skip(1).map(row) {
        let stock = library.stock(code).unwrap();
        assert_eq!((stock.code.as_str(), stock.grid), (code, grid));
        for (ours, theirs) in stock.margin_mm().iter().zip(margin) {
            assert!((ours - theirs).abs() <= 0.1, "{code}: {ours} mm, not {theirs} mm");
        }
    }
}

#[test]
fn cells_lie_on_the_page_and_never_overlap() {
    for stock in &Library::builtin().stocks {
        let corners: Vec<_> = (0..stock.cells()).map(|i| stock.cell_mm(i).unwrap()).collect();
        assert_eq!(stock.cell_mm(stock.cells()), None);
        for (index, corner) in corners.iter().enumerate() {
            let on_page = (0..2).all(|a| corner[a] > 0.0 && corner[a] + stock.label_mm[a] < stock.page_mm[a]);
            assert!(on_page, "{}: cell {index}", stock.code);
            for other in &corners[..index] {
                let apart = (0..2).any(|a| (corner[a] - other[a]).abs() > stock.label_mm[a] - 0.01);
                assert!(apart, "{}: cells overlap", stock.code);
            }
        }
    }
}

#[test]
fn a_stock_is_found_by_every_name_it_has() {
    let library = Library::builtin();
    for (name, code) in [
        ("L7160", "L7160"),
        ("l7160", "L7160"),
        ("Avery L7160", "L7160"),
        ("L4736", "4736"),
        ("Herma 4346", "4346"),
        ("Herma 4333", "L7658"),
        ("L-6009", "L6009"),
    ] {
        assert_eq!(library.stock(name).unwrap().code, code, "{name}");
    }
    assert_eq!(library.stock("L9999"), Err(LabelError::NoSuchStock("L9999".into())));
    let same: Vec<_> = library.same_cut(library.stock("L6009").unwrap()).map(|s| s.code.as_str()).collect();
    assert_eq!(same, ["4232", "4346", "4736", "L6113"]);
}

fn parse(text: &str) -> Vec<String> {
    match Stock::parse("stock/x.toml", text) {
        Ok((_, warnings)) => warnings.iter().map(ToString::to_string).collect(),
        Err(problems) => problems.iter().map(ToString::to_string).collect(),
    }
}

const GOOD: &str = "code = \"X\"\nname = \"x\"\nbrand = \"b\"\npage_mm = [210, 297]\ngrid = [3, 7]\n\
    label_mm = [63.5, 38.1]\npitch_mm = [66.04, 38.1]\n";

#[test]
fn a_margin_off_centre_is_doubted_and_impossible_geometry_refused() {
    assert_eq!(parse(GOOD), [""; 0]);
    let off = parse(&format!("{GOOD}margin_mm = [9.0, 15.15]"));
    assert!(off[0].contains("field \"margin_mm\"") && off[0].contains("off the centred 7.21"), "{off:?}");
    let overlap = parse(&GOOD.replace("pitch_mm = [66.04", "pitch_mm = [60.0"));
    assert!(overlap[0].contains("labels overlap"), "{overlap:?}");
    let wide = parse(&GOOD.replace("grid = [3", "grid = [4"));
    assert!(wide[0].contains("do not fit the page"), "{wide:?}");
    let zero = parse(&GOOD.replace("grid = [3", "grid = [0"));
    assert!(zero[0].contains("field \"grid\""), "{zero:?}");
    let unknown = parse(&format!("{GOOD}colour = 1"));
    assert!(unknown[0].starts_with("stock/x.toml: ") && unknown[0].contains("colour"), "{unknown:?}");
}

#[test]
fn a_folder_overrides_and_adds() {
    let files = [
        ("stock/mine.toml", GOOD.to_string()),
        ("stock/l7160.toml", GOOD.replace("\"X\"", "\"L7160\"").replace("38.1]\n", "38.0]\n")),
        ("readme.md", "no label file".to_string()),
    ];
    let library = Library::load(files.map(|(f, t)| (f.to_string(), t))).unwrap();
    assert_eq!(library.stocks.len(), 40);
    assert_eq!(library.stock("L7160").unwrap().pitch_mm[1], 38.0);
    let broken = Library::load([("stock/bad.toml".to_string(), "code = 1".to_string())]).unwrap_err();
    assert_eq!(broken[0].file, "stock/bad.toml");
}
